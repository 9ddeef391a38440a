// Physical quantities as types, so that a raw count can never pass for a joule.
//
//   Joules e{1500};
//   Seconds t{3};
//   Watts p = e / t;                  // 500 W
//   double kwh = ToKilowattHours(e);  // names carry the unit wherever a type cannot
//
// Every quantity wraps one double, costs nothing, and mixes with its own kind only. The products
// that have a physical meaning are spelled out at the end; anything else does not compile.
// Thread-safe as any value type is.
#ifndef JOULEPRINT_UNITS_H_
#define JOULEPRINT_UNITS_H_

#include <compare>

namespace jouleprint {

template <class Unit>
class Quantity {
 public:
  constexpr Quantity() = default;
  constexpr explicit Quantity(double value) : value_(value) {}

  /// The bare number, in the unit that the type's name says.
  constexpr double value() const { return value_; }

  constexpr Quantity& operator+=(Quantity other) {
    value_ += other.value_;
    return *this;
  }
  constexpr Quantity& operator-=(Quantity other) {
    value_ -= other.value_;
    return *this;
  }
  constexpr Quantity& operator*=(double factor) {
    value_ *= factor;
    return *this;
  }
  constexpr Quantity operator-() const { return Quantity{-value_}; }

  friend constexpr Quantity operator+(Quantity a, Quantity b) { return Quantity{a.value_ + b.value_}; }
  friend constexpr Quantity operator-(Quantity a, Quantity b) { return Quantity{a.value_ - b.value_}; }
  friend constexpr Quantity operator*(Quantity a, double f) { return Quantity{a.value_ * f}; }
  friend constexpr Quantity operator*(double f, Quantity a) { return Quantity{a.value_ * f}; }
  friend constexpr Quantity operator/(Quantity a, double f) { return Quantity{a.value_ / f}; }
  /// The ratio of two of a kind is a bare number.
  friend constexpr double operator/(Quantity a, Quantity b) { return a.value_ / b.value_; }
  friend constexpr auto operator<=>(Quantity, Quantity) = default;

 private:
  double value_ = 0;
};

using Joules = Quantity<struct JouleUnit>;
using Watts = Quantity<struct WattUnit>;
using Seconds = Quantity<struct SecondUnit>;
/// Grams of CO2 equivalent.
using Grams = Quantity<struct GramUnit>;
/// Grams of CO2 equivalent per kilowatt-hour.
using GramsPerKwh = Quantity<struct GramPerKwhUnit>;

constexpr Joules operator*(Watts p, Seconds t) { return Joules{p.value() * t.value()}; }
constexpr Joules operator*(Seconds t, Watts p) { return p * t; }
constexpr Watts operator/(Joules e, Seconds t) { return Watts{e.value() / t.value()}; }
constexpr Seconds operator/(Joules e, Watts p) { return Seconds{e.value() / p.value()}; }

/// 1 kWh = 3.6 MJ, exactly (definition of the watt-hour).
inline constexpr double kJoulesPerKwh = 3.6e6;

constexpr double ToKilowattHours(Joules e) { return e.value() / kJoulesPerKwh; }
constexpr Joules FromKilowattHours(double kwh) { return Joules{kwh * kJoulesPerKwh}; }
constexpr Grams operator*(GramsPerKwh intensity, Joules e) {
  return Grams{intensity.value() * ToKilowattHours(e)};
}

}  // namespace jouleprint

#endif  // JOULEPRINT_UNITS_H_
