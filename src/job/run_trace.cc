#include "job/run_trace.h"

#include <algorithm>
#include <utility>

#include "os/host.h"

namespace jouleprint::job {
namespace {

constexpr const char* kMeasured = "measured";
constexpr const char* kGiven = "given";
constexpr const char* kOff = "off";

const char* NameOf(BaselineOption::Kind kind) {
  switch (kind) {
    case BaselineOption::Kind::kMeasured:
      return kMeasured;
    case BaselineOption::Kind::kGiven:
      return kGiven;
    case BaselineOption::Kind::kOff:
      break;
  }
  return kOff;
}

class TracedMeter final : public meters::Meter {
 public:
  explicit TracedMeter(const sampling::TraceLane& lane) : lane_(lane) {}
  std::string name() const override { return lane_.meter; }
  const std::vector<meters::DomainInfo>& domains() const override { return lane_.domains; }
  void Keep(const std::vector<bool>& wanted) override { meters::KeepWanted(wanted, &lane_.domains); }
  void Read(const os::Clock&, std::span<meters::Reading>) noexcept override {}
  Seconds period() const override { return lane_.period; }

 private:
  sampling::TraceLane lane_;
};

}  // namespace

HostInfo DescribeHost(const meters::Catalog& catalog, const os::Sysroot& sysroot) {
  HostInfo host;
  host.hostname = os::Hostname();
  host.os = os::OsName(sysroot);
  host.kernel = os::KernelRelease();
  host.arch = os::Architecture();
  host.cpu = catalog.cpu.model_name;
  host.boot_id = os::BootId(sysroot);
  host.sockets = catalog.cpu.sockets;
  host.cores = catalog.cpu.cores;
  host.logical_cpus = catalog.cpu.logical_cpus;
  host.memory_gib = catalog.cpu.memory_gib;
  host.gpus = catalog.gpus;
  host.virtualization = catalog.cpu.virtualization;
  return host;
}

sampling::TraceHeader TraceHeaderOf(const Measurement& measurement, const RunOptions& options,
                                    const FootprintChoice& footprint, const RunRecord& record) {
  const meters::Catalog& catalog = measurement.catalog();
  sampling::TraceHeader header;
  header.version = JOULEPRINT_VERSION;
  header.host = record.host;
  header.host.hostname.clear();
  header.host.boot_id.clear();
  header.cpu = catalog.cpu;
  for (const auto& lane : measurement.lanes())
    header.lanes.push_back({lane->meter().name(), lane->period(), lane->domains()});
  header.total = catalog.total;
  header.standby = catalog.standby;
  header.dropped = catalog.dropped;
  header.findings = catalog.findings;
  header.baseline = NameOf(options.baseline.kind);
  header.baseline_power = options.baseline.power;
  header.idle_is_split = options.idle_split == IdleSplit::kReservation;
  header.reserved = record.job.reserved;
  header.pue = record.pue;
  header.pue_given = record.pue_given;
  header.pue_source = record.pue_source;
  header.priced_by_time = !options.intensity_series.empty() || !options.intensity_from.empty();
  header.footprint = footprint;
  header.zone = record.zone;
  header.intensity = record.intensity;
  return header;
}

meters::Catalog CatalogOf(const sampling::TraceHeader& header) {
  meters::Catalog catalog;
  catalog.cpu = header.cpu;
  catalog.gpus = header.host.gpus;
  for (const sampling::TraceLane& lane : header.lanes)
    catalog.meters.push_back(std::make_unique<TracedMeter>(lane));
  catalog.total = header.total;
  catalog.standby = header.standby;
  catalog.dropped = header.dropped;
  catalog.findings = header.findings;
  return catalog;
}

RunOptions OptionsOf(const sampling::TraceHeader& header) {
  RunOptions options;
  options.baseline.kind = header.baseline == kMeasured ? BaselineOption::Kind::kMeasured
                          : header.baseline == kGiven  ? BaselineOption::Kind::kGiven
                                                       : BaselineOption::Kind::kOff;
  options.baseline.power = header.baseline_power;
  options.idle_split = header.idle_is_split ? IdleSplit::kReservation : IdleSplit::kUnattributed;
  return options;
}

}  // namespace jouleprint::job
