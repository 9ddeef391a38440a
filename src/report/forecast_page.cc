#include "report/forecast_page.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "report/curve.h"
#include "report/humanize.h"
#include "report/page.h"
#include "report/table.h"
#include "report/text_width.h"

namespace jouleprint::report {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kPictureHeight = 12;
constexpr std::size_t kNextHours = 6;
constexpr double kSecondsPerHour = 3600;
// The lengths of the windows that are looked for.
constexpr std::array<int, 4> kWindows_hours{1, 4, 8, 24};

// "2022-12-25 04:00"
std::string Moment(UtcTime time) {
  std::string text = time.ToString().substr(0, 16);
  text[10] = ' ';
  return text;
}

std::string Rounded(double value) { return fmt::format("{:.0f}", value); }

Curve CurveOf(const GridForecast& forecast) {
  Curve curve{forecast.issued, forecast.step, {}};
  if (!forecast.points.empty()) curve.start = forecast.points.front().time;
  for (const GridForecast::Point& point : forecast.points) {
    curve.values.push_back(point.g_per_kwh.value);
    curve.low.push_back(point.g_per_kwh.low);
    curve.high.push_back(point.g_per_kwh.high);
  }
  return curve;
}

// One row an hour, whatever the step is.
Table NextHours(const GridForecast& forecast) {
  Table table{{{"UTC"}, {"g/kWh", Align::kRight}, {"90 % interval", Align::kRight}}, {}};
  const auto stride =
      static_cast<std::size_t>(std::max(1L, std::lround(kSecondsPerHour / forecast.step.value())));
  for (std::size_t i = 0; i < forecast.points.size() && table.rows.size() < kNextHours; i += stride) {
    const Estimate& intensity = forecast.points[i].g_per_kwh;
    table.rows.push_back({Moment(forecast.points[i].time), Rounded(intensity.value),
                          Rounded(intensity.low) + " to " + Rounded(intensity.high)});
  }
  return table;
}

struct Window {
  UtcTime start;
  double mean = 0;
};

// The first of the cleanest that are `steps` long; nothing where the forecast is not longer than that.
std::optional<Window> Cleanest(std::span<const GridForecast::Point> points, std::size_t steps) {
  if (steps == 0 || points.size() <= steps) return std::nullopt;
  double sum = 0;
  for (const GridForecast::Point& point : points.first(steps)) sum += point.g_per_kwh.value;
  double least = sum;
  std::size_t at = 0;
  for (std::size_t i = steps; i < points.size(); ++i) {
    sum += points[i].g_per_kwh.value - points[i - steps].g_per_kwh.value;
    // Rounding must not make a later one of equals the cleanest.
    if (sum < least * (1 - 1e-12)) {
      least = sum;
      at = i + 1 - steps;
    }
  }
  return Window{points[at].time, least / static_cast<double>(steps)};
}

double MeanOfFirst(std::span<const GridForecast::Point> points, std::size_t steps) {
  double sum = 0;
  for (const GridForecast::Point& point : points.first(steps)) sum += point.g_per_kwh.value;
  return sum / static_cast<double>(steps);
}

Table CleanestWindows(const GridForecast& forecast) {
  Table table{{{"cleanest"}, {"from, UTC"}, {"g/kWh", Align::kRight}, {"beside now", Align::kRight}}, {}};
  for (const int hours : kWindows_hours) {
    const double wanted = hours * kSecondsPerHour / forecast.step.value();
    const auto steps = static_cast<std::size_t>(std::lround(wanted));
    const std::optional<Window> window = Cleanest(forecast.points, steps);
    if (!window) continue;
    const double now = MeanOfFirst(forecast.points, steps);
    const std::string change = now > 0 ? fmt::format("{:+.0f} %", 100 * (window->mean / now - 1)) : "-";
    table.rows.push_back({fmt::format("{} h", hours), Moment(window->start), Rounded(window->mean), change});
  }
  return table;
}

std::string TextOf(Table table, const Style& style) {
  std::string text;
  if (table.rows.empty()) return text;
  for (const std::string& line : TextTable(std::move(table), style.width, style.unicode, 0))
    text += line + "\n";
  return "\n" + text;
}

}  // namespace

std::string ForecastPage(const GridForecast& forecast, const IntensitySeries& past, const Style& style) {
  std::string page = Paint(style, Ink::kBold, Sanitize(past.zone(), style.unicode));
  page += "  " + Sanitize(past.kind(), style.unicode) + ", g/kWh, forecast from " + Moment(forecast.issued) +
          " UTC\n";
  for (const std::string& line : DrawCurve(CurveOf(forecast), style, kPictureHeight)) page += line + "\n";
  page += std::string(style.unicode ? "░" : ":") + " 90 % interval\n";
  page += TextOf(NextHours(forecast), style) + TextOf(CleanestWindows(forecast), style) + "\n";
  for (const std::string& line : Wrap(Sanitize(forecast.method, style.unicode), style.width))
    page += line + "\n";
  return page;
}

std::string ForecastJson(const GridForecast& forecast, const IntensitySeries& past) {
  Json points = Json::array();
  for (const GridForecast::Point& point : forecast.points) {
    const Estimate& intensity = point.g_per_kwh;
    points.push_back({{"time", point.time.ToString()},
                      {"gco2_per_kwh",
                       {{"value", intensity.value},
                        {"low", intensity.low},
                        {"high", intensity.high},
                        {"basis", BasisName(intensity.basis)}}}});
  }
  const Json document{{"zone", Sanitize(past.zone())},        {"kind", Sanitize(past.kind())},
                      {"issued", forecast.issued.ToString()}, {"step_s", forecast.step.value()},
                      {"method", Sanitize(forecast.method)},  {"points", std::move(points)}};
  return document.dump(2) + "\n";
}

}  // namespace jouleprint::report
