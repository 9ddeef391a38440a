// From what the cores are used (capacity, 0..1, see cpu_activity.h), their clock over the highest, and the
// rated power TDP of all sockets:
//
//   P = idle + (max - idle) * capacity * sqrt(clock)
//   max = 0.70 TDP for server parts, 1.00 TDP for desktop parts;  idle = 0.05 max
//
// 0.70: 433 published SPECpower_ssj2008 results rise by 0.88 TDP from idle to full load at the wall in the
// median, about 0.65 TDP of it in the package (supply 0.92, regulators 0.9, memory and fans a tenth: our
// assumption), and idle comes on top. 1.00: desktop parts boost until the limit that their makers set, and
// that is the rated power or more: Intel's PL1 is the TDP (datasheets, "Package Power Control"), AMD's
// limit 1.00 (Threadripper) to 1.35 of it (socket AM4). Neither is fitted. sqrt(clock): all machines in the
// fit bend between the powers 0.5 and 0.7; the mean clock of all CPUs, idle ones among them, tells less than
// that of the busy ones would.
//
// Error on the package counters of four machines (78 steps of 30 s, codecarbon's cpu_load_profiling), each
// held out while idle was fitted on the others: median |error| 11.9 %, typical factor 1.24; with the form
// chosen without the machine too 13.0 %. Where no clock is told 12.6 %, from the load alone 16.7 %. The cubic
// law 0.1 + 0.9 u^3 in use elsewhere: 43 %, typical factor 1.76. But: only one of the four is a desktop part;
// rated as a server it is 27.5 %. Reproduce: tools/fit_cpu_model.py; read: docs/meters/model.md. Tested by
// tests/meters/model/cpu_power_model_test.cc.
#include "meters/model/cpu_power_model.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <string_view>
#include <utility>

#include "meters/model/cpu_table.h"

namespace jouleprint::meters {
namespace {

constexpr double kIdleOfMax = 0.05;
constexpr double kServerMaxOfTdp = 0.70;
constexpr double kDesktopMaxOfTdp = 1.00;

/// A 90 % interval as factors of the value.
struct Spread {
  double low = 1;
  double high = 1;
};

// Offsets of the machines and scatter of their steps, with Student's t for so few: made without a machine,
// such an interval holds 86 % of its steps (88 % without a clock).
constexpr Spread kClockSpread{0.56, 1.84};
constexpr Spread kNoClockSpread{0.48, 1.66};
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

bool IsServer(const CpuIdentity& cpu) {
  // Guests are rented from servers, whatever name they show.
  if (cpu.hypervisor || cpu.sockets > 1) return true;
  constexpr std::array<std::string_view, 4> kNames{"Xeon", "EPYC", "Opteron", "Neoverse"};
  return std::any_of(kNames.begin(), kNames.end(),
                     [&](std::string_view name) { return Contains(cpu.model_name, name); });
}

const PerCoreRule& RuleFor(const CpuIdentity& cpu) {
  bool server = IsServer(cpu);
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

CpuPowerModel FromRating(const CpuIdentity& cpu) {
  Rated rated = RatedPower(cpu);
  Spread spread = Combine(cpu.max_mhz > 0 ? kClockSpread : kNoClockSpread, rated.spread);
  CpuPowerModel model;
  model.max = rated.power * (IsX86(cpu) && !IsServer(cpu) ? kDesktopMaxOfTdp : kServerMaxOfTdp);
  model.idle = model.max * kIdleOfMax;
  model.low_factor = spread.low;
  model.high_factor = spread.high;
  model.explanation = std::move(rated.how);
  return model;
}

CpuPowerModel FromPoints(const CpuIdentity& cpu, PowerPoints known) {
  const bool amd = cpu.vendor == "AuthenticAMD" || cpu.vendor == "HygonGenuine";
  const ServerFamily family = FamilyOf(cpu.model_name);
  CpuPowerModel model;
  model.idle = known.idle;
  model.max = known.max;
  model.basis = Basis::kCalibrated;
  model.shape = ShapeOf(family, amd, known.idle / known.max);
  model.low_factor = model.shape->low_factor;
  model.high_factor = model.shape->high_factor;
  model.explanation = fmt::format("{}: {:g} W idle and {:g} W at full load as measured, between them as {}",
                                  NameOf(cpu), known.idle.value(), known.max.value(), FamilyName(family));
  return model;
}

// The shape is one over shares of the full throughput. A load spread evenly over the CPUs, as a service's is,
// is taken for such a share; one that keeps few CPUs busy and leaves their siblings idle uses that much more.
double ThroughputShare(const CpuActivity& activity, double threads_per_core) noexcept {
  return activity.load + activity.capacity - EvenCapacity(activity.load, threads_per_core);
}

}  // namespace

Result<PowerPoints> CheckPowerPoints(PowerPoints points) {
  const double idle_w = points.idle.value(), max_w = points.max.value();
  if (std::isfinite(max_w) && idle_w >= 0 && idle_w < max_w) return points;
  return Error{
      ErrorCode::kInvalidArgument,
      fmt::format("{:g} W idle and {:g} W at full load cannot both be of one machine", idle_w, max_w),
      "give the power with nothing running, 0 or more, and a higher one with all CPUs busy"};
}

Watts CpuPowerModel::At(const CpuActivity& activity) const noexcept {
  if (shape) return idle + (max - idle) * shape->At(ThroughputShare(activity, threads_per_core));
  // The comparisons also turn a NaN into no use.
  const double capacity = activity.capacity > 0 ? std::min(activity.capacity, 1.0) : 0.0;
  const double clock = activity.clock > 0 ? std::min(activity.clock, 1.0) : 0.0;
  return idle + (max - idle) * (capacity * std::sqrt(clock));
}

Watts CpuPowerModel::At(double load) const noexcept {
  const double u = load > 0 ? std::min(load, 1.0) : 0.0;
  return At(CpuActivity{u, EvenCapacity(u, threads_per_core), 1});
}

CpuPowerModel ModelCpu(const CpuIdentity& cpu, std::optional<PowerPoints> known) {
  CpuPowerModel model = known ? FromPoints(cpu, *known) : FromRating(cpu);
  model.threads_per_core = ThreadsPerCore(cpu);
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
