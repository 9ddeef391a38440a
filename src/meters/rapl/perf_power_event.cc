// The text: Documentation/ABI/testing/sysfs-bus-event_source-devices-events of the kernel; the names:
// arch/x86/events/rapl.c and drivers/powercap/intel_rapl_common.c, Linux 6.12. Tested by
// tests/meters/rapl/perf_power_test.cc and fuzzed by tests/fuzz/perf_power_fuzzer.cc.
#include "meters/rapl/perf_power_event.h"

#include <array>
#include <charconv>
#include <utility>

#include "os/file.h"

namespace jouleprint::meters {
namespace {

std::string_view Trimmed(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r\n";
  const std::size_t first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) + 1 - first);
}

// The unit takes 8 bits of event (rapl.c: RAPL_EVENT_MASK) and nothing beside them.
std::optional<std::uint64_t> ConfigOf(std::string_view terms) {
  constexpr std::string_view kEvent = "event=";
  constexpr std::uint64_t kMostConfig = 0xff;
  terms = Trimmed(terms);
  if (!terms.starts_with(kEvent)) return std::nullopt;
  std::string_view digits = terms.substr(kEvent.size());
  const bool hexadecimal = digits.starts_with("0x");
  if (hexadecimal) digits.remove_prefix(2);
  std::uint64_t config = 0;
  const char* const end = digits.data() + digits.size();
  const auto [stop, error] = std::from_chars(digits.data(), end, config, hexadecimal ? 16 : 10);
  const bool whole = error == std::errc{} && stop == end;
  return whole && config > 0 && config <= kMostConfig ? std::optional(config) : std::nullopt;
}

// A count may be a whole joule (psys of some servers) and is never more.
std::optional<double> ScaleOf(std::string_view text) {
  double scale = 0;
  const bool number = os::ParseDouble(text, &scale);
  return number && scale > 0 && scale <= 1 ? std::optional(scale) : std::nullopt;
}

Error NotUnderstood(const std::string& name, const std::string& what) {
  return {ErrorCode::kCorrupt, "perf event " + name + ": " + what,
          "a kernel that is newer than this program: please report it"};
}

}  // namespace

std::optional<RaplPart> PartOfPerfEvent(std::string_view name) {
  constexpr std::array<std::pair<std::string_view, RaplPart>, 5> kNames{
      {{"energy-pkg", RaplPart::kPackage},
       {"energy-ram", RaplPart::kDram},
       {"energy-cores", RaplPart::kCore},
       {"energy-gpu", RaplPart::kUncore},
       {"energy-psys", RaplPart::kPlatform}}};
  for (const auto& [known, part] : kNames) {
    if (name == known) return part;
  }
  return std::nullopt;
}

Result<PerfPowerEvent> ParsePerfPowerEvent(const std::string& name, std::string_view terms,
                                           std::string_view unit, std::string_view scale) {
  const std::optional<RaplPart> part = PartOfPerfEvent(name);
  if (!part) return NotUnderstood(name, "what it measures is not known");
  const std::optional<std::uint64_t> config = ConfigOf(terms);
  if (!config) return NotUnderstood(name, "'" + std::string(Trimmed(terms)) + "' names no event");
  if (Trimmed(unit) != "Joules")
    return NotUnderstood(name, "its unit is '" + std::string(Trimmed(unit)) + "', not Joules");
  const std::optional<double> joules = ScaleOf(scale);
  if (!joules)
    return NotUnderstood(name, "its scale '" + std::string(Trimmed(scale)) + "' is no part of a joule");
  return PerfPowerEvent{*part, *config, *joules};
}

}  // namespace jouleprint::meters
