#include "carbon/forecast/within_hour.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>

namespace jouleprint::carbon {
namespace {

constexpr std::size_t kShapeDays = 28;
// Where a signal stands within its hour is forgotten after so long.
constexpr std::size_t kPersistHours = 3;
constexpr std::int64_t kUsPerDay = 86'400'000'000;

std::optional<double> OffMean(const IntensitySeries& series, UtcTime step, UtcTime hour) {
  const std::optional<GramsPerKwh> value = series.At(step);
  const IntensitySeries::Mean mean = series.MeanOver(hour, hour + kHour);
  if (!value || mean.covered < 0.5) return std::nullopt;
  return value->value() - mean.intensity.value();
}

}  // namespace

WithinHour WithinHour::Learn(const IntensitySeries& series, const WorkingPast& past,
                             const std::vector<Replay>& replays, const std::vector<Eigen::VectorXd>& mixed) {
  WithinHour within;
  within.step_ = series.step();
  within.steps_per_hour_ = static_cast<std::size_t>(std::llround(kHour / series.step()));
  if (within.steps_per_hour_ == 1) return within;
  within.LearnShape(series, past);
  within.LearnPersistence(series, past, replays, mixed);
  return within;
}

std::size_t WithinHour::SlotOf(UtcTime time) const {
  const std::int64_t of_day = (time.unix_us % kUsPerDay + kUsPerDay) % kUsPerDay;
  return static_cast<std::size_t>(of_day / std::llround(step_.value() * 1e6)) % shape_.size();
}

void WithinHour::LearnShape(const IntensitySeries& series, const WorkingPast& past) {
  shape_.assign(kHoursPerDay * steps_per_hour_, 0);
  std::vector<double> seen(shape_.size(), 0);
  const std::size_t hours = std::min(past.hours.size(), kShapeDays * kHoursPerDay);
  for (std::size_t hour = past.hours.size() - hours; hour < past.hours.size(); ++hour) {
    for (std::size_t step = 0; step < steps_per_hour_; ++step) {
      const UtcTime time = past.hours.StartOf(hour) + step_ * static_cast<double>(step);
      const std::optional<double> off = OffMean(series, time, past.hours.StartOf(hour));
      if (!off) continue;
      shape_[SlotOf(time)] += *off;
      seen[SlotOf(time)] += 1;
    }
  }
  for (std::size_t slot = 0; slot < shape_.size(); ++slot) shape_[slot] /= std::max(seen[slot], 1.0);
}

void WithinHour::LearnPersistence(const IntensitySeries& series, const WorkingPast& past,
                                  const std::vector<Replay>& replays,
                                  const std::vector<Eigen::VectorXd>& mixed) {
  for (std::size_t ahead = 0; ahead < kPersistHours * steps_per_hour_; ++ahead) {
    double together = 0;
    double alone = 0;
    for (std::size_t i = 0; i < replays.size(); ++i) {
      const UtcTime origin = past.hours.StartOf(replays[i].origin);
      const UtcTime time = origin + step_ * static_cast<double>(ahead);
      const std::optional<GramsPerKwh> truth = series.At(time);
      const double off = StandsOff(series, origin);
      if (!truth || off == 0) continue;
      const double hour = mixed[i][static_cast<Eigen::Index>(ahead / steps_per_hour_)];
      together += (truth->value() - hour - shape_[SlotOf(time)]) * off;
      alone += off * off;
    }
    persists_.push_back(alone > 0 ? std::clamp(together / alone, 0.0, 1.0) : 0);
  }
}

double WithinHour::StandsOff(const IntensitySeries& series, UtcTime origin) const {
  if (steps_per_hour_ == 1) return 0;
  const UtcTime last = origin + -step_;
  const std::optional<double> off = OffMean(series, last, origin + -kHour);
  return off ? *off - shape_[SlotOf(last)] : 0;
}

double WithinHour::OfStep(double hour_g_per_kwh, UtcTime time, std::size_t steps_ahead,
                          double stands_off) const {
  if (steps_per_hour_ == 1) return hour_g_per_kwh;
  const double left = steps_ahead < persists_.size() ? persists_[steps_ahead] * stands_off : 0;
  return std::max(0.0, hour_g_per_kwh + shape_[SlotOf(time)] + left);
}

}  // namespace jouleprint::carbon
