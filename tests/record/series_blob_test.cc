#include "record/series_blob.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "record/sample_record.h"

namespace jouleprint::record {
namespace {

using ::testing::HasSubstr;
using testing::SampleSeries;

std::string Encoded(const PowerSeries& series) {
  const Result<std::string> blob = EncodeSeries(series);
  EXPECT_TRUE(blob.ok()) << blob.error().ToString();
  return blob.value_or("");
}

TEST(SeriesBlob, ComesBackWhole) {
  for (const std::size_t bins : {0, 1, 7200}) {
    const Result<PowerSeries> back = DecodeSeries(Encoded(SampleSeries(bins)));
    ASSERT_TRUE(back.ok()) << back.error().ToString();
    testing::ExpectSame(*back, SampleSeries(bins));
  }
}

TEST(SeriesBlob, EmptySeriesComesBack) {
  const Result<PowerSeries> back = DecodeSeries(Encoded(PowerSeries{}));
  ASSERT_TRUE(back.ok()) << back.error().ToString();
  EXPECT_TRUE(back->domains.empty());
}

TEST(SeriesBlob, AWeekOfALargeMachineIsUnderTenMegabytes) {
  PowerSeries series{UtcTime{0}, 84, {}, {}};
  for (int i = 0; i < 100; ++i) {
    series.domains.push_back("gpu-" + std::to_string(i));
    series.bins.emplace_back(7200);
  }
  EXPECT_LT(Encoded(series).size(), 10'000'000);
}

// The layout is a file format: docs/formats/store.md. These bytes must be readable for ever.
TEST(SeriesBlob, LayoutIsAsDocumented) {
  const std::string bytes(
      "JPS\x01\x40\x42\x0F\0\0\0\0\0\0\0\0\0\0\0\xE0\x3F\x01\0\0\0\x01\0\0\0\x03\0cpu\0\0\xC0\x3F\0\0\0\x40",
      41);
  const PowerSeries series{UtcTime{1'000'000}, 0.5, {"cpu"}, {{{1.5F, 2.0F}}}};
  EXPECT_EQ(Encoded(series), bytes);
}

TEST(SeriesBlob, EveryTruncationIsRefused) {
  const std::string blob = Encoded(SampleSeries(3));
  for (std::size_t size = 0; size < blob.size(); ++size) {
    EXPECT_FALSE(DecodeSeries(std::string_view(blob).substr(0, size)).ok()) << size;
  }
  EXPECT_FALSE(DecodeSeries(blob + "x").ok());
}

TEST(SeriesBlob, SizesBeyondTheBytesAreRefusedWithoutAllocating) {
  std::string blob = Encoded(SampleSeries(3));
  blob.replace(20, 8, "\xFF\xFF\x00\x00\x40\x42\x0F\x00", 8);  // 65535 domains, 1000000 bins: 524 GB
  EXPECT_THAT(DecodeSeries(blob).error().message, HasSubstr("damaged"));
}

TEST(SeriesBlob, BinsThatAreNoNumbersAreDamage) {
  std::string blob = Encoded(SampleSeries(3));
  blob.replace(blob.size() - 4, 4, std::string("\x00\x00\x80\x7F", 4));  // infinity
  EXPECT_THAT(DecodeSeries(blob).error().message, HasSubstr("damaged"));
}

TEST(SeriesBlob, ANewerLayoutIsRefusedWithTheRemedy) {
  std::string blob = Encoded(SampleSeries(3));
  blob[3] = 2;
  EXPECT_THAT(DecodeSeries(blob).error().hint, HasSubstr("newer jouleprint"));
}

TEST(SeriesBlob, RaggedOrWidthlessSeriesAreNotKept) {
  PowerSeries ragged = SampleSeries(3);
  ragged.bins[1].pop_back();
  EXPECT_FALSE(EncodeSeries(ragged).ok());
  PowerSeries nameless = SampleSeries(3);
  nameless.domains.pop_back();
  EXPECT_FALSE(EncodeSeries(nameless).ok());
  PowerSeries widthless = SampleSeries(3);
  widthless.bin_s = std::numeric_limits<double>::quiet_NaN();
  EXPECT_FALSE(EncodeSeries(widthless).ok());
}

}  // namespace
}  // namespace jouleprint::record
