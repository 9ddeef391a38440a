// The registers that hold a processor's energy counters, and how many joules a count of each is. Pure.
#ifndef JOULEPRINT_METERS_RAPL_MSR_REGISTERS_H_
#define JOULEPRINT_METERS_RAPL_MSR_REGISTERS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "meters/cpu_identity.h"
#include "meters/rapl/rapl.h"

namespace jouleprint::meters {

struct EnergyRegister {
  RaplPart part = RaplPart::kPackage;
  std::uint32_t address = 0;
  double joules_per_count = 0;
  std::string unit;  ///< in words: "2^-14 J", "2^-16 J, fixed for this model"
};

/// The address of the register that tells the unit; nothing for a processor that has none.
std::optional<std::uint32_t> UnitRegisterOf(const CpuIdentity& cpu);

/// Its energy registers by what the unit register holds, packages first; a processor need not have them all.
/// None where `unit_register` makes no sense.
std::vector<EnergyRegister> EnergyRegistersOf(const CpuIdentity& cpu, std::uint64_t unit_register);

}  // namespace jouleprint::meters

#endif  // JOULEPRINT_METERS_RAPL_MSR_REGISTERS_H_
