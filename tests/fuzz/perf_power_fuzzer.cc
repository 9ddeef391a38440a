// Any text of a perf unit: a list of CPUs is sorted, without repetition and bounded, or none; an event has a
// number of its unit and a scale that is some part of a joule, or a reason. The texts are parted by a byte of
// 0: cpumask, terms, unit, scale.
#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <string_view>

#include "meters/rapl/cpu_place.h"
#include "meters/rapl/perf_power_event.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace jouleprint::meters;
  std::array<std::string_view, 4> texts;
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  for (std::string_view& text : texts) {
    text = rest.substr(0, rest.find('\0'));
    rest.remove_prefix(std::min(text.size() + 1, rest.size()));
  }
  if (const auto cpus = ParseCpuList(texts[0])) {
    if (cpus->empty() || cpus->size() > 8192 || cpus->front() < 0) std::abort();
    if (std::adjacent_find(cpus->begin(), cpus->end(), std::greater_equal<>()) != cpus->end()) std::abort();
  }
  const auto event = ParsePerfPowerEvent("energy-pkg", texts[1], texts[2], texts[3]);
  if (event.ok() && !(event->joules_per_count > 0 && event->joules_per_count <= 1)) std::abort();
  if (event.ok() && (event->config == 0 || event->config > 255)) std::abort();
  if (!event.ok() && event.error().message.empty()) std::abort();
  return 0;
}
