#include "job/gpu_tally.h"

#include <algorithm>
#include <optional>

namespace jouleprint::job {
namespace {

// A second of one process's kernels may draw twice what a second of another's does: boards at full
// utilisation draw between about half of their limit (memory-bound work) and all of it (dense matrix
// products). That is our assumption, and wider than any driver's count of the seconds.
constexpr double kHungrier = 2;

// The job's part where a unit of its use weighs `weight` times a unit of the others'.
double Weighed(double job, double others, double weight) {
  const double all = job * weight + others;
  return all > 0 ? job * weight / all : 0;
}

// What was not looked at may have been all the job's, or none of it.
energy::Fraction WithUnseen(const energy::Fraction& of_seen, double seen) {
  const double unseen = 1 - seen;
  return {of_seen.value, of_seen.low * seen, std::min(1.0, of_seen.high * seen + unseen)};
}

bool AllTimed(const meters::GpuUse& use) {
  return std::all_of(use.processes.begin(), use.processes.end(),
                     [](const meters::ProcessOnGpu& process) { return process.busy.has_value(); });
}

}  // namespace

void GpuTally::Add(const std::vector<meters::GpuUse>& look, Seconds since_before, const std::set<pid_t>& job,
                   const Visible& visible) {
  for (const meters::GpuUse& use : look) AddGpu(use, since_before, job, visible);
}

void GpuTally::AddGpu(const meters::GpuUse& use, Seconds since_before, const std::set<pid_t>& job,
                      const Visible& visible) {
  Gpu& gpu = gpus_[use.domain];
  if (!use.known) return;
  gpu.known += since_before;
  gpu.mig = gpu.mig || use.mig;
  const bool timed = AllTimed(use);
  if (timed) gpu.timed += since_before;
  const double duration = since_before.value();
  for (const meters::ProcessOnGpu& process : use.processes) {
    const bool is_jobs = job.contains(process.pid);
    gpu.job_was_there = gpu.job_was_there || is_jobs;
    gpu.others_were_there = gpu.others_were_there || !is_jobs;
    gpu.one_was_visible = gpu.one_was_visible || is_jobs || visible(process.pid);
    // An instance that is fully busy is no more than its slices of the GPU.
    const double busy = timed ? *process.busy * process.instance_fraction * duration : 0;
    const double memory = process.memory_bytes * duration;
    const double slices = process.instance_fraction * duration;
    for (auto& [sums, amount] : {std::pair{&gpu.busy, busy}, {&gpu.memory, memory}, {&gpu.slices, slices}}) {
      sums->all += amount;
      if (is_jobs) sums->job += amount;
    }
  }
}

energy::JobPart GpuTally::PartOf(const Gpu& gpu, double seen) {
  if (!gpu.others_were_there) return {WithUnseen({1, 1, 1}, seen), "only the job's processes"};
  if (!gpu.job_was_there) return {WithUnseen({0, 0, 0}, seen), "only others' processes"};
  if (gpu.busy.all > 0) {
    const double others = gpu.busy.all - gpu.busy.job;
    const energy::Fraction of_timed{gpu.busy.job / gpu.busy.all, Weighed(gpu.busy.job, others, 1 / kHungrier),
                                    Weighed(gpu.busy.job, others, kHungrier)};
    return {WithUnseen(of_timed, seen * (gpu.timed / gpu.known)),
            gpu.mig ? "MIG instance" : "GPU time by process"};
  }
  // Who holds memory or an instance may compute all of the time or never.
  if (gpu.mig) return {{gpu.slices.job / gpu.slices.all, 0, 1}, "MIG instance"};
  if (gpu.memory.all > 0) return {{gpu.memory.job / gpu.memory.all, 0, 1}, "GPU memory by process"};
  return {{1, 0, 1}, "nothing tells"};
}

std::map<std::string, energy::JobPart> GpuTally::Parts(Seconds duration) const {
  std::map<std::string, energy::JobPart> parts;
  for (const auto& [domain, gpu] : gpus_) {
    // The driver counts the host's processes. In a container none of them is one of ours, and "not the
    // job's" would be wrong; where it names nobody at all, it knows nobody.
    if (gpu.known <= Seconds{0} || !gpu.one_was_visible) continue;
    const double seen = duration > Seconds{0} ? std::min(1.0, gpu.known / duration) : 0;
    parts.emplace(domain, PartOf(gpu, seen));
  }
  return parts;
}

}  // namespace jouleprint::job
