#include "job/measurement.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <utility>

namespace jouleprint::job {
namespace {

// A counter that has not moved for this long stands still: RAPL is renewed every millisecond, NVML
// every tenth of a second.
constexpr Seconds kStandstill{0.5};
// A domain silent for this many of its periods at the end is filled in and said to be.
constexpr double kSilentPeriods = 3;
// How long the last reading may take before the meter is said to hang.
constexpr Seconds kPatience{1};
// How long a mark in time waits for its reading.
constexpr Seconds kMarkPatience{0.1};
// The standby model is read once a second: it costs a pass over /proc/stat.
constexpr Seconds kStandbyPeriod{1};
// 5 % and 95 % of a normal distribution lie 1.645 standard deviations out.
constexpr double kNormal90 = 1.645;
constexpr Seconds kBaselineLook{0.1};

bool IsModel(const meters::DomainInfo& info) { return info.basis >= Basis::kCalibrated; }

// The watts of one domain over each look at the idle machine.
class Looks {
 public:
  void Add(Watts power) { powers_.push_back(power.value()); }
  energy::IdlePower Mean() const {
    if (powers_.empty()) return {};
    double sum = 0;
    double squares = 0;
    for (const double p : powers_) {
      sum += p;
      squares += p * p;
    }
    const double n = static_cast<double>(powers_.size());
    const double mean = sum / n;
    const double variance = std::max(0.0, squares / n - mean * mean);
    return {Watts{mean}, Watts{kNormal90 * std::sqrt(variance / n)}};
  }

 private:
  std::vector<double> powers_;
};

}  // namespace

Result<std::unique_ptr<Measurement>> Measurement::Prepare(const RunOptions& options, const os::Clock& clock) {
  const auto boundary = static_cast<meters::Boundary>(options.boundary);
  meters::Catalog catalog = meters::DiscoverMeters(
      {.sysroot = os::Sysroot(options.sysroot), .nvml_library = options.nvml_library, .boundary = boundary});
  if (catalog.meters.empty()) {
    return Error{ErrorCode::kNotPresent, "nothing on this machine can be measured or modelled",
                 "'jouleprint doctor' says what was looked for"};
  }
  return std::unique_ptr<Measurement>(new Measurement(options, clock, std::move(catalog)));
}

Measurement::Measurement(const RunOptions& options, const os::Clock& clock, meters::Catalog catalog)
    : baseline_option_(options.baseline), clock_(clock), catalog_(std::move(catalog)) {
  const std::set<std::string> standby(catalog_.standby.begin(), catalog_.standby.end());
  for (auto& meter : catalog_.meters) {
    const std::vector<meters::DomainInfo>& domains = meter->domains();
    bool all_standby = true;
    for (std::size_t i = 0; i < domains.size(); ++i) {
      const bool is_standby = IsModel(domains[i]) && standby.contains(domains[i].name);
      all_standby = all_standby && is_standby;
      members_.push_back({lanes_.size(), i, is_standby, std::nullopt});
    }
    const Seconds own = all_standby ? kStandbyPeriod : meter->period();
    lanes_.push_back(
        std::make_shared<sampling::Lane>(std::move(meter), clock_, options.interval.value_or(own)));
  }
  catalog_.meters.clear();
  for (Member& member : members_) {
    const meters::DomainInfo& info = InfoOf(member);
    if (info.model_idle && baseline_option_.kind == BaselineOption::Kind::kMeasured) {
      member.idle = energy::IdlePower{*info.model_idle, Watts{0}};
    }
  }
}

const meters::DomainInfo& Measurement::InfoOf(const Member& member) const {
  return lanes_[member.lane]->domains()[member.index];
}

bool Measurement::NeedsBaseline() const {
  if (baseline_option_.kind != BaselineOption::Kind::kMeasured) return false;
  return std::any_of(members_.begin(), members_.end(), [&](const Member& m) { return !IsModel(InfoOf(m)); });
}

bool Measurement::WatchBaseline(Seconds duration, const std::function<bool(Seconds)>& pause) {
  std::vector<Looks> looks(members_.size());
  for (const auto& lane : lanes_) lane->Tick();
  const os::BootTime start = clock_.Boot();
  os::BootTime last = start;
  auto before = AllTotals();
  while (clock_.Boot() - start < duration) {
    if (!pause(std::min(kBaselineLook, duration - (clock_.Boot() - start)))) return false;
    for (const auto& lane : lanes_) {
      lane->Tick();
      lane->Mend();
    }
    const os::BootTime now = clock_.Boot();
    const auto after = AllTotals();
    for (std::size_t i = 0; i < members_.size(); ++i) {
      const Member& m = members_[i];
      const Joules used = after[m.lane][m.index].energy - before[m.lane][m.index].energy;
      looks[i].Add(used / (now - last));
    }
    before = after;
    last = now;
  }
  baseline_watched_ = clock_.Boot() - start;
  for (std::size_t i = 0; i < members_.size(); ++i) {
    if (!IsModel(InfoOf(members_[i]))) members_[i].idle = looks[i].Mean();
  }
  return true;
}

void Measurement::Begin() {
  start_ = clock_.Boot();
  start_utc_ = clock_.Utc();
  for (const auto& lane : lanes_) {
    lane->Tick();
    lane->Mend();
    lane->BeginRun(start_, start_utc_);
  }
}

void Measurement::CommandStarted() {
  start_ = clock_.Boot();
  start_utc_ = clock_.Utc();
}

void Measurement::StartSampling() {
  for (const auto& lane : lanes_) lane->Start();
}

void Measurement::ReadNow() {
  for (const auto& lane : lanes_) lane->ReadNow(kMarkPatience);
}

void Measurement::Mend() {
  for (const auto& lane : lanes_) lane->Mend();
}

void Measurement::End() {
  end_ = clock_.Boot();
  end_utc_ = clock_.Utc();
  for (const auto& lane : lanes_) {
    if (!lane->Stop(kPatience)) hanging_.push_back(lane->meter().name());
  }
}

Seconds Measurement::duration() const { return Now() - start_; }

std::vector<std::vector<sampling::DomainTotals>> Measurement::AllTotals() const {
  std::vector<std::vector<sampling::DomainTotals>> totals;
  totals.reserve(lanes_.size());
  for (const auto& lane : lanes_) totals.push_back(lane->totals());
  return totals;
}

bool Measurement::HasFailed(const Member& member, const sampling::DomainTotals& totals) const {
  if (!totals.primed) return true;
  return !totals.alive && !IsModel(InfoOf(member)) && duration() > kStandstill;
}

std::vector<const Measurement::Member*> Measurement::Standing(
    const std::vector<std::vector<sampling::DomainTotals>>& totals) const {
  std::vector<const Member*> standing;
  std::set<Component> covered;
  for (const Member& m : members_) {
    if (m.standby || HasFailed(m, totals[m.lane][m.index])) continue;
    standing.push_back(&m);
    covered.insert(InfoOf(m).component);
  }
  if (covered.contains(Component::kCpu) || covered.contains(Component::kBoard)) return standing;
  for (const Member& m : members_) {
    // A memory counter may go on where the processor's has failed.
    if (m.standby && !covered.contains(InfoOf(m).component)) standing.push_back(&m);
  }
  return standing;
}

std::optional<energy::IdlePower> Measurement::IdleOf(const Member& member, Joules energy, Joules all) const {
  if (baseline_option_.kind != BaselineOption::Kind::kGiven) return member.idle;
  // One figure for the whole boundary: its parts are taken to idle in the proportion in which they work.
  const double part = all > Joules{0} ? energy / all : 0;
  return energy::IdlePower{baseline_option_.power * part, Watts{0}};
}

// Readings are taken just before the start and just after the end; a millisecond counts where a run is
// short. At the end, and where readings have stopped, the last known power goes on.
Joules Measurement::EnergyOfRun(const sampling::DomainTotals& totals) const {
  const Seconds read = totals.upto - totals.from;
  const Watts mean = read > Seconds{0} ? totals.energy / read : totals.power;
  const Joules before_start = mean * std::max(Seconds{0}, start_ - totals.from);
  const Joules after_reading = totals.power * (Now() - totals.upto);
  return std::max(Joules{0}, totals.energy - before_start + after_reading);
}

std::vector<energy::DomainUse> Measurement::Uses() const {
  const auto totals = AllTotals();
  const std::vector<const Member*> standing = Standing(totals);
  std::vector<energy::DomainUse> uses;
  Joules all{0};
  for (const Member* m : standing) {
    const sampling::DomainTotals& t = totals[m->lane][m->index];
    const sampling::Lane& lane = *lanes_[m->lane];
    const Seconds silent = Now() - t.upto;
    const bool lost = silent > lane.period() * kSilentPeriods;
    uses.push_back({InfoOf(*m),
                    lane.meter().name(),
                    EnergyOfRun(t),
                    lost ? t.filled + t.power * silent : t.filled,
                    t.max_power,
                    {}});
    all += uses.back().energy;
  }
  for (std::size_t i = 0; i < standing.size(); ++i) uses[i].idle = IdleOf(*standing[i], uses[i].energy, all);
  return uses;
}

std::vector<std::pair<std::string, double>> Measurement::PowerNow() const {
  const auto totals = AllTotals();
  std::vector<std::pair<std::string, double>> powers;
  for (const Member* m : Standing(totals)) {
    powers.emplace_back(InfoOf(*m).name, totals[m->lane][m->index].power.value());
  }
  return powers;
}

}  // namespace jouleprint::job
