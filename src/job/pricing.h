// What a run is priced with, from its options: files read before it starts, a live source asked beside it,
// what the store holds of its zone when it ends, and the figure for all times that its place gives.
#ifndef JOULEPRINT_JOB_PRICING_H_
#define JOULEPRINT_JOB_PRICING_H_

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "carbon/live/feed.h"
#include "forecast/predicted_emissions.h"
#include "job/place.h"
#include "jouleprint/intensity_series.h"
#include "jouleprint/record.h"
#include "jouleprint/run.h"

namespace jouleprint::job {

class Pricing {
 public:
  /// A figure for all times and nothing else.
  explicit Pricing(IntensityUsed otherwise) : otherwise_(std::move(otherwise)) {}

  /// Reads the files, and gives a place that nobody named the files' only zone. kInvalidArgument for a file
  /// that is wrong, or has nothing for the place.
  static Result<Pricing> Prepare(const RunOptions& options, UtcTime now, Place* place);
  /// Asks the live source from here on, on a thread of its own: to be called after the last fork without
  /// exec.
  Status StartFeed();

  /// Takes what the store in this file knows of the whole of the run's time. Where the zone or the figure for
  /// all times leaves no choice, nothing is opened.
  void LookInStore(const std::string& path, UtcTime from, UtcTime to);

  /// What hours to come can be priced with: the files, else what the live source has told so far.
  forecast::RestPricing ForTheRest(double pue) const;
  /// Changes when the live source has told more: what rests on ForTheRest is out of date then.
  UtcTime rest_known_until() const;

  /// What a person should know before the run.
  const std::vector<std::string>& notices() const { return notices_; }

  /// Brings intensity, energy by time and operational emissions up to now; `record` holds what follows from
  /// the meters already, and `series` is of the same run. Never waits.
  void Price(const PowerSeries& series, RunRecord* record) const;

 private:
  Status ReadFiles(const RunOptions& options, UtcTime now, Place* place);

  IntensityUsed otherwise_;
  std::vector<IntensitySeries> series_;
  std::string live_source_;
  std::string zone_;                     // "" unknown
  std::string kind_;                     // "" any that does not contradict otherwise_
  std::optional<IntensitySeries> kept_;  // of the store
  std::unique_ptr<carbon::IntensityFeed> feed_;
  std::vector<std::string> notices_;
  std::vector<std::string> warnings_;
};

}  // namespace jouleprint::job

#endif  // JOULEPRINT_JOB_PRICING_H_
