#include "carbon/forecast/simple_members.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>

#include "carbon/forecast/hourly_past.h"

namespace jouleprint::carbon {
namespace {

constexpr std::size_t kProfileDays = 7;
constexpr std::size_t kWeeks = 4;
// How long a spell of weather lasts. Of 24, 36 and 48 h the one with the least error on average; it matters
// little.
constexpr double kFadeHours = 36;

}  // namespace

void RepeatDay(std::span<const double> before, std::span<double> ahead) {
  const std::span<const double> day = before.last(kHoursPerDay);
  for (std::size_t lead = 0; lead < ahead.size(); ++lead) ahead[lead] = day[lead % kHoursPerDay];
}

void RepeatWeeks(std::span<const double> before, std::span<double> ahead) {
  const std::size_t weeks = std::min(before.size() / kHoursPerWeek, kWeeks);
  if (weeks == 0) return RepeatDay(before, ahead);
  for (std::size_t lead = 0; lead < ahead.size(); ++lead) {
    double sum = 0;
    for (std::size_t week = 1; week <= weeks; ++week) {
      sum += before[before.size() - week * kHoursPerWeek + lead % kHoursPerWeek];
    }
    ahead[lead] = sum / static_cast<double>(weeks);
  }
}

void FadeIntoProfile(std::span<const double> before, std::span<double> ahead) {
  const std::size_t days = std::min(before.size() / kHoursPerDay, kProfileDays);
  const std::span<const double> last_day = before.last(kHoursPerDay);
  std::array<double, kHoursPerDay> profile{};
  double shift = 0;
  for (std::size_t hour = 0; hour < kHoursPerDay; ++hour) {
    for (std::size_t day = 1; day <= days; ++day) {
      profile[hour] += before[before.size() - day * kHoursPerDay + hour] / static_cast<double>(days);
    }
    shift += (last_day[hour] - profile[hour]) / static_cast<double>(kHoursPerDay);
  }
  for (std::size_t lead = 0; lead < ahead.size(); ++lead) {
    const double faded = shift * std::exp(-static_cast<double>(lead) / kFadeHours);
    ahead[lead] = std::max(0.0, profile[lead % kHoursPerDay] + faded);
  }
}

}  // namespace jouleprint::carbon
