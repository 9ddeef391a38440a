#include "carbon/footprint/embodied.h"

#include <algorithm>
#include <cmath>
#include <string_view>
#include <utility>

#include "carbon/footprint/embodied_table.h"
#include "carbon/footprint/machine_kind.h"
#include "jouleprint/footprint.h"

namespace jouleprint::carbon {
namespace {

constexpr double kSecondsPerHour = 3600;
// What clouds and accountants write servers off in, and the range in use (3 y: p5.48xlarge in
// ecologits@2d0a1c7; 4 y: cloud-carbon-coefficients@dda7621; 6 y: arXiv:2211.02001).
constexpr Estimate kUsualYears{4, 3, 6, Basis::kAssumed};
constexpr const char* kUnknownModel = "GPU of a model that is not known";

class Inventory {
 public:
  explicit Inventory(const EmbodiedQuestion& question) : question_(question) {
    const std::optional<double>& years = question.option.lifetime_years;
    lifetime_h_ = Scale(years ? Estimate::Exact(*years, Basis::kAssumed) : kUsualYears, kHoursPerYear);
  }

  EmbodiedAnswer Take() {
    if (question_.option.kind == EmbodiedOption::Kind::kOff) return {};
    if (question_.option.kind == EmbodiedOption::Kind::kGiven) {
      AddGiven();
    } else {
      AddMachine();
    }
    SumUp();
    return std::move(answer_);
  }

 private:
  void AddGiven() {
    const double low = question_.option.low_kg, high = question_.option.high_kg;
    const bool for_gpus = !question_.host.gpus.empty();
    Add({"the machine", {(low + high) / 2, low, high, Basis::kAssumed}, "given"}, 1,
        for_gpus ? question_.reserved.gpu : question_.reserved.cpu);
  }

  void AddMachine() {
    const HostInfo& host = question_.host;
    const Reservation& reserved = question_.reserved;
    switch (KindOf(host)) {
      case MachineKind::kLaptop:
        // Its figure is of the whole device, with whatever graphics it has.
        return Add(MakingOf("laptop"), 1, reserved.cpu);
      case MachineKind::kGpuServer:
        // Built for its GPUs: who has a part of these has that part of the rest. With processors and memory.
        Add(MakingOf("gpu_server"), 1, reserved.gpu);
        break;
      case MachineKind::kServer:
        Add(MakingOf("server"), 1, reserved.cpu);
        Add(MakingOf("cpu"), std::max(1, host.sockets), reserved.cpu);
        AddMemory();
        break;
      case MachineKind::kGuest:
        Add(MakingOf("vcpu"), std::max(1, host.logical_cpus), reserved.cpu);
        AddMemory();
        break;
      case MachineKind::kDesktop:
        Add(MakingOf("desktop"), 1, reserved.cpu);
        break;
      case MachineKind::kUnknown:
        Add(MakingOf("computer"), 1, reserved.cpu);
        break;
    }
    AddGpus();
  }

  void AddMemory() {
    if (!(question_.host.memory_gib > 0)) return;
    Making memory = MakingOf("memory");
    const double gib = std::round(question_.host.memory_gib);
    memory.item = std::to_string(std::lround(gib)) + " " + memory.item;
    memory.kgco2e = Scale(memory.kgco2e, gib);
    Add(std::move(memory), 1, question_.reserved.memory);
  }

  // Those of one name together.
  void AddGpus() {
    std::vector<std::string> names = question_.host.gpus;
    names.insert(names.end(), static_cast<std::size_t>(std::max(0, question_.unnamed_gpus)), kUnknownModel);
    std::sort(names.begin(), names.end());
    for (auto first = names.begin(); first != names.end();) {
      const auto next = std::upper_bound(first, names.end(), *first);
      AddGpu(*first, static_cast<int>(next - first));
      first = next;
    }
  }

  void AddGpu(const std::string& name, int count) {
    std::optional<Making> making = MakingOfGpu(name);
    if (!making) {
      making = MakingOf("gpu");
      answer_.warnings.push_back("no table knows what making a '" + name +
                                 "' emitted: " + std::to_string(std::lround(making->kgco2e.low)) + " to " +
                                 std::to_string(std::lround(making->kgco2e.high)) +
                                 " kg CO2e are counted for each, as far as graphics cards range");
    }
    making->item = name;
    Add(*std::move(making), count, question_.reserved.gpu);
  }

  // What is not known is not zero: without a word on the share, all of it counts.
  void Add(Making making, int count, const std::optional<double>& share) {
    share_unknown_ = share_unknown_ || !share;
    EmbodiedPart part{.item = std::move(making.item),
                      .count = count,
                      .making_kgco2e = making.kgco2e,
                      .lifetime_h = lifetime_h_,
                      .share = share.value_or(1),
                      .gco2e = {},
                      .source = std::move(making.source)};
    const double hours = question_.duration.value() / kSecondsPerHour;
    part.gco2e = Scale(EmbodiedGrams({part.making_kgco2e, part.lifetime_h, hours, part.share}), count);
    answer_.parts.push_back(std::move(part));
  }

  // The lifetime is one and the methods are the same: the parts err together.
  void SumUp() {
    Estimate sum = Estimate::Exact(0, Basis::kAssumed);
    for (const EmbodiedPart& part : answer_.parts) sum = SumCorrelated(sum, part.gco2e);
    answer_.gco2e = sum;
    if (!share_unknown_) return;
    answer_.warnings.push_back(
        "which part of the machine's memory and GPUs is the command's is not known, so the making of all of "
        "it "
        "is counted");
  }

  const EmbodiedQuestion& question_;
  Estimate lifetime_h_;
  EmbodiedAnswer answer_;
  bool share_unknown_ = false;
};

}  // namespace

EmbodiedAnswer EmbodiedOf(const EmbodiedQuestion& question) { return Inventory(question).Take(); }

}  // namespace jouleprint::carbon
