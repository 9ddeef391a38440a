// The machine's power as its board management controller sees it, asked in band: /dev/ipmi0 and the DCMI
// extension of IPMI. The whole node: what goes into its power supplies, fans and disks included.
#ifndef JOULEPRINT_METERS_BMC_IPMI_DCMI_H_
#define JOULEPRINT_METERS_BMC_IPMI_DCMI_H_

#include <functional>
#include <memory>
#include <string>

#include "jouleprint/result.h"
#include "meters/machine.h"
#include "meters/meter.h"
#include "os/ipmi.h"

namespace jouleprint::meters {

/// A meter named "ipmi" with the gauge "node". Without the device there is a remedy only where the machine's
/// own description (DMI) says that it is a server or has a BMC. May take a second when the BMC is slow.
Discovery DiscoverIpmi(const Machine& machine);

/// Opens the way to a BMC, and opens it again after it was lost.
using IpmiOpener = std::function<Result<std::unique_ptr<os::IpmiDevice>>()>;

/// As above for one device. `path` is for people.
Discovery DiscoverIpmiDevice(const std::string& path, IpmiOpener open);

/// True when the machine is built as a server or lists a BMC among its parts.
bool ExpectsBmc(const os::Sysroot& sysroot);

}  // namespace jouleprint::meters

#endif  // JOULEPRINT_METERS_BMC_IPMI_DCMI_H_
