// NVML between nvmlInit and nvmlShutdown. NVML counts the two, so several sessions may live at once.
#ifndef JOULEPRINT_METERS_NVIDIA_NVML_SESSION_H_
#define JOULEPRINT_METERS_NVIDIA_NVML_SESSION_H_

#include <mutex>
#include <utility>

#include "meters/nvidia/nvml_api.h"

namespace jouleprint::meters::nvml {

class Session {
 public:
  explicit Session(Api api) : api_(std::move(api)) {}
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;
  ~Session() { Stop(); }

  Return Start() {
    const Return result = api_.init();
    started_ = result == Return::kSuccess;
    return result;
  }
  /// Shuts NVML down and starts it again, which takes every handle from under whoever holds one. False when
  /// it does not start, and at once while somebody else's call may be under way.
  bool Restart() {
    const std::unique_lock<std::mutex> alone(other_thread_, std::try_to_lock);
    if (!alone.owns_lock()) return false;
    Stop();
    return Start() == Return::kSuccess;
  }
  /// Held by a thread other than the one that reads and restarts, for as long as it uses a handle. Neither
  /// ever waits for the other: a driver may hang.
  std::unique_lock<std::mutex> UseFromOtherThread() {
    return std::unique_lock(other_thread_, std::try_to_lock);
  }
  const Api& api() const { return api_; }

 private:
  void Stop() {
    if (std::exchange(started_, false)) api_.shutdown();
  }

  Api api_;
  bool started_ = false;
  std::mutex other_thread_;
};

}  // namespace jouleprint::meters::nvml

#endif  // JOULEPRINT_METERS_NVIDIA_NVML_SESSION_H_
