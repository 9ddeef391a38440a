// Records from files, whatever wrote them: jouleprint itself, CodeCarbon or carbontracker. What a file is
// says its content, not its name.
//
//   Result<std::vector<RunRecord>> runs = ImportFiles({"runs.jsonl", "emissions.csv", "logs/"});
//
// A carbontracker run is two files, found by each other's name; a folder stands for all such logs in it.
#ifndef JOULEPRINT_RECORD_IMPORT_IMPORT_FILES_H_
#define JOULEPRINT_RECORD_IMPORT_IMPORT_FILES_H_

#include <string>
#include <vector>

#include "jouleprint/record.h"
#include "jouleprint/result.h"

namespace jouleprint::record {

/// All of them, or the first error with the file, the line and the field. Every record is plausible, and no
/// run is there twice.
Result<std::vector<RunRecord>> ImportFiles(const std::vector<std::string>& paths);

}  // namespace jouleprint::record

#endif  // JOULEPRINT_RECORD_IMPORT_IMPORT_FILES_H_
