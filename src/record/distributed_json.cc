#include "record/distributed_json.h"

#include "record/estimate_fields.h"
#include "record/json_fields.h"

namespace jouleprint::record {
namespace {

void RankFields(JsonWriter* json, const RankRecord& rank) {
  Integer(json, "rank", rank.rank);
  Integer(json, "world_size", rank.world_size);
  Integer(json, "local_rank", rank.local_rank);
  Integer(json, "local_world_size", rank.local_world_size);
  Text(json, "launcher", rank.launcher);
  json->Key("measures_node");
  json->Bool(rank.measures_node);
}

void MergedFields(JsonWriter* json, const MergedRun& merged) {
  Text(json, "run_id", merged.run_id);
  Text(json, "node", merged.node);
  OptionalInteger(json, "rank", merged.rank);
  json->Key("counted");
  json->Bool(merged.counted);
}

RankRecord ReadRank(const FieldReader& from) {
  return {from.Integer("rank"),       from.Integer("world_size"),
          from.Integer("local_rank"), from.Integer("local_world_size"),
          from.Text("launcher"),      from.Flag("measures_node")};
}

MergedRun ReadMerged(const FieldReader& from) {
  MergedRun merged;
  merged.run_id = from.Text("run_id");
  merged.node = from.Text("node");
  if (!from.IsNull("rank")) merged.rank = from.Integer("rank");
  merged.counted = from.Flag("counted");
  return merged;
}

}  // namespace

void WriteDistributed(JsonWriter* json, const RunRecord& run) {
  Text(json, "group", run.group);
  OptionalObject(json, "rank", run.rank, [json](const RankRecord& rank) { RankFields(json, rank); });
  ObjectArray(json, "merged_from", run.merged_from, [json](const MergedRun& it) { MergedFields(json, it); });
  Text(json, "imported_from", run.imported_from);
}

void ReadDistributed(const FieldReader& from, RunRecord* run) {
  run->group = ReadLaterText(from, "group");
  if (!from.Lacks("rank")) run->rank = ReadRank(from.Member("rank"));
  if (!from.Lacks("merged_from")) {
    from.Each("merged_from", [run](const FieldReader& it) { run->merged_from.push_back(ReadMerged(it)); });
  }
  run->imported_from = ReadLaterText(from, "imported_from");
}

}  // namespace jouleprint::record
