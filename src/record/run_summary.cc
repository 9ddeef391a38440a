#include "record/run_summary.h"

#include <algorithm>
#include <string_view>

#include "record/utf8.h"

namespace jouleprint::record {
namespace {

constexpr std::string_view kNeedsNoQuotes =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./=:,+@%^";

std::string ShellQuoted(const std::string& argument) {
  if (!argument.empty() && argument.find_first_not_of(kNeedsNoQuotes) == std::string::npos) return argument;
  std::string quoted = "'";
  for (const char c : argument) {
    // A quote cannot stand inside quotes: close, escape it, open again.
    if (c == '\'') {
      quoted += "'\\''";
    } else {
      quoted += c;
    }
  }
  return quoted + "'";
}

}  // namespace

std::string CommandLine(const std::vector<std::string>& command) {
  std::string line;
  for (const std::string& argument : command) {
    if (!line.empty()) line += ' ';
    line += ShellQuoted(argument);
  }
  std::replace_if(
      line.begin(), line.end(), [](unsigned char c) { return c < 0x20 || c == 0x7F; }, ' ');
  return ToValidUtf8(line);
}

RunSummary Summarize(const RunRecord& run) {
  RunSummary summary;
  summary.run_id = ToValidUtf8(run.run_id);
  summary.name = ToValidUtf8(run.name);
  summary.project = ToValidUtf8(run.project);
  summary.command = CommandLine(run.command);
  summary.state = run.state;
  summary.start = run.start;
  summary.duration_s = run.duration_s;
  summary.energy_kwh = run.energy_kwh.machine.value;
  summary.basis = run.energy_kwh.machine.basis;
  summary.emissions_gco2e = run.emissions_gco2e.total.value;
  summary.exit_status = run.job.exit_status;
  summary.group = ToValidUtf8(run.group);
  if (!run.merged_from.empty()) {
    summary.part =
        std::to_string(run.merged_from.size()) + (run.merged_from.size() == 1 ? " run" : " runs") + " merged";
  } else if (run.rank) {
    summary.part = "rank " + std::to_string(run.rank->rank) + " of " + std::to_string(run.rank->world_size);
  }
  return summary;
}

}  // namespace jouleprint::record
