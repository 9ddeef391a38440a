// The NVML meter and its discovery; see nvml.h. The library's functions are in nvml_api, what is asked
// of one GPU in nvml_gpu.
#include "meters/nvml.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "meters/nvml_gpu.h"

namespace jouleprint::meters {
namespace {

using nvml::Api;
using nvml::Gpu;
using nvml::Return;
using nvml::Trouble;

/// NVML between nvmlInit and nvmlShutdown. NVML counts the two, so several sessions may live at once.
class Session {
 public:
  explicit Session(Api api) : api_(std::move(api)) {}
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;
  ~Session() { Stop(); }

  Return Start() {
    const Return result = api_.init();
    started_ = result == Return::kSuccess;
    return result;
  }
  void Stop() {
    if (std::exchange(started_, false)) api_.shutdown();
  }
  const Api& api() const { return api_; }

 private:
  Api api_;
  bool started_ = false;
};

ReadState StateFor(Return result) {
  switch (result) {
    case Return::kSuccess:
      return ReadState::kOk;
    case Return::kUninitialized:
    case Return::kNoPermission:
    case Return::kDriverNotLoaded:
    case Return::kGpuIsLost:
    case Return::kResetRequired:
      return ReadState::kGone;
    default:
      return ReadState::kNoData;
  }
}

class NvmlMeter final : public Meter {
 public:
  NvmlMeter(std::unique_ptr<Session> session, std::vector<Gpu> gpus, std::vector<DomainInfo> domains)
      : session_(std::move(session)), gpus_(std::move(gpus)), domains_(std::move(domains)) {}

  std::string name() const override { return "nvml"; }
  const std::vector<DomainInfo>& domains() const override { return domains_; }

  void Read(const os::Clock& clock, std::span<Reading> out) noexcept override {
    const std::size_t count = std::min(out.size(), gpus_.size());
    for (std::size_t i = 0; i < count; ++i) ReadOne(clock, &gpus_[i], &out[i]);
  }

  bool Reopen() override {
    const auto is_gone = [](const Gpu& gpu) { return gpu.gone; };
    // Starting anew takes every handle from under the GPUs that still answer, so it is for when none does:
    // the driver was loaded again.
    if (std::all_of(gpus_.begin(), gpus_.end(), is_gone)) {
      session_->Stop();
      if (session_->Start() != Return::kSuccess) return false;
    }
    bool some_came_back = false;
    for (Gpu& gpu : gpus_) {
      if (!gpu.gone || !nvml::FindAgain(session_->api(), &gpu)) continue;
      gpu.gone = false;
      some_came_back = true;
    }
    return some_came_back;
  }

  const std::vector<Gpu>& gpus() const { return gpus_; }

 private:
  void ReadOne(const os::Clock& clock, Gpu* gpu, Reading* out) noexcept {
    *out = Reading{};
    out->before = clock.Boot();
    // A lost GPU is not asked again: each call on it may wait for a driver that times out.
    out->state = gpu->gone ? ReadState::kGone : StateFor(nvml::ReadGpu(session_->api(), *gpu, out));
    out->after = clock.Boot();
    gpu->gone = out->state == ReadState::kGone;
  }

  std::unique_ptr<Session> session_;
  std::vector<Gpu> gpus_;
  std::vector<DomainInfo> domains_;  // domains_[i] is of gpus_[i]
};

MeterFinding Finding(Trouble trouble) {
  return {"nvml", trouble.state, std::move(trouble.reason), std::move(trouble.remedy), {}};
}

Discovery Without(Trouble trouble) {
  Discovery discovery;
  discovery.findings.push_back(Finding(std::move(trouble)));
  return discovery;
}

Trouble ExplainLoad(const Error& error, const std::string& path) {
  if (error.code != ErrorCode::kNotPresent) return {MeterState::kRefused, error.message, error.hint};
  if (!path.empty()) {
    return {MeterState::kNotPresent, fmt::format("there is no NVML library at {}", path),
            "correct or unset JOULEPRINT_NVML"};
  }
  return {MeterState::kNotPresent, "no NVIDIA driver is installed (no libnvidia-ml.so.1)",
          "if there is an NVIDIA GPU, install its driver; in a container, start it with its GPUs "
          "(docker run --gpus all); or name the library in JOULEPRINT_NVML"};
}

/// What was found out about all GPUs of the machine.
struct Survey {
  std::vector<Gpu> gpus;
  std::vector<DomainInfo> domains;
  std::vector<DroppedDomain> dropped;
  std::vector<Trouble> troubles;  ///< one for each GPU that cannot be read
};

Survey SurveyGpus(const Api& api, unsigned count) {
  Survey survey;
  for (unsigned i = 0; i < count; ++i) {
    nvml::Probe probe = nvml::ProbeGpu(api, i);
    if (probe.dropped) survey.dropped.push_back(*std::move(probe.dropped));
    if (probe.gpu) {
      survey.gpus.push_back(*std::move(probe.gpu));
      survey.domains.push_back(std::move(probe.domain));
      continue;
    }
    survey.dropped.push_back({fmt::format("gpu-{}", i), "NVML", probe.trouble.reason});
    survey.troubles.push_back(std::move(probe.trouble));
  }
  return survey;
}

MeterFinding Summary(const Survey& survey) {
  const std::size_t total = survey.gpus.size() + survey.troubles.size();
  MeterFinding finding{"nvml",
                       MeterState::kUsable,
                       fmt::format("{} of {} GPUs can be read", survey.gpus.size(), total),
                       {},
                       {}};
  for (const Trouble& trouble : survey.troubles) {
    finding.reason += "; " + trouble.reason;
    if (finding.remedy.empty()) finding.remedy = trouble.remedy;
  }
  for (const DomainInfo& domain : survey.domains) finding.domains.push_back(domain.name);
  return finding;
}

}  // namespace

Discovery DiscoverNvml(const std::string& library_path) {
  auto api = nvml::LoadApi(library_path);
  if (!api.ok()) return Without(ExplainLoad(api.error(), library_path));
  auto session = std::make_unique<Session>(*std::move(api));
  if (const Return result = session->Start(); result != Return::kSuccess) {
    return Without(ExplainLibrary(session->api(), result));
  }
  unsigned count = 0;
  if (const Return result = session->api().device_count(&count); result != Return::kSuccess) {
    return Without(ExplainLibrary(session->api(), result));
  }
  if (count == 0) {
    return Without(
        {MeterState::kNotPresent, "the NVIDIA driver is loaded and sees no GPU",
         "in a container, pass the GPUs in; else check with 'lspci | grep -i nvidia' that there is one"});
  }
  Survey survey = SurveyGpus(session->api(), count);
  Discovery discovery;
  discovery.dropped = survey.dropped;
  if (survey.gpus.empty()) {
    discovery.findings.push_back(Finding(survey.troubles.front()));
    return discovery;
  }
  discovery.findings.push_back(Summary(survey));
  discovery.meter =
      std::make_unique<NvmlMeter>(std::move(session), std::move(survey.gpus), std::move(survey.domains));
  return discovery;
}

std::vector<std::string> GpuNames(const Meter& meter) {
  std::vector<std::string> names;
  const auto* nvml_meter = dynamic_cast<const NvmlMeter*>(&meter);
  if (nvml_meter == nullptr) return names;
  for (const Gpu& gpu : nvml_meter->gpus()) names.push_back(gpu.name);
  return names;
}

}  // namespace jouleprint::meters
