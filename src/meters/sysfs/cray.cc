// Facts of the interface (HPE Cray Supercomputing "User Application Placement / pm_counters"; Martin et al.,
// "Cray XC40 Power Monitoring and Control for Knights Landing", CUG 2016): files "VALUE UNIT [TIME us]";
// power in W, energy in J since the node was booted, of node, cpu, memory and acceleratorN; `freshness` goes
// up at each scan and stands still when the controller has stopped. Tested by tests/meters/sysfs/cray_test.cc
// and tests/fuzz/cray_line_fuzzer.cc.
#include "meters/sysfs/cray.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "meters/amd/amd_gpu_device.h"
#include "meters/attribute_file.h"
#include "meters/sysfs/pci_devices.h"
#include "os/file.h"

namespace jouleprint::meters {
namespace {

constexpr const char* kName = "cray";
constexpr Seconds kPeriod{0.1};
constexpr double kScanHzByDefault = 10;  // the same paper
// HPE states no accuracy for them in public: assumed.
constexpr double kGainHalfWidth = 0.05;
// This long without a scan, the files say what was.
constexpr Seconds kPatience{2};
constexpr std::string_view kBlanks = " \t\r\n";

std::string_view NextWord(std::string_view* rest) noexcept {
  rest->remove_prefix(std::min(rest->find_first_not_of(kBlanks), rest->size()));
  const std::string_view word = rest->substr(0, rest->find_first_of(kBlanks));
  rest->remove_prefix(word.size());
  return word;
}

struct Counter {
  AttributeFile file;
  CrayUnit unit = CrayUnit::kJoules;
};

class CrayMeter final : public Meter {
 public:
  CrayMeter(std::optional<AttributeFile> freshness, std::vector<Counter> counters,
            std::vector<DomainInfo> domains)
      : freshness_(std::move(freshness)), counters_(std::move(counters)), domains_(std::move(domains)) {}

  std::string name() const override { return kName; }
  const std::vector<DomainInfo>& domains() const override { return domains_; }
  void Keep(const std::vector<bool>& wanted) override {
    KeepWanted(wanted, &domains_);
    KeepWanted(wanted, &counters_);
  }
  void Read(const os::Clock& clock, std::span<Reading> out) noexcept override {
    const ReadState scans = LookAtFreshness(clock.Boot());
    for (std::size_t i = 0; i < counters_.size(); ++i) {
      out[i] = Reading{};
      out[i].before = clock.Boot();
      out[i].state = Worse(scans, ReadOne(&counters_[i], &out[i]));
      out[i].after = clock.Boot();
    }
  }
  bool Reopen() override {
    bool came_back = freshness_ && freshness_->Open();
    for (Counter& counter : counters_) came_back = counter.file.Open() || came_back;
    return came_back;
  }
  Seconds period() const override { return kPeriod; }

 private:
  ReadState LookAtFreshness(os::BootTime now) noexcept {
    if (!freshness_) return ReadState::kOk;
    std::array<char, 64> buffer;
    std::string_view text;
    const ReadState state = freshness_->Read(buffer, &text);
    if (!HasValue(state)) return state;
    std::uint64_t scan = 0;
    if (!os::ParseU64(NextWord(&text), &scan)) return ReadState::kNoData;
    if (scan != last_scan_ || !scanned_at_) {
      last_scan_ = scan;
      scanned_at_ = now;
    }
    return now - *scanned_at_ > kPatience ? ReadState::kNoData : state;
  }

  static ReadState ReadOne(Counter* counter, Reading* out) noexcept {
    std::array<char, 96> buffer;
    std::string_view line;
    const ReadState state = counter->file.Read(buffer, &line);
    if (!HasValue(state)) return state;
    const auto value = ParseCrayLine(line, counter->unit);
    if (!value) return ReadState::kNoData;
    if (counter->unit == CrayUnit::kJoules)
      out->counts = *value;
    else
      out->watts = static_cast<double>(*value);
    return state;
  }

  std::optional<AttributeFile> freshness_;
  std::vector<Counter> counters_;
  std::vector<DomainInfo> domains_;  // domains_[i] is of counters_[i]
  std::uint64_t last_scan_ = 0;
  std::optional<os::BootTime> scanned_at_;
};

// PCI addresses of the cards that an accelerator's counter may be of, each card once.
std::vector<std::string> Cards(const Machine& machine) {
  std::vector<std::string> cards;
  for (const PciDevice& gpu : ListGpus(machine.sysroot, kNvidiaVendor)) cards.push_back(gpu.address);
  for (const AmdGpu& gpu : FindAmdGpus(machine)) {
    if (!gpu.second_die && gpu.kind == AmdKind::kCard && !gpu.address.empty()) cards.push_back(gpu.address);
  }
  return cards;
}

class Survey {
 public:
  explicit Survey(const Machine& machine)
      : machine_(machine), folder_(machine.sysroot.Path("sys/cray/pm_counters")) {
    double hz = 0;
    const std::string told = os::ReadLine(folder_ + "/raw_scan_hz").value_or("");
    if (os::ParseDouble(told, &hz) && hz > 0.01 && hz <= 1000) scan_hz_ = hz;
  }

  Discovery Take() {
    if (!os::Exists(folder_)) return {};
    if (!TakeFile("energy", CrayUnit::kJoules, "node", {.level = Level::kNode}, Component::kBoard))
      TakeFile("power", CrayUnit::kWatts, "node", {.level = Level::kNode}, Component::kBoard);
    TakeFile("cpu_energy", CrayUnit::kJoules, "cpu-sockets", {.level = Level::kPackage}, Component::kCpu);
    TakeFile("memory_energy", CrayUnit::kJoules, "memory-sockets", {.level = Level::kMemory},
             Component::kMemory);
    TakeAccelerators();
    return Conclude();
  }

 private:
  // False where there is no such file, or it has no such line in it.
  bool TakeFile(const std::string& file, CrayUnit unit, const std::string& domain, Scope scope,
                Component component) {
    const std::string path = folder_ + "/" + file;
    const Result<std::string> line = os::ReadLine(path);
    if (!line.ok() && line.error().code == ErrorCode::kNotPermitted) not_permitted_ = path;
    if (!line.ok() || !ParseCrayLine(*line, unit)) return false;
    const bool counter = unit == CrayUnit::kJoules;
    DomainInfo info;
    info.name = domain;
    info.component = component;
    info.kind = counter ? ReadingKind::kCounter : ReadingKind::kGauge;
    info.basis = counter ? Basis::kCounter : Basis::kSampled;
    info.source = "Cray pm_counters/" + file;
    info.scope = std::move(scope);
    info.joules_per_count = counter ? 1 : 0;
    info.error.relative = kGainHalfWidth;
    info.error.update_period = Seconds{1 / scan_hz_};
    info.error.averaging_window = counter ? Seconds{0} : Seconds{1 / scan_hz_};
    info.error.resolution = 1;  // whole joules, whole watts
    domains_.push_back(std::move(info));
    counters_.push_back({AttributeFile(path, machine_.sysroot), unit});
    return true;
  }

  // Which card an accelerator is, nothing says. As many of the one as of the other are the same ones, each
  // counted once whichever stands for which; a different number of them might count one twice.
  void TakeAccelerators() {
    std::vector<std::string> files;
    for (const std::string& file : os::ListDirectory(folder_).value_or({})) {
      if (file.starts_with("accel") && file.ends_with("_energy")) files.push_back(file);
    }
    const std::vector<std::string> cards = Cards(machine_);
    for (std::size_t i = 0; i < files.size(); ++i) {
      const std::string domain = "accelerator-" + std::to_string(i);
      if (!cards.empty() && cards.size() != files.size()) {
        dropped_.push_back({domain, "Cray pm_counters/" + files[i],
                            "which GPU it is cannot be told, and it might be counted twice"});
        continue;
      }
      TakeFile(files[i], CrayUnit::kJoules, domain,
               {.level = Level::kGpu, .device = cards.empty() ? domain : cards[i]}, Component::kGpu);
    }
  }

  Discovery Conclude() {
    Discovery discovery;
    discovery.dropped = std::move(dropped_);
    if (!not_permitted_.empty()) {
      discovery.findings.push_back(
          {kName,
           MeterState::kNotPermitted,
           not_permitted_ + " may not be read by this user",
           "ask the system's operators: they are open to everybody as HPE ships them",
           {}});
    }
    if (domains_.empty()) return discovery;
    MeterFinding finding{kName, MeterState::kUsable, "counters of the node's own controller", {}, {}};
    for (const DomainInfo& domain : domains_) finding.domains.push_back(domain.name);
    discovery.findings.push_back(std::move(finding));
    std::optional<AttributeFile> freshness;
    if (os::Exists(folder_ + "/freshness")) freshness.emplace(folder_ + "/freshness", machine_.sysroot);
    discovery.meters.push_back(
        std::make_unique<CrayMeter>(std::move(freshness), std::move(counters_), std::move(domains_)));
    return discovery;
  }

  const Machine& machine_;
  const std::string folder_;
  double scan_hz_ = kScanHzByDefault;
  std::vector<Counter> counters_;
  std::vector<DomainInfo> domains_;
  std::vector<DroppedDomain> dropped_;
  std::string not_permitted_;
};

}  // namespace

Discovery DiscoverCray(const Machine& machine) { return Survey(machine).Take(); }

std::optional<std::uint64_t> ParseCrayLine(std::string_view line, CrayUnit unit) noexcept {
  std::uint64_t value = 0;
  if (!os::ParseU64(NextWord(&line), &value)) return std::nullopt;
  if (NextWord(&line) != (unit == CrayUnit::kJoules ? "J" : "W")) return std::nullopt;
  // The time may be missing; where it is there it is whole, or the line is torn.
  const std::string_view time = NextWord(&line);
  std::uint64_t microseconds = 0;
  if (!time.empty() && (!os::ParseU64(time, &microseconds) || NextWord(&line) != "us")) return std::nullopt;
  if (!NextWord(&line).empty()) return std::nullopt;
  return value;
}

}  // namespace jouleprint::meters
