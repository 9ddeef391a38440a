#include "record/sqlite_store.h"

#include "os/user_dirs.h"
#include "record/json.h"
#include "record/run_lookup.h"
#include "record/run_summary.h"
#include "record/series_blob.h"
#include "record/sqlite_groups.h"
#include "record/sqlite_schema.h"

namespace jouleprint {
namespace record {
namespace {

// An update in place, not REPLACE, which would delete the old row and the series with it.
constexpr std::string_view kUpsertRun = R"sql(
INSERT INTO runs (run_id, name, project, command, state, start_us, duration_s, energy_kwh, basis,
                  emissions_gco2e, exit_status, writer_pid, writer_pid_start, writer_boot_id, record)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)
ON CONFLICT (run_id) DO UPDATE SET
  name = excluded.name, project = excluded.project, command = excluded.command, state = excluded.state,
  start_us = excluded.start_us, duration_s = excluded.duration_s, energy_kwh = excluded.energy_kwh,
  basis = excluded.basis, emissions_gco2e = excluded.emissions_gco2e, exit_status = excluded.exit_status,
  writer_pid = excluded.writer_pid, writer_pid_start = excluded.writer_pid_start,
  writer_boot_id = excluded.writer_boot_id, record = excluded.record
)sql";

// Of a database without the columns of groups; no run in it has one.
constexpr std::string_view kSelectSummaries = R"sql(
SELECT run_id, name, project, command, state, start_us, duration_s, energy_kwh, basis, emissions_gco2e,
       exit_status, '', ''
FROM runs WHERE (?1 = '' OR project = ?1) AND ?3 = '' ORDER BY start_us DESC, run_id DESC LIMIT ?2
)sql";
constexpr std::string_view kSelectSummariesWithGroups = R"sql(
SELECT run_id, name, project, command, state, start_us, duration_s, energy_kwh, basis, emissions_gco2e,
       exit_status, job_group, job_part
FROM runs WHERE (?1 = '' OR project = ?1) AND (?3 = '' OR job_group = ?3)
ORDER BY start_us DESC, run_id DESC LIMIT ?2
)sql";

RunSummary SummaryOf(const Statement& row) {
  RunSummary summary;
  summary.run_id = row.Text(0);
  summary.name = row.Text(1);
  summary.project = row.Text(2);
  summary.command = row.Text(3);
  summary.state = RunStateFromName(row.Text(4)).value_or(RunState::kFinished);
  summary.start = UtcTime{row.Integer(5)};
  summary.duration_s = row.Real(6);
  summary.energy_kwh = row.Real(7);
  summary.basis = BasisFromName(row.Text(8)).value_or(Basis::kAssumed);
  summary.emissions_gco2e = row.Real(9);
  summary.exit_status = static_cast<int>(row.Integer(10));
  summary.group = row.Text(11);
  summary.part = row.Text(12);
  return summary;
}

std::string RecoveryWarning(const RunRecord& run) {
  return "jouleprint was killed or the machine went down before the command ended; the figures stop at the "
         "last "
         "checkpoint, " +
         run.end.ToString();
}

}  // namespace

Result<std::unique_ptr<Store>> SqliteStore::Open(const std::string& path) {
  Result<DatabaseHandle> db = OpenRunsDatabase(path);
  if (!db.ok()) return db.error();
  return std::unique_ptr<Store>(new SqliteStore(*std::move(db), path));
}

Error SqliteStore::NoRun(const std::string& run_id) const {
  return {ErrorCode::kNotFound, "no run in '" + path_ + "' has the id '" + run_id + "'",
          "see 'jouleprint runs list'"};
}

Status SqliteStore::Save(const RunRecord& run, const std::optional<Writer>& writer) {
  if (run.run_id.empty()) {
    return Error{ErrorCode::kInvalidArgument, "a run without an id cannot be kept", "fill in run_id"};
  }
  Result<Statement> upsert = Statement::Prepare(db_.get(), kUpsertRun);
  if (!upsert.ok()) return upsert.error();
  const RunSummary summary = Summarize(run);
  const std::string json = ToJson(run);
  using OptionalInteger = std::optional<std::int64_t>;
  using OptionalText = std::optional<std::string_view>;
  upsert->Bind(summary.run_id, summary.name, summary.project, summary.command, RunStateName(summary.state),
               summary.start.unix_us, summary.duration_s, summary.energy_kwh, BasisName(summary.basis),
               summary.emissions_gco2e, summary.exit_status,
               writer ? OptionalInteger(writer->pid) : std::nullopt,
               writer ? OptionalInteger(writer->pid_start) : std::nullopt,
               writer ? OptionalText(writer->boot_id) : std::nullopt, json);
  if (Status saved = upsert->Run(); !saved.ok()) return saved;
  return SaveGroup(db_.get(), summary);
}

Status SqliteStore::SaveSeries(const std::string& run_id, const PowerSeries& series) {
  const Result<std::string> bins = EncodeSeries(series);
  if (!bins.ok()) return bins.error();
  Result<Statement> insert =
      Statement::Prepare(db_.get(),
                         "INSERT INTO series (run_id, bins) SELECT run_id, ?2 FROM runs WHERE run_id = ?1 "
                         "ON CONFLICT (run_id) DO UPDATE SET bins = excluded.bins");
  if (!insert.ok()) return insert.error();
  insert->Bind(run_id, Blob{*bins});
  if (Status saved = insert->Run(); !saved.ok()) return saved;
  if (sqlite3_changes(db_.get()) == 0) return NoRun(run_id);
  return {};
}

Result<RunRecord> SqliteStore::ReadRecord(const std::string& run_id, std::string_view json) const {
  Result<RunRecord> run = FromJson(json);
  if (run.ok()) return run;
  Error error = run.error();
  error.message = "run " + run_id + " in '" + path_ + "' cannot be read: " + error.message;
  return error;
}

Result<RunRecord> SqliteStore::Find(std::string_view prefix) {
  const Result<std::string> run_id = LookUpRunId(db_.get(), path_, prefix);
  if (!run_id.ok()) return run_id.error();
  Result<Statement> select = Statement::Prepare(db_.get(), "SELECT record FROM runs WHERE run_id = ?1");
  if (!select.ok()) return select.error();
  select->Bind(*run_id);
  const Result<bool> row = select->Step();
  if (!row.ok()) return row.error();
  if (!*row) return NoRun(*run_id);
  return ReadRecord(*run_id, select->Text(0));
}

Result<std::optional<PowerSeries>> SqliteStore::FindSeries(const std::string& run_id) {
  Result<Statement> select = Statement::Prepare(db_.get(), "SELECT bins FROM series WHERE run_id = ?1");
  if (!select.ok()) return select.error();
  select->Bind(run_id);
  const Result<bool> row = select->Step();
  if (!row.ok()) return row.error();
  if (!*row) return std::optional<PowerSeries>();
  Result<PowerSeries> series = DecodeSeries(select->Text(0));
  if (!series.ok()) return series.error();
  return std::optional<PowerSeries>(*std::move(series));
}

Result<std::vector<RunSummary>> SqliteStore::List(const RunFilter& filter) {
  const Result<bool> groups = HasGroupColumns(db_.get());
  if (!groups.ok()) return groups.error();
  Result<Statement> select =
      Statement::Prepare(db_.get(), *groups ? kSelectSummariesWithGroups : kSelectSummaries);
  if (!select.ok()) return select.error();
  const std::int64_t no_limit = -1;
  select->Bind(filter.project, filter.limit > 0 ? filter.limit : no_limit, filter.group);
  std::vector<RunSummary> summaries;
  for (;;) {
    const Result<bool> row = select->Step();
    if (!row.ok()) return row.error();
    if (!*row) return summaries;
    summaries.push_back(SummaryOf(*select));
  }
}

Status SqliteStore::Remove(const std::string& run_id) {
  // The series goes with it: ON DELETE CASCADE.
  Result<Statement> remove = Statement::Prepare(db_.get(), "DELETE FROM runs WHERE run_id = ?1");
  if (!remove.ok()) return remove.error();
  remove->Bind(run_id);
  if (Status removed = remove->Run(); !removed.ok()) return removed;
  if (sqlite3_changes(db_.get()) == 0) return NoRun(run_id);
  return {};
}

Result<std::vector<SqliteStore::RunningRun>> SqliteStore::RunningRuns() {
  Result<Statement> select = Statement::Prepare(
      db_.get(),
      "SELECT run_id, writer_pid, writer_pid_start, writer_boot_id FROM runs WHERE state = 'running'");
  if (!select.ok()) return select.error();
  std::vector<RunningRun> running;
  for (;;) {
    const Result<bool> row = select->Step();
    if (!row.ok()) return row.error();
    if (!*row) return running;
    RunningRun& run = running.emplace_back(RunningRun{std::string(select->Text(0)), std::nullopt});
    if (!select->IsNull(1)) {
      run.writer = Writer{select->Integer(1), select->Integer(2), std::string(select->Text(3))};
    }
  }
}

Result<std::vector<RunRecord>> SqliteStore::Recover(bool (*alive)(const Writer&)) {
  const Result<std::vector<RunningRun>> running = RunningRuns();
  if (!running.ok()) return running.error();
  std::vector<RunRecord> recovered;
  for (const RunningRun& candidate : *running) {
    if (candidate.writer && alive(*candidate.writer)) continue;
    Result<std::optional<RunRecord>> run = RecoverOne(candidate);
    // One damaged record must not keep the others, or every command that asks, from going on.
    if (!run.ok() && run.error().code == ErrorCode::kCorrupt) continue;
    if (!run.ok()) return run.error();
    if (run->has_value()) recovered.push_back(**std::move(run));
  }
  return recovered;
}

Result<std::optional<RunRecord>> SqliteStore::RecoverOne(const RunningRun& running) {
  Result<Transaction> transaction = Transaction::Begin(db_.get());
  if (!transaction.ok()) return transaction.error();
  // Asked again under the lock: another process may have recovered it, or taken it over.
  Result<Statement> select = Statement::Prepare(
      db_.get(),
      "SELECT record FROM runs WHERE run_id = ?1 AND state = 'running' AND writer_pid IS ?2 "
      "AND writer_pid_start IS ?3");
  if (!select.ok()) return select.error();
  const std::optional<Writer>& writer = running.writer;
  select->Bind(running.run_id, writer ? std::optional(writer->pid) : std::nullopt,
               writer ? std::optional(writer->pid_start) : std::nullopt);
  const Result<bool> row = select->Step();
  if (!row.ok()) return row.error();
  if (!*row) return std::optional<RunRecord>();
  Result<RunRecord> run = ReadRecord(running.run_id, select->Text(0));
  if (!run.ok()) return run.error();
  run->state = RunState::kRecovered;
  run->warnings.push_back(RecoveryWarning(*run));
  if (Status saved = Save(*run, std::nullopt); !saved.ok()) return saved.error();
  if (Status committed = transaction->Commit(); !committed.ok()) return committed.error();
  return std::optional<RunRecord>(*std::move(run));
}

}  // namespace record

Result<std::unique_ptr<Store>> OpenStore(const std::string& path) {
  if (Status file = record::CheckStorePath(path); !file.ok()) return file.error();
  return record::SqliteStore::Open(path);
}

std::string DefaultStorePath() { return os::DataDir() + "/runs.db"; }

}  // namespace jouleprint
