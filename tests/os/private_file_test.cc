#include "os/private_file.h"

#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

namespace jouleprint::os {
namespace {

class PrivateFileTest : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = ::testing::TempDir() + "private-file-XXXXXX";
    ASSERT_NE(mkdtemp(folder_.data()), nullptr);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  static mode_t ModeOf(const std::string& path) {
    struct stat info {};
    EXPECT_EQ(stat(path.c_str(), &info), 0) << path;
    return info.st_mode & 0777;
  }

  std::string folder_;
};

TEST_F(PrivateFileTest, OnlyTheOwnerMayReadTheFileAndItsNewFolders) {
  ASSERT_TRUE(EnsurePrivateFile(folder_ + "/a/b/file").ok());
  EXPECT_EQ(ModeOf(folder_ + "/a/b/file"), 0600);
  EXPECT_EQ(ModeOf(folder_ + "/a/b"), 0700);
  EXPECT_EQ(std::filesystem::file_size(folder_ + "/a/b/file"), 0);
}

TEST_F(PrivateFileTest, AFileThatIsThereStaysAsItIs) {
  std::ofstream(folder_ + "/file") << "content";
  chmod((folder_ + "/file").c_str(), 0640);
  ASSERT_TRUE(EnsurePrivateFile(folder_ + "/file").ok());
  EXPECT_EQ(std::filesystem::file_size(folder_ + "/file"), 7);
  EXPECT_EQ(ModeOf(folder_ + "/file"), 0640);
}

TEST_F(PrivateFileTest, WhatCannotBeMadeIsNamed) {
  std::ofstream(folder_ + "/file") << "content";
  for (const std::string& path : {folder_ + "/file/x", folder_ + "/file/x/y"}) {
    const Status made = EnsurePrivateFile(path);
    ASSERT_FALSE(made.ok());
    EXPECT_NE(made.error().message.find("'" + path + "'"), std::string::npos) << made.error().message;
    EXPECT_FALSE(made.error().hint.empty());
  }
}

}  // namespace
}  // namespace jouleprint::os
