// What the reports say of the footprint beside the electricity's grams.
#include "report/footprint_tables.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <sstream>
#include <string>

#include "hostile_text.h"
#include "report/report.h"
#include "report/text_width.h"
#include "sample_runs.h"

namespace jouleprint::report {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

RunRecord WholeRun() {
  RunRecord run = ServerRun();
  run.pue_source = "Google, 2024";
  run.embodied_parts = {{"server for many GPUs without them",
                         1,
                         {2500, 1000, 5700, Basis::kAssumed},
                         {35040, 26280, 52560, Basis::kAssumed},
                         0.125,
                         {9.2, 3.1, 24, Basis::kAssumed},
                         "arXiv:2211.02001"},
                        {"NVIDIA A100-SXM4-80GB",
                         8,
                         {228, 114, 456, Basis::kAssumed},
                         {35040, 26280, 52560, Basis::kAssumed},
                         1,
                         {22, 9, 48, Basis::kAssumed},
                         "arXiv:2211.02001"}};
  run.sci = SciScore{"epoch", 3, {81.3, 71.7, 90.7, Basis::kAssumed}};
  run.market_intensity = {Estimate::Exact(20, Basis::kAssumed), "market", "given by the user"};
  run.emissions_gco2e.operational_market = {76, 74, 78, Basis::kAssumed};
  run.water = WaterUse{0.5, "given", {1.585, 1.56, 1.61, Basis::kAssumed}};
  return run;
}

std::string Document(const RunRecord& run, Format format, Style style = {}) {
  return *Render({run}, {std::nullopt}, format, style);
}

TEST(FootprintLine, TellsScoreWaterAndContracts) {
  const std::string line = FootprintLine(WholeRun(), true);
  EXPECT_THAT(line, AllOf(HasSubstr("81 g CO2e (72 to 91) per epoch (SCI)"), HasSubstr("of water"),
                          HasSubstr("76.0 g CO2e (74.0 to 78.0) by the contracts")));
}

TEST(FootprintLine, AScoreWithoutHardwareSaysSo) {
  RunRecord run = WholeRun();
  run.emissions_gco2e.embodied.reset();
  EXPECT_THAT(FootprintLine(run, true), HasSubstr("(SCI, without hardware)"));
}

TEST(FootprintLine, ATokensShareIsNotShownAsNothing) {
  RunRecord run = WholeRun();
  run.sci = SciScore{"token", 5e10, Estimate::Exact(1.3e-7, Basis::kAssumed)};
  EXPECT_THAT(FootprintLine(run, true), HasSubstr("130 ng CO2e per token"));
}

TEST(FootprintLine, CertificatesForEverythingReadZero) {
  RunRecord run = WholeRun();
  run.emissions_gco2e.operational_market = Estimate::Exact(0, Basis::kAssumed);
  EXPECT_THAT(FootprintLine(run, true), HasSubstr("; 0 g CO2e by the contracts"));
}

TEST(FootprintLine, IsEmptyWhereNobodyAsked) { EXPECT_THAT(FootprintLine(ServerRun(), true), IsEmpty()); }

TEST(Summary, KeepsEnergyAndGramsFirst) {
  const std::string text = Summary(WholeRun(), {}, "", "");
  EXPECT_LT(text.find("energy"), text.find("carbon"));
  EXPECT_LT(text.find("carbon"), text.find("  also"));
  EXPECT_THAT(Summary(ServerRun(), {}, "", ""), Not(HasSubstr("  also")));
}

TEST(TextReport, ShowsTheFootprintAndItsParts) {
  const std::string text = Document(WholeRun(), Format::kText, {false, true, 100});
  const std::string section = text.substr(std::min(text.size(), text.find("\nFootprint\n")));
  EXPECT_THAT(section, AllOf(HasSubstr("electricity, by place"), HasSubstr("PUE 1.2 (Google, 2024)"),
                             HasSubstr("making the hardware"), HasSubstr("per epoch (SCI)"),
                             HasSubstr("the total / 3"), HasSubstr("electricity, by contracts"),
                             HasSubstr("not in the total"), HasSubstr("0.5 L/kWh")));
  EXPECT_THAT(section, AllOf(HasSubstr("NVIDIA A100-SXM4-80GB"), HasSubstr("2500 kg (1000 to 5700)"),
                             HasSubstr("13 %"), HasSubstr("9.2 g (3.1 to 24")));
  EXPECT_LT(section.find("by place"), section.find("by contracts")) << "location-based first";
}

TEST(TextReport, OfAnEarlierRecordHasNoSuchSection) {
  EXPECT_THAT(Document(VirtualMachineRun(), Format::kText), Not(HasSubstr("Footprint\n")));
}

TEST(TextReport, KeepsTheFootprintWithinTheWidth) {
  for (const int width : {40, 60, 80, 100}) {
    std::stringstream lines(Document(WholeRun(), Format::kText, {false, true, width}));
    for (std::string line; std::getline(lines, line);) EXPECT_LE(DisplayWidth(line), width) << line;
  }
}

TEST(TextReport, NamesOfHardwareAndUnitsCannotBreakATerminal) {
  std::mt19937 random(7);
  for (int round = 0; round < 50; ++round) {
    RunRecord run = WholeRun();
    run.embodied_parts[0].item = HostileText(&random);
    run.embodied_parts[1].source = HostileText(&random);
    run.sci->unit = HostileText(&random);
    run.water->source = HostileText(&random);
    run.market_intensity->source = HostileText(&random);
    run.pue_source = HostileText(&random);
    for (const Format format : {Format::kText, Format::kMarkdown}) {
      EXPECT_TRUE(IsTerminalSafe(Document(run, format))) << round;
    }
  }
}

TEST(MarkdownReport, HasTheFootprintInItsTables) {
  const std::string text = Document(WholeRun(), Format::kMarkdown);
  EXPECT_THAT(text, AllOf(HasSubstr("| 4 y (3 to 6) |"), HasSubstr("| arXiv:2211.02001 |")));
  EXPECT_THAT(text, AllOf(HasSubstr("per epoch (SCI)"), HasSubstr("not in the total"), HasSubstr("water"),
                          HasSubstr("| NVIDIA A100-SXM4-80GB"), HasSubstr("CO2e, making the hardware")));
  EXPECT_THAT(Document(VirtualMachineRun(), Format::kMarkdown), Not(HasSubstr("| hardware")));
}

TEST(CsvReport, HasTheFootprintInColumnsAtTheEnd) {
  const std::string text = Document(WholeRun(), Format::kCsv);
  EXPECT_THAT(text, AllOf(HasSubstr(",sci_unit,sci_count,sci_gco2e_per_unit,"),
                          HasSubstr(",epoch,3,81.3,71.7,90.7,assumed"),
                          HasSubstr(",20,76,74,78,assumed,0.5,given,1.585,")));
  EXPECT_THAT(Document(VirtualMachineRun(), Format::kCsv), HasSubstr(",,,,,,,,")) << "empty, not 0";
}

TEST(JsonReport, HasTheFootprintUnderItsNames) {
  const std::string text = Document(WholeRun(), Format::kJson);
  EXPECT_THAT(text, AllOf(HasSubstr("\"embodied_parts\""), HasSubstr("\"operational_market\""),
                          HasSubstr("\"litres\""), HasSubstr("\"g_per_unit\"")));
}

}  // namespace
}  // namespace jouleprint::report
