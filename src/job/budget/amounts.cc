#include "job/budget/amounts.h"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <span>

namespace jouleprint::job {
namespace {

struct ShownUnit {
  double size;
  const char* name;
};

// Largest first.
constexpr std::array<ShownUnit, 4> kGrams{{{1e6, "t"}, {1e3, "kg"}, {1, "g"}, {1e-3, "mg"}}};
constexpr std::array<ShownUnit, 5> kEnergies{
    {{1e3, "MWh"}, {1, "kWh"}, {1e-3, "Wh"}, {1 / kJoulesPerKwh, "J"}, {1e-3 / kJoulesPerKwh, "mJ"}}};
constexpr double kMinute_s = 60;
constexpr double kHour_s = 3600;
constexpr double kDay_s = 86'400;

// What rounds to 1000 of a unit is 1 of the next.
constexpr double kRounding = 0.9995;

ShownUnit UnitFor(double amount, std::span<const ShownUnit> units) {
  for (const ShownUnit& unit : units) {
    if (std::abs(amount) >= kRounding * unit.size) return unit;
  }
  return units.back();
}

std::string Digits(double value) {
  if (std::abs(value) >= 999.5) return fmt::format("{:.0f}", value);
  return fmt::format("{:.3g}", value);
}

std::string TimeText(double seconds) {
  if (seconds < kMinute_s) return Digits(seconds) + " s";
  if (seconds < kHour_s) {
    const double whole = std::floor(seconds);
    return fmt::format("{:.0f} min {:02.0f} s", std::floor(whole / kMinute_s), std::fmod(whole, kMinute_s));
  }
  const double minutes = std::floor(seconds / kMinute_s);
  if (seconds < kDay_s)
    return fmt::format("{:.0f} h {:02.0f} min", std::floor(minutes / 60), std::fmod(minutes, 60));
  const double hours = std::floor(seconds / kHour_s);
  return fmt::format("{:.0f} d {:.0f} h", std::floor(hours / 24), std::fmod(hours, 24));
}

ShownUnit UnitOf(BudgetUnit unit, double amount) {
  return unit == BudgetUnit::kGramsCo2e ? UnitFor(amount, kGrams) : UnitFor(amount, kEnergies);
}

}  // namespace

const char* BudgetUnitName(BudgetUnit unit) {
  switch (unit) {
    case BudgetUnit::kGramsCo2e:
      return "gCO2e";
    case BudgetUnit::kKilowattHours:
      return "kWh";
    case BudgetUnit::kSeconds:
      break;
  }
  return "s";
}

const char* BudgetActionName(BudgetAction action) {
  switch (action) {
    case BudgetAction::kWarn:
      return "warn";
    case BudgetAction::kPause:
      return "pause";
    case BudgetAction::kStop:
      return "stop";
    case BudgetAction::kExec:
      break;
  }
  return "exec";
}

std::string AmountText(BudgetUnit unit, double amount) {
  if (unit == BudgetUnit::kSeconds) return TimeText(amount);
  const ShownUnit shown = UnitOf(unit, amount);
  return Digits(amount / shown.size) + " " + shown.name;
}

std::string AmountText(BudgetUnit unit, const Estimate& amount) {
  if (unit == BudgetUnit::kSeconds) {
    return fmt::format("{} ({} to {})", TimeText(amount.value), TimeText(amount.low), TimeText(amount.high));
  }
  const ShownUnit shown = UnitOf(unit, amount.value);
  return fmt::format("{} {} ({} to {})", Digits(amount.value / shown.size), shown.name,
                     Digits(amount.low / shown.size), Digits(amount.high / shown.size));
}

}  // namespace jouleprint::job
