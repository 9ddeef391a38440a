// What part of the machine a domain measures, and what contains what: the tree in which the catalog
// finds a disjoint set.
//
//   wall > node > platform > package > cores, uncore
//                          > memory
//               > module > package, memory, gpu     (a Grace module; a GPU with its own CPU)
//               > gpu, accelerator, rail
//
// Two domains with the same scope measure the same thing, whatever interface they come from.
// Pure values. Tested by tests/meters/scope_test.cc.
#ifndef JOULEPRINT_METERS_SCOPE_H_
#define JOULEPRINT_METERS_SCOPE_H_

#include <string>

namespace jouleprint::meters {

enum class Level {
  kWall,      ///< what goes into the power supply: a plug, a PDU outlet, an analyser
  kNode,      ///< the whole machine as it sees itself: BMC, ACPI, battery, a board's input rail
  kPlatform,  ///< psys: processor, memory and more of a client's board; not a graphics card
  kModule,    ///< a module with CPU and GPU on it
  kPackage,   ///< a processor socket, or one die of it
  kCores,     ///< the cores of a package, or one of them
  kUncore,    ///< the graphics or the rest of a package
  kMemory,    ///< of one socket (or die), or all of it
  kGpu,       ///< a graphics card, with its memory
  kRail,      ///< anything else that is disjoint of its neighbours: a fan, a network card
};

struct Scope {
  /// "All of them" for `socket` and `die`.
  static constexpr int kAll = -1;

  Level level = Level::kRail;
  int socket = kAll;
  int die = kAll;
  /// Tells GPUs ("0000:03:00.0", lower case; "gpu-2" where the bus is not known), single cores and rails
  /// apart.
  std::string device{};

  friend bool operator==(const Scope&, const Scope&) = default;
};

/// True when whatever `inner` measures is measured by `outer` as well, and `outer` is more than it.
bool Contains(const Scope& outer, const Scope& inner);

/// In words, for a reason that a person reads: "the processor package 0", "the whole machine".
std::string InWords(const Scope& scope);

}  // namespace jouleprint::meters

#endif  // JOULEPRINT_METERS_SCOPE_H_
