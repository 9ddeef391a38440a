// What happens in a run, as a trace holds it: all that a ledger is told, and the moments at which the
// run looks at its ledgers. Played back in order they give the run's figures again.
#ifndef JOULEPRINT_SAMPLING_TRACE_EVENT_H_
#define JOULEPRINT_SAMPLING_TRACE_EVENT_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "meters/meter.h"
#include "os/clock.h"
#include "sampling/ledger.h"

namespace jouleprint::sampling {

/// Ledger::Add of a lane.
struct TickEvent {
  std::size_t lane = 0;
  Tick tick;
  std::vector<meters::Reading> readings;
};

/// Ledger::BeginRun.
struct BeginRunEvent {
  std::size_t lane = 0;
  os::BootTime start;
  UtcTime start_utc;
};

/// Ledger::BeginLooks.
struct BeginLooksEvent {
  std::size_t lane = 0;
  RunEnd end = RunEnd::kStart;
};

/// Ledger::Look.
struct LookEvent {
  std::size_t lane = 0;
  RunEnd end = RunEnd::kStart;
  std::vector<meters::Reading> readings;
};

/// Ledger::AddWhatIsHeldBack.
struct HeldBackEvent {
  std::size_t lane = 0;
};

/// A step of the run as a whole.
enum class Moment : std::uint8_t {
  kBaselineBegins,
  kBaselineLook,
  kBaselineEnds,
  kCommandStarts,
  kRunEnds,
};

struct MomentEvent {
  Moment moment = Moment::kBaselineBegins;
  os::BootTime boot;
  UtcTime utc;
};

/// A meter that had not answered when the run was over.
struct HangingEvent {
  std::size_t lane = 0;
};

/// Who used the machine, as far as it is not the meters' to say.
struct UsersEvent {
  struct Part {  ///< of a domain, by its accelerator's own books
    std::string domain;
    double value = 0;
    double low = 0;
    double high = 0;
    std::string by;
  };
  Seconds job_cpu{0};
  Seconds machine_cpu{0};
  std::string run_id;
  std::string followed_by;
  std::int64_t exit_status = 0;
  std::int64_t outlived = 0;  ///< children that the command left behind
  std::vector<Part> parts;
};

/// The ring was full.
struct LostEvent {
  std::uint64_t events = 0;
};

/// The last one of a whole trace.
struct EndEvent {};

using TraceEvent = std::variant<TickEvent, BeginRunEvent, BeginLooksEvent, LookEvent, HeldBackEvent,
                                MomentEvent, HangingEvent, UsersEvent, LostEvent, EndEvent>;

}  // namespace jouleprint::sampling

#endif  // JOULEPRINT_SAMPLING_TRACE_EVENT_H_
