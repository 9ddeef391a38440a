#include "jouleprint/estimate.h"

#include <array>
#include <cmath>
#include <limits>
#include <utility>

namespace jouleprint {
namespace {

constexpr std::array<std::pair<Basis, std::string_view>, 6> kBasisNames{{
    {Basis::kMetered, "metered"},
    {Basis::kCounter, "counter"},
    {Basis::kSampled, "sampled"},
    {Basis::kCalibrated, "calibrated"},
    {Basis::kModelled, "modelled"},
    {Basis::kAssumed, "assumed"},
}};

// ln(larger / smaller); infinite where the smaller end is zero and the larger is not.
double LogFactor(double larger, double smaller) {
  if (larger == smaller) return 0;
  if (smaller <= 0) return larger <= 0 ? 0 : std::numeric_limits<double>::infinity();
  return std::log(larger / smaller);
}

}  // namespace

std::string_view BasisName(Basis basis) {
  for (const auto& [b, name] : kBasisNames) {
    if (b == basis) return name;
  }
  return "assumed";
}

std::optional<Basis> BasisFromName(std::string_view name) {
  for (const auto& [b, n] : kBasisNames) {
    if (n == name) return b;
  }
  return std::nullopt;
}

Estimate Estimate::Relative(double value, double relative, Basis basis) {
  const double half = std::abs(value) * relative;
  return {value, value - half, value + half, basis};
}

Estimate SumIndependent(Estimate a, Estimate b) {
  const double value = a.value + b.value;
  return {value, value - std::hypot(a.lower_width(), b.lower_width()),
          value + std::hypot(a.upper_width(), b.upper_width()), Weakest(a.basis, b.basis)};
}

Estimate SumCorrelated(Estimate a, Estimate b) {
  return {a.value + b.value, a.low + b.low, a.high + b.high, Weakest(a.basis, b.basis)};
}

Estimate Scale(Estimate a, double factor) {
  Estimate scaled{a.value * factor, a.low * factor, a.high * factor, a.basis};
  if (factor < 0) std::swap(scaled.low, scaled.high);
  return scaled;
}

Estimate Product(Estimate a, Estimate b) {
  const double value = a.value * b.value;
  // How many times smaller the low end is, and larger the high end: relative errors of a product add
  // as factors do, in quadrature on a logarithmic scale, and never push the low end below zero.
  const double down = std::hypot(LogFactor(a.value, a.low), LogFactor(b.value, b.low));
  const double up = std::hypot(LogFactor(a.high, a.value), LogFactor(b.high, b.value));
  const bool unbounded_up = value == 0 && (a.high > 0 && b.high > 0);
  return {value, value * std::exp(-down), unbounded_up ? a.high * b.high : value * std::exp(up),
          Weakest(a.basis, b.basis)};
}

}  // namespace jouleprint
