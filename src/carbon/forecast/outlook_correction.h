// What an outlook changes about a forecast that was made from the past alone.
#ifndef JOULEPRINT_CARBON_FORECAST_OUTLOOK_CORRECTION_H_
#define JOULEPRINT_CARBON_FORECAST_OUTLOOK_CORRECTION_H_

#include <Eigen/Core>
#include <vector>

#include "carbon/forecast/outlook_view.h"
#include "carbon/forecast/replay.h"
#include "carbon/forecast/working_past.h"

namespace jouleprint::carbon {

/// Another blend: of the forecast itself, how far it lies from the last week, and what the outlook says; its
/// weights, by stretch of leads, are those that would have erred least on the replays. Where the outlook is
/// good it may take over altogether; where it is not, the forecast stays as it was.
class OutlookCorrection {
 public:
  /// `mixed[i]` is the forecast of `replays[i]`.
  static OutlookCorrection Learn(const Outlook& outlook, const WorkingPast& past,
                                 const std::vector<Replay>& replays,
                                 const std::vector<Eigen::VectorXd>& mixed);

  /// Hours that the outlook does not reach stay as they are.
  void Apply(const Outlook& outlook, Seen seen, const WorkingPast& past, std::size_t origin,
             Eigen::VectorXd& mixed) const;

  const std::vector<std::string>& names() const { return scale_.names; }

 private:
  OutlookScale scale_;
  Eigen::MatrixXd weights_;  // a column by stretch of leads
};

}  // namespace jouleprint::carbon

#endif  // JOULEPRINT_CARBON_FORECAST_OUTLOOK_CORRECTION_H_
