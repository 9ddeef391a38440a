// What a store keeps and how runs are found in it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "record/sample_record.h"
#include "record/store_fixture.h"

namespace jouleprint {
namespace {

using ::testing::AllOf;
using testing::FullRecord;
using ::testing::HasSubstr;
using testing::MinimalRecord;
using ::testing::Not;
using testing::SampleSeries;

class SqliteStoreTest : public testing::StoreTest {
 protected:
  void SetUp() override {
    StoreTest::SetUp();
    store_ = Open();
    ASSERT_NE(store_, nullptr);
  }

  // A run that started `second` seconds after the first.
  void Save(const std::string& id, const std::string& name = "", int second = 0,
            const std::string& project = "") {
    RunRecord run = MinimalRecord(id);
    run.name = name;
    run.project = project;
    run.state = RunState::kFinished;
    run.start = run.start + Seconds{static_cast<double>(second)};
    ASSERT_TRUE(store_->Save(run).ok());
  }
  std::string Found(std::string_view wanted) {
    const Result<RunRecord> run = store_->Find(wanted);
    return run.ok() ? run->run_id : run.error().ToString();
  }
  std::vector<std::string> Listed(const RunFilter& filter = {}) {
    std::vector<std::string> ids;
    for (const RunSummary& run : store_->List(filter).value_or({})) ids.push_back(run.run_id);
    return ids;
  }

  std::unique_ptr<Store> store_;
};

mode_t ModeOf(const std::string& path) {
  struct stat info {};
  EXPECT_EQ(stat(path.c_str(), &info), 0) << path;
  return info.st_mode & 0777;
}

TEST_F(SqliteStoreTest, RunsOfADistributedJobAreListedByTheirGroup) {
  Save("alone");
  EXPECT_TRUE(Listed({.group = "job-1"}).empty());
  RunRecord rank = MinimalRecord("rank-3");
  rank.start = rank.start + Seconds{1};
  rank.group = "job-1";
  rank.rank = RankRecord{3, 8, 3, 8, "torchrun", false};
  ASSERT_TRUE(store_->Save(rank).ok());
  RunRecord merged = MinimalRecord("merged");
  merged.start = merged.start + Seconds{2};
  merged.group = "job-1";
  merged.merged_from = {{"rank-3", "a", 3, true}};
  ASSERT_TRUE(store_->Save(merged).ok());
  const auto runs = Open()->List({}).value_or({});
  ASSERT_EQ(runs.size(), 3u);
  EXPECT_EQ(runs[0].part, "1 run merged");
  EXPECT_EQ(runs[1].part, "rank 3 of 8");
  EXPECT_EQ(runs[1].group, "job-1");
  EXPECT_EQ(runs[2].group, "");
  EXPECT_EQ(Listed({.group = "job-1"}), (std::vector<std::string>{"merged", "rank-3"}));
  EXPECT_EQ(Listed({.limit = 1, .group = "job-1"}), (std::vector<std::string>{"merged"}));
  EXPECT_TRUE(Listed({.group = "another"}).empty());
}

// All ranks of a job end at once, on a store that has never kept one of their like.
TEST_F(SqliteStoreTest, ManyProcessesKeepTheirFirstGroupAtOnce) {
  std::vector<pid_t> ranks;
  for (int i = 0; i < 8; ++i) {
    ranks.push_back(testing::StartChild([this, i] {
      RunRecord run = MinimalRecord("rank-" + std::to_string(i));
      run.group = "job-1";
      const auto store = Open();
      return store != nullptr && store->Save(run).ok() ? 0 : 1;
    }));
  }
  for (const pid_t rank : ranks) EXPECT_EQ(testing::WaitFor(rank), 0);
  EXPECT_EQ(Listed({.group = "job-1"}).size(), 8u);
}

TEST_F(SqliteStoreTest, AWholeRecordComesBackAfterReopening) {
  ASSERT_TRUE(store_->Save(FullRecord()).ok());
  store_ = Open();
  const Result<RunRecord> run = store_->Find(FullRecord().run_id);
  ASSERT_TRUE(run.ok()) << run.error().ToString();
  testing::ExpectSame(*run, FullRecord());
}

TEST_F(SqliteStoreTest, SavingAgainReplacesTheRecordAndKeepsItsSeries) {
  RunRecord run = FullRecord();
  ASSERT_TRUE(store_->Save(run).ok());
  ASSERT_TRUE(store_->SaveSeries(run.run_id, SampleSeries(5)).ok());
  run.name = "renamed";
  ASSERT_TRUE(store_->Save(run).ok());
  EXPECT_EQ(store_->Find("last")->name, "renamed");
  EXPECT_EQ(Listed().size(), 1);
  const Result<std::optional<PowerSeries>> series = store_->FindSeries(run.run_id);
  ASSERT_TRUE(series.ok() && series->has_value());
  testing::ExpectSame(**series, SampleSeries(5));
}

TEST_F(SqliteStoreTest, ASeriesIsReplacedAndMayBeAbsent) {
  Save("A");
  EXPECT_EQ(store_->FindSeries("A")->has_value(), false);
  ASSERT_TRUE(store_->SaveSeries("A", SampleSeries(5)).ok());
  ASSERT_TRUE(store_->SaveSeries("A", SampleSeries(7)).ok());
  EXPECT_EQ((*store_->FindSeries("A"))->bins[0].size(), 7);
  EXPECT_EQ(store_->SaveSeries("B", SampleSeries(5)).error().code, ErrorCode::kNotFound);
}

TEST_F(SqliteStoreTest, RemovingARunRemovesItsSeries) {
  Save("A");
  ASSERT_TRUE(store_->SaveSeries("A", SampleSeries(5)).ok());
  ASSERT_TRUE(store_->Remove("A").ok());
  EXPECT_EQ(store_->Find("A").error().code, ErrorCode::kNotFound);
  EXPECT_EQ(store_->FindSeries("A")->has_value(), false);
  EXPECT_EQ(store_->Remove("A").error().code, ErrorCode::kNotFound);
}

TEST_F(SqliteStoreTest, FindsByIdPrefixNameAndLast) {
  Save("01HAAA", "baseline", 1);
  Save("01HABB", "warm", 3);
  Save("01HB00", "cold", 2);
  EXPECT_EQ(Found("01HABB"), "01HABB");
  EXPECT_EQ(Found("01hab"), "01HABB");
  EXPECT_EQ(Found("01HB"), "01HB00");
  EXPECT_EQ(Found("baseline"), "01HAAA");
  EXPECT_EQ(Found("last"), "01HABB");
}

TEST_F(SqliteStoreTest, AWholeIdWinsOverLongerOnesAndANameOverPrefixes) {
  Save("01A", "", 1);
  Save("01AB", "0", 2);
  EXPECT_EQ(Found("01A"), "01A");
  EXPECT_EQ(Found("0"), "01AB");
}

TEST_F(SqliteStoreTest, SpecialCharactersAreNoWildcards) {
  Save("01A", "50%_off");
  EXPECT_THAT(Found("01%"), HasSubstr("no run"));
  EXPECT_THAT(Found("_"), HasSubstr("no run"));
  EXPECT_EQ(Found("50%_off"), "01A");
  EXPECT_THAT(Found("' OR 1=1 --"), HasSubstr("no run"));
}

TEST_F(SqliteStoreTest, AnAmbiguousPrefixListsTheNewestFive) {
  for (int i = 0; i < 7; ++i) Save("01X" + std::to_string(i), "", i);
  const Error error = store_->Find("01X").error();
  EXPECT_EQ(error.code, ErrorCode::kInvalidArgument);
  EXPECT_THAT(error.message, AllOf(HasSubstr("fits 7 runs: 01X6 (2023-11-14T22:13:26Z), 01X5"),
                                   HasSubstr("01X2"), Not(HasSubstr("01X1")), HasSubstr("and 2 older")));
}

TEST_F(SqliteStoreTest, ANameThatSeveralRunsHaveIsAnErrorThatListsThem) {
  Save("A1", "sweep", 1);
  Save("B2", "sweep", 2);
  EXPECT_THAT(Found("sweep"), HasSubstr("B2 (sweep, 2023-11-14T22:13:22Z), A1 (sweep,"));
}

TEST_F(SqliteStoreTest, NothingFoundSaysSo) {
  EXPECT_THAT(Found("last"), AllOf(HasSubstr("there is no run yet"), HasSubstr(Path())));
  EXPECT_THAT(Found("zzz"), AllOf(HasSubstr("'zzz'"), HasSubstr("runs list")));
  EXPECT_EQ(store_->Find("").error().code, ErrorCode::kInvalidArgument);
}

TEST_F(SqliteStoreTest, ListsNewestFirst) {
  Save("B", "", 1, "x");
  Save("A", "", 3, "y");
  Save("C", "", 2, "x");
  EXPECT_EQ(Listed(), (std::vector<std::string>{"A", "C", "B"}));
  EXPECT_EQ(Listed({.project = "x", .limit = 0}), (std::vector<std::string>{"C", "B"}));
  EXPECT_EQ(Listed({.project = "", .limit = 1}), (std::vector<std::string>{"A"}));
  EXPECT_TRUE(Listed({.project = "z", .limit = 0}).empty());
}

TEST_F(SqliteStoreTest, AListedRunShowsWhatItsRecordSays) {
  ASSERT_TRUE(store_->Save(FullRecord()).ok());
  const RunSummary run = store_->List({})->at(0);
  EXPECT_EQ(run.name, FullRecord().name);
  EXPECT_EQ(run.project, "thèse");
  EXPECT_EQ(run.command, "python3 train.py --note 'it'\\''s 5 o'\\''clock' ''");
  EXPECT_EQ(run.state, RunState::kFinished);
  EXPECT_EQ(run.start, FullRecord().start);
  EXPECT_EQ(run.duration_s, 123.4567891);
  EXPECT_EQ(run.energy_kwh, 0.43);
  EXPECT_EQ(run.basis, Basis::kSampled);
  EXPECT_EQ(run.emissions_gco2e, 30.5);
  EXPECT_EQ(run.exit_status, 137);
}

TEST_F(SqliteStoreTest, FiguresThatAreNotNumbersAreKeptAsSuch) {
  RunRecord run = MinimalRecord("A");
  run.energy_kwh.machine.value = std::numeric_limits<double>::quiet_NaN();
  ASSERT_TRUE(store_->Save(run).ok());
  EXPECT_TRUE(std::isnan(store_->List({})->at(0).energy_kwh));
  EXPECT_TRUE(std::isnan(store_->Find("A")->energy_kwh.machine.value));
}

TEST_F(SqliteStoreTest, CommandsThatAreNotUtf8OrHaveLineBreaksAreListedOnOneValidLine) {
  RunRecord run = MinimalRecord("A");
  run.command = {"echo", "a\nb\x1b[2J", "caf\xE9"};
  ASSERT_TRUE(store_->Save(run).ok());
  EXPECT_EQ(store_->List({})->at(0).command, "echo 'a b [2J' 'caf\xEF\xBF\xBD'");
}

TEST_F(SqliteStoreTest, ARunWithoutAnIdIsNotKept) {
  EXPECT_EQ(store_->Save(RunRecord{}).error().code, ErrorCode::kInvalidArgument);
}

TEST_F(SqliteStoreTest, OnlyTheOwnerMayReadTheFiles) {
  const std::string path = Path("new/folder/runs.db");
  const std::unique_ptr<Store> store = Open(path);
  ASSERT_TRUE(store->Save(FullRecord()).ok());
  EXPECT_EQ(ModeOf(path), 0600);
  EXPECT_EQ(ModeOf(path + "-wal"), 0600);
  EXPECT_EQ(ModeOf(Path("new/folder")), 0700);
}

TEST_F(SqliteStoreTest, ManyShortCommandsDoNotLetTheLogGrow) {
  store_.reset();
  std::uintmax_t longest = 0;
  for (int i = 0; i < 400; ++i) {
    RunRecord run = FullRecord();
    run.run_id = "R" + std::to_string(i);
    ASSERT_TRUE(Open()->Save(run).ok());
    longest = std::max(longest, std::filesystem::file_size(Path("runs.db-wal")));
  }
  EXPECT_LT(longest, 1'200'000);
  EXPECT_EQ(Open()->List({})->size(), 400);
}

TEST_F(SqliteStoreTest, NamesThatSqliteTreatsSpeciallyAreFiles) {
  const std::filesystem::path before = std::filesystem::current_path();
  std::filesystem::current_path(folder_);
  for (const std::string name : {":memory:", "file:x?mode=memory", "-wal"}) {
    ASSERT_TRUE(Open(name)->Save(MinimalRecord("A")).ok()) << name;
    EXPECT_TRUE(Open(name)->Find("A").ok()) << name;
    EXPECT_TRUE(std::filesystem::exists(name)) << name;
  }
  std::filesystem::current_path(before);
}

}  // namespace
}  // namespace jouleprint
