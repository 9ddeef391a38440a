#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "report/report.h"

namespace jouleprint::report {
namespace {

using ::testing::ElementsAre;
using ::testing::Gt;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

TEST(Comparisons, OfARunOfModestSize) {
  // 560 g over 175 g/km and over 8.22 g a charge.
  EXPECT_THAT(Comparisons(560), ElementsAre("driving a car (EU) for 3.2 km", "charging a phone 68 times"));
}

TEST(Comparisons, OneIsSingular) {
  EXPECT_THAT(Comparisons(8.22), Not(testing::Contains(HasSubstr("1 times"))));
  EXPECT_THAT(Comparisons(50000), testing::Contains("1 flight from Paris to London"));
}

TEST(Comparisons, TinySaysLessThan) {
  EXPECT_THAT(Comparisons(1e-4), ElementsAre("less than a tenth of one short question to a chatbot"));
}

TEST(Comparisons, NothingIsComparedWithNothing) {
  EXPECT_THAT(Comparisons(0), IsEmpty());
  EXPECT_THAT(Comparisons(-3), IsEmpty());
  EXPECT_THAT(Comparisons(std::nan("")), IsEmpty());
  EXPECT_THAT(Comparisons(1e15), IsEmpty());
}

TEST(Comparisons, TwoDifferentOnesFromAFractionOfAGramToAThousandTonnes) {
  for (double grams = 0.02; grams < 1e9; grams *= 1.07) {
    const std::vector<std::string> both = Comparisons(grams);
    ASSERT_THAT(both, SizeIs(2)) << grams << " g";
    ASSERT_NE(both[0], both[1]);
    for (const std::string& text : both) {
      const std::size_t digit = text.find_first_of("0123456789");
      ASSERT_NE(digit, std::string::npos) << text;
      const double count = std::stod(text.substr(digit));
      ASSERT_GE(count, 0.1) << text;
      ASSERT_LE(count, 1000) << text;
      ASSERT_THAT(text, Not(HasSubstr("{")));
    }
  }
}

std::vector<std::vector<std::string>> Rows(const std::string& path) {
  std::ifstream file(path);
  std::vector<std::vector<std::string>> rows;
  for (std::string line; std::getline(file, line);) {
    std::vector<std::string> fields;
    std::stringstream stream(line);
    for (std::string field; std::getline(stream, field, ',');) fields.push_back(field);
    rows.push_back(fields);
  }
  return rows;
}

TEST(EquivalencesTable, EveryRowHasAFactorAPlaceForTheCountAndASource) {
  const auto rows = Rows(JOULEPRINT_SOURCE_DIR "/data/equivalences.csv");
  ASSERT_THAT(rows, SizeIs(Gt(5u)));
  std::set<std::string> ids;
  for (std::size_t i = 1; i < rows.size(); ++i) {
    ASSERT_THAT(rows[i], SizeIs(rows[0].size())) << "row " << i + 1 << " has a comma or misses a field";
    EXPECT_TRUE(ids.insert(rows[i][0]).second) << rows[i][0];
    EXPECT_GT(std::stod(rows[i][2]), 0) << rows[i][0];
    EXPECT_THAT(rows[i][3], HasSubstr("{n}"));
    EXPECT_FALSE(rows[i][6].empty()) << rows[i][0] << " names no source";
  }
}

}  // namespace
}  // namespace jouleprint::report
