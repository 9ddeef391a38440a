// A test of NVIDIA GPUs against a library with NVML's ABI whose joules are known (fake_nvml.c). Its clock
// stands still unless a test moves it, so that every count is exact.
#ifndef JOULEPRINT_TESTS_FAKES_NVML_FIXTURE_H_
#define JOULEPRINT_TESTS_FAKES_NVML_FIXTURE_H_

#include <gtest/gtest.h>

#include <cstdlib>
#include <string>
#include <vector>

#include "fakes/fake_nvml.h"
#include "meters/nvidia/nvml.h"
#include "os/library.h"

namespace jouleprint::meters {

class NvmlTest : public ::testing::Test {
 protected:
  NvmlTest() : library_(*os::Library::Open(JOULEPRINT_FAKE_NVML)) { Set("CLOCK", "manual"); }
  ~NvmlTest() override {
    for (const std::string& name : set_) unsetenv(name.c_str());
  }

  void Set(const std::string& name, const std::string& value) {
    set_.push_back("JP_FAKE_NVML_" + name);
    setenv(set_.back().c_str(), value.c_str(), 1);
  }
  /// Begins (or, with "none", ends) a fault in the middle of a run.
  void Fault(const std::string& fault) {
    Set("FAULT", fault);
    reinterpret_cast<FakeNvmlReload>(library_.Symbol("jp_fake_nvml_reload"))();
  }
  void Advance(double seconds) {
    reinterpret_cast<FakeNvmlAdvance>(library_.Symbol("jp_fake_nvml_advance"))(seconds);
  }
  /// Calls that asked for power or energy so far.
  int ReadCount() {
    return reinterpret_cast<FakeNvmlReadCount>(library_.Symbol("jp_fake_nvml_read_count"))();
  }
  int OpenCount() {
    return reinterpret_cast<FakeNvmlOpenCount>(library_.Symbol("jp_fake_nvml_open_count"))();
  }

  static Discovery Discover(const std::string& sysroot = "/") {
    return DiscoverNvml({.sysroot = os::Sysroot(sysroot), .nvml_library = JOULEPRINT_FAKE_NVML});
  }
  std::vector<Reading> Read(Meter& meter) {
    std::vector<Reading> readings(meter.domains().size());
    meter.Read(clock_, readings);
    return readings;
  }
  /// Joules of a counter between two readings of it.
  static double JoulesBetween(const DomainInfo& domain, const Reading& a, const Reading& b) {
    return static_cast<double>(b.counts - a.counts) * domain.joules_per_count;
  }

  os::SystemClock clock_;

 private:
  os::Library library_;  // keeps the fake, and so its clock, loaded between a test's meters
  std::vector<std::string> set_;
};

}  // namespace jouleprint::meters

#endif  // JOULEPRINT_TESTS_FAKES_NVML_FIXTURE_H_
