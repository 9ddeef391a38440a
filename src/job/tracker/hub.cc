#include "job/tracker/hub.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <map>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "os/signals.h"
#include "os/spawn.h"
#include "os/the_clock.h"
#include "os/thread_time.h"

namespace jouleprint::job {
namespace {

constexpr std::chrono::seconds kRound{1};
// A guest whose store hangs (a network drive) does not hold up whoever ends its last tracker for longer.
constexpr std::chrono::seconds kPatience{2};

// What the discovered meters depend on.
std::string KeyOf(const RunOptions& options) {
  std::string key = fmt::format("{}\n{}\n{}\n{}\n", options.sysroot, options.nvml_library,
                                options.amd_smi_library, static_cast<int>(options.boundary));
  if (options.cpu_idle_power && options.cpu_max_power) {
    key += fmt::format("{} {}\n", options.cpu_idle_power->value(), options.cpu_max_power->value());
  }
  for (const auto& [domain, factor] : options.gains) key += fmt::format("{}={}\n", domain, factor);
  for (const std::string& wattmeter : options.wattmeters) key += wattmeter + "\n";
  return key;
}

struct Registry {
  explicit Registry(pid_t of) : pid(of) {}
  const pid_t pid;
  std::mutex mutex;  // held over a discovery: two trackers that start at once shall share it
  std::map<std::string, std::weak_ptr<Hub>> hubs;
};

// A child that was forked off has a copy of its parent's, whose lock may be held by a thread that it does not
// have: it gets a new one. Neither is ever destroyed.
Registry& TheRegistry() {
  static std::atomic<Registry*> current{nullptr};
  const pid_t pid = os::OwnPid();
  Registry* found = current.load(std::memory_order_acquire);
  while (found == nullptr || found->pid != pid) {
    auto* const fresh = new Registry(pid);
    if (current.compare_exchange_strong(found, fresh, std::memory_order_acq_rel)) return *fresh;
    delete fresh;
  }
  return *found;
}

}  // namespace

struct Hub::Shared {
  std::mutex mutex;
  std::condition_variable changed;
  std::vector<std::weak_ptr<HubGuest>> guests;
  const HubGuest* called = nullptr;
  std::thread::id thread;
  Seconds own_time{0};
  bool ending = false;
  bool ended = false;
};

Result<std::shared_ptr<Hub>> Hub::Of(const RunOptions& options) {
  Registry& registry = TheRegistry();
  const std::scoped_lock lock(registry.mutex);
  std::erase_if(registry.hubs, [](const auto& entry) { return entry.second.expired(); });
  const std::string key = KeyOf(options);
  if (const auto known = registry.hubs.find(key); known != registry.hubs.end()) {
    if (std::shared_ptr<Hub> hub = known->second.lock()) return hub;
  }
  Result<std::shared_ptr<const MeterSet>> meters = MeterSet::Discover(options, os::TheClock());
  if (!meters.ok()) return meters.error();
  std::shared_ptr<Hub> hub(new Hub(std::move(*meters)));
  registry.hubs[key] = hub;
  return hub;
}

Hub::Hub(std::shared_ptr<const MeterSet> meters)
    : meters_(std::move(meters)),
      gpus_(meters_->accelerators, os::TheClock()),
      shared_(std::make_shared<Shared>()) {
  const os::SignalsKeptOut quiet;
  gpus_.Start();
  thread_ = std::thread([shared = shared_] { Loop(shared); });
}

Hub::~Hub() {
  std::unique_lock lock(shared_->mutex);
  shared_->ending = true;
  shared_->changed.notify_all();
  const bool own = std::this_thread::get_id() == thread_.get_id();
  const bool ended = !own && shared_->changed.wait_for(lock, kPatience, [&] { return shared_->ended; });
  lock.unlock();
  ended ? thread_.join() : thread_.detach();
}

void Hub::Add(const std::shared_ptr<HubGuest>& guest) {
  const std::scoped_lock lock(shared_->mutex);
  shared_->guests.push_back(guest);
}

void Hub::Remove(const HubGuest* guest) {
  std::unique_lock lock(shared_->mutex);
  std::erase_if(shared_->guests, [&](const auto& one) {
    const std::shared_ptr<HubGuest> living = one.lock();
    return !living || living.get() == guest;
  });
  if (std::this_thread::get_id() == shared_->thread) return;
  shared_->changed.wait_for(lock, kPatience, [&] { return shared_->called != guest; });
}

Seconds Hub::CpuTime() {
  Seconds sum{0};
  for (const MeterSet::One& meter : meters_->meters) sum += meter.reader->CpuTime();
  const std::scoped_lock lock(shared_->mutex);
  return sum + shared_->own_time;
}

void Hub::Loop(const std::shared_ptr<Shared>& shared) {
  std::unique_lock lock(shared->mutex);
  shared->thread = std::this_thread::get_id();
  while (!shared->changed.wait_for(lock, kRound, [&] { return shared->ending; })) {
    for (const std::weak_ptr<HubGuest>& one : std::vector(shared->guests)) {
      std::shared_ptr<HubGuest> guest = one.lock();
      if (!guest || shared->ending) continue;
      shared->called = guest.get();
      lock.unlock();
      guest->KeepHouse();
      lock.lock();
      shared->called = nullptr;
      shared->changed.notify_all();
      lock.unlock();
      // It may be the last to hold it, and then the hub.
      guest.reset();
      lock.lock();
    }
    shared->own_time = os::OwnThreadCpuTime();
  }
  shared->ended = true;
  shared->changed.notify_all();
}

}  // namespace jouleprint::job
