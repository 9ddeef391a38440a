#include "meters/nvidia/nvml_utilization.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace jouleprint::meters::nvml {
namespace {

constexpr double kSecondsPerMicrosecond = 1e-6;
constexpr unsigned kMostPercent = 100;
// nvml.h of the sample period: 1/6 s to 1 s.
constexpr Seconds kShortestPeriod{1.0 / 6};
// Stamps of one sample's processes may differ by the time that it takes to write them.
constexpr Seconds kSameSample{0.05};

Seconds Between(unsigned long long from_us, unsigned long long to_us) {
  return Seconds{static_cast<double>(to_us - from_us) * kSecondsPerMicrosecond};
}

// Some drivers leave entries of their buffer unwritten and count them in (nvtop issues 110 and 185).
bool IsSample(const ProcessUtilization& sample, unsigned long long newest_us) {
  return sample.pid != 0 && sample.sm <= kMostPercent && sample.timestamp_us > newest_us;
}

}  // namespace

std::optional<std::map<pid_t, double>> UtilizationWindow::Add(std::vector<ProcessUtilization> samples,
                                                              Seconds elapsed) {
  std::erase_if(samples, [this](const auto& sample) { return !IsSample(sample, newest_us_); });
  std::sort(samples.begin(), samples.end(),
            [](const auto& a, const auto& b) { return a.timestamp_us < b.timestamp_us; });
  const bool first_look = !std::exchange(begun_, true);
  std::map<pid_t, double> busy_s;
  Seconds stands_for{0};
  for (const ProcessUtilization& sample : samples) {
    const Seconds since_newest = Between(newest_us_, sample.timestamp_us);
    if (since_newest > kSameSample) {
      if (newest_us_ > 0) period_ = std::clamp(since_newest, kShortestPeriod, period_);
      const double from_us = std::max(start_us_, static_cast<double>(newest_us_));
      const Seconds since_start{(static_cast<double>(sample.timestamp_us) - from_us) *
                                kSecondsPerMicrosecond};
      stands_for = std::clamp(since_start, Seconds{0}, period_);
      newest_us_ = sample.timestamp_us;
    }
    busy_s[static_cast<pid_t>(sample.pid)] += stands_for.value() * sample.sm / kMostPercent;
  }
  const Seconds window = TakeWindow(!samples.empty(), elapsed);
  if (first_look || window <= Seconds{0}) return std::nullopt;
  for (auto& [pid, busy] : busy_s) busy = std::min(1.0, busy / window.value());
  return busy_s;
}

// While the GPU is busy its samples tell the time better than the host's looks, which fall somewhere
// between two of them. After a rest they do not.
Seconds UtilizationWindow::TakeWindow(bool any, Seconds elapsed) {
  const Seconds span{(static_cast<double>(newest_us_) - start_us_) * kSecondsPerMicrosecond};
  const bool in_step = any && std::abs((span - elapsed).value()) <= period_.value();
  const bool ahead = any && span > elapsed;
  start_us_ = in_step || ahead ? static_cast<double>(newest_us_)
                               : start_us_ + elapsed.value() / kSecondsPerMicrosecond;
  return in_step ? span : elapsed;
}

}  // namespace jouleprint::meters::nvml
