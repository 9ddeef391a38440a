// A folder for a test's database, removed afterwards, and child processes.
#ifndef JOULEPRINT_TESTS_RECORD_STORE_FIXTURE_H_
#define JOULEPRINT_TESTS_RECORD_STORE_FIXTURE_H_

#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <memory>
#include <string>
#include <utility>

#include "jouleprint/store.h"

namespace jouleprint::testing {

class StoreTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = ::testing::TempDir() + "jouleprint-store-XXXXXX";
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::string Path(const std::string& name = "runs.db") const { return folder_ + "/" + name; }

  std::unique_ptr<Store> Open() const { return Open(Path()); }
  static std::unique_ptr<Store> Open(const std::string& path) {
    Result<std::unique_ptr<Store>> store = OpenStore(path);
    EXPECT_TRUE(store.ok()) << store.error().ToString();
    return store.ok() ? *std::move(store) : nullptr;
  }
  static Error OpenError(const std::string& path) {
    Result<std::unique_ptr<Store>> store = OpenStore(path);
    EXPECT_FALSE(store.ok()) << path << " was opened";
    return store.ok() ? Error{} : store.error();
  }

  std::string folder_;
};

/// Runs `work` in a child process and returns its pid; the child exits with what `work` returns.
template <class Work>
pid_t StartChild(Work work) {
  const pid_t child = fork();
  if (child == 0) _exit(work());
  return child;
}

/// Exit status, or 128+N for signal N.
inline int WaitFor(pid_t child) {
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace jouleprint::testing

#endif  // JOULEPRINT_TESTS_RECORD_STORE_FIXTURE_H_
