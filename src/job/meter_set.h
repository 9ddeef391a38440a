// The meters that were found on a machine, each with the thread that reads it: what one measurement owns, or
// several at once share. Plain data once made; the readers look after themselves.
#ifndef JOULEPRINT_JOB_METER_SET_H_
#define JOULEPRINT_JOB_METER_SET_H_

#include <memory>
#include <vector>

#include "jouleprint/run.h"
#include "meters/catalog.h"
#include "os/clock.h"
#include "sampling/meter_reader.h"

namespace jouleprint::job {

/// True of a meter's domain that is computed from something else.
inline bool IsModel(const meters::DomainInfo& info) { return info.basis >= Basis::kCalibrated; }

struct MeterSet {
  struct One {
    std::shared_ptr<sampling::MeterReader> reader;
    Seconds period{0};  ///< how often it pays to read it
  };

  meters::Catalog catalog;  ///< without its meters, which the readers have
  std::vector<One> meters;  ///< in the catalog's order
  /// Who can tell who used the accelerators.
  std::vector<std::shared_ptr<meters::AcceleratorUse>> accelerators;  // each keeps its reader

  /// Looks what there is. kInvalidArgument: a factor for what is not counted here; kNotPresent: the machine
  /// offers nothing at all, not even a model.
  static Result<std::shared_ptr<const MeterSet>> Discover(const RunOptions& options, const os::Clock& clock);
  /// `as_traced`: each meter's period is the one that it was read with.
  static std::shared_ptr<const MeterSet> Of(meters::Catalog catalog, const os::Clock& clock, bool as_traced);
};

}  // namespace jouleprint::job

#endif  // JOULEPRINT_JOB_METER_SET_H_
