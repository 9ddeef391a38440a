#include "meters/catalog.h"

#include <algorithm>
#include <iterator>
#include <set>
#include <utility>

#include "meters/amd/amd_gpu.h"
#include "meters/bmc/ipmi_dcmi.h"
#include "meters/gained_meter.h"
#include "meters/model/load_meter.h"
#include "meters/nvidia/nvml.h"
#include "meters/rapl/msr.h"
#include "meters/rapl/perf_power.h"
#include "meters/rapl/powercap.h"
#include "meters/sysfs/acpi_power.h"
#include "meters/sysfs/battery.h"
#include "meters/sysfs/cray.h"
#include "meters/sysfs/hwmon.h"
#include "meters/sysfs/hwmon_power.h"
#include "meters/sysfs/intel_gpu.h"
#include "meters/sysfs/jetson.h"
#include "meters/wattmeter/wattmeter.h"

namespace jouleprint::meters {
namespace {

// Every interface, those that are preferred where two measure the same thing first.
constexpr Discovery (*kInterfaces[])(const Machine&) = {
    DiscoverPowercap, DiscoverPerfPower, DiscoverMsr,        DiscoverNvml, DiscoverAmdGpu,
    DiscoverIntelGpu, DiscoverJetson,    DiscoverHwmonPower, DiscoverCray, DiscoverWattmeters,
    DiscoverIpmi,     DiscoverAcpiPower, DiscoverBattery,
};

void Take(Discovery discovery, Catalog* catalog) {
  std::move(discovery.findings.begin(), discovery.findings.end(), std::back_inserter(catalog->findings));
  std::move(discovery.dropped.begin(), discovery.dropped.end(), std::back_inserter(catalog->dropped));
  std::move(discovery.meters.begin(), discovery.meters.end(), std::back_inserter(catalog->meters));
}

// A wattmeter's name is the user's, and two domains of one name could not be told apart.
void RefuseTakenNames(Catalog* catalog) {
  const auto is_wattmeter = [](const std::string& meter) { return meter == "wattmeter"; };
  std::set<std::string> taken;
  for (const auto& meter : catalog->meters) {
    if (is_wattmeter(meter->name())) continue;
    for (const DomainInfo& domain : meter->domains()) taken.insert(domain.name);
  }
  std::erase_if(catalog->meters, [&](const auto& meter) {
    return is_wattmeter(meter->name()) && taken.contains(meter->domains().front().name);
  });
  for (MeterFinding& finding : catalog->findings) {
    if (!is_wattmeter(finding.name) || finding.domains.empty()) continue;
    const std::string name = finding.domains.front();
    if (!taken.contains(name)) continue;
    finding = {finding.name,
               MeterState::kRefused,
               finding.reason + "; but " + name + " is what another domain of this machine is called",
               "give it another name, for example name=rack-3",
               {}};
  }
}

// What doctor lists under a meter is what is counted; the rest has its reason among the dropped.
void ForgetInFindings(const std::string& meter, const std::string& domain, Catalog* catalog) {
  for (MeterFinding& finding : catalog->findings) {
    if (finding.name == meter) std::erase(finding.domains, domain);
  }
}

void KeepTheBoundary(Boundary boundary, Catalog* catalog) {
  std::vector<const DomainInfo*> domains;
  for (const auto& meter : catalog->meters) {
    for (const DomainInfo& domain : meter->domains()) domains.push_back(&domain);
  }
  const std::vector<Verdict> verdicts = ChooseBoundary(domains, boundary);
  std::size_t next = 0;
  for (const auto& meter : catalog->meters) {
    std::vector<bool> wanted;
    for (const DomainInfo& domain : meter->domains()) {
      const Verdict& verdict = verdicts[next++];
      wanted.push_back(verdict.fate != Fate::kDropped);
      if (verdict.fate == Fate::kTotal) catalog->total = domain.name;
      if (verdict.fate != Fate::kDropped) continue;
      catalog->dropped.push_back({domain.name, domain.source, verdict.reason});
      ForgetInFindings(meter->name(), domain.name, catalog);
    }
    meter->Keep(wanted);
  }
  std::erase_if(catalog->meters, [](const auto& meter) { return meter->domains().empty(); });
}

// Factors that the user gave, and the names among them that no domain has.
void ApplyGains(const std::map<std::string, double>& gains, Catalog* catalog) {
  for (const auto& [name, factor] : gains) catalog->unmatched_gains.push_back(name);
  for (auto& meter : catalog->meters) {
    bool concerned = false;
    for (const DomainInfo& domain : meter->domains()) {
      concerned = std::erase(catalog->unmatched_gains, domain.name) > 0 || concerned;
    }
    if (concerned) meter = std::make_unique<GainedMeter>(std::move(meter), gains);
  }
}

bool Covers(const Catalog& catalog, std::initializer_list<Level> levels) {
  return std::any_of(catalog.meters.begin(), catalog.meters.end(), [&](const auto& meter) {
    const auto& domains = meter->domains();
    return std::any_of(domains.begin(), domains.end(), [&](const DomainInfo& domain) {
      return std::find(levels.begin(), levels.end(), domain.scope.level) != levels.end();
    });
  });
}

// The model reads next to nothing, so it always runs: instead of counters or beside them.
void TakeModel(const CatalogOptions& options, Catalog* catalog) {
  const bool whole = Covers(*catalog, {Level::kPlatform, Level::kModule});
  const bool cpu = whole || Covers(*catalog, {Level::kPackage, Level::kCores});
  const bool memory = whole || Covers(*catalog, {Level::kMemory});
  Take(DiscoverModel(options.machine.sysroot, catalog->cpu, true, true, options.machine.cpu_power), catalog);
  if (cpu) catalog->standby.push_back("cpu");
  // A total has everything in it already: a modelled memory would only split its rest.
  const bool model_memory = !cpu || (!memory && options.boundary == Boundary::kAll);
  if (model_memory) return;
  catalog->standby.push_back("memory");
  if (memory || !catalog->total.empty()) return;
  catalog->dropped.push_back(
      {"memory", "model",
       "no counter covers it, and a model would blur what is counted; --boundary all adds it"});
}

}  // namespace

Catalog DiscoverMeters(CatalogOptions options) {
  Catalog catalog;
  options.machine.cpu = IdentifyCpu(options.machine.sysroot);
  options.machine.hwmon_chips =
      std::make_shared<const std::vector<HwmonChip>>(ListHwmonChips(options.machine.sysroot));
  catalog.cpu = options.machine.cpu;
  for (const auto discover : kInterfaces) Take(discover(options.machine), &catalog);
  RefuseTakenNames(&catalog);
  for (const auto& meter : catalog.meters) {
    for (std::string& gpu : GpuNames(*meter)) catalog.gpus.push_back(std::move(gpu));
  }
  KeepTheBoundary(options.boundary, &catalog);
  TakeModel(options, &catalog);
  ApplyGains(options.machine.gains, &catalog);
  return catalog;
}

}  // namespace jouleprint::meters
