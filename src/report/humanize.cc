// Turns quantities into words: a unit that fits, two or three digits, never "-0", "inf" or "nan".
#include "report/humanize.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <span>

#include "jouleprint/units.h"
#include "report/report.h"

namespace jouleprint::report {
namespace {

constexpr std::string_view kNotKnown = "not known";
// Beyond this a number with all its digits is noise, and a corrupt record must not print hundreds of them.
constexpr double kLargestPlain = 1e7;

// Below this the arithmetic of decimals leaves what a double can hold; no meter comes near.
constexpr double kNothing = 1e-30;

// Largest first. Joules end at one watt-hour: below it a joule is the handier size.
constexpr std::array<DisplayUnit, 6> kEnergyUnits{{{1e6, "GWh"},
                                                   {1e3, "MWh"},
                                                   {1, "kWh"},
                                                   {1e-3, "Wh"},
                                                   {1 / kJoulesPerKwh, "J"},
                                                   {1e-3 / kJoulesPerKwh, "mJ"}}};
constexpr std::array<DisplayUnit, 4> kEmissionsUnits{{{1e6, "t"}, {1e3, "kg"}, {1, "g"}, {1e-3, "mg"}}};

int Exponent(double value) { return static_cast<int>(std::floor(std::log10(std::abs(value)))); }

double RoundTo(double value, int decimals) {
  const double scale = std::pow(10.0, decimals);
  return std::round(value * scale) / scale;
}

// Decimals that leave `digits` significant digits after rounding (9.996 to three digits is 10.0).
int DecimalsForDigits(double value, int digits) {
  if (std::abs(value) < kNothing || !std::isfinite(value)) return 0;
  const int decimals = digits - 1 - Exponent(value);
  const double rounded = RoundTo(value, decimals);
  return rounded == 0 ? decimals : digits - 1 - Exponent(rounded);
}

DisplayUnit UnitFor(double value, std::span<const DisplayUnit> units) {
  value = std::abs(value);
  if (value == 0 || !std::isfinite(value)) return units[units.size() - 2];
  for (const DisplayUnit& unit : units) {
    // Rounded first, so that 999.6 Wh is 1.00 kWh and not "1000 Wh".
    const double in_unit = value / unit.size;
    if (RoundTo(in_unit, DecimalsForDigits(in_unit, 3)) >= 1) return unit;
  }
  return units.back();
}

// Whatever is not zero shows a digit that is not zero, even where the shared decimals would hide it.
std::string Bound(double value, int decimals) {
  constexpr int kMoreDecimals = 2;
  if (!(value > 0) || RoundTo(value, decimals) != 0) return Number(value, decimals);
  return Number(value, std::min(DecimalsForDigits(value, 1), std::max(decimals, 0) + kMoreDecimals));
}

std::string Amount(double value, std::span<const DisplayUnit> units) {
  const DisplayUnit unit = UnitFor(value, units);
  return InUnit(value, unit, std::min(2, DecimalsForDigits(value / unit.size, 3)));
}

}  // namespace

DisplayUnit EnergyUnitFor(double kwh) { return UnitFor(kwh, kEnergyUnits); }
DisplayUnit EmissionsUnitFor(double grams) { return UnitFor(grams, kEmissionsUnits); }

int DecimalsFor(const Estimate& estimate, const DisplayUnit& unit) {
  const double value = estimate.value / unit.size;
  const double width = std::max(estimate.lower_width(), estimate.upper_width()) / unit.size;
  const double sized = value != 0 ? value : width;
  const int most = DecimalsForDigits(sized, 3);
  if (!(width > 0) || !std::isfinite(width)) return most;
  // One digit of the half-width, two where that digit is small: the usual rule for stating an error.
  const int of_width = DecimalsForDigits(width, 1);
  const bool small_digit = width * std::pow(10.0, of_width) < 3;
  return std::clamp(of_width + (small_digit ? 1 : 0), DecimalsForDigits(sized, 2), most);
}

std::string Number(double value, int decimals) {
  if (!std::isfinite(value)) return std::string(kNotKnown);
  if (std::abs(value) >= kLargestPlain) return fmt::format("{:.1e}", value);
  const int shown = std::clamp(decimals, 0, 9);
  const double rounded = RoundTo(value, decimals);
  if (rounded != 0) return fmt::format("{:.{}f}", rounded, shown);
  return value > 0 ? fmt::format("<{:.{}f}", std::pow(10.0, -shown), shown) : "0";
}

std::string Significant(double value, int digits) { return Number(value, DecimalsForDigits(value, digits)); }

std::string InUnit(double value, const DisplayUnit& unit, int decimals) {
  if (!std::isfinite(value)) return std::string(kNotKnown);
  return fmt::format("{} {}", Number(value / unit.size, decimals), unit.name);
}

std::string InUnit(const Estimate& estimate, const DisplayUnit& unit) {
  if (!std::isfinite(estimate.value)) return std::string(kNotKnown);
  const int decimals = DecimalsFor(estimate, unit);
  const std::string value = Bound(estimate.value / unit.size, decimals);
  const std::string text = fmt::format("{} {}", value, unit.name);
  if (!std::isfinite(estimate.low) || !std::isfinite(estimate.high)) return text;
  const std::string low = Bound(estimate.low / unit.size, decimals);
  const std::string high = Bound(estimate.high / unit.size, decimals);
  return low == high ? text : fmt::format("{} ({} to {})", text, low, high);
}

std::string HumanEnergy(double kwh) { return Amount(kwh, kEnergyUnits); }
std::string HumanEmissions(double grams) { return Amount(grams, kEmissionsUnits); }
std::string HumanEnergy(const Estimate& kwh) { return InUnit(kwh, EnergyUnitFor(kwh.value)); }
std::string HumanEmissions(const Estimate& grams) { return InUnit(grams, EmissionsUnitFor(grams.value)); }

std::string HumanPower(double watts) {
  if (!std::isfinite(watts)) return std::string(kNotKnown);
  if (std::abs(watts) >= 999.5e3) return Significant(watts / 1e6, 3) + " MW";
  if (std::abs(watts) >= 999.5) return Significant(watts / 1e3, 3) + " kW";
  return Number(watts, std::abs(watts) < 9.95 ? 1 : 0) + " W";
}

std::string HumanDuration(double seconds) {
  if (!std::isfinite(seconds) || seconds < 0) return std::string(kNotKnown);
  if (seconds == 0) return "0 s";
  if (seconds < 0.9995) return Number(seconds * 1e3, 0) + " ms";
  if (seconds < 59.95) return Number(seconds, 1) + " s";
  const double whole = std::round(seconds);
  if (whole < 3600) return fmt::format("{:.0f} min {:02.0f} s", std::floor(whole / 60), std::fmod(whole, 60));
  const double minutes = std::round(seconds / 60);
  if (minutes < 24 * 60)
    return fmt::format("{:.0f} h {:02.0f} min", std::floor(minutes / 60), std::fmod(minutes, 60));
  const double hours = std::round(seconds / 3600);
  if (hours >= kLargestPlain) return Number(hours / 24, 0) + " d";
  return fmt::format("{:.0f} d {:.0f} h", std::floor(hours / 24), std::fmod(hours, 24));
}

std::string Percent(double fraction) {
  if (!std::isfinite(fraction)) return std::string(kNotKnown);
  return Number(fraction * 100, 0) + " %";
}

std::string HumanIntensity(const Estimate& g_per_kwh) { return InUnit(g_per_kwh, {1, "g/kWh"}); }

std::string Counted(std::size_t count, std::string_view one, std::string_view many) {
  return fmt::format("{} {}", count, count == 1 ? one : many);
}

}  // namespace jouleprint::report
