#include "carbon/forecast/blend.h"

#include <algorithm>

#include "carbon/forecast/least_relative_error.h"

namespace jouleprint::carbon {
namespace {

// The regressions alike where there are any; else the profile that yesterday shifts.
Eigen::VectorXd FirstGuess(Cast cast) {
  Eigen::VectorXd weights = Eigen::VectorXd::Zero(static_cast<Eigen::Index>(cast));
  if (cast == Cast::kFull) {
    weights.tail(kRegressions.size()).setConstant(1.0 / static_cast<double>(kRegressions.size()));
  } else {
    weights[0] = 1;
  }
  return weights;
}

Cases Collect(const WorkingPast& past, const std::vector<Replay>& replays, std::size_t stretch,
              Eigen::Index members) {
  Cases cases(members);
  for (const Replay& replay : replays) {
    const std::size_t end =
        std::min(kStretchStarts[stretch + 1], static_cast<std::size_t>(replay.answers.rows()));
    for (std::size_t lead = kStretchStarts[stretch]; lead < end; lead += StrideOf(stretch)) {
      const std::size_t hour = replay.origin + lead;
      if (past.hours.known[hour] == 0) continue;
      const double truth = past.hours.g_per_kwh[hour];
      cases.Add(replay.answers.row(static_cast<Eigen::Index>(lead)).transpose(), truth,
                past.units.Denominator(truth));
    }
  }
  return cases;
}

}  // namespace

Blend Blend::Learn(Cast cast, const WorkingPast& past, const std::vector<Replay>& replays) {
  const Eigen::VectorXd start = FirstGuess(cast);
  Blend blend;
  blend.weights_ = start.replicate(1, kStretches);
  if (cast == Cast::kProfile) return blend;
  for (std::size_t stretch = 0; stretch < kStretches; ++stretch) {
    blend.weights_.col(static_cast<Eigen::Index>(stretch)) =
        Collect(past, replays, stretch, start.size()).Weigh(start);
  }
  return blend;
}

Eigen::VectorXd Blend::Mix(const Eigen::MatrixXd& answers) const {
  Eigen::VectorXd mixed(answers.rows());
  for (std::size_t stretch = 0; stretch < kStretches; ++stretch) {
    const auto from = static_cast<Eigen::Index>(kStretchStarts[stretch]);
    const Eigen::Index to = std::min(answers.rows(), static_cast<Eigen::Index>(kStretchStarts[stretch + 1]));
    if (from >= to) break;
    mixed.segment(from, to - from) =
        answers.middleRows(from, to - from) * weights_.col(static_cast<Eigen::Index>(stretch));
  }
  return mixed.cwiseMax(0);
}

}  // namespace jouleprint::carbon
