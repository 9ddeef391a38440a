// Domains as a run may have used them.
#ifndef JOULEPRINT_TESTS_ENERGY_USES_H_
#define JOULEPRINT_TESTS_ENERGY_USES_H_

#include <string>
#include <utility>
#include <vector>

#include "energy/account.h"

namespace jouleprint::energy {

/// A package that used so much, counted within 5 %, or whatever the test makes of it.
inline DomainUse Package(const std::string& name, Joules energy) {
  DomainUse use;
  use.info.name = name;
  use.info.component = Component::kCpu;
  use.info.basis = Basis::kCounter;
  use.info.source = "powercap";
  use.info.error.relative = 0.05;
  use.meter = "powercap";
  use.energy = energy;
  return use;
}

inline DomainUse Gpu(const std::string& name, Joules energy) {
  DomainUse use = Package(name, energy);
  use.info.component = Component::kGpu;
  use.info.error.relative = 0.08;
  use.meter = "nvml";
  return use;
}

inline DomainUse Modelled(const std::string& name, Joules energy) {
  DomainUse use = Package(name, energy);
  use.info.basis = Basis::kModelled;
  use.info.error = {};
  use.info.error.low_factor = 0.33;
  use.info.error.high_factor = 1.65;
  use.meter = "model";
  return use;
}

inline DomainUse WithIdle(DomainUse use, Watts power, Watts half_width = Watts{0}) {
  use.idle = IdlePower{power, half_width};
  return use;
}

/// A wall meter within 1 %.
inline DomainUse Wall(Joules energy) {
  DomainUse use = Package("wall", energy);
  use.info.component = Component::kWall;
  use.info.basis = Basis::kMetered;
  use.info.source = "a plug";
  use.info.error.relative = 0.01;
  use.meter = "plug";
  return use;
}

inline double InJoules(double kwh) { return kwh * kJoulesPerKwh; }

/// Of a machine that nothing measures as a whole.
inline Account MakeAccount(std::vector<DomainUse> uses, Seconds duration, const CpuUse& cpu) {
  return MakeAccount(Question{.uses = std::move(uses), .duration = duration, .cpu = cpu});
}

}  // namespace jouleprint::energy

#endif  // JOULEPRINT_TESTS_ENERGY_USES_H_
