#include <unistd.h>

#include <nlohmann/json.hpp>

#include "cli/commands.h"
#include "cli/screen.h"
#include "job/machine_of.h"
#include "meters/catalog.h"
#include "report/text_width.h"

namespace jouleprint::cli {
namespace {

using Json = nlohmann::ordered_json;

Json ToJson(const meters::Catalog& catalog) {
  Json meters = Json::array();
  for (const meters::MeterFinding& finding : catalog.findings) {
    meters.push_back({{"name", finding.name},
                      {"state", meters::MeterStateName(finding.state)},
                      {"reason", finding.reason},
                      {"remedy", finding.remedy},
                      {"domains", finding.domains}});
  }
  Json dropped = Json::array();
  for (const DroppedDomain& domain : catalog.dropped) {
    dropped.push_back({{"name", domain.name}, {"source", domain.source}, {"reason", domain.reason}});
  }
  return {{"meters", meters},
          {"dropped", dropped},
          {"cpu", catalog.cpu.model_name},
          {"virtualization", catalog.cpu.virtualization}};
}

std::string Join(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

std::string Inside(const std::string& virtualization) {
  if (virtualization.empty()) return {};
  if (virtualization == "container") return ", inside a container";
  return ", inside a virtual machine" + (virtualization == "hypervisor" ? "" : " (" + virtualization + ")");
}

const char* Sign(meters::MeterState state, const report::Style& style) {
  const bool usable = state == meters::MeterState::kUsable;
  if (!style.unicode) return usable ? "+" : "-";
  return usable ? "✓" : "·";
}

// Names and reasons hold what files and devices say, which may be anything.
std::string ToText(const meters::Catalog& catalog, const report::Style& style) {
  const meters::CpuIdentity& cpu = catalog.cpu;
  const auto clean = [&](const std::string& words) { return report::Sanitize(words, style.unicode); };
  std::string text = (cpu.model_name.empty() ? "unknown processor" : clean(cpu.model_name)) + ", " +
                     std::to_string(cpu.logical_cpus) + " logical CPUs";
  text += Inside(cpu.virtualization) + "\n\n";
  for (const meters::MeterFinding& finding : catalog.findings) {
    text += std::string(Sign(finding.state, style)) + " " + finding.name + ": " +
            std::string(meters::MeterStateName(finding.state)) + "\n";
    if (!finding.domains.empty()) text += "    measures: " + clean(Join(finding.domains)) + "\n";
    if (!finding.reason.empty()) text += "    " + clean(finding.reason) + "\n";
    if (!finding.remedy.empty()) text += "    to do: " + clean(finding.remedy) + "\n";
  }
  if (!catalog.dropped.empty()) text += "\nFound and not counted:\n";
  for (const DroppedDomain& domain : catalog.dropped) {
    text += "    " + clean(domain.name + " (" + domain.source + "): " + domain.reason) + "\n";
  }
  return text;
}

}  // namespace

int Doctor(const Arguments& arguments) {
  const meters::Catalog catalog = meters::DiscoverMeters(job::MachineOf(arguments.run));
  if (!arguments.json) return Deliver({}, ToText(catalog, StyleOf(STDOUT_FILENO)));
  return Deliver({}, ToJson(catalog).dump(2, ' ', false, Json::error_handler_t::replace) + "\n");
}

}  // namespace jouleprint::cli
