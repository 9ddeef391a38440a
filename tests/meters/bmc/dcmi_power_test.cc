// Power readings as BMCs send them, and what is said of those that are none.
#include "meters/bmc/dcmi_power.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace jouleprint::meters {
namespace {

using ::testing::HasSubstr;
using Bytes = std::vector<std::uint8_t>;

// 345 W now, 57 W to 900 W with a mean of 297 W in the last 1000 ms; being measured.
Bytes GoodAnswer() {
  return {0x00, 0xDC, 0x59, 0x01, 0x39, 0x00, 0x84, 0x03, 0x29, 0x01,
          0x10, 0x20, 0x30, 0x66, 0xE8, 0x03, 0x00, 0x00, 0x40};
}

DcmiVerdict Decode(const Bytes& answer) {
  DcmiPower power;
  return DecodeDcmiPower(answer, &power);
}

TEST(DcmiPowerTest, ReadsEveryField) {
  DcmiPower power;
  ASSERT_EQ(DecodeDcmiPower(GoodAnswer(), &power), DcmiVerdict::kOk);
  EXPECT_EQ(power.current, Watts{345});
  EXPECT_EQ(power.least, Watts{57});
  EXPECT_EQ(power.most, Watts{900});
  EXPECT_EQ(power.mean, Watts{297});
  EXPECT_EQ(power.statistics_period, Seconds{1});
}

TEST(DcmiPowerTest, LooksAtOneBitOfTheStateAlone) {
  Bytes answer = GoodAnswer();
  answer.back() = 0xFF;
  EXPECT_EQ(Decode(answer), DcmiVerdict::kOk) << "reserved bits may be set";
  answer.back() = 0xBF;
  EXPECT_EQ(Decode(answer), DcmiVerdict::kInactive);
}

TEST(DcmiPowerTest, EveryShorterAnswerIsRefusedAndALongerOneTaken) {
  Bytes answer = GoodAnswer();
  for (std::size_t size = 0; size < answer.size(); ++size) {
    const Bytes cut(answer.begin(), answer.begin() + static_cast<std::ptrdiff_t>(size));
    EXPECT_EQ(Decode(cut), size == 0 ? DcmiVerdict::kEmpty : DcmiVerdict::kShort) << size;
  }
  answer.push_back(0);
  EXPECT_EQ(Decode(answer), DcmiVerdict::kOk);
}

TEST(DcmiPowerTest, ABmcThatKnowsNoPowerIsNotAMachineThatDrawsNone) {
  Bytes answer = GoodAnswer();
  answer[2] = answer[3] = 0;
  EXPECT_EQ(Decode(answer), DcmiVerdict::kZero);
}

TEST(DcmiPowerTest, TellsWhyThereIsNoReading) {
  const auto explained = [](const Bytes& answer) {
    const MeterFinding finding = ExplainDcmi(Decode(answer), answer);
    EXPECT_EQ(finding.name, "ipmi");
    EXPECT_FALSE(finding.remedy.empty()) << finding.reason;
    return finding;
  };
  EXPECT_EQ(explained({0xC1}).state, MeterState::kNotPresent);
  EXPECT_THAT(explained({0xC1, 0xDC}).reason, HasSubstr("0xC1"));
  EXPECT_EQ(explained({0xD4}).state, MeterState::kNotPermitted);
  EXPECT_EQ(explained({0xC3}).state, MeterState::kRefused);
  EXPECT_THAT(explained({0xC3}).remedy, HasSubstr("try again"));
  EXPECT_THAT(explained({0x80}).reason, HasSubstr("0x80"));
  EXPECT_THAT(explained({0x00, 0xDC, 1}).reason, HasSubstr("3 bytes, of 19"));
  EXPECT_THAT(explained({0x00, 0x01}).reason, HasSubstr("0x01"));
  EXPECT_THAT(explained({}).reason, HasSubstr("empty"));
}

}  // namespace
}  // namespace jouleprint::meters
