// How a run's energy lies over its time, and over the steps of a series that it would meet.
#ifndef JOULEPRINT_CARBON_WHATWHERE_RUN_PROFILE_H_
#define JOULEPRINT_CARBON_WHATWHERE_RUN_PROFILE_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "jouleprint/record.h"
#include "jouleprint/units.h"

namespace jouleprint::carbon {

/// Consecutive steps of a series in each of which the run uses as much.
struct EqualSteps {
  std::size_t first = 0;  ///< from the step in which the run starts
  std::size_t count = 0;
  double kwh = 0;  ///< in each
};

class RunProfile {
 public:
  /// By the record's bins; evenly where it has none.
  explicit RunProfile(const RunRecord& run);

  std::int64_t duration_us() const { return duration_us_; }
  /// When it starts `phase_us` after a step's start. In order, without gaps.
  std::vector<EqualSteps> Over(std::int64_t step_us, std::int64_t phase_us) const;

 private:
  struct Piece {  // of even power
    std::int64_t from_us = 0;
    std::int64_t to_us = 0;
    double kwh = 0;
  };

  std::vector<Piece> pieces_;
  std::int64_t duration_us_ = 0;
};

}  // namespace jouleprint::carbon

#endif  // JOULEPRINT_CARBON_WHATWHERE_RUN_PROFILE_H_
