// How far what a meter showed of a domain may be from what the domain used, from what is known of the
// meter: its gain, when it renews its value, over what it averages, what it does not look at, its steps.
// docs/accuracy.md derives every term. Pure; tested by tests/energy/domain_error_test.cc and, on recorded
// machines, by recorded_coverage_test.cc.
#ifndef JOULEPRINT_ENERGY_DOMAIN_ERROR_H_
#define JOULEPRINT_ENERGY_DOMAIN_ERROR_H_

#include "energy/account.h"
#include "jouleprint/estimate.h"
#include "jouleprint/units.h"

namespace jouleprint::energy {

/// The meter's error: a gain, the same for every joule of the domain, and what is uncertain once.
struct DomainError {
  double gain_low = 0;
  double gain_high = 0;
  Joules once{0};
};

DomainError ErrorOf(const DomainUse& use, Seconds duration);

/// What a domain used, in joules.
Estimate DomainJoules(const DomainUse& use, Seconds duration);
/// Of it, what the baseline explains: no more than all of it. `use.idle` is known.
Joules IdleJoules(const DomainUse& use, Seconds duration);
/// The same with its interval.
Estimate IdleEstimate(const DomainUse& use, Seconds duration);
/// What it used above idle, in joules. `use.idle` is known.
Estimate MarginalJoules(const DomainUse& use, Seconds duration);

}  // namespace jouleprint::energy

#endif  // JOULEPRINT_ENERGY_DOMAIN_ERROR_H_
