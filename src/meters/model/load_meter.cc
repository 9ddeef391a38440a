// What is read and why stands in cpu_activity.cc, what is made of it in cpu_power_model.cc. Tested by
// tests/meters/model/load_meter_test.cc.
#include "meters/model/load_meter.h"

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <utility>

namespace jouleprint::meters {
namespace {

class LoadMeter final : public Meter {
 public:
  LoadMeter(CpuActivityReader activity, CpuPowerModel model)
      : activity_(std::move(activity)), model_(std::move(model)) {}

  std::string name() const override { return "model"; }
  const std::vector<DomainInfo>& domains() const override { return domains_; }
  void Keep(const std::vector<bool>& wanted) override { KeepWanted(wanted, &domains_); }
  void Read(const os::Clock& clock, std::span<Reading> out) noexcept override;
  bool Reopen() override { return activity_.Reopen(); }
  /// The curve was fitted to means over 30 s. It bends, so reading a load that comes in bursts faster
  /// than it matters would only bring the bend into play.
  Seconds period() const override { return Seconds{1}; }

  /// Starts the mean of the first read. False when proc/stat says nothing.
  bool Start() { return activity_.Start(); }
  void AddCpu();
  void AddMemory(const MemoryPowerModel& memory);

 private:
  void ReadLoad(Reading* reading) noexcept;

  CpuActivityReader activity_;
  CpuPowerModel model_;
  std::vector<DomainInfo> domains_;
  Watts memory_{0};
};

void LoadMeter::AddCpu() {
  DomainInfo info;
  info.name = "cpu";
  info.component = Component::kCpu;
  info.scope = {.level = Level::kPackage};
  info.kind = ReadingKind::kGauge;
  info.basis = model_.basis;
  const bool clock = activity_.has_clock() && !model_.shape;
  info.source =
      (clock ? "load in proc/stat, clock in cpufreq and " : "load in proc/stat and ") + model_.explanation;
  info.mean_since_last_read = true;
  info.model_idle = model_.idle;
  info.error.low_factor = model_.low_factor;
  info.error.high_factor = model_.high_factor;
  domains_.push_back(std::move(info));
}

void LoadMeter::AddMemory(const MemoryPowerModel& memory) {
  DomainInfo info;
  info.name = "memory";
  info.component = Component::kMemory;
  info.scope = {.level = Level::kMemory};
  info.kind = ReadingKind::kGauge;
  info.basis = Basis::kModelled;
  info.source = memory.explanation;
  info.mean_since_last_read = true;
  // It draws as much with nothing running.
  info.model_idle = memory.power;
  info.error.low_factor = memory.low_factor;
  info.error.high_factor = memory.high_factor;
  domains_.push_back(std::move(info));
  memory_ = memory.power;
}

void LoadMeter::Read(const os::Clock& clock, std::span<Reading> out) noexcept {
  for (std::size_t i = 0; i < domains_.size() && i < out.size(); ++i) {
    out[i].before = clock.Boot();
    if (domains_[i].component == Component::kCpu) {
      ReadLoad(&out[i]);
    } else {
      out[i].state = ReadState::kOk;
      out[i].watts = memory_.value();
    }
    out[i].after = clock.Boot();
  }
}

void LoadMeter::ReadLoad(Reading* reading) noexcept {
  CpuActivity activity;
  if (!activity_.Read(&activity)) {
    reading->state = ReadState::kGone;
    return;
  }
  reading->state = ReadState::kOk;
  reading->watts = model_.At(activity).value();
}

std::string Join(const std::string& a, const std::string& b) {
  return a.empty() || b.empty() ? a + b : a + "; " + b;
}

Discovery Without(MeterState state, std::string reason, std::string remedy = {}) {
  Discovery discovery;
  discovery.findings.push_back({"model", state, std::move(reason), std::move(remedy), {}});
  return discovery;
}

/// `problem`: why a part that was needed is missing; may be empty.
Discovery With(std::unique_ptr<LoadMeter> meter, std::string problem) {
  MeterFinding finding{"model", MeterState::kUsable, {}, {}, {}};
  for (const DomainInfo& domain : meter->domains()) {
    finding.reason = Join(finding.reason, domain.source);
    finding.domains.push_back(domain.name);
  }
  finding.reason = Join(finding.reason, problem);
  Discovery discovery;
  discovery.findings.push_back(std::move(finding));
  discovery.meters.push_back(std::move(meter));
  return discovery;
}

}  // namespace

Discovery DiscoverModel(const os::Sysroot& sysroot, const CpuIdentity& identity, bool need_cpu,
                        bool need_memory, std::optional<PowerPoints> known) {
  if (!need_cpu && !need_memory) {
    return Without(MeterState::kRefused,
                   "counters measure the processor and the memory, so no model is needed");
  }
  CpuActivityReader activity(sysroot, identity);
  std::string problem = activity.problem();
  if (problem.empty()) problem = activity.stat_path() + " does not start with the processors' times";
  auto meter = std::make_unique<LoadMeter>(std::move(activity), ModelCpu(identity, known));
  const bool has_cpu = need_cpu && meter->Start();
  if (has_cpu) meter->AddCpu();
  if (has_cpu || !need_cpu) problem.clear();
  if (need_memory && identity.memory_gib > 0) {
    meter->AddMemory(ModelMemory(identity));
  } else if (need_memory) {
    problem = Join(problem, sysroot.Path("proc/meminfo") + " does not say how much memory there is");
  }
  if (meter->domains().empty()) {
    return Without(MeterState::kNotPresent, problem,
                   "mount the host's proc file system, or name the folder that holds it with --sysroot");
  }
  return With(std::move(meter), std::move(problem));
}

}  // namespace jouleprint::meters
