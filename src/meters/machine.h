// The machine that meters are looked for on, and what the user said of it. Every Discover function
// takes one and nothing else, so that a new meter changes no signature.
#ifndef JOULEPRINT_METERS_MACHINE_H_
#define JOULEPRINT_METERS_MACHINE_H_

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "meters/cpu_identity.h"
#include "meters/model/cpu_power_model.h"
#include "os/sysroot.h"

namespace jouleprint::meters {

struct HwmonChip;  // sysfs/hwmon.h

struct Machine {
  os::Sysroot sysroot{};
  CpuIdentity cpu{};
  /// The sensor chips, where somebody has listed them already: five interfaces ask for them.
  std::shared_ptr<const std::vector<HwmonChip>> hwmon_chips{};
  /// Libraries of GPU vendors where they are not where the system looks; empty: by their soname.
  std::string nvml_library{};
  std::string amd_smi_library{};
  /// Power of the processors at both ends of their load, where the user has measured it.
  std::optional<PowerPoints> cpu_power{};
  /// Factors for domains whose meter is known to be off, by name.
  std::map<std::string, double> gains{};
  /// External meters as the user names them: "file:PATH", "shelly:HOST", ...; see wattmeter.h.
  std::vector<std::string> wattmeters{};
};

}  // namespace jouleprint::meters

#endif  // JOULEPRINT_METERS_MACHINE_H_
