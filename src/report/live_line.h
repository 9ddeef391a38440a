// The one refreshing line of `run --live`: watts by domain, energy, grams, time so far, epoch, and what all
// of them will take. Pure: from a snapshot to a line that fits the width.
#ifndef JOULEPRINT_REPORT_LIVE_LINE_H_
#define JOULEPRINT_REPORT_LIVE_LINE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "jouleprint/estimate.h"
#include "jouleprint/record.h"
#include "report/report.h"

namespace jouleprint::report {

struct LiveSnapshot {
  struct DomainPower {
    std::string name;
    double power_w = 0;
  };
  double elapsed_s = 0;
  std::vector<DomainPower> domains;
  Estimate energy_kwh;
  Estimate emissions_gco2e;
  std::optional<std::int64_t> epoch;
  std::optional<std::int64_t> epochs_expected;
  std::optional<PredictionRecord> prediction{};
};

/// Without line end; never wider than style.width columns (domains are merged, then dropped, to fit).
std::string LiveLine(const LiveSnapshot& snapshot, const Style& style);

}  // namespace jouleprint::report

#endif  // JOULEPRINT_REPORT_LIVE_LINE_H_
