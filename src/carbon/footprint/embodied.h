// A run's part of making the machine: of each kind of hardware, its making x time / lifetime x share
// reserved.
//
// What is in the sum: of a server its case with board and power supplies, processors, memory and GPUs; of a
// desktop the computer and its graphics cards; a laptop as a whole; of a virtual machine its share of a
// server that nobody knows, its memory and its GPUs. Disks, network and the building are not. The figures are
// the table's (embodied_table.h) and stay wide: sources differ by factors. docs/footprint.md says more. Pure;
// safe from any thread.
#ifndef JOULEPRINT_CARBON_FOOTPRINT_EMBODIED_H_
#define JOULEPRINT_CARBON_FOOTPRINT_EMBODIED_H_

#include <optional>
#include <string>
#include <vector>

#include "jouleprint/footprint_choice.h"
#include "jouleprint/record.h"
#include "jouleprint/units.h"

namespace jouleprint::carbon {

struct EmbodiedQuestion {
  EmbodiedOption option;
  const HostInfo& host;
  int unnamed_gpus = 0;  ///< beside those in `host`: cards whose model is not known
  const Reservation& reserved;
  Seconds duration{0};
};

struct EmbodiedAnswer {
  std::optional<Estimate> gco2e;  ///< absent where the user wants none
  std::vector<EmbodiedPart> parts;
  std::vector<std::string> warnings;
};

EmbodiedAnswer EmbodiedOf(const EmbodiedQuestion& question);

}  // namespace jouleprint::carbon

#endif  // JOULEPRINT_CARBON_FOOTPRINT_EMBODIED_H_
