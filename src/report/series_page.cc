#include "report/series_page.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <nlohmann/json.hpp>

#include "report/curve.h"
#include "report/humanize.h"
#include "report/page.h"
#include "report/table.h"
#include "report/text_width.h"

namespace jouleprint::report {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kPictureHeight = 12;
constexpr double kSecondsPerMinute = 60;
constexpr double kMinutesPerHour = 60;

std::string StepText(Seconds step) {
  const double minutes = step.value() / kSecondsPerMinute;
  return minutes == kMinutesPerHour ? "1 h" : fmt::format("{:.0f} min", minutes);
}

// "2022-12-25 06:00", and at midnight "2022-12-25".
std::string Moment(UtcTime time) {
  std::string text = time.ToString().substr(0, 16);
  text[10] = ' ';
  return text.ends_with("00:00") ? text.substr(0, 10) : text;
}

std::string Mean(const std::optional<GramsPerKwh>& mean) {
  return mean ? Significant(mean->value(), 3) : "-";
}

// All but the last brace.
std::string JsonOf(const KeptSeries& series) {
  const Json head{{"zone", Sanitize(series.zone)},
                  {"kind", Sanitize(series.kind)},
                  {"source", Sanitize(series.source)},
                  {"step_s", series.step.value()},
                  {"from", series.from.ToString()},
                  {"to", series.to.ToString()},
                  {"missing", series.missing},
                  {"mean_g_per_kwh", series.mean ? Json(series.mean->value()) : Json()}};
  std::string text = head.dump();
  text.pop_back();
  return text;
}

// By hand: a year of a hundred zones has ten million points.
void AppendPoints(const IntensitySeries& series, std::string* text) {
  UtcTime time = series.start();
  const char* separator = "\n";
  for (const double value : series.values()) {
    *text += separator;
    fmt::format_to(std::back_inserter(*text), R"({{"time":"{}","gco2_per_kwh":)", time.ToString());
    *text += std::isnan(value) ? "null}" : fmt::format("{}}}", value);
    separator = ",\n";
    time = time + series.step();
  }
}

std::string Extreme(const IntensitySeries& series, const double* value) {
  const auto index = static_cast<double>(value - series.values().data());
  return fmt::format("{} ({})", Significant(*value, 3), Moment(series.start() + series.step() * index));
}

// "least 34.1 (2022-12-27 04:00), mean 56.3, most 92.0 (...)"
std::string Extent(const IntensitySeries& series) {
  const double* least = nullptr;
  const double* most = nullptr;
  for (const double& value : series.values()) {
    if (std::isnan(value)) continue;
    if (least == nullptr || value < *least) least = &value;
    if (most == nullptr || value > *most) most = &value;
  }
  if (least == nullptr) return "no value in this time";
  const double mean = series.MeanOver(series.start(), series.end()).intensity.value();
  return fmt::format("least {}, mean {}, most {}", Extreme(series, least), Significant(mean, 3),
                     Extreme(series, most));
}

}  // namespace

KeptSeries Described(const IntensitySeries& series) {
  KeptSeries described{series.zone(),  series.kind(), series.source(),  series.step(),
                       series.start(), series.end(),  series.missing(), std::nullopt};
  if (series.missing() < series.values().size()) {
    described.mean = series.MeanOver(series.start(), series.end()).intensity;
  }
  return described;
}

std::string SeriesList(const std::vector<KeptSeries>& series, const Style& style) {
  Table table{{{"zone"},
               {"kind"},
               {"step", Align::kRight},
               {"from"},
               {"to"},
               {"gaps", Align::kRight},
               {"g/kWh", Align::kRight},
               {"source"}},
              {}};
  for (const KeptSeries& one : series) {
    table.rows.push_back({Sanitize(one.zone, style.unicode), Sanitize(one.kind, style.unicode),
                          StepText(one.step), Moment(one.from), Moment(one.to), std::to_string(one.missing),
                          Mean(one.mean), Sanitize(one.source, style.unicode)});
  }
  constexpr std::size_t kKind = 1;
  std::string text;
  for (const std::string& line :
       TextTable(std::move(table), style.width, style.unicode, kKind, {"source", "step", "gaps"})) {
    text += line + "\n";
  }
  return text;
}

std::string SeriesPage(const IntensitySeries& series, const KeptSeries* whole, const Style& style) {
  const auto line = [&](const std::string& text) {
    return Truncate(text, style.width, style.unicode) + "\n";
  };
  std::string page = Paint(style, Ink::kBold, Sanitize(series.zone(), style.unicode));
  page += "  " + Sanitize(series.kind(), style.unicode) + ", g/kWh\n";
  page += line(fmt::format("{} to {} UTC, steps of {}", Moment(series.start()), Moment(series.end()),
                           StepText(series.step())));
  const Curve curve{series.start(), series.step(), {series.values().begin(), series.values().end()}};
  for (const std::string& drawn : DrawCurve(curve, style, kPictureHeight)) page += drawn + "\n";
  page += line(Extent(series));
  if (series.missing() > 0) {
    page += line(Counted(series.missing(), "step has", "steps have") + " no value");
  }
  page += line("source: " + Sanitize(series.source(), style.unicode));
  if (whole != nullptr) {
    page += line(fmt::format("there is more, {} to {}: --from and --to choose", Moment(whole->from),
                             Moment(whole->to)));
  }
  return page;
}

std::string SeriesListJson(const std::vector<KeptSeries>& series) {
  std::string text = "{\"series\":[";
  for (const KeptSeries& one : series) text += (&one == series.data() ? "\n" : ",\n") + JsonOf(one) + "}";
  return text + "]}\n";
}

std::string SeriesJson(const std::vector<IntensitySeries>& series) {
  std::string text = "{\"series\":[";
  for (const IntensitySeries& one : series) {
    text += (&one == series.data() ? "\n" : ",\n") + JsonOf(Described(one)) + ",\"points\":[";
    AppendPoints(one, &text);
    text += "]}";
  }
  return text + "]}\n";
}

}  // namespace jouleprint::report
