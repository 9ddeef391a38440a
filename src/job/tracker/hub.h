// What all trackers of a process share: the meters that were discovered, their readers' threads, and one
// thread that does for each tracker what must be done now and then (checkpoints, budgets).
//
//   Result<std::shared_ptr<Hub>> hub = Hub::Of(options);   // the one that there is, or a new one
//   auto measurement = Measurement::Of(options, clock, (*hub)->meters());
//   (*hub)->Add(guest);
//
// A hub lives as long as a tracker holds it; its threads end with it. Trackers whose options find other
// meters (another sysroot, other wattmeters) have another hub. A process that was forked off starts with
// none: those of its parent are never touched. Every function may be called from any thread.
#ifndef JOULEPRINT_JOB_TRACKER_HUB_H_
#define JOULEPRINT_JOB_TRACKER_HUB_H_

#include <memory>
#include <thread>

#include "job/gpu_watch.h"
#include "job/meter_set.h"
#include "jouleprint/run.h"

namespace jouleprint::job {

/// Who wants to be called now and then.
class HubGuest {
 public:
  virtual ~HubGuest() = default;
  /// About once a second, on the hub's thread.
  virtual void KeepHouse() noexcept = 0;
};

class Hub {
 public:
  static Result<std::shared_ptr<Hub>> Of(const RunOptions& options);
  /// Its threads end; one that hangs is left behind.
  ~Hub();
  Hub(const Hub&) = delete;
  Hub& operator=(const Hub&) = delete;

  const std::shared_ptr<const MeterSet>& meters() const { return meters_; }
  GpuWatch& gpus() { return gpus_; }
  /// Calls the guest from now on, for as long as it lives or until Remove.
  void Add(const std::shared_ptr<HubGuest>& guest);
  /// It is not called any more once this returns, unless this is called by it.
  void Remove(const HubGuest* guest);
  /// CPU time of all its threads so far.
  Seconds CpuTime();

 private:
  struct Shared;  // with the thread, which may outlive us

  explicit Hub(std::shared_ptr<const MeterSet> meters);
  static void Loop(const std::shared_ptr<Shared>& shared);

  const std::shared_ptr<const MeterSet> meters_;
  GpuWatch gpus_;
  const std::shared_ptr<Shared> shared_;
  std::thread thread_;
};

}  // namespace jouleprint::job

#endif  // JOULEPRINT_JOB_TRACKER_HUB_H_
