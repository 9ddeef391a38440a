// Reads back what json.cc writes. Every field that the schema requires must be there; fields that we
// do not know are skipped, so that a later version may add some, and those that an earlier version did not
// write may be absent.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "record/carbon_json.h"
#include "record/distributed_json.h"
#include "record/estimate_fields.h"
#include "record/field_reader.h"
#include "record/json.h"
#include "record/tasks_json.h"

namespace jouleprint::record {
namespace {

HostInfo ReadHost(const FieldReader& from) {
  HostInfo host;
  host.hostname = from.Text("hostname");
  host.os = from.Text("os");
  host.kernel = from.Text("kernel");
  host.arch = from.Text("arch");
  host.cpu = from.Text("cpu");
  host.boot_id = ReadLaterText(from, "boot_id");
  host.sockets = from.SmallInteger("sockets");
  host.cores = from.SmallInteger("cores");
  host.logical_cpus = from.SmallInteger("logical_cpus");
  host.memory_gib = from.Number("memory_gib");
  host.gpus = from.Texts("gpus");
  host.virtualization = from.Text("virtualization");
  return host;
}

void ReadIdentity(const FieldReader& from, RunRecord* run) {
  run->run_id = from.Text("run_id");
  run->name = from.Text("name");
  run->project = from.Text("project");
  from.EachMember("tags",
                  [run](const std::string& key, const FieldReader& tag) { run->tags[key] = tag.AsText(); });
  run->command = from.Texts("command");
  run->state = from.Word<RunState>("state", RunStateFromName);
  run->host = ReadHost(from.Member("host"));
  run->start = from.Time("start");
  run->end = from.Time("end");
  run->duration_s = from.Number("duration_s");
}

DomainRecord ReadDomain(const FieldReader& from) {
  DomainRecord domain;
  domain.name = from.Text("name");
  domain.component = from.Word<Component>("component", ComponentFromName);
  domain.basis = from.Word<Basis>("basis", BasisFromName);
  domain.source = from.Text("source");
  domain.energy_kwh = ReadEstimate(from.Member("energy_kwh"));
  domain.idle_kwh = from.OptionalNumber("idle_kwh");
  domain.mean_power_w = from.Number("mean_power_w");
  domain.max_power_w = from.Number("max_power_w");
  domain.share = from.Number("share");
  domain.attributed_by = ReadLaterText(from, "attributed_by");
  return domain;
}

void ReadDomains(const FieldReader& from, RunRecord* run) {
  run->boundary = from.Texts("boundary");
  from.Each("domains", [run](const FieldReader& domain) { run->domains.push_back(ReadDomain(domain)); });
  from.Each("dropped", [run](const FieldReader& dropped) {
    run->dropped.push_back({dropped.Text("name"), dropped.Text("source"), dropped.Text("reason")});
  });
  if (!from.Lacks("total")) run->total = ReadDomain(from.Member("total"));
}

void ReadEnergy(const FieldReader& from, RunRecord* run) {
  const FieldReader energy = from.Member("energy_kwh");
  run->energy_kwh.machine = ReadEstimate(energy.Member("machine"));
  run->energy_kwh.marginal = ReadOptionalEstimate(energy, "marginal");
  run->energy_kwh.share = ReadEstimate(energy.Member("share"));
  run->energy_kwh.unattributed = ReadEstimate(energy.Member("unattributed"));
  run->energy_kwh.share_without_idle = ReadLaterEstimate(energy, "share_without_idle");
  run->energy_kwh.share_with_idle = ReadLaterEstimate(energy, "share_with_idle");
  run->idle_split = ReadLaterText(from, "idle_split");
  const FieldReader baseline = from.Member("baseline");
  run->baseline.method = baseline.Text("method");
  run->baseline.power_w = baseline.OptionalNumber("power_w");
  run->baseline.duration_s = baseline.Number("duration_s");
}

void ReadMetrics(const FieldReader& from, RunRecord* run) {
  from.EachMember("metrics", [run](const std::string& name, const FieldReader& metric) {
    std::vector<MetricPoint>& points = run->metrics[name];
    metric.Each("points", [&points](const FieldReader& point) {
      points.push_back({point.Number("t_s"), point.Number("value")});
    });
  });
}

Reservation ReadReservation(const FieldReader& job) {
  if (job.Lacks("reserved")) return {};
  const FieldReader reserved = job.Member("reserved");
  return {reserved.OptionalNumber("cpu"), reserved.OptionalNumber("memory"), reserved.OptionalNumber("gpu"),
          reserved.Text("source")};
}

void ReadConduct(const FieldReader& from, RunRecord* run) {
  from.Each("gaps", [run](const FieldReader& gap) {
    run->gaps.push_back({gap.Number("start_s"), gap.Number("duration_s"), gap.Text("reason")});
  });
  const FieldReader job = from.Member("job");
  run->job = {job.Text("followed_by"), job.Number("cpu_s"), job.Number("machine_cpu_s"),
              job.SmallInteger("exit_status"), ReadReservation(job)};
  const FieldReader overhead = from.Member("overhead");
  run->overhead = {overhead.Number("cpu_s"), overhead.Integer("samples")};
  run->warnings = from.Texts("warnings");
  run->version = from.Text("version");
}

Error NotJson(std::string_view text, std::size_t byte) {
  const std::string_view before = text.substr(0, std::min(byte > 0 ? byte - 1 : 0, text.size()));
  const auto line = 1 + std::count(before.begin(), before.end(), '\n');
  const std::size_t line_start = before.rfind('\n') + 1;  // npos + 1 is 0
  return {ErrorCode::kCorrupt,
          "the run record is not valid JSON at line " + std::to_string(line) + ", column " +
              std::to_string(before.size() - line_start + 1),
          "give a file that 'jouleprint runs show RUN --json' or 'jouleprint run --json-file' wrote"};
}

Result<nlohmann::json> ParseText(std::string_view text) {
  try {
    return nlohmann::json::parse(text);
  } catch (const nlohmann::json::parse_error& error) {
    return NotJson(text, error.byte);
  } catch (const nlohmann::json::exception&) {
    return Error{ErrorCode::kCorrupt, "the run record holds a number too large for a double",
                 "correct the number, or write null where the figure is not known"};
  }
}

// First of all: what a newer schema means by the other fields we cannot know.
void ReadSchemaVersion(const FieldReader& from, RunRecord* run, std::optional<Error>* error) {
  const std::int64_t version = from.Integer("schema_version");
  if (error->has_value()) return;
  if (version > kRecordSchemaVersion) {
    *error = Error{ErrorCode::kInvalidArgument,
                   "/schema_version is " + std::to_string(version) +
                       ", and this jouleprint reads records up to " + std::to_string(kRecordSchemaVersion),
                   "read it with a newer jouleprint"};
  } else if (version < 1) {
    from.Member("schema_version").Fail("is less than 1");
  }
  run->schema_version = kRecordSchemaVersion;
}

}  // namespace

Result<RunRecord> FromJson(std::string_view text) {
  const Result<nlohmann::json> tree = ParseText(text);
  if (!tree.ok()) return tree.error();
  std::optional<Error> error;
  const FieldReader root(*tree, &error);
  RunRecord run;
  ReadSchemaVersion(root, &run, &error);
  if (error) return *error;
  ReadIdentity(root, &run);
  ReadDomains(root, &run);
  ReadEnergy(root, &run);
  ReadCarbon(root, &run);
  ReadProgress(root, &run);
  ReadMetrics(root, &run);
  ReadDistributed(root, &run);
  ReadConduct(root, &run);
  if (error) return *error;
  return run;
}

}  // namespace jouleprint::record
