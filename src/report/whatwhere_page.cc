#include "report/whatwhere_page.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "report/bars.h"
#include "report/humanize.h"
#include "report/page.h"
#include "report/table.h"
#include "report/text_width.h"

namespace jouleprint::report {
namespace {

constexpr int kBoxWidth = 20;
constexpr std::string_view kByMonth = "by month";
constexpr std::string_view kBestStart = "best start (UTC)";

std::string StartText(UtcTime start) {
  constexpr std::size_t kToTheMinute = 16;  // 2022-06-04T03:00
  std::string text = start.ToString().substr(0, kToTheMinute);
  text[text.find('T')] = ' ';
  return text;
}

std::string Grams(double gco2e, const DisplayUnit& unit) { return Significant(gco2e / unit.size, 3); }

std::string LessOrMore(double from_gco2e, double to_gco2e) {
  const double saving = SavingPercent(from_gco2e, to_gco2e);
  return fmt::format("{} {}", Percent(std::abs(saving) / 100), saving >= 0 ? "less" : "more");
}

const ZonePrices& Worst(const Whatwhere& answer) {
  return *std::max_element(
      answer.zones.begin(), answer.zones.end(),
      [](const ZonePrices& a, const ZonePrices& b) { return a.worst.gco2e < b.worst.gco2e; });
}

const ZonePrices& Best(const Whatwhere& answer) {
  return *std::min_element(
      answer.zones.begin(), answer.zones.end(),
      [](const ZonePrices& a, const ZonePrices& b) { return a.best.gco2e < b.best.gco2e; });
}

void AddFigures(const Whatwhere& answer, Page* page) {
  const bool unicode = page->style().unicode;
  const auto line = [&](std::string_view label, const ZonePrices& zone, const StartPrice& price) {
    std::string text = fmt::format("{} in {}, from {} UTC", HumanEmissions(price.gco2e),
                                   Sanitize(zone.zone, unicode), StartText(price.start));
    if (answer.gco2e) text += ", " + LessOrMore(*answer.gco2e, price.gco2e);
    page->Field(label, text);
  };
  if (answer.gco2e)
    page->Field("this run",
                fmt::format("{} in {}", HumanEmissions(*answer.gco2e), Sanitize(answer.zone, unicode)));
  for (const ZonePrices& zone : answer.zones) {
    if (zone.zone == answer.zone) line("waiting", zone, zone.best);
  }
  const ZonePrices& greenest = answer.zones.front();
  if (answer.gco2e && greenest.zone != answer.zone) {
    page->Field("moving", fmt::format("{} in {}, on average, {}", HumanEmissions(greenest.mean_gco2e),
                                      Sanitize(greenest.zone, unicode),
                                      LessOrMore(*answer.gco2e, greenest.mean_gco2e)));
  }
  line("best", Best(answer), Best(answer).best);
  line("worst", Worst(answer), Worst(answer).worst);
}

std::vector<std::string> RowOf(const ZonePrices& zone, const Whatwhere& answer, const DisplayUnit& unit,
                               double top_gco2e, bool unicode) {
  std::vector<double> months;
  double highest = 0;
  for (const MonthPrices& month : zone.months) {
    months.push_back(month.mean_gco2e);
    highest = std::max(highest, month.mean_gco2e);
  }
  return {Sanitize(zone.zone, unicode) + (zone.zone == answer.zone ? " *" : ""),
          Grams(zone.best.gco2e, unit),
          Grams(zone.mean_gco2e, unit),
          Grams(zone.worst.gco2e, unit),
          RangeBox(zone, answer.gco2e, top_gco2e, kBoxWidth, unicode),
          StartText(zone.best.start),
          Sparkline(months, highest, unicode)};
}

void AddZones(const Whatwhere& answer, std::size_t top, Page* page) {
  const bool unicode = page->style().unicode;
  const auto shown = [&](std::size_t i) {
    return top == 0 || i < top || answer.zones[i].zone == answer.zone;
  };
  double top_gco2e = answer.gco2e.value_or(0);
  for (std::size_t i = 0; i < answer.zones.size(); ++i) {
    if (shown(i)) top_gco2e = std::max(top_gco2e, answer.zones[i].worst.gco2e);
  }
  const DisplayUnit unit = EmissionsUnitFor(answer.zones[answer.zones.size() / 2].mean_gco2e);
  Table table{{{"zone", Align::kLeft},
               {"best", Align::kRight},
               {"mean", Align::kRight},
               {"worst " + std::string(unit.name), Align::kRight},
               {fmt::format("0 to {}", HumanEmissions(top_gco2e)), Align::kLeft},
               {std::string(kBestStart), Align::kLeft},
               {std::string(kByMonth), Align::kLeft}},
              {}};
  std::size_t left_out = 0;
  for (std::size_t i = 0; i < answer.zones.size(); ++i) {
    if (shown(i)) {
      table.rows.push_back(RowOf(answer.zones[i], answer, unit, top_gco2e, unicode));
    } else {
      ++left_out;
    }
  }
  page->Blank();
  const std::vector<std::string> lines =
      TextTable(std::move(table), page->width(), unicode, 0, {kByMonth, kBestStart});
  page->Line(Paint(page->style(), Ink::kDim, lines.front()));
  for (std::size_t i = 1; i < lines.size(); ++i) page->Line(lines[i]);
  if (left_out > 0) page->Line(Paint(page->style(), Ink::kDim, fmt::format("and {} more", left_out)));
}

void AddLegend(const Whatwhere& answer, Page* page) {
  const bool unicode = page->style().unicode;
  const ZonePrices& first = answer.zones.front();
  const bool one_source = std::all_of(answer.zones.begin(), answer.zones.end(),
                                      [&](const ZonePrices& zone) { return zone.source == first.source; });
  std::string text = fmt::format("{}{} best to worst start, {} nine of ten", unicode ? "┄" : "-",
                                 unicode ? "┄" : "-", unicode ? "━━" : "==");
  if (answer.gco2e) text += fmt::format(", {} this run", unicode ? "◆" : "x");
  text += fmt::format(
      ". {} starts a zone, {}, {}; PUE {:.3g} kept. Only the electricity moves: making the "
      "hardware does not.",
      first.starts, Sanitize(first.kind, unicode),
      one_source ? Sanitize(first.source, unicode) : "several sources", answer.pue);
  page->Blank();
  for (const std::string& line : Wrap(text, page->width())) page->Line(Paint(page->style(), Ink::kDim, line));
  for (const std::string& note : answer.notes) {
    for (const std::string& line : Wrap(Sanitize(note, unicode), page->width())) page->Line(line);
  }
}

}  // namespace

std::string RangeBox(const ZonePrices& zone, const std::optional<double>& own_gco2e, double top_gco2e,
                     int width, bool unicode) {
  const auto column = [&](double gco2e) {
    const double at = top_gco2e > 0 ? gco2e / top_gco2e * width : 0;
    return std::clamp(static_cast<int>(at), 0, width - 1);
  };
  std::string box;
  for (int i = 0; i < width; ++i) {
    const auto within = [&](double from, double to) { return i >= column(from) && i <= column(to); };
    if (own_gco2e && i == column(*own_gco2e)) {
      box += unicode ? "◆" : "x";
    } else if (within(zone.p05_gco2e, zone.p95_gco2e)) {
      box += unicode ? "━" : "=";
    } else if (within(zone.best.gco2e, zone.worst.gco2e)) {
      box += unicode ? "┄" : "-";
    } else {
      box += " ";
    }
  }
  return box;
}

std::string WhatwherePage(const Whatwhere& answer, std::string_view title, std::size_t top,
                          const Style& style) {
  Page page(style);
  page.Title(title, fmt::format("{}, anywhere, at any time", HumanEnergy(answer.energy_kwh)),
             HumanDuration(answer.duration_s));
  AddFigures(answer, &page);
  AddZones(answer, top, &page);
  AddLegend(answer, &page);
  return page.Take();
}

}  // namespace jouleprint::report
