#include "report/by_time_tables.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "report/bars.h"
#include "report/humanize.h"
#include "report/text_width.h"

namespace jouleprint::report {
namespace {

constexpr int kNameWidth = 11;
constexpr int kPeakWidth = 18;  // "  peak 1240 g/kWh"

std::string TimeText(UtcTime time) { return time.ToString().substr(0, 16) + "Z"; }

std::string OffBy(double error_percent) {
  constexpr double kNothing = 0.05;
  if (std::abs(error_percent) < kNothing) return "the same";
  return fmt::format("{} % {}", Significant(std::abs(error_percent), 2), error_percent > 0 ? "more" : "less");
}

// Means of `columns` stretches that are as equal as bins allow.
std::vector<double> Means(const std::vector<double>& values, std::size_t columns) {
  std::vector<double> means;
  const std::size_t count = std::min(columns, values.size());
  for (std::size_t column = 0; column < count; ++column) {
    const std::size_t first = column * values.size() / count;
    const std::size_t last = (column + 1) * values.size() / count;
    double sum = 0;
    for (std::size_t i = first; i < last; ++i) sum += values[i];
    means.push_back(sum / static_cast<double>(last - first));
  }
  return means;
}

double Highest(const std::vector<double>& values) {
  return values.empty() ? 0 : *std::max_element(values.begin(), values.end());
}

}  // namespace

bool PricedByTime(const RunRecord& run) {
  return run.by_time && (run.by_time->parts.size() > 1 || !run.by_time->single_averages.empty());
}

std::string AverageLine(const RunRecord& run) {
  if (!PricedByTime(run)) return {};
  for (const SingleAverage& one : run.by_time->single_averages) {
    if (one.what != "yearly average") continue;
    return fmt::format("priced by the clock; the yearly average, {}, would have said {}",
                       HumanIntensity(Estimate::Exact(one.intensity.value.value, Basis::kModelled)),
                       OffBy(one.error_percent));
  }
  return "priced by the clock";
}

Table IntensityPartsTable(const RunRecord& run, bool unicode) {
  Table table{{{"source", Align::kLeft},
               {"kind", Align::kLeft},
               {"from", Align::kLeft},
               {"to", Align::kLeft},
               {"of the energy", Align::kRight},
               {"revised", Align::kLeft}},
              {}};
  if (!PricedByTime(run)) return table;
  for (const IntensityPart& part : run.by_time->parts) {
    table.rows.push_back({Sanitize(part.source, unicode), Sanitize(part.kind, unicode), TimeText(part.from),
                          TimeText(part.to), Percent(part.energy_fraction),
                          part.estimated ? "may be" : "no"});
  }
  return table;
}

Table SingleAveragesTable(const RunRecord& run, bool unicode) {
  Table table{{{"one number instead", Align::kLeft},
               {"intensity", Align::kRight},
               {"CO2e", Align::kRight},
               {"would have said", Align::kRight},
               {"source", Align::kLeft}},
              {}};
  if (!PricedByTime(run)) return table;
  for (const SingleAverage& one : run.by_time->single_averages) {
    table.rows.push_back({Sanitize(one.what, unicode), Significant(one.intensity.value.value, 3) + " g/kWh",
                          HumanEmissions(one.operational_gco2e), OffBy(one.error_percent),
                          Sanitize(one.intensity.source, unicode)});
  }
  return table;
}

void AddCourse(const ByTime& by_time, Page* page) {
  if (by_time.intensity_g_per_kwh.size() < 2) return;
  const bool unicode = page->style().unicode;
  const auto columns = static_cast<std::size_t>(std::max(1, page->width() - 2 - kNameWidth - kPeakWidth));
  const auto add = [&](std::string_view name, const std::vector<double>& values, const std::string& peak) {
    const std::vector<double> means = Means(values, columns);
    page->Line("  " + PadRight(name, kNameWidth) + Sparkline(means, Highest(means), unicode) +
               Paint(page->style(), Ink::kDim, "  peak " + peak));
  };
  add("intensity", by_time.intensity_g_per_kwh,
      Significant(Highest(by_time.intensity_g_per_kwh), 3) + " g/kWh");
  add("emissions", by_time.gco2e,
      fmt::format("{} in {}", HumanEmissions(Highest(by_time.gco2e)), HumanDuration(by_time.bin_s)));
}

}  // namespace jouleprint::report
