#include "jouleprint/estimate.h"

#include <algorithm>
#include <array>
#include <cmath>
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

double RelativeWidth(double width, double value) { return value == 0 ? 0 : width / value; }

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
  const double lower = std::hypot(RelativeWidth(a.lower_width(), a.value), RelativeWidth(b.lower_width(), b.value));
  const double upper = std::hypot(RelativeWidth(a.upper_width(), a.value), RelativeWidth(b.upper_width(), b.value));
  // Two wide factors must not push a figure that cannot be negative below zero.
  return {value, std::max(0.0, value * (1 - lower)), value * (1 + upper), Weakest(a.basis, b.basis)};
}

}  // namespace jouleprint
