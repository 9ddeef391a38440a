// Writes the run record. The names here are the contract: docs/record.schema.json describes them and
// json_reader.cc reads them back.
#include "record/json.h"

#include "record/carbon_json.h"
#include "record/distributed_json.h"
#include "record/json_fields.h"
#include "record/json_writer.h"
#include "record/tasks_json.h"

namespace jouleprint::record {
namespace {

void HostFields(JsonWriter* json, const HostInfo& host) {
  Text(json, "hostname", host.hostname);
  Text(json, "os", host.os);
  Text(json, "kernel", host.kernel);
  Text(json, "arch", host.arch);
  Text(json, "cpu", host.cpu);
  Text(json, "boot_id", host.boot_id);
  Integer(json, "sockets", host.sockets);
  Integer(json, "cores", host.cores);
  Integer(json, "logical_cpus", host.logical_cpus);
  Number(json, "memory_gib", host.memory_gib);
  TextArray(json, "gpus", host.gpus);
  Text(json, "virtualization", host.virtualization);
}

void WriteIdentity(JsonWriter* json, const RunRecord& run) {
  Integer(json, "schema_version", run.schema_version);
  Text(json, "run_id", run.run_id);
  Text(json, "name", run.name);
  Text(json, "project", run.project);
  json->Key("tags");
  json->BeginObject();
  for (const auto& [key, value] : run.tags) Text(json, key, value);
  json->EndObject();
  TextArray(json, "command", run.command);
  Text(json, "state", RunStateName(run.state));
  json->Key("host");
  json->BeginObject();
  HostFields(json, run.host);
  json->EndObject();
  Text(json, "start", run.start.ToString());
  Text(json, "end", run.end.ToString());
  Number(json, "duration_s", run.duration_s);
}

void DomainFields(JsonWriter* json, const DomainRecord& domain) {
  Text(json, "name", domain.name);
  Text(json, "component", ComponentName(domain.component));
  Text(json, "basis", BasisName(domain.basis));
  Text(json, "source", domain.source);
  WriteEstimate(json, "energy_kwh", domain.energy_kwh);
  OptionalNumber(json, "idle_kwh", domain.idle_kwh);
  Number(json, "mean_power_w", domain.mean_power_w);
  Number(json, "max_power_w", domain.max_power_w);
  Number(json, "share", domain.share);
  Text(json, "attributed_by", domain.attributed_by);
}

void WriteDomains(JsonWriter* json, const RunRecord& run) {
  TextArray(json, "boundary", run.boundary);
  ObjectArray(json, "domains", run.domains, [json](const DomainRecord& d) { DomainFields(json, d); });
  ObjectArray(json, "dropped", run.dropped, [json](const DroppedDomain& dropped) {
    Text(json, "name", dropped.name);
    Text(json, "source", dropped.source);
    Text(json, "reason", dropped.reason);
  });
  OptionalObject(json, "total", run.total, [json](const DomainRecord& d) { DomainFields(json, d); });
}

void WriteEnergy(JsonWriter* json, const RunRecord& run) {
  json->Key("energy_kwh");
  json->BeginObject();
  WriteEstimate(json, "machine", run.energy_kwh.machine);
  WriteEstimate(json, "marginal", run.energy_kwh.marginal);
  WriteEstimate(json, "share", run.energy_kwh.share);
  WriteEstimate(json, "unattributed", run.energy_kwh.unattributed);
  WriteEstimate(json, "share_without_idle", run.energy_kwh.share_without_idle);
  WriteEstimate(json, "share_with_idle", run.energy_kwh.share_with_idle);
  json->EndObject();
  Text(json, "idle_split", run.idle_split);
  json->Key("baseline");
  json->BeginObject();
  Text(json, "method", run.baseline.method);
  OptionalNumber(json, "power_w", run.baseline.power_w);
  Number(json, "duration_s", run.baseline.duration_s);
  json->EndObject();
}

void WriteMetrics(JsonWriter* json, const RunRecord& run) {
  json->Key("metrics");
  json->BeginObject();
  for (const auto& [name, points] : run.metrics) {
    json->Key(name);
    json->BeginObject();
    OptionalNumber(json, "last", points.empty() ? std::nullopt : std::optional(points.back().value));
    ObjectArray(json, "points", points, [json](const MetricPoint& point) {
      Number(json, "t_s", point.t_s);
      Number(json, "value", point.value);
    });
    json->EndObject();
  }
  json->EndObject();
}

void WriteReservation(JsonWriter* json, const Reservation& reserved) {
  json->Key("reserved");
  json->BeginObject();
  OptionalNumber(json, "cpu", reserved.cpu);
  OptionalNumber(json, "memory", reserved.memory);
  OptionalNumber(json, "gpu", reserved.gpu);
  Text(json, "source", reserved.source);
  json->EndObject();
}

void WriteConduct(JsonWriter* json, const RunRecord& run) {
  ObjectArray(json, "gaps", run.gaps, [json](const GapRecord& gap) {
    Number(json, "start_s", gap.start_s);
    Number(json, "duration_s", gap.duration_s);
    Text(json, "reason", gap.reason);
  });
  json->Key("job");
  json->BeginObject();
  Text(json, "followed_by", run.job.followed_by);
  Number(json, "cpu_s", run.job.cpu_s);
  Number(json, "machine_cpu_s", run.job.machine_cpu_s);
  Integer(json, "exit_status", run.job.exit_status);
  WriteReservation(json, run.job.reserved);
  json->EndObject();
  json->Key("overhead");
  json->BeginObject();
  Number(json, "cpu_s", run.overhead.cpu_s);
  Integer(json, "samples", run.overhead.samples);
  json->EndObject();
  TextArray(json, "warnings", run.warnings);
  Text(json, "version", run.version);
}

}  // namespace

std::string ToJson(const HostInfo& host) {
  JsonWriter json;
  json.BeginObject();
  HostFields(&json, host);
  json.EndObject();
  return json.Take();
}

std::string ToJson(const RunRecord& run, int indent) {
  JsonWriter json(indent);
  json.BeginObject();
  WriteIdentity(&json, run);
  WriteDomains(&json, run);
  WriteEnergy(&json, run);
  WriteCarbon(&json, run);
  WriteProgress(&json, run);
  WriteMetrics(&json, run);
  WriteDistributed(&json, run);
  WriteConduct(&json, run);
  json.EndObject();
  return json.Take();
}

}  // namespace jouleprint::record
