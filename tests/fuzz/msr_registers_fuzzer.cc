// Any processor and any content of its unit register: every register has an address of its own, a unit in
// words and one that a counter could have. 8 bytes are the register; the next tell family, model and vendor.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <set>

#include "meters/rapl/msr_registers.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace jouleprint::meters;
  constexpr std::array<const char*, 4> kVendors{"GenuineIntel", "AuthenticAMD", "HygonGenuine", "ARM"};
  std::array<std::uint8_t, 11> input{};
  if (size > 0) std::memcpy(input.data(), data, std::min(size, input.size()));
  std::uint64_t unit_register = 0;
  std::memcpy(&unit_register, input.data(), sizeof unit_register);
  CpuIdentity cpu;
  cpu.family = input[8];
  cpu.model = input[9];
  cpu.vendor = kVendors[input[10] % kVendors.size()];
  std::set<std::uint32_t> addresses;
  for (const EnergyRegister& counter : EnergyRegistersOf(cpu, unit_register)) {
    // 2^31 uJ is the most that five bits of unit can say.
    const double joules = counter.joules_per_count;
    if (!std::isfinite(joules) || joules <= 0 || joules > 2148 || counter.unit.empty()) std::abort();
    if (!addresses.insert(counter.address).second) std::abort();
  }
  if (!addresses.empty() && (unit_register == 0 || !UnitRegisterOf(cpu))) std::abort();
  return 0;
}
