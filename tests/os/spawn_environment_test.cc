// What a started command finds in its environment and on its standard input.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <cstdlib>
#include <string>
#include <vector>

#include "os/clock.h"
#include "os/file.h"
#include "os/spawn.h"

namespace jouleprint::os {
namespace {

// What `command` writes, started with `more` in its environment.
std::string OutputOf(const std::vector<std::string>& command, const std::vector<std::string>& more,
                     int stdin_fd = -1) {
  sigset_t mask;
  sigemptyset(&mask);
  int ends[2];
  EXPECT_EQ(::pipe2(ends, O_CLOEXEC), 0);
  const File read(ends[0]);
  File write(ends[1]);
  SpawnFailure failure;
  bool in_cgroup = false;
  const pid_t pid = Spawn({.command = command,
                           .signal_mask = mask,
                           .stdout_fd = write.fd(),
                           .stdin_fd = stdin_fd,
                           .more_environment = more},
                          &failure, &in_cgroup);
  EXPECT_GT(pid, 0) << failure.message;
  write.Close();
  std::string output;
  char piece[4096];
  for (ssize_t n; (n = ::read(read.fd(), piece, sizeof piece)) > 0;)
    output.append(piece, static_cast<std::size_t>(n));
  while (!ReapOne()) Sleep(Seconds{0.002});
  return output;
}

TEST(SpawnEnvironmentTest, IsOursAndWhatIsAdded) {
  ::setenv("JP_TEST_KEPT", "kept", 1);
  ::setenv("JP_TEST", "old", 1);
  ::setenv("JP_TEST_LONGER", "other", 1);
  const std::vector<std::string> show{"sh", "-c", "echo $JP_TEST_KEPT $JP_TEST $JP_TEST_LONGER $JP_TEST_NEW"};
  EXPECT_EQ(OutputOf(show, {}), "kept old other\n");
  EXPECT_EQ(OutputOf(show, {"JP_TEST=new", "JP_TEST_NEW=a=b c"}), "kept new other a=b c\n");
  EXPECT_STREQ(std::getenv("JP_TEST"), "old") << "ours stays as it was";
}

TEST(SpawnEnvironmentTest, AStandardInputOfItsOwn) {
  const Result<File> nothing = File::OpenForReading("/dev/null");
  ASSERT_TRUE(nothing.ok());
  EXPECT_EQ(OutputOf({"sh", "-c", "cat; echo end"}, {}, nothing->fd()), "end\n");
}

}  // namespace
}  // namespace jouleprint::os
