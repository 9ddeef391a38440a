// The public face of a forecast: what can be asked is checked here, and said in a sentence where it cannot.
#include <cmath>
#include <optional>
#include <utility>

#include "carbon/forecast/forecast_model.h"
#include "carbon/forecast/hourly_past.h"
#include "carbon/forecast/least_relative_error.h"
#include "carbon/forecast/outlook_view.h"
#include "jouleprint/grid_forecast.h"

namespace jouleprint {
namespace {

using carbon::HourlyPast;
using carbon::kHoursPerDay;
using carbon::kHoursPerWeek;

// Three years hold every season often enough, and keep training short.
constexpr std::size_t kMostHours = 3 * 366 * kHoursPerDay;
// What a forecast looks at, and a week in case its beginning is a gap.
constexpr std::size_t kForecastHours = carbon::kLookBackHours + kHoursPerWeek;
// Of the last week: less is not "near".
constexpr std::size_t kKnownInLastWeek = 12;

std::optional<Error> WhyTooLittle(const HourlyPast& past, const IntensitySeries& series, UtcTime at,
                                  std::size_t needed) {
  const std::string zone = series.zone().empty() ? "the series" : series.zone();
  const std::size_t known = past.KnownBefore(past.size(), past.size());
  if (past.size() < needed || known < kHoursPerDay) {
    return Error{ErrorCode::kInvalidArgument,
                 zone + " has " + std::to_string(known) + " known hours before " + at.ToString() +
                     ", and its forecast needs " + std::to_string(needed),
                 "give a series that reaches further back, or a later time"};
  }
  if (past.KnownBefore(past.size(), kHoursPerWeek) < kKnownInLastWeek) {
    return Error{ErrorCode::kInvalidArgument,
                 zone + " has next to nothing in the week before " + at.ToString(),
                 "give a series that reaches up to that time, or a time nearer to its end, " +
                     series.end().ToString()};
  }
  return std::nullopt;
}

std::optional<Error> WhyNotThisOutlook(const Outlook& outlook, const std::vector<std::string>* trained) {
  if (std::optional<Error> error = carbon::WhyNoOutlook(outlook)) return error;
  if (trained == nullptr) {
    return Error{ErrorCode::kInvalidArgument, "the forecaster was trained without an outlook",
                 "train it with the outlook, or ask without"};
  }
  if (*trained != outlook.names) {
    return Error{ErrorCode::kInvalidArgument, "the outlook's series are not those of the training",
                 "give the same names in the same order"};
  }
  return std::nullopt;
}

}  // namespace

class GridForecaster::Impl {
 public:
  carbon::ForecastModel model;
};

GridForecaster::GridForecaster(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
GridForecaster::GridForecaster(GridForecaster&&) noexcept = default;
GridForecaster& GridForecaster::operator=(GridForecaster&&) noexcept = default;
GridForecaster::~GridForecaster() = default;

Result<GridForecaster> GridForecaster::Train(const IntensitySeries& past, UtcTime at,
                                             const Outlook* outlook) {
  HourlyPast hours = carbon::HoursBefore(past, at, kMostHours);
  if (std::optional<Error> error = WhyTooLittle(hours, past, at, kHoursPerDay)) return *error;
  if (outlook != nullptr) {
    if (std::optional<Error> error = carbon::WhyNoOutlook(*outlook)) return *error;
  }
  return GridForecaster(std::make_unique<Impl>(Impl{carbon::ForecastModel(past, std::move(hours), outlook)}));
}

Result<GridForecast> GridForecaster::Forecast(const IntensitySeries& past, UtcTime at, Seconds horizon,
                                              const Outlook* outlook) const {
  const Seconds most = carbon::kHour * static_cast<double>(carbon::kMostLeads);
  if (!(horizon > Seconds{0}) || horizon > most) {
    return Error{
        ErrorCode::kInvalidArgument,
        "a forecast cannot reach " + std::to_string(std::llround(horizon / carbon::kHour)) + " h ahead",
        "ask for up to 14 days"};
  }
  if (outlook != nullptr) {
    if (std::optional<Error> error = WhyNotThisOutlook(*outlook, impl_->model.outlook_names())) return *error;
  }
  HourlyPast hours = carbon::HoursBefore(past, at, kForecastHours);
  if (std::optional<Error> error = WhyTooLittle(hours, past, at, impl_->model.hours_needed())) return *error;
  return impl_->model.Carry(past, std::move(hours), at, horizon, outlook);
}

}  // namespace jouleprint
