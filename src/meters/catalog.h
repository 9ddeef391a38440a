// All meters of this machine and the disjoint set that a run uses: the boundary.
//
// Every interface is asked for all that it can read; boundary.h chooses. A model stands in for what no
// counter covers, and stands by where one does, in case the counter stops. Every domain that is found
// and not counted carries its reason.
#ifndef JOULEPRINT_METERS_CATALOG_H_
#define JOULEPRINT_METERS_CATALOG_H_

#include <memory>
#include <string>
#include <vector>

#include "meters/boundary.h"
#include "meters/machine.h"
#include "meters/meter.h"

namespace jouleprint::meters {

struct CatalogOptions {
  /// `machine.cpu` and `machine.hwmon_chips` are filled in by DiscoverMeters.
  Machine machine;
  Boundary boundary = Boundary::kCounted;
};

struct Catalog {
  CpuIdentity cpu;
  std::vector<std::string> gpus;
  /// In the order of their discovery; their domains are disjoint, but for `total` and those in `standby`.
  std::vector<std::unique_ptr<Meter>> meters;
  /// The domain that measures the whole machine and contains the others; "" where there is none.
  std::string total;
  /// Names of the model's domains that are counted only if every counter of the processor fails.
  std::vector<std::string> standby;
  /// Names of domains that were given a factor and are not counted here.
  std::vector<std::string> unmatched_gains;
  std::vector<DroppedDomain> dropped;
  std::vector<MeterFinding> findings;  ///< what `doctor` says
};

/// May take as long as the slowest interface takes to answer or time out; allocates, opens files.
Catalog DiscoverMeters(CatalogOptions options);

}  // namespace jouleprint::meters

#endif  // JOULEPRINT_METERS_CATALOG_H_
