// The real series of ../shared/data, where they are there: each is read without a question, and is what its
// manifest says.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "jouleprint/intensity_series.h"

namespace jouleprint {
namespace {

const std::string kFolder = JOULEPRINT_SOURCE_DIR "/../shared/data/carbon-intensity/";

// Columns of manifest.csv.
enum Column { kFile, kZone, kSignal, kStepMin, kStart, kEnd, kRows, kMissing, kGaps, kDropped, kMean };

std::vector<std::string> Cells(const std::string& line) {
  std::vector<std::string> cells;
  std::istringstream rest(line);
  for (std::string cell; std::getline(rest, cell, ',');) cells.push_back(cell);
  return cells;
}

TEST(SharedSeries, AreWhatTheirManifestSays) {
  if (!std::filesystem::exists(kFolder + "manifest.csv"))
    GTEST_SKIP() << "skipped: ../shared/data is not here";
  std::ifstream manifest(kFolder + "manifest.csv");
  std::string line;
  std::getline(manifest, line);
  int read = 0;
  while (std::getline(manifest, line)) {
    const std::vector<std::string> said = Cells(line);
    const Result<SeriesFile> file = ReadSeriesFile(kFolder + said[kFile]);
    ASSERT_TRUE(file.ok()) << file.error().ToString();
    ASSERT_EQ(file->series.size(), 1u) << said[kFile];
    const IntensitySeries& series = file->series.front();
    EXPECT_EQ(series.zone(), said[kZone]);
    EXPECT_EQ(series.step(), Seconds{60 * std::stod(said[kStepMin])}) << said[kFile];
    EXPECT_EQ(series.start(), *UtcTime::Parse(said[kStart])) << said[kFile];
    EXPECT_EQ(series.end(), *UtcTime::Parse(said[kEnd]) + series.step()) << said[kFile];
    EXPECT_EQ(series.missing(), std::stoul(said[kMissing])) << said[kFile];
    EXPECT_EQ(series.values().size(), std::stoul(said[kRows]) + series.missing()) << said[kFile];
    const double mean = series.MeanOver(series.start(), series.end()).intensity.value();
    EXPECT_NEAR(mean, std::stod(said[kMean]), 0.006) << said[kFile];
    ++read;
  }
  EXPECT_GT(read, 100);
}

}  // namespace
}  // namespace jouleprint
