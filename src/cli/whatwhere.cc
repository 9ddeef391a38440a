#include <unistd.h>

#include <algorithm>

#include <nlohmann/json.hpp>

#include "carbon/pricing/run_series.h"
#include "cli/commands.h"
#include "cli/screen.h"
#include "cli/series_source.h"
#include "jouleprint/series_store.h"
#include "jouleprint/store.h"
#include "jouleprint/whatwhere.h"
#include "report/run_facts.h"
#include "report/whatwhere_page.h"

namespace jouleprint::cli {
namespace {

using Json = nlohmann::ordered_json;

Result<RunRecord> FindRun(const Arguments& arguments) {
  const std::string& path = arguments.run.store_path;
  Result<std::unique_ptr<Store>> store = OpenStore(path.empty() ? DefaultStorePath() : path);
  if (!store.ok()) return store.error();
  return (*store)->Find(arguments.runs.front());
}

// Of all that is kept.
Result<std::vector<IntensitySeries>> ReadKept(const Arguments& arguments) {
  Result<std::unique_ptr<SeriesStore>> store = OpenKeptSeries(arguments);
  if (!store.ok()) return store.error();
  const Result<std::vector<KeptSeries>> kept = (*store)->List();
  if (!kept.ok()) return kept.error();
  std::vector<IntensitySeries> series;
  for (const KeptSeries& one : *kept) {
    if (!arguments.series.kind.empty() && one.kind != arguments.series.kind) continue;
    Result<IntensitySeries> read = (*store)->Get({.zone = one.zone, .kind = one.kind});
    if (!read.ok()) return read.error();
    series.push_back(std::move(*read));
  }
  if (!series.empty()) return series;
  return Error{ErrorCode::kInvalidArgument,
               "no series of intensities is kept" +
                   (arguments.series.kind.empty() ? std::string() : " of the kind " + arguments.series.kind),
               "give --series FILE, or keep one with 'jouleprint grid series import'"};
}

Result<std::vector<IntensitySeries>> SeriesOf(const Arguments& arguments) {
  if (arguments.series.files.empty()) return ReadKept(arguments);
  Result<SeriesFile> file = ReadNamedFiles(arguments);
  if (!file.ok()) return file.error();
  return std::move(file->series);
}

Status KeepZones(const std::vector<std::string>& zones, std::vector<IntensitySeries>* series) {
  if (zones.empty()) return {};
  for (const std::string& zone : zones) {
    const auto is_of_zone = [&zone](const IntensitySeries& one) {
      return carbon::SameZone(one.zone(), zone);
    };
    if (std::any_of(series->begin(), series->end(), is_of_zone)) continue;
    return Error{ErrorCode::kInvalidArgument, "--zone " + zone + ": there is no series of it",
                 "there are " + carbon::ZonesOf(*series)};
  }
  std::erase_if(*series, [&zones](const IntensitySeries& one) {
    return std::none_of(zones.begin(), zones.end(),
                        [&one](const std::string& zone) { return carbon::SameZone(one.zone(), zone); });
  });
  return {};
}

Json ToJson(const StartPrice& price) { return {{"start", price.start.ToString()}, {"gco2e", price.gco2e}}; }

Json ToJson(const ZonePrices& zone, const Whatwhere& answer) {
  Json months = Json::array();
  for (const MonthPrices& month : zone.months) {
    months.push_back({{"year", month.year},
                      {"month", month.month},
                      {"mean_gco2e", month.mean_gco2e},
                      {"best", ToJson(month.best)}});
  }
  const auto saving = [&](double gco2e) {
    return answer.gco2e ? Json(SavingPercent(*answer.gco2e, gco2e)) : Json();
  };
  return {{"zone", zone.zone},
          {"kind", zone.kind},
          {"source", zone.source},
          {"starts", zone.starts},
          {"skipped", zone.skipped},
          {"best", ToJson(zone.best)},
          {"worst", ToJson(zone.worst)},
          {"mean_gco2e", zone.mean_gco2e},
          {"p05", zone.p05_gco2e},
          {"p95", zone.p95_gco2e},
          {"saving_percent", saving(zone.best.gco2e)},
          {"mean_saving_percent", saving(zone.mean_gco2e)},
          {"months", std::move(months)}};
}

std::string ToJson(const Whatwhere& answer) {
  Json document{{"run", answer.run_id},
                {"energy_kwh", answer.energy_kwh},
                {"duration_s", answer.duration_s},
                {"pue", answer.pue},
                {"this", {{"zone", answer.zone}, {"gco2e", answer.gco2e ? Json(*answer.gco2e) : Json()}}},
                {"zones", Json::array()}};
  const ZonePrices* best = &answer.zones.front();
  const ZonePrices* worst = best;
  for (const ZonePrices& zone : answer.zones) {
    document["zones"].push_back(ToJson(zone, answer));
    if (zone.best.gco2e < best->best.gco2e) best = &zone;
    if (zone.worst.gco2e > worst->worst.gco2e) worst = &zone;
  }
  const auto at = [](const ZonePrices& zone, const StartPrice& price) {
    return Json{{"zone", zone.zone}, {"start", price.start.ToString()}, {"gco2e", price.gco2e}};
  };
  document["best"] = at(*best, best->best);
  document["worst"] = at(*worst, worst->worst);
  document["notes"] = answer.notes;
  return document.dump(2) + "\n";
}

}  // namespace

int WhatWhere(const Arguments& arguments) {
  const Result<RunRecord> run = FindRun(arguments);
  if (!run.ok()) return Fail(run.error());
  Result<std::vector<IntensitySeries>> series = SeriesOf(arguments);
  if (!series.ok()) return Fail(series.error());
  if (Status kept = KeepZones(arguments.whatwhere.zones, &*series); !kept.ok()) return Fail(kept.error());
  const Result<Whatwhere> answer = CompareStarts(*run, *series, arguments.whatwhere.every);
  if (!answer.ok()) return Fail(answer.error());
  if (arguments.json) return Deliver({}, ToJson(*answer));
  const report::Style style = StyleOf(STDOUT_FILENO);
  return Deliver({}, report::WhatwherePage(*answer, report::RunTitle(*run, style.unicode),
                                           arguments.whatwhere.top, style));
}

}  // namespace jouleprint::cli
