// The part of a record's JSON that speaks of carbon and water.
#ifndef JOULEPRINT_RECORD_CARBON_JSON_H_
#define JOULEPRINT_RECORD_CARBON_JSON_H_

#include "jouleprint/record.h"
#include "record/field_reader.h"
#include "record/json_writer.h"

namespace jouleprint::record {

void WriteCarbon(JsonWriter* json, const RunRecord& run);
void ReadCarbon(const FieldReader& from, RunRecord* run);

}  // namespace jouleprint::record

#endif  // JOULEPRINT_RECORD_CARBON_JSON_H_
