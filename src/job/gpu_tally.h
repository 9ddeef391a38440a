// Who used each GPU over a run, added up from one look at its processes after the other.
//
// A process counts by the time in which its kernels ran, where the driver says so; by the memory that it
// holds where it does not; in an instance (MIG) by the instance's part of the GPU. How far that may be
// from who drew the watts is derived in docs/accuracy.md. Pure. Tested by tests/job/gpu_tally_test.cc.
#ifndef JOULEPRINT_JOB_GPU_TALLY_H_
#define JOULEPRINT_JOB_GPU_TALLY_H_

#include <sys/types.h>

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "energy/account.h"
#include "jouleprint/units.h"
#include "meters/accelerator_use.h"

namespace jouleprint::job {

class GpuTally {
 public:
  /// Says whether a process is one that we can see.
  using Visible = std::function<bool(pid_t)>;

  /// One look, which speaks for the time since the look before. `job` are the job's processes, those that
  /// have ended among them.
  void Add(const std::vector<meters::GpuUse>& look, Seconds since_before, const std::set<pid_t>& job,
           const Visible& visible);
  /// The job's part of each GPU of which something is known, by the domain's name. `duration` of the run:
  /// what no look speaks for is not known.
  std::map<std::string, energy::JobPart> Parts(Seconds duration) const;

 private:
  struct Sums {
    double job = 0;
    double all = 0;
  };
  struct Gpu {
    Seconds known{0};  // for so long the looks say who was there
    Seconds timed{0};  // of it, where the driver said for how long kernels ran
    Sums busy;
    Sums memory;
    Sums slices;
    bool mig = false;
    bool job_was_there = false;
    bool others_were_there = false;
    bool one_was_visible = false;
  };

  void AddGpu(const meters::GpuUse& use, Seconds since_before, const std::set<pid_t>& job,
              const Visible& visible);
  static energy::JobPart PartOf(const Gpu& gpu, double seen);

  std::map<std::string, Gpu> gpus_;
};

}  // namespace jouleprint::job

#endif  // JOULEPRINT_JOB_GPU_TALLY_H_
