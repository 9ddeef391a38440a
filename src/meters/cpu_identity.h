// Which processor and how much memory a machine has, from its proc/ and sys/.
#ifndef JOULEPRINT_METERS_CPU_IDENTITY_H_
#define JOULEPRINT_METERS_CPU_IDENTITY_H_

#include <string>
#include <vector>

#include "os/sysroot.h"

namespace jouleprint::meters {

struct CpuIdentity {
  std::string vendor;      ///< "GenuineIntel", "AuthenticAMD", "HygonGenuine", "ARM", ... or ""
  std::string model_name;  ///< "AMD EPYC 7763 64-Core Processor", or ""
  int family = 0;
  int model = 0;
  int sockets = 1;
  int cores = 1;               ///< physical, over all sockets
  int logical_cpus = 1;        ///< over all sockets
  double max_mhz = 0;          ///< 0: not known
  bool hypervisor = false;     ///< we see a guest's share of the processor
  std::string virtualization;  ///< "", "kvm", "vmware", "xen", "hyperv", "container", "hypervisor"
  double memory_gib = 0;       ///< MemTotal; 0: not known
  /// By the kernel's number of a logical CPU: which core it is a thread of; -1: none of that number.
  std::vector<int> core_of_cpu;
};

/// Never fails: what cannot be read stays at its default.
CpuIdentity IdentifyCpu(const os::Sysroot& sysroot);

}  // namespace jouleprint::meters

#endif  // JOULEPRINT_METERS_CPU_IDENTITY_H_
