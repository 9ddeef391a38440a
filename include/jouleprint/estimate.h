// A figure that says how sure it is and what it rests on.
//
//   Estimate kwh{0.42, 0.40, 0.44, Basis::kCounter};
//
// `low` and `high` bound the 90 % interval. `basis` is the weakest ground that any part of the
// figure stands on, so that a sum of a counter and a guess says "assumed", not "counter".
// The unit is the owner's: an Estimate stands behind a name that carries it (energy_kwh, ...).
#ifndef JOULEPRINT_ESTIMATE_H_
#define JOULEPRINT_ESTIMATE_H_

#include <optional>
#include <string_view>

namespace jouleprint {

/// What a figure rests on, strongest first.
enum class Basis {
  kMetered,     ///< an external wattmeter
  kCounter,     ///< an energy counter of the hardware
  kSampled,     ///< power readings of the hardware, integrated over time
  kCalibrated,  ///< a model fitted to a meter on this machine
  kModelled,    ///< a model fitted on other machines
  kAssumed,     ///< a default or a world average; nothing on this machine says so
};

/// "metered", "counter", ... as records spell it.
std::string_view BasisName(Basis basis);
/// The reverse; nothing when the name is unknown.
std::optional<Basis> BasisFromName(std::string_view name);
/// The weaker of two grounds.
constexpr Basis Weakest(Basis a, Basis b) { return a > b ? a : b; }

struct Estimate {
  double value = 0;
  double low = 0;
  double high = 0;
  Basis basis = Basis::kAssumed;

  /// A figure without spread.
  static constexpr Estimate Exact(double value, Basis basis) { return {value, value, value, basis}; }
  /// value +- a relative half-width of the 90 % interval; `relative` 0.05 is 5 %.
  static Estimate Relative(double value, double relative, Basis basis);

  constexpr double lower_width() const { return value - low; }
  constexpr double upper_width() const { return high - value; }

  friend bool operator==(const Estimate&, const Estimate&) = default;
};

/// Sum of figures whose errors are independent: half-widths add in quadrature, each side apart.
Estimate SumIndependent(Estimate a, Estimate b);
/// Sum of figures that err together (two domains under one model): half-widths add.
Estimate SumCorrelated(Estimate a, Estimate b);
/// Scales a figure by an exact factor; a negative factor swaps the ends.
Estimate Scale(Estimate a, double factor);
/// Product of two non-negative independent figures: the factors from value to either end combine in
/// quadrature on a logarithmic scale, which for narrow intervals is the relative half-widths in quadrature.
Estimate Product(Estimate a, Estimate b);

}  // namespace jouleprint

#endif  // JOULEPRINT_ESTIMATE_H_
