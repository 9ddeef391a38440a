// proc/stat, first line: "cpu user nice system idle iowait irq softirq steal guest guest_nice", in
// ticks (proc_stat(5)). guest is inside user and guest_nice inside nice, so the first eight are all.
// Tested by tests/meters/load_meter_test.cc.
#include "meters/load_meter.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "meters/cpu_power_model.h"
#include "os/file.h"

namespace jouleprint::meters {
namespace {

enum TickField { kUser, kNice, kSystem, kIdle, kIoWait, kIrq, kSoftIrq, kSteal, kTickFields };

class LoadMeter final : public Meter {
 public:
  LoadMeter(std::string stat_path, os::File stat, const CpuPowerModel& model)
      : stat_path_(std::move(stat_path)), stat_(std::move(stat)), model_(model) {}

  std::string name() const override { return "model"; }
  const std::vector<DomainInfo>& domains() const override { return domains_; }
  void Read(const os::Clock& clock, std::span<Reading> out) noexcept override;
  bool Reopen() override;
  /// The curve was fitted to means over 30 s. It bends, so reading a load that comes in bursts faster
  /// than it matters would only bring the bend into play.
  Seconds period() const override { return Seconds{1}; }

  /// Starts the mean of the first read. False when proc/stat says nothing.
  bool Start();
  void AddCpu();
  void AddMemory(const MemoryPowerModel& memory);

 private:
  void ReadLoad(Reading* reading) noexcept;

  std::string stat_path_;
  os::File stat_;
  CpuPowerModel model_;
  std::vector<DomainInfo> domains_;
  Watts memory_{0};
  CpuTicks last_;
  double load_ = 0;
};

bool LoadMeter::Start() {
  CpuTicks now;
  if (!stat_.is_open() || !ReadCpuTicks(stat_.fd(), &now)) return false;
  last_ = now;
  if (now.total > 0) load_ = static_cast<double>(now.busy) / static_cast<double>(now.total);
  return true;
}

void LoadMeter::AddCpu() {
  DomainInfo info;
  info.name = "cpu";
  info.component = Component::kCpu;
  info.kind = ReadingKind::kGauge;
  info.basis = Basis::kModelled;
  info.source = "load in proc/stat and " + model_.explanation;
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
  CpuTicks now;
  if (!ReadCpuTicks(stat_.fd(), &now)) {
    reading->state = ReadState::kGone;
    return;
  }
  if (now.total > last_.total) {
    std::uint64_t busy = now.busy > last_.busy ? now.busy - last_.busy : 0;
    load_ = std::min(1.0, static_cast<double>(busy) / static_cast<double>(now.total - last_.total));
    last_ = now;
  } else if (now.total < last_.total) {
    // Time went back (iowait may, and a restored guest's does): count from here.
    last_ = now;
  }
  reading->state = ReadState::kOk;
  reading->watts = model_.At(load_).value();
}

bool LoadMeter::Reopen() {
  Result<os::File> stat = os::File::OpenForReading(stat_path_);
  if (!stat.ok()) return false;
  stat_ = std::move(*stat);
  return Start();
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
  discovery.meter = std::move(meter);
  return discovery;
}

}  // namespace

bool ReadCpuTicks(int fd, CpuTicks* out) noexcept {
  std::array<char, 512> buffer;  // twenty digits for each of ten numbers fit twice
  std::int64_t size = os::ReadFromStart(fd, buffer);
  if (size <= 0) return false;
  std::string_view line(buffer.data(), static_cast<std::size_t>(size));
  line = line.substr(0, line.find('\n'));
  if (!line.starts_with("cpu ")) return false;
  line.remove_prefix(4);
  std::array<std::uint64_t, kTickFields> ticks{};
  std::size_t found = 0;
  for (; found < ticks.size(); ++found) {
    line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
    auto [end, error] = std::from_chars(line.data(), line.data() + line.size(), ticks[found]);
    if (error != std::errc()) break;
    line.remove_prefix(static_cast<std::size_t>(end - line.data()));
  }
  if (found <= kIdle) return false;  // kernels before 2.6 stop after idle
  out->busy = ticks[kUser] + ticks[kNice] + ticks[kSystem] + ticks[kIrq] + ticks[kSoftIrq];
  out->total = out->busy + ticks[kIdle] + ticks[kIoWait] + ticks[kSteal];
  return true;
}

Discovery DiscoverModel(const os::Sysroot& sysroot, const CpuIdentity& identity, bool need_cpu,
                        bool need_memory) {
  if (!need_cpu && !need_memory) {
    return Without(MeterState::kRefused,
                   "counters measure the processor and the memory, so no model is needed");
  }
  std::string path = sysroot.Path("proc/stat");
  Result<os::File> stat = os::File::OpenForReading(path);
  std::string problem;
  os::File file = stat.ok() ? std::move(*stat) : os::File();
  auto meter = std::make_unique<LoadMeter>(path, std::move(file), ModelCpu(identity));
  if (need_cpu && meter->Start()) {
    meter->AddCpu();
  } else if (need_cpu) {
    problem = stat.ok() ? path + " does not start with the processors' times" : stat.error().message;
  }
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
