// A machine of two meters for traces, and events that such a machine could make.
#ifndef JOULEPRINT_TESTS_SAMPLING_TRACE_EVENTS_H_
#define JOULEPRINT_TESTS_SAMPLING_TRACE_EVENTS_H_

#include <utility>
#include <vector>

#include "sampling/trace_event.h"
#include "sampling/trace_header.h"
#include "support/scripted_meter.h"

namespace jouleprint::sampling {

inline TraceHeader TwoMeters() {
  TraceHeader header;
  header.version = "0.0.1";
  header.host.cpu = "A processor";
  header.baseline = "off";
  header.lanes.push_back(
      {"powercap",
       Seconds{0.1},
       {testing::Counter("package-0", 262'143'328'850), testing::Counter("dram-0", 65'712'999'613)}});
  header.lanes.push_back({"nvml", Seconds{0.1}, {testing::Gauge("gpu-0")}});
  return header;
}

inline meters::Reading Timed(meters::Reading reading, std::int64_t before_ns, std::int64_t after_ns) {
  reading.before.ns = before_ns;
  reading.after.ns = after_ns;
  return reading;
}

inline bool SameReading(const meters::Reading& a, const meters::Reading& b) {
  if (a.state != b.state) return false;
  const bool has_value = a.state == meters::ReadState::kOk || a.state == meters::ReadState::kStale;
  return !has_value ||
         (a.counts == b.counts && a.watts == b.watts && a.before == b.before && a.after == b.after);
}

}  // namespace jouleprint::sampling

#endif  // JOULEPRINT_TESTS_SAMPLING_TRACE_EVENTS_H_
