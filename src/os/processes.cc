#include "os/processes.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "os/file.h"
#include "os/ticks.h"

namespace jouleprint::os {
namespace {

// proc(5), counted from the field after the command's name: state is 0.
enum StatField {
  kUserTime = 11,
  kSystemTime = 12,
  kReapedUserTime = 13,
  kReapedSystemTime = 14,
  kStartTime = 19,
  kFieldsNeeded
};

bool IsNumber(std::string_view name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::string PathOf(const Sysroot& sysroot, pid_t pid, std::string_view file) {
  return sysroot.Path("proc/" + std::to_string(pid) + "/" + std::string(file));
}

// The next word of `text`, which loses it.
std::string_view TakeWord(std::string_view* text) {
  const std::size_t start = text->find_first_not_of(' ');
  if (start == std::string_view::npos) return {};
  text->remove_prefix(start);
  const std::string_view word = text->substr(0, text->find_first_of(" \n"));
  text->remove_prefix(word.size());
  return word;
}

bool TakeTime(std::string_view user_ticks, std::string_view system_ticks, Seconds* out) {
  std::uint64_t user = 0;
  std::uint64_t system = 0;
  if (!ParseU64(user_ticks, &user) || !ParseU64(system_ticks, &system)) return false;
  *out = TickDuration() * (static_cast<double>(user) + static_cast<double>(system));
  return true;
}

}  // namespace

bool ParseProcessStat(std::string_view text, ProcessUse* out) {
  // The name stands in brackets and may hold blanks and brackets itself.
  const std::size_t open = text.find('(');
  const std::size_t close = text.rfind(')');
  if (open == std::string_view::npos || close == std::string_view::npos || close < open) return false;
  out->name = text.substr(open + 1, close - open - 1);
  std::int64_t pid = 0;
  if (!ParseI64(text.substr(0, open), &pid)) return false;
  out->pid = static_cast<pid_t>(pid);
  text.remove_prefix(close + 1);
  std::array<std::string_view, kFieldsNeeded> fields;
  for (std::string_view& field : fields) field = TakeWord(&text);
  return TakeTime(fields[kUserTime], fields[kSystemTime], &out->cpu_time) &&
         TakeTime(fields[kReapedUserTime], fields[kReapedSystemTime], &out->reaped_cpu_time) &&
         ParseI64(fields[kStartTime], &out->start_ticks);
}

std::vector<ProcessUse> ListProcesses(const Sysroot& sysroot) {
  std::vector<ProcessUse> processes;
  for (const std::string& name : ListDirectory(sysroot.Path("proc")).value_or({})) {
    if (!IsNumber(name)) continue;
    const Result<std::string> text = ReadFile(sysroot.Path("proc/" + name + "/stat"));
    ProcessUse process;
    if (text.ok() && ParseProcessStat(*text, &process)) processes.push_back(std::move(process));
  }
  std::sort(processes.begin(), processes.end(),
            [](const ProcessUse& a, const ProcessUse& b) { return a.pid < b.pid; });
  return processes;
}

std::string CgroupPathOf(const Sysroot& sysroot, pid_t pid) {
  const Result<std::string> text = ReadFile(PathOf(sysroot, pid, "cgroup"));
  if (!text.ok()) return {};
  // Lines of "ID:CONTROLLERS:PATH"; version 2's is "0::PATH".
  std::string longest;
  std::string_view rest = *text;
  while (!rest.empty()) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(line.size() + 1, rest.size()));
    const std::size_t first = line.find(':');
    const std::size_t second = first == std::string_view::npos ? first : line.find(':', first + 1);
    if (second == std::string_view::npos) continue;
    const std::string_view path = line.substr(second + 1);
    if (line.starts_with("0::") && path != "/") return std::string(path);
    if (path.size() > longest.size()) longest = path;
  }
  return longest;
}

}  // namespace jouleprint::os
