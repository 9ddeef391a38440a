#include "os/file.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <clocale>
#include <fstream>

#include "support/temporary_folder.h"

namespace jouleprint::os {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class FileTest : public ::testing::Test {
 protected:
  static void Write(const std::string& path, const std::string& content) { std::ofstream(path) << content; }
  static mode_t ModeOf(const std::string& path) {
    struct stat info {};
    EXPECT_EQ(::lstat(path.c_str(), &info), 0) << path;
    return info.st_mode;
  }

  testing::TemporaryFolder folder_;
};

TEST(ParseTest, WholeNumbersAndNothingElse) {
  std::uint64_t value = 7;
  for (const char* text : {"0", "262143328850", "18446744073709551615", " 12\n", "\t12", "12 \n\n"}) {
    EXPECT_TRUE(ParseU64(text, &value)) << text;
  }
  EXPECT_EQ(value, 12u);
  for (const char* text :
       {"", " ", "\n", "-1", "+1", "1x", "x1", "1 2", "0x10", "1.0", "18446744073709551616"}) {
    EXPECT_FALSE(ParseU64(text, &value)) << text;
  }
  std::int64_t signed_value = 0;
  EXPECT_TRUE(ParseI64("-9223372036854775808", &signed_value));
  EXPECT_EQ(signed_value, INT64_MIN);
  EXPECT_FALSE(ParseI64("9223372036854775808", &signed_value));
}

TEST(ParseTest, FractionsWhateverTheLocale) {
  std::setlocale(LC_ALL, "de_DE.UTF-8");
  double value = 0;
  EXPECT_TRUE(ParseDouble(" 0.5\n", &value));
  EXPECT_DOUBLE_EQ(value, 0.5);
  EXPECT_TRUE(ParseDouble("1e3", &value));
  EXPECT_DOUBLE_EQ(value, 1000);
  for (const char* text : {"", "0,5", "1.2.3", "half", "1e"}) EXPECT_FALSE(ParseDouble(text, &value)) << text;
  std::setlocale(LC_ALL, "C");
}

TEST_F(FileTest, ReadsFromTheStartAgainAndAgain) {
  Write(folder_ / "counter", "first\n");
  const Result<File> file = File::OpenForReading(folder_ / "counter");
  ASSERT_TRUE(file.ok());
  std::array<char, 16> buffer{};
  EXPECT_EQ(ReadFromStart(file->fd(), buffer), 6);
  Write(folder_ / "counter", "second!\n");
  EXPECT_EQ(ReadFromStart(file->fd(), buffer), 8);
  EXPECT_EQ(std::string(buffer.data(), 8), "second!\n");
  EXPECT_EQ(ReadFromStart(file->fd(), std::span(buffer).first(3)), 3) << "no more than fits";
  EXPECT_EQ(ReadFromStart(-1, buffer), -EBADF);
  EXPECT_FALSE(IsUnlinked(file->fd()));
  Write(folder_ / "other", "third");
  std::filesystem::rename(folder_ / "other", folder_ / "counter");
  EXPECT_TRUE(IsUnlinked(file->fd())) << "another took its name";
}

TEST_F(FileTest, ADescriptorHasOneOwner) {
  Write(folder_ / "x", "");
  Result<File> file = File::OpenForReading(folder_ / "x");
  const int fd = file->fd();
  EXPECT_NE(::fcntl(fd, F_GETFD) & FD_CLOEXEC, 0);
  File other(std::move(*file));
  EXPECT_EQ(other.fd(), fd);
  EXPECT_FALSE(file->is_open());
  other = File();
  EXPECT_EQ(::fcntl(fd, F_GETFD), -1) << "closed when nobody owns it";
}

TEST_F(FileTest, ReadsWholeFilesAndSaysWhichCannotBeRead) {
  Write(folder_ / "long", std::string(100'000, 'x'));
  EXPECT_EQ(ReadFile(folder_ / "long").value_or("").size(), 100'000u);
  Write(folder_ / "line", "\n  package-0 \n");
  EXPECT_EQ(ReadLine(folder_ / "line").value_or(""), "package-0");
  const Result<std::string> missing = ReadFile(folder_ / "missing");
  ASSERT_FALSE(missing.ok());
  EXPECT_EQ(missing.error().code, ErrorCode::kNotFound);
  EXPECT_THAT(missing.error().message, HasSubstr(folder_ / "missing"));
  EXPECT_FALSE(ReadFile(folder_.path()).ok());
}

TEST_F(FileTest, AFileIsTheOldOneOrTheNewOne) {
  const std::string path = folder_ / "file";
  ASSERT_TRUE(WriteFileAtomically(path, "one").ok());
  const mode_t mask = ::umask(0);
  ::umask(mask);
  EXPECT_EQ(ModeOf(path) & 0777, 0666 & ~mask);
  const Result<File> reader = File::OpenForReading(path);
  ::chmod(path.c_str(), 0600);
  ASSERT_TRUE(WriteFileAtomically(path, "two").ok());
  EXPECT_EQ(ReadFile(path).value_or(""), "two");
  EXPECT_EQ(ModeOf(path) & 0777, 0600u) << "what was made stricter stays so";
  std::array<char, 8> buffer{};
  EXPECT_EQ(ReadFromStart(reader->fd(), buffer), 3);
  EXPECT_EQ(buffer[0], 'o') << "who reads the old one reads it to its end";
  EXPECT_THAT(ListDirectory(folder_.path()).value_or({}), ElementsAre("file")) << "nothing is left beside it";
}

TEST_F(FileTest, ALinkIsFollowed) {
  std::filesystem::create_symlink("target", folder_ / "link");
  for (const char* content : {"made", "replaced"}) {
    ASSERT_TRUE(WriteFileAtomically(folder_ / "link", content).ok());
    EXPECT_EQ(ReadFile(folder_ / "target").value_or(""), content);
    EXPECT_TRUE(S_ISLNK(ModeOf(folder_ / "link")));
  }
}

TEST_F(FileTest, WhatIsNoPlainFileIsWrittenAndStays) {
  ASSERT_EQ(::mkfifo((folder_ / "pipe").c_str(), 0600), 0);
  const File reader(::open((folder_ / "pipe").c_str(), O_RDONLY | O_NONBLOCK));
  ASSERT_TRUE(WriteFileAtomically(folder_ / "pipe", "through").ok());
  std::array<char, 16> buffer{};
  EXPECT_EQ(::read(reader.fd(), buffer.data(), buffer.size()), 7);
  EXPECT_TRUE(S_ISFIFO(ModeOf(folder_ / "pipe")));
  EXPECT_TRUE(WriteFileAtomically("/dev/null", "x").ok());
  EXPECT_TRUE(S_ISCHR(ModeOf("/dev/null")));
  EXPECT_FALSE(WriteFileAtomically("/dev/full", "x").ok());
  EXPECT_FALSE(WriteFileAtomically(folder_.path(), "x").ok());
}

TEST_F(FileTest, APipeThatNobodyReadsIsRefusedNotWaitedFor) {
  const std::string pipe = folder_ / "unread";
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  EXPECT_FALSE(WriteFileAtomically(pipe, "words").ok());
}

TEST_F(FileTest, OneFileUnderTwoNamesIsTheSame) {
  const std::string file = folder_ / "file";
  const std::string link = folder_ / "link";
  ASSERT_TRUE(WriteFileAtomically(file, "words").ok());
  ASSERT_EQ(::symlink(file.c_str(), link.c_str()), 0);
  EXPECT_TRUE(SameFile(file, link));
  EXPECT_TRUE(SameFile(folder_ / "none", folder_ / "none"));
  EXPECT_FALSE(SameFile(file, folder_ / "none"));
}

TEST_F(FileTest, AFileThatIsOpenElsewhereIsAddedTo) {
  const File log(::open((folder_ / "log").c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
  ASSERT_EQ(::write(log.fd(), "before ", 7), 7);
  ASSERT_TRUE(WriteFileAtomically("/dev/fd/" + std::to_string(log.fd()), "after").ok());
  EXPECT_EQ(ReadFile(folder_ / "log").value_or(""), "before after");
}

TEST_F(FileTest, SaysBeforehandWhatCannotBeWritten) {
  EXPECT_TRUE(CheckWritable(folder_ / "new").ok());
  EXPECT_TRUE(CheckWritable("/dev/null").ok());
  for (const std::string& path : {folder_.path(), folder_ / "no/such/file"}) {
    const Status writable = CheckWritable(path);
    ASSERT_FALSE(writable.ok());
    EXPECT_THAT(writable.error().message, HasSubstr(path));
    EXPECT_FALSE(writable.error().hint.empty());
    EXPECT_FALSE(WriteFileAtomically(path, "x").ok());
  }
}

TEST_F(FileTest, ListsAndMakesFolders) {
  EXPECT_TRUE(MakeDirectories(folder_ / "a/b/c").ok());
  EXPECT_TRUE(MakeDirectories(folder_ / "a/b/c").ok()) << "again";
  EXPECT_EQ(ModeOf(folder_ / "a/b") & 0777, 0700u);
  Write(folder_ / "a/z", "");
  EXPECT_THAT(ListDirectory(folder_ / "a").value_or({}), ElementsAre("b", "z"));
  EXPECT_TRUE(IsDirectory(folder_ / "a/b"));
  EXPECT_FALSE(IsDirectory(folder_ / "a/z"));
  EXPECT_TRUE(Exists(folder_ / "a/z"));
  EXPECT_FALSE(Exists(folder_ / "a/y"));
  const Status below_a_file = MakeDirectories(folder_ / "a/z/y");
  ASSERT_FALSE(below_a_file.ok());
  EXPECT_THAT(below_a_file.error().message, HasSubstr(folder_ / "a/z"));
  EXPECT_FALSE(ListDirectory(folder_ / "nowhere").ok());
}

TEST(SystemErrorTest, TellsRefusedFromMissingFromBroken) {
  EXPECT_EQ(SystemError(EACCES, "x").code, ErrorCode::kNotPermitted);
  EXPECT_EQ(SystemError(EPERM, "x").code, ErrorCode::kNotPermitted);
  EXPECT_EQ(SystemError(ENOENT, "x").code, ErrorCode::kNotFound);
  EXPECT_EQ(SystemError(ENOSPC, "x").code, ErrorCode::kIo);
  EXPECT_THAT(SystemError(ENOSPC, "cannot write x", "make room").ToString(),
              HasSubstr("cannot write x: No space"));
}

}  // namespace
}  // namespace jouleprint::os
