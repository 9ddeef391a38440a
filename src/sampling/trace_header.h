// What a trace says of the machine and of the run before its first event: enough to set up the same
// ledgers and ask the same questions again. Nothing that names the machine or a person: no host name, no
// serial number, no command.
//
// It is JSON: readers of other versions take what they know. Tested by tests/sampling/trace_test.cc.
#ifndef JOULEPRINT_SAMPLING_TRACE_HEADER_H_
#define JOULEPRINT_SAMPLING_TRACE_HEADER_H_

#include <string>
#include <string_view>
#include <vector>

#include "jouleprint/footprint_choice.h"
#include "jouleprint/record.h"
#include "jouleprint/result.h"
#include "meters/cpu_identity.h"
#include "meters/meter.h"

namespace jouleprint::sampling {

struct TraceLane {
  std::string meter;
  Seconds period{0};
  std::vector<meters::DomainInfo> domains;
};

struct TraceHeader {
  std::string version;  ///< of jouleprint
  HostInfo host;        ///< without its name
  meters::CpuIdentity cpu;
  std::vector<TraceLane> lanes;
  std::string total;                 ///< name of the domain that measures all
  std::vector<std::string> standby;  ///< names of the model's domains that wait for a counter to fail
  std::vector<DroppedDomain> dropped;
  std::vector<meters::MeterFinding> findings;
  std::string baseline;  ///< "measured", "given", "off"
  Watts baseline_power{0};
  bool idle_is_split = false;  ///< by reservation
  Reservation reserved;
  double pue = 1;
  bool pue_given = false;
  std::string pue_source;
  FootprintChoice footprint;
  std::string zone;
  IntensityUsed intensity;      ///< for all times
  bool priced_by_time = false;  ///< the run had series or a live source, which a trace does not hold
};

std::string ToJson(const TraceHeader& header);
/// kCorrupt, with the field that makes no sense.
Result<TraceHeader> TraceHeaderFromJson(std::string_view json);

}  // namespace jouleprint::sampling

#endif  // JOULEPRINT_SAMPLING_TRACE_HEADER_H_
