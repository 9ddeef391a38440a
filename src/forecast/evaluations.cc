#include "forecast/evaluations.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "forecast/robust.h"

namespace jouleprint::forecast {
namespace {

// Rhythms change (evaluations grow denser towards the end): the newest gaps tell what is kept now.
constexpr std::size_t kNewestGaps = 5;

}  // namespace

double Schedule::CountUntil(std::int64_t total) const {
  if (next == 0 || next > total || period <= 0) return 0;
  return std::floor(static_cast<double>(total - next) / period + 1e-9) + 1;
}

Schedule ReadSchedule(std::span<const std::int64_t> after, std::int64_t seen) {
  std::vector<std::int64_t> at;
  // Several evaluations between two training units are one event.
  for (const std::int64_t units : after) {
    if (units > 0 && (at.empty() || at.back() != units)) at.push_back(units);
  }
  if (at.empty()) return {};
  std::vector<double> gaps;
  for (std::size_t i = 1; i < at.size(); ++i) gaps.push_back(static_cast<double>(at[i] - at[i - 1]));
  if (gaps.size() > kNewestGaps) gaps.erase(gaps.begin(), gaps.end() - kNewestGaps);
  Schedule schedule;
  // One alone came after as many units as will pass until the next.
  schedule.period = gaps.empty() ? static_cast<double>(at.front()) : Median(gaps);
  schedule.sure = gaps.size() >= 2 && gaps.back() == gaps[gaps.size() - 2];
  // The newest gap is what is kept where the newest two agree.
  if (schedule.sure) schedule.period = gaps.back();
  schedule.next = std::max<std::int64_t>(seen, at.back() + std::llround(schedule.period));
  if (schedule.next == at.back()) ++schedule.next;
  return schedule;
}

}  // namespace jouleprint::forecast
