// Which socket and die a logical CPU belongs to, for counters that one CPU of each has to read.
#ifndef JOULEPRINT_METERS_RAPL_CPU_PLACE_H_
#define JOULEPRINT_METERS_RAPL_CPU_PLACE_H_

#include <optional>
#include <string_view>
#include <vector>

#include "meters/scope.h"
#include "os/sysroot.h"

namespace jouleprint::meters {

struct CpuPlace {
  int cpu = 0;
  int socket = 0;
  int die = Scope::kAll;  ///< a number only where the socket has several
};

/// A list as the kernel writes it: "0", "0,28", "0-1,4-5". Nothing where it is none, or not plausible.
std::optional<std::vector<int>> ParseCpuList(std::string_view text);

/// The first CPU of each package among `cpus`; of each die where `dies_count_apart`. Sorted by place.
std::vector<CpuPlace> OneCpuPerPackage(const os::Sysroot& sysroot, const std::vector<int>& cpus,
                                       bool dies_count_apart);

}  // namespace jouleprint::meters

#endif  // JOULEPRINT_METERS_RAPL_CPU_PLACE_H_
