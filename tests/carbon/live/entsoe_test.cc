// Generation by kind of plant as ENTSO-E sends it, and the intensity that it makes.
#include "carbon/live/entsoe.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "carbon/live/entsoe_tables.h"
#include "jouleprint/zones.h"

namespace jouleprint::carbon {
namespace {

using ::testing::HasSubstr;

const UtcTime kNow = *UtcTime::Parse("2026-01-20T12:20:00Z");

std::string Series(const char* plant, const char* resolution, const char* points, const char* curve = "A03",
                   const char* domain = "in", const char* end = "2026-01-20T12:00Z") {
  return std::string("<TimeSeries><mRID>1</mRID><") + domain +
         "BiddingZone_Domain.mRID codingScheme=\"A01\">X</" + domain + "BiddingZone_Domain.mRID><curveType>" +
         curve + "</curveType><MktPSRType><psrType>" + plant +
         "</psrType></MktPSRType><Period><timeInterval><start>2026-01-20T10:00Z</start><end>" + end +
         "</end></timeInterval><resolution>" + resolution + "</resolution>" + points +
         "</Period></TimeSeries>";
}

std::string Point(int position, const char* quantity) {
  return "<Point><position>" + std::to_string(position) + "</position><quantity>" + quantity +
         "</quantity></Point>";
}

std::string Document(const std::string& series) {
  return "<?xml version=\"1.0\" encoding=\"UTF-8\"?><GL_MarketDocument "
         "xmlns=\"urn:iec62325.351:tc57wg16:451-6:generationloaddocument:3:0\"><type>A75</type>" +
         series + "</GL_MarketDocument>";
}

Result<LiveAnswer> Read(const std::string& series) { return ParseEntsoe(Document(series), kNow); }

TEST(EntsoeTest, TheMixIsWeightedByGeneration) {
  const std::string two = Point(1, "300") + Point(2, "100");
  const LiveAnswer answer =
      *Read(Series("B04", "PT60M", two.c_str()) + Series("B14", "PT60M", Point(1, "100").c_str()));
  EXPECT_EQ(answer.kind, "average-production-lifecycle");
  ASSERT_EQ(answer.points.size(), 2u);
  EXPECT_DOUBLE_EQ(answer.points[0].intensity.value(), (300 * 490.0 + 100 * 12) / 400);
  EXPECT_DOUBLE_EQ(answer.points[1].intensity.value(), (100 * 490.0 + 100 * 12) / 200)
      << "a repeated value is left out with curve type A03";
  EXPECT_EQ(answer.points[1].time.ToString(), "2026-01-20T11:00:00Z");
  EXPECT_FALSE(answer.points[1].estimated);
}

TEST(EntsoeTest, QuartersAndHalvesOfAnHour) {
  for (const auto& [resolution, count] :
       {std::pair("PT15M", 8), std::pair("PT30M", 4), std::pair("PT60M", 2)}) {
    const LiveAnswer answer = *Read(Series("B05", resolution, Point(1, "5").c_str()));
    EXPECT_EQ(answer.points.size(), static_cast<std::size_t>(count)) << resolution;
    EXPECT_EQ(answer.points[0].step, Seconds{7200.0 / count});
  }
}

TEST(EntsoeTest, WithoutCurveTypeA03WhatIsLeftOutIsUnknown) {
  EXPECT_EQ(Read(Series("B05", "PT60M", Point(1, "5").c_str(), "A01"))->points.size(), 1u);
}

TEST(EntsoeTest, PumpingAndStorageAreNotGeneration) {
  const LiveAnswer answer = *Read(Series("B05", "PT60M", Point(1, "100").c_str()) +
                                  Series("B10", "PT60M", Point(1, "900").c_str()) +
                                  Series("B11", "PT60M", Point(1, "900").c_str(), "A03", "out"));
  EXPECT_DOUBLE_EQ(answer.points[0].intensity.value(), 820);
}

TEST(EntsoeTest, AStepWaitsForEveryKindOfPlantThatMatters) {
  const std::string two = Point(1, "100") + Point(2, "100");
  const std::string coal = Series("B05", "PT60M", Point(1, "100").c_str(), "A03", "in", "2026-01-20T11:00Z");
  const std::string sun = Series("B16", "PT60M", two.c_str());
  EXPECT_EQ(Read(coal + sun)->points.size(), 1u) << "a grid whose coal is late is not a clean one";
  const std::string marine =
      Series("B13", "PT60M", Point(1, "0.1").c_str(), "A03", "in", "2026-01-20T11:00Z");
  EXPECT_EQ(Read(marine + sun)->points.size(), 2u);
}

TEST(EntsoeTest, APlantThatStandsAndDrawsGeneratesNothing) {
  EXPECT_DOUBLE_EQ(
      Read(Series("B16", "PT60M", Point(1, "-3").c_str()) + Series("B14", "PT60M", Point(1, "9").c_str()))
          ->points[0]
          .intensity.value(),
      12);
}

TEST(EntsoeTest, WhatIsNoGenerationIsASentence) {
  EXPECT_THAT(ParseEntsoe("<Acknowledgement_MarketDocument><Reason><code>999</code></Reason></"
                          "Acknowledgement_MarketDocument>",
                          kNow)
                  .error()
                  .message,
              HasSubstr("has no generation"));
  for (const char* text : {"", "<html/>", "{}", "PK\x03\x04", "<GL_MarketDocument><TimeSeries>"})
    EXPECT_THAT(ParseEntsoe(text, kNow).error().message, HasSubstr("no generation document")) << text;
  EXPECT_FALSE(Read("").ok());
  EXPECT_FALSE(Read(Series("B05", "P1D", Point(1, "5").c_str())).ok());
  EXPECT_FALSE(Read(Series("B99", "PT60M", Point(1, "5").c_str())).ok());
  EXPECT_FALSE(Read(Series("B05", "PT60M", Point(1, "many").c_str())).ok());
  EXPECT_FALSE(Read(Series("B05", "PT60M", Point(7, "5").c_str())).ok()) << "beyond its period";
  EXPECT_FALSE(Read(Series("B05", "PT60M", Point(1, "0").c_str())).ok()) << "no generation has no intensity";
}

TEST(EntsoeTest, AnEntityThatGrowsIsNotFollowed) {
  EXPECT_FALSE(ParseEntsoe("<!DOCTYPE a [<!ENTITY x \"xxxxxxxxxx\"><!ENTITY y \"&x;&x;&x;\">]>"
                           "<GL_MarketDocument>&y;</GL_MarketDocument>",
                           kNow)
                   .ok());
}

TEST(EntsoeTablesTest, EveryAreaIsOfAZoneAndItsCheckCharacterFits) {
  int areas = 0;
  for (const Zone& zone : AllZones()) {
    const std::string_view area = EntsoeAreaOf(zone.id);
    if (area.empty()) continue;
    ++areas;
    EXPECT_TRUE(IsEic(area)) << zone.id << " " << area;
  }
  EXPECT_EQ(areas, 57) << "a zone that the tables do not have would never be asked for";
  EXPECT_FALSE(IsEic("10YFR-RTE------D")) << "a slip is found";
  EXPECT_FALSE(IsEic("10YFR-RTE"));
  EXPECT_EQ(EntsoeAreaOf(""), "");
}

TEST(EntsoeTablesTest, FactorsAreThoseOfTheCollectedTable) {
  const std::filesystem::path table = JOULEPRINT_SOURCE_DIR "/../shared/data/grid/fuel-emission-factors.csv";
  if (!std::filesystem::exists(table)) GTEST_SKIP() << "skipped: no collected data beside the project";
  const std::map<std::string, const char*> codes{{"biomass", "B01"},    {"coal", "B05"},  {"gas", "B04"},
                                                 {"geothermal", "B09"}, {"hydro", "B11"}, {"nuclear", "B14"},
                                                 {"oil", "B06"},        {"wind", "B19"},  {"unknown", "B20"}};
  std::ifstream file(table);
  std::size_t seen = 0;
  for (std::string line; std::getline(file, line);) {
    std::stringstream row(line);
    std::string set, fuel, direct, lifecycle;
    std::getline(row, set, ',') && std::getline(row, fuel, ',') && std::getline(row, direct, ',') &&
        std::getline(row, lifecycle, ',');
    if (set != "ipcc2014-em" || codes.count(fuel) == 0) continue;
    ++seen;
    EXPECT_EQ(FindPlantKind(codes.at(fuel))->factor->value(), std::stod(lifecycle)) << fuel;
  }
  EXPECT_EQ(seen, codes.size());
}

}  // namespace
}  // namespace jouleprint::carbon
