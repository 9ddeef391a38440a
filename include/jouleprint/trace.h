// Traces: all that the meters of a machine said during a run, in one file, and the run's figures from it
// once more.
//
//   TraceRequest request;
//   request.file = "machine.trace";
//   request.duration = Seconds{60};
//   RecordTrace(request, nullptr);                       // what the machine does, for a minute
//   Result<TraceReplay> replay = ReplayTrace("machine.trace");
//   replay->record.energy_kwh.machine.value;             // the same to the last bit, on any machine
//
// A trace names no machine, no person and no command; docs/formats/trace.md says what is in it. A run
// writes one too (RunOptions::trace_file). A trace whose end is missing replays up to where it is whole,
// and `problem` says so.
#ifndef JOULEPRINT_TRACE_H_
#define JOULEPRINT_TRACE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "jouleprint/record.h"
#include "jouleprint/result.h"
#include "jouleprint/run.h"

namespace jouleprint {

struct TraceRequest {
  RunOptions measuring;  ///< the flags of a run; with a command, it is a run whose record is not kept
  std::string file;
  Seconds duration{10};  ///< without a command; a signal that ends programs ends it earlier
};

/// An error where nothing could be recorded; without a command the outcome holds record and status 0.
Result<RunOutcome> RecordTrace(const TraceRequest& request, RunObserver* observer);

struct TraceReplay {
  RunRecord record;  ///< kRecovered where the trace has no end
  PowerSeries series;
  std::string problem;  ///< why the trace is not whole, in one sentence; "" when it is
};

/// The figures of the traced run. kInvalidArgument: not a trace, or a newer one's; kCorrupt: not even its
/// start is whole.
Result<TraceReplay> ReplayTrace(const std::string& file);

/// What is inside a trace.
struct TraceFacts {
  struct Meter {
    std::string name;
    Seconds period{0};
    std::vector<std::string> domains;
    std::int64_t ticks = 0;
  };
  std::string version;  ///< of the jouleprint that wrote it
  HostInfo host;
  std::vector<Meter> meters;
  Seconds duration{0};  ///< of the run in it
  UtcTime start;
  std::int64_t events = 0;
  std::int64_t bytes = 0;
  std::int64_t lost = 0;  ///< events that the disk was too slow for
  std::string problem;    ///< as in TraceReplay
};

Result<TraceFacts> InspectTrace(const std::string& file);

}  // namespace jouleprint

#endif  // JOULEPRINT_TRACE_H_
