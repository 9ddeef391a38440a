#include "job/consumer.h"

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

namespace jouleprint::job {
namespace {

// As `docker ps` shows an id.
constexpr std::size_t kShownOfId = 12;
constexpr std::size_t kLengthOfId = 64;

std::vector<std::string_view> Parts(std::string_view path) {
  std::vector<std::string_view> parts;
  while (!path.empty()) {
    const std::string_view part = path.substr(0, path.find('/'));
    path.remove_prefix(std::min(part.size() + 1, path.size()));
    if (!part.empty()) parts.push_back(part);
  }
  return parts;
}

bool IsContainerId(std::string_view text) {
  return text.size() == kLengthOfId && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

std::string_view WithoutSuffix(std::string_view text, std::string_view suffix) {
  return text.ends_with(suffix) ? text.substr(0, text.size() - suffix.size()) : text;
}

struct Engine {
  std::string_view prefix;  // of the scope that systemd's driver makes
  std::string_view name;
};
constexpr std::array<Engine, 5> kEngines{{{"docker-", "docker"},
                                          {"libpod-", "podman"},
                                          {"cri-containerd-", "containerd"},
                                          {"crio-", "cri-o"},
                                          {"nerdctl-", "nerdctl"}}};

std::string Shown(std::string_view engine, std::string_view id) {
  return std::string(engine) + " " + std::string(id.substr(0, kShownOfId));
}

// "docker-<id>.scope" (systemd's driver), or "<id>" below "docker" (cgroupfs).
std::optional<std::string> Container(std::string_view part, std::string_view parent) {
  const std::string_view scope = WithoutSuffix(part, ".scope");
  for (const Engine& engine : kEngines) {
    if (scope.starts_with(engine.prefix) && IsContainerId(scope.substr(engine.prefix.size())))
      return Shown(engine.name, scope.substr(engine.prefix.size()));
  }
  if (!IsContainerId(part)) return std::nullopt;
  return Shown(parent == "docker" ? "docker" : "container", part);
}

std::optional<std::string> Known(std::string_view part, std::string_view parent) {
  if (auto container = Container(part, parent)) return container;
  if (part.starts_with("job_")) return "slurm job " + std::string(part.substr(4));
  if (part.starts_with("lxc.payload.")) return "lxc " + std::string(part.substr(12));
  if (parent == "lxc") return "lxc " + std::string(part);
  if (part.starts_with("machine-") && part.ends_with(".scope"))
    return "machine " + std::string(WithoutSuffix(part.substr(8), ".scope"));
  return std::nullopt;
}

// What systemd made: a service before the user that it runs under.
std::optional<std::string> Unit(std::string_view part) {
  if (part.ends_with(".service") && !part.starts_with("user@")) return std::string(part);
  if (part.starts_with("user-") && part.ends_with(".slice"))
    return "user " + std::string(WithoutSuffix(part.substr(5), ".slice"));
  return std::nullopt;
}

}  // namespace

std::string ConsumerOf(std::string_view cgroup_path) {
  const std::vector<std::string_view> parts = Parts(cgroup_path);
  for (std::size_t i = parts.size(); i-- > 0;) {
    if (auto known = Known(parts[i], i > 0 ? parts[i - 1] : std::string_view())) return *known;
  }
  for (std::size_t i = parts.size(); i-- > 0;) {
    if (auto unit = Unit(parts[i])) return *unit;
  }
  return parts.empty() ? "the system" : std::string(parts.back());
}

}  // namespace jouleprint::job
