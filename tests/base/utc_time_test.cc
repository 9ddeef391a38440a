// Moments as people and files write them.
#include "jouleprint/utc_time.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <string>

#include "support/any.h"

namespace jouleprint {
namespace {

using testing::AnyBetween;
using ::testing::HasSubstr;

std::int64_t MicrosOf(const std::string& text) {
  const Result<UtcTime> time = UtcTime::Parse(text);
  EXPECT_TRUE(time.ok()) << text;
  return time.ok() ? time->unix_us : -1;
}

TEST(UtcTimeTest, WritesWhatIso8601Says) {
  EXPECT_EQ(UtcTime{}.ToString(), "1970-01-01T00:00:00Z");
  EXPECT_EQ(UtcTime{1'700'000'000'000'000}.ToString(), "2023-11-14T22:13:20Z");
  EXPECT_EQ(UtcTime{1'700'000'000'000'007}.ToString(), "2023-11-14T22:13:20.000007Z");
  EXPECT_EQ(UtcTime{-1}.ToString(), "1969-12-31T23:59:59.999999Z");
  EXPECT_EQ(UtcTime{1'709'164'800'000'000}.ToString(), "2024-02-29T00:00:00Z");
}

TEST(UtcTimeTest, ReadsEveryUsualSpelling) {
  const std::int64_t noon = 1'700'049'600'000'000;
  for (const char* text :
       {"2023-11-15T12:00:00Z", "2023-11-15 12:00:00Z", "2023-11-15t12:00:00z", "2023-11-15T12:00Z",
        "2023-11-15T13:00:00+01:00", "2023-11-15T17:30:00+0530", "2023-11-15T02:00:00-10",
        "2023-11-15T12:00:00.000Z", "2023-11-15T12:00:00,0Z", "2023-11-16T00:00:00+12:00"}) {
    EXPECT_EQ(MicrosOf(text), noon) << text;
  }
  EXPECT_EQ(MicrosOf("2023-11-15T12:00:00.5Z"), noon + 500'000);
  EXPECT_EQ(MicrosOf("2023-11-15T12:00:00.123456789Z"), noon + 123'456);
  EXPECT_EQ(MicrosOf("2016-12-31T23:59:60Z"), MicrosOf("2017-01-01T00:00:00Z"))
      << "a leap second is not counted";
}

TEST(UtcTimeTest, RefusesWhatIsNoTimeAndSaysHowToWriteOne) {
  for (const char* text : {"",
                           "now",
                           "2023-11-15",
                           "2023-11-15T12:00:00",
                           "2023-13-15T12:00:00Z",
                           "2023-02-29T12:00:00Z",
                           "2023-11-00T12:00:00Z",
                           "2023-11-15T24:00:00Z",
                           "2023-11-15T12:60:00Z",
                           "2023-11-15T12:00:61Z",
                           "2023-11-15T12:00:00.Z",
                           "2023-11-15T12Z",
                           "2023-11-15T12:00:00+24:00",
                           "2023-11-15T12:00:00+01:60",
                           "2023-11-15T12:00:00ZZ",
                           " 2023-11-15T12:00:00Z",
                           "2023-11-15T12:00:00Z ",
                           "-023-11-15T12:00:00Z",
                           "2023-1-15T12:00:00Z",
                           "2023-11-15T-1:00:00Z",
                           "2023-11-15T12:00.5Z",
                           "2023-11-15T12:00:00+1",
                           "20231115T120000Z",
                           "0000-01-01T00:00:00+00:01",
                           "9999-12-31T23:59:59-00:01"}) {
    const Result<UtcTime> time = UtcTime::Parse(text);
    ASSERT_FALSE(time.ok()) << text << " was taken for " << time->ToString();
    EXPECT_EQ(time.error().code, ErrorCode::kInvalidArgument);
    EXPECT_THAT(time.error().message, HasSubstr("'" + std::string(text) + "'"));
    EXPECT_THAT(time.error().hint, HasSubstr("2026-"));
  }
}

TEST(UtcTimeTest, AddsSecondsToTheNearestMicrosecond) {
  for (int ms = 0; ms < 100'000; ms += 7) {
    EXPECT_EQ((UtcTime{} + Seconds{ms / 1000.0}).unix_us, ms * 1000);
  }
  EXPECT_EQ((UtcTime{5} + Seconds{-1e-6}).unix_us, 4);
  EXPECT_DOUBLE_EQ((UtcTime{2'500'000} - UtcTime{1'000'000}).value(), 1.5);
}

RC_GTEST_PROP(UtcTimeProperty, ReadsBackWhatItWrote, ()) {
  // Years 0001 to 9999, to which four digits reach.
  const UtcTime time{AnyBetween<std::int64_t>(-62'135'596'800'000'000, 253'402'300'799'999'999)};
  const Result<UtcTime> back = UtcTime::Parse(time.ToString());
  RC_ASSERT(back.ok());
  RC_ASSERT(*back == time);
}

RC_GTEST_PROP(UtcTimeProperty, LaterTimesAreLaterTexts, ()) {
  const UtcTime a{AnyBetween<std::int64_t>(0, 4'000'000'000) * 1'000'000};
  const UtcTime b{AnyBetween<std::int64_t>(0, 4'000'000'000) * 1'000'000};
  RC_ASSERT((a < b) == (a.ToString() < b.ToString()));
}

RC_GTEST_PROP(UtcTimeProperty, AnyTextIsTakenOrRefused, ()) {
  std::string text = UtcTime{AnyBetween<std::int64_t>(0, 1'800'000'000'000'000)}.ToString();
  const int edits = AnyBetween(1, 4);
  for (int i = 0; i < edits && !text.empty(); ++i) {
    const auto at = static_cast<std::size_t>(AnyBetween<int>(0, static_cast<int>(text.size())));
    text[at] = *rc::gen::element('0', '9', '-', '+', ':', 'Z', '.', ' ', '\0', '\xff');
  }
  const Result<UtcTime> time = UtcTime::Parse(text);
  if (time.ok()) RC_ASSERT(*UtcTime::Parse(time->ToString()) == *time);
}

}  // namespace
}  // namespace jouleprint
