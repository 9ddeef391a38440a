#include "carbon/forecast/outlook_correction.h"

#include <algorithm>
#include <optional>

#include "carbon/forecast/least_relative_error.h"

namespace jouleprint::carbon {
namespace {

// The answers that are weighed, all in g/kWh.
class Choices {
 public:
  Choices(const Outlook& outlook, Seen seen, const OutlookScale& scale, const WorkingPast& past,
          std::size_t origin)
      : past_(past), origin_(origin), view_(outlook, scale, past.hours.StartOf(origin), seen) {
    const std::size_t hours = std::min(origin, kHoursPerWeek);
    for (std::size_t hour = origin - hours; hour < origin; ++hour) {
      week_mean_ += past.log[hour] / static_cast<double>(hours);
    }
  }

  std::optional<Eigen::VectorXd> Answers(double mixed, std::size_t lead) const {
    const UtcTime hour = past_.hours.StartOf(origin_) + kHour * static_cast<double>(lead);
    const std::optional<Eigen::VectorXd> features = view_.Of(hour);
    if (!features) return std::nullopt;
    const double mean = past_.units.mean_g_per_kwh;
    Eigen::VectorXd answers(features->size() + 3);
    answers << mixed, mixed * (past_.units.ToLog(mixed) - week_mean_), mean, mean * *features;
    return answers;
  }

 private:
  const WorkingPast& past_;
  std::size_t origin_;
  OutlookView view_;
  double week_mean_ = 0;
};

Eigen::Index AnswersOf(const Outlook& outlook) {
  return 3 + OutlookView::kFeaturesByName * static_cast<Eigen::Index>(outlook.names.size());
}

}  // namespace

OutlookCorrection OutlookCorrection::Learn(const Outlook& outlook, const WorkingPast& past,
                                           const std::vector<Replay>& replays,
                                           const std::vector<Eigen::VectorXd>& mixed) {
  OutlookCorrection correction;
  correction.scale_ = OutlookScale::Of(outlook, past.hours.end);
  const Eigen::VectorXd start = Eigen::VectorXd::Unit(AnswersOf(outlook), 0);
  std::vector<Cases> cases(kStretches, Cases(start.size()));
  for (std::size_t i = 0; i < replays.size(); ++i) {
    const Choices choices(outlook, Seen::kThen, correction.scale_, past, replays[i].origin);
    for (std::size_t stretch = 0; stretch < kStretches; ++stretch) {
      const std::size_t end =
          std::min(kStretchStarts[stretch + 1], static_cast<std::size_t>(mixed[i].size()));
      for (std::size_t lead = kStretchStarts[stretch]; lead < end; lead += StrideOf(stretch)) {
        const std::size_t hour = replays[i].origin + lead;
        if (past.hours.known[hour] == 0) continue;
        const double truth = past.hours.g_per_kwh[hour];
        const auto answers = choices.Answers(mixed[i][static_cast<Eigen::Index>(lead)], lead);
        if (answers) cases[stretch].Add(*answers, truth, past.units.Denominator(truth));
      }
    }
  }
  correction.weights_.resize(start.size(), kStretches);
  for (std::size_t stretch = 0; stretch < kStretches; ++stretch) {
    correction.weights_.col(static_cast<Eigen::Index>(stretch)) = cases[stretch].Weigh(start);
  }
  return correction;
}

void OutlookCorrection::Apply(const Outlook& outlook, Seen seen, const WorkingPast& past, std::size_t origin,
                              Eigen::VectorXd& mixed) const {
  const Choices choices(outlook, seen, scale_, past, origin);
  for (std::size_t stretch = 0; stretch < kStretches; ++stretch) {
    const std::size_t end = std::min(kStretchStarts[stretch + 1], static_cast<std::size_t>(mixed.size()));
    for (std::size_t lead = kStretchStarts[stretch]; lead < end; ++lead) {
      double& hour = mixed[static_cast<Eigen::Index>(lead)];
      const auto answers = choices.Answers(hour, lead);
      if (answers) hour = std::max(0.0, answers->dot(weights_.col(static_cast<Eigen::Index>(stretch))));
    }
  }
}

}  // namespace jouleprint::carbon
