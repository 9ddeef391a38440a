// What the summary says, and that it fits, for the machines that people have.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <sstream>
#include <string>
#include <vector>

#include "hostile_text.h"
#include "report/report.h"
#include "report/text_width.h"
#include "sample_runs.h"

namespace jouleprint::report {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

std::vector<std::string> Lines(const std::string& text) {
  std::vector<std::string> lines;
  std::stringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

std::string Plain(const RunRecord& run) { return Summary(run, {}, "/var/runs.db", "jouleprint report last"); }

TEST(Summary, FitsAScreenful) {
  for (const RunRecord& run : {VirtualMachineRun(), ServerRun(), LaptopRun()}) {
    const auto lines = Lines(Plain(run));
    EXPECT_LE(lines.size(), 16u) << Plain(run);
    EXPECT_GE(lines.size(), 10u) << Plain(run);
    for (const std::string& line : lines) EXPECT_LE(DisplayWidth(line), 80) << line;
  }
}

TEST(Summary, SaysWhatItWasAndWhatItCost) {
  const std::string text = Plain(ServerRun());
  EXPECT_THAT(text, AllOf(HasSubstr("resnet50-imagenet"), HasSubstr("1 h 02 min"),
                          HasSubstr("3.17 kWh (3.12 to 3.22)"), HasSubstr("counted by the hardware"),
                          HasSubstr("gpu ×8"), HasSubstr("89 %")));
  EXPECT_THAT(text,
              AllOf(HasSubstr("244 g CO2e (215 to 272)"), HasSubstr("FR: 56 g/kWh (49 to 63), Ember, 2024"),
                    HasSubstr("PUE 1.2\n"), HasSubstr("31 g of it from making the hardware")));
  EXPECT_THAT(text,
              AllOf(HasSubstr("2.94 kWh (93 %) is this job's share"), HasSubstr("0.89 kWh is idle power"),
                    HasSubstr("3 of 10, each 18 min 50 s and 0.950 kWh")));
  EXPECT_THAT(text, AllOf(HasSubstr("/var/runs.db"), HasSubstr("jouleprint report last")));
}

TEST(Summary, AWallMeterIsTheEnergyAndItsPartsStandBelow) {
  const std::string text = Plain(MeteredRun());
  EXPECT_THAT(text, AllOf(HasSubstr("500 Wh (495 to 505), read from a wattmeter (wall)"), HasSubstr("gpu"),
                          HasSubstr("other"), HasSubstr("20 %")));
  EXPECT_THAT(text, HasSubstr("400 Wh (80 %) is this job's share, with its part of the idle power"));
  EXPECT_THAT(text, Not(HasSubstr("not in it"))) << "nothing is left out of a wall meter";
  for (const std::string& line : Lines(text)) EXPECT_LE(DisplayWidth(line), 80) << line;
}

TEST(Summary, AGoodEndIsNotMentioned) {
  EXPECT_THAT(Plain(ServerRun()), Not(HasSubstr("exit")));
  EXPECT_THAT(Lines(Plain(LaptopRun())).front(), HasSubstr("312 ms, exit 1"));
  RunRecord killed = LaptopRun();
  killed.job.exit_status = 137;
  EXPECT_THAT(Plain(killed), HasSubstr("exit 137 (signal 9)"));
}

TEST(Summary, AnUnknownZoneIsSaidWithTheFlagThatFixesIt) {
  const std::string text = Plain(VirtualMachineRun());
  EXPECT_THAT(text, AllOf(HasSubstr("zone unknown"), HasSubstr("--zone"), HasSubstr("world average")));
}

TEST(Summary, WhatIsNotKnownIsNotZero) {
  const std::string text = Plain(VirtualMachineRun());
  EXPECT_THAT(text,
              AllOf(HasSubstr("idle part not known"), HasSubstr("without making the hardware (not known)"),
                    HasSubstr("PUE 1 (not given)")));
  RunRecord blind = VirtualMachineRun();
  blind.domains.clear();
  blind.energy_kwh = {};
  EXPECT_THAT(Plain(blind),
              AllOf(HasSubstr("energy   not known"), HasSubstr("carbon   not known"), Not(HasSubstr("0 J"))));
}

TEST(Summary, AMixOfGroundsIsSaidInShares) {
  RunRecord run = VirtualMachineRun();
  run.domains[1].basis = Basis::kCounter;
  EXPECT_THAT(Plain(run), HasSubstr("9 % counted, 91 % from a model"));
}

TEST(Summary, ShowsThreeWarningsAndCountsTheRest) {
  const std::string text = Plain(WeekRun());
  EXPECT_THAT(
      text, AllOf(HasSubstr("first"), HasSubstr("third"), HasSubstr("and 2 more"), Not(HasSubstr("fourth"))));
}

TEST(Summary, NamesGaps) {
  EXPECT_THAT(Plain(WeekRun()), AllOf(HasSubstr("nothing was read for 1 h 30 min in 2 stretches"),
                                      HasSubstr("machine suspended")));
}

TEST(Summary, ARecoveredRunSaysSo) { EXPECT_THAT(Lines(Plain(WeekRun())).front(), HasSubstr("recovered")); }

TEST(Summary, BarsGrowWithTheShare) {
  const auto blocks = [](const std::string& line) { return std::count(line.begin(), line.end(), '#'); };
  Style ascii;
  ascii.unicode = false;
  const auto lines = Lines(Summary(ServerRun(), ascii, "", ""));
  EXPECT_THAT(lines[2], HasSubstr("gpu x8"));
  EXPECT_GT(blocks(lines[2]), blocks(lines[3]));
  EXPECT_GT(blocks(lines[3]), blocks(lines[4]));
}

TEST(Summary, WithoutUnicodeEveryByteIsAscii) {
  Style ascii;
  ascii.unicode = false;
  for (const RunRecord& run : {VirtualMachineRun(), ServerRun(), LaptopRun(), WeekRun()}) {
    const std::string text = Summary(run, ascii, "/tmp/größe.db", "");
    EXPECT_TRUE(
        std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; }));
  }
}

TEST(Summary, ColourOnlyWhenAsked) {
  Style colour;
  colour.color = true;
  EXPECT_EQ(Plain(ServerRun()).find('\x1b'), std::string::npos);
  const std::string painted = Summary(ServerRun(), colour, "", "");
  EXPECT_NE(painted.find("\x1b[1m"), std::string::npos);
  for (const std::string& line : Lines(painted)) EXPECT_LE(DisplayWidth(line), 80) << line;
}

TEST(Summary, NoNameOrWarningBreaksTheLayoutOrReachesTheTerminalRaw) {
  std::mt19937 random(11);
  for (int i = 0; i < 400; ++i) {
    RunRecord run = WeekRun();
    run.name = HostileText(&random);
    run.command = {HostileText(&random), HostileText(&random)};
    run.zone = HostileText(&random);
    run.intensity.source = HostileText(&random);
    run.domains[0].name = HostileText(&random);
    run.domains[0].component = Component::kOther;
    run.gaps[0].reason = HostileText(&random);
    run.warnings = {HostileText(&random)};
    Style style;
    style.width = 40 + static_cast<int>(random() % 80);
    style.color = random() % 2 == 0;
    const std::string text = Summary(run, style, "", "");
    ASSERT_TRUE(IsTerminalSafe(text, style.color)) << testing::PrintToString(text);
    for (const std::string& line : Lines(text)) ASSERT_LE(DisplayWidth(line), style.width) << line;
  }
}

TEST(Summary, NeverShowsWhatOnlyAProgramWouldWrite) {
  RunRecord run = ServerRun();
  run.pue = std::nan("");
  run.intensity.value = {std::nan(""), 0, 0, Basis::kAssumed};
  run.emissions_gco2e.total = {std::nan(""), 0, 0, Basis::kAssumed};
  run.domains[0].energy_kwh.value = -1e-12;
  run.energy_kwh.share.value = -1e-12;
  EXPECT_THAT(Plain(run), AllOf(Not(HasSubstr("nan")), Not(HasSubstr("inf")), Not(HasSubstr("-0"))));
}

TEST(Summary, APathIsNeverBroken) {
  Style narrow;
  narrow.width = 40;
  const std::string path = "/home/ana/a very long folder name/that people copy/runs.db";
  EXPECT_THAT(Summary(LaptopRun(), narrow, path, ""), HasSubstr(path));
}

}  // namespace
}  // namespace jouleprint::report
