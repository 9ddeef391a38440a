#include "meters/wattmeter/wattmeter.h"

#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "meters/wattmeter/watt_follower.h"
#include "meters/wattmeter/watt_http_source.h"
#include "meters/wattmeter/watt_integral.h"
#include "meters/wattmeter/watt_log_source.h"
#include "meters/wattmeter/watt_sum_source.h"
#include "meters/wattmeter/wattmeter_name.h"
#include "meters/wattmeter/wattmeter_source.h"
#include "os/clock.h"

namespace jouleprint::meters {
namespace {

// Three looks at a plug that is asked each second.
constexpr Seconds kPatience{3};

Result<std::unique_ptr<WattSource>> OpenOne(const WattmeterName& name) {
  switch (name.kind) {
    case WattmeterKind::kFile:
    case WattmeterKind::kPipe:
    case WattmeterKind::kPtdaemon:
      return OpenWattLog(name);
    case WattmeterKind::kRedfish:
      return OpenRedfish(name.where);
    case WattmeterKind::kSnmp:
      return OpenSnmp(name.where);
    default:
      return OpenWattHttp(name);
  }
}

Result<std::unique_ptr<WattSource>> Open(const WattmeterName& name) {
  if (name.more.empty()) return OpenOne(name);
  std::vector<std::unique_ptr<WattSource>> parts;
  for (const WattmeterName& one : name.more) {
    Result<std::unique_ptr<WattSource>> part = OpenOne(one);
    if (!part.ok()) return part;
    parts.push_back(std::move(*part));
  }
  Result<std::unique_ptr<WattSource>> last = OpenOne(name);
  if (!last.ok()) return last;
  parts.push_back(std::move(*last));
  return SumOf(std::move(parts));
}

class Wattmeter final : public Meter {
 public:
  Wattmeter(std::unique_ptr<WattFollower> follower, DomainInfo info)
      : follower_(std::move(follower)), period_(follower_->period()), domains_{std::move(info)} {}

  std::string name() const override { return "wattmeter"; }
  const std::vector<DomainInfo>& domains() const override { return domains_; }
  void Keep(const std::vector<bool>& wanted) override { KeepWanted(wanted, &domains_); }
  Seconds period() const override { return period_; }

  void Read(const os::Clock& /*clock*/, std::span<Reading> out) noexcept override {
    if (out.empty()) return;
    const WattView view = follower_->view();
    const WattPoint& point = read_before_ ? view.last : view.just_before;
    Reading& reading = out.front();
    reading = {};
    if (!view.started || (read_before_ && point.at <= last_read_)) {
      reading.state = view.gone ? ReadState::kGone : ReadState::kNoData;
      return;
    }
    reading.state = ReadState::kOk;
    reading.counts = point.counts;
    reading.before = reading.after = point.at;
    last_read_ = point.at;
    read_before_ = true;
  }

 private:
  std::unique_ptr<WattFollower> follower_;
  const Seconds period_;
  std::vector<DomainInfo> domains_;
  bool read_before_ = false;
  os::BootTime last_read_;
};

// "wall", "wall-2", ...
std::string Unused(const std::string& wanted, std::set<std::string>* used) {
  std::string name = wanted;
  for (int n = 2; !used->insert(name).second; ++n) name = wanted + "-" + std::to_string(n);
  return name;
}

// The source's description, as the counter that the follower makes of it and as the user wants it.
DomainInfo DomainOf(DomainInfo info, const WattmeterName& name, Seconds period, std::set<std::string>* used) {
  info.name = Unused(name.domain.empty() ? info.name : name.domain, used);
  info.kind = ReadingKind::kCounter;
  info.joules_per_count = kJoulesPerWattCount;
  info.counter_values = 0;
  info.dated = true;
  if (name.level) {
    info.scope = {.level = *name.level};
    info.component = *name.level == Level::kWall ? Component::kWall : Component::kBoard;
  }
  if (name.error) info.error.relative = *name.error;
  info.error.update_period = std::max(info.error.update_period, period);
  info.error.resolution = kJoulesPerWattCount;
  if (!info.limit) info.limit = kMostOfAMachine;
  return info;
}

MeterState StateOf(ErrorCode code) {
  switch (code) {
    case ErrorCode::kNotPermitted:
      return MeterState::kNotPermitted;
    case ErrorCode::kNotFound:
    case ErrorCode::kNotPresent:
    case ErrorCode::kIo:
      return MeterState::kNotPresent;
    default:
      return MeterState::kRefused;
  }
}

std::string RemedyFor(const Error& error) {
  if (!error.hint.empty()) return error.hint;
  if (error.code == ErrorCode::kNotFound) return "check the path, and start what writes it before the run";
  return std::string(GeneralHint(error.code));
}

MeterFinding NotUsable(const std::string& shown, const Error& error) {
  return {.name = "wattmeter",
          .state = StateOf(error.code),
          .reason = (shown.empty() ? "" : shown + ": ") + error.message,
          .remedy = RemedyFor(error),
          .domains = {}};
}

MeterFinding Usable(const WattmeterName& name, const DomainInfo& info, const WattFollower& follower) {
  const WattView view = follower.view();
  std::string reason = name.shown + ": " + info.source;
  const double watts = view.power.value();
  // Not known yet of a device that gives energy alone.
  if (watts >= 0) reason += ", " + std::to_string(static_cast<int>(watts + 0.5)) + " W now";
  return {.name = "wattmeter",
          .state = MeterState::kUsable,
          .reason = reason,
          .remedy = {},
          .domains = {info.name}};
}

struct Candidate {
  WattmeterName name;
  std::unique_ptr<WattFollower> follower;
};

}  // namespace

Status CheckWattmeter(const std::string& name) {
  const Result<WattmeterName> parsed = ParseWattmeterName(name);
  if (!parsed.ok()) return parsed.error();
  return {};
}

Discovery DiscoverWattmeters(const Machine& machine) {
  Discovery discovery;
  std::vector<Candidate> candidates;
  for (const std::string& text : machine.wattmeters) {
    Result<WattmeterName> name = ParseWattmeterName(text);
    if (!name.ok()) {
      discovery.findings.push_back(NotUsable("", name.error()));
      continue;
    }
    auto follower =
        std::make_unique<WattFollower>([name = *name] { return Open(name); }, name->gain, name->period);
    candidates.push_back({std::move(*name), std::move(follower)});
  }
  const os::BootTime until = os::SystemClock().Boot() + kPatience;
  std::set<std::string> used;
  for (Candidate& candidate : candidates) {
    const Result<DomainInfo> described = candidate.follower->AwaitFirst(until);
    if (!described.ok()) {
      discovery.findings.push_back(NotUsable(candidate.name.shown, described.error()));
      continue;
    }
    const DomainInfo info = DomainOf(*described, candidate.name, candidate.follower->period(), &used);
    discovery.findings.push_back(Usable(candidate.name, info, *candidate.follower));
    discovery.meters.push_back(std::make_unique<Wattmeter>(std::move(candidate.follower), info));
  }
  return discovery;
}

}  // namespace jouleprint::meters
