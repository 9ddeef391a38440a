#include "record/sqlite_series_store.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include "carbon/series/intensity_unit.h"
#include "carbon/series/minutes.h"
#include "carbon/series/series_overlay.h"
#include "record/series_month.h"
#include "record/sqlite_schema.h"

namespace jouleprint {
namespace record {
namespace {

// Beside the tables of the runs, which know nothing of them: a file of an older jouleprint gets them, and an
// older jouleprint goes on using a file that has them. docs/formats/store.md explains the columns.
constexpr const char* kCreateTables = R"sql(
CREATE TABLE IF NOT EXISTS intensity (
  id INTEGER PRIMARY KEY,
  zone TEXT NOT NULL,
  kind TEXT NOT NULL,
  source TEXT NOT NULL,
  step_us INTEGER NOT NULL,
  UNIQUE (zone, kind)
) STRICT;
CREATE TABLE IF NOT EXISTS intensity_months (
  series INTEGER NOT NULL REFERENCES intensity (id) ON DELETE CASCADE,
  month INTEGER NOT NULL,
  first_us INTEGER NOT NULL,
  steps INTEGER NOT NULL,
  known INTEGER NOT NULL,
  sum REAL NOT NULL,
  g_per_kwh BLOB NOT NULL,
  PRIMARY KEY (series, month)
) STRICT;
)sql";

constexpr std::string_view kUpsertMonth = R"sql(
INSERT INTO intensity_months (series, month, first_us, steps, known, sum, g_per_kwh)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
ON CONFLICT (series, month) DO UPDATE SET
  first_us = excluded.first_us, steps = excluded.steps, known = excluded.known, sum = excluded.sum,
  g_per_kwh = excluded.g_per_kwh
)sql";

constexpr std::string_view kList = R"sql(
SELECT i.zone, i.kind, i.source, i.step_us, min(m.first_us), max(m.first_us + m.steps * i.step_us),
       sum(m.known), sum(m.sum), min(m.known), max(m.steps)
FROM intensity AS i JOIN intensity_months AS m ON m.series = i.id
GROUP BY i.id ORDER BY i.zone, i.kind
)sql";

constexpr double kMicrosPerSecond = 1e6;
// Of the times that a series may have; see docs/formats/series.md.
constexpr UtcTime kEarliest{-62'167'219'200'000'000};
constexpr UtcTime kLatest{253'402'300'799'000'000};

std::int64_t MicrosOf(Seconds step) { return std::llround(step.value() * kMicrosPerSecond); }
Seconds StepOf(std::int64_t micros) { return Seconds{static_cast<double>(micros) / kMicrosPerSecond}; }

// What a series file may have: steps that divide an hour, and times of 1900 to 2199 on whole minutes
// (docs/formats/series.md). Else one damaged number could ask for any amount of memory.
constexpr std::int64_t kMicrosPerHour = 60 * carbon::kMicrosPerMinute;
constexpr std::int64_t kYear1900 = -2'208'988'800'000'000;
constexpr std::int64_t kYear2200 = 7'258'118'400'000'000;
constexpr std::int64_t kMostStepsOfAMonth = 31 * 24 * 60;

bool IsStep(std::int64_t micros) {
  return micros >= carbon::kMicrosPerMinute && micros % carbon::kMicrosPerMinute == 0 &&
         kMicrosPerHour % micros == 0;
}
bool IsStart(std::int64_t micros) {
  return micros >= kYear1900 && micros < kYear2200 && micros % carbon::kMicrosPerMinute == 0;
}

Error Damaged(const SeriesOrigin& origin) {
  return {ErrorCode::kCorrupt, "the kept intensities of '" + origin.zone + "' are damaged",
          "remove them with 'jouleprint grid series rm' and import them again"};
}

double SumOf(const IntensitySeries& series) {
  double sum = 0;
  for (const double value : series.values()) sum += std::isnan(value) ? 0 : value;
  return sum;
}

}  // namespace

Result<std::unique_ptr<SeriesStore>> SqliteSeriesStore::Open(const std::string& path) {
  Result<DatabaseHandle> db = OpenRunsDatabase(path);
  if (!db.ok()) return db.error();
  if (Status created = Execute(db->get(), kCreateTables); !created.ok()) return created.error();
  return std::unique_ptr<SeriesStore>(new SqliteSeriesStore(*std::move(db)));
}

Status SqliteSeriesStore::Put(const std::vector<IntensitySeries>& series) {
  Result<Transaction> transaction = Transaction::Begin(db_.get());
  if (!transaction.ok()) return transaction.error();
  for (const IntensitySeries& one : series) {
    if (Status put = PutOne(one); !put.ok()) return put;
  }
  return transaction->Commit();
}

Status SqliteSeriesStore::PutOne(const IntensitySeries& series) {
  const std::vector<IntensitySeries> months = ByMonth(series);
  if (months.empty()) return {};
  const Result<std::int64_t> id = IdToPut(series);
  if (!id.ok()) return id.error();
  for (const IntensitySeries& month : months) {
    if (Status put = PutMonth(*id, month); !put.ok()) return put;
  }
  return {};
}

Result<std::int64_t> SqliteSeriesStore::IdToPut(const IntensitySeries& series) {
  Result<Statement> select = Statement::Prepare(
      db_.get(),
      "SELECT id, source, step_us, (SELECT first_us FROM intensity_months WHERE series = id LIMIT 1) "
      "FROM intensity WHERE zone = ?1 AND kind = ?2");
  if (!select.ok()) return select.error();
  select->Bind(series.zone(), series.kind());
  const Result<bool> kept = select->Step();
  if (!kept.ok()) return kept.error();
  if (!*kept) {
    Result<Statement> insert = Statement::Prepare(
        db_.get(), "INSERT INTO intensity (zone, kind, source, step_us) VALUES (?1, ?2, ?3, ?4)");
    if (!insert.ok()) return insert.error();
    insert->Bind(series.zone(), series.kind(), series.source(), MicrosOf(series.step()));
    if (Status inserted = insert->Run(); !inserted.ok()) return inserted.error();
    return std::int64_t{sqlite3_last_insert_rowid(db_.get())};
  }
  const std::int64_t id = select->Integer(0);
  const std::string source(select->Text(1));
  if (!IsStep(select->Integer(2)) || !IsStart(select->Integer(3))) {
    return Damaged({series.zone(), series.kind(), source});
  }
  // No values, but a start and a step to hold against those of the series.
  const IntensitySeries grid({series.zone(), series.kind(), "the store"}, UtcTime{select->Integer(3)},
                             StepOf(select->Integer(2)), {});
  if (Status fit = carbon::CheckSameSteps(grid, series); !fit.ok()) {
    return Error{fit.error().code, fit.error().message,
                 "to keep the new ones, remove those that are kept: 'jouleprint grid series rm'"};
  }
  Result<Statement> update = Statement::Prepare(db_.get(), "UPDATE intensity SET source = ?2 WHERE id = ?1");
  if (!update.ok()) return update.error();
  const std::string joined = carbon::JoinedSources(source, series.source());
  update->Bind(id, joined);
  if (Status updated = update->Run(); !updated.ok()) return updated.error();
  return id;
}

Status SqliteSeriesStore::PutMonth(std::int64_t id, const IntensitySeries& month) {
  const UtcTime start = MonthStart(MonthOf(month.start()));
  const UtcTime next = MonthStart(MonthOf(month.start()) + 1);
  const SeriesOrigin origin{month.zone(), month.kind(), month.source()};
  const Result<IntensitySeries> kept = Read(id, origin, month.step(), start, next);
  if (!kept.ok()) return kept.error();
  // What begins in the month before belongs to it.
  const bool first_is_before = !kept->values().empty() && kept->start() < start;
  const IntensitySeries below = first_is_before ? kept->Part(kept->start() + kept->step(), next) : *kept;
  Result<IntensitySeries> both = below.values().empty() ? month : carbon::Overlay(below, month);
  if (!both.ok()) return both.error();
  Result<Statement> upsert = Statement::Prepare(db_.get(), kUpsertMonth);
  if (!upsert.ok()) return upsert.error();
  const std::string blob = EncodeSteps(*both);
  const auto steps = static_cast<std::int64_t>(both->values().size());
  const auto known = steps - static_cast<std::int64_t>(both->missing());
  upsert->Bind(id, MonthOf(both->start()), both->start().unix_us, steps, known, SumOf(*both), Blob{blob});
  return upsert->Run();
}

Result<IntensitySeries> SqliteSeriesStore::Read(std::int64_t id, const SeriesOrigin& origin, Seconds step,
                                                UtcTime from, UtcTime to) {
  Result<Statement> select = Statement::Prepare(
      db_.get(),
      "SELECT month, first_us, g_per_kwh FROM intensity_months WHERE series = ?1 AND month BETWEEN ?2 AND ?3 "
      "ORDER BY month");
  if (!select.ok()) return select.error();
  select->Bind(id, MonthOf(from + step * -1), MonthOf(to));
  std::optional<UtcTime> start;
  std::vector<double> values;
  for (;;) {
    const Result<bool> row = select->Step();
    if (!row.ok()) return row.error();
    if (!*row) break;
    if (!IsStart(select->Integer(1))) return Damaged(origin);
    const UtcTime first{select->Integer(1)};
    const Result<std::vector<double>> steps = DecodeSteps(select->Text(2));
    if (!steps.ok()) return steps.error();
    if (!start) start = first;
    const double at = (first - *start) / step;
    const UtcTime end = MonthStart(select->Integer(0) + 1) + step;
    const bool sound = MonthOf(first) == select->Integer(0) && at == std::round(at) &&
                       at >= static_cast<double>(values.size()) &&
                       first + step * static_cast<double>(steps->size()) <= end;
    if (!sound) return Damaged(origin);
    values.resize(static_cast<std::size_t>(at), std::numeric_limits<double>::quiet_NaN());
    values.insert(values.end(), steps->begin(), steps->end());
  }
  return IntensitySeries(origin, start.value_or(from), step, std::move(values)).Part(from, to);
}

Result<SeriesOrigin> SqliteSeriesStore::Choose(const std::string& zone, const std::string& kind) {
  Result<Statement> select =
      Statement::Prepare(db_.get(), "SELECT zone, kind, source FROM intensity ORDER BY zone, kind");
  if (!select.ok()) return select.error();
  std::vector<IntensitySeries> names;  // what ChooseSeries chooses from; none has a value
  for (;;) {
    const Result<bool> row = select->Step();
    if (!row.ok()) return row.error();
    if (!*row) break;
    const SeriesOrigin origin{std::string(select->Text(0)), std::string(select->Text(1)),
                              std::string(select->Text(2))};
    names.emplace_back(origin, UtcTime{}, Seconds{1}, std::vector<double>());
  }
  if (names.empty()) {
    return Error{ErrorCode::kNotFound, "no intensity series is kept",
                 "keep one with 'jouleprint grid series import FILE', or name a file with --series"};
  }
  const Result<const IntensitySeries*> chosen = ChooseSeries(names, zone, kind, "the store");
  if (!chosen.ok()) return chosen.error();
  return SeriesOrigin{(*chosen)->zone(), (*chosen)->kind(), (*chosen)->source()};
}

Result<IntensitySeries> SqliteSeriesStore::Get(const SeriesWanted& wanted) {
  const Result<SeriesOrigin> origin = Choose(wanted.zone, wanted.kind);
  if (!origin.ok()) return origin.error();
  Result<Statement> select =
      Statement::Prepare(db_.get(), "SELECT id, step_us FROM intensity WHERE zone = ?1 AND kind = ?2");
  if (!select.ok()) return select.error();
  select->Bind(origin->zone, origin->kind);
  const Result<bool> row = select->Step();
  if (!row.ok()) return row.error();
  if (!*row || !IsStep(select->Integer(1))) return Damaged(*origin);
  return Read(select->Integer(0), *origin, StepOf(select->Integer(1)), wanted.from.value_or(kEarliest),
              wanted.to.value_or(kLatest));
}

Result<std::vector<KeptSeries>> SqliteSeriesStore::List() {
  Result<Statement> select = Statement::Prepare(db_.get(), kList);
  if (!select.ok()) return select.error();
  std::vector<KeptSeries> list;
  for (;;) {
    const Result<bool> row = select->Step();
    if (!row.ok()) return row.error();
    if (!*row) return list;
    const SeriesOrigin origin{std::string(select->Text(0)), std::string(select->Text(1)),
                              std::string(select->Text(2))};
    const bool sound = IsStep(select->Integer(3)) && IsStart(select->Integer(4)) &&
                       select->Integer(5) > select->Integer(4) &&
                       select->Integer(5) <= kYear2200 + kMicrosPerHour && select->Integer(8) >= 0 &&
                       select->Integer(9) <= kMostStepsOfAMonth;
    if (!sound) return Damaged(origin);
    KeptSeries kept{origin.zone,
                    origin.kind,
                    origin.source,
                    StepOf(select->Integer(3)),
                    UtcTime{select->Integer(4)},
                    UtcTime{select->Integer(5)},
                    0,
                    std::nullopt};
    const std::int64_t known = select->Integer(6);
    const std::int64_t steps = std::llround((kept.to - kept.from) / kept.step);
    const double sum = select->Real(7);
    // A sum of doubles may be off in its last digits.
    const double highest = carbon::kHighest_g_per_kwh * static_cast<double>(known) * (1 + 1e-9);
    if (known > steps || !(sum >= 0 && sum <= highest)) return Damaged(origin);
    kept.missing = static_cast<std::size_t>(steps - known);
    if (known > 0) kept.mean = GramsPerKwh{sum / static_cast<double>(known)};
    list.push_back(std::move(kept));
  }
}

Result<std::size_t> SqliteSeriesStore::Remove(const std::string& zone, const std::string& kind) {
  // The months go with it: ON DELETE CASCADE.
  Result<Statement> remove =
      Statement::Prepare(db_.get(), "DELETE FROM intensity WHERE zone = ?1 AND (?2 = '' OR kind = ?2)");
  if (!remove.ok()) return remove.error();
  remove->Bind(zone, kind);
  if (Status removed = remove->Run(); !removed.ok()) return removed.error();
  if (const int count = sqlite3_changes(db_.get()); count > 0) return static_cast<std::size_t>(count);
  const Result<SeriesOrigin> meant = Choose(zone, kind);
  if (!meant.ok()) return meant.error();
  return Remove(meant->zone, meant->kind);
}

}  // namespace record

Result<std::unique_ptr<SeriesStore>> OpenSeriesStore(const std::string& path) {
  if (Status file = record::CheckStorePath(path); !file.ok()) return file.error();
  return record::SqliteSeriesStore::Open(path);
}

}  // namespace jouleprint
