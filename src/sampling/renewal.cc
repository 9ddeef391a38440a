#include "sampling/renewal.h"

#include <algorithm>

#include "sampling/integrator.h"

namespace jouleprint::sampling {
namespace {

// Slower ones (NVML's tenth of a second) would make every short run wait.
constexpr Seconds kQuick{0.01};
// A driver, a hypervisor or a copy of the tree may be ten times slower than the device.
constexpr double kPeriods = 12;
constexpr Seconds kLateLook{0.001};

}  // namespace

RenewalWatch::RenewalWatch(const std::vector<meters::DomainInfo>& domains) {
  for (const meters::DomainInfo& domain : domains) {
    Step step;
    const Seconds period = domain.error.update_period;
    step.quick = domain.kind == meters::ReadingKind::kCounter && period > Seconds{0} && period <= kQuick;
    step.joules_per_count = domain.joules_per_count * domain.gain;
    step.longest = period * kPeriods;
    if (step.quick) patience_ = std::max(patience_, step.longest);
    steps_.push_back(step);
  }
}

void RenewalWatch::Begin(std::span<const meters::Reading> first) noexcept {
  for (std::size_t i = 0; i < steps_.size(); ++i) {
    steps_[i].before = first[i];
    steps_[i].last = first[i];
    steps_[i].seen = false;
  }
}

bool RenewalWatch::Look(std::span<const meters::Reading> now) noexcept {
  bool done = true;
  for (std::size_t i = 0; i < steps_.size(); ++i) {
    Step& step = steps_[i];
    if (!step.quick || step.seen || step.before.state != meters::ReadState::kOk) continue;
    if (now[i].state != meters::ReadState::kOk) {
      done = false;
      continue;
    }
    // A look that comes late does not tell when the renewal was: the one after it may. A counter that
    // wrapped says nothing here.
    const bool renewed = now[i].counts > step.last.counts && step.last.counts >= step.before.counts;
    step.seen = renewed && MiddleOf(now[i]) - MiddleOf(step.last) <= kLateLook;
    step.last = step.after = now[i];
    done = done && step.seen;
  }
  return done;
}

std::optional<Joules> RenewalWatch::HeldBack(std::size_t i, Watts power) const {
  const Step& step = steps_[i];
  if (!step.seen) return std::nullopt;
  const Joules shown{static_cast<double>(step.after.counts - step.before.counts) * step.joules_per_count};
  const Joules used_since = power * (MiddleOf(step.after) - MiddleOf(step.before));
  return std::clamp(shown - used_since, Joules{0}, power * step.longest);
}

}  // namespace jouleprint::sampling
