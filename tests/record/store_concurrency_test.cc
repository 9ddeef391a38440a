// Many processes on one file, and processes that die.
#include <gtest/gtest.h>
#include <signal.h>
#include <sqlite3.h>

#include "record/sample_record.h"
#include "record/store_fixture.h"

namespace jouleprint {
namespace {

using testing::FullRecord;

class ConcurrencyTest : public testing::StoreTest {
 protected:
  // "ok" or what SQLite finds wrong with the file.
  std::string IntegrityCheck() const {
    sqlite3* db = nullptr;
    std::string answer = "none";
    sqlite3_open(Path().c_str(), &db);
    sqlite3_exec(
        db, "PRAGMA integrity_check",
        [](void* out, int, char** values, char**) {
          *static_cast<std::string*>(out) = values[0];
          return 0;
        },
        &answer, nullptr);
    sqlite3_close(db);
    return answer;
  }

  // Saves runs PREFIX0, PREFIX1, ... and tells how many.
  int SaveMany(const std::string& prefix, int count) const {
    const std::unique_ptr<Store> store = Open();
    for (int i = 0; i < count; ++i) {
      RunRecord run = FullRecord();
      run.run_id = prefix + std::to_string(i);
      if (!store || !store->Save(run).ok()) return i;
      if (!store->SaveSeries(run.run_id, testing::SampleSeries(100)).ok()) return i;
    }
    return count;
  }
};

TEST_F(ConcurrencyTest, SixteenProcessesCreateAndSaveAtOnceAndNothingIsLost) {
  constexpr int kProcesses = 16;
  constexpr int kSaves = 50;
  std::vector<pid_t> children;
  for (int i = 0; i < kProcesses; ++i) {
    children.push_back(
        testing::StartChild([this, i] { return SaveMany("P" + std::to_string(i) + "-", kSaves); }));
  }
  for (const pid_t child : children) EXPECT_EQ(testing::WaitFor(child), kSaves);
  EXPECT_EQ(Open()->List({})->size(), kProcesses * kSaves);
  EXPECT_EQ(IntegrityCheck(), "ok");
}

TEST_F(ConcurrencyTest, AWriterKilledInTheMiddleLeavesWholeRuns) {
  ASSERT_NE(Open(), nullptr);
  for (int round = 0; round < 10; ++round) {
    const std::string prefix = "K" + std::to_string(round) + "-";
    const pid_t child = testing::StartChild([&] { return SaveMany(prefix, 1'000'000); });
    usleep(static_cast<useconds_t>(3'000 + 4'100 * round));
    kill(child, SIGKILL);
    EXPECT_EQ(testing::WaitFor(child), 128 + SIGKILL);
    const std::unique_ptr<Store> store = Open();
    ASSERT_NE(store, nullptr);
    const Result<std::vector<RunSummary>> runs = store->List({});
    ASSERT_TRUE(runs.ok()) << runs.error().ToString();
    for (const RunSummary& run : *runs) ASSERT_TRUE(store->Find(run.run_id).ok()) << run.run_id;
  }
  EXPECT_EQ(IntegrityCheck(), "ok");
  EXPECT_EQ(SaveMany("after-", 3), 3);
}

TEST_F(ConcurrencyTest, ALogThatADeadProcessLeftIsRead) {
  const pid_t child = testing::StartChild([this] {
    const int saved = SaveMany("dead-", 3);
    kill(getpid(), SIGKILL);
    return saved;
  });
  EXPECT_EQ(testing::WaitFor(child), 128 + SIGKILL);
  // As after a reboot or a copy: the shared-memory index is gone, the log stays.
  ASSERT_TRUE(std::filesystem::remove(Path("runs.db-shm")));
  ASSERT_GT(std::filesystem::file_size(Path("runs.db-wal")), 0);
  EXPECT_EQ(Open()->List({})->size(), 3);
}

TEST_F(ConcurrencyTest, AReaderDoesNotHoldUpAWriter) {
  EXPECT_EQ(SaveMany("A", 3), 3);
  const std::unique_ptr<Store> reader = Open();
  ASSERT_EQ(reader->List({})->size(), 3);
  EXPECT_EQ(SaveMany("B", 3), 3);
  EXPECT_EQ(reader->List({})->size(), 6);
}

}  // namespace
}  // namespace jouleprint
