#include "os/process_gate.h"

#include <pthread.h>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <new>
#include <shared_mutex>
#include <thread>

namespace jouleprint::os {
namespace {

struct Gate {
  std::shared_mutex mutex;
  std::atomic<bool> exiting{false};
  bool shut = false;  // by whoever forks; under the mutex
};

// Tries again and again rather than waiting in line, so that who holds it once may hold it twice.
bool Shut(std::shared_mutex* mutex) {
  constexpr int kTries = 1000;
  constexpr std::chrono::milliseconds kPause{1};
  for (int i = 0; i < kTries; ++i) {
    if (mutex->try_lock()) return true;
    std::this_thread::sleep_for(kPause);
  }
  return false;
}

Gate& TheGate();

void BeforeFork() { TheGate().shut = Shut(&TheGate().mutex); }

void AfterFork() {
  if (TheGate().shut) TheGate().mutex.unlock();
}

// A lock knows its holder by the thread's number, which is another one here; and who held it besides is not
// here. The child's gate stands open.
void AfterForkInChild() { new (&TheGate().mutex) std::shared_mutex; }

void AtExit() {
  const bool shut = Shut(&TheGate().mutex);
  TheGate().exiting.store(true);
  if (shut) TheGate().mutex.unlock();
}

Gate& TheGate() {
  static Gate* const gate = new Gate;  // never destroyed: a thread may come by at the very end
  return *gate;
}

void Watch() {
  static const bool watched = [] {
    TheGate();
    return ::pthread_atfork(BeforeFork, AfterFork, AfterForkInChild) == 0 && std::atexit(AtExit) == 0;
  }();
  static_cast<void>(watched);
}

}  // namespace

GateHold::GateHold() {
  Watch();
  TheGate().mutex.lock_shared();
}

GateHold::~GateHold() { TheGate().mutex.unlock_shared(); }

bool GateHold::exiting() const { return TheGate().exiting.load(); }

}  // namespace jouleprint::os
