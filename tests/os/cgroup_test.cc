#include "os/cgroup.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <optional>

#include "os/clock.h"
#include "os/spawn.h"

namespace jouleprint::os {
namespace {

class CgroupTest : public ::testing::Test {
 protected:
  void SetUp() override {
    Result<Cgroup> made = Cgroup::Create();
    if (!made.ok()) GTEST_SKIP() << "skipped: " << made.error().message;
    cgroup_.emplace(std::move(*made));
  }

  std::filesystem::path Path() const {
    std::array<char, 4096> path{};
    EXPECT_GT(
        ::readlink(("/proc/self/fd/" + std::to_string(cgroup_->fd())).c_str(), path.data(), path.size() - 1),
        0);
    return path.data();
  }

  std::optional<Cgroup> cgroup_;
};

TEST_F(CgroupTest, KnowsTheCpuTimeOfAllThatRanInIt) {
  EXPECT_FALSE(cgroup_->Populated());
  EXPECT_EQ(cgroup_->CpuTime().value_or(Seconds{-1}), Seconds{0});
  sigset_t mask;
  sigemptyset(&mask);
  SpawnFailure failure;
  bool in_cgroup = false;
  const std::vector<std::string> command{"sh", "-c",
                                         "i=0; while [ $i -lt 100000 ]; do i=$((i+1)); done; sleep 0.2"};
  ASSERT_GT(
      Spawn({.command = command, .signal_mask = mask, .cgroup_fd = cgroup_->fd()}, &failure, &in_cgroup), 0);
  EXPECT_TRUE(in_cgroup);
  EXPECT_TRUE(cgroup_->Populated());
  std::optional<EndedChild> ended;
  while (!(ended = ReapOne())) Sleep(Seconds{0.002});
  EXPECT_FALSE(cgroup_->Populated());
  EXPECT_GE(cgroup_->CpuTime().value_or(Seconds{0}).value(), 0.9 * ended->cpu_time.value());
}

TEST_F(CgroupTest, ListsItsProcessesAndThoseOfCgroupsBelow) {
  EXPECT_TRUE(cgroup_->Processes().empty());
  const std::filesystem::path below = Path() / "below";
  std::filesystem::create_directory(below);
  sigset_t mask;
  sigemptyset(&mask);
  SpawnFailure failure;
  bool in_cgroup = false;
  const std::vector<std::string> command{"sleep", "30"};
  const pid_t pid =
      Spawn({.command = command, .signal_mask = mask, .cgroup_fd = cgroup_->fd()}, &failure, &in_cgroup);
  ASSERT_GT(pid, 0);
  EXPECT_EQ(cgroup_->Processes(), std::vector<pid_t>{pid});
  std::ofstream(below / "cgroup.procs") << pid;
  EXPECT_EQ(cgroup_->Processes(), std::vector<pid_t>{pid});
  SendSignal(pid, SIGKILL);
  while (!ReapOne()) Sleep(Seconds{0.002});
  std::filesystem::remove(below);
}

TEST_F(CgroupTest, StandsInTheFolderThatWeAreIn) {
  const std::vector<std::string> folders = OwnCgroupFolders();
  ASSERT_FALSE(folders.empty());
  EXPECT_EQ(folders.front(), Path().parent_path());
  for (const std::string& folder : folders)
    EXPECT_TRUE(std::filesystem::exists(folder + "/cgroup.procs")) << folder;
}

TEST_F(CgroupTest, GoesAwayWithItsOwner) {
  const std::filesystem::path path = Path();
  EXPECT_TRUE(std::filesystem::exists(path));
  Cgroup other(std::move(*cgroup_));
  cgroup_.reset();
  EXPECT_TRUE(std::filesystem::exists(path)) << "it has another owner";
  std::optional<Cgroup> last(std::move(other));
  last.reset();
  EXPECT_FALSE(std::filesystem::exists(path));
}

TEST_F(CgroupTest, OnlyThoseWhoseMakerIsGoneAreSweptAway) {
  const std::filesystem::path forsaken = Path().parent_path() / "jouleprint-1073741824-1";
  const std::filesystem::path foreign = Path().parent_path() / "not-ours-1073741824-1";
  const std::filesystem::path reused =
      Path().parent_path() / ("jouleprint-" + std::to_string(::getpid()) + "-1");
  for (const auto& path : {forsaken, foreign, reused}) std::filesystem::create_directory(path);
  RemoveForsakenCgroups();
  EXPECT_FALSE(std::filesystem::exists(forsaken));
  EXPECT_FALSE(std::filesystem::exists(reused)) << "of a process that had our number before";
  EXPECT_TRUE(std::filesystem::exists(foreign));
  EXPECT_TRUE(std::filesystem::exists(Path())) << "ours is empty and in use";
  ::rmdir(foreign.c_str());
}

}  // namespace
}  // namespace jouleprint::os
