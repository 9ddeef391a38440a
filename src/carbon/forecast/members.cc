#include "carbon/forecast/members.h"

#include <algorithm>
#include <vector>

#include "carbon/forecast/simple_members.h"

namespace jouleprint::carbon {
namespace {

std::span<double> Column(Eigen::MatrixXd& answers, Eigen::Index column) {
  return {answers.col(column).data(), static_cast<std::size_t>(answers.rows())};
}

void AskRegression(const RegressionKind& kind, const DayRidge& ridge, const WorkingPast& past,
                   std::size_t origin, std::span<double> answer) {
  const std::vector<double>& values = kind.in_log ? past.log : past.level;
  const std::span<const double> before{values.data(), origin};
  std::array<double, kRidgeLeads> ahead{};
  ridge.Carry(LookBack(before, past.hours.StartOf(origin)), ahead);
  for (std::size_t lead = 0; lead < answer.size(); ++lead) {
    // Beyond what a regression foretells, its last day stands for those to come.
    const std::size_t told = lead < kRidgeLeads ? lead : kRidgeLeads - kHoursPerDay + lead % kHoursPerDay;
    answer[lead] = kind.in_log ? past.units.FromLog(ahead[told])
                               : std::max(0.0, ahead[told] * past.units.mean_g_per_kwh);
  }
}

}  // namespace

Eigen::MatrixXd AskMembers(Cast cast, const WorkingPast& past, std::size_t origin, std::size_t leads,
                           const Regressions* regressions) {
  Eigen::MatrixXd answers(static_cast<Eigen::Index>(leads), static_cast<Eigen::Index>(cast));
  const std::span<const double> before = past.hours.Before(origin);
  FadeIntoProfile(before, Column(answers, 0));
  if (cast == Cast::kProfile) return answers;
  RepeatDay(before, Column(answers, 1));
  RepeatWeeks(before, Column(answers, 2));
  if (cast == Cast::kSimple) return answers;
  for (std::size_t i = 0; i < kRegressions.size(); ++i) {
    AskRegression(kRegressions[i], (*regressions)[i], past, origin,
                  Column(answers, static_cast<Eigen::Index>(3 + i)));
  }
  return answers;
}

}  // namespace jouleprint::carbon
