#include "meters/wattmeter/watt_integral.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace jouleprint::meters {
namespace {

// A stretch of so many times the usual is a silence, as sampling/integrator.h has it.
constexpr double kSilence = 10;
// Short ones are bridged whatever the period: a network that stumbles.
constexpr Seconds kShortestSilence{2};
// A device's counter that moved by so many steps gives the stretch's energy to a twentieth.
constexpr double kEnoughSteps = 20;
// Half of what 64 bits hold, less at each restart by more joules than a run can use between two readings.
constexpr std::uint64_t kFirstBase = std::uint64_t{1} << 62;
constexpr std::uint64_t kRestartStep = std::uint64_t{1} << 42;
// What `just_before` is before; over less time a power counts as not known (sampling/integrator.cc).
constexpr Seconds kMoment{0.1};

std::uint64_t Counts(Joules energy) {
  return static_cast<std::uint64_t>(std::llround(energy.value() / kJoulesPerWattCount));
}

}  // namespace

WattIntegral::WattIntegral(Seconds period, Joules energy_step, double gain)
    : period_(period),
      energy_step_(energy_step),
      gain_(gain),
      base_(kFirstBase),
      power_(std::numeric_limits<double>::quiet_NaN()),
      last_elapsed_(period) {}

WattIntegral::Verdict WattIntegral::Add(const WattSample& sample, os::BootTime at) noexcept {
  const bool has_power = !std::isnan(sample.power.value());
  if (!has_power && !sample.total_energy) return Verdict::kNothing;
  if (IsNonsense(sample)) return Verdict::kNonsense;
  if (!started_) return Start(sample, at);
  const Seconds elapsed = at - last_.at;
  if (elapsed <= Seconds{0}) return Verdict::kNotNewer;
  return has_power ? AddPower(sample, at, elapsed) : AddEnergy(sample, at, elapsed);
}

bool WattIntegral::IsNonsense(const WattSample& sample) const noexcept {
  const double watts = sample.power.value() * gain_;
  const bool bad_power = !std::isnan(watts) && !(watts >= 0 && watts <= kMostOfAMachine.value());
  const bool bad_energy = sample.total_energy &&
                          !(sample.total_energy->value() >= 0 && std::isfinite(sample.total_energy->value()));
  return bad_power || bad_energy;
}

WattIntegral::Verdict WattIntegral::Start(const WattSample& sample, os::BootTime at) noexcept {
  started_ = true;
  last_ = just_before_ = {base_, at};
  last_total_ = sample.total_energy;
  if (!std::isnan(sample.power.value())) {
    last_power_ = sample.power * gain_;
    power_ = *last_power_;
    just_before_ = {base_ - Counts(power_ * kMoment), at + -kMoment};
  }
  return Verdict::kTaken;
}

// A logger that writes every half minute is not silent in between.
Seconds WattIntegral::LongestBridge(Seconds elapsed) const noexcept {
  const Seconds usual = std::max(period_, std::min(elapsed, last_elapsed_));
  return std::max(kShortestSilence, usual * kSilence);
}

WattIntegral::Verdict WattIntegral::AddPower(const WattSample& sample, os::BootTime at,
                                             Seconds elapsed) noexcept {
  const Watts now = sample.power * gain_;
  const bool silent = !last_power_ || elapsed > LongestBridge(elapsed);
  const std::optional<Joules> counted = silent ? CountedByDevice(sample, elapsed) : std::nullopt;
  if (sample.total_energy) last_total_ = sample.total_energy;
  last_elapsed_ = elapsed;
  if (silent && !counted) {
    Restart(at);
    last_power_ = power_ = now;
    return Verdict::kRestarted;
  }
  MoveOn(counted ? *counted : (*last_power_ + now) / 2 * elapsed, now, at);
  last_power_ = now;
  return Verdict::kTaken;
}

WattIntegral::Verdict WattIntegral::AddEnergy(const WattSample& sample, os::BootTime at,
                                              Seconds elapsed) noexcept {
  const Joules used = last_total_ ? (*sample.total_energy - *last_total_) * gain_ : Joules{-1};
  if (used == Joules{0}) return Verdict::kNothing;
  last_total_ = sample.total_energy;
  last_power_.reset();
  if (used < Joules{0} || used > kMostOfAMachine * elapsed) {
    Restart(at);
    return Verdict::kRestarted;
  }
  MoveOn(used, used / elapsed, at);
  return Verdict::kTaken;
}

std::optional<Joules> WattIntegral::CountedByDevice(const WattSample& sample,
                                                    Seconds elapsed) const noexcept {
  if (!sample.total_energy || !last_total_ || energy_step_ <= Joules{0}) return std::nullopt;
  const Joules used = *sample.total_energy - *last_total_;
  const bool enough = used >= energy_step_ * kEnoughSteps;
  if (!enough || used * gain_ > kMostOfAMachine * elapsed) return std::nullopt;
  return used * gain_;
}

void WattIntegral::MoveOn(Joules energy, Watts now, os::BootTime at) noexcept {
  power_ = energy / (at - last_.at);
  energy_ += energy;
  last_ = {base_ + Counts(energy_), at};
  const std::uint64_t moment = std::min(Counts(now * kMoment), last_.counts);
  just_before_ = {last_.counts - moment, at + -kMoment};
}

void WattIntegral::Restart(os::BootTime at) noexcept {
  base_ = last_.counts > kRestartStep ? last_.counts - kRestartStep : 0;
  energy_ = Joules{0};
  last_ = just_before_ = {base_, at};
}

}  // namespace jouleprint::meters
