// What making a piece of hardware emitted, from the table that ships (data/hardware/embodied.csv, embedded).
// It is scanned as text when asked, so that it costs nothing at start-up. Safe from any thread.
#ifndef JOULEPRINT_CARBON_FOOTPRINT_EMBODIED_TABLE_H_
#define JOULEPRINT_CARBON_FOOTPRINT_EMBODIED_TABLE_H_

#include <optional>
#include <string>
#include <string_view>

#include "jouleprint/estimate.h"

namespace jouleprint::carbon {

struct Making {
  std::string item;  ///< "processor"
  Estimate kgco2e;   ///< of one, from mine to factory gate
  std::string source;
};

/// Of a kind of hardware: "server", "gpu_server", "cpu", "memory" (a GiB), "vcpu", "desktop", "laptop",
/// "computer" (not known which) or "gpu" (not known which).
Making MakingOf(std::string_view kind);

/// Of a GPU as its driver names it, in any case: "NVIDIA H100 80GB HBM3". The row all of whose words stand in
/// the name, and of those the one with the most words; nothing when there is none.
std::optional<Making> MakingOfGpu(std::string_view name);

}  // namespace jouleprint::carbon

#endif  // JOULEPRINT_CARBON_FOOTPRINT_EMBODIED_TABLE_H_
