// carbontracker's logs as runs: of several versions, cut short, and ones that must not be taken.
#include <gmock/gmock.h>

#include <cmath>
#include <optional>
#include <string>

#include "record/import/carbontracker_record.h"
#include "record/plausible.h"

namespace jouleprint::record {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

// Two epochs of 100 s: 36 W and 72 W of processor, 200 W of GPU.
constexpr char kStandard[] =
    "2025-01-10 09:00:00 - carbontracker version 2.4.3\n"
    "2025-01-10 09:00:00 - Only predicted and actual consumptions are multiplied by a PUE coefficient of "
    "1.58 (who "
    "says so).\n"
    "2025-01-10 09:00:01 - The following components were found: GPU with device(s) Tesla T4. CPU with "
    "device(s) "
    "Intel(R) Xeon(R) CPU @ 2.20GHz.\n"
    "2025-01-10 09:00:01 - Monitoring thread started.\n"
    "2025-01-10 09:01:45 - Epoch 1:\n"
    "2025-01-10 09:01:45 - Duration: 0:01:40.00\n"
    "2025-01-10 09:01:45 - Average power usage (W) for gpu: 200.0\n"
    "2025-01-10 09:01:45 - Average power usage (W) for cpu: 36.0\n"
    "2025-01-10 09:03:25 - Epoch 2:\n"
    "2025-01-10 09:03:25 - Duration: 0:01:40.00\n"
    "2025-01-10 09:03:25 - Average power usage (W) for gpu: 200.0\n"
    "2025-01-10 09:03:25 - Average power usage (W) for cpu: 72.0\n"
    "2025-01-10 09:03:25 - Carbon intensities (gCO2eq/kWh) fetched every 900 s at detected location: "
    "Copenhagen, "
    "Capital Region, DK: [150.0]\n"
    "2025-01-10 09:03:25 - Average carbon intensity during training was 150.00 gCO2eq/kWh. \n"
    "2025-01-10 09:03:25 - Monitoring thread ended.\n";
constexpr double kEnergyKwh = (2 * 200 + 36 + 72) * 100 / 3.6e6;

std::string Output(double energy_kwh = kEnergyKwh * 1.58) {
  const auto block = [](double kwh, const std::string& time) {
    return "\tTime:\t" + time + "\n\tEnergy:\t" + std::to_string(kwh) + " kWh\n\tCO2eq:\t" +
           std::to_string(kwh * 150) + " g\n\tThis is equivalent to:\n\t0.03 km travelled by car\n";
  };
  return "2025-01-10 09:00:01 - CarbonTracker: The following components were found: many.\n"
         "2025-01-10 09:01:45 - CarbonTracker: \nPredicted consumption for 10 epoch(s):\n" +
         block(0.1, "0:16:40") +
         "2025-01-10 09:03:25 - CarbonTracker: \nActual consumption for 2 epoch(s):\n" +
         block(energy_kwh, "0:03:20") + "2025-01-10 09:03:25 - CarbonTracker: Finished monitoring.\n";
}

Result<RunRecord> TryRead(const std::string& standard, const std::optional<std::string>& output) {
  std::optional<NamedText> said;
  if (output) said = NamedText{"logs/pre_1.2_carbontracker_output.log", *output};
  return ReadCarbontrackerLogs({"logs/pre_1.2_carbontracker.log", standard}, said);
}

RunRecord Read(const std::string& standard, const std::optional<std::string>& output) {
  Result<RunRecord> run = TryRead(standard, output);
  EXPECT_TRUE(run.ok()) << (run.ok() ? "" : run.error().ToString());
  return run.ok() ? *run : RunRecord();
}

std::string ErrorOf(const std::string& standard, const std::optional<std::string>& output = std::nullopt) {
  const Result<RunRecord> run = TryRead(standard, output);
  return run.ok() ? "" : run.error().message;
}

std::string Replaced(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

TEST(ImportCarbontracker, TakesTheEnergyWithoutItsPueAndTheEmissionsAsTheyAre) {
  const RunRecord run = Read(kStandard, Output());
  EXPECT_NEAR(run.energy_kwh.machine.value, kEnergyKwh, 1e-6);
  EXPECT_DOUBLE_EQ(run.pue, 1.58);
  EXPECT_NEAR(run.emissions_gco2e.total.value, kEnergyKwh * 1.58 * 150, 1e-3);
  EXPECT_NEAR(run.intensity.value.value, 150, 0.1);
  EXPECT_EQ(run.zone, "DK");
  ASSERT_EQ(run.boundary, (std::vector<std::string>{"cpu", "gpu"}));
  EXPECT_NEAR(run.domains[0].mean_power_w, 54, 0.1);
  EXPECT_NEAR(run.domains[1].mean_power_w, 200, 0.1);
  EXPECT_EQ(run.energy_kwh.machine.basis, Basis::kAssumed);
  EXPECT_TRUE(CheckPlausible(run).ok());
}

TEST(ImportCarbontracker, SaysWhoMeasuredWhatOnWhichMachineAndWhen) {
  const RunRecord run = Read(kStandard, Output());
  EXPECT_EQ(run.imported_from, "carbontracker 2.4.3");
  EXPECT_EQ(run.name, "pre_1.2");
  EXPECT_EQ(run.start.ToString(), "2025-01-10T09:00:05Z") << "where the first epoch began";
  EXPECT_DOUBLE_EQ(run.duration_s, 200);
  EXPECT_EQ(run.host.cpu, "Intel(R) Xeon(R) CPU @ 2.20GHz") << "with the point in its name";
  EXPECT_EQ(run.host.gpus, std::vector<std::string>{"Tesla T4"});
  EXPECT_THAT(run.warnings, Contains(HasSubstr("1.58")));
}

TEST(ImportCarbontracker, KeepsEpochsAndWhatItPredicted) {
  const RunRecord run = Read(kStandard, Output());
  ASSERT_EQ(run.epochs.size(), 2u);
  EXPECT_NEAR(run.epochs[0].energy_kwh, 236 * 100 / 3.6e6, 1e-6);
  EXPECT_NEAR(run.epochs[1].energy_kwh, 272 * 100 / 3.6e6, 1e-6);
  EXPECT_DOUBLE_EQ(run.epochs[1].start_s, 100);
  EXPECT_EQ(run.epochs_expected, 10);
  ASSERT_TRUE(run.prediction.has_value());
  EXPECT_EQ(run.prediction->epochs_seen, 1);
  EXPECT_EQ(run.prediction->epochs_total, 10);
  EXPECT_DOUBLE_EQ(run.prediction->duration_s.value, 1000);
  EXPECT_NEAR(run.prediction->energy_kwh.value, 0.1 / 1.58, 1e-6);
  EXPECT_LT(run.prediction->energy_kwh.low, run.prediction->energy_kwh.value);
}

TEST(ImportCarbontracker, TheTotalItSaidIsSharedOutAmongItsParts) {
  const RunRecord run = Read(kStandard, Output(1.58));
  EXPECT_NEAR(run.energy_kwh.machine.value, 1, 1e-6);
  EXPECT_NEAR(run.domains[1].energy_kwh.value, 400.0 / 508, 1e-6);
}

TEST(ImportCarbontracker, WithoutAnActualConsumptionEpochsAreAddedUp) {
  const RunRecord run = Read(kStandard, std::nullopt);
  EXPECT_NEAR(run.energy_kwh.machine.value, kEnergyKwh, 1e-12);
  EXPECT_NEAR(run.emissions_gco2e.total.value, kEnergyKwh * 1.58 * 150, 1e-9);
  EXPECT_THAT(run.warnings, Contains(HasSubstr("added up")));
}

TEST(ImportCarbontracker, ReadsTheLogsOf2022) {
  const RunRecord run = Read(
      "2022-05-06 07:08:00 - carbontracker version 1.1.6\n"
      "2022-05-06 07:08:00 - Only predicted and actual consumptions are multiplied by a PUE coefficient of "
      "1.59 (x).\n"
      "2022-05-06 07:08:00 - The following components were found: GPU with device(s) A, A, A. CPU with "
      "device(s) "
      "cpu:0, cpu:1.\n"
      "2022-05-06 07:09:00 - Epoch 1:\n"
      "2022-05-06 07:09:00 - Duration: 0:01:00.00\n"
      "2022-05-06 07:09:00 - Average power usage (W) for gpu: [ 50.25  60.5\n  89.25]\n"
      "2022-05-06 07:09:00 - Average power usage (W) for cpu: [1.0e+02 20.]\n"
      "2022-05-06 07:09:00 - Carbon intensities (gCO2/kWh) fetched every 900 s at detected location Paris, "
      "Ile-de-France, FR: [51.0]\n"
      "2022-05-06 07:09:00 - Average carbon intensity during training was 51.00 gCO2/kWh at detected "
      "location: Paris, "
      "Ile-de-France, FR.\n",
      "2022-05-06 07:09:00 - CarbonTracker: \nActual consumption:\n\tTime:\t0:01:00\n\tEnergy:\t0.008480 "
      "kWh\n"
      "\tCO2:\t0.432480 g\n");
  EXPECT_NEAR(run.domains[0].mean_power_w, 120, 1e-3);
  EXPECT_NEAR(run.domains[1].mean_power_w, 200, 1e-3) << "all numbers of the list, also on the next line";
  EXPECT_EQ(run.zone, "FR");
  EXPECT_EQ(run.host.gpus.size(), 3u);
  EXPECT_EQ(run.host.cpu, "") << "cpu:0 is a counter, not a processor's name";
  EXPECT_THAT(run.warnings, Not(Contains(HasSubstr("mean over"))));
}

TEST(ImportCarbontracker, WhereItAveragedOverDevicesTheIntervalReachesTheirSum) {
  const std::string four = Replaced(kStandard, "Tesla T4", "Tesla T4, Tesla T4, Tesla T4, Tesla T4");
  const RunRecord run = Read(four, Output());
  EXPECT_THAT(run.warnings, Contains(AllOf(HasSubstr("mean over 4 gpu devices"), HasSubstr("4 times"))));
  const Estimate& gpu = run.domains[1].energy_kwh;
  EXPECT_NEAR(gpu.high / gpu.value, 4 * 2.5, 1e-6);
}

TEST(ImportCarbontracker, APowerOfNoneIsNotZero) {
  std::string text = Replaced(kStandard, "for cpu: 36.0", "for cpu: None");
  text = Replaced(text, "for cpu: 72.0", "for cpu: None");
  const RunRecord run = Read(text, std::nullopt);
  EXPECT_EQ(run.boundary, std::vector<std::string>{"gpu"});
}

TEST(ImportCarbontracker, EmissionsThatItCouldNotPriceAreNotKnown) {
  const RunRecord run =
      Read(kStandard,
           "2025-01-10 09:03:25 - CarbonTracker: \nActual consumption:\n\tTime:\t0:03:20\n\tEnergy:\t1 "
           "kWh\n\tCO2eq:\tnan g\n");
  EXPECT_TRUE(std::isnan(run.emissions_gco2e.total.value));
  EXPECT_NEAR(run.energy_kwh.machine.value, 1 / 1.58, 1e-9);
  EXPECT_TRUE(CheckPlausible(run).ok());
}

TEST(ImportCarbontracker, ALogCutShortGivesItsFinishedEpochs) {
  const std::string text = kStandard;
  const RunRecord run = Read(text.substr(0, text.find("Epoch 2:") + 9), std::nullopt);
  EXPECT_EQ(run.epochs.size(), 1u);
  EXPECT_THAT(ErrorOf(text.substr(0, text.find("2025-01-10 09:01:45"))), HasSubstr("no finished epoch"));
}

TEST(ImportCarbontracker, TheSameLogHasTheSameIdAndAnotherADifferentOne) {
  EXPECT_EQ(Read(kStandard, Output()).run_id, Read(kStandard, std::nullopt).run_id);
  EXPECT_NE(Read(kStandard, Output()).run_id, Read(Replaced(kStandard, "36.0", "36.1"), Output()).run_id);
}

TEST(ImportCarbontracker, RefusesByLine) {
  const std::string name = "logs/pre_1.2_carbontracker";
  EXPECT_EQ(ErrorOf(Replaced(kStandard, "0:01:40.00", "a while")),
            name + ".log line 6: duration 'a while' is not hours:minutes:seconds");
  EXPECT_EQ(ErrorOf(Replaced(kStandard, "for gpu: 200.0", "for gpu: lots")),
            name + ".log line 7: average power usage 'lots' is no number");
  EXPECT_EQ(ErrorOf(Replaced(kStandard, "for gpu: 200.0", "for gpu: -2")),
            name + ".log line 7: average power usage '-2' is negative");
  EXPECT_EQ(ErrorOf(Replaced(kStandard, "of 1.58", "of ~2")), name + ".log line 2: PUE '~2' is no number");
  EXPECT_EQ(ErrorOf(Replaced(kStandard, "2025-01-10 09:01:45", "2025-13-10 09:01:45")),
            name + ".log line 5: time '2025-13-10 09:01:45' is no time");
  EXPECT_THAT(ErrorOf(std::string(kStandard) + kStandard), HasSubstr("line 16 begins a second log"));
  EXPECT_THAT(ErrorOf(Replaced(kStandard, "2025-01-10 09:01:45 - Duration: 0:01:40.00\n", "")),
              HasSubstr("an epoch without its duration"));
  EXPECT_EQ(ErrorOf(kStandard, Replaced(Output(), "0.100000 kWh", "much")),
            name + "_output.log line 5: Energy 'much' is no number");
  EXPECT_EQ(ErrorOf(kStandard, Replaced(Output(), "Time:", "Zeit:")),
            name + "_output.log line 2: the block of a consumption lacks its Time");
}

}  // namespace
}  // namespace jouleprint::record
