// What kind of machine a host is, as far as its parts tell: nobody asks a machine for its own footprint, so
// the table has one row for each kind. Pure; safe from any thread.
#ifndef JOULEPRINT_CARBON_FOOTPRINT_MACHINE_KIND_H_
#define JOULEPRINT_CARBON_FOOTPRINT_MACHINE_KIND_H_

#include "jouleprint/record.h"

namespace jouleprint::carbon {

enum class MachineKind { kServer, kGpuServer, kDesktop, kLaptop, kGuest, kUnknown };

/// By virtualization, the processor's name, the number of GPUs, and where the name says nothing by size.
MachineKind KindOf(const HostInfo& host);

}  // namespace jouleprint::carbon

#endif  // JOULEPRINT_CARBON_FOOTPRINT_MACHINE_KIND_H_
