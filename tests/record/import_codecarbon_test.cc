// CodeCarbon's emissions.csv as runs: files of several versions, and files that must not be taken.
#include <gmock/gmock.h>

#include <cmath>
#include <string>
#include <vector>

#include "record/import/codecarbon_csv.h"
#include "record/plausible.h"

namespace jouleprint::record {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::HasSubstr;

constexpr char kHeader38[] =
    "timestamp,project_name,run_id,experiment_id,duration,emissions,emissions_rate,cpu_power,gpu_power,ram_"
    "power,"
    "cpu_energy,gpu_energy,ram_energy,energy_consumed,water_consumed,country_name,country_iso_code,region,"
    "cloud_provider,cloud_region,os,python_version,codecarbon_version,cpu_count,cpu_model,gpu_count,gpu_"
    "model,"
    "longitude,latitude,ram_total_size,tracking_mode,cpu_utilization_percent,gpu_utilization_percent,"
    "ram_utilization_percent,ram_used_gb,on_cloud,pue,wue\n";
// An hour of 200 W: 100 by two GPUs, 70 by the processor, 30 by the memory, without a PUE of 1.25.
constexpr char kRow38[] =
    "2024-03-01T10:30:00,\"mnist, "
    "small\",6f1c,exp-1,3600.0,0.0125,3.5e-06,70.0,100.0,30.0,0.0875,0.125,0.0375,0.25,"
    "0.5,France,FRA,ile-de-france,,,Linux-6.1,3.11.2,3.3.0,64,AMD EPYC 7763,2,2 x NVIDIA A100,2.3,48.8,503.7,"
    "machine,12.0,80.0,5.0,25.1,N,1.25,2.0\n";
// What the first versions wrote.
constexpr char kHeader11[] =
    "timestamp,experiment_id,project_name,duration,emissions,energy_consumed,country_name,country_iso_code,"
    "region,"
    "cloud_provider,cloud_region\n";
constexpr char kRow11[] = "2020-11-02T12:00:00,e1,bert,1800,0.1,0.2,Canada,CAN,quebec,,\n";

std::vector<RunRecord> Read(const std::string& text) {
  Result<std::vector<RunRecord>> runs = ReadCodeCarbonCsv(text, "emissions.csv");
  EXPECT_TRUE(runs.ok()) << (runs.ok() ? "" : runs.error().ToString());
  return runs.ok() ? *runs : std::vector<RunRecord>();
}

Error ErrorOf(const std::string& text) {
  const Result<std::vector<RunRecord>> runs = ReadCodeCarbonCsv(text, "emissions.csv");
  return runs.ok() ? Error{ErrorCode::kInternal, "", ""} : runs.error();
}

std::string Replaced(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

TEST(ImportCodeCarbon, TakesTheEnergyWithoutPueAndTheEmissionsAsTheyAre) {
  const std::vector<RunRecord> runs = Read(std::string(kHeader38) + kRow38);
  ASSERT_EQ(runs.size(), 1u);
  const RunRecord& run = runs.front();
  EXPECT_NEAR(run.energy_kwh.machine.value, 0.2, 1e-12);
  EXPECT_DOUBLE_EQ(run.pue, 1.25);
  EXPECT_TRUE(run.pue_given);
  EXPECT_DOUBLE_EQ(run.emissions_gco2e.total.value, 12.5);
  EXPECT_NEAR(run.intensity.value.value, 50, 1e-9);
  EXPECT_EQ(run.zone, "FR");
  ASSERT_EQ(run.boundary, (std::vector<std::string>{"cpu", "memory", "gpu"}));
  EXPECT_NEAR(run.domains[0].energy_kwh.value, 0.07, 1e-12);
  EXPECT_NEAR(run.domains[2].mean_power_w, 100, 1e-9);
  ASSERT_TRUE(run.water.has_value());
  EXPECT_DOUBLE_EQ(run.water->litres.value, 0.5);
  EXPECT_TRUE(CheckPlausible(run).ok());
}

TEST(ImportCodeCarbon, SaysWhoMeasuredWhatOnWhichMachineAndWhen) {
  const RunRecord run = Read(std::string(kHeader38) + kRow38).front();
  EXPECT_EQ(run.imported_from, "CodeCarbon 3.3.0");
  EXPECT_EQ(run.name, "mnist, small");
  EXPECT_EQ(run.start.ToString(), "2024-03-01T09:30:00Z");
  EXPECT_EQ(run.end.ToString(), "2024-03-01T10:30:00Z");
  EXPECT_EQ(run.host.cpu, "AMD EPYC 7763");
  EXPECT_EQ(run.host.logical_cpus, 64);
  EXPECT_EQ(run.host.gpus, (std::vector<std::string>{"NVIDIA A100", "NVIDIA A100"}));
  EXPECT_EQ(run.tags.at("codecarbon_run_id"), "6f1c");
  EXPECT_THAT(run.warnings, Contains(HasSubstr("time zone")));
}

TEST(ImportCodeCarbon, FiguresAreAssumedAndAsWideAsItsErrorsAgainstAWattmeter) {
  const Estimate energy = Read(std::string(kHeader38) + kRow38).front().energy_kwh.machine;
  EXPECT_EQ(energy.basis, Basis::kAssumed);
  EXPECT_NEAR(energy.low, 0.2 / 1.09, 1e-9);
  EXPECT_NEAR(energy.high, 0.2 / 0.43, 1e-9);
}

TEST(ImportCodeCarbon, ReadsTheElevenColumnsOfTheFirstVersions) {
  const RunRecord run = Read(std::string(kHeader11) + kRow11).front();
  EXPECT_EQ(run.imported_from, "CodeCarbon");
  EXPECT_EQ(run.boundary, std::vector<std::string>{"all"});
  EXPECT_DOUBLE_EQ(run.energy_kwh.machine.value, 0.2);
  EXPECT_FALSE(run.pue_given);
  EXPECT_EQ(run.zone, "CA");
  EXPECT_THAT(run.warnings, Contains(HasSubstr("Quebec")));
  EXPECT_FALSE(run.water.has_value());
}

TEST(ImportCodeCarbon, FindsColumnsByNameInAnyOrderAndPassesOverUnknownOnes) {
  const RunRecord run =
      Read("energy_consumed,mood,duration,timestamp,emissions\r\n0.5,good,60,2023-01-01 00:01:00,0.2\r\n")
          .front();
  EXPECT_DOUBLE_EQ(run.energy_kwh.machine.value, 0.5);
  EXPECT_EQ(run.start.ToString(), "2023-01-01T00:00:00Z");
}

TEST(ImportCodeCarbon, TheSameRunHasTheSameIdWhereverItsRowStands) {
  const RunRecord alone = Read(std::string(kHeader38) + kRow38).front();
  const std::string other = Replaced(kRow38, "6f1c", "77aa");
  const std::vector<RunRecord> both = Read(std::string(kHeader38) + other + kRow38);
  ASSERT_EQ(both.size(), 2u);
  EXPECT_EQ(both[1].run_id, alone.run_id);
  EXPECT_NE(both[0].run_id, alone.run_id);
  EXPECT_EQ(alone.run_id.size(), 26u);
  EXPECT_NE(both[0].run_id.substr(0, 10), alone.run_id.substr(0, 10)) << "lists show so much of an id";
}

TEST(ImportCodeCarbon, OfTheRowsOfARunsFlushesTheLastCounts) {
  std::string earlier = Replaced(kRow38, "10:30:00", "10:00:00");
  earlier = Replaced(earlier, "3600.0,0.0125", "1800.7,0.00625");
  earlier = Replaced(earlier, "0.0875,0.125,0.0375,0.25", "0.04375,0.0625,0.01875,0.125");
  const std::vector<RunRecord> runs = Read(std::string(kHeader38) + earlier + kRow38);
  ASSERT_EQ(runs.size(), 1u);
  EXPECT_NEAR(runs.front().energy_kwh.machine.value, 0.2, 1e-12);
  EXPECT_THAT(runs.front().warnings, Contains(HasSubstr("1 of its rows was left out")));
}

TEST(ImportCodeCarbon, ARunOfNoEnergyHasNoIntensityAndNoEmissions) {
  const RunRecord run =
      Read("timestamp,duration,emissions,energy_consumed\n2023-01-01T00:00:01,0.9,0,0\n").front();
  EXPECT_EQ(run.energy_kwh.machine.value, 0);
  EXPECT_TRUE(std::isnan(run.intensity.value.value));
  EXPECT_EQ(run.emissions_gco2e.total.value, 0);
  EXPECT_TRUE(CheckPlausible(run).ok());
}

TEST(ImportCodeCarbon, LeavesOutWhatJouleprintMeasuredItself) {
  const std::string ours = Replaced(Replaced(kRow38, "3.3.0", "3.3.2+jouleprint.0.1.0"), "6f1c", "77aa");
  EXPECT_EQ(Read(std::string(kHeader38) + ours + kRow38).size(), 1u);
  EXPECT_THAT(ErrorOf(std::string(kHeader38) + ours).message,
              HasSubstr("only runs that jouleprint measured"));
}

TEST(ImportCodeCarbon, RefusesARowWhoseCellsHaveSlippedToTheLeft) {
  const std::string slipped = Replaced(kRow38, "ile-de-france,,,", "");
  const Error error = ErrorOf(std::string(kHeader38) + kRow38 + slipped);
  EXPECT_EQ(error.message, "emissions.csv line 3 has 35 cells, and the header 38 columns");
  EXPECT_THAT(error.hint, HasSubstr("left out cells without a value"));
}

TEST(ImportCodeCarbon, RefusesByLineAndColumn) {
  const std::string header = kHeader38;
  const auto with = [&](const std::string& from, const std::string& to) {
    return ErrorOf(header + Replaced(kRow38, from, to)).message;
  };
  EXPECT_EQ(with("3600.0", "long"), "emissions.csv line 2: duration is 'long', which is no number");
  EXPECT_EQ(with("3600.0", "-1"), "emissions.csv line 2: duration is '-1', which is negative");
  EXPECT_EQ(with("0.0125", ""), "emissions.csv line 2: emissions is empty");
  EXPECT_EQ(with("0.0125", "nan"), "emissions.csv line 2: emissions is 'nan', which is no number");
  EXPECT_EQ(with("0.0875", "inf"), "emissions.csv line 2: cpu_energy is 'inf', which is no number");
  EXPECT_THAT(with("2024-03-01T10:30:00", "yesterday"),
              AllOf(HasSubstr("line 2: timestamp"), HasSubstr("no time")));
  EXPECT_THAT(with("0.0375,0.25", "0.0375,0.75"),
              HasSubstr("energy_consumed is 0.75 kWh, and its parts add up to"));
  EXPECT_EQ(with("N,1.25", "N,0.5"), "emissions.csv line 2: pue is below 1");
  EXPECT_THAT(with("small\"", "small"), HasSubstr("line 2 has a quote without its end"));
}

TEST(ImportCodeCarbon, RefusesFilesThatAreNotOfRuns) {
  EXPECT_THAT(ErrorOf(kHeader38).message, HasSubstr("no row"));
  EXPECT_THAT(ErrorOf("task_name,timestamp,duration,emissions,energy_consumed\na,2023-01-01,1,1,1\n").message,
              HasSubstr("tasks"));
  EXPECT_THAT(ErrorOf("timestamp,duration,emissions\n").message, HasSubstr("lacks"));
  EXPECT_THAT(ErrorOf("timestamp,duration,emissions,energy_consumed,emissions\n1,1,1,1,1\n").message,
              HasSubstr("'emissions' is there twice"));
}

}  // namespace
}  // namespace jouleprint::record
