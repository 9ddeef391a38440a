// Where a run takes place, from what its options say.
#include "job/place.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "jouleprint/zones.h"

namespace jouleprint::job {
namespace {

using ::testing::HasSubstr;

TEST(PlaceTest, NobodySaidWhereIsTheWorldAndSaysSo) {
  const Result<Place> place = PlaceOf({});
  ASSERT_TRUE(place.ok());
  EXPECT_EQ(place->zone, "unknown");
  EXPECT_EQ(place->intensity.value, WorldAverage().value);
  EXPECT_EQ(place->intensity.value.basis, Basis::kAssumed);
  EXPECT_GT(place->intensity.value.high, place->intensity.value.low) << "a guess has its spread";
  EXPECT_EQ(place->pue, 1.0);
  EXPECT_FALSE(place->pue_given);
}

TEST(PlaceTest, AZoneByAnyUsualName) {
  RunOptions options;
  for (const char* name : {"FR", "fra", "France"}) {
    options.zone = name;
    const Result<Place> place = PlaceOf(options);
    ASSERT_TRUE(place.ok()) << name;
    EXPECT_EQ(place->zone, "FR");
    EXPECT_LT(place->intensity.value.value, 150);
  }
}

TEST(PlaceTest, ARegionBringsItsZoneAndStandsAboveOne) {
  RunOptions options;
  options.region = "aws:eu-west-3";
  options.zone = "PL";
  const Result<Place> place = PlaceOf(options);
  ASSERT_TRUE(place.ok());
  EXPECT_EQ(place->zone, "FR");
}

TEST(PlaceTest, APublishedPueComesWithTheRegionAndYieldsToThePersons) {
  RunOptions options;
  options.region = "gcp:us-central1";
  const Result<Place> published = PlaceOf(options);
  ASSERT_TRUE(published.ok());
  ASSERT_TRUE(published->pue_given);
  EXPECT_GT(published->pue, 1.0);
  options.pue = 1.5;
  EXPECT_EQ(PlaceOf(options)->pue, 1.5);
}

TEST(PlaceTest, PublishedWaterComesWithTheRegionAndYieldsToThePersons) {
  RunOptions options;
  EXPECT_FALSE(PlaceOf(options)->footprint.wue_l_per_kwh) << "nobody said";
  options.region = "aws:ap-northeast-1";
  const Result<Place> published = PlaceOf(options);
  ASSERT_TRUE(published.ok());
  ASSERT_TRUE(published->footprint.wue_l_per_kwh);
  EXPECT_GT(*published->footprint.wue_l_per_kwh, 0);
  EXPECT_THAT(published->footprint.wue_source, HasSubstr("Amazon"));
  options.wue_l_per_kwh = 0;
  EXPECT_EQ(PlaceOf(options)->footprint.wue_l_per_kwh, 0);
  EXPECT_EQ(PlaceOf(options)->footprint.wue_source, "given");
}

TEST(PlaceTest, AnIntensityOfOnesOwnIsTakenAsGiven) {
  RunOptions options;
  options.zone = "FR";
  options.intensity_g_per_kwh = 12.5;
  const Result<Place> place = PlaceOf(options);
  ASSERT_TRUE(place.ok());
  EXPECT_EQ(place->zone, "FR");
  EXPECT_EQ(place->intensity.value.value, 12.5);
  EXPECT_EQ(place->intensity.kind, "given");
}

TEST(PlaceTest, AnUnknownZoneOrRegionIsRefused) {
  RunOptions zone;
  zone.zone = "Atlantis";
  ASSERT_FALSE(PlaceOf(zone).ok());
  EXPECT_THAT(PlaceOf(zone).error().message, HasSubstr("Atlantis"));
  RunOptions region;
  region.region = "aws:moon-1";
  ASSERT_FALSE(PlaceOf(region).ok());
  EXPECT_THAT(PlaceOf(region).error().message, HasSubstr("moon-1"));
}

}  // namespace
}  // namespace jouleprint::job
