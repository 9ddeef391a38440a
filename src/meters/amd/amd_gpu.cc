// Which figure of each AMD GPU is taken, and what is said of the others; see amd_gpu.h. Tested by
// tests/meters/amd/amd_gpu_test.cc and amd_smi_test.cc.
#include "meters/amd/amd_gpu.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "meters/amd/amd_gpu_device.h"
#include "meters/amd/amd_smi_meter.h"
#include "meters/attribute_file.h"
#include "meters/sysfs/pci_devices.h"

namespace jouleprint::meters {
namespace {

constexpr const char* kName = "amdgpu";
constexpr Seconds kPeriod{0.1};

/// The energy counters in files gpu_metrics.
class GpuMetricsMeter final : public Meter {
 public:
  void Add(const AmdGpu& gpu, const os::Sysroot& sysroot) {
    DomainInfo info = DescribeAmdGpu(gpu);
    info.kind = ReadingKind::kCounter;
    info.basis = Basis::kCounter;
    info.source =
        fmt::format("amdgpu energy counter (gpu_metrics {}.{})", gpu.metrics->format, gpu.metrics->content);
    info.joules_per_count = kJoulesPerGpuMetricsCount;
    info.counter_values = 0;  // 64 bits never wrap; a decrease is a driver that was loaded anew
    info.error.resolution = kJoulesPerGpuMetricsCount;
    domains_.push_back(std::move(info));
    files_.emplace_back(gpu.metrics_path, sysroot);
  }

  std::string name() const override { return kName; }
  const std::vector<DomainInfo>& domains() const override { return domains_; }
  void Keep(const std::vector<bool>& wanted) override {
    KeepWanted(wanted, &domains_);
    KeepWanted(wanted, &files_);
  }
  void Read(const os::Clock& clock, std::span<Reading> out) noexcept override {
    for (std::size_t i = 0; i < files_.size(); ++i) {
      out[i] = Reading{};
      out[i].before = clock.Boot();
      out[i].state = ReadCounts(&files_[i], &out[i].counts);
      out[i].after = clock.Boot();
    }
  }
  bool Reopen() override {
    bool came_back = false;
    for (AttributeFile& file : files_) came_back = file.Open() || came_back;
    return came_back;
  }
  Seconds period() const override { return kPeriod; }

 private:
  static ReadState ReadCounts(AttributeFile* file, std::uint64_t* counts) noexcept {
    std::array<char, kGpuMetricsBytes> buffer;
    std::string_view content;
    const ReadState state = file->Read(buffer, &content);
    if (!HasValue(state)) return state;
    const auto metrics = ParseGpuMetrics(content);
    if (!metrics || !metrics->energy) return ReadState::kNoData;
    *counts = *metrics->energy;
    return state;
  }

  std::vector<DomainInfo> domains_;
  std::vector<AttributeFile> files_;  // files_[i] is of domains_[i]
};

class Survey {
 public:
  explicit Survey(const Machine& machine) : machine_(machine), gpus_(FindAmdGpus(machine)) {}

  Discovery Take() {
    for (const AmdGpu& gpu : gpus_) TakeByFiles(gpu);
    AddMeters();
    AskTheLibrary();
    NoteMissingDrivers();
    return std::move(discovery_);
  }

 private:
  void Drop(std::string name, std::string source, std::string reason) {
    discovery_.dropped.push_back({std::move(name), std::move(source), std::move(reason)});
  }

  void TakeByFiles(const AmdGpu& gpu) {
    if (gpu.second_die) {
      return Drop(gpu.DomainName(), "amdgpu " + gpu.address,
                  "it is the second die of its card, whose first die reports both");
    }
    if (gpu.metrics && gpu.metrics->energy.value_or(0) > 0) {
      const std::string why_not = WhyNoAmdCounter(gpu.device_id);
      if (why_not.empty()) {
        counters_->Add(gpu, machine_.sysroot);
        return with_counter_.push_back(gpu.address);
      }
      Drop(gpu.DomainName() + " counter", "amdgpu gpu_metrics", why_not);
    }
    if (!gpu.power_file.empty()) return TakePower(gpu);
    if (gpu.power_not_permitted) not_permitted_.push_back(gpu.chip.path);
    Drop(gpu.DomainName(), "amdgpu " + gpu.address,
         gpu.power_not_permitted
             ? "its power may not be read by this user"
             : "its driver gives neither an energy counter that can be trusted nor power");
  }

  void TakePower(const AmdGpu& gpu) {
    DomainInfo info = DescribeAmdGpu(gpu);
    info.source = "amdgpu " + gpu.power_file + ", integrated";
    if (gpu.kind == AmdKind::kApu) info.source += " (it includes the CPU)";
    // Of what length the average is, AMD does not say; a tenth of a second is assumed.
    if (gpu.power_file == "power1_average") info.error.averaging_window = Seconds{0.1};
    info.error.resolution = 1e-3;  // power_2_mwatt (amdgpu_pm.c): milliwatts at best
    powers_.push_back(PowerDomain(gpu.chip, gpu.power_file, std::move(info)));
  }

  void AddMeters() {
    MeterFinding finding{kName, MeterState::kUsable, {}, {}, {}};
    for (const DomainInfo& domain : counters_->domains()) finding.domains.push_back(domain.name);
    for (const AttributeDomain& power : powers_) finding.domains.push_back(power.info.name);
    finding.reason = fmt::format("{} with an energy counter, {} by their power, by the driver's own files",
                                 counters_->domains().size(), powers_.size());
    if (!finding.domains.empty()) discovery_.findings.push_back(std::move(finding));
    if (!counters_->domains().empty()) discovery_.meters.push_back(std::move(counters_));
    if (!powers_.empty()) {
      discovery_.meters.push_back(
          std::make_unique<AttributeMeter>(kName, kPeriod, machine_.sysroot, std::move(powers_)));
    }
    if (not_permitted_.empty()) return;
    discovery_.findings.push_back({kName,
                                   MeterState::kNotPermitted,
                                   "the power of an AMD GPU may not be read",
                                   "give this user read access to " + not_permitted_.front() +
                                       "/power1_average and its like; drivers as they ship let everybody",
                                   {}});
  }

  // The library reads what the files hold, and more slowly: it is for tables that are newer than this
  // program, and for containers without them. A recorded machine's GPUs are not those of the machine that we
  // run on.
  void AskTheLibrary() {
    const bool named = !machine_.amd_smi_library.empty();
    const std::vector<PciDevice> present = ListGpus(machine_.sysroot, kAmdVendor);
    if (!named && (!machine_.sysroot.IsReal() || (present.empty() && gpus_.empty()))) return;
    const auto has_counter = [](const AmdGpu& gpu) {
      return gpu.kind != AmdKind::kApu && !gpu.second_die && WhyNoAmdCounter(gpu.device_id).empty();
    };
    const auto wanting = static_cast<std::size_t>(std::count_if(gpus_.begin(), gpus_.end(), has_counter));
    if (!named && !gpus_.empty() && wanting == with_counter_.size()) return;
    // Nobody expects a library where the driver's files give their GPU's power.
    const bool expected = named || gpus_.empty();
    Discovery by_library = DiscoverAmdSmi(machine_.amd_smi_library, gpus_, present, with_counter_);
    for (MeterFinding& finding : by_library.findings) {
      if (expected || finding.state == MeterState::kUsable) discovery_.findings.push_back(std::move(finding));
    }
    for (DroppedDomain& dropped : by_library.dropped) discovery_.dropped.push_back(std::move(dropped));
    for (auto& meter : by_library.meters) discovery_.meters.push_back(std::move(meter));
  }

  void NoteMissingDrivers() {
    if (!gpus_.empty() || !discovery_.meters.empty()) return;
    const std::vector<PciDevice> present = ListGpus(machine_.sysroot, kAmdVendor);
    if (present.empty()) return;
    discovery_.findings.push_back(
        {kName,
         MeterState::kNotPresent,
         "there is an AMD GPU at " + present.front().address + " and no amdgpu driver shows its power",
         "load the driver: modprobe amdgpu (needs root); for a GPU that is passed to a virtual machine, "
         "measure "
         "there",
         {}});
  }

  const Machine& machine_;
  const std::vector<AmdGpu> gpus_;
  std::unique_ptr<GpuMetricsMeter> counters_ = std::make_unique<GpuMetricsMeter>();
  std::vector<AttributeDomain> powers_;
  std::vector<std::string> with_counter_;  // addresses
  std::vector<std::string> not_permitted_;
  Discovery discovery_;
};

}  // namespace

Discovery DiscoverAmdGpu(const Machine& machine) { return Survey(machine).Take(); }

}  // namespace jouleprint::meters
