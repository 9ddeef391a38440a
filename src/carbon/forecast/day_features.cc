#include "carbon/forecast/day_features.h"

#include <cmath>
#include <cstdint>
#include <numbers>

namespace jouleprint::carbon {
namespace {

constexpr std::int64_t kUsPerHour = 3'600'000'000;
constexpr std::size_t kWeekDays = 7;
constexpr std::size_t kDailyMeans = 6;  // the seventh follows from the week's mean
constexpr double kHoursPerYear = 8766;  // 365.25 days

std::int64_t HoursSinceEpoch(UtcTime time) {
  const std::int64_t us = time.unix_us;
  return us >= 0 ? us / kUsPerHour : (us - kUsPerHour + 1) / kUsPerHour;
}

std::int64_t Modulo(std::int64_t value, std::int64_t divisor) {
  return (value % divisor + divisor) % divisor;
}

double MeanOf(std::span<const double> values) {
  double sum = 0;
  for (const double value : values) sum += value;
  return sum / static_cast<double>(values.size());
}

// Writes features one after the other.
class Row {
 public:
  explicit Row(Eigen::Matrix<double, kSeasonFeatures, 1>& values) : values_(values) {}
  void Add(double value) { values_[at_++] = value; }

 private:
  Eigen::Matrix<double, kSeasonFeatures, 1>& values_;
  Eigen::Index at_ = 0;
};

void AddCalendar(Row& row, std::int64_t hours, double week_mean, double month_mean) {
  const std::int64_t weekday = Modulo(hours / static_cast<std::int64_t>(kHoursPerDay), kWeekDays);
  for (std::int64_t day = 0; day + 1 < static_cast<std::int64_t>(kWeekDays); ++day) {
    row.Add(day == weekday ? 1 : 0);
  }
  row.Add(week_mean);
  row.Add(month_mean - week_mean);
  const double season = 2 * std::numbers::pi * static_cast<double>(hours) / kHoursPerYear;
  row.Add(std::sin(season));
  row.Add(std::cos(season));
}

}  // namespace

std::size_t HourOfDay(UtcTime time) {
  return static_cast<std::size_t>(Modulo(HoursSinceEpoch(time), static_cast<std::int64_t>(kHoursPerDay)));
}

DayFeatures LookBack(std::span<const double> before, UtcTime origin) {
  const std::span<const double> week = before.last(kHoursPerWeek);
  const std::span<const double> last_day = before.last(kHoursPerDay);
  const double week_mean = MeanOf(week);
  DayFeatures look;
  look.profile.fill(0);
  for (std::size_t hour = 0; hour < kHoursPerWeek; ++hour) {
    look.profile[hour % kHoursPerDay] += week[hour] / static_cast<double>(kWeekDays);
  }
  Row row(look.values);
  row.Add(1);
  for (const double value : last_day) row.Add(value - week_mean);
  for (std::size_t day = 1; day <= kDailyMeans; ++day) {
    row.Add(MeanOf(week.subspan(kHoursPerWeek - day * kHoursPerDay, kHoursPerDay)) - week_mean);
  }
  for (const double value : look.profile) row.Add(value - week_mean);
  AddCalendar(row, HoursSinceEpoch(origin), week_mean, MeanOf(before.last(kLookBackHours)));
  return look;
}

}  // namespace jouleprint::carbon
