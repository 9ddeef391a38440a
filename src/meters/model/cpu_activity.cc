// proc/stat: "cpu user nice system idle iowait irq softirq steal guest guest_nice" for all logical CPUs, then
// a line "cpuN ..." for each that is online, in ticks (proc_stat(5)). guest is inside user and guest_nice
// inside nice, so the first eight are all.
//
// Two threads of a core together do about 1.25 times the work of one (Marr et al., Hyper-Threading Technology
// Architecture and Microarchitecture, Intel Technology Journal 6(1), 2002: 1.16 to 1.28 on servers), so one
// alone takes 0.8 of the core. From 1.2 to 1.3 the model's error on machines held out hardly moves
// (docs/meters/model.md).
//
// Clocks: cpufreq's scaling_cur_freq and cpuinfo_max_freq, kHz (kernel Documentation,
// admin-guide/pm/cpufreq.rst). Tested by tests/meters/model/cpu_activity_test.cc.
#include "meters/model/cpu_activity.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <utility>

namespace jouleprint::meters {
namespace {

constexpr double kOneThread = 0.8;
// Before Linux 5.18, x86 measures the clock of a CPU when asked, which may take 10 ms each
// (arch/x86/kernel/cpu/ aperfmperf.c): the mean over sixteen of them is as good as that over all, and stays
// well below our second.
constexpr std::size_t kMostClocks = 16;
// "cpu1234" and ten numbers of at most eleven digits (thirty years of a hundred CPUs) with their blanks.
constexpr std::size_t kLineBytes = 144;

enum TickField { kUser, kNice, kSystem, kIdle, kIoWait, kIrq, kSoftIrq, kSteal, kTickFields };

std::string_view TakeLine(std::string_view* rest) {
  std::size_t end = std::min(rest->find('\n'), rest->size());
  std::string_view line = rest->substr(0, end);
  rest->remove_prefix(std::min(end + 1, rest->size()));
  return line;
}

bool ParseTicks(std::string_view numbers, CpuTicks* out) noexcept {
  std::array<std::uint64_t, kTickFields> ticks{};
  std::size_t found = 0;
  for (; found < ticks.size(); ++found) {
    numbers.remove_prefix(std::min(numbers.find_first_not_of(' '), numbers.size()));
    auto [end, error] = std::from_chars(numbers.data(), numbers.data() + numbers.size(), ticks[found]);
    if (error != std::errc()) break;
    numbers.remove_prefix(static_cast<std::size_t>(end - numbers.data()));
  }
  if (found <= kIdle) return false;  // kernels before 2.6 stop after idle
  out->busy = ticks[kUser] + ticks[kNice] + ticks[kSystem] + ticks[kIrq] + ticks[kSoftIrq];
  out->total = out->busy + ticks[kIdle] + ticks[kIoWait] + ticks[kSteal];
  return true;
}

bool ParseAllCpus(std::string_view line, CpuTicks* out) noexcept {
  return line.starts_with("cpu ") && ParseTicks(line.substr(4), out);
}

double Share(const CpuTicks& from, const CpuTicks& to) {
  double busy = to.busy > from.busy ? static_cast<double>(to.busy - from.busy) : 0;
  return std::min(1.0, busy / static_cast<double>(to.total - from.total));
}

/// What the whole core is used, when none of its threads is busy for `all_idle` of the time, and all for
/// `all_busy`.
double CoreCapacity(double all_idle, double all_busy) {
  return kOneThread * (1 - all_idle) + (1 - kOneThread) * all_busy;
}

// A cloud's guest sees threads as if they were cores; x86 hosts have two per core.
bool HidesThreads(const CpuIdentity& cpu) {
  bool x86 = cpu.vendor == "GenuineIntel" || cpu.vendor == "AuthenticAMD" || cpu.vendor == "HygonGenuine";
  return cpu.hypervisor && x86 && cpu.cores >= cpu.logical_cpus;
}

double ReadKhz(int fd) noexcept {
  std::array<char, 32> text;
  std::int64_t size = os::ReadFromStart(fd, text);
  std::uint64_t khz = 0;
  if (size <= 0 || !os::ParseU64({text.data(), static_cast<std::size_t>(size)}, &khz)) return 0;
  return static_cast<double>(khz);
}

/// `count` numbers spread over 0 .. size - 1.
std::vector<std::size_t> Spread(std::size_t size, std::size_t count) {
  std::vector<std::size_t> picks;
  for (std::size_t i = 0; i < std::min(size, count); ++i) picks.push_back(i * size / std::min(size, count));
  return picks;
}

}  // namespace

bool ReadCpuTicks(int fd, CpuTicks* out) noexcept {
  std::array<char, 512> buffer;  // twenty digits for each of ten numbers fit twice
  std::int64_t size = os::ReadFromStart(fd, buffer);
  if (size <= 0) return false;
  std::string_view text(buffer.data(), static_cast<std::size_t>(size));
  return ParseAllCpus(TakeLine(&text), out);
}

double ThreadsPerCore(const CpuIdentity& cpu) {
  if (HidesThreads(cpu)) return 2;
  return cpu.cores > 0 ? std::max(1.0, static_cast<double>(cpu.logical_cpus) / cpu.cores) : 1;
}

double EvenCapacity(double load, double threads_per_core) noexcept {
  // The comparison also turns a NaN into no load.
  double u = load > 0 ? std::min(load, 1.0) : 0.0;
  if (threads_per_core <= 1) return u;
  return CoreCapacity(std::pow(1 - u, threads_per_core), std::pow(u, threads_per_core));
}

CpuActivityReader::CpuActivityReader(const os::Sysroot& sysroot, const CpuIdentity& cpu)
    : stat_path_(sysroot.Path("proc/stat")), threads_per_core_(ThreadsPerCore(cpu)) {
  OpenStat();
  PlaceCpus(cpu);
  OpenClocks(sysroot);
  buffer_.resize(512 + kLineBytes * cpus_.size());
}

void CpuActivityReader::OpenStat() {
  Result<os::File> stat = os::File::OpenForReading(stat_path_);
  problem_ = stat.ok() ? std::string() : stat.error().message;
  stat_ = stat.ok() ? std::move(*stat) : os::File();
}

void CpuActivityReader::PlaceCpus(const CpuIdentity& cpu) {
  if (HidesThreads(cpu)) return;
  // Room for as many again, which may be plugged in later; on cores of their own, for all that we know.
  cpus_.resize(2 * cpu.core_of_cpu.size());
  int cores = 0;
  for (int core : cpu.core_of_cpu) cores = std::max(cores, core + 1);
  for (std::size_t i = 0; i < cpus_.size(); ++i) {
    int known = i < cpu.core_of_cpu.size() ? cpu.core_of_cpu[i] : -1;
    cpus_[i].core = known >= 0 ? known : cores++;
  }
  cores_.resize(static_cast<std::size_t>(cores));
}

void CpuActivityReader::OpenClocks(const os::Sysroot& sysroot) {
  std::vector<std::string> folders;
  for (const std::string& name : os::ListDirectory(sysroot.Path("sys/devices/system/cpu")).value_or({})) {
    std::string folder = sysroot.Path("sys/devices/system/cpu/" + name + "/cpufreq");
    if (name.starts_with("cpu") && os::Exists(folder + "/scaling_cur_freq"))
      folders.push_back(std::move(folder));
  }
  for (std::size_t i : Spread(folders.size(), kMostClocks)) {
    Result<os::File> current = os::File::OpenForReading(folders[i] + "/scaling_cur_freq");
    std::uint64_t top_khz = 0;
    bool known = os::ParseU64(os::ReadLine(folders[i] + "/cpuinfo_max_freq").value_or(""), &top_khz);
    if (current.ok() && known) clocks_.push_back({std::move(*current), static_cast<double>(top_khz)});
  }
}

bool CpuActivityReader::Start() noexcept {
  last_ = {};
  for (Cpu& cpu : cpus_) cpu.last = {};
  activity_ = {};
  CpuActivity since_boot;
  return Read(&since_boot);
}

bool CpuActivityReader::Reopen() {
  OpenStat();
  return Start();
}

bool CpuActivityReader::Read(CpuActivity* out) noexcept {
  std::string_view text = ReadStat();
  CpuTicks now;
  if (!ParseAllCpus(TakeLine(&text), &now)) return false;
  if (now.total > last_.total) {
    activity_.load = Share(last_, now);
    activity_.capacity = EvenCapacity(activity_.load, threads_per_core_);
    CountCores(text);
    activity_.clock = ReadClock();
  }
  // Otherwise no tick has passed; or time went back (iowait may, and a restored guest's does): count from
  // here.
  last_ = now;
  *out = activity_;
  return true;
}

std::string_view CpuActivityReader::ReadStat() noexcept {
  std::int64_t size = stat_.is_open() ? os::ReadFromStart(stat_.fd(), buffer_) : 0;
  return {buffer_.data(), static_cast<std::size_t>(std::max<std::int64_t>(size, 0))};
}

void CpuActivityReader::CountCores(std::string_view lines) noexcept {
  for (Core& core : cores_) core = {};
  // A last line without its end was cut off by the buffer's.
  while (lines.find('\n') != std::string_view::npos) {
    std::string_view line = TakeLine(&lines);
    if (!line.starts_with("cpu")) break;
    line.remove_prefix(3);
    std::size_t number = 0;
    auto [end, error] = std::from_chars(line.data(), line.data() + line.size(), number);
    CpuTicks now;
    if (error != std::errc() || number >= cpus_.size()) continue;
    line.remove_prefix(static_cast<std::size_t>(end - line.data()));
    if (ParseTicks(line, &now)) AddTime(&cpus_[number], now);
  }
  double capacity = CapacityInUse();
  if (capacity >= 0) activity_.capacity = capacity;
}

void CpuActivityReader::AddTime(Cpu* cpu, const CpuTicks& now) noexcept {
  const CpuTicks before = std::exchange(cpu->last, now);
  // A CPU that has just come has been counting since it last left; that time is not ours.
  const bool moved = now.total > before.total && (before.total > 0 || last_.total == 0);
  if (!moved) return;
  const double busy = Share(before, now);
  Core& core = cores_[static_cast<std::size_t>(cpu->core)];
  core.all_idle *= 1 - busy;
  core.all_busy *= busy;
  ++core.threads;
}

double CpuActivityReader::CapacityInUse() const noexcept {
  double used = 0;
  int cores = 0;
  for (const Core& core : cores_) {
    if (core.threads == 0) continue;
    used += core.threads == 1 ? core.all_busy : CoreCapacity(core.all_idle, core.all_busy);
    ++cores;
  }
  return cores > 0 ? used / cores : -1;
}

double CpuActivityReader::ReadClock() noexcept {
  double sum = 0;
  int found = 0;
  for (Clock& clock : clocks_) {
    const double khz = ReadKhz(clock.current.fd());
    if (khz <= 0) continue;
    // Drivers that leave the boost out of the highest clock run above it: acpi-cpufreq on AMD's.
    clock.top_khz = std::max(clock.top_khz, khz);
    sum += khz / clock.top_khz;
    ++found;
  }
  return found > 0 ? sum / found : 1;
}

}  // namespace jouleprint::meters
