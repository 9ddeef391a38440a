// A tracker on a machine made of files whose one counter the test sets: what is used between two calls is
// known to the microjoule.
#ifndef JOULEPRINT_TESTS_JOB_TRACKER_FIXTURE_H_
#define JOULEPRINT_TESTS_JOB_TRACKER_FIXTURE_H_

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "jouleprint/store.h"
#include "jouleprint/tracker.h"
#include "os/clock.h"
#include "os/file.h"
#include "support/powercap_tree.h"
#include "support/temporary_folder.h"

namespace jouleprint::testing {

inline constexpr double kJoulesPerKwh = 3.6e6;
inline constexpr std::uint64_t kWrapsAt_uj = 262'143'328'850;

class TrackerFixture : public ::testing::Test {
 protected:
  TrackerFixture() {
    tree_.Add({.id = "intel-rapl:0", .name = "package-0", .energy_uj = counter_uj_});
    tree_.Write("proc/cpuinfo", "processor\t: 0\nvendor_id\t: GenuineIntel\nmodel name\t: Fake CPU\n\n");
    tree_.Write("proc/meminfo", "MemTotal:       16777216 kB\n");
    tree_.Write("proc/stat", "cpu  1000 0 0 9000 0 0 0 0 0 0\n");
    options_.sysroot = tree_.sysroot().root();
    options_.nvml_library = "/nonexistent/libnvidia-ml.so.1";
    options_.zone = "FR";
    options_.name = "train";
    options_.baseline.duration = Seconds{0};
    // Only the readings that a call asks for.
    options_.interval = Seconds{30};
    options_.store_path = folder_ / "runs.db";
  }

  // At 1 kW: what no domain can draw is taken for a counter's fault.
  void Use(double joules) {
    os::Sleep(Seconds{joules * 1e-3});
    counter_uj_ = (counter_uj_ + static_cast<std::uint64_t>(joules * 1e6)) % (kWrapsAt_uj + 1);
    tree_.SetEnergy("intel-rapl:0", counter_uj_);
  }

  std::unique_ptr<Tracker> Start() {
    Result<std::unique_ptr<Tracker>> tracker = Tracker::Start(options_);
    EXPECT_TRUE(tracker.ok()) << (tracker.ok() ? "" : tracker.error().ToString());
    return tracker.ok() ? std::move(*tracker) : nullptr;
  }

  static std::size_t Threads() { return os::ListDirectory("/proc/self/task").value_or({}).size(); }

  PowercapTree tree_;
  TemporaryFolder folder_;
  RunOptions options_;
  std::uint64_t counter_uj_ = 1'000'000'000;
};

}  // namespace jouleprint::testing

#endif  // JOULEPRINT_TESTS_JOB_TRACKER_FIXTURE_H_
