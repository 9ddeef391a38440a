#include "os/user_dirs.h"

#include <gtest/gtest.h>
#include <pwd.h>
#include <unistd.h>

#include <cstdlib>
#include <map>
#include <optional>
#include <string>

#include "jouleprint/store.h"

namespace jouleprint::os {
namespace {

// Sets the variables that matter and puts them back afterwards.
class UserDirsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    for (const char* name : {"HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME"}) {
      const char* value = std::getenv(name);
      before_[name] = value == nullptr ? std::nullopt : std::optional<std::string>(value);
      unsetenv(name);
    }
  }
  void TearDown() override {
    for (const auto& [name, value] : before_) {
      value ? setenv(name.c_str(), value->c_str(), 1) : unsetenv(name.c_str());
    }
  }

  std::map<std::string, std::optional<std::string>> before_;
};

TEST_F(UserDirsTest, DefaultsAreBelowHome) {
  setenv("HOME", "/home/me", 1);
  EXPECT_EQ(DataDir(), "/home/me/.local/share/jouleprint");
  EXPECT_EQ(ConfigDir(), "/home/me/.config/jouleprint");
  EXPECT_EQ(CacheDir(), "/home/me/.cache/jouleprint");
  EXPECT_EQ(StateDir(), "/home/me/.local/state/jouleprint");
  EXPECT_EQ(DefaultStorePath(), "/home/me/.local/share/jouleprint/runs.db");
}

TEST_F(UserDirsTest, XdgVariablesWin) {
  setenv("HOME", "/home/me", 1);
  setenv("XDG_DATA_HOME", "/data/", 1);
  setenv("XDG_CONFIG_HOME", "/etc/me", 1);
  EXPECT_EQ(DataDir(), "/data/jouleprint");
  EXPECT_EQ(ConfigDir(), "/etc/me/jouleprint");
}

TEST_F(UserDirsTest, RelativeAndEmptyValuesAreIgnored) {
  setenv("HOME", "/home/me", 1);
  setenv("XDG_DATA_HOME", "data", 1);
  setenv("XDG_CONFIG_HOME", "", 1);
  EXPECT_EQ(DataDir(), "/home/me/.local/share/jouleprint");
  EXPECT_EQ(ConfigDir(), "/home/me/.config/jouleprint");
}

TEST_F(UserDirsTest, WithoutHomeThePasswdEntryCounts) {
  const passwd* me = getpwuid(getuid());
  const std::string home = me == nullptr ? "/" : me->pw_dir;
  EXPECT_EQ(HomeDir(), home);
}

TEST_F(UserDirsTest, TheRootFolderAsHomeMakesNoDoubleSlash) {
  setenv("HOME", "/", 1);
  EXPECT_EQ(DataDir(), "/.local/share/jouleprint");
}

}  // namespace
}  // namespace jouleprint::os
