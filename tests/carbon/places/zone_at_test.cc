// Coordinates to zone: by the nearest town, and never a guess that looks like knowledge.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <string>

#include "jouleprint/zones.h"

namespace jouleprint {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(ZoneAt, ACityIsInItsZoneAndSaysWhichTownTellsSo) {
  const Result<NearbyZone> berlin = ZoneAt({52.52, 13.40});
  ASSERT_TRUE(berlin.ok());
  EXPECT_EQ(berlin->zone.id, "DE");
  EXPECT_EQ(berlin->town, "Berlin");
  EXPECT_LT(berlin->distance_km, 5);
  EXPECT_THAT(berlin->choices, IsEmpty());
}

TEST(ZoneAt, CitiesOfCountriesWithManyZonesAreToldTheFinerOne) {
  struct City {
    const char* name;
    Coordinates at;
    const char* zone;
  };
  const City cities[] = {
      {"Sydney", {-33.87, 151.21}, "AU-NSW"},
      {"Perth", {-31.95, 115.86}, "AU-WA"},
      {"Montreal", {45.50, -73.57}, "CA-QC"},
      {"Calgary", {51.05, -114.07}, "CA-AB"},
      {"Recife", {-8.05, -34.90}, "BR-NE"},
      {"Mumbai", {19.08, 72.88}, "IN-WE"},
      {"Kolkata", {22.57, 88.36}, "IN-EA"},
      {"Tokyo", {35.68, 139.69}, "JP-TK"},
      {"Osaka", {34.69, 135.50}, "JP-KN"},
      {"Naha", {26.21, 127.68}, "JP-ON"},
      {"Milan", {45.46, 9.19}, "IT-NO"},
      {"Palermo", {38.12, 13.36}, "IT-SIC"},
      {"Bergen", {60.39, 5.32}, "NO-NO5"},
      {"Trondheim", {63.43, 10.40}, "NO-NO3"},
      {"Luleå", {65.58, 22.15}, "SE-SE1"},
      {"Malmö", {55.60, 13.00}, "SE-SE4"},
      {"Copenhagen", {55.68, 12.57}, "DK-DK2"},
      {"Aarhus", {56.16, 10.20}, "DK-DK1"},
      {"Rønne", {55.10, 14.70}, "DK-BHM"},
      {"Las Palmas", {28.12, -15.43}, "ES-CN-GC"},
      {"Belfast", {54.60, -5.93}, "GB-NIR"},
      {"London", {51.51, -0.13}, "GB"},
      {"Dallas", {32.78, -96.80}, "US-TEX-ERCO"},
      {"Boston", {42.36, -71.06}, "US-NE-ISNE"},
      {"Honolulu", {21.31, -157.86}, "US-HI"},
      {"Ashburn", {39.04, -77.49}, "US-MIDA-PJM"},
      {"Singapore", {1.35, 103.82}, "SG"},
      {"Johor Bahru", {1.49, 103.74}, "MY-WM"},
      {"Monaco", {43.73, 7.42}, "FR"},
      {"Suva", {-18.14, 178.44}, "FJ"},
  };
  for (const City& city : cities) {
    const Result<NearbyZone> found = ZoneAt(city.at);
    ASSERT_TRUE(found.ok()) << city.name << ": " << found.error().ToString();
    EXPECT_EQ(found->zone.id, city.zone) << city.name << ", by " << found->town;
  }
}

TEST(ZoneAt, AStateOfManyGridsIsAnsweredWithTheCountryAndTheChoices) {
  const Result<NearbyZone> chicago = ZoneAt({41.88, -87.63});
  ASSERT_TRUE(chicago.ok());
  EXPECT_EQ(chicago->zone.id, "US");
  EXPECT_EQ(chicago->state, "Illinois");
  EXPECT_THAT(chicago->choices, ElementsAre("US-MIDA-PJM", "US-MIDW-MISO"));
  for (const std::string& choice : chicago->choices) EXPECT_TRUE(FindZone(choice).ok()) << choice;
}

TEST(ZoneAt, TheDateLineIsNoBorder) {
  // Taveuni in Fiji lies on the 180th meridian: both of its sides are in the same country.
  EXPECT_EQ(ZoneAt({-16.8, 180.0})->zone.id, "FJ");
  EXPECT_EQ(ZoneAt({-16.8, -180.0})->zone.id, "FJ");
  EXPECT_NEAR(ZoneAt({-16.8, 180.0})->distance_km, ZoneAt({-16.8, -180.0})->distance_km, 1e-6);
}

TEST(ZoneAt, FarFromEveryTownIsNoAnswer) {
  for (const Coordinates sea : {Coordinates{0, -30}, Coordinates{-90, 0}, Coordinates{45, -40}}) {
    const Result<NearbyZone> found = ZoneAt(sea);
    ASSERT_FALSE(found.ok());
    EXPECT_EQ(found.error().code, ErrorCode::kNotFound);
    EXPECT_THAT(found.error().message, AllOf(HasSubstr("300 km"), HasSubstr("the nearest")));
  }
}

TEST(ZoneAt, ACountryWithoutAFigureIsNamed) {
  const Result<NearbyZone> andorra = ZoneAt({42.51, 1.52});
  ASSERT_FALSE(andorra.ok());
  EXPECT_THAT(andorra.error().message, AllOf(HasSubstr("Andorra la Vella"), HasSubstr("AD")));
}

TEST(ZoneAt, WhatIsNotOnTheGlobeIsRefused) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  for (const Coordinates bad :
       {Coordinates{91, 0}, Coordinates{nan, 0}, Coordinates{0, 181}, Coordinates{0, nan}}) {
    const Result<NearbyZone> found = ZoneAt(bad);
    ASSERT_FALSE(found.ok());
    EXPECT_EQ(found.error().code, ErrorCode::kInvalidArgument);
  }
}

TEST(CoordinatesFrom, ReadsLatitudeAndLongitude) {
  const Result<Coordinates> point = CoordinatesFrom(" -33.9 , 18.4 ");
  ASSERT_TRUE(point.ok());
  EXPECT_DOUBLE_EQ(point->latitude_deg, -33.9);
  EXPECT_DOUBLE_EQ(point->longitude_deg, 18.4);
}

TEST(CoordinatesFrom, AnythingElseSaysHowToWriteIt) {
  for (const char* text :
       {"", ",", "52.5", "52.5;13.4", "52.5,", "52.5,13.4,7", "Berlin", "52.5N,13.4E", "nan,0"}) {
    const Result<Coordinates> point = CoordinatesFrom(text);
    ASSERT_FALSE(point.ok()) << text;
    EXPECT_EQ(point.error().code, ErrorCode::kInvalidArgument) << text;
    EXPECT_THAT(point.error().hint, HasSubstr("52.5,13.4")) << text;
  }
  EXPECT_THAT(CoordinatesFrom("95,10").error().message, HasSubstr("latitude"));
  EXPECT_THAT(CoordinatesFrom("10,195").error().message, HasSubstr("longitude"));
}

}  // namespace
}  // namespace jouleprint
