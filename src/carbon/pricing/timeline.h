// What intensity each stretch of a run's time is priced with: several sources, best first, and one figure for
// the times that none of them knows.
//
//   IntensityTimeline timeline({{.series = &file}, {.series = &*news.series, .live = &news}}, yearly);
//   timeline.Settle(from, to);    // which of them this run is priced with, and why not others
//   for (const PricedStretch& s : timeline.Over(from, to)) Use(s.from, s.to, s.g_per_kwh);
//
// A short gap of a series is filled from the series itself; a longer one by the next source. Intensities of
// kinds that contradict each other never meet in one run: the first source that knows some of the run's time
// says which kind it is, and what contradicts it is left out. docs/pricing.md is the rule in full.
#ifndef JOULEPRINT_CARBON_PRICING_TIMELINE_H_
#define JOULEPRINT_CARBON_PRICING_TIMELINE_H_

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "carbon/live/feed.h"
#include "jouleprint/intensity_series.h"
#include "jouleprint/record.h"

namespace jouleprint::carbon {

/// A series that a run may be priced with.
struct IntensitySource {
  const IntensitySeries* series = nullptr;  ///< outlives the timeline
  /// Where the series is a live source's: its own intervals hold, and its newest value goes on for a while,
  /// for publishers are an hour or two behind.
  const FeedNews* live = nullptr;
};

/// How an intensity is known.
enum class PriceOrigin {
  kPublished,  ///< the source has a value for the step
  kBetween,    ///< the line between the neighbours of a short gap
  kNewest,     ///< the value next to it in time, where a live source has none yet
  kOwnMean,    ///< the mean of what the source knows of the run
  kOtherwise   ///< the figure for all times
};

struct PricedStretch {
  UtcTime from;
  UtcTime to;
  Estimate g_per_kwh;
  std::size_t source = 0;  ///< index in sources(); sources().size() for kOtherwise
  PriceOrigin origin = PriceOrigin::kOtherwise;
  bool estimated = false;  ///< filled in, or its publisher says that it may be revised
};

class IntensityTimeline {
 public:
  IntensityTimeline(std::vector<IntensitySource> sources, IntensityUsed otherwise);

  /// Chooses the sources that [from, to) is priced with. Without it, none is.
  void Settle(UtcTime from, UtcTime to);
  /// Without gaps, in order, of [from, to) within what was settled; one without length where to <= from.
  std::vector<PricedStretch> Over(UtcTime from, UtcTime to) const;

  const std::vector<IntensitySource>& sources() const { return sources_; }
  const IntensityUsed& otherwise() const { return otherwise_; }
  /// What a reader of the figures should know: sources that were not used, and times that they do not cover.
  const std::vector<std::string>& warnings() const { return warnings_; }

 private:
  struct Answer {
    Estimate g_per_kwh;
    PriceOrigin origin = PriceOrigin::kPublished;
    bool estimated = false;
  };

  /// Nothing where the source neither has a value nor is near enough to one.
  std::optional<Answer> Ask(const IntensitySource& source, UtcTime time) const;
  PricedStretch StretchAt(UtcTime time, UtcTime to) const;
  /// How much of [from, to) the sources in use answer for, 0 to 1.
  double Covered(UtcTime from, UtcTime to) const;
  void UseFrom(std::size_t leader);
  bool TryLeader(std::size_t leader, UtcTime from, UtcTime to);
  void WarnOfTheRest(std::size_t leader, double covered);

  std::vector<IntensitySource> sources_;
  IntensityUsed otherwise_;
  std::vector<std::size_t> used_;           // indices of sources_, best first
  std::optional<std::size_t> own_mean_of_;  // instead of otherwise_, whose kind contradicts
  Estimate own_mean_;
  std::vector<std::string> warnings_;
};

}  // namespace jouleprint::carbon

#endif  // JOULEPRINT_CARBON_PRICING_TIMELINE_H_
