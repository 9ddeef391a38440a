// What every meter is: an interface of the machine that can be read, and the domains it measures.
//
// A meter is discovered once (its own Discover function, which may open, allocate and be slow) and
// then read many times by one thread. Read() is the sampling loop's: it allocates nothing, opens
// nothing, logs nothing, and reports each domain's own status. A domain is a counter (cumulative
// energy; any rate of reading gives the same joules as long as no wrap is missed) or a gauge (watts
// now; must be integrated).
//
// To add a meter: one file here with a Discover function, one line in catalog.cc.
#ifndef JOULEPRINT_METERS_METER_H_
#define JOULEPRINT_METERS_METER_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "jouleprint/estimate.h"
#include "jouleprint/record.h"
#include "jouleprint/units.h"
#include "os/clock.h"

namespace jouleprint::meters {

enum class ReadingKind { kCounter, kGauge };

/// How far a meter's figure may be from the truth of its own domain.
struct MeterError {
  /// Half-width of the 90 % interval of the gain, as a fraction: 0.05 is 5 %. Lasts the whole run.
  double relative = 0;
  /// For a model, the interval need not be symmetric: when set, bounds as factors of the value.
  std::optional<double> low_factor;
  std::optional<double> high_factor;
  /// The device renews its value this often; both ends of a run are uncertain by so much.
  Seconds update_period{0};
};

struct DomainInfo {
  std::string name;  ///< unique in a machine: "package-0", "dram-1", "gpu-0", "cpu", "memory"
  Component component = Component::kOther;
  ReadingKind kind = ReadingKind::kCounter;
  Basis basis = Basis::kCounter;
  std::string source;  ///< in words: "powercap intel-rapl:0", "NVML energy counter"
  /// Counters: joules per count, and how many values the counter has before it is 0 again (0: never wraps).
  double joules_per_count = 0;
  std::uint64_t counter_values = 0;
  /// The most that the domain is built or set to draw. Absent: not known.
  std::optional<Watts> limit;
  MeterError error;
  /// Gauges: the value is the mean since the previous read, to be multiplied by that time as it is.
  bool mean_since_last_read = false;
  /// Power of the domain when nothing runs, where the meter is a model and knows its own idle.
  std::optional<Watts> model_idle;
};

enum class ReadState : std::uint8_t {
  kOk,
  kStale,   ///< a value, of a file that has been replaced: good for now, Reopen before long
  kNoData,  ///< nothing this time (EAGAIN, ENODATA, an empty or torn read); try again
  kGone,    ///< the device or file is gone, or access was withdrawn; a supervisor may reopen it
};

struct Reading {
  ReadState state = ReadState::kNoData;
  std::uint64_t counts = 0;  ///< counters
  double watts = 0;          ///< gauges
  os::BootTime before;       ///< clock just before the read
  os::BootTime after;        ///< and just after
};

class Meter {
 public:
  virtual ~Meter() = default;
  /// One word for people and records: "powercap", "nvml", "model".
  virtual std::string name() const = 0;
  /// Fixed for the life of the meter.
  virtual const std::vector<DomainInfo>& domains() const = 0;
  /// Fills out[i] for domains()[i]; out.size() == domains().size(). One thread at a time.
  virtual void Read(const os::Clock& clock, std::span<Reading> out) noexcept = 0;
  /// Tries to bring back domains that were kGone or kStale. May open and allocate; called outside the
  /// sampling loop, never at the same time as Read. True when something came back.
  virtual bool Reopen() { return false; }
  /// How often it pays to read it, by default 10 Hz.
  virtual Seconds period() const { return Seconds{0.1}; }
};

/// What `doctor` says of a meter that this machine could have.
enum class MeterState { kUsable, kNotPermitted, kNotPresent, kRefused };
std::string_view MeterStateName(MeterState state);  ///< "usable", "not permitted", ...

struct MeterFinding {
  std::string name;  ///< "powercap", "nvml", "model"
  MeterState state = MeterState::kNotPresent;
  std::string reason;  ///< one sentence
  std::string remedy;  ///< one sentence; empty when there is nothing to do
  std::vector<std::string> domains;
};

/// What a Discover function gives back: what to say, and the meter when it is usable.
struct Discovery {
  std::vector<MeterFinding> findings;
  std::vector<DroppedDomain> dropped;  ///< overlaps inside the interface, each with its reason
  std::unique_ptr<Meter> meter;        ///< null when nothing can be read
};

}  // namespace jouleprint::meters

#endif  // JOULEPRINT_METERS_METER_H_
