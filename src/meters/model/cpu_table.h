// The table of processors that ships (data/hardware/cpus.csv, embedded): rated power and core count by
// name. It is scanned as text when asked, so it costs nothing at start-up. Safe from any thread.
#ifndef JOULEPRINT_METERS_MODEL_CPU_TABLE_H_
#define JOULEPRINT_METERS_MODEL_CPU_TABLE_H_

#include <optional>
#include <string>
#include <string_view>

#include "jouleprint/units.h"

namespace jouleprint::meters {

struct CpuFacts {
  std::string name;  ///< as the vendor writes it: "AMD EPYC 7763"
  Watts tdp{0};      ///< rated power of one processor
  int cores = 0;     ///< of one processor; 0: not known
  int threads = 0;   ///< of one processor; 0: not known
  std::string source;
};

/// The key under which a kernel's model name is looked up: lower case, without trade marks, frequency,
/// generation and filler words. "Intel(R) Xeon(R) CPU E5-2620 v3 @ 2.40GHz" -> "intel xeon e5-2620 v3".
std::string NormaliseCpuName(std::string_view model_name);

/// The processor that the kernel calls `model_name`. Nothing for a name that hides the part, as clouds
/// give their guests ("AMD EPYC", "Intel(R) Xeon(R) Processor @ 2.30GHz").
std::optional<CpuFacts> FindCpu(std::string_view model_name);

/// 64 for "AMD EPYC 7763 64-Core Processor"; 0 when the name does not say.
int CoresInName(std::string_view model_name);

}  // namespace jouleprint::meters

#endif  // JOULEPRINT_METERS_MODEL_CPU_TABLE_H_
