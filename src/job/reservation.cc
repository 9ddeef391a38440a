#include "job/reservation.h"

#include <algorithm>

#include "os/file.h"

namespace jouleprint::job {
namespace {

constexpr double kBytesPerMebibyte = 1024.0 * 1024.0;

std::optional<double> NumberIn(const std::string& text) {
  double number = 0;
  if (!os::ParseDouble(text, &number) || number < 0) return std::nullopt;
  return number;
}

// The fraction of a whole; nothing when that is all of it, which is no limit.
std::optional<double> PartOf(const std::optional<double>& amount, double whole) {
  if (!amount || whole <= 0 || *amount >= whole) return std::nullopt;
  return *amount / whole;
}

void Lower(std::optional<double>* least, const std::optional<double>& other) {
  if (other && (!*least || *other < **least)) *least = other;
}

struct Limits {
  std::optional<double> cpus;
  std::optional<double> memory_bytes;
  std::string source;
};

// Each cgroup above us limits us as well.
Limits CgroupLimits(const std::vector<std::string>& folders) {
  Limits limits;
  std::optional<double> quota;
  std::optional<double> set;
  for (const std::string& folder : folders) {
    Lower(&quota, CpusOfQuota(os::ReadLine(folder + "/cpu.max").value_or("")));
    Lower(&limits.memory_bytes, NumberIn(os::ReadLine(folder + "/memory.max").value_or("")));
    const auto count = CountCpus(os::ReadLine(folder + "/cpuset.cpus.effective").value_or(""));
    if (count) Lower(&set, static_cast<double>(*count));
  }
  limits.cpus = quota;
  Lower(&limits.cpus, set);
  limits.source = quota && limits.cpus == quota ? "cgroup cpu.max" : "cgroup cpuset";
  return limits;
}

// "0,1", "GPU-8932f937-...", "MIG-..."; "-1" and what follows it are none.
std::optional<double> CountDevices(std::string_view list) {
  if (list.empty()) return std::nullopt;
  double count = 0;
  while (!list.empty()) {
    const std::size_t comma = std::min(list.find(','), list.size());
    if (list.substr(0, comma).starts_with('-')) break;
    ++count;
    list.remove_prefix(std::min(comma + 1, list.size()));
  }
  return count;
}

std::optional<double> GpusOf(const ReservationSources& sources) {
  if (auto gpus = NumberIn(sources.variable("SLURM_GPUS_ON_NODE"))) return gpus;
  return CountDevices(sources.variable("CUDA_VISIBLE_DEVICES"));
}

Limits SlurmLimits(const ReservationSources& sources) {
  Limits limits;
  limits.cpus = NumberIn(sources.variable("SLURM_CPUS_ON_NODE"));
  limits.memory_bytes = NumberIn(sources.variable("SLURM_MEM_PER_NODE"));
  if (limits.memory_bytes) *limits.memory_bytes *= kBytesPerMebibyte;
  // 0 asks for all the memory of the node.
  if (limits.memory_bytes == 0) limits.memory_bytes.reset();
  limits.source = "Slurm";
  return limits;
}

}  // namespace

std::optional<std::int64_t> CountCpus(std::string_view list) {
  constexpr std::int64_t kMostCpus = 1 << 20;  // far above what kernels are built for
  if (list.empty()) return std::nullopt;
  std::int64_t count = 0;
  while (!list.empty()) {
    const std::string_view range = list.substr(0, list.find(','));
    const std::size_t dash = range.find('-');
    std::int64_t first = 0;
    std::int64_t last = 0;
    if (!os::ParseI64(range.substr(0, dash), &first)) return std::nullopt;
    last = first;
    if (dash != std::string_view::npos && !os::ParseI64(range.substr(dash + 1), &last)) return std::nullopt;
    if (first < 0 || last < first || last >= kMostCpus) return std::nullopt;
    count += last - first + 1;
    if (count > kMostCpus) return std::nullopt;
    if (range.size() == list.size()) break;
    list.remove_prefix(range.size() + 1);
    if (list.empty()) return std::nullopt;
  }
  return count;
}

std::optional<double> CpusOfQuota(std::string_view quota) {
  const std::size_t blank = quota.find(' ');
  if (blank == std::string_view::npos) return std::nullopt;
  std::int64_t time = 0;
  std::int64_t period = 0;
  if (!os::ParseI64(quota.substr(0, blank), &time) || !os::ParseI64(quota.substr(blank + 1), &period)) {
    return std::nullopt;
  }
  if (time <= 0 || period <= 0) return std::nullopt;
  return static_cast<double>(time) / static_cast<double>(period);
}

Reservation ReservationOf(const ReservationSources& sources) {
  Limits limits = CgroupLimits(sources.cgroup_folders);
  std::optional<double> cpu = PartOf(limits.cpus, sources.logical_cpus);
  std::optional<double> memory = PartOf(limits.memory_bytes, sources.memory_bytes);
  if (!cpu && memory) limits.source = "cgroup memory.max";
  if (!cpu && !memory) {
    limits = SlurmLimits(sources);
    cpu = PartOf(limits.cpus, sources.logical_cpus);
    memory = PartOf(limits.memory_bytes, sources.memory_bytes);
  }
  const std::optional<double> gpu = PartOf(GpusOf(sources), sources.gpus);
  const bool limited = cpu || memory || gpu;
  if (!cpu && !memory) limits.source = gpu ? "the GPUs in the environment" : "the whole machine";
  Reservation reservation{cpu.value_or(1), memory.value_or(1), gpu.value_or(1), limits.source};
  if (!sources.given_cpus || sources.logical_cpus <= 0) return reservation;
  reservation.cpu = std::min(1.0, *sources.given_cpus / sources.logical_cpus);
  reservation.source = "given";
  // Who has a part of the processors has hardly all of the rest, and nobody says how much.
  if (!limited && *reservation.cpu < 1) {
    reservation.memory.reset();
    reservation.gpu.reset();
  }
  return reservation;
}

std::optional<double> ReservedOf(const Reservation& reservation, Component component) {
  switch (component) {
    case Component::kMemory:
      return reservation.memory;
    case Component::kGpu:
      return reservation.gpu;
    case Component::kCpu:
    case Component::kBoard:
    case Component::kWall:
    case Component::kOther:
      break;
  }
  return reservation.cpu;
}

}  // namespace jouleprint::job
