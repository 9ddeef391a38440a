// From what the domains used to what the run is charged with: the machine's energy, what is above
// idle (marginal), and the job's share; each with its 90 % interval and basis.
//
//   machine      = sum over the boundary's domains
//   idle         = baseline power x time, never more than the machine's
//   marginal     = machine - idle
//   share        = the job's fraction of the CPU time that was used, of what is above idle
//   unattributed = machine - share, exactly
//
// Without a baseline nobody can say how much is above idle: the share then lies between the job's
// part of the machine's capacity and its part of the CPU time used: nearer to the first on an idle
// machine, to the second on a busy one. The interval spans both.
// Formulas and their sources stand in docs/accuracy.md. Pure; tested by tests/energy/account_test.cc.
#ifndef JOULEPRINT_ENERGY_ACCOUNT_H_
#define JOULEPRINT_ENERGY_ACCOUNT_H_

#include <optional>
#include <string>
#include <vector>

#include "jouleprint/record.h"
#include "jouleprint/units.h"
#include "meters/meter.h"

namespace jouleprint::energy {

/// The power of a domain when the job does not run.
struct IdlePower {
  Watts power{0};
  Watts half_width{0};  ///< of its 90 % interval
};

/// What one domain of the boundary used over the run.
struct DomainUse {
  meters::DomainInfo info;
  std::string meter;  ///< domains of one meter err together
  Joules energy{0};
  Joules filled{0};  ///< of `energy`, what was filled in where readings failed
  Watts max_power{0};
  std::optional<IdlePower> idle;
};

/// Who used the processors meanwhile.
struct CpuUse {
  Seconds job{0};
  Seconds machine{0};   ///< busy time of all processors, as the kernel counts it (in ticks)
  Seconds capacity{0};  ///< processors x duration
};

struct Account {
  std::vector<DomainRecord> domains;
  EnergyFigures kwh;
};

Account MakeAccount(const std::vector<DomainUse>& uses, Seconds duration, const CpuUse& cpu);

}  // namespace jouleprint::energy

#endif  // JOULEPRINT_ENERGY_ACCOUNT_H_
