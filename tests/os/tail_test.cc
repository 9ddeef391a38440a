// A file that grows, is rotated, cut short, half written; a pipe with and without a writer.
#include "os/tail.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "os/file.h"
#include "support/temporary_folder.h"

namespace jouleprint::os {
namespace {

using ::testing::Optional;

constexpr Seconds kNow{0};
constexpr Seconds kSoon{5};
constexpr std::size_t kAll = 1 << 20;

class TailTest : public ::testing::Test {
 protected:
  void Append(const std::string& text) { std::ofstream(path_, std::ios::app) << text; }
  std::optional<std::string> Next(Tail* tail, Seconds patience = kNow) {
    Result<std::optional<std::string>> line = tail->NextLine(patience);
    EXPECT_TRUE(line.ok()) << line.error().ToString();
    return line.ok() ? *line : std::nullopt;
  }

  testing::TemporaryFolder folder_;
  const std::string path_ = folder_ / "power.csv";
};

TEST_F(TailTest, GivesWholeLinesAsTheyCome) {
  Append("one\ntw");
  Tail tail = *Tail::Open(path_, kAll);
  EXPECT_FALSE(tail.caught_up());
  EXPECT_THAT(Next(&tail), Optional(std::string("one")));
  EXPECT_EQ(Next(&tail), std::nullopt);
  EXPECT_TRUE(tail.caught_up());
  Append("o\n\nthree\n");
  EXPECT_THAT(Next(&tail), Optional(std::string("two")));
  EXPECT_THAT(Next(&tail), Optional(std::string("")));
  EXPECT_THAT(Next(&tail), Optional(std::string("three")));
  EXPECT_EQ(tail.line_number(), 4);
}

TEST_F(TailTest, BeginsWithTheLastLinesAndKeepsTheHeader) {
  Append("time,watts\nfirst\nsecond\nthird\n");
  Tail tail = *Tail::Open(path_, 12);
  EXPECT_EQ(tail.head(), "time,watts");
  EXPECT_THAT(Next(&tail), Optional(std::string("third")));
}

TEST_F(TailTest, ALineThatBeginsWhereTheHistoryBeginsIsWhole) {
  Append("first\nsecond\nthird\n");
  Tail tail = *Tail::Open(path_, std::string("third\n").size());
  EXPECT_THAT(Next(&tail), Optional(std::string("third")));
}

TEST_F(TailTest, FollowsTheNameWhenTheFileIsRotated) {
  Append("old\n");
  Tail tail = *Tail::Open(path_, kAll);
  EXPECT_THAT(Next(&tail), Optional(std::string("old")));
  Append("last of old\n");
  std::filesystem::rename(path_, folder_ / "power.csv.1");
  EXPECT_THAT(Next(&tail), Optional(std::string("last of old")));
  EXPECT_EQ(tail.NextLine(kNow).error().code, ErrorCode::kNotFound);
  Append("new\n");
  EXPECT_THAT(Next(&tail), Optional(std::string("new")));
}

TEST_F(TailTest, BeginsAnewWhenTheFileIsCutShort) {
  Append("a long first line\nhalf");
  Tail tail = *Tail::Open(path_, kAll);
  EXPECT_THAT(Next(&tail), Optional(std::string("a long first line")));
  EXPECT_EQ(Next(&tail), std::nullopt);
  std::ofstream(path_) << "new\n";
  EXPECT_THAT(Next(&tail), Optional(std::string("new")));
}

TEST_F(TailTest, AFileWithoutLineEndsIsCutAndNotHeldInMemory) {
  Append(std::string(200'000, 'x') + "\nnext\n");
  Tail tail = *Tail::Open(path_, kAll);
  const auto line = Next(&tail);
  ASSERT_TRUE(line);
  EXPECT_LE(line->size(), 100'000u);
  EXPECT_THAT(Next(&tail), Optional(std::string("next")));
}

TEST_F(TailTest, APipeIsReadAcrossItsWriters) {
  ASSERT_EQ(::mkfifo(path_.c_str(), 0600), 0);
  Tail tail = *Tail::Open(path_, kAll);  // does not wait for a writer
  EXPECT_EQ(Next(&tail), std::nullopt);
  for (const std::string text : {"one", "two"}) {
    std::ofstream(path_) << text << "\n";
    EXPECT_THAT(Next(&tail, kSoon), Optional(text));
    EXPECT_EQ(Next(&tail), std::nullopt);
  }
}

TEST_F(TailTest, SaysWhatCannotBeFollowed) {
  EXPECT_EQ(Tail::Open(path_, kAll).error().code, ErrorCode::kNotFound);
  const Error folder = Tail::Open(folder_.path(), kAll).error();
  EXPECT_EQ(folder.code, ErrorCode::kInvalidArgument);
  EXPECT_THAT(folder.message, ::testing::HasSubstr("is a folder"));
}

}  // namespace
}  // namespace jouleprint::os
