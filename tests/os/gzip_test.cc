// Files, gzip or not, and pipes, read from start to end.
#include "os/gzip.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <zlib.h>

#include <array>
#include <fstream>
#include <string>
#include <thread>

#include "support/temporary_folder.h"

namespace jouleprint::os {
namespace {

using ::testing::HasSubstr;
using testing::TemporaryFolder;

Result<std::string> ReadAll(GzipInput input, std::size_t chunk_bytes) {
  std::string all;
  std::string chunk(chunk_bytes, '\0');
  for (;;) {
    const Result<std::size_t> n = input.Read(chunk);
    if (!n.ok()) return n.error();
    if (*n == 0) return all;
    all.append(chunk, 0, *n);
  }
}
Result<std::string> ReadAll(const std::string& path, std::size_t chunk_bytes = 1000) {
  Result<GzipInput> input = GzipInput::Open(path);
  if (!input.ok()) return input.error();
  return ReadAll(*std::move(input), chunk_bytes);
}

std::string LongText() {
  std::string text;
  for (int i = 0; i < 50'000; ++i) text += std::to_string(i * 7919 % 10'007) + "\n";
  return text;
}

TEST(GzipInput, GivesAPlainFileAsItIs) {
  const TemporaryFolder folder;
  for (const std::string& text : {std::string(), std::string("x"), std::string("\x1f"), LongText()}) {
    std::ofstream(folder / "plain", std::ios::binary) << text;
    const Result<std::string> read = ReadAll(folder / "plain");
    ASSERT_TRUE(read.ok()) << read.error().ToString();
    EXPECT_EQ(*read, text);
  }
}

TEST(GzipInput, UnpacksGzipAndWhatIsAppendedToIt) {
  const TemporaryFolder folder;
  const std::string text = LongText();
  for (const char* mode : {"wb", "ab"}) {
    gzFile file = gzopen((folder / "packed").c_str(), mode);
    gzwrite(file, text.data(), static_cast<unsigned>(text.size()));
    gzclose(file);
  }
  for (const std::size_t chunk : {std::size_t{1 << 20}, std::size_t{7}}) {
    const Result<std::string> read = ReadAll(folder / "packed", chunk);
    ASSERT_TRUE(read.ok()) << read.error().ToString();
    EXPECT_EQ(*read, text + text);
  }
  std::ofstream(folder / "packed", std::ios::app | std::ios::binary) << std::string(512, '\0');
  EXPECT_EQ(*ReadAll(folder / "packed"), text + text) << "zeros behind the end are passed over";
}

TEST(GzipInput, WhatIsNeitherAMemberNorZerosBehindTheEndIsDamage) {
  const TemporaryFolder folder;
  gzFile file = gzopen((folder / "packed").c_str(), "wb");
  gzwrite(file, "text", 4);
  gzclose(file);
  std::ifstream packed(folder / "packed", std::ios::binary);
  const std::string member{std::istreambuf_iterator<char>(packed), {}};
  std::string bad_head = member;
  bad_head[0] = '\x1e';
  const std::string zeros(100'000, '\0');
  for (const std::string& tail : {bad_head, std::string("junk"), std::string("\x1f"), zeros + "j"}) {
    std::ofstream(folder / "tail", std::ios::binary) << member + tail;
    const Result<std::string> read = ReadAll(folder / "tail");
    ASSERT_FALSE(read.ok()) << tail.substr(0, 10);
    EXPECT_EQ(read.error().code, ErrorCode::kCorrupt);
    EXPECT_THAT(read.error().message, HasSubstr("is damaged"));
  }
  std::ofstream(folder / "tail", std::ios::binary) << member + zeros;
  EXPECT_EQ(ReadAll(folder / "tail").value_or("refused"), "text");
}

TEST(GzipInput, ReadsAPipeAsItComes) {
  const TemporaryFolder folder;
  const std::string path = folder / "pipe";
  ASSERT_EQ(mkfifo(path.c_str(), 0600), 0);
  const std::string text = LongText();
  std::thread writer([&] { std::ofstream(path, std::ios::binary) << text; });
  const Result<std::string> read = ReadAll(path);
  writer.join();
  ASSERT_TRUE(read.ok()) << read.error().ToString();
  EXPECT_EQ(*read, text);
}

TEST(GzipInput, APipeIntoWhichNobodyWritesIsGivenUp) {
  const TemporaryFolder folder;
  const std::string path = folder / "pipe";
  ASSERT_EQ(mkfifo(path.c_str(), 0600), 0);
  const Result<GzipInput> input = GzipInput::Open(path, Seconds{0.05});
  ASSERT_FALSE(input.ok());
  EXPECT_THAT(input.error().message, HasSubstr("nobody writes"));
}

TEST(GzipInput, SaysWhatCannotBeRead) {
  const TemporaryFolder folder;
  EXPECT_EQ(GzipInput::Open(folder / "none").error().code, ErrorCode::kNotFound);
  EXPECT_THAT(GzipInput::Open(folder.path()).error().message, HasSubstr("is a folder"));
}

}  // namespace
}  // namespace jouleprint::os
