#include "sampling/rollup.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace jouleprint::sampling {
namespace {

constexpr std::array<double, 7> kLadder{0.1, 1, 10, 60, 300, 3600, 86400};

// Microseconds of a width: every step of the ladder is a whole number of them.
std::int64_t WidthUs(std::size_t step) {
  return static_cast<std::int64_t>(std::llround(kLadder[step] * 1e6));
}

std::int64_t FloorTo(std::int64_t us, std::int64_t width_us) {
  const std::int64_t rest = us % width_us;
  return us - (rest < 0 ? rest + width_us : rest);
}

}  // namespace

Rollup::Rollup(os::BootTime start, UtcTime start_utc) {
  bins_.reserve(kCapacity);
  Restart(start, start_utc);
}

void Rollup::Restart(os::BootTime start, UtcTime start_utc) noexcept {
  start_ = start;
  start_utc_ = start_utc;
  step_ = 0;
  bins_.clear();
  lead_s_ = (start_utc_ - first_bin()).value();
}

Seconds Rollup::bin_width() const { return Seconds{kLadder[step_]}; }

UtcTime Rollup::first_bin() const { return {FloorTo(start_utc_.unix_us, WidthUs(step_))}; }

double Rollup::Offset(os::BootTime time) const noexcept {
  return std::max(0.0, (time - start_).value() + lead_s_);
}

void Rollup::Add(const Slice& slice) noexcept {
  const double duration = (slice.to - slice.from).value();
  if (duration <= 0) return;
  while (Offset(slice.to) / kLadder[step_] >= static_cast<double>(kCapacity) && step_ + 1 < kLadder.size())
    Widen();
  const double width = kLadder[step_];
  const double from = Offset(slice.from);
  const double to = Offset(slice.to);
  const double power = slice.energy.value() / duration;
  const auto last = std::min(static_cast<std::size_t>(to / width), kCapacity - 1);
  for (auto i = std::min(static_cast<std::size_t>(from / width), last); i <= last; ++i) {
    const double begin = std::max(from, static_cast<double>(i) * width);
    const double end = i == last ? to : std::min(to, static_cast<double>(i + 1) * width);
    if (end <= begin) continue;  // a slice that ends where a bin begins is not in it
    if (bins_.size() <= i) bins_.resize(i + 1);
    bins_[i].energy_j += static_cast<float>(power * (end - begin));
  }
}

void Rollup::NotePower(os::BootTime from, os::BootTime to, Watts power) noexcept {
  const double width = kLadder[step_];
  const double end = Offset(to);
  for (auto i = static_cast<std::size_t>(Offset(from) / width); i < bins_.size(); ++i) {
    if (static_cast<double>(i) * width >= end) break;
    bins_[i].max_power_w = std::max(bins_[i].max_power_w, static_cast<float>(power.value()));
  }
}

void Rollup::WidenTo(Seconds width) noexcept {
  while (bin_width() < width && step_ + 1 < kLadder.size()) Widen();
}

void Rollup::Widen() noexcept {
  const std::int64_t old_width_us = WidthUs(step_);
  const UtcTime old_first = first_bin();
  ++step_;
  const std::int64_t skipped = (old_first.unix_us - first_bin().unix_us) / old_width_us;
  const std::int64_t merged = WidthUs(step_) / old_width_us;
  std::size_t count = 0;
  for (std::size_t i = 0; i < bins_.size(); ++i) {
    const PowerSeries::Bin bin = bins_[i];
    const auto target = static_cast<std::size_t>((static_cast<std::int64_t>(i) + skipped) / merged);
    if (target >= count) {
      bins_[target] = {};  // target <= i: its own old value has been taken
      count = target + 1;
    }
    bins_[target].energy_j += bin.energy_j;
    bins_[target].max_power_w = std::max(bins_[target].max_power_w, bin.max_power_w);
  }
  bins_.resize(count);
  lead_s_ = (start_utc_ - first_bin()).value();
}

}  // namespace jouleprint::sampling
