// Facts of the interface (Documentation/ABI/testing/sysfs-class-power, Linux 6.12): power_now in microwatts,
// voltage_now and current_now in microvolts and microamperes, whose sign is the direction with some drivers
// and always positive with others; status is Charging, Discharging, Not charging, Full or Unknown; scope
// Device is a mouse's. A laptop with two batteries drains one after the other. Tested by
// tests/meters/sysfs/battery_test.cc.
#include "meters/sysfs/battery.h"

#include <array>
#include <cmath>
#include <optional>
#include <utility>

#include "meters/attribute_file.h"
#include "os/file.h"

namespace jouleprint::meters {
namespace {

constexpr const char* kName = "battery";
// A battery's controller renews its figures every few seconds; its accuracy is stated by nobody (both
// assumed).
constexpr Seconds kUpdatePeriod{5};
constexpr double kGainHalfWidth = 0.10;
constexpr double kResolutionWatts = 0.01;  // the Smart Battery Data Specification's coarsest unit, 10 mW
// Often enough that a charger is noticed soon.
constexpr Seconds kPeriod{0.5};
constexpr double kWattsPerMicrowatt = 1e-6;
constexpr double kWattsPerProduct = 1e-12;  // microvolts times microamperes

enum class Flow { kDischarging, kResting, kCharging };

std::optional<Flow> FlowOf(std::string_view status) {
  while (!status.empty() && status.back() == '\n') status.remove_suffix(1);
  if (status == "Discharging") return Flow::kDischarging;
  if (status == "Charging") return Flow::kCharging;
  if (status == "Not charging" || status == "Full" || status == "Unknown") return Flow::kResting;
  return std::nullopt;
}

struct Cell {
  AttributeFile status;
  AttributeFile first;  // watts, or volts
  std::optional<AttributeFile> amperes;
};

ReadState ReadNumber(AttributeFile* file, double* number) noexcept {
  std::array<char, 32> buffer;
  std::string_view text;
  std::int64_t value = 0;
  const ReadState state = file->Read(buffer, &text);
  if (!HasValue(state)) return state;
  if (!os::ParseI64(text, &value)) return ReadState::kNoData;
  *number = static_cast<double>(value);
  return state;
}

class BatteryMeter final : public Meter {
 public:
  BatteryMeter(std::vector<Cell> cells, std::vector<AttributeFile> mains)
      : cells_(std::move(cells)), mains_(std::move(mains)) {
    DomainInfo info;
    info.name = kName;
    info.component = Component::kBoard;
    info.kind = ReadingKind::kGauge;
    info.basis = Basis::kSampled;
    info.source = cells_.size() == 1 ? "battery, integrated" : "batteries, integrated";
    info.scope = {.level = Level::kNode};
    info.error.relative = kGainHalfWidth;
    info.error.update_period = kUpdatePeriod;
    info.error.averaging_window = kUpdatePeriod;
    info.error.resolution = kResolutionWatts;
    domains_.push_back(std::move(info));
  }

  std::string name() const override { return kName; }
  const std::vector<DomainInfo>& domains() const override { return domains_; }
  void Keep(const std::vector<bool>& wanted) override { KeepWanted(wanted, &domains_); }
  void Read(const os::Clock& clock, std::span<Reading> out) noexcept override {
    if (out.empty()) return;
    out[0] = Reading{};
    out[0].before = clock.Boot();
    out[0].state = ReadPower(&out[0].watts);
    out[0].after = clock.Boot();
  }
  bool Reopen() override {
    bool came_back = false;
    for (Cell& cell : cells_) {
      came_back = cell.status.Open() || came_back;
      came_back = cell.first.Open() || came_back;
      if (cell.amperes) came_back = cell.amperes->Open() || came_back;
    }
    for (AttributeFile& online : mains_) came_back = online.Open() || came_back;
    return came_back;
  }
  Seconds period() const override { return kPeriod; }

 private:
  // kNoData while a charger feeds the machine: what flows into or out of the battery is not what it draws.
  ReadState ReadPower(double* watts) noexcept {
    ReadState state = ReadState::kOk;
    for (AttributeFile& online : mains_) {
      double number = 0;
      state = Worse(state, ReadNumber(&online, &number));
      if (HasValue(state) && number != 0) return ReadState::kNoData;
    }
    bool discharging = false;
    for (Cell& cell : cells_) {
      const std::optional<Flow> flow = ReadFlow(&cell, &state);
      if (!HasValue(state)) return state;
      if (!flow || *flow == Flow::kCharging) return ReadState::kNoData;
      if (*flow == Flow::kResting) continue;
      discharging = true;
      state = Worse(state, AddPower(&cell, watts));
    }
    if (!discharging && HasValue(state)) return ReadState::kNoData;
    return state;
  }

  static std::optional<Flow> ReadFlow(Cell* cell, ReadState* state) noexcept {
    std::array<char, 32> buffer;
    std::string_view text;
    *state = Worse(*state, cell->status.Read(buffer, &text));
    return HasValue(*state) ? FlowOf(text) : std::nullopt;
  }

  static ReadState AddPower(Cell* cell, double* watts) noexcept {
    double first = 0;
    double amperes = 0;
    ReadState state = ReadNumber(&cell->first, &first);
    if (cell->amperes) state = Worse(state, ReadNumber(&*cell->amperes, &amperes));
    *watts += std::abs(cell->amperes ? first * amperes * kWattsPerProduct : first * kWattsPerMicrowatt);
    return state;
  }

  std::vector<Cell> cells_;
  std::vector<AttributeFile> mains_;
  std::vector<DomainInfo> domains_;
};

struct Supplies {
  std::vector<Cell> cells;
  std::vector<AttributeFile> mains;
  std::string without_power;  // a battery that gives no figure
  bool on_mains = false;
  bool discharging = false;
};

void TakeBattery(const std::string& folder, const os::Sysroot& sysroot, Supplies* supplies) {
  const auto flow = FlowOf(os::ReadLine(folder + "/status").value_or(""));
  supplies->discharging = supplies->discharging || flow == Flow::kDischarging;
  supplies->on_mains = supplies->on_mains || flow == Flow::kCharging;
  AttributeFile status(folder + "/status", sysroot);
  if (os::Exists(folder + "/power_now")) {
    supplies->cells.push_back({std::move(status), AttributeFile(folder + "/power_now", sysroot), {}});
  } else if (os::Exists(folder + "/voltage_now") && os::Exists(folder + "/current_now")) {
    supplies->cells.push_back({std::move(status), AttributeFile(folder + "/voltage_now", sysroot),
                               AttributeFile(folder + "/current_now", sysroot)});
  } else {
    supplies->without_power = folder;
  }
}

Supplies FindSupplies(const os::Sysroot& sysroot) {
  Supplies supplies;
  const std::string classes = sysroot.Path("sys/class/power_supply");
  for (const std::string& name : os::ListDirectory(classes).value_or({})) {
    const std::string folder = classes + "/" + name;
    const std::string type = os::ReadLine(folder + "/type").value_or("");
    if (os::ReadLine(folder + "/scope").value_or("") == "Device") continue;
    if (type == "Battery") {
      // An empty bay shows its battery as absent.
      if (os::ReadLine(folder + "/present").value_or("1") != "0") TakeBattery(folder, sysroot, &supplies);
    } else if (os::Exists(folder + "/online")) {  // Mains, USB and their kin
      supplies.mains.emplace_back(folder + "/online", sysroot);
      const std::string online = os::ReadLine(folder + "/online").value_or("0");
      supplies.on_mains = supplies.on_mains || online != "0";
    }
  }
  return supplies;
}

Discovery Without(std::string reason, std::string remedy) {
  Discovery discovery;
  discovery.findings.push_back({kName, MeterState::kRefused, std::move(reason), std::move(remedy), {}});
  return discovery;
}

}  // namespace

Discovery DiscoverBattery(const Machine& machine) {
  Supplies supplies = FindSupplies(machine.sysroot);
  if (supplies.cells.empty() && supplies.without_power.empty()) return {};
  if (supplies.on_mains) {
    return Without("the machine is on mains power: its battery does not say what it draws",
                   "unplug the charger to measure the whole machine by its battery");
  }
  if (!supplies.discharging && !supplies.cells.empty()) {
    return Without("no battery says that it is being discharged",
                   "unplug the charger; if there is none, the battery's driver does not know its state");
  }
  if (!supplies.without_power.empty()) {
    return Without(supplies.without_power + " gives neither power_now nor voltage_now and current_now",
                   "nothing to do here: its driver does not say what the battery gives");
  }
  Discovery discovery;
  discovery.findings.push_back({kName,
                                MeterState::kUsable,
                                "the battery is being discharged: it gives what the whole machine draws",
                                {},
                                {kName}});
  discovery.meters.push_back(
      std::make_unique<BatteryMeter>(std::move(supplies.cells), std::move(supplies.mains)));
  return discovery;
}

}  // namespace jouleprint::meters
