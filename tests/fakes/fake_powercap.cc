// A machine's powercap tree whose joules are known exactly: zones as the kernel lays them out, with counters
// that are rewritten in place every millisecond as a function of CLOCK_BOOTTIME, and that answers what was
// really used between two times. For end-to-end tests and benchmarks; see kUsage.
#include <poll.h>
#include <sched.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <sstream>
#include <string>
#include <vector>

#include "fake_tree.h"
#include "fake_zone.h"

namespace jouleprint::fakes {
namespace {

constexpr const char* kUsage = R"(fake_powercap [--FLAG VALUE]... DIR ZONE...

Makes DIR/sys/class/powercap with these zones, prints "ready", and moves their counters until its standard input
ends or SIGTERM comes. Use it with jouleprint --sysroot DIR.

ZONE is NAME=POWER[,KEY=VALUE]...   as in  package-0=square:100:20:2  dram=5,in=package-0
  NAME           what the zone calls itself: package-0, package-0-die-1, dram, core, psys
  POWER          50                      watts
                 square:HIGH:LOW:PERIOD  seconds; the high half first
                 ramp:FROM:TO:SECONDS    and TO from then on
                 stuck                   the counter never moves
  in=ZONE        it is a part of this zone, named before it, by name or id
  type=TYPE      control type (intel-rapl; or intel-rapl-mmio)
  range=UJ       max_energy_range_uj (262143328850); the counter starts again at 0 after it
  start=UJ       the counter's first value (1000000007)
  limit=W        constraint_0_max_power_uw
  mode=OCTAL     of energy_uj (0444)
  vanish=S       S seconds after the start the zone is removed
  back=S         and is there again, having counted on
  unreadable=S   from then on energy_uj has mode 000
Zones get the ids TYPE:0, TYPE:1 and PARENT:0, PARENT:1 in the order in which they are named.

Flags:
  --zones FILE   more zones, one a line; # begins a comment
  --update-us N  the counters are renewed every N microseconds (1000)
  --vendor TEXT  write proc/cpuinfo with this vendor_id (GenuineIntel, AuthenticAMD)
  --model TEXT   and this model name
  --cpus N       and so many logical CPUs, half as many cores (8)
  --memory GIB   write proc/meminfo
  --load F       write proc/stat: that fraction of the CPUs is busy; "real" links to this machine's
  --detached 1   standard input is not read; SIGTERM ends it

Lines on standard input, each answered by a line of JSON:
  now            {"boot_ns": N}
  at T           {"ID": joules since the start, ...} at T nanoseconds of CLOCK_BOOTTIME
  energy T0 T1   {"ID": joules between the two, ...}
  zones          {"ID": "NAME", ...}
)";

std::string Answer(const Tree& tree, const std::string& line) {
  std::istringstream words(line);
  std::string question;
  std::int64_t first = 0, second = 0;
  words >> question >> first >> second;
  if (question == "now") return "{\"boot_ns\": " + std::to_string(BootNs()) + "}";
  std::string answer;
  for (const Zone& zone : tree.zones()) {
    std::array<char, 64> joules;
    const double to = zone.shape.JoulesUpTo(tree.Seconds(question == "energy" ? second : first));
    const double from = question == "energy" ? zone.shape.JoulesUpTo(tree.Seconds(first)) : 0;
    std::snprintf(joules.data(), joules.size(), "%.9f", to - from);
    answer += (answer.empty() ? "{\"" : ", \"") + zone.id + "\": ";
    answer += question == "zones" ? "\"" + zone.name + "\"" : std::string(joules.data());
  }
  return answer.empty() ? "{}" : answer + "}";
}

void ReadZones(const std::string& path, std::vector<Zone>* zones) {
  std::ifstream file(path);
  if (!file) Refuse("cannot read " + path);
  for (std::string line; std::getline(file, line);) {
    line = line.substr(0, line.find('#'));
    std::erase(line, ' ');
    if (!line.empty()) zones->push_back(ParseZone(line));
  }
}

void SetFlag(const std::string& flag, const std::string& value, Options* options, std::vector<Zone>* zones) {
  if (flag == "--zones")
    ReadZones(value, zones);
  else if (flag == "--update-us")
    options->update_us = Number(value);
  else if (flag == "--vendor")
    options->vendor = value;
  else if (flag == "--model")
    options->model = value;
  else if (flag == "--cpus")
    options->cpus = static_cast<int>(Number(value));
  else if (flag == "--memory")
    options->memory_gib = Number(value);
  else if (flag == "--load")
    options->load = value;
  else if (flag == "--detached")
    options->detached = value != "0";
  else
    Refuse("'" + flag + "' is not known");
}

// Lines that have come whole are answered. False at the end of the input.
bool AnswerInput(const Tree& tree, std::string* pending) {
  std::array<char, 4096> piece;
  const ssize_t n = read(STDIN_FILENO, piece.data(), piece.size());
  if (n <= 0) return false;
  pending->append(piece.data(), static_cast<std::size_t>(n));
  for (std::size_t end; (end = pending->find('\n')) != std::string::npos; pending->erase(0, end + 1)) {
    std::cout << Answer(tree, pending->substr(0, end)) << std::endl;
  }
  return true;
}

int EverySoOften(double microseconds) {
  const int timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
  const auto ns = static_cast<std::int64_t>(microseconds * 1e3);
  const timespec step{static_cast<time_t>(ns / 1'000'000'000), static_cast<long>(ns % 1'000'000'000)};
  const itimerspec setting{step, step};
  timerfd_settime(timer, 0, &setting, nullptr);
  return timer;
}

int EndSignals() {
  sigset_t set;
  sigemptyset(&set);
  for (const int number : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&set, number);
  sigprocmask(SIG_BLOCK, &set, nullptr);
  return signalfd(-1, &set, SFD_CLOEXEC);
}

void Live(Tree* tree, const Options& options) {
  // Where it is allowed, a busy machine must not delay the counters.
  const sched_param first{.sched_priority = 1};
  sched_setscheduler(0, SCHED_FIFO, &first);
  const int timer = EverySoOften(options.update_us);
  std::array<pollfd, 3> watched{
      {{timer, POLLIN, 0}, {EndSignals(), POLLIN, 0}, {options.detached ? -1 : STDIN_FILENO, POLLIN, 0}}};
  std::string pending;
  std::cout << "ready" << std::endl;
  for (;;) {
    if (poll(watched.data(), watched.size(), -1) < 0) continue;
    std::uint64_t missed = 0;
    if (watched[0].revents != 0 && read(timer, &missed, sizeof missed) > 0) tree->Update();
    if (watched[1].revents != 0) return;
    if (watched[2].revents != 0 && !AnswerInput(*tree, &pending)) return;
  }
}

int Main(int argc, char** argv) {
  Options options;
  std::vector<Zone> zones;
  std::vector<std::string> words(argv + 1, argv + argc);
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (words[i] == "--help" || words[i] == "-h") {
      std::cout << kUsage;
      return 0;
    }
    if (words[i].starts_with("--")) {
      if (i + 1 == words.size()) Refuse("'" + words[i] + "' has no value");
      SetFlag(words[i], words[i + 1], &options, &zones);
      ++i;
    } else if (options.root.empty()) {
      options.root = fs::absolute(words[i]);
    } else {
      zones.push_back(ParseZone(words[i]));
    }
  }
  if (options.root.empty()) Refuse("no DIR");
  GiveIds(&zones);
  Tree tree(options, std::move(zones));
  Live(&tree, options);
  return 0;
}

}  // namespace
}  // namespace jouleprint::fakes

int main(int argc, char** argv) { return jouleprint::fakes::Main(argc, argv); }
