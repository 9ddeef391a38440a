// Which domains are counted: a disjoint set out of all that can be read, and one sentence for each other.
//
//   1. Of domains with the same scope the best is kept: the strongest basis, then the interface that
//      was looked for first.
//   2. A meter of the whole machine becomes the total: the wall's always, the node's own (BMC, battery)
//      where it is asked for or nothing else measures the processor. What is inside explains it.
//   3. What contains a counted part is left out (psys beside the package, a module beside its CPU and
//      GPU), and then what is contained in a counted one (the cores of the package).
//
// Pure; O(n^2) in the number of domains. Tested by tests/meters/boundary_test.cc.
#ifndef JOULEPRINT_METERS_BOUNDARY_H_
#define JOULEPRINT_METERS_BOUNDARY_H_

#include <string>
#include <vector>

#include "meters/meter.h"

namespace jouleprint::meters {

/// What the boundary is made of.
enum class Boundary {
  kCounted,   ///< what counters cover, exactly that; a model only where the processor has no counter
  kPlatform,  ///< the most that the machine itself measures (BMC, battery, else psys)
  kAll,       ///< counters, and the model's memory where no counter covers it
};

/// What becomes of one domain.
enum class Fate {
  kCounted,
  kTotal,  ///< the whole machine's: the sum of the boundary, and more than its parts
  kDropped,
};

struct Verdict {
  Fate fate = Fate::kCounted;
  std::string reason;  ///< of a dropped one, one sentence without a full stop
};

/// One verdict per domain, in the same order. `domains` are in the order in which interfaces are preferred;
/// the model's are not among them.
std::vector<Verdict> ChooseBoundary(const std::vector<const DomainInfo*>& domains, Boundary boundary);

}  // namespace jouleprint::meters

#endif  // JOULEPRINT_METERS_BOUNDARY_H_
