// Addresses: Intel SDM volume 4 (MSR_RAPL_POWER_UNIT, MSR_*_ENERGY_STATUS) and
// arch/x86/include/asm/msr-index.h of Linux 6.12. Tested by tests/meters/rapl/msr_test.cc and fuzzed by
// tests/fuzz/msr_registers_fuzzer.cc.
#include "meters/rapl/msr_registers.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace jouleprint::meters {
namespace {

constexpr std::uint32_t kIntelUnit = 0x606;
constexpr std::uint32_t kIntelPackage = 0x611;
constexpr std::uint32_t kIntelDram = 0x619;
constexpr std::uint32_t kIntelCores = 0x639;
constexpr std::uint32_t kIntelGraphics = 0x641;
constexpr std::uint32_t kIntelPlatform = 0x64d;
constexpr std::uint32_t kAmdUnit = 0xc0010299;
constexpr std::uint32_t kAmdPackage = 0xc001029b;
// AMD's counters begin with Zen: families 17h, 19h, 1Ah, and Hygon's 18h (intel_rapl_common.c, rapl_ids).
constexpr int kFirstAmdFamily = 0x17;
constexpr int kIntelFamily = 6;

/// Models of Intel's family 6 whose units are not what the unit register says.
enum class Exception {
  kMicrojoules,       ///< counts of 2^ESU microjoules, not of 2^-ESU joules
  kDramOf2ToMinus16,  ///< memory has a unit of its own
  kPlatformOfJoules,  ///< psys counts whole joules
};

struct ModelException {
  int model;
  Exception exception;
};

// kMicrojoules: rapl_check_unit_atom of drivers/powercap/intel_rapl_common.c.
// kDramOf2ToMinus16: RAPL_UNIT_QUIRK_INTEL_HSW of arch/x86/events/rapl.c. Intel writes "15.3 uJ", powercap
// takes 15.300 and perf 15.259 = 2^-16 J, as here: 0.27 % apart. Broadwell-D is on perf's list and on
// LIKWID's (src/power.c) and not on powercap's. kPlatformOfJoules: rapl_defaults_spr_server of
// intel_rapl_common.c, RAPL_UNIT_QUIRK_INTEL_SPR of rapl.c.
constexpr std::array<ModelException, 14> kExceptions{{
    {0x37, Exception::kMicrojoules},       // Silvermont (Bay Trail)
    {0x4a, Exception::kMicrojoules},       // Silvermont (Merrifield)
    {0x4c, Exception::kMicrojoules},       // Airmont (Cherry Trail)
    {0x5a, Exception::kMicrojoules},       // Airmont (Moorefield)
    {0x3f, Exception::kDramOf2ToMinus16},  // Haswell-EP
    {0x4f, Exception::kDramOf2ToMinus16},  // Broadwell-EP
    {0x56, Exception::kDramOf2ToMinus16},  // Broadwell-D
    {0x55, Exception::kDramOf2ToMinus16},  // Skylake-SP, Cascade Lake, Cooper Lake
    {0x57, Exception::kDramOf2ToMinus16},  // Knights Landing
    {0x85, Exception::kDramOf2ToMinus16},  // Knights Mill
    {0x6a, Exception::kDramOf2ToMinus16},  // Ice Lake-SP
    {0x6c, Exception::kDramOf2ToMinus16},  // Ice Lake-D
    {0x8f, Exception::kPlatformOfJoules},  // Sapphire Rapids
    {0xcf, Exception::kPlatformOfJoules},  // Emerald Rapids
}};

bool Has(const CpuIdentity& cpu, Exception exception) {
  return cpu.family == kIntelFamily &&
         std::any_of(kExceptions.begin(), kExceptions.end(), [&](const ModelException& row) {
           return row.model == cpu.model && row.exception == exception;
         });
}

struct Unit {
  double joules = 0;
  std::string words;
};

// Bits 12:8 of the unit register, "energy status units" (ESU).
Unit UnitOf(const CpuIdentity& cpu, std::uint64_t unit_register) {
  const int esu = static_cast<int>(unit_register >> 8 & 0x1f);
  if (Has(cpu, Exception::kMicrojoules)) {
    return {std::ldexp(1e-6, esu), std::to_string(std::uint64_t{1} << esu) + " uJ"};
  }
  return {std::ldexp(1.0, -esu), "2^-" + std::to_string(esu) + " J"};
}

std::vector<EnergyRegister> IntelRegisters(const CpuIdentity& cpu, const Unit& unit) {
  const Unit dram = Has(cpu, Exception::kDramOf2ToMinus16)
                        ? Unit{std::ldexp(1.0, -16), "2^-16 J, fixed for this model"}
                        : unit;
  const Unit platform = Has(cpu, Exception::kPlatformOfJoules) ? Unit{1, "1 J, fixed for this model"} : unit;
  return {{RaplPart::kPackage, kIntelPackage, unit.joules, unit.words},
          {RaplPart::kDram, kIntelDram, dram.joules, dram.words},
          {RaplPart::kCore, kIntelCores, unit.joules, unit.words},
          {RaplPart::kUncore, kIntelGraphics, unit.joules, unit.words},
          {RaplPart::kPlatform, kIntelPlatform, platform.joules, platform.words}};
}

}  // namespace

std::optional<std::uint32_t> UnitRegisterOf(const CpuIdentity& cpu) {
  if (cpu.vendor == "GenuineIntel") return kIntelUnit;
  if (DiesShareOneCounter(cpu.vendor) && cpu.family >= kFirstAmdFamily) return kAmdUnit;
  return std::nullopt;
}

std::vector<EnergyRegister> EnergyRegistersOf(const CpuIdentity& cpu, std::uint64_t unit_register) {
  // A register that holds nothing is none: power, energy and time have no unit of 1 all three.
  const std::optional<std::uint32_t> unit_at = UnitRegisterOf(cpu);
  if (!unit_at || unit_register == 0) return {};
  const Unit unit = UnitOf(cpu, unit_register);
  if (*unit_at == kIntelUnit) return IntelRegisters(cpu, unit);
  return {{RaplPart::kPackage, kAmdPackage, unit.joules, unit.words}};
}

}  // namespace jouleprint::meters
