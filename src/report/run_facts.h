// What the formats say about a run in the same words: its title, its state, what its energy rests on,
// and its domains put together by component.
#ifndef JOULEPRINT_REPORT_RUN_FACTS_H_
#define JOULEPRINT_REPORT_RUN_FACTS_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "jouleprint/record.h"

namespace jouleprint::report {

/// The name, else the command, else the id; sanitised.
std::string RunTitle(const RunRecord& run, bool unicode);
/// "" when the command ended well, else "exit 1", "exit 137 (signal 9)", "recovered", "still running".
std::string RunOutcome(RunState state, int exit_status);

/// A domain was read, or the figures came from another tool's record; otherwise 0 means "not known".
bool EnergyKnown(const RunRecord& run);

/// Nobody said where the run was.
bool ZoneUnknown(const RunRecord& run);

/// "PUE 1.2", or "PUE 1 (not given)".
std::string PueText(const RunRecord& run);

/// "counted by the processor", "in part from a model", ...: a basis without jargon.
std::string BasisInWords(const RunRecord& run);

/// Domains of one component and basis, as one line of the summary.
struct DomainGroup {
  Component component = Component::kOther;
  Basis basis = Basis::kAssumed;
  std::string label;  ///< "gpu x8", or the domain's own name when the component says nothing
  double energy_kwh = 0;
  std::size_t domains = 0;
};
/// Largest first.
std::vector<DomainGroup> GroupDomains(const RunRecord& run, bool unicode);

/// The finished repetitions of one kind.
struct EpochMeans {
  std::size_t count = 0;
  double duration_s = 0;
  double energy_kwh = 0;
};
EpochMeans MeanOfEpochs(const RunRecord& run, std::string_view kind);

/// The part of the machine's energy that the idle baseline explains; absent without a baseline.
std::optional<double> IdleKwh(const RunRecord& run);

/// Time in which nothing was read.
double TotalGapSeconds(const RunRecord& run);

}  // namespace jouleprint::report

#endif  // JOULEPRINT_REPORT_RUN_FACTS_H_
