#include "carbon/forecast/replay.h"

#include <algorithm>

#include "carbon/forecast/least_relative_error.h"

namespace jouleprint::carbon {
namespace {

// Most of a year: every season but one teaches; more makes the weights slow to follow a changing grid.
constexpr std::size_t kMostReplays = 300;
// What was learned is learned anew so often during a rehearsal.
constexpr std::size_t kLessonDays = 30;
// Before a regression's first answer: four weeks to look back, and as much to learn from.
constexpr std::size_t kFirstLessonHours = 60 * kHoursPerDay;

Replay Play(Cast cast, const WorkingPast& past, std::size_t days_ago, const Regressions* regressions) {
  const std::size_t origin = past.hours.size() - days_ago * kHoursPerDay;
  const std::size_t leads = std::min(days_ago * kHoursPerDay, kMostLeads);
  return {origin, days_ago, AskMembers(cast, past, origin, leads, regressions)};
}

std::vector<Replay> PlaySimple(Cast cast, const WorkingPast& past) {
  const std::size_t need = cast == Cast::kProfile ? kHoursPerDay : kHoursPerWeek;
  std::vector<Replay> replays;
  for (std::size_t day = 1; day <= kMostReplays && day * kHoursPerDay + need <= past.hours.size(); ++day) {
    replays.push_back(Play(cast, past, day, nullptr));
  }
  return replays;
}

// The sums behind both units' regressions, which grow as the rehearsal goes on.
class School {
 public:
  explicit School(const WorkingPast& past) : past_(past) {}

  /// Takes in all that was over at `hour`.
  void LearnUntil(std::size_t hour) {
    const std::size_t end = hour - kRidgeLeads + 1;
    in_log_.AddOrigins(past_.hours, past_.log, learned_, end);
    in_level_.AddOrigins(past_.hours, past_.level, learned_, end);
    learned_ = end;
  }

  std::vector<Regressions> Solve(std::size_t first_hour, std::size_t hours) const {
    std::vector<Regressions> solved(hours);
    for (std::size_t i = 0; i < kRegressions.size(); ++i) {
      const RidgeSums& sums = kRegressions[i].in_log ? in_log_ : in_level_;
      const Eigen::MatrixXd common = sums.SolveCommon(kRegressions[i].rule);
      for (std::size_t hour = 0; hour < hours; ++hour) {
        solved[hour][i] = sums.SolveHour(kRegressions[i].rule, common, (first_hour + hour) % kHoursPerDay);
      }
    }
    return solved;
  }

 private:
  const WorkingPast& past_;
  std::size_t learned_ = kLookBackHours;
  RidgeSums in_log_;
  RidgeSums in_level_;
};

Rehearsal PlayFull(const WorkingPast& past) {
  const std::size_t days = (past.hours.size() - kFirstLessonHours) / kHoursPerDay;
  const std::size_t lessons = std::min(days, kMostReplays) / kLessonDays;
  const std::size_t hour_of_day = HourOfDay(past.hours.end);
  School school(past);
  Rehearsal rehearsal;
  // Counted in days before the end, so that the last lesson is the end itself. The first may cover more days.
  std::size_t day = std::min(days, kMostReplays);
  for (std::size_t lesson = lessons + 1; lesson-- > 0;) {
    const std::size_t until = lesson * kLessonDays;
    if (day <= until && lesson > 0) continue;
    school.LearnUntil(past.hours.size() - day * kHoursPerDay);
    const std::vector<Regressions> learned = school.Solve(hour_of_day, 1);
    for (; day > until; --day) {
      rehearsal.replays.push_back(Play(Cast::kFull, past, day, &learned.front()));
    }
  }
  school.LearnUntil(past.hours.size());
  rehearsal.regressions = school.Solve(0, kHoursPerDay);
  std::reverse(rehearsal.replays.begin(), rehearsal.replays.end());
  return rehearsal;
}

}  // namespace

Rehearsal Rehearse(Cast cast, const WorkingPast& past) {
  if (cast == Cast::kFull) return PlayFull(past);
  return {PlaySimple(cast, past), {}};
}

}  // namespace jouleprint::carbon
