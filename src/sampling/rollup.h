// Power over time in bounded memory: bins of energy and highest power that widen as a run grows.
//
// The widths are a ladder (0.1 s, 1 s, 10 s, 1 min, 5 min, 1 h, 1 d); each divides the next, and bins
// start at multiples of their width in UTC, so that a bin never straddles two steps of a grid's
// series. When kCapacity bins are full, the next width is taken and bins are merged: a week at any
// sampling rate ends at 5 minutes and about 16 kB a domain. Add is O(bins touched); nothing is allocated
// after construction.
#ifndef JOULEPRINT_SAMPLING_ROLLUP_H_
#define JOULEPRINT_SAMPLING_ROLLUP_H_

#include <cstddef>
#include <vector>

#include "jouleprint/record.h"
#include "sampling/slice.h"

namespace jouleprint::sampling {

class Rollup {
 public:
  /// Two hours of seconds, five days of minutes.
  static constexpr std::size_t kCapacity = 7200;

  /// `start` is the run's, `start_utc` the same moment in UTC.
  Rollup(os::BootTime start, UtcTime start_utc);

  /// As if made anew, in the same memory.
  void Restart(os::BootTime start, UtcTime start_utc) noexcept;
  void Add(const Slice& slice) noexcept;
  /// The power between two times that slices have covered, for the bins' highest.
  void NotePower(os::BootTime from, os::BootTime to, Watts power) noexcept;
  /// Merges until a bin is at least so wide, so that several domains can share one time axis.
  void WidenTo(Seconds width) noexcept;

  Seconds bin_width() const;
  UtcTime first_bin() const;
  const std::vector<PowerSeries::Bin>& bins() const { return bins_; }

 private:
  void Widen() noexcept;
  /// Seconds from the start of bin 0 to a time.
  double Offset(os::BootTime time) const noexcept;

  os::BootTime start_;
  UtcTime start_utc_;
  std::size_t step_ = 0;  // index into the ladder
  double lead_s_ = 0;     // from the start of bin 0 to start_
  std::vector<PowerSeries::Bin> bins_;
};

}  // namespace jouleprint::sampling

#endif  // JOULEPRINT_SAMPLING_ROLLUP_H_
