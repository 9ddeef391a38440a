// What is known of GPUs' sensors: of surveyed models, and by architecture of the others.
#include "meters/nvidia/gpu_sensor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <string>
#include <vector>

namespace jouleprint::meters {
namespace {

using ::testing::HasSubstr;

GpuSensor SensorOf(std::string_view name) { return FindGpuSensor(ArchitectureOf(std::nullopt, name), name); }

TEST(BoardGainTest, ASurveyedModelHasItsErrorAndTheFactorThatUndoesIt) {
  const auto gain = FindBoardGain("NVIDIA A100-PCIE-40GB");
  ASSERT_TRUE(gain);
  EXPECT_EQ(gain->boards, 1);
  EXPECT_LT(gain->error_percent, -5) << "it reads too low";
  ASSERT_TRUE(gain->factor);
  EXPECT_NEAR((1 + gain->error_percent / 100) * *gain->factor, 1, 1e-12);
  EXPECT_THAT(gain->source, HasSubstr("GPU_Power_Benchmark"));
}

TEST(BoardGainTest, BoardsOfOneModelAreToldApartByTheirRange) {
  const auto gain = FindBoardGain("NVIDIA GeForce RTX 3090");
  ASSERT_TRUE(gain);
  EXPECT_EQ(gain->boards, 5);
  EXPECT_LT(gain->lowest_error_percent, gain->error_percent);
  EXPECT_GT(gain->highest_error_percent, gain->error_percent);
}

TEST(BoardGainTest, AnErrorThatChangesWithTheLoadHasNoFactor) {
  const auto gain = FindBoardGain("NVIDIA GeForce RTX 4090");
  ASSERT_TRUE(gain) << "4 % low on the mean, about 20 W low when idle";
  EXPECT_LT(gain->error_percent, -4);
  EXPECT_FALSE(gain->factor);
}

TEST(BoardGainTest, AModelThatNobodyMeteredHasNone) {
  for (const char* name :
       {"NVIDIA H100 PCIe", "NVIDIA H100 80GB HBM3", "FAKE H100 80GB", "NVIDIA", "", "name"}) {
    EXPECT_FALSE(FindBoardGain(name)) << name;
  }
}

TEST(BoardGainTest, OldDriversLeaveTheMakerOut) {
  EXPECT_TRUE(FindBoardGain("GeForce RTX 3090"));
  EXPECT_TRUE(FindBoardGain("A100-PCIE-40GB"));
  EXPECT_FALSE(FindBoardGain("GeForce RTX 3090 Ti")) << "another model";
}

TEST(ArchitectureTest, TheDriversCodeIsTakenBeforeTheName) {
  EXPECT_EQ(ArchitectureOf(9, "NVIDIA A10"), GpuArchitecture::kHopper);
  EXPECT_EQ(ArchitectureOf(7, "NVIDIA A100-SXM4-80GB"), GpuArchitecture::kAmpereGa100);
  EXPECT_EQ(ArchitectureOf(7, "NVIDIA A10"), GpuArchitecture::kAmpere);
  EXPECT_EQ(ArchitectureOf(10, "NVIDIA B200"), GpuArchitecture::kNewer);
  EXPECT_EQ(ArchitectureOf(0xffffffffu, "Tesla V100-SXM2-16GB"), GpuArchitecture::kVolta) << "unknown to it";
}

TEST(ArchitectureTest, NamesThatLookAlikeAreToldApart) {
  const struct {
    const char* name;
    GpuArchitecture architecture;
  } kNames[] = {
      {"NVIDIA A30", GpuArchitecture::kAmpereGa100},
      {"NVIDIA RTX A3000 Laptop GPU", GpuArchitecture::kAmpere},
      {"NVIDIA A800-SXM4-80GB", GpuArchitecture::kAmpereGa100},
      {"NVIDIA A10", GpuArchitecture::kAmpere},
      {"Quadro RTX 4000", GpuArchitecture::kTuring},
      {"NVIDIA GeForce RTX 4090", GpuArchitecture::kAda},
      {"NVIDIA RTX 6000 Ada Generation", GpuArchitecture::kAda},
      {"NVIDIA GeForce RTX 2080 Ti", GpuArchitecture::kTuring},
      {"NVIDIA GeForce RTX 5090", GpuArchitecture::kNewer},
      {"NVIDIA GH200 480GB", GpuArchitecture::kHopper},
      {"NVIDIA GB200", GpuArchitecture::kNewer},
      {"Tesla P100-PCIE-16GB", GpuArchitecture::kPascal},
      {"Tesla M40", GpuArchitecture::kOlder},
  };
  for (const auto& [name, architecture] : kNames) {
    EXPECT_EQ(ArchitectureOf(std::nullopt, name), architecture) << name;
  }
}

TEST(GpuSensorTest, A100SeesAQuarterOfTheTimeAndHopperHasAMeanThatSeesAll) {
  const GpuSensor a100 = SensorOf("NVIDIA A100-SXM4-80GB");
  EXPECT_NEAR(a100.window / a100.update_period, 0.25, 1e-9);
  EXPECT_FALSE(a100.has_average);
  const GpuSensor h100 = SensorOf("NVIDIA H100 80GB HBM3");
  EXPECT_NEAR(h100.window / h100.update_period, 0.25, 1e-9);
  EXPECT_TRUE(h100.has_average);
}

TEST(GpuSensorTest, ASurveyedModelDiffersFromItsArchitecture) {
  const GpuSensor turing = SensorOf("Quadro RTX 5000");
  const GpuSensor rtx_8000 = SensorOf("Quadro RTX 8000");
  EXPECT_NEAR(turing.window / turing.update_period, 1, 1e-9);
  EXPECT_NEAR(rtx_8000.window / rtx_8000.update_period, 0.2, 0.02) << "20 ms of every 100 ms";
}

TEST(GpuSensorTest, AWindowNeverReachesBeyondItsRenewal) {
  for (const char* name : {"NVIDIA GeForce RTX 4090", "NVIDIA TITAN RTX", "NVIDIA GeForce RTX 2060 SUPER"}) {
    const GpuSensor sensor = SensorOf(name);
    EXPECT_GT(sensor.window, Seconds{0}) << name;
    EXPECT_LE(sensor.window, sensor.update_period) << name;
  }
}

TEST(GpuSensorTable, EveryErrorIsTheSurveys) {
  std::ifstream survey(JOULEPRINT_SOURCE_DIR
                       "/../shared/data/power-traces/nvml-vs-inline-meter/sensor_characteristics.csv");
  if (!survey) GTEST_SKIP() << "skipped: the sensor survey is not here";
  int found = 0;
  for (std::string line; std::getline(survey, line);) {
    std::vector<std::string> cells;
    std::istringstream row(line);
    for (std::string cell; std::getline(row, cell, ',');) cells.push_back(cell);
    if (cells.size() < 11 || cells[3] != "1" || cells[10].empty()) continue;
    const auto gain = FindBoardGain(cells[0]);
    if (!gain) continue;  // a name that drivers write otherwise
    ++found;
    // Drivers and readings of one board differ by a little.
    EXPECT_GE(std::stod(cells[10]), gain->lowest_error_percent - 2) << line;
    EXPECT_LE(std::stod(cells[10]), gain->highest_error_percent + 2) << line;
  }
  EXPECT_GE(found, 30);
}

}  // namespace
}  // namespace jouleprint::meters
