// The watch of the GPUs' processes on its own thread: it looks, it ends, and it never holds up the run.
#include "job/gpu_watch.h"

#include <gtest/gtest.h>

#include <condition_variable>
#include <future>
#include <memory>
#include <mutex>

namespace jouleprint::job {
namespace {

// One GPU that is the process's; a look can be made to hang until the test lets it go.
class ScriptedUse final : public meters::AcceleratorUse {
 public:
  explicit ScriptedUse(os::FakeClock* clock) : clock_(clock) {}
  ~ScriptedUse() override { gone_.set_value(); }

  std::vector<meters::GpuUse> Look() override {
    std::unique_lock lock(mutex_);
    ++looks_;
    changed_.notify_all();
    changed_.wait(lock, [&] { return !hangs_; });
    clock_->Advance(Seconds{1});
    meters::GpuUse use;
    use.domain = "gpu-0";
    use.known = true;
    use.processes.emplace_back();
    use.processes.back().pid = 100;
    use.processes.back().busy = 0.5;
    return {use};
  }

  void Hang() {
    const std::lock_guard lock(mutex_);
    hangs_ = true;
  }
  void LetGo() {
    const std::lock_guard lock(mutex_);
    hangs_ = false;
    changed_.notify_all();
  }
  /// Ready when the last who could look is through with it, and with the clock.
  std::future<void> Gone() { return gone_.get_future(); }
  void AwaitLooks(int looks) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return looks_ >= looks; });
  }

 private:
  os::FakeClock* clock_;
  std::mutex mutex_;
  std::condition_variable changed_;
  int looks_ = 0;
  bool hangs_ = false;
  std::promise<void> gone_;
};

constexpr Seconds kLong{30};

TEST(GpuWatchTest, LooksAtTheStartAndOnceMoreAtTheEnd) {
  os::FakeClock clock;
  auto use = std::make_shared<ScriptedUse>(&clock);
  GpuWatch watch({use}, clock, [](pid_t) { return true; });
  watch.AddProcesses({100});
  watch.Start();
  watch.Stop(kLong);
  use->AwaitLooks(2);
  const auto parts = watch.Parts(Seconds{2});
  ASSERT_TRUE(parts.contains("gpu-0"));
  EXPECT_EQ(parts.at("gpu-0").of_dynamic.value, 1);
  EXPECT_EQ(parts.at("gpu-0").of_dynamic.low, 1) << "the two looks speak for the whole run";
}

TEST(GpuWatchTest, AProcessThatHasEndedIsStillTheJobs) {
  os::FakeClock clock;
  auto use = std::make_shared<ScriptedUse>(&clock);
  GpuWatch watch({use}, clock, [](pid_t) { return false; });
  watch.AddProcesses({100});
  watch.AddProcesses({101});
  watch.Start();
  watch.Stop(kLong);
  EXPECT_TRUE(watch.Parts(Seconds{2}).contains("gpu-0"));
}

TEST(GpuWatchTest, NobodyToAskIsNothingKnown) {
  os::FakeClock clock;
  GpuWatch watch({}, clock);
  watch.Start();
  watch.Stop(kLong);
  EXPECT_TRUE(watch.Parts(Seconds{2}).empty());
}

TEST(GpuWatchTest, ALookThatHangsIsLeftBehind) {
  os::FakeClock clock;
  auto use = std::make_shared<ScriptedUse>(&clock);
  use->Hang();
  {
    GpuWatch watch({use}, clock, [](pid_t) { return true; });
    watch.Start();
    use->AwaitLooks(1);
    watch.Stop(Seconds{0.01});
    EXPECT_TRUE(watch.Parts(Seconds{2}).empty());
  }
  // It comes back after the watch is gone, and finds all that it needs.
  std::future<void> gone = use->Gone();
  use->LetGo();
  use->AwaitLooks(2);
  use.reset();
  gone.wait();
}

}  // namespace
}  // namespace jouleprint::job
