#include <fmt/format.h>
#include <fmt/ranges.h>
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

// For a line that a program reads: nothing is cut there.
constexpr int kUncut = std::numeric_limits<int>::max();
constexpr const char* kSourceHeading = "source";

// How a table goes onto a terminal.
struct Layout {
  int name_width;                           ///< of the second column
  std::vector<std::string_view> droppable;  ///< the columns that a narrow one goes without, first to last
};

// With these, what tells figures apart fits into 80 columns; the kind of a zone's figure always shows.
Layout ZoneLayout() { return {26, {kSourceHeading}}; }
Layout RegionLayout() { return {18, {kSourceHeading, "WUE", "kind", "marginal"}}; }

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
  return {{"id", zone.id},
          {"name", zone.name},
          {"aliases", zone.aliases},
          {"country_iso3", zone.country_iso3.empty() ? Json() : Json(zone.country_iso3)},
          {"year", zone.year},
          {"intensity_g_per_kwh", ToJson(zone.intensity)}};
}

Json ToJson(const CloudRegion& region) {
  return {{"id", IdOf(region)},
          {"name", region.place},
          {"zone", region.zone_id},
          {"pue", region.pue ? Json(*region.pue) : Json()},
          {"pue_source", region.pue ? Json(region.pue_source) : Json()},
          {"wue_l_per_kwh", region.wue ? Json(*region.wue) : Json()},
          {"wue_source", region.wue ? Json(region.wue_source) : Json()},
          {"year", region.year},
          {"intensity_g_per_kwh", ToJson(region.intensity)},
          {"marginal_g_per_kwh", region.marginal ? ToJson(*region.marginal) : Json()}};
}

template <class Row>
std::string ToJson(const char* key, const std::vector<Row>& rows) {
  Json list = Json::array();
  for (const Row& row : rows) list.push_back(ToJson(row));
  return Json{{key, list}}.dump(2) + "\n";
}

constexpr const char* kAbsent = "-";

std::string Figure(const std::optional<double>& figure) {
  return figure ? fmt::format("{:.2f}", *figure) : kAbsent;
}

std::string Grams(const IntensityUsed& intensity) { return fmt::format("{:.0f}", intensity.value.value); }

report::Table TableOf(const std::vector<Zone>& zones) {
  report::Table table{{{"zone"}, {"name"}, {"g/kWh", report::Align::kRight}, {"kind"}, {kSourceHeading}}, {}};
  for (const Zone& zone : zones) {
    table.rows.push_back(
        {zone.id, zone.name, Grams(zone.intensity), zone.intensity.kind, zone.intensity.source});
  }
  return table;
}

report::Table TableOf(const std::vector<CloudRegion>& regions) {
  report::Table table{{{"region"},
                       {"name"},
                       {"g/kWh", report::Align::kRight},
                       {"kind"},
                       {"marginal", report::Align::kRight},
                       {"PUE", report::Align::kRight},
                       {"WUE", report::Align::kRight},
                       {"zone"},
                       {kSourceHeading}},
                      {}};
  for (const CloudRegion& region : regions) {
    table.rows.push_back({IdOf(region), region.place, Grams(region.intensity), region.intensity.kind,
                          region.marginal ? Grams(*region.marginal) : kAbsent, Figure(region.pue),
                          Figure(region.wue), region.zone_id, region.intensity.source});
  }
  return table;
}

std::string ToText(report::Table table, const Layout& layout) {
  const bool terminal = os::TerminalWidth(STDOUT_FILENO) > 0;
  const report::Style style = StyleOf(STDOUT_FILENO);
  if (terminal) {
    for (std::vector<std::string>& row : table.rows)
      row[1] = report::Truncate(row[1], layout.name_width, style.unicode);
  }
  const std::size_t source = table.columns.size() - 1;
  std::string text;
  for (const std::string& line : report::TextTable(std::move(table), terminal ? style.width : kUncut,
                                                   style.unicode, source, layout.droppable)) {
    text += line + "\n";
  }
  return text;
}

// A zone may be asked for by any of its names.
bool IsCalled(const Zone& zone, const std::string& part) {
  const auto holds = [&](const std::string& name) { return Holds(name, part); };
  return holds(zone.id + " " + zone.name) || std::ranges::any_of(zone.aliases, holds);
}

std::string ToJson(const NearbyZone& nearby) {
  Json document{{"nearest_town", nearby.town}, {"distance_km", nearby.distance_km}};
  if (!nearby.choices.empty()) document["choices"] = nearby.choices;
  document["zones"] = Json::array({ToJson(nearby.zone)});
  return document.dump(2) + "\n";
}

std::string ToText(const NearbyZone& nearby) {
  std::string text = ToText(TableOf(std::vector{nearby.zone}), ZoneLayout());
  text +=
      fmt::format("by the nearest town in the table: {}, {:.0f} km away\n", nearby.town, nearby.distance_km);
  if (nearby.choices.empty()) return text;
  return text + fmt::format("{} is served by more than one grid; choose one of {}\n", nearby.state,
                            fmt::join(nearby.choices, ", "));
}

int ZonesAt(const Arguments& arguments) {
  const Result<Coordinates> point = CoordinatesFrom(arguments.at);
  if (!point.ok()) return Fail(point.error());
  const Result<NearbyZone> nearby = ZoneAt(*point);
  if (!nearby.ok()) return Fail(nearby.error());
  return Deliver({}, arguments.json ? ToJson(*nearby) : ToText(*nearby));
}

template <class Row>
int Show(const Arguments& arguments, const char* key, const std::vector<Row>& rows, const Layout& layout) {
  return Deliver({}, arguments.json ? ToJson(key, rows) : ToText(TableOf(rows), layout));
}

}  // namespace

int GridZones(const Arguments& arguments) {
  if (!arguments.at.empty()) return ZonesAt(arguments);
  std::vector<Zone> zones = AllZones();
  std::erase_if(zones, [&](const Zone& zone) { return !IsCalled(zone, arguments.text); });
  if (zones.empty()) {
    // It may be a name that is no part of the table's spelling, without accents for instance.
    const Result<Zone> known = FindZone(arguments.text);
    if (!known.ok() && known.error().code == ErrorCode::kNotFound) {
      return Fail({ErrorCode::kNotFound, "no zone's id or name holds '" + arguments.text + "'",
                   known.error().hint + "; clouds are under 'jouleprint grid regions'"});
    }
    if (!known.ok()) return Fail(known.error());
    zones.push_back(*known);
  }
  return Show(arguments, "zones", zones, ZoneLayout());
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
  return Show(arguments, "regions", regions, RegionLayout());
}

}  // namespace jouleprint::cli
