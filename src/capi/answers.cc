// The C ABI but for trackers: what it is, how records read, predictions, zones, the machine, the store.
#include <cstdlib>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "capi/border.h"
#include "capi/json_values.h"
#include "capi/options.h"
#include "job/machine_of.h"
#include "job/run_trace.h"
#include "jouleprint/capi.h"
#include "jouleprint/epoch_forecast.h"
#include "jouleprint/store.h"
#include "jouleprint/zones.h"
#include "meters/catalog.h"
#include "record/json.h"
#include "record/json_fields.h"
#include "record/json_writer.h"
#include "record/merge.h"
#include "report/report.h"
#include "report/runs_table.h"

using jouleprint::Error;
using jouleprint::ErrorCode;
using jouleprint::Result;
using jouleprint::RunRecord;
using jouleprint::Status;
using jouleprint::Store;
namespace capi = jouleprint::capi;
namespace record = jouleprint::record;
namespace report = jouleprint::report;

namespace jouleprint::capi {
namespace {

Result<std::unique_ptr<Store>> StoreAt(const char* path) {
  return OpenStore(path == nullptr || *path == '\0' ? DefaultStorePath() : std::string(path));
}

std::string ZoneJson(const Zone& zone) {
  record::JsonWriter json;
  json.BeginObject();
  record::Text(&json, "zone", zone.id);
  record::Text(&json, "name", zone.name);
  // A finer zone's country is a zone itself; "WORLD" and the like lie in none.
  const Result<Zone> country = FindZone(zone.country_iso3);
  record::Text(&json, "country", country.ok() ? country->id : std::string());
  record::Text(&json, "iso3", zone.country_iso3);
  record::WriteEstimate(&json, "intensity_g_per_kwh", zone.intensity.value);
  record::Text(&json, "source", zone.intensity.source);
  record::Integer(&json, "year", zone.year);
  json.EndObject();
  return json.Take();
}

Error NoList(const std::string& what) {
  return {ErrorCode::kInvalidArgument, what + " are no JSON array of objects", "docs/capi.md shows one"};
}

Result<UnitCost> ParseUnit(const std::string& name, const Json& given) {
  UnitCost unit;
  const std::string hint = "give each unit as {\"duration_s\", \"energy_kwh\", \"kind\"}";
  if (!given.is_object() || !given.contains("duration_s")) return Bad(name, given, hint);
  constexpr double kMost = 1e12;
  Status taken =
      TakeNumber(name + ".duration_s", given["duration_s"], 0, kMost, "give seconds", &unit.duration_s);
  if (!taken.ok()) return taken.error();
  if (given.contains("energy_kwh") && !given["energy_kwh"].is_null()) {
    taken = TakeNumber(name + ".energy_kwh", given["energy_kwh"], 0, kMost, "give kWh, or null",
                       &unit.energy_kwh);
    if (!taken.ok()) return taken.error();
  }
  const Json kind = given.value("kind", Json("train"));
  if (kind != "train" && kind != "eval") return Bad(name + ".kind", kind, "it is train or eval");
  unit.eval = kind == "eval";
  return unit;
}

Result<std::vector<UnitCost>> ParseUnits(const char* text) {
  const Json given = Json::parse(text, nullptr, false);
  if (!given.is_array()) return NoList("the units");
  std::vector<UnitCost> units;
  for (const Json& one : given) {
    Result<UnitCost> unit = ParseUnit("units[" + std::to_string(units.size()) + "]", one);
    if (!unit.ok()) return unit.error();
    units.push_back(*unit);
  }
  return units;
}

std::string TotalJson(const PredictedTotal& total) {
  record::JsonWriter json;
  json.BeginObject();
  record::Integer(&json, "epochs_seen", total.epochs_seen);
  record::Integer(&json, "epochs_total", total.epochs_total);
  record::WriteEstimate(&json, "duration_s", total.duration_s);
  record::WriteEstimate(&json, "energy_kwh", total.energy_kwh);
  record::TextArray(&json, "found", total.found);
  json.EndObject();
  return json.Take();
}

Result<std::vector<RunRecord>> ParseRecords(const char* text) {
  const Json given = Json::parse(text, nullptr, false);
  if (!given.is_array()) return NoList("the records");
  std::vector<RunRecord> runs;
  for (const Json& one : given) {
    Result<RunRecord> run = record::FromJson(one.dump(-1, ' ', false, Json::error_handler_t::replace));
    if (!run.ok()) {
      return Error{run.error().code, "records[" + std::to_string(runs.size()) + "]: " + run.error().message,
                   run.error().hint};
    }
    runs.push_back(std::move(*run));
  }
  return runs;
}

}  // namespace
}  // namespace jouleprint::capi

int32_t jp_abi_version(void) { return JP_ABI_VERSION; }

const char* jp_version(void) { return JOULEPRINT_VERSION; }

const char* jp_last_error(void) { return capi::LastError(); }

void jp_free(char* text) { std::free(text); }

jp_status jp_render(const char* run, const char* format, char** text) {
  return capi::Guarded([&]() -> Status {
    if (Status there = capi::Need(run, "record"); !there.ok()) return there;
    if (Status there = capi::Need(format, "format"); !there.ok()) return there;
    if (Status there = capi::Need(text, "text"); !there.ok()) return there;
    const auto known = report::FormatFromName(format);
    if (!known) {
      return Error{ErrorCode::kInvalidArgument, std::string("there is no format '") + format + "'",
                   "choose one of text, markdown, csv, json"};
    }
    Result<RunRecord> parsed = record::FromJson(run);
    if (!parsed.ok()) return parsed.error();
    const Result<std::string> shown = report::Render({std::move(*parsed)}, {std::nullopt}, *known, {});
    if (!shown.ok()) return shown.error();
    return capi::Give(*shown, text);
  });
}

jp_status jp_zone(const char* name, char** answer) {
  return capi::Guarded([&]() -> Status {
    if (Status there = capi::Need(name, "name"); !there.ok()) return there;
    if (Status there = capi::Need(answer, "answer"); !there.ok()) return there;
    const Result<jouleprint::Zone> zone = jouleprint::FindZone(name);
    if (!zone.ok()) return zone.error();
    return capi::Give(capi::ZoneJson(*zone), answer);
  });
}

jp_status jp_host(const char* options, char** host) {
  return capi::Guarded([&]() -> Status {
    if (Status there = capi::Need(host, "host"); !there.ok()) return there;
    const Result<jouleprint::RunOptions> parsed = capi::ParseOptions(options);
    if (!parsed.ok()) return parsed.error();
    const auto catalog = jouleprint::meters::DiscoverMeters(jouleprint::job::MachineOf(*parsed));
    const jouleprint::os::Sysroot sysroot(parsed->sysroot);
    return capi::Give(record::ToJson(jouleprint::job::DescribeHost(catalog, sysroot)), host);
  });
}

jp_status jp_predict(const char* units, int64_t total_epochs, char** answer) {
  return capi::Guarded([&]() -> Status {
    if (Status there = capi::Need(units, "units"); !there.ok()) return there;
    if (Status there = capi::Need(answer, "answer"); !there.ok()) return there;
    const auto parsed = capi::ParseUnits(units);
    if (!parsed.ok()) return parsed.error();
    const auto total = jouleprint::PredictTotal(*parsed, total_epochs);
    if (!total.ok()) return total.error();
    return capi::Give(capi::TotalJson(*total), answer);
  });
}

jp_status jp_merge(const char* records, char** merged) {
  return capi::Guarded([&]() -> Status {
    if (Status there = capi::Need(records, "records"); !there.ok()) return there;
    if (Status there = capi::Need(merged, "record"); !there.ok()) return there;
    Result<std::vector<RunRecord>> parsed = capi::ParseRecords(records);
    if (!parsed.ok()) return parsed.error();
    const Result<RunRecord> one = record::Merge(std::move(*parsed));
    if (!one.ok()) return one.error();
    return capi::Give(record::ToJson(*one), merged);
  });
}

jp_status jp_store_save(const char* path, const char* run) {
  return capi::Guarded([&]() -> Status {
    if (Status there = capi::Need(run, "record"); !there.ok()) return there;
    const Result<RunRecord> parsed = record::FromJson(run);
    if (!parsed.ok()) return parsed.error();
    Result<std::unique_ptr<Store>> store = capi::StoreAt(path);
    if (!store.ok()) return store.error();
    return (*store)->Save(*parsed);
  });
}

jp_status jp_store_find(const char* path, const char* name, char** run) {
  return capi::Guarded([&]() -> Status {
    if (Status there = capi::Need(name, "name"); !there.ok()) return there;
    if (Status there = capi::Need(run, "record"); !there.ok()) return there;
    Result<std::unique_ptr<Store>> store = capi::StoreAt(path);
    if (!store.ok()) return store.error();
    const Result<RunRecord> found = (*store)->Find(name);
    if (!found.ok()) return found.error();
    return capi::Give(record::ToJson(*found), run);
  });
}

jp_status jp_store_list(const char* path, const char* project, int64_t limit, char** runs) {
  return capi::Guarded([&]() -> Status {
    if (Status there = capi::Need(runs, "runs"); !there.ok()) return there;
    Result<std::unique_ptr<Store>> store = capi::StoreAt(path);
    if (!store.ok()) return store.error();
    const auto list = (*store)->List({project == nullptr ? "" : project, limit < 0 ? 0 : limit});
    if (!list.ok()) return list.error();
    return capi::Give("{\"runs\": " + report::RunsJson(*list) + "}", runs);
  });
}
