#include "carbon/whatwhere/run_profile.h"

#include <algorithm>
#include <cmath>

namespace jouleprint::carbon {
namespace {

// Below this relative difference two steps use as much: rounding of the bins.
constexpr double kSame = 1e-12;

}  // namespace

RunProfile::RunProfile(const RunRecord& run) : duration_us_(std::llround(run.duration_s * 1e6)) {
  if (!run.by_time || run.by_time->energy_kwh.empty()) {
    pieces_.push_back({0, duration_us_, run.energy_kwh.machine.value});
    return;
  }
  const std::int64_t bin_us = std::llround(run.by_time->bin_s * 1e6);
  std::int64_t at_us = run.by_time->start.unix_us - run.start.unix_us;
  for (const double kwh : run.by_time->energy_kwh) {
    // Where somebody set the clock, what lies outside of the run belongs to its ends.
    pieces_.push_back({std::clamp<std::int64_t>(at_us, 0, duration_us_),
                       std::clamp<std::int64_t>(at_us + bin_us, 0, duration_us_), kwh});
    at_us += bin_us;
  }
}

std::vector<EqualSteps> RunProfile::Over(std::int64_t step_us, std::int64_t phase_us) const {
  const std::int64_t ends_us = phase_us + duration_us_;
  std::vector<double> kwh(
      static_cast<std::size_t>(std::max<std::int64_t>(1, (ends_us + step_us - 1) / step_us)));
  for (const Piece& piece : pieces_) {
    const std::int64_t from = phase_us + piece.from_us;
    const std::int64_t to = phase_us + piece.to_us;
    const auto last = std::ssize(kwh) - 1;
    if (to <= from) {
      kwh[static_cast<std::size_t>(std::min<std::int64_t>(from / step_us, last))] += piece.kwh;
      continue;
    }
    for (std::int64_t step = from / step_us; step <= std::min<std::int64_t>((to - 1) / step_us, last);
         ++step) {
      const std::int64_t in_step = std::min(to, (step + 1) * step_us) - std::max(from, step * step_us);
      kwh[static_cast<std::size_t>(step)] +=
          piece.kwh * (static_cast<double>(in_step) / static_cast<double>(to - from));
    }
  }
  std::vector<EqualSteps> equal;
  for (std::size_t i = 0; i < kwh.size(); ++i) {
    if (!equal.empty() && std::abs(kwh[i] - equal.back().kwh) <= kSame * kwh[i]) {
      ++equal.back().count;
    } else {
      equal.push_back({i, 1, kwh[i]});
    }
  }
  return equal;
}

}  // namespace jouleprint::carbon
