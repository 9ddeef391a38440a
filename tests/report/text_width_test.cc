#include "report/text_width.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <string>

#include "hostile_text.h"

namespace jouleprint::report {
namespace {

using ::testing::ElementsAre;

TEST(Sanitize, LeavesOrdinaryNamesAlone) {
  for (const char* name : {"resnet50", "größe", "日本語", "e\xCC\x81tude", "👍"})
    EXPECT_EQ(Sanitize(name), name);
}

TEST(Sanitize, TakesTheEscapeOutOfAnEscapeSequence) {
  EXPECT_EQ(Sanitize("a\x1b[31mb"), "a\uFFFD[31mb");
  EXPECT_EQ(Sanitize("a\xC2\x9B"
                     "31mb"),
            "a\uFFFD31mb");  // the one-character form of ESC [
  EXPECT_EQ(Sanitize("a\x1b[31mb", false), "a?[31mb");
}

TEST(Sanitize, KeepsEverythingOnOneLine) {
  EXPECT_EQ(Sanitize("a\nb\tc\rd"), "a b c d");
  EXPECT_EQ(Sanitize("a\u2028b"), "a b");
}

TEST(Sanitize, RemovesWhatTurnsTheWritingAround) {
  EXPECT_EQ(Sanitize("gpj\u202Etxt.\u200Bexe"), "gpjtxt.exe");
}

TEST(Sanitize, ReplacesBrokenBytes) {
  EXPECT_EQ(Sanitize("a\xFF"
                     "b"),
            "a\uFFFD"
            "b");
  EXPECT_EQ(Sanitize("a\xC3"), "a\uFFFD");
  EXPECT_EQ(Sanitize("\xED\xA0\x80"), "\uFFFD\uFFFD\uFFFD");  // a surrogate
  EXPECT_EQ(Sanitize("\xC0\xAF"), "\uFFFD\uFFFD");            // an overlong '/'
}

TEST(Sanitize, StopsMarksFromPilingUp) {
  std::string piled = "a";
  for (int i = 0; i < 50; ++i) piled += "\u0301";
  EXPECT_LT(Sanitize(piled).size(), 12u);
}

TEST(Sanitize, WithoutUnicodeIsAscii) { EXPECT_EQ(Sanitize("naïve 日本", false), "na?ve ??"); }

TEST(CommandLine, QuotesAsAShellTakesIt) {
  EXPECT_EQ(CommandLine({"python", "-c", "print(1)"}), "python -c 'print(1)'");
  EXPECT_EQ(CommandLine({"echo", "it's"}), "echo \"it's\"");
  EXPECT_EQ(CommandLine({"echo", "it's $5"}), "echo 'it'\\''s $5'");
  EXPECT_EQ(CommandLine({"run", ""}), "run ''");
}

TEST(DisplayWidth, CountsColumns) {
  EXPECT_EQ(DisplayWidth("abc"), 3);
  EXPECT_EQ(DisplayWidth("日本"), 4);
  EXPECT_EQ(DisplayWidth("e\xCC\x81"), 1);
  EXPECT_EQ(DisplayWidth("👍"), 2);
  EXPECT_EQ(DisplayWidth("\x1b[1mabc\x1b[0m"), 3);
  EXPECT_EQ(DisplayWidth("█▍"), 2);
}

TEST(Truncate, CutsByColumnsAndSaysSo) {
  EXPECT_EQ(Truncate("abcdef", 6), "abcdef");
  EXPECT_EQ(Truncate("abcdef", 4), "abc…");
  EXPECT_EQ(Truncate("日本語", 4), "日…");
  EXPECT_EQ(Truncate("abcdef", 5, false), "ab...");
  EXPECT_EQ(Truncate("abcdef", 0), "");
}

TEST(Wrap, BreaksAtBlanks) { EXPECT_THAT(Wrap("one two three", 8), ElementsAre("one two", "three")); }

TEST(Wrap, KeepsANumberWithItsUnit) {
  EXPECT_THAT(Wrap("a home for 1.6 weeks", 14), ElementsAre("a home for", "1.6 weeks"));
}

TEST(Wrap, BreaksAWordThatIsLongerThanALine) {
  EXPECT_THAT(Wrap("abcdefgh", 3), ElementsAre("abc", "def", "gh"));
}

TEST(TextWidth, HoldsForAnyBytes) {
  std::mt19937 random(7);
  for (int i = 0; i < 5000; ++i) {
    const std::string clean = Sanitize(HostileText(&random));
    ASSERT_TRUE(IsTerminalSafe(clean)) << testing::PrintToString(clean);
    const int width = static_cast<int>(random() % 30);
    ASSERT_LE(DisplayWidth(Truncate(clean, width)), width);
    ASSERT_GE(DisplayWidth(PadRight(clean, width)), width);
    for (const std::string& line : Wrap(clean, width)) ASSERT_LE(DisplayWidth(line), std::max(width, 2));
    ASSERT_TRUE(IsTerminalSafe(Sanitize(clean, false)));
    ASSERT_EQ(Sanitize(clean), clean) << "a second pass changes nothing";
  }
}

}  // namespace
}  // namespace jouleprint::report
