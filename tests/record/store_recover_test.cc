// Runs whose jouleprint is gone are recovered, once.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "record/sample_record.h"
#include "record/store_fixture.h"

namespace jouleprint {
namespace {

using testing::FullRecord;
using ::testing::HasSubstr;
using testing::MinimalRecord;

using RecoverTest = testing::StoreTest;

constexpr std::int64_t kLivingPid = 77;
bool OnlyThatOneLives(const Writer& writer) { return writer.pid == kLivingPid && writer.boot_id == "boot"; }

RunRecord Running(const std::string& id) {
  RunRecord run = FullRecord();
  run.run_id = id;
  run.state = RunState::kRunning;
  return run;
}

Writer DeadWriter() { return {5, 100, "boot"}; }

TEST_F(RecoverTest, ARunWhoseWriterIsGoneIsRecoveredAsItWasAtItsLastCheckpoint) {
  const std::unique_ptr<Store> store = Open();
  ASSERT_TRUE(store->Save(Running("A"), DeadWriter()).ok());
  const Result<std::vector<RunRecord>> recovered = store->Recover(OnlyThatOneLives);
  ASSERT_TRUE(recovered.ok()) << recovered.error().ToString();
  ASSERT_EQ(recovered->size(), 1);
  const RunRecord run = *store->Find("A");
  testing::ExpectSame(run, recovered->at(0));
  EXPECT_EQ(run.state, RunState::kRecovered);
  EXPECT_EQ(run.end, FullRecord().end);
  EXPECT_EQ(run.duration_s, FullRecord().duration_s);
  EXPECT_EQ(run.energy_kwh.machine, FullRecord().energy_kwh.machine);
  ASSERT_EQ(run.warnings.size(), FullRecord().warnings.size() + 1);
  EXPECT_THAT(run.warnings.back(), HasSubstr("last checkpoint, 2023-11-14T22:15:23.456789Z"));
  EXPECT_EQ(store->List({})->at(0).state, RunState::kRecovered);
}

TEST_F(RecoverTest, RunsThatAreFinishedOrStillWrittenAreLeftAlone) {
  const std::unique_ptr<Store> store = Open();
  ASSERT_TRUE(store->Save(Running("A"), Writer{kLivingPid, 1, "boot"}).ok());
  ASSERT_TRUE(store->Save(FullRecord()).ok());
  EXPECT_TRUE(store->Recover(OnlyThatOneLives)->empty());
  EXPECT_EQ(store->Find("A")->state, RunState::kRunning);
}

TEST_F(RecoverTest, TheSecondTimeThereIsNothingToRecover) {
  const std::unique_ptr<Store> store = Open();
  ASSERT_TRUE(store->Save(Running("A"), DeadWriter()).ok());
  ASSERT_TRUE(store->Save(Running("without a writer")).ok());
  EXPECT_EQ(store->Recover(OnlyThatOneLives)->size(), 2);
  EXPECT_EQ(store->Recover(OnlyThatOneLives)->size(), 0);
}

// A process that looked earlier must not undo what another did since: here the run is taken over while
// its writer is asked after.
std::string path_of_the_store;
bool DiesWhileAnotherTakesOver(const Writer&) {
  (*OpenStore(path_of_the_store))->Save(Running("A"), Writer{kLivingPid, 1, "boot"}).ok();
  return false;
}

TEST_F(RecoverTest, ARunThatSomebodyTookOverMeanwhileIsLeftAlone) {
  const std::unique_ptr<Store> store = Open();
  ASSERT_TRUE(store->Save(Running("A"), DeadWriter()).ok());
  path_of_the_store = Path();
  EXPECT_TRUE(store->Recover(DiesWhileAnotherTakesOver)->empty());
  EXPECT_EQ(store->Find("A")->state, RunState::kRunning);
}

TEST_F(RecoverTest, EachRunIsRecoveredByExactlyOneOfManyProcesses) {
  constexpr int kRuns = 40;
  constexpr int kProcesses = 8;
  for (int i = 0; i < kRuns; ++i)
    ASSERT_TRUE(Open()->Save(Running("R" + std::to_string(i)), DeadWriter()).ok());
  std::vector<pid_t> children;
  for (int i = 0; i < kProcesses; ++i) {
    children.push_back(testing::StartChild([this] {
      const Result<std::vector<RunRecord>> recovered = Open()->Recover(OnlyThatOneLives);
      return recovered.ok() ? static_cast<int>(recovered->size()) : 255;
    }));
  }
  int total = 0;
  for (const pid_t child : children) total += testing::WaitFor(child);
  EXPECT_EQ(total, kRuns);
  EXPECT_EQ(Open()->Find("R7")->warnings.size(), FullRecord().warnings.size() + 1);
}

}  // namespace
}  // namespace jouleprint
