// What a record says of the machine it was made on.
#ifndef JOULEPRINT_OS_HOST_H_
#define JOULEPRINT_OS_HOST_H_

#include <string>

#include "os/sysroot.h"

namespace jouleprint::os {

std::string Hostname();
/// PRETTY_NAME of etc/os-release below the sysroot.
std::string OsName(const Sysroot& sysroot);
std::string KernelRelease();
std::string Architecture();
/// A random id that the kernel draws at each start; "" where it is not shown. Containers of one machine see
/// the same. From proc/sys/kernel/random/boot_id below the sysroot.
std::string BootId(const Sysroot& sysroot);

/// Columns of the terminal behind a descriptor; 0 when it is none.
int TerminalWidth(int fd);

}  // namespace jouleprint::os

#endif  // JOULEPRINT_OS_HOST_H_
