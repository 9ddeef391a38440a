// Any record comes back from JSON as it was.
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <bit>
#include <cmath>
#include <nlohmann/json.hpp>

#include "record/json.h"
#include "record/sample_record.h"
#include "record/utf8.h"

namespace jouleprint::record {
namespace {

std::string AnyText() { return ToValidUtf8(*rc::gen::arbitrary<std::string>()); }

// Any bits that make a finite double, so that every exponent turns up.
double AnyNumber() {
  return *rc::gen::suchThat(rc::gen::map(rc::gen::arbitrary<std::uint64_t>(),
                                         [](std::uint64_t bits) { return std::bit_cast<double>(bits); }),
                            [](double number) { return std::isfinite(number); });
}

int AnyBelow(int end) { return *rc::gen::inRange(0, end); }

Estimate AnyEstimate() { return {AnyNumber(), AnyNumber(), AnyNumber(), static_cast<Basis>(AnyBelow(6))}; }

template <class Value, class Make>
std::optional<Value> Maybe(Make make) {
  return AnyBelow(2) == 0 ? std::nullopt : std::optional<Value>(make());
}

template <class Value, class Make>
std::vector<Value> Several(Make make) {
  std::vector<Value> values(static_cast<std::size_t>(AnyBelow(4)));
  for (Value& value : values) value = make();
  return values;
}

UtcTime AnyTime() { return UtcTime{*rc::gen::inRange<std::int64_t>(0, 253'402'300'799'999'999)}; }

DomainRecord AnyDomain() {
  return {AnyText(),
          static_cast<Component>(AnyBelow(6)),
          static_cast<Basis>(AnyBelow(6)),
          AnyText(),
          AnyEstimate(),
          Maybe<double>(AnyNumber),
          AnyNumber(),
          AnyNumber(),
          AnyNumber(),
          AnyText()};
}

std::int64_t AnyInteger() { return *rc::gen::arbitrary<std::int64_t>(); }

bool AnyFlag() { return AnyBelow(2) == 1; }

// Each may lie in one that began before it.
std::vector<TaskRecord> AnyTasks() {
  std::vector<TaskRecord> tasks;
  for (int i = AnyBelow(4); i > 0; --i) {
    TaskRecord task{AnyText(), std::nullopt, AnyNumber(), AnyNumber(), AnyEstimate(), {}, AnyNumber()};
    task.domain_kwh[AnyText()] = AnyNumber();
    if (!tasks.empty())
      task.parent = Maybe<std::int64_t>([&] { return AnyBelow(static_cast<int>(tasks.size())); });
    tasks.push_back(std::move(task));
  }
  return tasks;
}

PredictionRecord AnyPrediction() {
  return {AnyInteger(), AnyInteger(), AnyNumber(), AnyEstimate(), AnyEstimate(), AnyEstimate(), AnyText()};
}

BudgetRecord AnyBudget() {
  return {AnyText(),   AnyNumber(),
          AnyNumber(), AnyText(),
          AnyText(),   Maybe<double>(AnyNumber),
          AnyText(),   Maybe<Estimate>(AnyEstimate)};
}

RankRecord AnyRank() {
  return {AnyInteger(), AnyInteger(), AnyInteger(), AnyInteger(), AnyText(), AnyFlag()};
}

MergedRun AnyMerged() { return {AnyText(), AnyText(), Maybe<std::int64_t>(AnyInteger), AnyFlag()}; }

RunRecord AnyRecord() {
  RunRecord run;
  run.run_id = AnyText();
  run.name = AnyText();
  run.tags = {{AnyText(), AnyText()}, {AnyText(), AnyText()}};
  run.command = Several<std::string>(AnyText);
  run.state = static_cast<RunState>(AnyBelow(3));
  run.host.gpus = Several<std::string>(AnyText);
  run.host.sockets = *rc::gen::arbitrary<int>();
  run.start = AnyTime();
  run.end = AnyTime();
  run.duration_s = AnyNumber();
  run.domains = Several<DomainRecord>(AnyDomain);
  run.total = Maybe<DomainRecord>(AnyDomain);
  run.energy_kwh = {AnyEstimate(), Maybe<Estimate>(AnyEstimate), AnyEstimate(),
                    AnyEstimate(), Maybe<Estimate>(AnyEstimate), Maybe<Estimate>(AnyEstimate)};
  run.idle_split = AnyText();
  run.job.reserved = {Maybe<double>(AnyNumber), Maybe<double>(AnyNumber), Maybe<double>(AnyNumber),
                      AnyText()};
  run.emissions_gco2e = {AnyEstimate(), Maybe<Estimate>(AnyEstimate), AnyEstimate(),
                         Maybe<Estimate>(AnyEstimate)};
  run.epochs = Several<EpochRecord>([] {
    return EpochRecord{*rc::gen::arbitrary<std::int64_t>(), AnyText(), AnyNumber(), AnyNumber(), AnyNumber()};
  });
  run.epochs_expected = Maybe<std::int64_t>([] { return *rc::gen::arbitrary<std::int64_t>(); });
  run.host.boot_id = AnyText();
  run.tasks = AnyTasks();
  run.prediction = Maybe<PredictionRecord>(AnyPrediction);
  run.budgets = Several<BudgetRecord>(AnyBudget);
  run.group = AnyText();
  run.rank = Maybe<RankRecord>(AnyRank);
  run.merged_from = Several<MergedRun>(AnyMerged);
  run.imported_from = AnyText();
  run.metrics[AnyText()] = Several<MetricPoint>([] { return MetricPoint{AnyNumber(), AnyNumber()}; });
  run.overhead.samples = *rc::gen::arbitrary<std::int64_t>();
  run.warnings = Several<std::string>(AnyText);
  return run;
}

RC_GTEST_PROP(RecordJsonProperty, AnyRecordComesBackAsItWas, ()) {
  const RunRecord run = AnyRecord();
  const Result<RunRecord> back = FromJson(ToJson(run, AnyBelow(5) - 1));
  RC_ASSERT(back.ok());
  testing::ExpectSame(*back, run);
  RC_ASSERT(!::testing::Test::HasFailure());
}

RC_GTEST_PROP(RecordJsonProperty, AnyBytesInATextMakeValidJson, (const std::string& bytes)) {
  RunRecord run;
  run.name = bytes;
  run.tags[bytes] = bytes;
  RC_ASSERT(nlohmann::json::accept(ToJson(run)));
}

}  // namespace
}  // namespace jouleprint::record
