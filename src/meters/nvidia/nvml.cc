// The NVML meter and its discovery; see nvml.h. The library's functions are in nvml_api, what is asked
// of one GPU in nvml_gpu.
#include "meters/nvidia/nvml.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <utility>

#include "meters/nvidia/gpu_sensor.h"
#include "meters/nvidia/nvml_gpu.h"
#include "meters/nvidia/nvml_processes.h"
#include "meters/nvidia/nvml_reading.h"
#include "meters/nvidia/nvml_session.h"

namespace jouleprint::meters {
namespace {

// Less than this is within what two boards of a model differ by.
constexpr double kWorthTellingPercent = 1;

using nvml::Api;
using nvml::Gpu;
using nvml::Return;
using nvml::Session;
using nvml::Trouble;

/// A GPU and what is asked of it. Its domains stand side by side in NvmlMeter::domains().
struct Board {
  Gpu gpu;
  std::vector<nvml::Source> sources;
};

class NvmlMeter final : public Meter {
 public:
  NvmlMeter(std::unique_ptr<Session> session, std::vector<Board> boards, std::vector<DomainInfo> domains)
      : session_(std::move(session)),
        boards_(std::move(boards)),
        domains_(std::move(domains)),
        processes_(session_.get(), clock_, gpus()) {}

  std::string name() const override { return "nvml"; }
  const std::vector<DomainInfo>& domains() const override { return domains_; }
  // The values are renewed every tenth of a second: twice as often misses none.
  Seconds period() const override { return Seconds{0.05}; }
  AcceleratorUse* accelerator_use() override { return &processes_; }

  void Keep(const std::vector<bool>& wanted) override {
    std::vector<bool> boards_wanted, gpus_wanted;
    auto next = wanted.begin();
    std::size_t domain = 0;
    for (Board& board : boards_) {
      bool gpu_wanted = false;
      const std::vector<bool> here(next, next + static_cast<std::ptrdiff_t>(board.sources.size()));
      for (std::size_t i = 0; i < here.size(); ++i, ++domain) {
        gpu_wanted = gpu_wanted || (here[i] && domains_[domain].scope.level == Level::kGpu);
      }
      next += static_cast<std::ptrdiff_t>(here.size());
      KeepWanted(here, &board.sources);
      boards_wanted.push_back(!board.sources.empty());
      gpus_wanted.push_back(gpu_wanted);
    }
    KeepWanted(boards_wanted, &boards_);
    KeepWanted(wanted, &domains_);
    processes_.Keep(gpus_wanted);
  }

  void Read(const os::Clock& clock, std::span<Reading> out) noexcept override {
    for (Board& board : boards_) {
      const std::span<Reading> here = out.first(board.sources.size());
      ReadBoard(clock, &board, here);
      out = out.subspan(here.size());
    }
  }

  bool Reopen() override {
    // Starting anew takes every handle from under the GPUs that still answer, so it is for when none does:
    // the driver was loaded again.
    const bool all_gone =
        std::all_of(boards_.begin(), boards_.end(), [](const Board& board) { return board.gpu.gone; });
    if (all_gone && !session_->Restart()) return false;
    bool some_came_back = false;
    for (Board& board : boards_) {
      if (!board.gpu.gone || !IsBack(&board)) continue;
      board.gpu.gone = false;
      some_came_back = true;
    }
    return some_came_back;
  }

  std::vector<Gpu> gpus() const {
    std::vector<Gpu> gpus;
    for (const Board& board : boards_) gpus.push_back(board.gpu);
    return gpus;
  }

 private:
  void ReadBoard(const os::Clock& clock, Board* board, std::span<Reading> out) noexcept {
    const auto is_gone = [](const Reading& reading) { return reading.state == ReadState::kGone; };
    // A lost GPU is not asked again: each call on it may wait for a driver that times out.
    if (board->gpu.gone) {
      for (Reading& reading : out)
        reading = {.state = ReadState::kGone, .before = clock.Boot(), .after = clock.Boot()};
      return;
    }
    nvml::ReadGpu(session_->api(), board->gpu.device, board->sources, clock, out);
    board->gpu.gone = std::all_of(out.begin(), out.end(), is_gone);
  }

  bool IsBack(Board* board) {
    if (nvml::FindDevice(session_->api(), board->gpu, &board->gpu.device) != Return::kSuccess) return false;
    std::vector<Reading> readings(board->sources.size());
    nvml::ReadGpu(session_->api(), board->gpu.device, board->sources, clock_, readings);
    return std::any_of(readings.begin(), readings.end(),
                       [](const Reading& reading) { return reading.state == ReadState::kOk; });
  }

  const os::SystemClock clock_{};
  std::unique_ptr<Session> session_;
  std::vector<Board> boards_;
  std::vector<DomainInfo> domains_;  // those of boards_[0], then those of boards_[1], ...
  nvml::NvmlProcesses processes_;
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
  std::vector<Board> boards;
  std::vector<DomainInfo> domains;
  std::vector<DroppedDomain> dropped;
  std::vector<Trouble> troubles;  ///< one for each GPU that cannot be read
};

Survey SurveyGpus(const Api& api, const os::Sysroot& sysroot, unsigned count) {
  Survey survey;
  for (unsigned i = 0; i < count; ++i) {
    nvml::Probe probe = nvml::ProbeGpu(api, sysroot, i);
    if (probe.dropped) survey.dropped.push_back(*std::move(probe.dropped));
    if (probe.gpu) {
      Board board{*std::move(probe.gpu), {}};
      for (nvml::Offer& offer : probe.offers) {
        board.sources.push_back(offer.source);
        survey.domains.push_back(std::move(offer.domain));
      }
      survey.boards.push_back(std::move(board));
      continue;
    }
    survey.dropped.push_back({fmt::format("gpu-{}", i), "NVML", probe.trouble.reason});
    survey.troubles.push_back(std::move(probe.trouble));
  }
  return survey;
}

std::string BoardsInWords(int boards) { return boards == 1 ? "one board" : fmt::format("{} boards", boards); }

// What a survey found on other boards of these models: told, and left to the user. Boards differ.
void TellGains(const Survey& survey, MeterFinding* finding) {
  std::string flags;
  std::set<std::string> told;
  for (const Board& board : survey.boards) {
    const auto gain = FindBoardGain(board.gpu.name);
    if (!gain || std::abs(gain->error_percent) < kWorthTellingPercent) continue;
    if (gain->factor) flags += fmt::format(" --gain {}={:.3f}", DomainName(board.gpu), *gain->factor);
    if (!told.insert(gain->name).second) continue;
    finding->reason += fmt::format(
        "; {} read {:.1f} % too {} in a survey of {}{}", gain->name, std::abs(gain->error_percent),
        gain->error_percent < 0 ? "low" : "high", BoardsInWords(gain->boards),
        gain->factor ? "" : ", by more or less with the load, so that no factor corrects it");
  }
  if (!flags.empty() && finding->remedy.empty()) {
    finding->remedy = fmt::format("if a wattmeter agrees with the survey, add '{}'", flags.substr(1));
  }
}

MeterFinding Summary(const Survey& survey) {
  const std::size_t total = survey.boards.size() + survey.troubles.size();
  MeterFinding finding{"nvml",
                       MeterState::kUsable,
                       fmt::format("{} of {} GPUs can be read", survey.boards.size(), total),
                       {},
                       {}};
  for (const Trouble& trouble : survey.troubles) {
    finding.reason += "; " + trouble.reason;
    if (finding.remedy.empty()) finding.remedy = trouble.remedy;
  }
  TellGains(survey, &finding);
  for (const DomainInfo& domain : survey.domains) finding.domains.push_back(domain.name);
  return finding;
}

}  // namespace

Discovery DiscoverNvml(const Machine& machine) {
  const std::string& library_path = machine.nvml_library;
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
  Survey survey = SurveyGpus(session->api(), machine.sysroot, count);
  Discovery discovery;
  discovery.dropped = survey.dropped;
  if (survey.boards.empty()) {
    discovery.findings.push_back(Finding(survey.troubles.front()));
    return discovery;
  }
  discovery.findings.push_back(Summary(survey));
  discovery.meters.push_back(
      std::make_unique<NvmlMeter>(std::move(session), std::move(survey.boards), std::move(survey.domains)));
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
