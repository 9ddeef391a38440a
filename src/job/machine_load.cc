#include "job/machine_load.h"

#include <utility>

#include "os/sysroot.h"
#include "os/ticks.h"

namespace jouleprint::job {

MachineLoad::MachineLoad(const std::string& sysroot) {
  const os::Sysroot given(sysroot);
  std::vector<std::string> paths{given.Path("proc/stat")};
  if (!given.IsReal()) paths.push_back("/proc/stat");
  for (const std::string& path : paths) {
    Result<os::File> file = os::File::OpenForReading(path);
    if (file.ok()) sources_.push_back({std::move(*file), {}});
  }
}

void MachineLoad::Begin() {
  for (Source& source : sources_) meters::ReadCpuTicks(source.file.fd(), &source.at_start);
}

Seconds MachineLoad::Busy() const {
  for (const Source& source : sources_) {
    meters::CpuTicks now = source.at_start;
    const bool moved = meters::ReadCpuTicks(source.file.fd(), &now) && now.total > source.at_start.total;
    if (moved) return os::TickDuration() * static_cast<double>(now.busy - source.at_start.busy);
  }
  return Seconds{0};
}

}  // namespace jouleprint::job
