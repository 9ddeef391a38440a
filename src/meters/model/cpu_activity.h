// What the processors did between two looks: how busy they were, how much of what their cores can do
// that took, and how fast they ran. From proc/stat and cpufreq, which every Linux machine has or lacks
// in the same way; read once a second by the meter without a counter.
#ifndef JOULEPRINT_METERS_MODEL_CPU_ACTIVITY_H_
#define JOULEPRINT_METERS_MODEL_CPU_ACTIVITY_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "meters/cpu_identity.h"
#include "os/file.h"
#include "os/sysroot.h"

namespace jouleprint::meters {

/// Time that logical CPUs have spent since boot, in ticks of os::TickDuration(). A guest's time counts as
/// its host's user time; time that a hypervisor gave to others (steal) and time spent waiting for a disk
/// are part of total and not of busy.
struct CpuTicks {
  std::uint64_t busy = 0;
  std::uint64_t total = 0;
};

/// Reads the first line of an open proc/stat: all logical CPUs together. False when it cannot be read or
/// makes no sense; `out` is then as before. Never allocates; safe in the sampling loop.
bool ReadCpuTicks(int fd, CpuTicks* out) noexcept;

struct CpuActivity {
  double load = 0;  ///< busy share of all logical CPUs, 0..1
  /// Share, 0..1, of what the cores can do: a core that runs one of its two threads is at 0.8, see the .cc.
  double capacity = 0;
  double clock = 1;  ///< mean clock over the highest, 0..1; 1 where the machine does not tell it
};

/// How many logical CPUs share a core: on a guest that hides it, what its host will have.
double ThreadsPerCore(const CpuIdentity& cpu);
/// The capacity in use when all CPUs are busy for the share `load` of the time, whatever the others do.
double EvenCapacity(double load, double threads_per_core) noexcept;

/// Holds proc/stat and some cpufreq files open, and what they said last.
class CpuActivityReader {
 public:
  CpuActivityReader(const os::Sysroot& sysroot, const CpuIdentity& cpu);

  /// Looks for the first time; what Read gives before the first tick has passed is then the mean since boot.
  /// False when proc/stat says nothing.
  bool Start() noexcept;
  /// The mean since the look before; the same again until a tick (10 ms) has passed. CPUs may come and go.
  /// False when proc/stat cannot be read. Never allocates.
  bool Read(CpuActivity* out) noexcept;
  /// Opens proc/stat again, and starts.
  bool Reopen();

  /// Why proc/stat could not be opened; empty when it could.
  const std::string& problem() const { return problem_; }
  const std::string& stat_path() const { return stat_path_; }
  bool has_clock() const { return !clocks_.empty(); }

 private:
  struct Cpu {
    CpuTicks last;
    int core = -1;
  };
  /// Shares of the time, multiplied over the core's threads: all of them idle, all of them busy.
  struct Core {
    double all_idle = 1;
    double all_busy = 1;
    int threads = 0;
  };
  struct Clock {
    os::File current;
    double top_khz = 0;
  };

  void OpenStat();
  void OpenClocks(const os::Sysroot& sysroot);
  void PlaceCpus(const CpuIdentity& cpu);
  std::string_view ReadStat() noexcept;
  /// The lines "cpuN ..." of proc/stat.
  void CountCores(std::string_view lines) noexcept;
  void AddTime(Cpu* cpu, const CpuTicks& now) noexcept;
  double CapacityInUse() const noexcept;
  double ReadClock() noexcept;

  std::string stat_path_;
  os::File stat_;
  std::string problem_;
  std::vector<char> buffer_;
  CpuTicks last_;
  std::vector<Cpu> cpus_;  // by the kernel's number; empty when their cores are not known
  std::vector<Core> cores_;
  std::vector<Clock> clocks_;
  double threads_per_core_ = 1;
  CpuActivity activity_;
};

}  // namespace jouleprint::meters

#endif  // JOULEPRINT_METERS_MODEL_CPU_ACTIVITY_H_
