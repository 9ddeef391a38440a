// Tested by tests/meters/rapl/perf_power_test.cc and msr_test.cc.
#include "meters/rapl/count_meter.h"

#include <algorithm>
#include <cerrno>
#include <utility>

#include "meters/rapl/rapl.h"

namespace jouleprint::meters {
namespace {

bool StandsAtZero(const CountDomain& domain) {
  std::uint64_t counts = 0;
  return domain.Read(&counts) != ReadState::kOk || counts == 0;
}

// Cores and graphics may be switched off and draw nothing for as long as one cares to wait.
bool MayRest(const CountDomain& domain) {
  const Level level = domain.info.scope.level;
  return level == Level::kCores || level == Level::kUncore;
}

bool IsAwaited(const CountDomain& domain) {
  return domain.begins_at_zero && !MayRest(domain) && StandsAtZero(domain);
}

bool IsStuck(const CountDomain& domain) {
  const bool rests = domain.begins_at_zero && MayRest(domain);
  return !rests && StandsAtZero(domain);
}

void AppendName(const std::string& name, std::string* names) {
  *names += (names->empty() ? "" : ", ") + name;
}

}  // namespace

Status CountDomain::Open() {
  Result<os::File> opened = open();
  if (!opened.ok()) return opened.error();
  file = os::CountFile(std::move(*opened), offset);
  return {};
}

ReadState CountDomain::Read(std::uint64_t* counts) const noexcept {
  std::uint64_t value = 0;
  const int problem = file.Read(&value);
  if (problem == 0) *counts = value & mask;
  if (problem == 0) return ReadState::kOk;
  // Too few bytes may be a file that is being written; of a perf event, it is one that the kernel gave up.
  return problem == -ENODATA || problem == -EAGAIN ? ReadState::kNoData : ReadState::kGone;
}

CountMeter::CountMeter(std::string name, Seconds period, std::vector<CountDomain> domains)
    : name_(std::move(name)), period_(period), counters_(std::move(domains)), gone_(counters_.size(), false) {
  infos_.reserve(counters_.size());
  for (CountDomain& counter : counters_) infos_.push_back(std::move(counter.info));
}

void CountMeter::Keep(const std::vector<bool>& wanted) {
  KeepWanted(wanted, &infos_);
  KeepWanted(wanted, &counters_);
  gone_.assign(counters_.size(), false);
}

void CountMeter::Read(const os::Clock& clock, std::span<Reading> out) noexcept {
  for (std::size_t i = 0; i < counters_.size(); ++i) {
    out[i].before = clock.Boot();
    out[i].state = counters_[i].Read(&out[i].counts);
    out[i].after = clock.Boot();
    gone_[i] = out[i].state == ReadState::kGone;
  }
}

bool CountMeter::Reopen() {
  bool came_back = false;
  for (std::size_t i = 0; i < counters_.size(); ++i) {
    std::uint64_t counts = 0;
    if (!gone_[i] || !counters_[i].Open().ok() || counters_[i].Read(&counts) != ReadState::kOk) continue;
    came_back = true;
  }
  return came_back;
}

OpenedDomains OpenDomains(std::vector<CountDomain> domains) {
  OpenedDomains opened;
  for (CountDomain& domain : domains) {
    const Status status = domain.Open();
    std::uint64_t counts = 0;
    if (!status.ok()) {
      const bool refused = status.error().code == ErrorCode::kNotPermitted;
      AppendName(domain.info.name, refused ? &opened.not_permitted : &opened.failed);
      opened.problem = status.error();
    } else if (domain.Read(&counts) == ReadState::kGone) {
      AppendName(domain.info.name, &opened.absent);
    } else {
      opened.live.push_back(std::move(domain));
    }
  }
  GiveTimeToMove([&] { return std::none_of(opened.live.begin(), opened.live.end(), IsAwaited); });
  std::vector<bool> moving;
  for (const CountDomain& domain : opened.live) {
    moving.push_back(!IsStuck(domain));
    if (!moving.back()) AppendName(domain.info.name, &opened.stuck);
  }
  KeepWanted(moving, &opened.live);
  return opened;
}

}  // namespace jouleprint::meters
