#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "jouleprint/footprint.h"

namespace jouleprint {
namespace {

using ::testing::HasSubstr;

TEST(EmbodiedGrams, IsTheSpecificationsExample) {
  const Estimate grams = EmbodiedGrams({.making_kgco2e = Estimate::Exact(1000, Basis::kAssumed),
                                        .lifetime_h = Estimate::Exact(4 * kHoursPerYear, Basis::kAssumed),
                                        .reserved_h = 1});
  EXPECT_NEAR(grams.value, 28.54, 0.005);
}

TEST(EmbodiedGrams, CarriesBothRangesThrough) {
  const Estimate grams = EmbodiedGrams({.making_kgco2e = {400, 100, 800, Basis::kAssumed},
                                        .lifetime_h = {1000, 1000, 1000, Basis::kAssumed},
                                        .reserved_h = 10,
                                        .share = 0.5});
  EXPECT_NEAR(grams.value, 2000, 1e-9);
  EXPECT_NEAR(grams.low, 500, 1e-9);
  EXPECT_NEAR(grams.high, 4000, 1e-9);
  const Estimate of_life = EmbodiedGrams({.making_kgco2e = {1000, 1000, 1000, Basis::kAssumed},
                                          .lifetime_h = {1000, 500, 4000, Basis::kAssumed},
                                          .reserved_h = 1});
  EXPECT_NEAR(of_life.low, 250, 1e-9) << "a long life makes it small";
  EXPECT_NEAR(of_life.high, 2000, 1e-9);
}

TEST(Score, AddsBothPartsAndSharesThemOut) {
  const auto answer = ScoreOf({.making_kg = 600,
                               .time_reserved_h = 100,
                               .lifetime_h = 30000,
                               .resources_reserved = 2,
                               .resources_total = 8,
                               .energy_kwh = 50,
                               .intensity_g_per_kwh = 400,
                               .pue = 1.2,
                               .unit = "request",
                               .count = 1e5});
  ASSERT_TRUE(answer.ok()) << answer.error().ToString();
  EXPECT_NEAR(*answer->embodied_kg, 0.5, 1e-12);
  EXPECT_NEAR(*answer->operational_kg, 24, 1e-12);
  EXPECT_NEAR(answer->g_per_unit, 0.245, 1e-12);
  ASSERT_EQ(answer->steps.size(), 3U);
  EXPECT_EQ(answer->steps[0].sum, "600 kg x 100 h / 30000 h x 2 / 8");
  EXPECT_EQ(answer->steps[1].sum, "50 kWh x 1.2 x 400 g/kWh");
  EXPECT_EQ(answer->steps[2].sum, "(24 kg + 0.5 kg) / 100000");
  EXPECT_EQ(answer->steps[2].unit, "gCO2e per request");
}

TEST(Score, WhatIsAbsentIsNotIncluded) {
  const auto operational = ScoreOf({.operational_kg = 3});
  ASSERT_TRUE(operational.ok());
  EXPECT_FALSE(operational->embodied_kg);
  EXPECT_NEAR(operational->g_per_unit, 3000, 1e-9);
  EXPECT_EQ(operational->unit, "run");
  const auto embodied = ScoreOf({.embodied_kg = 2, .unit = "epoch", .count = 4});
  ASSERT_TRUE(embodied.ok());
  EXPECT_FALSE(embodied->operational_kg);
  EXPECT_NEAR(embodied->g_per_unit, 500, 1e-9);
}

struct Refused {
  ScoreQuestion question;
  const char* because;
};

TEST(Score, RefusesWhatMakesNoSenseWithTheReason) {
  const double nan = std::nan("");
  for (const Refused& refused : std::vector<Refused>{
           {{}, "nothing to sum up"},
           {{.embodied_kg = -1}, "embodied emissions cannot be -1"},
           {{.operational_kg = nan}, "operational emissions cannot be"},
           {{.operational_kg = 1, .count = 0}, "count of units cannot be 0"},
           {{.operational_kg = 1, .unit = ""}, "unit has no name"},
           {{.making_kg = 1, .time_reserved_h = 1, .lifetime_h = 0}, "lifetime cannot be 0"},
           {{.making_kg = 1, .time_reserved_h = 1}, "without the time reserved or the lifetime"},
           {{.time_reserved_h = 1, .lifetime_h = 2}, "not what making it emitted"},
           {{.embodied_kg = 1, .making_kg = 1}, "also what they are made of"},
           {{.operational_kg = 1, .energy_kwh = 1, .intensity_g_per_kwh = 1}, "also what they are made of"},
           {{.energy_kwh = 1}, "not both given"},
           {{.intensity_g_per_kwh = 1}, "not both given"},
           {{.embodied_kg = 1, .pue = 1.2}, "not both given"},
           {{.energy_kwh = 1, .intensity_g_per_kwh = 1, .pue = 0.9}, "PUE cannot be 0.9"},
           {{.making_kg = 1, .time_reserved_h = 1, .lifetime_h = 2, .resources_reserved = 4},
            "more resources"}}) {
    const auto answer = ScoreOf(refused.question);
    ASSERT_FALSE(answer.ok()) << refused.because;
    EXPECT_EQ(answer.error().code, ErrorCode::kInvalidArgument);
    EXPECT_THAT(answer.error().message, HasSubstr(refused.because));
    EXPECT_FALSE(answer.error().hint.empty()) << refused.because;
  }
}

// Cells of a CSV line; a quoted one may hold commas.
std::vector<std::string> CellsOf(const std::string& line) {
  std::vector<std::string> cells(1);
  bool quoted = false;
  for (const char c : line) {
    if (c == '"') {
      quoted = !quoted;
    } else if (c == ',' && !quoted) {
      cells.emplace_back();
    } else if (c != '\r') {
      cells.back() += c;
    }
  }
  return cells;
}

std::optional<double> NumberIn(const std::string& cell) {
  return cell.empty() ? std::nullopt : std::optional(std::strtod(cell.c_str(), nullptr));
}

// Published scores from their published inputs. Tolerance: the rounding of what was printed, half a percent.
TEST(Score, PublishedRowsComeOut) {
  std::ifstream file(JOULEPRINT_SOURCE_DIR "/../shared/data/golden/sci-rows.csv");
  if (!file) GTEST_SKIP() << "skipped: ../shared/data is not here";
  std::string line;
  std::getline(file, line);
  const std::vector<std::string> names = CellsOf(line);
  int rows = 0;
  while (std::getline(file, line)) {
    std::map<std::string, std::string> row;
    const std::vector<std::string> cells = CellsOf(line);
    for (std::size_t i = 0; i < std::min(names.size(), cells.size()); ++i) row[names[i]] = cells[i];
    ScoreQuestion question{.making_kg = NumberIn(row["te_kg"]),
                           .time_reserved_h = NumberIn(row["time_reserved_h"]),
                           .lifetime_h = NumberIn(row["life_h"]),
                           .resources_reserved = NumberIn(row["resources_reserved"]),
                           .resources_total = NumberIn(row["resources_total"]),
                           .operational_kg = NumberIn(row["o_kg"]),
                           .energy_kwh = NumberIn(row["energy_kwh"]),
                           .intensity_g_per_kwh = NumberIn(row["intensity_g_kwh"])};
    if (!question.making_kg) question.embodied_kg = NumberIn(row["m_kg"]);
    question.count = NumberIn(row["r"]).value_or(1);
    const auto answer = ScoreOf(question);
    ASSERT_TRUE(answer.ok()) << row["id"] << ": " << answer.error().ToString();
    if (const auto printed = NumberIn(row["m_kg"])) {
      EXPECT_NEAR(answer->embodied_kg.value_or(0), *printed, 0.005 * *printed) << row["id"];
    }
    if (const auto printed = NumberIn(row["sci_g_per_r"])) {
      EXPECT_NEAR(answer->g_per_unit, *printed, 0.005 * *printed) << row["id"];
    }
    ++rows;
  }
  EXPECT_GE(rows, 7);
}

}  // namespace
}  // namespace jouleprint
