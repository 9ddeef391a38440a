#include "meters/catalog.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "meters/load_meter.h"
#include "meters/nvml.h"

namespace jouleprint::meters {
namespace {

bool Covers(const std::vector<std::unique_ptr<Meter>>& meters, Component component) {
  return std::any_of(meters.begin(), meters.end(), [&](const auto& meter) {
    const auto& domains = meter->domains();
    return std::any_of(domains.begin(), domains.end(),
                       [&](const DomainInfo& domain) { return domain.component == component; });
  });
}

void Take(Discovery discovery, Catalog* catalog) {
  std::move(discovery.findings.begin(), discovery.findings.end(), std::back_inserter(catalog->findings));
  std::move(discovery.dropped.begin(), discovery.dropped.end(), std::back_inserter(catalog->dropped));
  if (discovery.meter) catalog->meters.push_back(std::move(discovery.meter));
}

// The model reads next to nothing, so it always runs: instead of counters or beside them.
void TakeModel(const CatalogOptions& options, Catalog* catalog) {
  const bool board = Covers(catalog->meters, Component::kBoard);
  const bool cpu = board || Covers(catalog->meters, Component::kCpu);
  const bool memory = board || Covers(catalog->meters, Component::kMemory);
  Take(DiscoverModel(options.sysroot, catalog->cpu, true, true), catalog);
  if (cpu) catalog->standby.push_back("cpu");
  if (!cpu || (!memory && options.boundary == Boundary::kAll)) return;
  catalog->standby.push_back("memory");
  if (memory) return;
  catalog->dropped.push_back(
      {"memory", "model",
       "no counter covers it, and a model would blur what is counted; --boundary all adds it"});
}

}  // namespace

Catalog DiscoverMeters(const CatalogOptions& options) {
  Catalog catalog;
  catalog.cpu = IdentifyCpu(options.sysroot);
  const auto scope =
      options.boundary == Boundary::kPlatform ? PowercapScope::kPlatform : PowercapScope::kComponents;
  Take(DiscoverPowercap(options.sysroot, catalog.cpu.vendor, catalog.cpu.virtualization, scope), &catalog);
  Take(DiscoverNvml(options.nvml_library), &catalog);
  if (!catalog.meters.empty()) catalog.gpus = GpuNames(*catalog.meters.back());
  TakeModel(options, &catalog);
  return catalog;
}

}  // namespace jouleprint::meters
