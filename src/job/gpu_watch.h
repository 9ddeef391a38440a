// Looks once a second at who uses the GPUs, on a thread of its own: a driver may take its time, or hang,
// and delays neither the readings nor the end of the run.
//
//   GpuWatch watch(measurement->Accelerators(), clock);
//   watch.Start();                       // what was before is not the run's
//   watch.AddProcesses(tree.Processes());  // now and then
//   watch.Stop(Seconds{1});
//   watch.Parts(duration);
//
// Several runs at once are counted apart, each from its BeginTally on. Start, Stop and the destructor are for
// one thread, all else for any. Tested by tests/job/gpu_watch_test.cc.
#ifndef JOULEPRINT_JOB_GPU_WATCH_H_
#define JOULEPRINT_JOB_GPU_WATCH_H_

#include <sys/types.h>

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "energy/account.h"
#include "job/gpu_tally.h"
#include "jouleprint/units.h"
#include "meters/accelerator_use.h"
#include "os/clock.h"

namespace jouleprint::job {

class GpuWatch {
 public:
  /// `clock` outlives every look, one that hangs among them.
  GpuWatch(std::vector<std::shared_ptr<meters::AcceleratorUse>> accelerators, const os::Clock& clock,
           GpuTally::Visible visible = IsRunning);
  /// As Stop without patience.
  ~GpuWatch();

  /// Where there is nobody to ask it does nothing, and costs no thread.
  void Start();
  /// These are the job's. They stay so after they have ended: a look tells of the time before it.
  void AddProcesses(const std::vector<pid_t>& pids);
  /// A last look, then the thread ends; one that hangs is left behind.
  void Stop(Seconds patience);
  std::map<std::string, energy::JobPart> Parts(Seconds duration) const { return Parts(kWhole, duration); }

  /// Counts apart from now on, until EndTally.
  using TallyId = std::uint64_t;
  TallyId BeginTally();
  void EndTally(TallyId id);
  /// `duration` since its beginning.
  std::map<std::string, energy::JobPart> Parts(TallyId id, Seconds duration) const;
  /// Waits for a look that begins after this; not for longer than `patience`, nor where nobody looks.
  void LookNow(Seconds patience);

 private:
  static constexpr TallyId kWhole = 0;  // what begins with Start
  struct Shared;                        // with the thread, which may outlive us

  static bool IsRunning(pid_t pid);
  static void Loop(const std::shared_ptr<Shared>& shared);
  static void Look(Shared* shared, bool count);

  std::shared_ptr<Shared> shared_;
  std::thread thread_;
};

}  // namespace jouleprint::job

#endif  // JOULEPRINT_JOB_GPU_WATCH_H_
