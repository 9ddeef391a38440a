// Shared libraries that are there, are not, or are not libraries.
#include "os/library.h"

#include <gtest/gtest.h>

#include <utility>

namespace jouleprint::os {
namespace {

TEST(LibraryTest, TellsMissingFromUnusable) {
  EXPECT_EQ(Library::Open("libno-such-library-anywhere.so.7").error().code, ErrorCode::kNotPresent);
  EXPECT_EQ(Library::Open("/nowhere/lib.so").error().code, ErrorCode::kNotPresent);
  const Error unusable = Library::Open(JOULEPRINT_SOURCE_DIR "/CMakeLists.txt").error();
  EXPECT_EQ(unusable.code, ErrorCode::kRefused);
  EXPECT_FALSE(unusable.hint.empty());
}

TEST(LibraryTest, GivesSymbolsUntilItIsMovedFrom) {
  Library library = *Library::Open(JOULEPRINT_FAKE_NVML);
  EXPECT_NE(library.Symbol("nvmlInit_v2"), nullptr);
  EXPECT_EQ(library.Symbol("nvmlInit_v99"), nullptr);
  Library other = std::move(library);
  EXPECT_NE(other.Symbol("nvmlInit_v2"), nullptr);
  EXPECT_FALSE(library.is_open());
  EXPECT_EQ(library.Symbol("nvmlInit_v2"), nullptr);
}

}  // namespace
}  // namespace jouleprint::os
