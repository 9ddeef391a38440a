// All meters of this machine and the disjoint set that a run uses: the boundary.
//
// Counters come first; a model stands in for what no counter covers, and stands by where one does, in
// case the counter stops. Every domain that is found and not counted carries its reason.
#ifndef JOULEPRINT_METERS_CATALOG_H_
#define JOULEPRINT_METERS_CATALOG_H_

#include <memory>
#include <string>
#include <vector>

#include "meters/cpu_identity.h"
#include "meters/meter.h"
#include "meters/powercap.h"
#include "os/sysroot.h"

namespace jouleprint::meters {

/// What the boundary is made of.
enum class Boundary {
  kCounted,   ///< what counters cover, exactly that; a model only where the processor has no counter
  kPlatform,  ///< the platform's counter (psys) where it works, instead of packages and memory
  kAll,       ///< counters, and the model's memory where no counter covers it
};

struct CatalogOptions {
  os::Sysroot sysroot;
  std::string nvml_library;  ///< empty: the system's
  Boundary boundary = Boundary::kCounted;
};

struct Catalog {
  CpuIdentity cpu;
  std::vector<std::string> gpus;
  /// In the order of their discovery; their domains are disjoint, but for those in `standby`.
  std::vector<std::unique_ptr<Meter>> meters;
  /// Names of the model's domains that are counted only if every counter of the processor fails.
  std::vector<std::string> standby;
  std::vector<DroppedDomain> dropped;
  std::vector<MeterFinding> findings;  ///< what `doctor` says
};

Catalog DiscoverMeters(const CatalogOptions& options);

}  // namespace jouleprint::meters

#endif  // JOULEPRINT_METERS_CATALOG_H_
