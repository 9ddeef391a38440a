// What records made from other tools' files have in common: an id that the content alone decides, times
// without a zone, and figures whose spread is wider than the digits in the file make it look.
#ifndef JOULEPRINT_RECORD_IMPORT_IMPORTED_RUN_H_
#define JOULEPRINT_RECORD_IMPORT_IMPORTED_RUN_H_

#include <string>
#include <string_view>
#include <vector>

#include "jouleprint/record.h"
#include "jouleprint/result.h"

namespace jouleprint::record {

/// The 90 % interval of a figure, as factors of it.
struct Spread {
  double low = 1;
  double high = 1;
};

/// One part of the machine as the other tool saw it.
struct ImportedDomain {
  std::string name;
  Component component = Component::kOther;
  double energy_kwh = 0;  ///< without PUE
  Spread spread;
};

/// What a file says about a run, in the record's units.
struct ImportedFigures {
  std::string tool;                     ///< "CodeCarbon": the source of its domains
  std::vector<ImportedDomain> domains;  ///< not empty
  double duration_s = 0;
  double pue = 1;
  bool pue_known = false;
  double emissions_gco2e = 0;       ///< with PUE
  double intensity_g_per_kwh = 0;   ///< used where there is no energy to divide by; NaN: not known
  std::vector<std::string> places;  ///< names of the place, the best first
};

/// A time as those tools write it, "2024-03-01 09:30:00" or with a T. Without a zone it is read as UTC,
/// whatever this machine's zone is, so that one file gives the same record everywhere.
Result<UtcTime> ZonelessTime(std::string_view text);

/// 26 characters like those of MakeRunId, the same for the same day and identity: importing a file again
/// replaces the run. Ids sort by the day of `start`; those tools tell the start to the second at best.
std::string ImportedRunId(UtcTime start, std::string_view identity);

/// Domains, energies, emissions, place and intensity of `run`.
void FillFigures(const ImportedFigures& figures, RunRecord* run);

}  // namespace jouleprint::record

#endif  // JOULEPRINT_RECORD_IMPORT_IMPORTED_RUN_H_
