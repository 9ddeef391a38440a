#include "meters/scope.h"

namespace jouleprint::meters {
namespace {

// One socket (or die) within another: all of them contain each of them.
bool Covers(const Scope& outer, const Scope& inner) {
  const bool socket = outer.socket == Scope::kAll || outer.socket == inner.socket;
  const bool die = outer.die == Scope::kAll || outer.die == inner.die;
  return socket && die;
}

bool IsPartOfPackage(Level level) { return level == Level::kCores || level == Level::kUncore; }

// Levels that stand side by side: an instance may contain another of its own level only.
bool ContainsOfItsOwnLevel(const Scope& outer, const Scope& inner) {
  if (outer == inner || !Covers(outer, inner)) return false;
  if (outer.level == Level::kGpu || outer.level == Level::kRail) return false;
  return outer.device.empty() || outer.device == inner.device;
}

std::string Numbered(std::string what, const Scope& scope) {
  if (scope.socket != Scope::kAll) what += " " + std::to_string(scope.socket);
  if (scope.die != Scope::kAll) what += " die " + std::to_string(scope.die);
  return what;
}

}  // namespace

bool Contains(const Scope& outer, const Scope& inner) {
  if (outer.level == inner.level) return ContainsOfItsOwnLevel(outer, inner);
  switch (outer.level) {
    case Level::kWall:
      return true;
    case Level::kNode:
      return inner.level != Level::kWall;
    case Level::kPlatform:
      return inner.level == Level::kPackage || inner.level == Level::kMemory || IsPartOfPackage(inner.level);
    case Level::kModule: {
      const bool on_module = inner.level == Level::kPackage || inner.level == Level::kMemory ||
                             inner.level == Level::kGpu || IsPartOfPackage(inner.level);
      // A card elsewhere in the machine has no socket and is no part of a module.
      const bool placed = inner.level != Level::kGpu || inner.socket != Scope::kAll;
      return on_module && placed && Covers(outer, inner);
    }
    case Level::kPackage:
      return IsPartOfPackage(inner.level) && Covers(outer, inner);
    case Level::kCores:
    case Level::kUncore:
    case Level::kMemory:
    case Level::kGpu:
    case Level::kRail:
      return false;
  }
  return false;
}

std::string InWords(const Scope& scope) {
  switch (scope.level) {
    case Level::kWall:
      return "what the machine draws from the wall";
    case Level::kNode:
      return "the whole machine";
    case Level::kPlatform:
      return "the platform";
    case Level::kModule:
      return Numbered("the module", scope);
    case Level::kPackage:
      return Numbered("the processor package", scope);
    case Level::kCores:
      return Numbered("the cores of package", scope);
    case Level::kUncore:
      return Numbered("the uncore of package", scope);
    case Level::kMemory:
      return Numbered("the memory", scope);
    case Level::kGpu:
      return "the GPU " + scope.device;
    case Level::kRail:
      return scope.device.empty() ? "a rail" : "the rail " + scope.device;
  }
  return "a part of the machine";
}

}  // namespace jouleprint::meters
