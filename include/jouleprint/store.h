// Where runs are kept. SQLite by default: one file in the user's data folder, WAL, safe with many
// writers at once.
//
//   auto store = OpenStore(DefaultStorePath());
//   store->Save(run);                       // insert or replace, by run_id
//   for (const RunSummary& r : *store->List({})) ...
//
// A Store belongs to one thread at a time; several Stores may be open on one file, in one process or
// many. Every write is one transaction: after a crash or a full disk the run is there as it was
// before or as it is after.
#ifndef JOULEPRINT_STORE_H_
#define JOULEPRINT_STORE_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "jouleprint/record.h"
#include "jouleprint/result.h"

namespace jouleprint {

/// A row of `runs list`.
struct RunSummary {
  std::string run_id;
  std::string name;
  std::string project;
  std::string command;  ///< as one line
  RunState state = RunState::kRunning;
  UtcTime start;
  double duration_s = 0;
  double energy_kwh = 0;
  Basis basis = Basis::kAssumed;
  double emissions_gco2e = 0;
  int exit_status = 0;
  std::string group;  ///< of a distributed job; "" none
  std::string part;   ///< "rank 3 of 8", "8 runs merged" or ""
};

struct RunFilter {
  std::string project{};   ///< empty: any
  std::int64_t limit = 0;  ///< newest first; 0: all
  std::string group{};     ///< empty: any
};

/// Who is writing a run that is not finished: a run whose writer is dead is recovered.
struct Writer {
  std::int64_t pid = 0;
  std::int64_t pid_start = 0;  ///< field 22 of /proc/PID/stat, so that a reused pid is not mistaken
  std::string boot_id;
};

class Store {
 public:
  virtual ~Store() = default;
  /// Inserts or replaces. `writer` marks the run as being written; a finished run has none.
  virtual Status Save(const RunRecord& run, const std::optional<Writer>& writer = std::nullopt) = 0;
  virtual Status SaveSeries(const std::string& run_id, const PowerSeries& series) = 0;
  /// `prefix`: the run's id, any unambiguous start of it, its name when only one has it, or "last".
  virtual Result<RunRecord> Find(std::string_view prefix) = 0;
  /// Absent when the run kept none.
  virtual Result<std::optional<PowerSeries>> FindSeries(const std::string& run_id) = 0;
  virtual Result<std::vector<RunSummary>> List(const RunFilter& filter) = 0;
  /// Removes the run and its series.
  virtual Status Remove(const std::string& run_id) = 0;
  /// Turns every "running" run whose writer is gone (`alive` says no) into "recovered", once even when
  /// several processes ask at the same time, and returns those that this call recovered.
  virtual Result<std::vector<RunRecord>> Recover(bool (*alive)(const Writer&)) = 0;
};

/// Opens or creates. The error names the file and the remedy (not a database, newer schema,
/// read-only folder, disk full).
Result<std::unique_ptr<Store>> OpenStore(const std::string& path);
/// JOULEPRINT_DB is the CLI's business; this is $XDG_DATA_HOME/jouleprint/runs.db or its default.
std::string DefaultStorePath();

}  // namespace jouleprint

#endif  // JOULEPRINT_STORE_H_
