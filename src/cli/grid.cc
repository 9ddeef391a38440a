#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <limits>

#include <nlohmann/json.hpp>

#include "cli/commands.h"
#include "cli/screen.h"
#include "jouleprint/zones.h"
#include "os/host.h"
#include "report/table.h"
#include "report/text_width.h"

namespace jouleprint::cli {
namespace {

using Json = nlohmann::ordered_json;

// Columns for a name on a terminal: with these, all but the source fits into 80.
constexpr int kZoneNameWidth = 34;
constexpr int kRegionNameWidth = 24;
// For a line that a program reads: nothing is cut there.
constexpr int kUncut = std::numeric_limits<int>::max();
constexpr const char* kSourceHeading = "source";

std::string Lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

bool Holds(const std::string& text, const std::string& part) {
  return Lower(text).find(Lower(part)) != std::string::npos;
}

std::string IdOf(const CloudRegion& region) { return region.provider + ":" + region.region; }

Json ToJson(const IntensityUsed& intensity) {
  return {{"value", intensity.value.value}, {"low", intensity.value.low},
          {"high", intensity.value.high},   {"basis", BasisName(intensity.value.basis)},
          {"kind", intensity.kind},         {"source", intensity.source}};
}

Json ToJson(const Zone& zone) {
  return {{"id", zone.id}, {"name", zone.name}, {"intensity_g_per_kwh", ToJson(zone.intensity)}};
}

Json ToJson(const CloudRegion& region) {
  return {{"id", IdOf(region)},
          {"name", region.place},
          {"zone", region.zone_id},
          {"pue", region.pue ? Json(*region.pue) : Json()},
          {"pue_source", region.pue ? Json(region.pue_source) : Json()},
          {"intensity_g_per_kwh", ToJson(region.intensity)}};
}

template <class Row>
std::string ToJson(const char* key, const std::vector<Row>& rows) {
  Json list = Json::array();
  for (const Row& row : rows) list.push_back(ToJson(row));
  return Json{{key, list}}.dump(2) + "\n";
}

std::string Grams(const IntensityUsed& intensity) { return fmt::format("{:.0f}", intensity.value.value); }

report::Table TableOf(const std::vector<Zone>& zones) {
  report::Table table{{{"zone"}, {"name"}, {"g/kWh", report::Align::kRight}, {kSourceHeading}}, {}};
  for (const Zone& zone : zones) {
    table.rows.push_back({zone.id, zone.name, Grams(zone.intensity), zone.intensity.source});
  }
  return table;
}

report::Table TableOf(const std::vector<CloudRegion>& regions) {
  report::Table table{{{"region"},
                       {"name"},
                       {"g/kWh", report::Align::kRight},
                       {"PUE", report::Align::kRight},
                       {"zone"},
                       {kSourceHeading}},
                      {}};
  for (const CloudRegion& region : regions) {
    const std::string pue = region.pue ? fmt::format("{:.2f}", *region.pue) : "-";
    table.rows.push_back(
        {IdOf(region), region.place, Grams(region.intensity), pue, region.zone_id, region.intensity.source});
  }
  return table;
}

std::string ToText(report::Table table, int name_width) {
  const bool terminal = os::TerminalWidth(STDOUT_FILENO) > 0;
  const report::Style style = StyleOf(STDOUT_FILENO);
  if (terminal) {
    for (std::vector<std::string>& row : table.rows)
      row[1] = report::Truncate(row[1], name_width, style.unicode);
  }
  const std::size_t source = table.columns.size() - 1;
  std::string text;
  for (const std::string& line : report::TextTable(std::move(table), terminal ? style.width : kUncut,
                                                   style.unicode, source, {kSourceHeading})) {
    text += line + "\n";
  }
  return text;
}

template <class Row>
int Show(const Arguments& arguments, const char* key, const std::vector<Row>& rows, int name_width) {
  return Deliver({}, arguments.json ? ToJson(key, rows) : ToText(TableOf(rows), name_width));
}

}  // namespace

int GridZones(const Arguments& arguments) {
  std::vector<Zone> zones = AllZones();
  std::erase_if(zones, [&](const Zone& zone) { return !Holds(zone.id + " " + zone.name, arguments.text); });
  if (zones.empty()) {
    return Fail({ErrorCode::kNotFound, "no zone's id or name holds '" + arguments.text + "'",
                 "try a shorter part of it; clouds are under 'jouleprint grid regions'"});
  }
  return Show(arguments, "zones", zones, kZoneNameWidth);
}

int GridRegions(const Arguments& arguments) {
  std::vector<CloudRegion> regions = AllRegions();
  std::erase_if(regions, [&](const CloudRegion& region) {
    return !Holds(IdOf(region) + " " + region.place, arguments.text);
  });
  if (regions.empty()) {
    return Fail({ErrorCode::kNotFound, "no region's id or name holds '" + arguments.text + "'",
                 "try a shorter part of it; countries are under 'jouleprint grid zones'"});
  }
  return Show(arguments, "regions", regions, kRegionNameWidth);
}

}  // namespace jouleprint::cli
