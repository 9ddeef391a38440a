// How often a source is asked, and what is kept on disk of it.
#include "carbon/live/pace.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "carbon/live/answer_cache.h"
#include "carbon/live/asker.h"
#include "support/temporary_folder.h"

namespace jouleprint::carbon {
namespace {

constexpr Seconds kHour{3600};
const UtcTime kNow = *UtcTime::Parse("2026-01-20T12:20:00Z");

TEST(PaceTest, AnAnswerIsGoodUntilItsStepEnds) {
  Pace pace(kHour, 1);
  const Seconds wait = pace.AfterAnswer(kNow, kNow + Seconds{2400}) - kNow;
  EXPECT_GT(wait, Seconds{2400});
  EXPECT_LT(wait, Seconds{2400 * 1.3});
}

TEST(PaceTest, ALatePublisherIsAskedAThirdOfAStepLater) {
  Pace pace(kHour, 1);
  const Seconds wait = pace.AfterAnswer(kNow, kNow + -kHour) - kNow;
  EXPECT_GE(wait, Seconds{1200});
  EXPECT_LE(wait, Seconds{1440});
}

TEST(PaceTest, NobodyIsAskedMoreThanOnceAMinute) {
  Pace pace(Seconds{60}, 1);
  for (const double known : {-100.0, 0.5, 30.0})
    EXPECT_GE(pace.AfterAnswer(kNow, kNow + Seconds{known}) - kNow, Seconds{60}) << known;
}

TEST(PaceTest, FailuresAreAnsweredWithPatienceThatGrowsAndEnds) {
  Pace pace(Seconds{300}, 1);
  Seconds last{0};
  for (int i = 0; i < 5; ++i) {
    const Seconds wait = pace.AfterFailure(kNow, std::nullopt, false) - kNow;
    EXPECT_GT(wait, last);
    last = wait;
  }
  EXPECT_GE(last, Seconds{480});
  for (int i = 0; i < 50; ++i) {
    EXPECT_LE(pace.AfterFailure(kNow, std::nullopt, false) - kNow, Seconds{1080});
  }
  static_cast<void>(pace.AfterAnswer(kNow, kNow));
  EXPECT_LE(pace.AfterFailure(kNow, std::nullopt, false) - kNow, Seconds{36}) << "an answer begins anew";
}

TEST(PaceTest, WhatTheServerWantsIsKeptAndARefusalIsNotTriedAtOnce) {
  Pace pace(Seconds{300}, 1);
  EXPECT_EQ(pace.AfterFailure(kNow, Seconds{7200}, false) - kNow, Seconds{7200});
  EXPECT_GE(pace.AfterFailure(kNow, Seconds{1}, false) - kNow, Seconds{60});
  EXPECT_GE(pace.AfterFailure(kNow, std::nullopt, true) - kNow, Seconds{900});
}

TEST(PaceTest, MachinesDoNotAskInStep) {
  EXPECT_NE(Pace(kHour, 1).AfterAnswer(kNow, kNow + kHour), Pace(kHour, 2).AfterAnswer(kNow, kNow + kHour));
}

TEST(RetryAfterTest, SecondsOrADate) {
  EXPECT_EQ(ParseRetryAfter("120", ""), Seconds{120});
  EXPECT_EQ(ParseRetryAfter("Tue, 20 Jan 2026 12:21:40 GMT", "Tue, 20 Jan 2026 12:20:00 GMT"), Seconds{100});
  EXPECT_EQ(ParseRetryAfter("Tue, 20 Jan 2026 12:00:00 GMT", "Tue, 20 Jan 2026 12:20:00 GMT"), Seconds{0});
  EXPECT_EQ(ParseRetryAfter("99999999999", ""), Seconds{86400}) << "a day at most";
  for (const char* text : {"", "soon", "-5", "Tue, 20 Xxx 2026 12:21:40 GMT"})
    EXPECT_FALSE(ParseRetryAfter(text, "Tue, 20 Jan 2026 12:20:00 GMT")) << text;
}

CachedAnswers Some() {
  return {.answer = {"average-direct", {{kNow + -kHour, Seconds{1800}, GramsPerKwh{212.5}, true}}},
          .retrieved = kNow + Seconds{-60},
          .since = kNow + -kHour,
          .next = kNow + kHour,
          .asking_until = std::nullopt,
          .problem = "out of order"};
}

TEST(AnswerCacheTest, WhatIsWrittenIsReadBack) {
  const CachedAnswers back = *ParseCacheText(CacheText(Some()), kNow);
  EXPECT_EQ(back.answer.kind, "average-direct");
  ASSERT_EQ(back.answer.points.size(), 1u);
  EXPECT_EQ(back.answer.points[0].intensity.value(), 212.5);
  EXPECT_EQ(back.answer.points[0].step, Seconds{1800});
  EXPECT_TRUE(back.answer.points[0].estimated);
  EXPECT_EQ(back.retrieved, Some().retrieved);
  EXPECT_EQ(back.since, Some().since);
  EXPECT_EQ(back.next, Some().next);
  EXPECT_EQ(back.problem, "out of order");
}

TEST(AnswerCacheTest, AClockThatWasSetBackDoesNotSilenceASource) {
  const CachedAnswers back = *ParseCacheText(CacheText(Some()), kNow + Seconds{-30 * 86400.0});
  EXPECT_FALSE(back.next);
  EXPECT_FALSE(back.retrieved);
  EXPECT_TRUE(back.answer.points.empty());
}

TEST(AnswerCacheTest, WhatIsTornIsAsGoodAsNone) {
  const std::string text = CacheText(Some());
  for (const std::string& torn : {text.substr(0, text.size() / 2), std::string("{}"), std::string("[]"),
                                  std::string(R"({"format":2,"kind":"","points":[]})"), std::string(),
                                  std::string(R"({"format":1,"kind":"","points":[[1,2]]})")}) {
    EXPECT_FALSE(ParseCacheText(torn, kNow)) << torn;
  }
}

TEST(AnswerCacheTest, TheFileIsForItsOwnerAloneAndIsReplacedWhereItIsTorn) {
  const testing::TemporaryFolder folder;
  const AnswerCache cache(folder.path() + "/deep/er", "neso");
  EXPECT_TRUE(cache.Load(kNow).answer.points.empty());
  cache.Save(Some());
  EXPECT_EQ(cache.Load(kNow).answer.points.size(), 1u);
  EXPECT_EQ(std::filesystem::status(cache.path()).permissions(),
            std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  std::ofstream(cache.path()) << "torn";
  EXPECT_TRUE(cache.Load(kNow).answer.points.empty());
  cache.Save(Some());
  EXPECT_EQ(cache.Load(kNow).answer.points.size(), 1u);
}

TEST(AnswerCacheTest, WhereNothingCanBeWrittenNothingIsKept) {
  const AnswerCache cache("/proc/no/such", "neso");
  cache.Save(Some());
  EXPECT_TRUE(cache.Load(kNow).answer.points.empty());
}

}  // namespace
}  // namespace jouleprint::carbon
