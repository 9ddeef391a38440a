#include "job/gpu_watch.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <condition_variable>
#include <mutex>
#include <set>
#include <utility>

#include "os/chrono.h"
#include "os/spawn.h"

namespace jouleprint::job {
namespace {

// Drivers keep a second or more of what each process used, so nothing is lost between two looks.
constexpr std::chrono::seconds kLookEvery{1};

}  // namespace

struct GpuWatch::Shared {
  Shared(std::vector<std::shared_ptr<meters::AcceleratorUse>> who, const os::Clock& time,
         GpuTally::Visible is_visible)
      : accelerators(std::move(who)), clock(time), visible(std::move(is_visible)) {}

  const std::vector<std::shared_ptr<meters::AcceleratorUse>> accelerators;
  const os::Clock& clock;
  const GpuTally::Visible visible;
  os::BootTime last_look;  // the thread's alone

  std::mutex mutex;  // of what follows; never held over a look
  std::condition_variable changed;
  std::set<pid_t> job;
  struct Counted {
    GpuTally tally;
    os::BootTime from;
  };
  std::map<TallyId, Counted> tallies{{kWhole, {}}};
  TallyId next_tally = kWhole + 1;
  std::uint64_t wanted = 0;  // looks that somebody waits for
  std::uint64_t done = 0;
  bool stopping = false;
  bool stopped = false;
};

GpuWatch::GpuWatch(std::vector<std::shared_ptr<meters::AcceleratorUse>> accelerators, const os::Clock& clock,
                   GpuTally::Visible visible)
    : shared_(std::make_shared<Shared>(std::move(accelerators), clock, std::move(visible))) {}

GpuWatch::~GpuWatch() { Stop(Seconds{0}); }

bool GpuWatch::IsRunning(pid_t pid) { return os::ProcessStart(pid) != 0; }

void GpuWatch::Start() {
  if (shared_->accelerators.empty()) return;
  shared_->last_look = shared_->clock.Boot();
  thread_ = std::thread([shared = shared_] { Loop(shared); });
}

void GpuWatch::Loop(const std::shared_ptr<Shared>& shared) {
  Look(shared.get(), false);
  std::unique_lock lock(shared->mutex);
  for (bool last = false; !last;) {
    shared->changed.wait_for(lock, kLookEvery,
                             [&] { return shared->stopping || shared->wanted != shared->done; });
    last = shared->stopping;
    const std::uint64_t wanted = shared->wanted;
    lock.unlock();
    Look(shared.get(), true);
    lock.lock();
    shared->done = wanted;
    shared->changed.notify_all();
  }
  shared->stopped = true;
  shared->changed.notify_all();
}

void GpuWatch::Look(Shared* shared, bool count) {
  std::vector<meters::GpuUse> seen;
  for (const auto& accelerator : shared->accelerators) {
    for (meters::GpuUse& use : accelerator->Look()) seen.push_back(std::move(use));
  }
  const os::BootTime now = shared->clock.Boot();
  const std::lock_guard lock(shared->mutex);
  // The first look only tells the driver from when on to count; the time until it answered is the next one's.
  if (!count) return;
  for (auto& [id, counted] : shared->tallies) {
    const os::BootTime since = std::max(shared->last_look, counted.from);
    counted.tally.Add(seen, now - since, shared->job, shared->visible);
  }
  shared->last_look = now;
}

void GpuWatch::AddProcesses(const std::vector<pid_t>& pids) {
  const std::lock_guard lock(shared_->mutex);
  shared_->job.insert(pids.begin(), pids.end());
}

void GpuWatch::Stop(Seconds patience) {
  if (!thread_.joinable()) return;
  std::unique_lock lock(shared_->mutex);
  shared_->stopping = true;
  shared_->changed.notify_all();
  const bool stopped =
      shared_->changed.wait_for(lock, os::ToChrono(patience), [&] { return shared_->stopped; });
  lock.unlock();
  if (stopped) {
    thread_.join();
  } else {
    thread_.detach();
  }
}

GpuWatch::TallyId GpuWatch::BeginTally() {
  const std::lock_guard lock(shared_->mutex);
  const TallyId id = shared_->next_tally++;
  shared_->tallies[id].from = shared_->clock.Boot();
  return id;
}

void GpuWatch::EndTally(TallyId id) {
  const std::lock_guard lock(shared_->mutex);
  shared_->tallies.erase(id);
}

std::map<std::string, energy::JobPart> GpuWatch::Parts(TallyId id, Seconds duration) const {
  const std::lock_guard lock(shared_->mutex);
  const auto counted = shared_->tallies.find(id);
  if (counted == shared_->tallies.end()) return {};
  return counted->second.tally.Parts(duration);
}

void GpuWatch::LookNow(Seconds patience) {
  if (shared_->accelerators.empty()) return;
  std::unique_lock lock(shared_->mutex);
  const std::uint64_t mine = ++shared_->wanted;
  shared_->changed.notify_all();
  shared_->changed.wait_for(lock, os::ToChrono(patience), [&] { return shared_->done >= mine; });
}

}  // namespace jouleprint::job
