// The meter over AMD's library and how it chooses per GPU; see amd_smi_meter.h. Tested by
// tests/meters/amd/amd_smi_test.cc against a library with the same ABI.
#include "meters/amd/amd_smi_meter.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "meters/amd/amd_smi_api.h"

namespace jouleprint::meters {
namespace {

using Answer = AmdSmiApi::Answer;

ReadState StateFor(Answer answer) {
  switch (answer) {
    case Answer::kOk:
      return ReadState::kOk;
    case Answer::kTryAgain:
      return ReadState::kNoData;
    case Answer::kNo:
      return ReadState::kGone;
  }
  return ReadState::kGone;
}

class AmdSmiMeter final : public Meter {
 public:
  explicit AmdSmiMeter(AmdSmiApi api) : api_(std::move(api)) {}

  void Add(const AmdSmiApi::Gpu& gpu, DomainInfo info) {
    domains_.push_back(std::move(info));
    gpus_.push_back(gpu);
  }

  std::string name() const override { return api_.name(); }
  const std::vector<DomainInfo>& domains() const override { return domains_; }
  void Keep(const std::vector<bool>& wanted) override {
    KeepWanted(wanted, &domains_);
    KeepWanted(wanted, &gpus_);
  }
  void Read(const os::Clock& clock, std::span<Reading> out) noexcept override {
    for (std::size_t i = 0; i < gpus_.size(); ++i) ReadOne(clock, i, &out[i]);
  }
  const AmdSmiApi& api() const { return api_; }

 private:
  void ReadOne(const os::Clock& clock, std::size_t i, Reading* out) noexcept {
    *out = Reading{};
    out->before = clock.Boot();
    if (domains_[i].kind == ReadingKind::kCounter) {
      AmdSmiApi::Energy energy;
      out->state = StateFor(api_.ReadEnergy(gpus_[i], &energy));
      out->counts = energy.counts;
    } else {
      out->state = StateFor(api_.ReadPower(gpus_[i], &out->watts));
    }
    out->after = clock.Boot();
  }

  const AmdSmiApi api_;
  std::vector<DomainInfo> domains_;
  std::vector<AmdSmiApi::Gpu> gpus_;  // gpus_[i] is of domains_[i]
};

class Chooser {
 public:
  Chooser(AmdSmiMeter* meter, const std::vector<AmdGpu>& known, const std::vector<PciDevice>& present,
          const std::vector<std::string>& with_counter)
      : meter_(*meter), known_(known), present_(present), with_counter_(with_counter) {
    for (const AmdGpu& gpu : known_) next_number_ = std::max(next_number_, gpu.number + 1);
  }

  std::vector<DroppedDomain> Choose() {
    for (const AmdSmiApi::Gpu& gpu : meter_.api().ListGpus()) {
      const bool done =
          std::find(with_counter_.begin(), with_counter_.end(), gpu.address) != with_counter_.end();
      if (!done) ChooseWay(gpu);
    }
    return std::move(dropped_);
  }

 private:
  // The driver's files know more of it than the library says; without them it is a card of that address.
  AmdGpu Identify(const AmdSmiApi::Gpu& gpu) {
    const auto known = std::find_if(known_.begin(), known_.end(),
                                    [&](const AmdGpu& other) { return other.address == gpu.address; });
    if (known != known_.end()) return *known;
    AmdGpu unknown;
    unknown.address = gpu.address;
    unknown.number = next_number_++;
    unknown.device_id = gpu.device_id;
    for (const PciDevice& device : present_) {
      if (device.address == gpu.address) unknown.device_id = device.device;
    }
    unknown.kind = KindOfAmdDevice(unknown.device_id);
    return unknown;
  }

  void ChooseWay(const AmdSmiApi::Gpu& gpu) {
    const AmdGpu identity = Identify(gpu);
    if (identity.second_die || identity.kind == AmdKind::kApu) return;
    DomainInfo info = DescribeAmdGpu(identity);
    AmdSmiApi::Energy energy;
    if (meter_.api().ReadEnergy(gpu, &energy) == Answer::kOk && energy.counts > 0) {
      const std::string why_not = WhyNoAmdCounter(identity.device_id);
      if (why_not.empty()) return TakeCounter(gpu, std::move(info), energy.joules_per_count);
      dropped_.push_back({info.name + " counter", meter_.name(), why_not});
    }
    if (identity.power_file.empty()) TakePower(gpu, std::move(info));
  }

  void TakeCounter(const AmdSmiApi::Gpu& gpu, DomainInfo info, double joules_per_count) {
    info.kind = ReadingKind::kCounter;
    info.basis = Basis::kCounter;
    info.source = meter_.name() + " energy counter";
    info.joules_per_count = joules_per_count;
    info.error.resolution = joules_per_count;
    meter_.Add(gpu, std::move(info));
  }

  void TakePower(const AmdSmiApi::Gpu& gpu, DomainInfo info) {
    double watts = 0;
    const Answer answer = meter_.api().ReadPower(gpu, &watts);
    if (answer != Answer::kOk || watts <= 0) {
      dropped_.push_back(
          {info.name, meter_.name(),
           answer == Answer::kOk
               ? "it reports 0 W: the second die of a card, whose first die reports both, or asleep"
               : "the library gives neither an energy counter that can be trusted nor power"});
      return;
    }
    info.kind = ReadingKind::kGauge;
    info.basis = Basis::kSampled;
    info.source = meter_.name() + " average power, integrated";
    meter_.Add(gpu, std::move(info));
  }

  AmdSmiMeter& meter_;
  const std::vector<AmdGpu>& known_;
  const std::vector<PciDevice>& present_;
  const std::vector<std::string>& with_counter_;
  int next_number_ = 0;
  std::vector<DroppedDomain> dropped_;
};

Discovery Without(std::string name, const Error& error) {
  const bool absent = error.code == ErrorCode::kNotPresent;
  Discovery discovery;
  discovery.findings.push_back(
      {std::move(name),
       absent ? MeterState::kNotPresent : MeterState::kRefused,
       absent ? "neither AMD SMI (libamd_smi.so) nor ROCm SMI (librocm_smi64.so) is installed"
              : error.message,
       absent ? "install ROCm's amd-smi-lib, or name the library in JOULEPRINT_AMD_SMI" : error.hint,
       {}});
  return discovery;
}

}  // namespace

Discovery DiscoverAmdSmi(const std::string& library, const std::vector<AmdGpu>& known,
                         const std::vector<PciDevice>& present,
                         const std::vector<std::string>& with_counter) {
  auto api = AmdSmiApi::Load(library);
  if (!api.ok()) return Without("amd-smi", api.error());
  if (const auto started = api->Start(); !started.ok()) return Without(api->name(), started.error());
  auto meter = std::make_unique<AmdSmiMeter>(*std::move(api));
  Discovery discovery;
  discovery.dropped = Chooser(meter.get(), known, present, with_counter).Choose();
  if (meter->domains().empty()) return discovery;
  MeterFinding finding{meter->name(), MeterState::kUsable, "what the driver's own files do not give", {}, {}};
  for (const DomainInfo& domain : meter->domains()) finding.domains.push_back(domain.name);
  discovery.findings.push_back(std::move(finding));
  discovery.meters.push_back(std::move(meter));
  return discovery;
}

}  // namespace jouleprint::meters
