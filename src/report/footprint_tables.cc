#include "report/footprint_tables.h"

#include <fmt/format.h>

#include <array>

#include "jouleprint/footprint.h"
#include "report/humanize.h"
#include "report/report.h"
#include "report/run_facts.h"
#include "report/text_width.h"

namespace jouleprint::report {
namespace {

// A token's share of a run is far below a milligram.
constexpr std::array<DisplayUnit, 3> kTinyEmissions{{{1e-6, "ug"}, {1e-9, "ng"}, {1e-12, "pg"}}};
constexpr std::array<DisplayUnit, 4> kWaterUnits{{{1e3, "m3"}, {1, "L"}, {1e-3, "mL"}, {1e-6, "uL"}}};
// From here on up the units of the summary's first figures do.
constexpr double kHundredthOfMilligram = 1e-5;

DisplayUnit ScoreUnit(double grams) {
  if (!(grams > 0) || grams >= kHundredthOfMilligram) return EmissionsUnitFor(grams);
  for (const DisplayUnit& unit : kTinyEmissions) {
    if (grams >= unit.size) return unit;
  }
  return kTinyEmissions.back();
}

std::string Water(const Estimate& litres) {
  if (litres.value == 0) return InUnit(litres, kWaterUnits[1]);
  for (const DisplayUnit& unit : kWaterUnits) {
    if (litres.value >= unit.size) return InUnit(litres, unit);
  }
  return InUnit(litres, kWaterUnits.back());
}

std::string Grams(const Estimate& grams) {
  const DisplayUnit unit = ScoreUnit(grams.value);
  const std::string name = std::string(unit.name) + " CO2e";
  return InUnit(grams, {unit.size, name});
}

std::string Plain(double number) { return fmt::format("{:g}", number); }

std::string Lifetime(const Estimate& hours) {
  const Estimate years = Scale(hours, 1 / kHoursPerYear);
  const std::string value = Plain(years.value) + " y";
  return years.low == years.high ? value : value + fmt::format(" ({:g} to {:g})", years.low, years.high);
}

Table Figures() { return {{{"figure", Align::kLeft}, {"value", Align::kLeft}, {"from", Align::kLeft}}, {}}; }

}  // namespace

std::string FootprintLine(const RunRecord& run, bool unicode) {
  std::string line;
  const auto add = [&line](const std::string& part) { line += (line.empty() ? "" : "; ") + part; };
  if (run.sci) {
    add(fmt::format("{} per {} (SCI{})", Grams(run.sci->g_per_unit), Sanitize(run.sci->unit, unicode),
                    run.emissions_gco2e.embodied ? "" : ", without hardware"));
  }
  if (run.water) add(fmt::format("{} of water", Water(run.water->litres)));
  if (run.emissions_gco2e.operational_market)
    add(fmt::format("{} by the contracts", Grams(*run.emissions_gco2e.operational_market)));
  return line;
}

Table FootprintTable(const RunRecord& run, bool unicode) {
  Table table = Figures();
  Table besides = BesidesTheTotal(run, unicode);
  const Emissions& emissions = run.emissions_gco2e;
  if (!emissions.embodied && besides.rows.empty()) return table;
  const std::string whose = run.pue_source.empty() || run.pue_source == "given"
                                ? ""
                                : " (" + Sanitize(run.pue_source, unicode) + ")";
  table.rows = {
      {"electricity, by place", Grams(emissions.operational),
       fmt::format("{} g/kWh, {}{}", Significant(run.intensity.value.value, 3), PueText(run), whose)},
      {"making the hardware", emissions.embodied ? Grams(*emissions.embodied) : "not known",
       run.embodied_parts.empty() ? "" : "the parts below"},
      {"total", Grams(emissions.total), ""}};
  table.rows.insert(table.rows.end(), besides.rows.begin(), besides.rows.end());
  return table;
}

Table BesidesTheTotal(const RunRecord& run, bool unicode) {
  Table table = Figures();
  const std::optional<Estimate>& market = run.emissions_gco2e.operational_market;
  if (run.sci) {
    table.rows.push_back({"per " + Sanitize(run.sci->unit, unicode) + " (SCI)", Grams(run.sci->g_per_unit),
                          "the total / " + Plain(run.sci->count)});
  }
  if (market && run.market_intensity) {
    table.rows.push_back(
        {"electricity, by contracts", Grams(*market),
         fmt::format("not in the total; {} g/kWh, {}", Significant(run.market_intensity->value.value, 3),
                     Sanitize(run.market_intensity->source, unicode))});
  }
  if (run.water) {
    table.rows.push_back({"water", Water(run.water->litres),
                          fmt::format("{} L/kWh, {}; without PUE", Plain(run.water->wue_l_per_kwh),
                                      Sanitize(run.water->source, unicode))});
  }
  return table;
}

Table EmbodiedTable(const RunRecord& run, bool unicode) {
  Table table{{{"hardware", Align::kLeft},
               {"count", Align::kRight},
               {"making one", Align::kRight},
               {"lifetime", Align::kRight},
               {"reserved", Align::kRight},
               {"CO2e", Align::kRight},
               {"source", Align::kLeft}},
              {}};
  for (const EmbodiedPart& part : run.embodied_parts) {
    table.rows.push_back({Sanitize(part.item, unicode), fmt::format("{}", part.count),
                          InUnit(part.making_kgco2e, {1, "kg"}), Lifetime(part.lifetime_h),
                          Percent(part.share), HumanEmissions(part.gco2e), Sanitize(part.source, unicode)});
  }
  return table;
}

}  // namespace jouleprint::report
