// One external meter as its follower sees it: something that can be asked, slowly, for the watts of now.
//
// A source lives on the follower's thread, where it may block, allocate and open. docs/meters/wattmeter.md
// lists the kinds; each is a class of its own behind one of the Open functions.
#ifndef JOULEPRINT_METERS_WATTMETER_WATTMETER_SOURCE_H_
#define JOULEPRINT_METERS_WATTMETER_WATTMETER_SOURCE_H_

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "jouleprint/result.h"
#include "jouleprint/units.h"
#include "jouleprint/utc_time.h"
#include "meters/meter.h"

namespace jouleprint::meters {

/// What an external meter said once.
struct WattSample {
  /// NaN: not known. Without a `total_energy` either, nothing new came, and nothing is wrong.
  Watts power{0};
  /// Since some moment of the device's own; never smaller than before, but for a restart. Absent: no counter.
  std::optional<Joules> total_energy;
  /// When it was true, where the device stamps its values; absent: when it arrived.
  std::optional<UtcTime> at;
};

class WattSource {
 public:
  virtual ~WattSource() = default;
  /// Asks for, or waits for, the next value; comes back after `patience` at the latest, give or take the
  /// moment that it takes to close a connection. After an error it may be called again. One thread at a time.
  virtual Result<WattSample> Next(Seconds patience) = 0;
  /// What it measures, fixed for the life of the source: name, component, scope, source in words, error.
  /// `kind` is the gauge's; where Next gives an energy, joules_per_count is the step of the device's counter.
  virtual DomainInfo Describe() const = 0;
  /// How often it pays to ask. A source that is pushed to (a pipe) says how often something may come.
  virtual Seconds period() const { return Seconds{1}; }
  /// Next waits for what comes by itself (a log, a pipe): it is asked again at once, not once per period.
  virtual bool is_pushed() const { return false; }
};

/// What a meter at the wall measures, in gauge readings; `relative_error` is of its reading.
inline DomainInfo WallDomain(std::string source_in_words, double relative_error) {
  DomainInfo info;
  info.name = "wall";
  info.component = Component::kWall;
  info.kind = ReadingKind::kGauge;
  info.basis = Basis::kMetered;
  info.scope = {.level = Level::kWall};
  info.source = std::move(source_in_words);
  info.error.relative = relative_error;
  return info;
}

/// "redfish:WHERE", WHERE being the address of a BMC: https://bmc.example, or a host alone. See redfish.h.
Result<std::unique_ptr<WattSource>> OpenRedfish(const std::string& where);
/// "snmp:WHERE", WHERE being HOST[:PORT]/OID[*SCALE]. See snmp.h.
Result<std::unique_ptr<WattSource>> OpenSnmp(const std::string& where);

}  // namespace jouleprint::meters

#endif  // JOULEPRINT_METERS_WATTMETER_WATTMETER_SOURCE_H_
