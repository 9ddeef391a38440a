// What contains what.
#include "meters/scope.h"

#include <gtest/gtest.h>

#include <vector>

namespace jouleprint::meters {
namespace {

Scope Of(Level level, int socket = Scope::kAll, int die = Scope::kAll, std::string device = {}) {
  return {.level = level, .socket = socket, .die = die, .device = std::move(device)};
}

// One of each kind, and some that differ by place only.
std::vector<Scope> Samples() {
  std::vector<Scope> scopes{Of(Level::kWall), Of(Level::kNode), Of(Level::kPlatform)};
  for (const Level level : {Level::kModule, Level::kPackage, Level::kCores, Level::kUncore, Level::kMemory}) {
    scopes.push_back(Of(level));
    scopes.push_back(Of(level, 0));
    scopes.push_back(Of(level, 1));
    scopes.push_back(Of(level, 1, 0));
    scopes.push_back(Of(level, 1, 1));
  }
  scopes.push_back(Of(Level::kGpu, Scope::kAll, Scope::kAll, "0000:03:00.0"));
  scopes.push_back(Of(Level::kGpu, 0, Scope::kAll, "gpu-0"));
  scopes.push_back(Of(Level::kCores, 0, Scope::kAll, "lead core"));
  scopes.push_back(Of(Level::kRail, Scope::kAll, Scope::kAll, "fan1"));
  return scopes;
}

TEST(Scope, TheWallContainsAllButItself) {
  for (const Scope& scope : Samples()) {
    EXPECT_EQ(Contains(Of(Level::kWall), scope), scope.level != Level::kWall) << InWords(scope);
  }
}

TEST(Scope, TheNodeContainsAllButTheWallAndItself) {
  for (const Scope& scope : Samples()) {
    EXPECT_EQ(Contains(Of(Level::kNode), scope), scope.level > Level::kNode) << InWords(scope);
  }
}

TEST(Scope, ThePlatformHoldsProcessorAndMemoryAndNoGraphicsCard) {
  EXPECT_TRUE(Contains(Of(Level::kPlatform), Of(Level::kPackage, 1)));
  EXPECT_TRUE(Contains(Of(Level::kPlatform), Of(Level::kMemory, 0)));
  EXPECT_TRUE(Contains(Of(Level::kPlatform), Of(Level::kUncore, 0)));
  EXPECT_FALSE(Contains(Of(Level::kPlatform), Of(Level::kGpu, Scope::kAll, Scope::kAll, "gpu-0")));
  EXPECT_FALSE(Contains(Of(Level::kPlatform), Of(Level::kRail, Scope::kAll, Scope::kAll, "fan1")));
}

TEST(Scope, APackageHoldsItsOwnCoresAndNotItsMemory) {
  EXPECT_TRUE(Contains(Of(Level::kPackage, 0), Of(Level::kCores, 0)));
  EXPECT_TRUE(Contains(Of(Level::kPackage, 0), Of(Level::kUncore, 0)));
  EXPECT_TRUE(Contains(Of(Level::kPackage, 0), Of(Level::kCores, 0, Scope::kAll, "lead core")));
  EXPECT_FALSE(Contains(Of(Level::kPackage, 0), Of(Level::kCores, 1)));
  EXPECT_FALSE(Contains(Of(Level::kPackage, 0), Of(Level::kMemory, 0)))
      << "on servers it is outside the package";
}

TEST(Scope, APackageHoldsItsDiesAndADieNoOther) {
  EXPECT_TRUE(Contains(Of(Level::kPackage, 0), Of(Level::kPackage, 0, 1)));
  EXPECT_FALSE(Contains(Of(Level::kPackage, 0, 0), Of(Level::kPackage, 0, 1)));
  EXPECT_FALSE(Contains(Of(Level::kPackage, 0, 0), Of(Level::kPackage, 0)));
  EXPECT_FALSE(Contains(Of(Level::kPackage, 0), Of(Level::kPackage, 1, 1)));
}

TEST(Scope, AllMemoryHoldsEachSocketsMemory) {
  EXPECT_TRUE(Contains(Of(Level::kMemory), Of(Level::kMemory, 1)));
  EXPECT_FALSE(Contains(Of(Level::kMemory, 1), Of(Level::kMemory)));
}

TEST(Scope, AModuleHoldsItsGpuAndNoCardElsewhere) {
  EXPECT_TRUE(Contains(Of(Level::kModule, 0), Of(Level::kGpu, 0, Scope::kAll, "gpu-0")));
  EXPECT_TRUE(Contains(Of(Level::kModule, 0), Of(Level::kPackage, 0)));
  EXPECT_FALSE(Contains(Of(Level::kModule, 0), Of(Level::kPackage, 1)));
  EXPECT_FALSE(Contains(Of(Level::kModule, 0), Of(Level::kGpu, Scope::kAll, Scope::kAll, "0000:03:00.0")));
  EXPECT_FALSE(Contains(Of(Level::kModule), Of(Level::kGpu, Scope::kAll, Scope::kAll, "0000:03:00.0")));
}

TEST(Scope, CardsAndRailsAreDisjoint) {
  for (const Level level : {Level::kGpu, Level::kRail}) {
    EXPECT_FALSE(
        Contains(Of(level, Scope::kAll, Scope::kAll, "a"), Of(level, Scope::kAll, Scope::kAll, "b")));
    EXPECT_FALSE(Contains(Of(level), Of(level, 0, Scope::kAll, "b")));
  }
}

// Without this the catalog could drop both of two domains, each for the other's sake.
TEST(Scope, ContainingIsAStrictOrder) {
  const std::vector<Scope> scopes = Samples();
  for (const Scope& a : scopes) {
    EXPECT_FALSE(Contains(a, a)) << InWords(a);
    for (const Scope& b : scopes) {
      EXPECT_FALSE(Contains(a, b) && Contains(b, a)) << InWords(a) << " and " << InWords(b);
      for (const Scope& c : scopes) {
        if (Contains(a, b) && Contains(b, c)) {
          EXPECT_TRUE(Contains(a, c)) << InWords(a) << ", " << InWords(b) << ", " << InWords(c);
        }
      }
    }
  }
}

TEST(Scope, IsSaidInWordsThatTellPlacesApart) {
  EXPECT_EQ(InWords(Of(Level::kPackage, 1)), "the processor package 1");
  EXPECT_EQ(InWords(Of(Level::kPackage, 0, 1)), "the processor package 0 die 1");
  EXPECT_EQ(InWords(Of(Level::kMemory)), "the memory");
  EXPECT_EQ(InWords(Of(Level::kGpu, Scope::kAll, Scope::kAll, "0000:03:00.0")), "the GPU 0000:03:00.0");
  for (const Scope& scope : Samples()) EXPECT_FALSE(InWords(scope).empty());
}

}  // namespace
}  // namespace jouleprint::meters
