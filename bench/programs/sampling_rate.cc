// What sampling costs at a rate: the meters of a machine are read for a while, and nothing else is done.
//
//   sampling_rate SYSROOT NVML_LIBRARY INTERVAL_MS SECONDS
//
// Prints {"cpu_percent": of one core, "ticks": readings of all meters, "late_percent": of them, a whole
// period or more late, "floor_percent": of one core for as many threads that wake at the same rate and do
// nothing}. Every quick meter's period is the interval; the model stands by at 1 s.
#include <sys/resource.h>
#include <time.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <thread>
#include <vector>

#include "job/measurement.h"
#include "os/clock.h"

namespace {

using jouleprint::Seconds;

double CpuSeconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + 1e-6 * static_cast<double>(t.tv_usec);
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

constexpr int kFastLanes = 2;  // powercap and NVML

// Wakes once a period, as cheaply as a program can.
void WakeAndSleep(Seconds period, Seconds duration) {
  timespec next{};
  clock_gettime(CLOCK_MONOTONIC, &next);
  const auto wakes = static_cast<long>(duration.value() / period.value());
  const auto period_ns = static_cast<long>(period.value() * 1e9);
  for (long i = 0; i < wakes; ++i) {
    const long ns = next.tv_nsec + period_ns;
    next.tv_sec += ns / 1'000'000'000;
    next.tv_nsec = ns % 1'000'000'000;
    clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &next, nullptr);
  }
}

double FloorPercent(Seconds period, Seconds duration) {
  const double before = CpuSeconds();
  std::vector<std::thread> threads;
  for (int i = 0; i < kFastLanes; ++i) threads.emplace_back(WakeAndSleep, period, duration);
  for (std::thread& thread : threads) thread.join();
  return 100 * (CpuSeconds() - before) / duration.value();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 5) {
    std::cerr << "usage: sampling_rate SYSROOT NVML_LIBRARY INTERVAL_MS SECONDS\n";
    return 2;
  }
  const Seconds interval{std::atof(argv[3]) / 1000};
  const Seconds wanted{std::atof(argv[4])};
  jouleprint::RunOptions options;
  options.sysroot = argv[1];
  options.nvml_library = argv[2];
  options.interval = interval;
  const jouleprint::os::SystemClock clock;
  auto measurement = jouleprint::job::Measurement::Prepare(options, clock);
  if (!measurement.ok()) {
    std::cerr << measurement.error().ToString() << "\n";
    return 3;
  }
  (*measurement)->Begin();
  (*measurement)->CommandStarted();
  (*measurement)->StartSampling();
  jouleprint::os::Sleep(Seconds{0.5});  // the watch for the first renewal is over
  const std::int64_t ticks_before = (*measurement)->samples();
  const double cpu_before = CpuSeconds();
  const jouleprint::os::BootTime start = clock.Boot();
  jouleprint::os::Sleep(wanted);
  const double elapsed_s = (clock.Boot() - start).value();
  const double cpu_s = CpuSeconds() - cpu_before;
  const auto ticks = static_cast<double>((*measurement)->samples() - ticks_before);
  (*measurement)->End();
  const double expected = kFastLanes * elapsed_s / interval.value();
  const double late_percent = 100 * std::max(0.0, expected - ticks) / expected;
  std::printf("{\"cpu_percent\": %.5f, \"ticks\": %.0f, \"late_percent\": %.3f, \"floor_percent\": %.5f}\n",
              100 * cpu_s / elapsed_s, ticks, late_percent, FloorPercent(interval, wanted));
}
