// What every meter is: an interface of the machine that can be read, and the domains it measures.
//
// A meter is discovered once (its own Discover function, which may open, allocate and be slow) and
// then read many times by one thread. Read() is the sampling loop's: it allocates nothing, opens
// nothing, logs nothing, and reports each domain's own status. A domain is a counter (cumulative
// energy; any rate of reading gives the same joules as long as no wrap is missed) or a gauge (watts
// now; must be integrated).
//
// A meter offers every domain that it can read; the catalog decides which are counted and tells the
// meter to Keep those alone. To add a meter: one file here with a Discover function, one line in
// catalog.cc.
#ifndef JOULEPRINT_METERS_METER_H_
#define JOULEPRINT_METERS_METER_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "jouleprint/estimate.h"
#include "jouleprint/record.h"
#include "jouleprint/units.h"
#include "meters/accelerator_use.h"
#include "meters/scope.h"
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
  /// A gauge's value is the mean over so much time before its renewal; 0: over no time worth naming.
  Seconds averaging_window{0};
  /// What the device looks at: 0.25 when it measures 25 ms of every 100 ms.
  double seen_fraction = 1;
  /// One step of the value: joules of a counter, watts of a gauge.
  double resolution = 0;
};

struct DomainInfo {
  std::string name;  ///< unique in a machine: "package-0", "dram-1", "gpu-0", "cpu", "memory"
  Component component = Component::kOther;
  ReadingKind kind = ReadingKind::kCounter;
  Basis basis = Basis::kCounter;
  std::string source;  ///< in words: "powercap intel-rapl:0", "NVML energy counter"
  Scope scope;         ///< what part of the machine it measures
  /// Counters: joules per count, and how many values the counter has before it is 0 again (0: never wraps).
  double joules_per_count = 0;
  std::uint64_t counter_values = 0;
  /// What its joules and watts are multiplied by: a factor that the user gave or a profile holds.
  double gain = 1;
  /// The most that the domain is built or set to draw. Absent: not known.
  std::optional<Watts> limit;
  MeterError error;
  /// Gauges: the value is the mean since the previous read, to be multiplied by that time as it is.
  bool mean_since_last_read = false;
  /// A reading's times are those at which the device's value was true, not those at which it was fetched.
  bool dated = false;
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
  /// Forgets domains()[i] where wanted[i] is false. Before the first Read; domains() is shorter after.
  virtual void Keep(const std::vector<bool>& wanted) = 0;
  /// Fills out[i] for domains()[i]; out.size() == domains().size(). One thread at a time.
  virtual void Read(const os::Clock& clock, std::span<Reading> out) noexcept = 0;
  /// Tries to bring back domains that were kGone or kStale. May open and allocate; called outside the
  /// sampling loop, never at the same time as Read. True when something came back.
  virtual bool Reopen() { return false; }
  /// How often it pays to read it, by default 10 Hz.
  virtual Seconds period() const { return Seconds{0.1}; }
  /// Who used its accelerators; null where it has none or cannot tell. Lives as long as the meter.
  virtual AcceleratorUse* accelerator_use() { return nullptr; }
};

/// What Keep does to a list that stands beside domains().
template <class T>
void KeepWanted(const std::vector<bool>& wanted, std::vector<T>* list) {
  std::size_t kept = 0;
  for (std::size_t i = 0; i < list->size(); ++i) {
    if (!wanted[i]) continue;
    if (kept != i) (*list)[kept] = std::move((*list)[i]);
    ++kept;
  }
  list->erase(list->begin() + static_cast<std::ptrdiff_t>(kept), list->end());
}

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
  std::vector<MeterFinding> findings;  ///< none of an interface that this kind of machine cannot have
  std::vector<DroppedDomain> dropped;  ///< what must not be read at all, each with its reason
  /// What can be read; their domains may overlap each other and those of other interfaces.
  std::vector<std::unique_ptr<Meter>> meters;
};

}  // namespace jouleprint::meters

#endif  // JOULEPRINT_METERS_METER_H_
