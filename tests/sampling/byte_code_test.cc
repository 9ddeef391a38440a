// Numbers come back as they went in, and bytes that end early are noticed.
#include "sampling/byte_code.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <bit>
#include <cmath>
#include <limits>

namespace jouleprint::sampling {
namespace {

RC_GTEST_PROP(ByteCodeProperty, NumbersComeBackAsTheyWent,
              (std::uint64_t plain, std::int64_t number, double value, double last,
               const std::string& text)) {
  std::string bytes;
  ByteWriter out(&bytes);
  out.Varint(plain);
  out.Zigzag(number);
  out.Double(value, last);
  out.Fixed32(static_cast<std::uint32_t>(plain));
  out.Fixed64(plain);
  out.Text(text);
  ByteReader in(bytes);
  RC_ASSERT(in.Varint() == plain);
  RC_ASSERT(in.Zigzag() == number);
  RC_ASSERT(std::bit_cast<std::uint64_t>(in.Double(last)) == std::bit_cast<std::uint64_t>(value));
  RC_ASSERT(in.Fixed32() == static_cast<std::uint32_t>(plain));
  RC_ASSERT(in.Fixed64() == plain);
  RC_ASSERT(in.Text() == text);
  RC_ASSERT(in.ok() && in.empty());
  ByteReader cut(std::string_view(bytes).substr(0, bytes.size() - 1));
  cut.Varint(), cut.Zigzag(), cut.Double(last), cut.Fixed32(), cut.Fixed64(), cut.Text();
  RC_ASSERT(!cut.ok());
}

TEST(ByteCodeTest, WattsOfWholeMilliwattsAndMicrowattsAreShort) {
  for (const double watts : {71.234, 250.0, 0.001, 12.345678}) {
    std::string bytes;
    // As meters make them.
    const double value = std::round(watts * 1e6) == std::round(watts * 1e3) * 1e3
                             ? std::round(watts * 1e3) * 1e-3
                             : std::round(watts * 1e6) * 1e-6;
    ByteWriter(&bytes).Double(value, 0);
    EXPECT_LE(bytes.size(), 5u) << watts;
    EXPECT_EQ(ByteReader(bytes).Double(0), value);
  }
}

TEST(ByteCodeTest, OddDoublesKeepEveryBit) {
  for (const double value : {std::numeric_limits<double>::infinity(), -0.0, 1e300, 1.0 / 3,
                             std::numeric_limits<double>::denorm_min()}) {
    std::string bytes;
    ByteWriter(&bytes).Double(value, 5);
    EXPECT_EQ(std::bit_cast<std::uint64_t>(ByteReader(bytes).Double(5)), std::bit_cast<std::uint64_t>(value));
  }
}

TEST(ByteCodeTest, AVarintOfTooManyBytesIsNone) {
  ByteReader reader("\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x01");
  reader.Varint();
  EXPECT_FALSE(reader.ok());
}

TEST(ByteCodeTest, TheChecksumIsTheOneOfZip) {
  EXPECT_EQ(Crc32("123456789"), 0xCBF43926u);
  EXPECT_EQ(Crc32(""), 0u);
}

}  // namespace
}  // namespace jouleprint::sampling
