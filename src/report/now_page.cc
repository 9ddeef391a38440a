#include "report/now_page.h"

#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "report/curve.h"
#include "report/humanize.h"
#include "report/page.h"
#include "report/text_width.h"

namespace jouleprint::report {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kPictureHeight = 8;

// "12:00"
std::string Clock(UtcTime time) { return time.ToString().substr(11, 5); }

std::string When(const carbon::IntensityNow& now) {
  if (!now.age) return "the average of a year, not of this hour";
  std::string text = "of the step that began at " + Clock(now.time) + " UTC";
  if (*now.age > Seconds{0}) text += fmt::format(" and ended {} ago", HumanDuration(now.age->value()));
  if (now.estimated) text += "; an estimate, which may be revised";
  return text;
}

Json PointsOf(const IntensitySeries& series) {
  Json points = Json::array();
  UtcTime time = series.start();
  for (const double value : series.values()) {
    points.push_back({{"time", time.ToString()}, {"gco2_per_kwh", std::isnan(value) ? Json() : Json(value)}});
    time = time + series.step();
  }
  return points;
}

}  // namespace

std::string NowPage(const carbon::IntensityNow& now, const Style& style, bool picture) {
  const auto clean = [&](const std::string& text) { return Sanitize(text, style.unicode); };
  Page page(style);
  page.Title(clean(now.zone), "intensity now", "");
  page.Field("value", HumanIntensity(now.intensity.value), Ink::kBold);
  page.Field("kind", clean(now.intensity.kind));
  page.Field("source", clean(now.intensity.source));
  page.Field("time", When(now));
  if (!picture || !now.past) return page.Take();
  const Curve curve{
      now.past->start(), now.past->step(), {now.past->values().begin(), now.past->values().end()}};
  page.Blank();
  for (const std::string& line : DrawCurve(curve, style, kPictureHeight)) page.Line(line);
  return page.Take();
}

std::string NowJson(const carbon::IntensityNow& now, const std::vector<std::string>& problems) {
  const Estimate& value = now.intensity.value;
  const Json document{{"zone", Sanitize(now.zone)},
                      {"time", now.time.ToString()},
                      {"intensity_g_per_kwh",
                       {{"value", value.value},
                        {"low", value.low},
                        {"high", value.high},
                        {"basis", BasisName(value.basis)},
                        {"kind", Sanitize(now.intensity.kind)},
                        {"source", Sanitize(now.intensity.source)}}},
                      {"estimated", now.estimated},
                      {"age_s", now.age ? Json(now.age->value()) : Json()},
                      {"retrieved", now.retrieved.empty() ? Json() : Json(now.retrieved)},
                      {"points", now.past ? PointsOf(*now.past) : Json::array()},
                      {"problems", problems}};
  return document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace jouleprint::report
