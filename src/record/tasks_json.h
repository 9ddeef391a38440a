// The part of a record's JSON that speaks of the job's progress: epochs, tasks, what they made us predict,
// and the limits that were set. One of each alone, too, for those who hand them out while the run goes on.
#ifndef JOULEPRINT_RECORD_TASKS_JSON_H_
#define JOULEPRINT_RECORD_TASKS_JSON_H_

#include <string>

#include "jouleprint/record.h"
#include "record/field_reader.h"
#include "record/json_writer.h"

namespace jouleprint::record {

/// Write what stands in the braces of one.
void EpochFields(JsonWriter* json, const EpochRecord& epoch);
void TaskFields(JsonWriter* json, const TaskRecord& task);
void PredictionFields(JsonWriter* json, const PredictionRecord& prediction);

/// One line of JSON each, as in a record.
std::string ToJson(const EpochRecord& epoch);
std::string ToJson(const TaskRecord& task);
std::string ToJson(const PredictionRecord& prediction);

void WriteProgress(JsonWriter* json, const RunRecord& run);
void ReadProgress(const FieldReader& from, RunRecord* run);

}  // namespace jouleprint::record

#endif  // JOULEPRINT_RECORD_TASKS_JSON_H_
