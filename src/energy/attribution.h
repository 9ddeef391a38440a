// Whose a domain's joules were: the job's fraction of what is above idle, of what is idle, and of what the
// parts of a whole leave over. Formulas and their reasons stand in docs/accuracy.md. Pure; tested by
// tests/energy/attribution_test.cc.
#ifndef JOULEPRINT_ENERGY_ATTRIBUTION_H_
#define JOULEPRINT_ENERGY_ATTRIBUTION_H_

#include <optional>
#include <string>
#include <vector>

#include "energy/account.h"
#include "jouleprint/estimate.h"

namespace jouleprint::energy {

/// One domain in the account; figures in joules.
struct Part {
  DomainUse use;
  Estimate energy;
  std::optional<Estimate> idle{};     ///< of it; both absent where no baseline is known
  std::optional<Estimate> dynamic{};  ///< and what is above
  Fraction job{};                     ///< the job's, of `dynamic` or, where that is not known, of `energy`
  std::string by{};                   ///< DomainRecord::attributed_by
};

Fraction JobFractionOf(const DomainUse& use, const CpuUse& cpu, std::string* by);
/// Of what `parts` leave over.
Fraction JobFractionOfRest(const std::vector<Part>& parts, const CpuUse& cpu, std::string* by);

/// The job's part of a domain: of what is above idle only, and with what it has reserved of the idle part.
Estimate JobWithoutIdle(const Part& part);
Estimate JobWithIdle(const Part& part);

/// The same of a total whose `parts`, the rest among them, tell in which proportions.
Estimate ShareOfTotal(const Part& total, const std::vector<Part>& parts);
Estimate ReservedOfTotal(const Part& total, const std::vector<Part>& parts);

}  // namespace jouleprint::energy

#endif  // JOULEPRINT_ENERGY_ATTRIBUTION_H_
