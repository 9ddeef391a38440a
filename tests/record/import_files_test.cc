// Files of every origin in one import: told apart by what is in them, and each run taken once.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "record/import/import_files.h"
#include "record/json.h"
#include "record/sample_record.h"

namespace jouleprint::record {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr char kCsv[] = "timestamp,duration,emissions,energy_consumed\n2023-01-01T01:00:00,60,0.1,0.2\n";

std::string StandardLog(const std::string& version = "2.4.3") {
  return "2025-01-10 09:00:00 - carbontracker version " + version +
         "\n2025-01-10 09:01:40 - Epoch 1:\n2025-01-10 09:01:40 - Duration: 0:01:40.00\n"
         "2025-01-10 09:01:40 - Average power usage (W) for cpu: 36.0\n";
}

constexpr char kOutputLog[] =
    "2025-01-10 09:01:40 - CarbonTracker: \nActual consumption for 1 "
    "epoch(s):\n\tTime:\t0:01:40\n\tEnergy:\t0.5 kWh\n"
    "\tCO2eq:\t50 g\n";

class ImportFilesTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string name = ::testing::TempDir() + "jouleprint-import-XXXXXX";
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    folder_ = name;
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::string Write(const std::string& name, const std::string& text) {
    const std::filesystem::path path = folder_ / name;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path) << text;
    return path.string();
  }

  std::string ErrorOf(const std::vector<std::string>& paths) {
    const Result<std::vector<RunRecord>> runs = ImportFiles(paths);
    return runs.ok() ? "" : runs.error().ToString();
  }

  std::filesystem::path folder_;
};

TEST_F(ImportFilesTest, TellsFilesApartByTheirContentWhateverTheirNames) {
  const Result<std::vector<RunRecord>> runs = ImportFiles(
      {Write("a.txt", ToJson(testing::FullRecord())), Write("b.json", kCsv), Write("c", StandardLog())});
  ASSERT_TRUE(runs.ok()) << runs.error().ToString();
  ASSERT_EQ(runs->size(), 3u);
  EXPECT_EQ((*runs)[0].run_id, testing::FullRecord().run_id);
  EXPECT_EQ((*runs)[1].imported_from, "CodeCarbon");
  EXPECT_EQ((*runs)[2].imported_from, "carbontracker 2.4.3");
}

TEST_F(ImportFilesTest, FindsTheOtherHalfOfALogByItsName) {
  const std::string standard = Write("x_carbontracker.log", StandardLog());
  const std::string output = Write("x_carbontracker_output.log", kOutputLog);
  for (const std::vector<std::string>& paths :
       {std::vector{standard}, std::vector{output}, std::vector{output, standard}}) {
    const Result<std::vector<RunRecord>> runs = ImportFiles(paths);
    ASSERT_TRUE(runs.ok()) << runs.error().ToString();
    ASSERT_EQ(runs->size(), 1u);
    EXPECT_DOUBLE_EQ(runs->front().energy_kwh.machine.value, 0.5);
  }
}

TEST_F(ImportFilesTest, TwoRenamedHalvesGivenTogetherAreOneRun) {
  const Result<std::vector<RunRecord>> runs =
      ImportFiles({Write("said.txt", kOutputLog), Write("measured.txt", StandardLog())});
  ASSERT_TRUE(runs.ok()) << runs.error().ToString();
  ASSERT_EQ(runs->size(), 1u);
  EXPECT_DOUBLE_EQ(runs->front().energy_kwh.machine.value, 0.5);
}

TEST_F(ImportFilesTest, AFolderStandsForTheLogsInIt) {
  Write("logs/a_carbontracker.log", StandardLog());
  Write("logs/a_carbontracker_output.log", kOutputLog);
  Write("logs/a_carbontracker_err.log", "2025-01-10 09:00:00,123 - MainThread - WARNING - no key\n");
  Write("logs/b_carbontracker.log", StandardLog("2.2.0"));
  Write("logs/ours_carbontracker.log", StandardLog("2.4.3+jouleprint.0.1.0"));
  Write("logs/readme.md", "not a log\n");
  const Result<std::vector<RunRecord>> runs = ImportFiles({(folder_ / "logs").string()});
  ASSERT_TRUE(runs.ok()) << runs.error().ToString();
  EXPECT_EQ(runs->size(), 2u);
}

TEST_F(ImportFilesTest, ARunGivenTwiceIsTakenOnce) {
  const std::string csv = Write("emissions.csv", kCsv);
  const Result<std::vector<RunRecord>> runs = ImportFiles({csv, csv, Write("copy.csv", kCsv)});
  ASSERT_TRUE(runs.ok());
  EXPECT_EQ(runs->size(), 1u);
}

TEST_F(ImportFilesTest, ARunThatJouleprintMeasuredItselfIsNotTakenAgain) {
  EXPECT_THAT(ErrorOf({Write("ours.log", StandardLog("2.4.3+jouleprint.0.1.0"))}),
              AllOf(HasSubstr("written by jouleprint"), HasSubstr("runs export")));
}

TEST_F(ImportFilesTest, RefusesWhatIsNoneOfThemAndSaysWhatItReads) {
  EXPECT_THAT(ErrorOf({Write("notes.txt", "dear diary\n")}),
              AllOf(HasSubstr("notes.txt line 1"), HasSubstr("emissions.csv")));
  EXPECT_THAT(ErrorOf({Write("empty", "")}), HasSubstr("holds no run record"));
  EXPECT_THAT(ErrorOf({(folder_ / "missing").string()}), HasSubstr("missing"));
  EXPECT_THAT(ErrorOf({Write("other/readme.md", "x").substr(0, folder_.string().size() + 6)}),
              HasSubstr("holds no log of carbontracker"));
  EXPECT_THAT(ErrorOf({Write("half.txt", kOutputLog)}), HasSubstr("lacks the log that belongs to it"));
  EXPECT_THAT(ErrorOf({Write("bad.jsonl", ToJson(testing::FullRecord()) + "\n{\"run_id\": 3}\n")}),
              HasSubstr("bad.jsonl line 2"));
}

}  // namespace
}  // namespace jouleprint::record
