#include "carbon/forecast/outlook_view.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>

#include "carbon/forecast/hourly_past.h"

namespace jouleprint::carbon {
namespace {

constexpr std::size_t kWeekDays = 7;
constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();
// A series that never varies says nothing, and must not blow up.
constexpr double kLeastDeviation = 1e-9;

// Mean over the steps that begin within the hour; NaN where there are none.
double HourOf(const Outlook& outlook, const std::vector<double>& values, UtcTime hour) {
  const double from = (hour - outlook.start) / outlook.step;
  const double to = std::max(from + kHour / outlook.step, from + 1);
  if (!(from > -1) || from >= static_cast<double>(values.size())) return kUnknown;
  double sum = 0;
  double known = 0;
  const auto end = std::min(static_cast<std::size_t>(std::floor(to)), values.size());
  for (auto step = static_cast<std::size_t>(std::max(std::floor(from), 0.0)); step < end; ++step) {
    if (std::isnan(values[step])) continue;
    sum += values[step];
    known += 1;
  }
  return known > 0 ? sum / known : kUnknown;
}

// The newest of the earlier outlooks at a past origin, if it was issued within the day before; the outlook
// itself where none was kept at all.
const Outlook* AsItStood(const Outlook& outlook, UtcTime origin) {
  if (outlook.earlier.empty()) return &outlook;
  const Outlook* newest = nullptr;
  for (const Outlook& issue : outlook.earlier) {
    if (issue.start > origin || origin - issue.start >= kHour * static_cast<double>(kHoursPerDay)) continue;
    if (newest == nullptr || issue.start > newest->start) newest = &issue;
  }
  return newest;
}

}  // namespace

std::optional<Error> WhyNoOutlook(const Outlook& outlook) {
  if (!(outlook.step > Seconds{0})) {
    return Error{ErrorCode::kInvalidArgument, "the outlook's step is not above 0",
                 "give its step in seconds"};
  }
  if (outlook.names.empty() || outlook.names.size() != outlook.values.size()) {
    return Error{ErrorCode::kInvalidArgument,
                 "the outlook has " + std::to_string(outlook.names.size()) + " names and " +
                     std::to_string(outlook.values.size()) + " series",
                 "name every series"};
  }
  for (const Outlook& issue : outlook.earlier) {
    if (issue.names != outlook.names || issue.values.size() != outlook.names.size() ||
        !(issue.step > Seconds{0})) {
      return Error{
          ErrorCode::kInvalidArgument,
          "the earlier outlook of " + issue.start.ToString() + " has other series than the present one",
          "give the same names in the same order"};
    }
  }
  return std::nullopt;
}

OutlookScale OutlookScale::Of(const Outlook& outlook, UtcTime at) {
  OutlookScale scale;
  for (std::size_t i = 0; i < outlook.names.size(); ++i) {
    double count = 0;
    double sum = 0;
    double squares = 0;
    for (std::size_t step = 0; step < outlook.values[i].size(); ++step) {
      const double value = outlook.values[i][step];
      if (outlook.start + outlook.step * static_cast<double>(step) >= at || std::isnan(value)) continue;
      count += 1;
      sum += value;
      squares += value * value;
    }
    const double mean = sum / std::max(count, 1.0);
    const double variance = squares / std::max(count, 1.0) - mean * mean;
    scale.names.push_back(outlook.names[i]);
    scale.means.push_back(mean);
    scale.deviations.push_back(std::sqrt(std::max(variance, kLeastDeviation * kLeastDeviation)));
  }
  return scale;
}

OutlookView::OutlookView(const Outlook& outlook, const OutlookScale& scale, UtcTime origin, Seen seen)
    : ahead_(seen == Seen::kNow ? &outlook : AsItStood(outlook, origin)), scale_(scale), origin_(origin) {
  if (ahead_ == nullptr) return;
  for (const std::vector<double>& values : outlook.values) {
    Week week;
    week.profile.assign(kHoursPerDay, 0);
    for (std::size_t hour = 0; hour < kHoursPerDay; ++hour) {
      double known = 0;
      double last = kUnknown;
      for (std::size_t day = 1; day <= kWeekDays; ++day) {
        const double hours = static_cast<double>(hour) - static_cast<double>(day * kHoursPerDay);
        const double value = HourOf(outlook, values, origin + kHour * hours);
        if (day == 1) last = value;
        if (std::isnan(value)) continue;
        week.profile[hour] += value;
        known += 1;
      }
      week.profile[hour] /= known;  // NaN where none is known, which spoils the week as it should
      week.last_day_off += (last - week.profile[hour]) / static_cast<double>(kHoursPerDay);
    }
    weeks_.push_back(std::move(week));
  }
}

std::optional<Eigen::VectorXd> OutlookView::Of(UtcTime hour) const {
  if (ahead_ == nullptr) return std::nullopt;
  Eigen::VectorXd features(kFeaturesByName * static_cast<Eigen::Index>(weeks_.size()));
  const auto ahead = static_cast<std::size_t>(std::llround((hour - origin_) / kHour));
  for (std::size_t i = 0; i < weeks_.size(); ++i) {
    const double value = HourOf(*ahead_, ahead_->values[i], hour);
    const double scaled = (value - scale_.means[i]) / scale_.deviations[i];
    const double off = (value - weeks_[i].profile[ahead % kHoursPerDay]) / scale_.deviations[i];
    const double last_off = weeks_[i].last_day_off / scale_.deviations[i];
    features.segment<kFeaturesByName>(kFeaturesByName * static_cast<Eigen::Index>(i)) << scaled, off,
        last_off;
  }
  if (!features.allFinite()) return std::nullopt;
  return features;
}

}  // namespace jouleprint::carbon
