// The power model: which processor it takes a name for, what share of it a guest has, what it makes of a
// known idle and full power, and how wrong it is against the counters of four machines that it has not seen.
#include "meters/model/cpu_power_model.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "meters/model/cpu_table.h"

namespace jouleprint::meters {
namespace {

using ::testing::HasSubstr;

CpuIdentity Server(const std::string& vendor, const std::string& name, int sockets, int cores, int logical) {
  CpuIdentity cpu;
  cpu.vendor = vendor;
  cpu.model_name = name;
  cpu.sockets = sockets;
  cpu.cores = cores;
  cpu.logical_cpus = logical;
  return cpu;
}

CpuIdentity Guest(const std::string& vendor, const std::string& name, int logical) {
  // As many sockets as CPUs, the way some hypervisors show them.
  CpuIdentity cpu = Server(vendor, name, logical, logical, logical);
  cpu.hypervisor = true;
  cpu.virtualization = "kvm";
  return cpu;
}

TEST(FindCpuTest, KernelsNamesFindTheirPart) {
  const std::map<std::string, double> kTdpOfName = {{"Intel(R) Xeon(R) Platinum 8480+ @ 2.0GHz", 350},
                                                    {"Intel(R) Xeon(R) Platinum 8480+", 350},
                                                    {"AMD EPYC 7763 64-Core Processor", 280},
                                                    {"AMD EPYC 7R13 Processor", 225},
                                                    {"Intel(R) Xeon(R) CPU E5-2620 v3 @ 2.40GHz", 85},
                                                    {"Intel(R) Xeon(R) CPU E3-1240 V2 @ 3.40GHz", 69},
                                                    {"Intel(R) Xeon(R) CPU           X5670  @ 2.93GHz", 95},
                                                    {"13th Gen Intel(R) Core(TM) i9-13900K", 125},
                                                    {"Intel(R) Core(TM) i7-8700K CPU @ 3.70GHz", 95},
                                                    {"Intel(R) Core(TM)2 Duo CPU E4300 @ 1.80GHz", 65},
                                                    {"AMD Ryzen Threadripper 1950X 16-Core Processor", 180},
                                                    {"AMD A10-8700P Radeon R6, 10 Compute Cores 4C+6G", 15},
                                                    {"AMD Ryzen 7 5700G with Radeon Graphics", 65},
                                                    {"Raspberry Pi 4 Model B Rev 1.4", 6.4}};
  for (const auto& [name, tdp_w] : kTdpOfName) {
    auto facts = FindCpu(name);
    ASSERT_TRUE(facts) << name << " as " << NormaliseCpuName(name);
    EXPECT_DOUBLE_EQ(facts->tdp.value(), tdp_w) << name;
    EXPECT_FALSE(facts->source.empty()) << name;
  }
}

TEST(FindCpuTest, NamesThatHideThePartAreUnknown) {
  for (const char* name :
       {"AMD EPYC", "AMD EPYC Processor", "AMD EPYC-Rome Processor", "Intel(R) Xeon(R) Processor",
        "Intel(R) Xeon(R) CPU @ 2.20GHz", "Intel Xeon Processor (Skylake, IBRS)",
        "QEMU Virtual CPU version 2.5+", "Neoverse-V2", "", " ", "@", "AMD EPYC 776", "AMD EPYC 77630"}) {
    EXPECT_FALSE(FindCpu(name)) << name;
  }
}

TEST(FindCpuTest, EveryRowIsFoundByItsOwnName) {
  std::ifstream table(JOULEPRINT_SOURCE_DIR "/data/hardware/cpus.csv");
  std::string row;
  std::getline(table, row);
  ASSERT_EQ(row, "name,cores,threads,tdp_w,source");
  int rows = 0;
  while (std::getline(table, row)) {
    ++rows;
    std::string name = row.substr(0, row.find(','));
    auto facts = FindCpu(name);
    ASSERT_TRUE(facts) << name;
    EXPECT_EQ(facts->name, name) << "another row has the same key";
    EXPECT_GT(facts->tdp, Watts{0}) << name;
  }
  EXPECT_GT(rows, 4000);
}

TEST(CpuPowerModelTest, PowerRisesWithLoadFromIdleToMax) {
  CpuPowerModel model = ModelCpu(Server("AuthenticAMD", "AMD EPYC 7763 64-Core Processor", 2, 128, 256));
  EXPECT_EQ(model.At(0), model.idle);
  EXPECT_DOUBLE_EQ(model.At(1).value(), model.max.value());
  Watts last = model.At(0);
  for (int percent = 1; percent <= 100; ++percent) {
    EXPECT_GT(model.At(percent / 100.0), last) << percent;
    last = model.At(percent / 100.0);
  }
  EXPECT_EQ(model.At(-1), model.idle);
  EXPECT_EQ(model.At(7), model.At(1));
  EXPECT_EQ(model.At(std::nan("")), model.idle);
}

TEST(CpuPowerModelTest, EverySocketOfAKnownPartCounts) {
  CpuPowerModel one = ModelCpu(Server("AuthenticAMD", "AMD EPYC 7763 64-Core Processor", 1, 64, 128));
  CpuPowerModel two = ModelCpu(Server("AuthenticAMD", "AMD EPYC 7763 64-Core Processor", 2, 128, 256));
  EXPECT_DOUBLE_EQ(two.max.value(), 2 * one.max.value());
  EXPECT_LT(one.max, Watts{280}) << "rated power is a limit that loads seldom reach";
  EXPECT_GT(one.max, Watts{140});
  EXPECT_THAT(two.explanation, HasSubstr("AMD EPYC 7763: 280 W rated per socket, 2 sockets"));
}

TEST(CpuPowerModelTest, GuestIsChargedItsShareOfTheProcessorAndNotEverySocketItShows) {
  CpuPowerModel whole = ModelCpu(Server("AuthenticAMD", "AMD EPYC 7763 64-Core Processor", 1, 64, 128));
  CpuPowerModel guest = ModelCpu(Guest("AuthenticAMD", "AMD EPYC 7763 64-Core Processor", 8));
  EXPECT_NEAR(guest.max.value(), whole.max.value() * 8 / 128, 1e-9);
  EXPECT_LT(guest.low_factor, whole.low_factor) << "a guest's figure is less sure";
  EXPECT_GT(guest.high_factor, whole.high_factor);
  EXPECT_THAT(guest.explanation, HasSubstr("8 of 128 threads"));
}

TEST(CpuPowerModelTest, GuestOfAPartWithoutCoreCountFallsBackToTheRule) {
  ASSERT_EQ(FindCpu("AMD EPYC 7R13 Processor")->cores, 0) << "else this test needs another part";
  CpuPowerModel guest = ModelCpu(Guest("AuthenticAMD", "AMD EPYC 7R13 Processor", 8));
  CpuPowerModel bare = ModelCpu(Guest("AuthenticAMD", "AMD EPYC", 8));
  EXPECT_EQ(guest.max, bare.max);
}

TEST(CpuPowerModelTest, UnknownGuestsAreChargedByTheCoreWithAWiderInterval) {
  CpuPowerModel known = ModelCpu(Guest("AuthenticAMD", "AMD EPYC 7763 64-Core Processor", 4));
  for (const char* vendor : {"AuthenticAMD", "GenuineIntel"}) {
    CpuPowerModel two = ModelCpu(Guest(vendor, "a name that hides the part", 2));
    CpuPowerModel four = ModelCpu(Guest(vendor, "a name that hides the part", 4));
    EXPECT_DOUBLE_EQ(four.max.value(), 2 * two.max.value()) << "n, never n squared";
    EXPECT_GT(four.max, Watts{3}) << vendor;
    EXPECT_LT(four.max, Watts{20}) << vendor;
    EXPECT_LT(four.low_factor, known.low_factor) << vendor;
    EXPECT_GT(four.high_factor, known.high_factor) << vendor;
  }
}

TEST(CpuPowerModelTest, ArmMachinesAndNothingAtAll) {
  CpuPowerModel grace = ModelCpu(Server("ARM", "Neoverse-V2", 2, 144, 144));
  EXPECT_GT(grace.max, Watts{150});
  EXPECT_LT(grace.max, Watts{500}) << "the two processors and their memory are rated 500 W";
  CpuPowerModel pi = ModelCpu(Server("ARM", "Raspberry Pi 4 Model B Rev 1.4", 1, 4, 4));
  EXPECT_LT(pi.max, Watts{6.4});
  CpuPowerModel newer_pi = ModelCpu(Server("ARM", "Raspberry Pi 5 Model B Rev 1.0", 1, 4, 4));
  EXPECT_LT(newer_pi.max, Watts{8}) << "a board, not a server";
  CpuPowerModel unknown = ModelCpu(CpuIdentity{});
  EXPECT_GT(unknown.max, Watts{0});
  EXPECT_GT(unknown.high_factor / unknown.low_factor, pi.high_factor / pi.low_factor);
  EXPECT_THAT(unknown.explanation, HasSubstr("without a name"));
}

// The rule's watts per core are typed into the .cc: they must be those of the table that ships.
TEST(CpuPowerModelTest, WattsPerCoreAreTheTablesMedian) {
  std::ifstream table(JOULEPRINT_SOURCE_DIR "/data/hardware/cpus.csv");
  std::map<std::string, std::vector<double>> watts_of_core;
  for (std::string row; std::getline(table, row);) {
    std::istringstream fields(row);
    std::string name, cores, threads, tdp;
    for (std::string* field : {&name, &cores, &threads, &tdp}) std::getline(fields, *field, ',');
    bool intel = name.starts_with("Intel Xeon Platinum") || name.starts_with("Intel Xeon Gold") ||
                 name.starts_with("Intel Xeon Silver");
    bool amd = name.starts_with("AMD EPYC 7") || name.starts_with("AMD EPYC 9");
    if (cores.empty() || (!intel && !amd)) continue;
    std::vector<double>& all = watts_of_core[intel ? "GenuineIntel" : "AuthenticAMD"];
    all.insert(all.end(), std::stoul(cores), std::stod(tdp) / std::stod(cores));
  }
  ASSERT_EQ(watts_of_core.size(), 2u);
  CpuPowerModel one_core_of_epyc_7763 = ModelCpu(Guest("AuthenticAMD", "AMD EPYC 7763 64-Core Processor", 2));
  for (auto& [vendor, watts] : watts_of_core) {
    std::sort(watts.begin(), watts.end());
    double shipped = ModelCpu(Guest(vendor, "hidden", 2)).max / one_core_of_epyc_7763.max * 280 / 64;
    EXPECT_NEAR(shipped, watts[watts.size() / 2], 0.05) << vendor;
  }
}

TEST(CpuPowerModelTest, DesktopPartsBoostToTheirRatedPower) {
  CpuPowerModel desktop =
      ModelCpu(Server("AuthenticAMD", "AMD Ryzen Threadripper 1950X 16-Core Processor", 1, 16, 32));
  EXPECT_EQ(desktop.max, Watts{180});
  CpuPowerModel server =
      ModelCpu(Server("GenuineIntel", "Intel(R) Xeon(R) CPU E3-1240 V2 @ 3.40GHz", 1, 4, 8));
  EXPECT_DOUBLE_EQ(server.max.value(), 0.7 * 69);
}

TEST(CpuPowerModelTest, LowClocksDrawLess) {
  CpuPowerModel model = ModelCpu(Server("AuthenticAMD", "AMD EPYC 7763 64-Core Processor", 2, 128, 256));
  EXPECT_EQ(model.At(CpuActivity{1, 1, 1}), model.max);
  EXPECT_DOUBLE_EQ(model.At(CpuActivity{1, 1, 0.25}).value(),
                   (model.idle + (model.max - model.idle) * 0.5).value());
  EXPECT_EQ(model.At(CpuActivity{0, 0, 0.25}), model.idle);
  EXPECT_EQ(model.At(CpuActivity{1, std::nan(""), std::nan("")}), model.idle);
  EXPECT_EQ(model.At(CpuActivity{9, 9, 9}), model.max);
}

TEST(CpuPowerModelTest, AMachineThatTellsItsClockIsSurerAtTheLowEnd) {
  CpuIdentity cpu = Server("AuthenticAMD", "AMD EPYC 7763 64-Core Processor", 2, 128, 256);
  CpuPowerModel without = ModelCpu(cpu);
  cpu.max_mhz = 3500;
  EXPECT_GT(ModelCpu(cpu).low_factor, without.low_factor);
}

TEST(CpuPowerModelTest, KnownIdleAndFullPowerAreTheEnds) {
  CpuIdentity cpu = Server("AuthenticAMD", "AMD EPYC 7742 64-Core Processor", 2, 128, 256);
  CpuPowerModel rated = ModelCpu(cpu);
  CpuPowerModel known = ModelCpu(cpu, PowerPoints{Watts{100}, Watts{500}});
  EXPECT_EQ(known.basis, Basis::kCalibrated);
  EXPECT_EQ(rated.basis, Basis::kModelled);
  EXPECT_EQ(known.At(0), Watts{100});
  EXPECT_EQ(known.At(1), Watts{500});
  EXPECT_EQ(known.At(std::nan("")), Watts{100});
  EXPECT_DOUBLE_EQ(known.At(0.5).value(), 100 + 400 * ShapeOf(ServerFamily::kZen2, true, 0.2).At(0.5))
      << "an even load is a share of the throughput";
  EXPECT_GT(known.At(CpuActivity{0.5, 0.8, 1}), known.At(0.5)) << "half of the threads on cores of their own";
  EXPECT_EQ(known.At(CpuActivity{0.5, EvenCapacity(0.5, 2), 0.3}), known.At(0.5))
      << "the shape has the clock in it";
  EXPECT_GT(known.low_factor, rated.low_factor);
  EXPECT_LT(known.high_factor, rated.high_factor);
  EXPECT_THAT(known.explanation,
              HasSubstr("100 W idle and 500 W at full load as measured, between them as EPYC 7002"));
}

TEST(PowerPointsTest, OnlyWhatCanBeOneMachineIsTaken) {
  EXPECT_TRUE(CheckPowerPoints({Watts{0}, Watts{1}}).ok());
  for (PowerPoints wrong : {PowerPoints{Watts{-1}, Watts{5}}, PowerPoints{Watts{5}, Watts{5}},
                            PowerPoints{Watts{9}, Watts{5}}, PowerPoints{Watts{1}, Watts{INFINITY}},
                            PowerPoints{Watts{NAN}, Watts{5}}, PowerPoints{Watts{1}, Watts{NAN}}}) {
    Result<PowerPoints> checked = CheckPowerPoints(wrong);
    ASSERT_FALSE(checked.ok());
    EXPECT_EQ(checked.error().code, ErrorCode::kInvalidArgument);
    EXPECT_FALSE(checked.error().hint.empty());
  }
}

TEST(MemoryPowerModelTest, GrowsWithTheMemoryAndSpansThePublishedFigures) {
  CpuIdentity cpu;
  cpu.memory_gib = 64;
  MemoryPowerModel model = ModelMemory(cpu);
  cpu.memory_gib = 128;
  EXPECT_DOUBLE_EQ(ModelMemory(cpu).power.value(), 2 * model.power.value());
  double gb = 64 * 1.073741824;
  EXPECT_NEAR(model.power.value() * model.low_factor / gb, 0.08, 1e-9);
  EXPECT_NEAR(model.power.value() * model.high_factor / gb, 0.3725, 1e-9);
  EXPECT_GT(model.power.value(), 5);
}

}  // namespace
}  // namespace jouleprint::meters
