#include "carbon/forecast/forecast_model.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "carbon/forecast/least_relative_error.h"

namespace jouleprint::carbon {
namespace {

// Two weeks let the same hours of the week be compared. Ten are needed before the regressions have had four
// to look back on, four to learn from and two to be tried.
constexpr std::size_t kSimpleFrom = 14 * kHoursPerDay;
constexpr std::size_t kFullFrom = 74 * kHoursPerDay;
// Once weeks were seen, bounds stay near what was ever seen: a tenth beyond it.
constexpr double kBelowLeast = 0.9;
constexpr double kAboveMost = 1.1;
// The last digit of a sum of equal figures is not always theirs.
constexpr double kRounding = 1e-9;

Cast CastFor(const HourlyPast& past) {
  const std::size_t known = past.KnownBefore(past.size(), past.size());
  if (known < kSimpleFrom) return Cast::kProfile;
  return known < kFullFrom ? Cast::kSimple : Cast::kFull;
}

}  // namespace

ForecastModel::ForecastModel(const IntensitySeries& series, HourlyPast hours, const Outlook* outlook)
    : units_(WorkingUnits::Of(hours)), cast_(CastFor(hours)), days_(hours.size() / kHoursPerDay) {
  const WorkingPast past(std::move(hours), units_);
  const auto [least, most] = std::minmax_element(past.hours.g_per_kwh.begin(), past.hours.g_per_kwh.end());
  least_seen_ = *least;
  most_seen_ = *most;
  Rehearsal rehearsal = Rehearse(cast_, past);
  replays_ = rehearsal.replays.size();
  regressions_ = std::move(rehearsal.regressions);
  blend_ = Blend::Learn(cast_, past, rehearsal.replays);
  std::vector<Eigen::VectorXd> mixed;
  for (const Replay& replay : rehearsal.replays) mixed.push_back(blend_.Mix(replay.answers));
  finish_ = LearnFinish(series, past, rehearsal.replays, mixed);
  if (outlook == nullptr) return;
  correction_ = OutlookCorrection::Learn(*outlook, past, rehearsal.replays, mixed);
  for (std::size_t i = 0; i < mixed.size(); ++i) {
    correction_->Apply(*outlook, Seen::kThen, past, rehearsal.replays[i].origin, mixed[i]);
  }
  outlook_finish_ = LearnFinish(series, past, rehearsal.replays, mixed);
}

std::size_t ForecastModel::hours_needed() const {
  return cast_ == Cast::kFull ? kLookBackHours : kHoursPerDay;
}

const std::vector<std::string>* ForecastModel::outlook_names() const {
  return correction_ ? &correction_->names() : nullptr;
}

// Errors are those of the series' own steps; of an hour's steps one in turn, for they err together.
ForecastModel::Finish ForecastModel::LearnFinish(const IntensitySeries& series, const WorkingPast& past,
                                                 const std::vector<Replay>& replays,
                                                 const std::vector<Eigen::VectorXd>& mixed) const {
  Finish finish;
  finish.within = WithinHour::Learn(series, past, replays, mixed);
  const std::size_t per_hour = finish.within.steps_per_hour();
  for (std::size_t i = 0; i < replays.size(); ++i) {
    const UtcTime origin = past.hours.StartOf(replays[i].origin);
    const double stands_off = finish.within.StandsOff(series, origin);
    for (std::size_t lead_h = 0; lead_h < static_cast<std::size_t>(mixed[i].size()); ++lead_h) {
      const std::size_t ahead = lead_h * per_hour + (i + lead_h) % per_hour;
      const UtcTime time = origin + series.step() * static_cast<double>(ahead);
      const std::optional<GramsPerKwh> truth = series.At(time);
      if (!truth) continue;
      const double hour = mixed[i][static_cast<Eigen::Index>(lead_h)];
      const double value = finish.within.OfStep(hour, time, ahead, stands_off);
      finish.bands.Add(lead_h, static_cast<double>(replays[i].days_ago),
                       units_.ToLog(truth->value()) - units_.ToLog(value));
    }
  }
  finish.bands.Close();
  return finish;
}

Estimate ForecastModel::WithBand(double value, ErrorBands::Band band) const {
  double low = units_.FromLog(units_.ToLog(value) + band.low);
  double high = units_.FromLog(units_.ToLog(value) + band.high);
  if (cast_ != Cast::kProfile) {
    low = std::max(low, kBelowLeast * least_seen_);
    high = std::min(high, kAboveMost * most_seen_);
  }
  return {value, std::min(value, low) * (1 - kRounding), std::max(value, high) * (1 + kRounding),
          Basis::kModelled};
}

std::string ForecastModel::Method(bool with_outlook) const {
  const std::string days = std::to_string(days_) + (days_ == 1 ? " day" : " days");
  std::string method;
  switch (cast_) {
    case Cast::kProfile:
      method = "only " + days + " of past: the mean day, shifted by how the last one lay; wide intervals";
      break;
    case Cast::kSimple:
      method = "only " + days + " of past: the mean day, yesterday and the same hours of the weeks before, " +
               "weighted by their errors";
      break;
    case Cast::kFull:
      method = "three regressions on the weeks before and three simple forecasts, learned from " + days +
               ", weighted by their errors on the last " + std::to_string(replays_);
  }
  return with_outlook ? method + "; corrected by the outlook" : method;
}

GridForecast ForecastModel::Carry(const IntensitySeries& series, HourlyPast hours, UtcTime at,
                                  Seconds horizon, const Outlook* outlook) const {
  const WorkingPast past(std::move(hours), units_);
  const UtcTime origin = past.hours.end;
  const Finish& finish = outlook == nullptr ? finish_ : *outlook_finish_;
  const std::size_t per_hour = finish.within.steps_per_hour();
  const auto asked = static_cast<std::size_t>(std::ceil((at + horizon - origin) / series.step()));
  const std::size_t leads = std::min((asked + per_hour - 1) / per_hour, kMostLeads);
  const Regressions* regressions = regressions_.empty() ? nullptr : &regressions_[HourOfDay(origin)];
  Eigen::VectorXd mixed = blend_.Mix(AskMembers(cast_, past, past.hours.size(), leads, regressions));
  if (outlook != nullptr) correction_->Apply(*outlook, Seen::kNow, past, past.hours.size(), mixed);
  const double stands_off = finish.within.StandsOff(series, origin);
  GridForecast forecast{at, series.step(), Method(outlook != nullptr), {}};
  for (std::size_t ahead = 0; ahead < std::min(asked, leads * per_hour); ++ahead) {
    const std::size_t lead_h = ahead / per_hour;
    const UtcTime time = origin + series.step() * static_cast<double>(ahead);
    const double value =
        finish.within.OfStep(mixed[static_cast<Eigen::Index>(lead_h)], time, ahead, stands_off);
    forecast.points.push_back({time, WithBand(value, finish.bands.At(lead_h))});
  }
  return forecast;
}

}  // namespace jouleprint::carbon
