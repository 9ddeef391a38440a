// From what the domains used to what the run is charged with: the machine's energy, what is above
// idle (marginal), and the job's share; each with its 90 % interval and basis.
//
//   machine      = the total's where one meter measures all of it, else the sum over the boundary's domains
//   other        = total - sum over the domains, not below 0: a domain of its own, the last
//   idle         = baseline power x time, never more than the machine's
//   marginal     = machine - idle
//   share        = the job's fraction of what is above idle: of the CPU time that was used, of a GPU's time
//   by
//                  its own books, of `other` what it has of the rest
//                  and, where idle is split by reservation, its reserved fraction of what is idle
//   unattributed = machine - share, exactly
//
// Without a baseline nobody can say how much is above idle: the share then lies between the job's
// part of the machine's capacity and its part of the CPU time used: nearer to the first on an idle
// machine, to the second on a busy one. The interval spans both.
// Formulas and their sources stand in docs/accuracy.md. Pure; tested by tests/energy/account_test.cc,
// total_test.cc, attribution_test.cc and account_property_test.cc.
#ifndef JOULEPRINT_ENERGY_ACCOUNT_H_
#define JOULEPRINT_ENERGY_ACCOUNT_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "jouleprint/record.h"
#include "jouleprint/units.h"
#include "meters/meter.h"

namespace jouleprint::energy {

/// The name of the domain that is what a total's parts leave of it.
inline constexpr std::string_view kOther = "other";

/// The power of a domain when the job does not run.
struct IdlePower {
  Watts power{0};
  Watts half_width{0};  ///< of its 90 % interval
};

/// The job's part of something, with its 90 % interval.
struct Fraction {
  double value = 0;
  double low = 0;
  double high = 0;
};

/// What tells better than CPU time who used a domain: its accelerator's own books.
struct JobPart {
  Fraction of_dynamic;  ///< of what the domain used above idle
  std::string by;       ///< DomainRecord::attributed_by
};

/// What one domain of the boundary used over the run.
struct DomainUse {
  meters::DomainInfo info;
  std::string meter;  ///< domains of one meter err together
  Joules energy{0};
  Joules filled{0};  ///< of `energy`, what was filled in where readings failed
  Watts max_power{0};
  Seconds read_every{0};  ///< gauges: how often we look
  std::optional<IdlePower> idle{};
  std::optional<JobPart> job_part{};
  std::optional<double>
      reserved{};  ///< the fraction of the domain that is the job's to use; absent: not known
};

/// Who used the processors meanwhile.
struct CpuUse {
  Seconds job{0};
  Seconds machine{0};   ///< busy time of all processors, as the kernel counts it (in ticks)
  Seconds capacity{0};  ///< processors x duration
};

struct Account {
  std::vector<DomainRecord> domains;  ///< with a total, the last one is "other"
  std::optional<DomainRecord> total;
  EnergyFigures kwh;
  std::vector<std::string> warnings;  ///< sentences for the record: figures that contradict each other
};

/// What the sums are asked for.
struct Question {
  std::vector<DomainUse> uses{};
  std::optional<DomainUse> total{};  ///< measures all of `uses` and more
  Seconds duration{0};
  CpuUse cpu{};
  IdleSplit idle_split = IdleSplit::kUnattributed;
};

Account MakeAccount(const Question& question);

}  // namespace jouleprint::energy

#endif  // JOULEPRINT_ENERGY_ACCOUNT_H_
