// The curve, from the busy share u of all logical CPUs and the rated power TDP of all sockets:
//
//   P(u) = idle + (max - idle) * shape(u),   shape(u) = (1 + c) u / (1 + c u),  c = 2
//   idle = 0.04 TDP,  max = 0.70 TDP
//
// max: 433 published SPECpower_ssj2008 results (2004 to 2022) rise by 0.88 TDP from idle to full load at
// the wall in the median, about 0.65 TDP of it in the package (supply 0.92, regulators 0.9, memory and fans
// a tenth). c: with two threads per core, half of the logical CPUs busy keep most cores busy; under
// stress-ng the package then draws 0.72 of its full power (mean of eight series, 0.28 to 1.01; here 0.76).
// idle: the fits run to the lower bound that we gave them, 0.04.
//
// Error on the package counters of four machines (78 steps of 30 s, codecarbon's cpu_load_profiling), each
// held out while idle was fitted on the others: median |error| 24.6 %, typical factor 1.37. With max fitted
// too 32 %, with all three 42 %: four machines cannot say more, so max and c rest on what stands above
// (c with the same four machines in view, so 24.6 % flatters). The mean |error| is 42 %, as the cubic's.
// The cubic law 0.1 + 0.9 u^3 in use elsewhere: 43 %, typical factor 1.76. Do differences of maker or class
// help? With two machines of each, not on machines held out. Reproduce: tools/fit_cpu_model.py; read:
// docs/meters/model.md. Tested by tests/meters/cpu_power_model_test.cc.
#include "meters/cpu_power_model.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <string_view>
#include <utility>

#include "meters/cpu_table.h"

namespace jouleprint::meters {
namespace {

constexpr double kIdleOfTdp = 0.04;
constexpr double kMaxOfTdp = 0.70;
constexpr double kCurvature = 2.0;

/// A 90 % interval as factors of the value.
struct Spread {
  double low = 1;
  double high = 1;
};

// Held-out counter / model: 0.34 at 5 %, 1.50 at 95 %. Wider, because four machines are few: 96 % inside.
constexpr Spread kCurveSpread{0.33, 1.65};
// A guest may boost on its neighbours' idle watts, or lose to their load. No data: assumed.
constexpr Spread kGuestSpread{1 / 1.5, 1.5};

struct PerCoreRule {
  std::string_view what;
  Watts per_core;
  Spread spread;
};
// The first three from data/hardware/cpus.csv (tools/make_cpu_table.py --rules): median, 5 % and 95 % of
// the rated watts per core, server parts counted once per core.
constexpr PerCoreRule kIntelServer{"Intel server parts", Watts{7.1}, {5.47 / 7.1, 9.38 / 7.1}};
constexpr PerCoreRule kAmdServer{"AMD server parts", Watts{4.4}, {2.60 / 4.4, 10.6 / 4.4}};
constexpr PerCoreRule kClient{"desktop and laptop parts", Watts{7.0}, {2.19 / 7.0, 20.8 / 7.0}};
// Published ratings: Ampere Altra Q80-30 210 W and 80 cores (2.6), Altra Max M128-30 250 W and 128 (2.0),
// NVIDIA Grace superchip 500 W and 144 with its memory (3.5).
constexpr PerCoreRule kArmServer{"Arm server parts", Watts{2.6}, {1.5 / 2.6, 4.0 / 2.6}};
// Raspberry Pi 4: 6.4 W and 4 cores (the same table); boards and phones on both sides of it.
constexpr PerCoreRule kArmBoard{"Arm boards", Watts{1.6}, {0.5 / 1.6, 4.0 / 1.6}};
// Nothing is known: from a board's core to a desktop's.
constexpr PerCoreRule kAnything{"all parts", Watts{5.0}, {0.2, 4.0}};

/// Rated power of what this machine sees, and how it was found.
struct Rated {
  Watts power{0};
  Spread spread;
  std::string how;
};

// Independent factors: half-widths add in quadrature on the scale where a factor is a distance.
Spread Combine(Spread a, Spread b) {
  return {std::exp(-std::hypot(std::log(a.low), std::log(b.low))),
          std::exp(std::hypot(std::log(a.high), std::log(b.high)))};
}

bool IsX86(const CpuIdentity& cpu) {
  return cpu.vendor == "GenuineIntel" || cpu.vendor == "AuthenticAMD" || cpu.vendor == "HygonGenuine";
}

bool Contains(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

const PerCoreRule& RuleFor(const CpuIdentity& cpu) {
  // Guests are rented from servers, whatever name they show.
  bool server = cpu.hypervisor || cpu.sockets > 1 || Contains(cpu.model_name, "Xeon") ||
                Contains(cpu.model_name, "EPYC") || Contains(cpu.model_name, "Neoverse");
  if (cpu.vendor == "GenuineIntel") return server ? kIntelServer : kClient;
  if (cpu.vendor == "AuthenticAMD" || cpu.vendor == "HygonGenuine") return server ? kAmdServer : kClient;
  if (cpu.vendor == "ARM" && !server) return kArmBoard;
  // Makers of Arm cores of their own, Apple's among them, are near the servers' figure per core.
  return cpu.vendor.empty() ? kAnything : kArmServer;
}

// Clouds sell hardware threads as CPUs, and many do not tell the guest which two share a core.
double PhysicalCores(const CpuIdentity& cpu) {
  if (!cpu.hypervisor) return cpu.cores;
  return IsX86(cpu) ? cpu.logical_cpus / 2.0 : cpu.logical_cpus;
}

std::string NameOf(const CpuIdentity& cpu) {
  return cpu.model_name.empty() ? std::string("a processor without a name") : cpu.model_name;
}

Rated ByRule(const CpuIdentity& cpu, std::string_view why) {
  const PerCoreRule& rule = RuleFor(cpu);
  double cores = PhysicalCores(cpu);
  Spread spread = cpu.hypervisor ? Combine(rule.spread, kGuestSpread) : rule.spread;
  return {rule.per_core * cores, spread,
          fmt::format("{}: {}, so {:g} W rated for each of {:g} cores, the median of {}", NameOf(cpu), why,
                      rule.per_core.value(), cores, rule.what)};
}

int ThreadsOfPart(const CpuIdentity& cpu, const CpuFacts& facts) {
  if (facts.threads > 0) return facts.threads;
  int cores = facts.cores > 0 ? facts.cores : CoresInName(cpu.model_name);
  // x86 server parts, which guests run on, have two threads per core.
  return IsX86(cpu) ? 2 * cores : cores;
}

Rated RatedPower(const CpuIdentity& cpu) {
  std::optional<CpuFacts> facts = FindCpu(cpu.model_name);
  if (!facts) return ByRule(cpu, "not in the table of processors");
  if (!cpu.hypervisor) {
    return {facts->tdp * cpu.sockets,
            {},
            fmt::format("{}: {:g} W rated per socket, {} socket{}", facts->name, facts->tdp.value(),
                        cpu.sockets, cpu.sockets == 1 ? "" : "s")};
  }
  int threads = ThreadsOfPart(cpu, *facts);
  if (threads == 0) return ByRule(cpu, "a guest's share of it cannot be told without its core count");
  return {facts->tdp * (static_cast<double>(cpu.logical_cpus) / threads), kGuestSpread,
          fmt::format("{}: {:g} W rated, of which this guest has {} of {} threads", facts->name,
                      facts->tdp.value(), cpu.logical_cpus, threads)};
}

}  // namespace

Watts CpuPowerModel::At(double load) const noexcept {
  // The comparison also turns a NaN into no load.
  double u = load > 0 ? std::min(load, 1.0) : 0.0;
  return idle + (max - idle) * ((1 + kCurvature) * u / (1 + kCurvature * u));
}

CpuPowerModel ModelCpu(const CpuIdentity& cpu) {
  Rated rated = RatedPower(cpu);
  Spread spread = Combine(kCurveSpread, rated.spread);
  CpuPowerModel model;
  model.idle = rated.power * kIdleOfTdp;
  model.max = rated.power * kMaxOfTdp;
  model.low_factor = spread.low;
  model.high_factor = spread.high;
  model.explanation = std::move(rated.how);
  return model;
}

// Published figures lie between 0.08 W per GB (what the paper says that Green Algorithms cites, by a patch to
// that calculator) and 0.3725 W per GB (what Green Algorithms uses, as good as the 3 W per 8 GB of CodeCarbon
// 2): we take their geometric mean, and both of them as the interval. A wall meter that saw less than 1.5 W
// for 64 GB at idle (Green Algorithms calculator, issue 14) stands below all of them. 5 W per DIMM, as newer
// CodeCarbon has it, is 0.08 to 0.16 W per GB with modules of 64 and 32 GB, and 0.6 with 8 GB.
MemoryPowerModel ModelMemory(const CpuIdentity& cpu) {
  constexpr double kLowWattsPerGb = 0.08;
  constexpr double kHighWattsPerGb = 0.3725;
  constexpr double kGbPerGib = 1.073741824;  // 2^30 / 10^9
  const double watts_per_gb = std::sqrt(kLowWattsPerGb * kHighWattsPerGb);
  MemoryPowerModel model;
  model.power = Watts{cpu.memory_gib * kGbPerGib * watts_per_gb};
  model.low_factor = kLowWattsPerGb / watts_per_gb;
  model.high_factor = kHighWattsPerGb / watts_per_gb;
  model.explanation = fmt::format("{:.1f} GiB of memory{} at {:.2f} W per GB", cpu.memory_gib,
                                  cpu.hypervisor ? " that this guest has" : "", watts_per_gb);
  return model;
}

}  // namespace jouleprint::meters
