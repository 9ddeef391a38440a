// Records as real machines give them, for the report's tests: a virtual machine without counters, a server
// with eight GPUs, a laptop's short job, a week of training.
#ifndef JOULEPRINT_TESTS_REPORT_SAMPLE_RUNS_H_
#define JOULEPRINT_TESTS_REPORT_SAMPLE_RUNS_H_

#include <string>
#include <vector>

#include "jouleprint/record.h"

namespace jouleprint::report {

inline DomainRecord SampleDomain(const std::string& name, Component component, Basis basis,
                                 const std::string& source, double kwh, double relative, double mean_w) {
  DomainRecord domain;
  domain.name = name;
  domain.component = component;
  domain.basis = basis;
  domain.source = source;
  domain.energy_kwh = Estimate::Relative(kwh, relative, basis);
  domain.mean_power_w = mean_w;
  domain.max_power_w = mean_w * 1.4;
  domain.share = 0.9;
  return domain;
}

/// Fills in what follows from the domains and the intensity.
inline void Complete(RunRecord* run, double share) {
  EnergyFigures& energy = run->energy_kwh;
  energy.machine = {0, 0, 0, Basis::kMetered};
  for (const DomainRecord& domain : run->domains) {
    run->boundary.push_back(domain.name);
    energy.machine = SumIndependent(energy.machine, domain.energy_kwh);
  }
  energy.share = Scale(energy.machine, share);
  energy.unattributed = Scale(energy.machine, 1 - share);
  run->emissions_gco2e.operational = Product(Scale(energy.machine, run->pue), run->intensity.value);
  run->emissions_gco2e.total = run->emissions_gco2e.operational;
  run->end = run->start + Seconds{run->duration_s};
}

inline RunRecord SampleRun(const std::string& name, std::vector<std::string> command, double duration_s) {
  RunRecord run;
  run.run_id = "01KAMT3Q5V8W2X4Y6Z7A9B1C2D";
  run.name = name;
  run.command = std::move(command);
  run.state = RunState::kFinished;
  run.start = UtcTime{1'795'351'200'000'000};  // 2026-11-22T12:00:00Z
  run.duration_s = duration_s;
  run.host.hostname = "node1";
  run.host.cpu = "AMD EPYC 7763 64-Core Processor";
  run.host.memory_gib = 256;
  run.version = "0.1.0";
  run.zone = "FR";
  run.intensity = {Estimate::Relative(56, 0.12, Basis::kAssumed), "average-production-lifecycle",
                   "Ember, 2024"};
  return run;
}

inline RunRecord VirtualMachineRun() {
  RunRecord run = SampleRun("", {"python", "train.py", "--epochs", "10"}, 754);
  run.host.virtualization = "kvm";
  run.zone = "unknown";
  run.intensity.value = {473, 45, 790, Basis::kAssumed};
  run.domains = {
      SampleDomain("cpu", Component::kCpu, Basis::kModelled, "model of this processor", 0.0124, 0.35, 59),
      SampleDomain("memory", Component::kMemory, Basis::kModelled, "model by size", 0.0013, 0.5, 6)};
  run.baseline.method = "off";
  run.warnings = {"no energy counter is visible in this virtual machine: the processor's power is modelled"};
  Complete(&run, 0.71);
  return run;
}

inline RunRecord ServerRun() {
  RunRecord run = SampleRun("resnet50-imagenet",
                            {"torchrun", "--nproc_per_node=8", "train.py", "--data", "/data/imagenet"}, 3734);
  run.pue = 1.2;
  run.pue_given = true;
  for (const char* n : {"0", "1"}) {
    run.domains.push_back(SampleDomain("package-" + std::string(n), Component::kCpu, Basis::kCounter,
                                       "powercap intel-rapl:" + std::string(n), 0.152, 0.02, 146));
    run.domains.push_back(SampleDomain("dram-" + std::string(n), Component::kMemory, Basis::kCounter,
                                       "powercap intel-rapl:" + std::string(n) + ":0", 0.021, 0.05, 20));
  }
  for (int gpu = 0; gpu < 8; ++gpu) {
    run.host.gpus.push_back("NVIDIA A100-SXM4-80GB");
    run.domains.push_back(SampleDomain("gpu-" + std::to_string(gpu), Component::kGpu, Basis::kCounter,
                                       "NVML energy counter", 0.342 + 0.003 * gpu, 0.05, 330 + gpu));
  }
  run.host.sockets = 2;
  run.epochs_expected = 10;
  for (int epoch = 1; epoch <= 3; ++epoch) {
    const double start_s = 1200.0 * (epoch - 1);
    run.epochs.push_back({epoch, "train", start_s, start_s + 1130, 0.93 + 0.01 * epoch});
    run.epochs.push_back({epoch, "eval", start_s + 1130, start_s + 1190, 0.031});
  }
  run.baseline = {"measured", 870.0, 10};
  run.dropped = {{"psys", "powercap intel-rapl:2", "it contains package-0 and package-1, which are counted"}};
  Complete(&run, 0.93);
  run.energy_kwh.marginal = Scale(run.energy_kwh.machine, 0.72);
  run.emissions_gco2e.embodied = Estimate::Relative(31, 0.4, Basis::kAssumed);
  run.emissions_gco2e.total = SumIndependent(run.emissions_gco2e.operational, *run.emissions_gco2e.embodied);
  return run;
}

inline RunRecord LaptopRun() {
  RunRecord run = SampleRun("", {"python", "-c", "import numpy\nprint('done')"}, 0.312);
  run.zone = "DE";
  run.intensity.value = Estimate::Relative(344, 0.08, Basis::kAssumed);
  run.domains = {SampleDomain("package-0", Component::kCpu, Basis::kCounter, "powercap intel-rapl:0", 1.53e-6,
                              0.11, 17.6)};
  run.job.exit_status = 1;
  run.baseline = {"measured", 4.1, 1};
  Complete(&run, 0.8);
  run.energy_kwh.marginal = Scale(run.energy_kwh.machine, 0.77);
  return run;
}

/// A workstation with a plug at the wall.
inline RunRecord MeteredRun() {
  RunRecord run = SampleRun("finetune", {"python3", "finetune.py"}, 3600);
  run.domains = {
      SampleDomain("package-0", Component::kCpu, Basis::kCounter, "powercap intel-rapl:0", 0.1, 0.05, 100),
      SampleDomain("gpu-0", Component::kGpu, Basis::kCounter, "NVML energy counter", 0.3, 0.08, 300),
      SampleDomain("other", Component::kOther, Basis::kCounter, "shelly 192.0.2.7, less its parts", 0.1, 0.25,
                   100)};
  run.domains[1].attributed_by = "GPU time by process";
  run.domains[2].attributed_by = "its parts";
  run.baseline = {"measured", 120.0, 1};
  Complete(&run, 0.8);
  run.total = SampleDomain("wall", Component::kWall, Basis::kMetered, "shelly 192.0.2.7", 0.5, 0.01, 500);
  run.total->attributed_by = "its parts";
  run.energy_kwh.machine = run.total->energy_kwh;
  run.energy_kwh.marginal = Scale(run.energy_kwh.machine, 0.76);
  run.energy_kwh.share_without_idle = Scale(run.energy_kwh.machine, 0.6);
  run.energy_kwh.share_with_idle = run.energy_kwh.share = Scale(run.energy_kwh.machine, 0.8);
  run.idle_split = "reservation";
  return run;
}

inline RunRecord WeekRun() {
  RunRecord run = SampleRun("llm-7b", {"srun", "train_llm.sh"}, 7 * 86400 - 3100);
  run.zone = "US-CAL-CISO";
  run.intensity.value = Estimate::Relative(243, 0.15, Basis::kAssumed);
  run.domains = {SampleDomain("wall", Component::kWall, Basis::kMetered, "PDU outlet 4", 1034, 0.01, 6180)};
  run.state = RunState::kRecovered;
  run.gaps = {{3600, 5400, "machine suspended"}, {90000, 12, "sampler stopped or starved"}};
  run.warnings = {"first", "second", "third", "fourth", "fifth"};
  Complete(&run, 0.99);
  return run;
}

}  // namespace jouleprint::report

#endif  // JOULEPRINT_TESTS_REPORT_SAMPLE_RUNS_H_
