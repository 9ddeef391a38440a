// What an outlook (a forecast of wind, sun, load) says about an hour, seen from an origin.
#ifndef JOULEPRINT_CARBON_FORECAST_OUTLOOK_VIEW_H_
#define JOULEPRINT_CARBON_FORECAST_OUTLOOK_VIEW_H_

#include <Eigen/Core>
#include <optional>
#include <string>
#include <vector>

#include "jouleprint/grid_forecast.h"

namespace jouleprint::carbon {

/// Why an outlook makes no sense, if so: names without values, no step.
std::optional<Error> WhyNoOutlook(const Outlook& outlook);

/// Each named series has its own unit; this one is common to all: distance from the mean in standard
/// deviations.
struct OutlookScale {
  std::vector<std::string> names;
  std::vector<double> means;
  std::vector<double> deviations;

  /// Of what the outlook said about the time before `at`.
  static OutlookScale Of(const Outlook& outlook, UtcTime at);
};

/// Whether an outlook is taken as it stands, or as it stood on a past day.
enum class Seen { kNow, kThen };

class OutlookView {
 public:
  /// By name, three features of an hour.
  static constexpr Eigen::Index kFeaturesByName = 3;

  /// `outlook` and `scale` must outlive the view.
  OutlookView(const Outlook& outlook, const OutlookScale& scale, UtcTime origin, Seen seen);

  /// Of each series: its value, its distance from the mean of the same hour over the week before the origin,
  /// and that distance over the origin's last day, which the intensities seen already hold. Nothing where any
  /// series says nothing about the hour or about that week.
  std::optional<Eigen::VectorXd> Of(UtcTime hour) const;

 private:
  struct Week {
    std::vector<double> profile;  // by hour since the origin, modulo a day
    double last_day_off = 0;
  };

  const Outlook* ahead_;  // what is told of hours from the origin on; null where that was not kept
  const OutlookScale& scale_;
  UtcTime origin_;
  std::vector<Week> weeks_;  // by name; empty where a week is not complete enough
};

}  // namespace jouleprint::carbon

#endif  // JOULEPRINT_CARBON_FORECAST_OUTLOOK_VIEW_H_
