// Builds the live line in ever shorter forms and takes the first that fits.
#include "report/live_line.h"

#include <fmt/format.h>

#include <array>
#include <cmath>

#include "report/humanize.h"
#include "report/outlook.h"
#include "report/text_width.h"

namespace jouleprint::report {
namespace {

enum class Domains { kEach, kMerged, kTotal, kNone };

struct Shape {
  Domains domains;
  bool emissions;
  bool epoch;
  bool time;
  bool prediction = false;
};

// Longest first. Energy is what stays.
constexpr std::array<Shape, 11> kShapes{{{Domains::kEach, true, true, true, true},
                                         {Domains::kMerged, true, true, true, true},
                                         {Domains::kTotal, true, true, true, true},
                                         {Domains::kTotal, false, true, true, true},
                                         {Domains::kEach, true, true, true},
                                         {Domains::kMerged, true, true, true},
                                         {Domains::kTotal, true, true, true},
                                         {Domains::kTotal, false, true, true},
                                         {Domains::kNone, false, true, true},
                                         {Domains::kNone, false, false, true},
                                         {Domains::kNone, false, false, false}}};

// "package-1" -> "cpu", "gpu-3" -> "gpu": what people call the parts that these counters measure.
std::string PlainName(std::string_view name) {
  const std::size_t last = name.find_last_not_of("0123456789");
  if (last != std::string_view::npos && last > 0 && last + 1 < name.size() && name[last] == '-') {
    name = name.substr(0, last);
  }
  if (name == "package") return "cpu";
  if (name == "dram") return "memory";
  return std::string(name);
}

std::vector<LiveSnapshot::DomainPower> Merged(const std::vector<LiveSnapshot::DomainPower>& domains) {
  std::vector<LiveSnapshot::DomainPower> merged;
  for (const auto& domain : domains) {
    const std::string name = PlainName(domain.name);
    auto same = merged.begin();
    while (same != merged.end() && same->name != name) ++same;
    if (same == merged.end())
      merged.push_back({name, domain.power_w});
    else
      same->power_w += domain.power_w;
  }
  return merged;
}

// Whole watts from 1 W up: a refreshing line must be calm.
std::string LivePower(double watts) {
  const bool whole = std::isfinite(watts) && std::abs(watts) >= 1 && std::abs(watts) < 999.5;
  return whole ? Number(watts, 0) + " W" : HumanPower(watts);
}

std::string DomainText(const LiveSnapshot& snapshot, Domains how, bool unicode) {
  std::string text;
  if (how == Domains::kNone || snapshot.domains.empty()) return text;
  if (how == Domains::kTotal) {
    double total_w = 0;
    for (const auto& domain : snapshot.domains) total_w += domain.power_w;
    return "  " + LivePower(total_w);
  }
  const auto domains = how == Domains::kMerged ? Merged(snapshot.domains) : snapshot.domains;
  for (const auto& domain : domains) {
    text += fmt::format("  {} {}", Sanitize(domain.name, unicode), LivePower(domain.power_w));
  }
  return text;
}

std::string Build(const LiveSnapshot& snapshot, const Shape& shape, bool unicode) {
  std::string line = shape.time ? HumanDuration(snapshot.elapsed_s) : "";
  line += DomainText(snapshot, shape.domains, unicode);
  if (!line.empty()) line += " | ";
  line += HumanEnergy(snapshot.energy_kwh.value);
  if (shape.emissions) line += "  " + HumanEmissions(snapshot.emissions_gco2e.value);
  if (shape.epoch && snapshot.epoch) {
    line += fmt::format(" | epoch {}", *snapshot.epoch);
    if (snapshot.epochs_expected) line += fmt::format("/{}", *snapshot.epochs_expected);
    if (shape.prediction && snapshot.prediction) line += ", " + PredictionShort(*snapshot.prediction);
  }
  return line;
}

}  // namespace

std::string LiveLine(const LiveSnapshot& snapshot, const Style& style) {
  std::string line;
  for (const Shape& shape : kShapes) {
    if (shape.prediction && !snapshot.prediction) continue;
    line = Build(snapshot, shape, style.unicode);
    if (DisplayWidth(line) <= style.width) return line;
  }
  return Truncate(line, style.width, style.unicode);
}

}  // namespace jouleprint::report
