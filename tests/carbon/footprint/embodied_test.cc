#include "carbon/footprint/embodied.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "carbon/footprint/embodied_table.h"
#include "carbon/footprint/machine_kind.h"

extern "C" const char jouleprint_data_embodied_begin[], jouleprint_data_embodied_end[];

namespace jouleprint::carbon {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// 4 years of 365 days: the share of an hour in them.
constexpr double kHourOfFourYears = 1 / 35040.0;

HostInfo Server() {
  HostInfo host;
  host.cpu = "AMD EPYC 7763 64-Core Processor";
  host.sockets = 2;
  host.logical_cpus = 256;
  host.memory_gib = 512;
  return host;
}

const Reservation kAll{1, 1, 1, "the whole machine"};

EmbodiedAnswer HourOn(const HostInfo& host, const Reservation& reserved = kAll, EmbodiedOption option = {}) {
  return EmbodiedOf({.option = option, .host = host, .reserved = reserved, .duration = Seconds{3600}});
}

std::vector<std::string> ItemsOf(const EmbodiedAnswer& answer) {
  std::vector<std::string> items;
  for (const EmbodiedPart& part : answer.parts) items.push_back(std::to_string(part.count) + " " + part.item);
  return items;
}

TEST(EmbodiedTable, HoldsTheRangeOfAnH100) {
  const std::optional<Making> h100 = MakingOfGpu("NVIDIA H100 80GB HBM3");
  ASSERT_TRUE(h100);
  EXPECT_EQ(h100->kgco2e.value, 164);
  EXPECT_NEAR(h100->kgco2e.low, 15, 0.5);
  EXPECT_EQ(h100->kgco2e.high, 463);
  EXPECT_THAT(h100->source, HasSubstr("NVIDIA"));
}

TEST(EmbodiedTable, KnowsGpusByTheNamesThatDriversGive) {
  for (const char* name :
       {"NVIDIA A100-SXM4-40GB", "A100-PCIE-40GB", "Tesla V100-SXM2-16GB", "Tesla T4", "NVIDIA A10G",
        "NVIDIA L40S", "NVIDIA H100 PCIe", "NVIDIA H200", "NVIDIA GH200 480GB", "NVIDIA B200",
        "NVIDIA GeForce RTX 4090", "NVIDIA GeForce RTX 3070 Laptop GPU", "NVIDIA RTX 6000 Ada Generation",
        "NVIDIA RTX A6000", "Tesla K80", "NVIDIA TITAN RTX", "GeForce GTX 1080 Ti", "Tesla P100-PCIE-16GB",
        "Quadro RTX 8000"}) {
    EXPECT_TRUE(MakingOfGpu(name)) << name;
  }
}

TEST(EmbodiedTable, TakesTheRowThatSaysMost) {
  EXPECT_GT(MakingOfGpu("NVIDIA A100-SXM4-80GB")->kgco2e.value,
            MakingOfGpu("NVIDIA A100-SXM4-40GB")->kgco2e.value);
  EXPECT_GT(MakingOfGpu("NVIDIA RTX 6000 Ada Generation")->kgco2e.value,
            MakingOfGpu("Quadro RTX 6000")->kgco2e.value);
  EXPECT_NE(MakingOfGpu("NVIDIA A10")->kgco2e, MakingOfGpu("NVIDIA A100-SXM4-40GB")->kgco2e);
}

TEST(EmbodiedTable, GuessesNoGpu) {
  for (const char* name :
       {"", "NVIDIA", "NVIDIA GeForce", "Accelerator 9000", "H1000", "NVIDIA Graphics Device"}) {
    EXPECT_FALSE(MakingOfGpu(name)) << name;
  }
}

TEST(EmbodiedTable, EveryRowIsWhole) {
  std::string_view table(
      jouleprint_data_embodied_begin,
      static_cast<std::size_t>(jouleprint_data_embodied_end - jouleprint_data_embodied_begin));
  table.remove_prefix(table.find('\n') + 1);
  int rows = 0;
  for (; !table.empty(); table.remove_prefix(table.find('\n') + 1)) {
    const std::string_view row = table.substr(0, table.find('\n'));
    ASSERT_EQ(std::count(row.begin(), row.end(), ','), 6) << row;
    const std::string_view kind = row.substr(0, row.find(','));
    const std::string_view rest = row.substr(kind.size() + 1);
    const std::string_view match = rest.substr(0, rest.find(','));
    const Making making = match.empty() ? MakingOf(kind) : MakingOfGpu(match).value_or(Making{});
    EXPECT_GT(making.kgco2e.low, 0) << row;
    EXPECT_LT(making.kgco2e.low, making.kgco2e.value) << row;
    EXPECT_LT(making.kgco2e.value, making.kgco2e.high) << row;
    EXPECT_FALSE(making.source.empty()) << row;
    EXPECT_NE(row.find(making.source), std::string_view::npos) << row << " finds another row";
    ++rows;
  }
  EXPECT_GT(rows, 100);
}

TEST(MachineKind, IsReadFromTheProcessorsName) {
  const auto kind_of = [](const char* cpu) {
    HostInfo host;
    host.cpu = cpu;
    host.sockets = 1;
    host.logical_cpus = 16;
    host.memory_gib = 32;
    return KindOf(host);
  };
  for (const char* cpu :
       {"AMD EPYC 9654 96-Core Processor", "Intel(R) Xeon(R) Platinum 8380 CPU @ 2.30GHz",
        "Intel(R) Xeon(R) CPU E5-2620 v3 @ 2.40GHz", "Intel(R) Xeon(R) Processor", "Neoverse-N1"}) {
    EXPECT_EQ(kind_of(cpu), MachineKind::kServer) << cpu;
  }
  for (const char* cpu :
       {"11th Gen Intel(R) Core(TM) i7-1165G7 @ 2.80GHz", "AMD Ryzen 7 5800U with Radeon Graphics",
        "Intel(R) Core(TM) Ultra 7 155H", "Intel(R) Core(TM) i7-8550U CPU @ 1.80GHz",
        "AMD Ryzen AI 9 HX 370 w/ Radeon 890M", "AMD Ryzen 9 7945HX with Radeon Graphics"}) {
    EXPECT_EQ(kind_of(cpu), MachineKind::kLaptop) << cpu;
  }
  for (const char* cpu :
       {"13th Gen Intel(R) Core(TM) i7-13700K", "Intel(R) Core(TM) i5-13400",
        "AMD Ryzen Threadripper 1950X 16-Core Processor", "AMD Ryzen 9 5950X 16-Core Processor",
        "Intel(R) Xeon(R) W-2245 CPU @ 3.90GHz", "Intel(R) Core(TM) i9-9900KF CPU @ 3.60GHz",
        "AMD Ryzen 7 5800X3D 8-Core Processor"}) {
    EXPECT_EQ(kind_of(cpu), MachineKind::kDesktop) << cpu;
  }
  for (const char* cpu : {"", "ARMv8 Processor rev 1 (v8l)", "Intel(R) N100"}) {
    EXPECT_EQ(kind_of(cpu), MachineKind::kUnknown) << cpu;
  }
}

TEST(MachineKind, SizeTellsWhereTheNameDoesNot) {
  HostInfo host;
  host.sockets = 1;
  host.logical_cpus = 128;
  EXPECT_EQ(KindOf(host), MachineKind::kServer);
  host.logical_cpus = 8;
  host.gpus.assign(8, "NVIDIA H100 80GB HBM3");
  EXPECT_EQ(KindOf(host), MachineKind::kGpuServer);
}

TEST(MachineKind, AContainerIsOnTheMachineItselfAndAGuestIsNot) {
  HostInfo host = Server();
  host.virtualization = "container";
  EXPECT_EQ(KindOf(host), MachineKind::kServer);
  host.virtualization = "kvm";
  EXPECT_EQ(KindOf(host), MachineKind::kGuest);
}

TEST(Embodied, AServerIsItsCaseItsProcessorsItsMemoryAndItsGpus) {
  HostInfo host = Server();
  host.gpus = {"NVIDIA L4", "NVIDIA L4"};
  const EmbodiedAnswer answer = HourOn(host);
  EXPECT_THAT(ItemsOf(answer),
              ElementsAre(HasSubstr("1 server"), "2 processor", "1 512 GiB of memory", "2 NVIDIA L4"));
  EXPECT_THAT(answer.warnings, IsEmpty());
  // By the table: 370 + 2 x 30 + 512 x 1.35 + 2 x 89 kg, an hour of four years.
  EXPECT_NEAR(answer.gco2e->value, 1e3 * (370 + 60 + 691.2 + 178) * kHourOfFourYears, 1e-6);
  EXPECT_EQ(answer.gco2e->basis, Basis::kAssumed);
}

TEST(Embodied, IsTheSumOfItsParts) {
  HostInfo host = Server();
  host.gpus = {"NVIDIA L4", "NVIDIA T4", "NVIDIA L4"};
  const EmbodiedAnswer answer = HourOn(host);
  double value = 0, low = 0, high = 0;
  for (const EmbodiedPart& part : answer.parts) {
    value += part.gco2e.value;
    low += part.gco2e.low;
    high += part.gco2e.high;
  }
  EXPECT_NEAR(answer.gco2e->value, value, 1e-9);
  EXPECT_NEAR(answer.gco2e->low, low, 1e-9);
  EXPECT_NEAR(answer.gco2e->high, high, 1e-9);
  EXPECT_THAT(ItemsOf(answer), Contains("2 NVIDIA L4")) << "those of one name stand together";
}

TEST(Embodied, TheUsualLifetimeIsThreeToSixYearsAndWidensTheRange) {
  EmbodiedOption four_years;
  four_years.lifetime_years = 4;
  const EmbodiedPart usual = HourOn(Server()).parts.front();
  const EmbodiedPart given = HourOn(Server(), kAll, four_years).parts.front();
  EXPECT_NEAR(usual.lifetime_h.low, 3 * 8760, 1e-9);
  EXPECT_NEAR(usual.lifetime_h.high, 6 * 8760, 1e-9);
  EXPECT_NEAR(usual.gco2e.value, given.gco2e.value, 1e-12);
  EXPECT_LT(usual.gco2e.low, given.gco2e.low);
  EXPECT_GT(usual.gco2e.high, given.gco2e.high);
  EXPECT_NEAR(given.gco2e.high / given.gco2e.value, given.making_kgco2e.high / given.making_kgco2e.value,
              1e-9);
}

TEST(Embodied, OnlyWhatIsReservedIsTheRuns) {
  HostInfo host = Server();
  host.gpus = {"NVIDIA L4", "NVIDIA L4"};
  const EmbodiedAnswer all = HourOn(host);
  const EmbodiedAnswer part = HourOn(host, {0.25, 0.5, 0.5, "Slurm"});
  const std::vector<double> shares{0.25, 0.25, 0.5, 0.5};
  ASSERT_EQ(part.parts.size(), shares.size());
  for (std::size_t i = 0; i < shares.size(); ++i) {
    EXPECT_EQ(part.parts[i].share, shares[i]);
    EXPECT_NEAR(part.parts[i].gco2e.value, all.parts[i].gco2e.value * shares[i], 1e-9);
  }
}

TEST(Embodied, AShareThatNobodyKnowsIsAllAndSaysSo) {
  const EmbodiedAnswer answer = HourOn(Server(), {0.25, {}, {}, "given"});
  EXPECT_EQ(answer.parts.front().share, 0.25);
  EXPECT_EQ(answer.parts.back().share, 1) << "memory";
  EXPECT_THAT(answer.warnings, ElementsAre(HasSubstr("is not known")));
}

TEST(Embodied, AMachineBuiltForItsGpusIsSharedAsTheyAre) {
  HostInfo host = Server();
  host.gpus.assign(8, "NVIDIA H100 80GB HBM3");
  const EmbodiedAnswer answer = HourOn(host, {1, 1, 0.25, "the GPUs in the environment"});
  EXPECT_THAT(ItemsOf(answer), ElementsAre(HasSubstr("server for many GPUs"), "8 NVIDIA H100 80GB HBM3"));
  EXPECT_NEAR(answer.gco2e->value, 1e3 * (2500 + 8 * 164) * 0.25 * kHourOfFourYears, 1e-6);
}

TEST(Embodied, AGuestHasItsShareOfAServerThatNobodyKnows) {
  HostInfo host = Server();
  host.virtualization = "kvm";
  host.logical_cpus = 8;
  host.memory_gib = 32;
  const EmbodiedAnswer answer = HourOn(host);
  EXPECT_THAT(ItemsOf(answer), ElementsAre(HasSubstr("8 virtual CPU"), "1 32 GiB of memory"));
  EXPECT_LT(answer.gco2e->value, HourOn(Server()).gco2e->value / 5);
  EXPECT_GT(answer.gco2e->high, 3 * answer.gco2e->value) << "the range is wide";
}

TEST(Embodied, ALaptopIsOneThing) {
  HostInfo host;
  host.cpu = "AMD Ryzen 7 5800H with Radeon Graphics";
  host.sockets = 1;
  host.memory_gib = 16;
  host.gpus = {"NVIDIA GeForce RTX 3060 Laptop GPU"};
  EXPECT_THAT(ItemsOf(HourOn(host)), ElementsAre("1 laptop computer"));
}

TEST(Embodied, ADesktopsCardsCount) {
  HostInfo host;
  host.cpu = "13th Gen Intel(R) Core(TM) i7-13700K";
  host.sockets = 1;
  host.gpus = {"NVIDIA GeForce RTX 4090"};
  EXPECT_THAT(ItemsOf(HourOn(host)), ElementsAre(HasSubstr("desktop"), "1 NVIDIA GeForce RTX 4090"));
}

TEST(Embodied, AGpuThatNoRowKnowsIsCountedWidelyAndSaysSo) {
  HostInfo host = Server();
  host.gpus = {"Accelerator 9000"};
  const EmbodiedAnswer answer = HourOn(host);
  EXPECT_EQ(answer.parts.back().item, "Accelerator 9000");
  EXPECT_GT(answer.parts.back().making_kgco2e.high, 10 * answer.parts.back().making_kgco2e.low);
  EXPECT_THAT(answer.warnings, ElementsAre(HasSubstr("'Accelerator 9000'")));
}

TEST(Embodied, AFigureForTheWholeMachineReplacesTheTable) {
  EmbodiedOption given{EmbodiedOption::Kind::kGiven, 1200, 2500, 5};
  const EmbodiedAnswer answer = HourOn(Server(), kAll, given);
  EXPECT_THAT(ItemsOf(answer), ElementsAre("1 the machine"));
  EXPECT_NEAR(answer.gco2e->value, 1850e3 / 43800, 1e-9);
  EXPECT_NEAR(answer.gco2e->low, 1200e3 / 43800, 1e-9);
  EXPECT_NEAR(answer.gco2e->high, 2500e3 / 43800, 1e-9);
}

TEST(Embodied, OffIsAbsentAndNotZero) {
  const EmbodiedAnswer answer = HourOn(Server(), kAll, {EmbodiedOption::Kind::kOff, 0, 0, {}});
  EXPECT_FALSE(answer.gco2e);
  EXPECT_THAT(answer.parts, IsEmpty());
}

}  // namespace
}  // namespace jouleprint::carbon
