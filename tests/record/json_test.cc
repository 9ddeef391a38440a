#include "record/json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <limits>
#include <nlohmann/json.hpp>

#include "record/sample_record.h"
#include "record/tasks_json.h"

namespace jouleprint::record {
namespace {

using nlohmann::json;
using testing::FullRecord;
using ::testing::HasSubstr;
using testing::MinimalRecord;

RunRecord ReadBack(const RunRecord& run, int indent = -1) {
  Result<RunRecord> back = FromJson(ToJson(run, indent));
  EXPECT_TRUE(back.ok()) << back.error().ToString();
  return back.ok() ? *back : RunRecord{};
}

// The full record with the field at `pointer` changed.
std::string With(const std::string& pointer, const json& value) {
  json tree = json::parse(ToJson(FullRecord()));
  tree[json::json_pointer(pointer)] = value;
  return tree.dump();
}

Error ErrorOf(const std::string& text) {
  const Result<RunRecord> run = FromJson(text);
  EXPECT_FALSE(run.ok()) << "accepted: " << text;
  return run.ok() ? Error{} : run.error();
}

TEST(RecordJson, FullRecordComesBackWhole) {
  testing::ExpectSame(ReadBack(FullRecord()), FullRecord());
  testing::ExpectSame(ReadBack(FullRecord(), 2), FullRecord());
}

TEST(RecordJson, MinimalRecordComesBackWhole) {
  testing::ExpectSame(ReadBack(MinimalRecord("x")), MinimalRecord("x"));
}

TEST(RecordJson, HasTheContractsFields) {
  const json tree = json::parse(ToJson(FullRecord()));
  for (const char* field : {"schema_version",
                            "run_id",
                            "name",
                            "project",
                            "tags",
                            "command",
                            "host",
                            "start",
                            "end",
                            "duration_s",
                            "boundary",
                            "domains",
                            "energy_kwh",
                            "pue",
                            "zone",
                            "intensity_g_per_kwh",
                            "emissions_gco2e",
                            "epochs",
                            "metrics",
                            "overhead",
                            "warnings",
                            "version"}) {
    EXPECT_TRUE(tree.contains(field)) << field;
  }
  EXPECT_EQ(tree["domains"][0]["component"], "cpu");
  EXPECT_EQ(tree["domains"][0]["energy_kwh"],
            (json{{"value", 0.1}, {"low", 0.09}, {"high", 0.11}, {"basis", "counter"}}));
  EXPECT_EQ(tree["intensity_g_per_kwh"]["value"], 56.1);
  EXPECT_EQ(tree["intensity_g_per_kwh"]["kind"], "average-production-lifecycle");
  EXPECT_EQ(tree["metrics"]["loss"]["last"], 1e-300);
  EXPECT_EQ(tree["metrics"]["loss"]["points"][0], (json{{"t_s", 10.0}, {"value", 2.5}}));
  EXPECT_EQ(tree["epochs"][0]["duration_s"], 59.75);
  EXPECT_EQ(tree["start"], "2023-11-14T22:13:20Z");
}

// What jouleprint 0.1.0 did not write.
TEST(RecordJson, ARecordOfAnEarlierVersionStillReads) {
  json tree = json::parse(ToJson(FullRecord()));
  for (const char* field : {"total", "idle_split"}) tree.erase(field);
  for (const char* field : {"share_without_idle", "share_with_idle"}) tree["energy_kwh"].erase(field);
  for (json& domain : tree["domains"]) domain.erase("attributed_by");
  tree["job"].erase("reserved");
  const Result<RunRecord> run = FromJson(tree.dump());
  ASSERT_TRUE(run.ok()) << run.error().ToString();
  RunRecord expected = FullRecord();
  expected.total.reset();
  expected.idle_split.clear();
  expected.energy_kwh.share_without_idle.reset();
  expected.energy_kwh.share_with_idle.reset();
  for (DomainRecord& domain : expected.domains) domain.attributed_by.clear();
  expected.job.reserved = {};
  testing::ExpectSame(*run, expected);
}

// What versions before tasks, budgets and ranks did not write.
TEST(RecordJson, ARecordWithoutTasksAndRanksStillReads) {
  json tree = json::parse(ToJson(FullRecord()));
  for (const char* field :
       {"tasks", "prediction", "budgets", "group", "rank", "merged_from", "imported_from"}) {
    EXPECT_EQ(tree.erase(field), 1u) << field;
  }
  EXPECT_EQ(tree["host"].erase("boot_id"), 1u);
  const Result<RunRecord> run = FromJson(tree.dump());
  ASSERT_TRUE(run.ok()) << run.error().ToString();
  RunRecord expected = FullRecord();
  expected.tasks.clear();
  expected.prediction.reset();
  expected.budgets.clear();
  expected.group.clear();
  expected.rank.reset();
  expected.merged_from.clear();
  expected.imported_from.clear();
  expected.host.boot_id.clear();
  testing::ExpectSame(*run, expected);
}

TEST(RecordJson, ProgressAndRanksHaveTheirNames) {
  const json tree = json::parse(ToJson(FullRecord()));
  EXPECT_EQ(tree["tasks"][0]["parent"], nullptr);
  EXPECT_EQ(tree["tasks"][0]["duration_s"], 69.5);
  EXPECT_EQ(tree["tasks"][0]["domain_kwh"], (json{{"gpu-0", 0.16}, {"package-0", 0.05}}));
  EXPECT_EQ(tree["tasks"][1]["parent"], 0);
  EXPECT_EQ(tree["prediction"]["energy_kwh"]["value"], 6.5);
  EXPECT_EQ(tree["prediction"]["intensity"], "Ember, 2024");
  EXPECT_EQ(tree["budgets"][0]["saved"]["value"], 420.0);
  EXPECT_EQ(tree["budgets"][1]["acted_at_s"], nullptr);
  EXPECT_EQ(tree["rank"]["local_world_size"], 8);
  EXPECT_EQ(tree["rank"]["measures_node"], false);
  EXPECT_EQ(tree["merged_from"][1]["rank"], nullptr);
  EXPECT_EQ(tree["merged_from"][0]["counted"], true);
  EXPECT_EQ(tree["host"]["boot_id"], FullRecord().host.boot_id);
}

TEST(RecordJson, OnePartAloneIsWrittenAsInTheRecord) {
  const RunRecord run = FullRecord();
  const json tree = json::parse(ToJson(run));
  EXPECT_EQ(json::parse(ToJson(run.epochs[0])), tree["epochs"][0]);
  EXPECT_EQ(json::parse(ToJson(run.tasks[1])), tree["tasks"][1]);
  EXPECT_EQ(json::parse(ToJson(*run.prediction)), tree["prediction"]);
  EXPECT_EQ(json::parse(ToJson(run.host)), tree["host"]);
}

TEST(RecordJson, ATaskLiesOnlyInOneThatBeganBeforeIt) {
  for (const int parent : {-1, 1, 2}) {
    EXPECT_EQ(ErrorOf(With("/tasks/1/parent", parent)).message,
              "/tasks/1/parent is no index of a task before it");
  }
  EXPECT_EQ(ErrorOf(With("/tasks/0/parent", 0)).message, "/tasks/0/parent is no index of a task before it");
  EXPECT_EQ(ErrorOf(With("/rank/measures_node", 1)).message, "/rank/measures_node is neither true nor false");
  EXPECT_EQ(ErrorOf(With("/merged_from/0/rank", "first")).message,
            "/merged_from/0/rank is not a whole number");
}

TEST(RecordJson, TheTotalStandsBesideItsParts) {
  const json tree = json::parse(ToJson(FullRecord()));
  EXPECT_EQ(tree["total"]["name"], "wall");
  EXPECT_EQ(tree["total"]["attributed_by"], "its parts");
  EXPECT_EQ(tree["domains"].size(), 2u);
  EXPECT_EQ(ErrorOf(With("/total", "wall")).message, "/total is not an object");
  EXPECT_EQ(ErrorOf(With("/job/reserved/cpu", "all")).message, "/job/reserved/cpu is not a number");
}

TEST(RecordJson, WhatIsAbsentIsNull) {
  const json tree = json::parse(ToJson(MinimalRecord("x")));
  EXPECT_TRUE(tree["energy_kwh"]["marginal"].is_null());
  EXPECT_TRUE(tree["emissions_gco2e"]["embodied"].is_null());
  EXPECT_TRUE(tree["baseline"]["power_w"].is_null());
  EXPECT_TRUE(tree["epochs_expected"].is_null());
}

TEST(RecordJson, FiguresThatAreNotNumbersAreNull) {
  RunRecord run = FullRecord();
  run.energy_kwh.machine.value = std::numeric_limits<double>::quiet_NaN();
  run.domains[0].max_power_w = std::numeric_limits<double>::infinity();
  run.metrics["loss"].back().value = -std::numeric_limits<double>::infinity();
  const json tree = json::parse(ToJson(run));
  EXPECT_TRUE(tree["energy_kwh"]["machine"]["value"].is_null());
  EXPECT_TRUE(tree["domains"][0]["max_power_w"].is_null());
  EXPECT_TRUE(tree["metrics"]["loss"]["last"].is_null());
  const RunRecord back = ReadBack(run);
  EXPECT_TRUE(std::isnan(back.energy_kwh.machine.value));
  EXPECT_EQ(back.energy_kwh.machine.low, run.energy_kwh.machine.low);
}

TEST(RecordJson, DoublesComeBackExactly) {
  for (const double figure :
       {0.1, 1.0 / 3, -0.0, 5e-324, 1.7976931348623157e308, 9007199254740993.0, 1e22, 1e21, 0.3}) {
    RunRecord run = MinimalRecord("x");
    run.duration_s = figure;
    const double back = ReadBack(run).duration_s;
    EXPECT_EQ(back, figure);
    EXPECT_EQ(std::signbit(back), std::signbit(figure));
  }
}

TEST(RecordJson, ArgumentsThatAreNotUtf8StillMakeValidJson) {
  RunRecord run = MinimalRecord("x");
  run.command = {"caf\xE9", "\xED\xA0\x80", "\xF0\x9F\x94\x8B", std::string("a\0b\x1f\x7f", 5), "\xC3"};
  const RunRecord back = ReadBack(run);
  EXPECT_EQ(back.command[0], "caf\xEF\xBF\xBD");
  EXPECT_EQ(back.command[1], "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD");
  EXPECT_EQ(back.command[2], run.command[2]);
  EXPECT_EQ(back.command[3], run.command[3]);
  EXPECT_EQ(back.command[4], "\xEF\xBF\xBD");
}

TEST(RecordJson, ErrorsNameTheFieldByItsPointer) {
  EXPECT_THAT(ErrorOf(With("/domains/1/share", "half")).message,
              HasSubstr("/domains/1/share is not a number"));
  EXPECT_THAT(ErrorOf(With("/domains/1/component", "tpu")).message, HasSubstr("/domains/1/component"));
  EXPECT_THAT(ErrorOf(With("/tags/a~1b~0c", 3)).message, HasSubstr("/tags/a~1b~0c is not a text"));
  EXPECT_THAT(ErrorOf(With("/host", nullptr)).message, HasSubstr("/host is not an object"));
  EXPECT_THAT(ErrorOf(With("/host/sockets", 1e300)).message,
              HasSubstr("/host/sockets is not a whole number"));
  EXPECT_THAT(ErrorOf(With("/host/sockets", 5'000'000'000)).message, HasSubstr("/host/sockets is too large"));
  EXPECT_THAT(ErrorOf(With("/start", "yesterday")).message, HasSubstr("/start is not a time: 'yesterday'"));
  EXPECT_THAT(ErrorOf(With("/end", "9999-12-31T23:59:59-10:00")).message, HasSubstr("/end"));
  EXPECT_THAT(ErrorOf(With("/epochs", 3)).message, HasSubstr("/epochs is not an array"));
  EXPECT_THAT(ErrorOf(With("/energy_kwh/machine", nullptr)).message,
              HasSubstr("/energy_kwh/machine is not an object"));
  json tree = json::parse(ToJson(FullRecord()));
  tree["emissions_gco2e"].erase("total");
  EXPECT_THAT(ErrorOf(tree.dump()).message, HasSubstr("/emissions_gco2e/total is missing"));
  EXPECT_FALSE(ErrorOf("[]").hint.empty());
}

TEST(RecordJson, SyntaxErrorsNameLineAndColumn) {
  EXPECT_THAT(ErrorOf("{\n  \"name\": oops}").message, HasSubstr("line 2, column 11"));
  EXPECT_THAT(ErrorOf("").message, HasSubstr("line 1, column 1"));
  EXPECT_THAT(ErrorOf(R"({"pue": 1e999})").message, HasSubstr("too large"));
}

TEST(RecordJson, NewerSchemaIsRefusedWithTheRemedy) {
  const Error error = ErrorOf(With("/schema_version", kRecordSchemaVersion + 1));
  EXPECT_THAT(error.message, HasSubstr("/schema_version is 2"));
  EXPECT_THAT(error.hint, HasSubstr("newer jouleprint"));
  EXPECT_THAT(ErrorOf(With("/schema_version", 0)).message, HasSubstr("/schema_version is less than 1"));
}

TEST(RecordJson, UnknownFieldsAreSkipped) {
  const Result<RunRecord> run = FromJson(With("/invented_later", {{"x", 1}}));
  ASSERT_TRUE(run.ok()) << run.error().ToString();
  testing::ExpectSame(*run, FullRecord());
}

TEST(RecordJson, AgreesWithTheSchema) {
  if (std::system("python3 -c 'import jsonschema' 2>/dev/null") != 0)
    GTEST_SKIP() << "skipped: no python3-jsonschema";
  RunRecord infinite = FullRecord();
  infinite.duration_s = std::numeric_limits<double>::infinity();
  json records = json::array();
  for (const RunRecord& run : {FullRecord(), MinimalRecord("x"), infinite})
    records.push_back(json::parse(ToJson(run)));
  json broken = records[0];
  broken["domains"][0].erase("share");
  const std::string file = ::testing::TempDir() + "records-" +
                           std::to_string(::testing::UnitTest::GetInstance()->random_seed()) + ".json";
  std::ofstream(file) << json{{"good", records}, {"broken", broken}};
  // Also refuses a field that the schema forgets, which plain validation would let pass.
  const std::string program =
      "import json, jsonschema, sys\n"
      "schema, records = (json.load(open(f)) for f in sys.argv[1:])\n"
      "jsonschema.Draft202012Validator.check_schema(schema)\n"
      "closed = json.loads(json.dumps(schema), object_hook=lambda o: {**o, 'additionalProperties': False}\n"
      "    if o.get('type') == 'object' and 'properties' in o else o)\n"
      "validator = jsonschema.Draft202012Validator(closed)\n"
      "for record in records['good']: validator.validate(record)\n"
      "sys.exit(0 if not validator.is_valid(records['broken']) else 3)\n";
  const std::string command =
      "python3 -c \"" + program + "\" '" JOULEPRINT_SOURCE_DIR "/docs/record.schema.json' '" + file + "'";
  EXPECT_EQ(std::system(command.c_str()), 0);
  std::filesystem::remove(file);
}

}  // namespace
}  // namespace jouleprint::record
