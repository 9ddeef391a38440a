// How trackers begin, live beside each other and end: in threads, forked processes, killed ones, and where
// nothing can be measured or written.
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <thread>
#include <vector>

#include "jouleprint/tracker.h"
#include "tracker_fixture.h"

namespace jouleprint {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;

using TrackerLifeTest = testing::TrackerFixture;

// What a forked child comes to: its exit status, or 128+N.
int StatusOf(pid_t child) {
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

// ThreadSanitizer ends a child that starts threads.
#if defined(__SANITIZE_THREAD__)
constexpr bool kChildrenMayStartThreads = false;
#else
constexpr bool kChildrenMayStartThreads = true;
#endif

TEST_F(TrackerLifeTest, StoppingTwiceGivesTheSameRecord) {
  const auto tracker = Start();
  Use(3);
  const auto first = tracker->Stop();
  Use(3);
  const auto second = tracker->Stop();
  EXPECT_EQ(first->run_id, second->run_id);
  EXPECT_EQ(first->energy_kwh.machine.value, second->energy_kwh.machine.value);
  EXPECT_EQ(tracker->Snapshot()->run_id, first->run_id);
  EXPECT_FALSE(tracker->EndEpoch().ok());
  EXPECT_FALSE(tracker->BeginTask("late").ok());
}

TEST_F(TrackerLifeTest, TheRecordIsKept) {
  const auto tracker = Start();
  const auto run = tracker->Stop();
  EXPECT_EQ(tracker->record_path(), options_.store_path);
  const auto store = OpenStore(options_.store_path);
  EXPECT_EQ((*store)->Find(run->run_id)->state, RunState::kFinished);
}

TEST_F(TrackerLifeTest, ATrackerThatIsDroppedKeepsItsRecord) {
  Start().reset();
  const auto store = OpenStore(options_.store_path);
  EXPECT_EQ((*store)->Find("train")->state, RunState::kFinished);
}

TEST_F(TrackerLifeTest, ManyTrackersShareTheThreadsOfOne) {
  std::thread([] {}).join();  // a sanitizer's own thread comes with the first
  const std::size_t before = Threads();
  std::vector<std::unique_ptr<Tracker>> trackers;
  trackers.push_back(Start());
  const std::size_t with_one = Threads();
  EXPECT_GT(with_one, before);
  for (int i = 0; i < 5; ++i) trackers.push_back(Start());
  EXPECT_EQ(Threads(), with_one);
  Use(7);
  for (const auto& tracker : trackers) ASSERT_TRUE(tracker->Stop().ok());
  // The system lists a thread for a moment after it has been joined.
  for (int i = 0; i < 1000 && Threads() != before; ++i) os::Sleep(Seconds{0.01});
  EXPECT_EQ(Threads(), before);
}

TEST_F(TrackerLifeTest, EachOfManyHasWhatWasUsedInItsOwnTime) {
  const auto outer = Start();
  Use(10);
  const auto inner = Start();
  ASSERT_TRUE(inner->EndEpoch().ok());
  Use(5);
  const auto epoch = inner->EndEpoch();
  ASSERT_TRUE(inner->Stop().ok());
  const auto whole = outer->EndEpoch();
  EXPECT_NEAR(epoch->energy_kwh * testing::kJoulesPerKwh, 5, 1e-6);
  EXPECT_NEAR(whole->energy_kwh * testing::kJoulesPerKwh, 15, 1e-6);
}

TEST_F(TrackerLifeTest, TrackersStartAndStopFromManyThreads) {
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([this] {
      for (int k = 0; k < 3; ++k) {
        const auto tracker = Tracker::Start(options_);
        if (!tracker.ok() || !(*tracker)->EndEpoch().ok() || !(*tracker)->Stop().ok()) ADD_FAILURE();
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

TEST_F(TrackerLifeTest, OurThreadsLeaveTheProgramsSignalsAlone) {
  const std::vector<std::string> before = os::ListDirectory("/proc/self/task").value_or({});
  const auto tracker = Start();
  int ours = 0;
  for (const std::string& task : os::ListDirectory("/proc/self/task").value_or({})) {
    if (std::find(before.begin(), before.end(), task) != before.end()) continue;
    ++ours;
    const std::string status = os::ReadFile("/proc/self/task/" + task + "/status").value_or("");
    const std::size_t at = status.find("SigBlk:");
    ASSERT_NE(at, std::string::npos);
    const unsigned long long blocked = std::stoull(status.substr(at + 7), nullptr, 16);
    for (const int number : {SIGINT, SIGTERM, SIGCHLD, SIGALRM, SIGUSR1, SIGPROF}) {
      EXPECT_EQ((blocked >> (number - 1)) & 1, 1U) << number;
    }
  }
  EXPECT_GT(ours, 0);
}

TEST_F(TrackerLifeTest, AForkedChildIsRefusedAndMayTrackItself) {
  if (!kChildrenMayStartThreads) GTEST_SKIP() << "skipped: not under ThreadSanitizer";
  const auto tracker = Start();
  const pid_t child = ::fork();
  if (child == 0) {
    const bool refused = tracker->EndEpoch().error().code == ErrorCode::kRefused &&
                         tracker->Stop().error().code == ErrorCode::kRefused &&
                         tracker->TakeNotices().empty();
    options_.name = "child";
    auto own = Tracker::Start(options_);
    const bool tracked = own.ok() && (*own)->EndEpoch().ok() && (*own)->Stop().ok();
    if (own.ok()) own->reset();
    ::_exit(refused && tracked ? 0 : 1);
  }
  EXPECT_EQ(StatusOf(child), 0);
  Use(2);
  EXPECT_NEAR(tracker->EndEpoch()->energy_kwh * testing::kJoulesPerKwh, 2, 1e-6);
  ASSERT_TRUE(tracker->Stop().ok());
  EXPECT_TRUE((*OpenStore(options_.store_path))->Find("child").ok());
}

TEST_F(TrackerLifeTest, DroppingTheParentsTrackerInAChildLeavesTheParentsAlone) {
  auto tracker = Start();
  const pid_t child = ::fork();
  if (child == 0) {
    tracker.reset();
    ::_exit(0);
  }
  EXPECT_EQ(StatusOf(child), 0);
  EXPECT_TRUE(tracker->EndEpoch().ok());
}

TEST_F(TrackerLifeTest, AProcessThatIsKilledLosesNoMoreThanSinceItsLastCheckpoint) {
  if (!kChildrenMayStartThreads) GTEST_SKIP() << "skipped: not under ThreadSanitizer";
  const pid_t child = ::fork();
  if (child == 0) {
    const auto tracker = Tracker::Start(options_);
    for (;;) ::pause();
  }
  Result<std::unique_ptr<Store>> store = OpenStore(options_.store_path);
  ASSERT_TRUE(store.ok());
  while (!(*store)->Find("train").ok()) ::usleep(20'000);
  ::kill(child, SIGKILL);
  EXPECT_EQ(StatusOf(child), 128 + SIGKILL);
  options_.name = "next";
  const auto next = Start();
  EXPECT_THAT(next->TakeNotices(), Contains(HasSubstr("recovered the run")));
  EXPECT_EQ((*store)->Find("train")->state, RunState::kRecovered);
}

TEST_F(TrackerLifeTest, WhereNothingCanBeMeasuredItSaysSo) {
  const testing::TemporaryFolder empty;
  options_.sysroot = empty.path();
  const auto tracker = Tracker::Start(options_);
  ASSERT_FALSE(tracker.ok());
  EXPECT_EQ(tracker.error().code, ErrorCode::kNotPresent);
}

TEST_F(TrackerLifeTest, AStoreThatIsNamedMustBeThere) {
  options_.store_path = "/dev/null/runs.db";
  EXPECT_FALSE(Tracker::Start(options_).ok());
}

TEST_F(TrackerLifeTest, WithoutAStoreTheRecordGoesAside) {
  options_.store_path.clear();
  const char* const before = ::getenv("XDG_DATA_HOME");
  const std::string restored = before == nullptr ? "" : before;
  ::setenv("XDG_DATA_HOME", "/dev/null", 1);
  ::setenv("TMPDIR", folder_.path().c_str(), 1);
  const auto tracker = Start();
  EXPECT_THAT(tracker->TakeNotices(), Contains(HasSubstr("cannot be kept in the store")));
  ASSERT_TRUE(tracker->Stop().ok());
  EXPECT_THAT(tracker->record_path(), HasSubstr(folder_.path()));
  EXPECT_TRUE(os::Exists(tracker->record_path()));
  before == nullptr ? ::unsetenv("XDG_DATA_HOME") : ::setenv("XDG_DATA_HOME", restored.c_str(), 1);
  ::unsetenv("TMPDIR");
}

}  // namespace
}  // namespace jouleprint
