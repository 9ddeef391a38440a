// The implementation of top.h: a measurement that never ends, cut into snapshots, and two looks at the
// processes for each.
//
// Without an idle baseline the part of a process lies between its part of the machine's capacity and its
// part of the CPU time used; as for a run (docs/accuracy.md, "no baseline") it moves from the first to the
// second as the machine's load u grows:
//   part = c/C + (c/M - c/C) u = c/C (2 - u)      with c its CPU time, M = u C all of it, C the capacity
// so the parts add up to 1 - (1 - u)^2 and the rest is nobody's.
#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "job/consumer.h"
#include "job/machine_load.h"
#include "job/measurement.h"
#include "jouleprint/top.h"
#include "os/clock.h"
#include "os/processes.h"
#include "os/the_clock.h"

namespace jouleprint {
namespace {

using os::ProcessUse;

// A recorded machine has no processes: those of this one then stand in, as its load does.
os::Sysroot ProcessRoot(const std::string& sysroot) {
  const os::Sysroot given(sysroot);
  return os::ListProcesses(given).empty() ? os::Sysroot() : given;
}

using Identity = std::pair<pid_t, std::int64_t>;  // a number is used again; the start tells which

class Watch final : public PowerWatch {
 public:
  Watch(const TopOptions& options, std::unique_ptr<job::Measurement> measurement)
      : by_(options.by),
        process_root_(ProcessRoot(options.measuring.sysroot)),
        load_(options.measuring.sysroot),
        measurement_(std::move(measurement)) {}

  void Begin() {
    load_.Begin();
    measurement_->LaunchReaders();
    measurement_->Begin();
    measurement_->CommandStarted();
    measurement_->StartSampling();
    last_ = os::TheClock().Boot();
    for (const ProcessUse& process : os::ListProcesses(process_root_)) Remember(process);
    for (const energy::DomainUse& use : measurement_->Uses()) PowerOf(use, Seconds{1});
    if (const auto total = measurement_->Total()) PowerOf(*total, Seconds{1});
    LookAtGpus();
  }

  PowerSnapshot Take(Seconds duration, const std::function<bool(Seconds)>& pause) override {
    while (os::TheClock().Boot() - last_ < duration && pause(duration - (os::TheClock().Boot() - last_))) {
    }
    measurement_->ReadNow();
    PowerSnapshot snapshot;
    const os::BootTime now = os::TheClock().Boot();
    snapshot.time = os::TheClock().Utc();
    snapshot.duration = std::max(now - last_, Seconds{1e-3});
    last_ = now;
    AddDomains(&snapshot);
    AddLoad(&snapshot);
    AddConsumers(&snapshot);
    return snapshot;
  }

 private:
  // Mean since the look before; a domain that is counted only from now on (a standby) begins here.
  Watts PowerOf(const energy::DomainUse& use, Seconds duration) {
    const auto [before, is_new] = energy_.try_emplace(use.info.name, use.energy);
    const Joules used = std::max(Joules{0}, use.energy - before->second);
    before->second = use.energy;
    return used / duration;
  }

  void AddDomains(PowerSnapshot* snapshot) {
    for (const energy::DomainUse& use : measurement_->Uses()) {
      const double power_w = PowerOf(use, snapshot->duration).value();
      snapshot->domains.push_back({use.info.name, use.info.component, use.info.basis, power_w});
      snapshot->power_w += power_w;
    }
    const auto total = measurement_->Total();
    if (!total) return;
    const double rest_w = std::max(0.0, PowerOf(*total, snapshot->duration).value() - snapshot->power_w);
    snapshot->domains.push_back({"other", Component::kOther, total->info.basis, rest_w});
    snapshot->power_w += rest_w;
  }

  void AddLoad(PowerSnapshot* snapshot) {
    const Seconds busy = load_.Busy();
    capacity_ = snapshot->duration * std::max(1, measurement_->catalog().cpu.logical_cpus);
    snapshot->load = std::clamp((busy - busy_) / capacity_, 0.0, 1.0);
    busy_ = busy;
  }

  // CPU time of each process since the look before.
  std::vector<std::pair<ProcessUse, Seconds>> Look() {
    std::vector<std::pair<ProcessUse, Seconds>> used;
    std::map<Identity, Seconds> before = std::exchange(cpu_time_, {});
    for (ProcessUse& process : os::ListProcesses(process_root_)) {
      const auto known = before.find({process.pid, process.start_ticks});
      // One that has started since has used all of its time since.
      const Seconds earlier = known == before.end() ? Seconds{0} : known->second;
      Remember(process);
      used.emplace_back(std::move(process), std::max(Seconds{0}, process.cpu_time - earlier));
    }
    return used;
  }

  void Remember(const ProcessUse& process) {
    cpu_time_[{process.pid, process.start_ticks}] = process.cpu_time;
  }

  void AddConsumers(PowerSnapshot* snapshot) {
    double shared_w = 0;
    for (const DomainPower& domain : snapshot->domains) {
      if (domain.component != Component::kGpu) shared_w += domain.power_w;
    }
    std::map<std::string, PowerConsumer> by_key;
    std::map<pid_t, const ProcessUse*> by_pid;
    members_.clear();
    const auto looked = Look();
    for (const auto& [process, cpu_time] : looked) {
      by_pid[process.pid] = &process;
      if (cpu_time <= Seconds{0}) continue;
      PowerConsumer& consumer = ConsumerFor(process, &by_key);
      consumer.cpus += cpu_time / snapshot->duration;
      consumer.power_w += PartOf(cpu_time / capacity_, snapshot->load) * shared_w;
    }
    AddGpuUse(*snapshot, by_pid, &by_key);
    for (auto& [key, consumer] : by_key) snapshot->consumers.push_back(std::move(consumer));
    FitInto(snapshot);
  }

  // `used` and `load` as parts of the capacity; see the top of this file.
  static double PartOf(double used, double load) { return std::min(1.0, used * (2 - std::min(1.0, load))); }

  // A GPU's capacity is one kernel's time after the other: what its processes kept it busy for is its load.
  void AddGpuUse(const PowerSnapshot& snapshot, const std::map<pid_t, const ProcessUse*>& by_pid,
                 std::map<std::string, PowerConsumer>* by_key) {
    for (const meters::GpuUse& gpu : LookAtGpus()) {
      double load = 0;
      for (const meters::ProcessOnGpu& on_gpu : gpu.processes) load += on_gpu.busy.value_or(0);
      for (const meters::ProcessOnGpu& on_gpu : gpu.processes) {
        const auto known = by_pid.find(on_gpu.pid);
        if (known == by_pid.end() || on_gpu.busy.value_or(0) <= 0) continue;
        PowerConsumer& consumer = ConsumerFor(*known->second, by_key);
        const double power_w = PartOf(*on_gpu.busy, load) * PowerOfDomain(snapshot, gpu.domain);
        consumer.gpu_power_w += power_w;
        consumer.power_w += power_w;
      }
    }
  }

  static double PowerOfDomain(const PowerSnapshot& snapshot, const std::string& name) {
    for (const DomainPower& domain : snapshot.domains) {
      if (domain.name == name) return domain.power_w;
    }
    return 0;
  }

  std::vector<meters::GpuUse> LookAtGpus() {
    std::vector<meters::GpuUse> uses;
    for (const auto& accelerator : measurement_->Accelerators()) {
      for (meters::GpuUse& use : accelerator->Look()) uses.push_back(std::move(use));
    }
    return uses;
  }

  PowerConsumer& ConsumerFor(const ProcessUse& process, std::map<std::string, PowerConsumer>* by_key) {
    const bool container = by_ == ConsumerKind::kContainer;
    const std::string key = container ? job::ConsumerOf(os::CgroupPathOf(process_root_, process.pid))
                                      : std::to_string(process.pid);
    const auto [it, is_new] = by_key->try_emplace(key);
    PowerConsumer& consumer = it->second;
    if (is_new) {
      consumer.pid = container ? 0 : process.pid;
      consumer.name = container ? key : process.name;
      consumer.members = 0;
    }
    // One that is met a second time, on a GPU, is counted once.
    if (members_.insert(process.pid).second) ++consumer.members;
    return consumer;
  }

  // The processes' clock and the processors' tick apart: together they never get more than there is.
  static void FitInto(PowerSnapshot* snapshot) {
    double sum_w = 0;
    for (const PowerConsumer& consumer : snapshot->consumers) sum_w += consumer.power_w;
    const double factor = sum_w > snapshot->power_w ? snapshot->power_w / sum_w : 1;
    for (PowerConsumer& consumer : snapshot->consumers) {
      consumer.power_w *= factor;
      consumer.gpu_power_w *= factor;
    }
    snapshot->unattributed_w = std::max(0.0, snapshot->power_w - sum_w * factor);
    std::sort(snapshot->consumers.begin(), snapshot->consumers.end(),
              [](const PowerConsumer& a, const PowerConsumer& b) {
                return a.power_w != b.power_w ? a.power_w > b.power_w : a.pid < b.pid;
              });
  }

  const ConsumerKind by_;
  const os::Sysroot process_root_;
  job::MachineLoad load_;
  const std::unique_ptr<job::Measurement> measurement_;
  os::BootTime last_;
  Seconds busy_{0};
  Seconds capacity_{0};
  std::map<std::string, Joules> energy_;
  std::map<Identity, Seconds> cpu_time_;
  std::set<pid_t> members_;  // counted as such in this snapshot
};

}  // namespace

Result<std::unique_ptr<PowerWatch>> PowerWatch::Start(const TopOptions& options) {
  auto measurement = job::Measurement::Prepare(options.measuring, os::TheClock());
  if (!measurement.ok()) return measurement.error();
  (*measurement)->LaunchReaders();
  auto watch = std::make_unique<Watch>(options, std::move(*measurement));
  watch->Begin();
  return std::unique_ptr<PowerWatch>(std::move(watch));
}

PowerSnapshot PowerWatch::Take(Seconds duration) {
  return Take(duration, [](Seconds left) {
    os::Sleep(left);
    return true;
  });
}

}  // namespace jouleprint
