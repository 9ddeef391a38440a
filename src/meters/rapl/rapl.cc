#include "meters/rapl/rapl.h"

#include <string>

#include "os/clock.h"

namespace jouleprint::meters {
namespace {

// RAPL against a wattmeter: within 5.6 % after the supply's loss is accounted for (Khan et al., "RAPL
// in Action", ACM TOMPECS 3(2), 2018); memory domains of server parts use a fixed unit that kernel
// interfaces disagree on by 0.3 % and more, so they get the same width.
constexpr double kRelativeError = 0.056;
// AMD's and Intel's manuals: the counter is renewed about every millisecond.
constexpr Seconds kUpdatePeriod{0.001};
// The coarsest counter counts whole joules (psys of a server): 100 ms are one of them at 10 W.
constexpr Seconds kPatience{0.1};
constexpr Seconds kLook{0.005};

std::string_view NameOf(RaplPart part) {
  switch (part) {
    case RaplPart::kPackage:
      return "package";
    case RaplPart::kDram:
      return "dram";
    case RaplPart::kCore:
      return "core";
    case RaplPart::kUncore:
      return "uncore";
    case RaplPart::kPlatform:
      return "psys";
  }
  return "";
}

Level LevelOf(RaplPart part) {
  switch (part) {
    case RaplPart::kPackage:
      return Level::kPackage;
    case RaplPart::kDram:
      return Level::kMemory;
    case RaplPart::kCore:
      return Level::kCores;
    case RaplPart::kUncore:
      return Level::kUncore;
    case RaplPart::kPlatform:
      return Level::kPlatform;
  }
  return Level::kRail;
}

}  // namespace

DomainInfo RaplDomain(RaplPart part, int socket, int die) {
  DomainInfo info;
  info.name = std::string(NameOf(part));
  info.scope = {.level = LevelOf(part), .socket = socket, .die = die};
  // The first psys is the platform's, as powercap names them (intel_rapl_common.c: "psys", "psys-1").
  const bool whole = part == RaplPart::kPlatform && socket <= 0;
  if (whole) info.scope.socket = info.scope.die = Scope::kAll;
  if (info.scope.socket != Scope::kAll) info.name += "-" + std::to_string(info.scope.socket);
  if (info.scope.die != Scope::kAll) info.name += "-die-" + std::to_string(info.scope.die);
  info.component = ComponentOf(part);
  info.kind = ReadingKind::kCounter;
  info.basis = Basis::kCounter;
  return info;
}

Component ComponentOf(RaplPart part) {
  if (part == RaplPart::kPlatform) return Component::kBoard;
  return part == RaplPart::kDram ? Component::kMemory : Component::kCpu;
}

MeterError RaplError(double joules_per_step) {
  MeterError error;
  error.relative = kRelativeError;
  error.update_period = kUpdatePeriod;
  error.resolution = joules_per_step;
  return error;
}

// arch/x86/events/rapl.c and intel_rapl_common.c of Linux 6.12: rapl_pmu_is_pkg_scope.
bool DiesShareOneCounter(std::string_view cpu_vendor) {
  return cpu_vendor == "AuthenticAMD" || cpu_vendor == "HygonGenuine";
}

bool HasRapl(std::string_view cpu_vendor) {
  return cpu_vendor == "GenuineIntel" || DiesShareOneCounter(cpu_vendor);
}

void GiveTimeToMove(const std::function<bool()>& moved) {
  const os::SystemClock clock;
  const os::BootTime until = clock.Boot() + kPatience;
  while (!moved() && clock.Boot() < until) os::Sleep(kLook);
}

}  // namespace jouleprint::meters
