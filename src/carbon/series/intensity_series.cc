// Sums over a series are kept once, so that any stretch of time costs two look-ups. One sum for 16 values is
// enough: the few between are added faster than a sum for each would come from memory, and a year of a
// hundred zones takes half the room.
#include "jouleprint/intensity_series.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <utility>

namespace jouleprint {
namespace {

constexpr std::size_t kBlock = 16;

}  // namespace

IntensitySeries::IntensitySeries(SeriesOrigin origin, UtcTime start, Seconds step,
                                 std::vector<double> values_g_per_kwh)
    : origin_(std::move(origin)), start_(start), step_(step), values_(std::move(values_g_per_kwh)) {
  sums_.reserve(values_.size() / kBlock + 1);
  Sum sum;
  for (std::size_t i = 0; i < values_.size(); ++i) {
    if (i % kBlock == 0) sums_.push_back(sum);
    if (std::isnan(values_[i])) continue;
    sum.values += values_[i];
    sum.known += 1;
    ++known_;
  }
  if (values_.size() % kBlock == 0) sums_.push_back(sum);
}

UtcTime IntensitySeries::end() const { return start_ + step_ * static_cast<double>(values_.size()); }

std::optional<GramsPerKwh> IntensitySeries::At(UtcTime time) const {
  // In whole microseconds: seconds as a double may fall just short of the start of a step.
  const std::int64_t since_us = time.unix_us - start_.unix_us;
  const auto step =
      static_cast<std::size_t>(std::max<std::int64_t>(since_us, 0) / std::llround(step_.value() * 1e6));
  if (since_us < 0 || step >= values_.size()) return std::nullopt;
  const double value = values_[step];
  if (std::isnan(value)) return std::nullopt;
  return GramsPerKwh{value};
}

IntensitySeries::Mean IntensitySeries::MeanOver(UtcTime from, UtcTime to) const {
  if (to <= from) {
    const std::optional<GramsPerKwh> value = At(from);
    return value ? Mean{*value, 1} : Mean{};
  }
  const Sum until = SumTo(StepsTo(to));
  const Sum before = SumTo(StepsTo(from));
  const double known = until.known - before.known;
  if (known <= 0) return {};
  return {GramsPerKwh{(until.values - before.values) / known}, std::min(1.0, known * (step_ / (to - from)))};
}

IntensitySeries IntensitySeries::Part(UtcTime from, UtcTime to) const {
  const auto first = static_cast<std::size_t>(std::floor(StepsTo(from)));
  const auto last = std::max(first, static_cast<std::size_t>(std::ceil(StepsTo(to))));
  const auto at = [this](std::size_t i) { return values_.begin() + static_cast<std::ptrdiff_t>(i); };
  return {origin_, start_ + step_ * static_cast<double>(first), step_,
          std::vector<double>(at(first), at(from < to ? last : first))};
}

double IntensitySeries::StepsTo(UtcTime time) const {
  return std::clamp((time - start_) / step_, 0.0, static_cast<double>(values_.size()));
}

IntensitySeries::Sum IntensitySeries::SumTo(double steps) const {
  const auto whole = static_cast<std::size_t>(steps);
  Sum sum = sums_[whole / kBlock];
  const auto add = [&sum](double value, double part) {
    if (std::isnan(value)) return;
    sum.values += part * value;
    sum.known += part;
  };
  for (std::size_t i = whole - whole % kBlock; i < whole; ++i) add(values_[i], 1);
  if (const double part = steps - static_cast<double>(whole); part > 0) add(values_[whole], part);
  return sum;
}

}  // namespace jouleprint
