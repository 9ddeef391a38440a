// The part of a record's JSON that says which other records it belongs to or came from.
#ifndef JOULEPRINT_RECORD_DISTRIBUTED_JSON_H_
#define JOULEPRINT_RECORD_DISTRIBUTED_JSON_H_

#include "jouleprint/record.h"
#include "record/field_reader.h"
#include "record/json_writer.h"

namespace jouleprint::record {

void WriteDistributed(JsonWriter* json, const RunRecord& run);
void ReadDistributed(const FieldReader& from, RunRecord* run);

}  // namespace jouleprint::record

#endif  // JOULEPRINT_RECORD_DISTRIBUTED_JSON_H_
