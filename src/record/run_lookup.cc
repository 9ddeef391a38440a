#include "record/run_lookup.h"

#include <cstdint>
#include <vector>

#include "jouleprint/utc_time.h"
#include "record/sqlite_handle.h"

namespace jouleprint::record {
namespace {

// Sorts after every character that an id can hold: with it, "starts with" is a range of the index.
constexpr std::string_view kAfterAnyCharacter = "\xF4\x8F\xBF\xBF";

// Conditions on ?1, what was typed, and ?2, the end of the range of ids that begin with it.
constexpr std::string_view kById = "run_id = ?1";
constexpr std::string_view kByName = "name = ?1 AND name <> ''";
constexpr std::string_view kByPrefix = "run_id >= ?1 AND run_id < ?2";

struct Candidate {
  std::string run_id;
  std::string name;
  UtcTime start;
};

struct Candidates {
  std::vector<Candidate> newest;  // at most five
  std::int64_t count = 0;         // of all
};

Result<Candidates> Query(sqlite3* db, std::string_view condition, std::string_view wanted) {
  Result<Statement> statement =
      Statement::Prepare(db, "SELECT run_id, name, start_us, count(*) OVER () FROM runs WHERE " +
                                 std::string(condition) + " ORDER BY start_us DESC, run_id DESC LIMIT 5");
  if (!statement.ok()) return statement.error();
  const std::string range_end = std::string(wanted) + std::string(kAfterAnyCharacter);
  statement->Bind(wanted, std::string_view(range_end));
  Candidates candidates;
  for (;;) {
    const Result<bool> row = statement->Step();
    if (!row.ok()) return row.error();
    if (!*row) return candidates;
    candidates.newest.push_back(
        {std::string(statement->Text(0)), std::string(statement->Text(1)), UtcTime{statement->Integer(2)}});
    candidates.count = statement->Integer(3);
  }
}

Error Ambiguous(std::string_view wanted, const Candidates& candidates) {
  std::string list;
  for (const Candidate& candidate : candidates.newest) {
    list += list.empty() ? "" : ", ";
    list += candidate.run_id + " (" + (candidate.name.empty() ? "" : candidate.name + ", ") +
            candidate.start.ToString() + ")";
  }
  const auto listed = static_cast<std::int64_t>(candidates.newest.size());
  if (candidates.count > listed) list += " and " + std::to_string(candidates.count - listed) + " older";
  return {ErrorCode::kInvalidArgument,
          "'" + std::string(wanted) + "' fits " + std::to_string(candidates.count) + " runs: " + list,
          "give the id of one, or more of its characters"};
}

Result<std::string> NewestRunId(sqlite3* db, const std::string& path) {
  Result<Statement> statement =
      Statement::Prepare(db, "SELECT run_id FROM runs ORDER BY start_us DESC, run_id DESC LIMIT 1");
  if (!statement.ok()) return statement.error();
  const Result<bool> row = statement->Step();
  if (!row.ok()) return row.error();
  if (*row) return std::string(statement->Text(0));
  return Error{ErrorCode::kNotFound, "there is no run yet in '" + path + "'",
               "measure one with 'jouleprint run -- COMMAND'"};
}

}  // namespace

Result<std::string> LookUpRunId(sqlite3* db, const std::string& path, std::string_view wanted) {
  if (wanted.empty()) {
    return Error{ErrorCode::kInvalidArgument, "an empty text names no run",
                 "give a run's id, its name, or 'last'"};
  }
  if (wanted == "last") return NewestRunId(db, path);
  for (const std::string_view condition : {kById, kByName, kByPrefix}) {
    const Result<Candidates> found = Query(db, condition, wanted);
    if (!found.ok()) return found.error();
    if (found->count > 1) return Ambiguous(wanted, *found);
    if (found->count == 1) return found->newest[0].run_id;
  }
  return Error{ErrorCode::kNotFound,
               "no run in '" + path + "' has the id or name '" + std::string(wanted) + "'",
               "see 'jouleprint runs list'"};
}

}  // namespace jouleprint::record
