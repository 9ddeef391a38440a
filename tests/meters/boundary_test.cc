// Which domains are counted, which is the total, and what is said of the rest.
#include "meters/boundary.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "support/any.h"

namespace jouleprint::meters {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

DomainInfo Domain(std::string name, Scope scope, Basis basis = Basis::kCounter, std::string source = "test") {
  DomainInfo info;
  info.name = std::move(name);
  info.scope = std::move(scope);
  info.basis = basis;
  info.source = std::move(source);
  return info;
}

std::vector<Verdict> Judge(const std::vector<DomainInfo>& domains, Boundary boundary = Boundary::kCounted) {
  std::vector<const DomainInfo*> pointers;
  for (const DomainInfo& domain : domains) pointers.push_back(&domain);
  return ChooseBoundary(pointers, boundary);
}

/// What became of domains by their name.
class Choice {
 public:
  explicit Choice(const std::vector<DomainInfo>& domains, Boundary boundary = Boundary::kCounted) {
    const std::vector<Verdict> verdicts = Judge(domains, boundary);
    for (std::size_t i = 0; i < domains.size(); ++i) {
      const std::string& name = domains[i].name;
      if (verdicts[i].fate == Fate::kCounted) counted.push_back(name);
      if (verdicts[i].fate == Fate::kTotal) totals.push_back(name);
      if (verdicts[i].fate == Fate::kDropped) dropped[name] = verdicts[i].reason;
    }
  }

  std::vector<std::string> counted;
  std::vector<std::string> totals;
  std::map<std::string, std::string> dropped;
};

const DomainInfo kPackage0 =
    Domain("package-0", {.level = Level::kPackage, .socket = 0}, Basis::kCounter, "powercap");
const DomainInfo kPackage1 = Domain("package-1", {.level = Level::kPackage, .socket = 1});
const DomainInfo kDram0 = Domain("dram-0", {.level = Level::kMemory, .socket = 0});
const DomainInfo kCore0 = Domain("core-0", {.level = Level::kCores, .socket = 0});
const DomainInfo kUncore0 = Domain("uncore-0", {.level = Level::kUncore, .socket = 0});
const DomainInfo kPsys = Domain("psys", {.level = Level::kPlatform});
const DomainInfo kBmc = Domain("node", {.level = Level::kNode}, Basis::kSampled, "BMC");
const DomainInfo kWall = Domain("wall", {.level = Level::kWall}, Basis::kMetered, "plug");
const DomainInfo kGpu = Domain("gpu-0", {.level = Level::kGpu, .device = "0000:03:00.0"});
const DomainInfo kModule = Domain("module-0", {.level = Level::kModule, .socket = 0}, Basis::kSampled);
const DomainInfo kModuleGpu = Domain("gpu-0", {.level = Level::kGpu, .socket = 0, .device = "0009:01:00.0"});

TEST(Boundary, NothingIsNothing) { EXPECT_THAT(Judge({}), IsEmpty()); }

TEST(Boundary, PackagesAndMemoryAreCountedAndThePackagesPartsAreNot) {
  const Choice choice({kPackage0, kPackage1, kDram0, kCore0, kUncore0});
  EXPECT_THAT(choice.counted, ElementsAre("package-0", "package-1", "dram-0"));
  EXPECT_THAT(choice.totals, IsEmpty());
  EXPECT_THAT(choice.dropped.at("core-0"), HasSubstr("part of the processor package 0"));
  EXPECT_THAT(choice.dropped.at("uncore-0"), HasSubstr("part of the processor package 0"));
}

TEST(Boundary, PartsOfAPackageThatHasNoCounterAreCounted) {
  const Choice choice({kPackage1, kCore0, kUncore0});
  EXPECT_THAT(choice.counted, ElementsAre("package-1", "core-0", "uncore-0"));
}

TEST(Boundary, OfTwoInterfacesToOneThingTheFirstIsCounted) {
  const DomainInfo twin = Domain("package-0", kPackage0.scope, Basis::kCounter, "perf");
  const std::vector<Verdict> verdicts = Judge({kPackage0, twin});
  EXPECT_EQ(verdicts[0].fate, Fate::kCounted);
  ASSERT_EQ(verdicts[1].fate, Fate::kDropped);
  EXPECT_THAT(verdicts[1].reason, HasSubstr("second time (powercap is counted)"));
}

TEST(Boundary, OfTwoInterfacesToOneThingTheStrongerGroundIsCounted) {
  const DomainInfo gauge = Domain("socket power", kPackage0.scope, Basis::kSampled, "hwmon");
  EXPECT_THAT(Choice({gauge, kPackage0}).counted, ElementsAre("package-0"));
  EXPECT_THAT(Choice({gauge, kPackage0, kPackage0}).counted, ElementsAre("package-0"));
}

TEST(Boundary, ThePlatformIsLeftOutBesideThePackage) {
  const Choice choice({kPsys, kPackage0, kDram0});
  EXPECT_THAT(choice.counted, ElementsAre("package-0", "dram-0"));
  EXPECT_THAT(choice.dropped.at("psys"), HasSubstr("--boundary platform"));
}

TEST(Boundary, ThePlatformIsCountedWhereItIsAskedForOrIsAllThereIs) {
  const Choice asked({kPsys, kPackage0, kDram0, kGpu}, Boundary::kPlatform);
  EXPECT_THAT(asked.counted, ElementsAre("psys", "gpu-0"));
  EXPECT_THAT(asked.dropped.at("dram-0"), HasSubstr("part of the platform"));
  EXPECT_THAT(Choice({kPsys}).counted, ElementsAre("psys"));
}

TEST(Boundary, DiesAreCountedRatherThanTheirPackage) {
  const DomainInfo die0 = Domain("die-0", {.level = Level::kPackage, .socket = 0, .die = 0});
  const DomainInfo die1 = Domain("die-1", {.level = Level::kPackage, .socket = 0, .die = 1});
  const Choice choice({kPackage0, die0, die1, kCore0});
  EXPECT_THAT(choice.counted, UnorderedElementsAre("die-0", "die-1", "core-0"))
      << "no die says that it contains all cores";
}

TEST(Boundary, AWallMeterIsTheTotalAndItsPartsExplainIt) {
  const Choice choice({kPackage0, kDram0, kGpu, kBmc, kWall});
  EXPECT_THAT(choice.totals, ElementsAre("wall"));
  EXPECT_THAT(choice.counted, ElementsAre("package-0", "dram-0", "gpu-0"));
  EXPECT_THAT(choice.dropped.at("node"), HasSubstr("part of wall"));
}

TEST(Boundary, OneTotalIsEnough) {
  const DomainInfo second = Domain("analyser", {.level = Level::kWall, .device = "b"}, Basis::kMetered);
  const Choice choice({kWall, second, kPackage0});
  EXPECT_THAT(choice.totals, ElementsAre("wall"));
  EXPECT_THAT(choice.dropped.at("analyser"), HasSubstr("wall"));
}

TEST(Boundary, TheNodesOwnMeterIsTheTotalOnlyWhereItIsAskedForOrNothingElseMeasuresProcessors) {
  const Choice beside({kPackage0, kBmc});
  EXPECT_THAT(beside.totals, IsEmpty());
  EXPECT_THAT(beside.dropped.at("node"), HasSubstr("--boundary platform"));
  EXPECT_THAT(Choice({kPackage0, kBmc}, Boundary::kPlatform).totals, ElementsAre("node"));
  const Choice alone({kBmc, kGpu});
  EXPECT_THAT(alone.totals, ElementsAre("node"));
  EXPECT_THAT(alone.counted, ElementsAre("gpu-0"));
}

TEST(Boundary, AModuleIsLeftOutWhereItsCpuAndItsGpuAreBothCounted) {
  EXPECT_THAT(Choice({kModule, kPackage0, kModuleGpu}).counted, ElementsAre("package-0", "gpu-0"));
  EXPECT_THAT(Choice({kModule, kModuleGpu}).counted, ElementsAre("module-0")) << "the CPU would be missing";
  EXPECT_THAT(Choice({kModule, kPackage0}).counted, ElementsAre("module-0")) << "the GPU would be missing";
}

// Any machine: places and levels as they come, some twice.
std::vector<DomainInfo> AnyMachine() {
  std::vector<DomainInfo> domains;
  const int count = testing::AnyBetween(0, 14);
  for (int i = 0; i < count; ++i) {
    Scope scope{.level = static_cast<Level>(testing::AnyBetween(0, 10))};
    scope.socket = testing::AnyBetween(-1, 2);
    if (scope.socket >= 0) scope.die = testing::AnyBetween(-1, 2);
    if (scope.level == Level::kGpu || scope.level == Level::kRail) {
      scope.device = "device-" + std::to_string(testing::AnyBetween(0, 3));
      scope.die = Scope::kAll;
    }
    if (scope.level <= Level::kPlatform) scope.socket = scope.die = Scope::kAll;
    const Basis basis = static_cast<Basis>(testing::AnyBetween(0, 3));
    domains.push_back(Domain("domain-" + std::to_string(i), scope, basis));
  }
  return domains;
}

// What a failing property is to show.
std::string Listed(const std::vector<DomainInfo>& domains, const std::vector<Verdict>& verdicts) {
  std::string text;
  for (std::size_t i = 0; i < domains.size(); ++i) {
    text += domains[i].name + " measures " + InWords(domains[i].scope) + " (" +
            std::string(BasisName(domains[i].basis)) +
            "): " + (verdicts[i].fate == Fate::kDropped ? verdicts[i].reason : "stands") + "\n";
  }
  return text;
}

Boundary AnyBoundary() { return static_cast<Boundary>(testing::AnyBetween(0, 3)); }

RC_GTEST_PROP(BoundaryProperty, WhatIsCountedIsPairwiseDisjoint, ()) {
  const std::vector<DomainInfo> domains = AnyMachine();
  const std::vector<Verdict> verdicts = Judge(domains, AnyBoundary());
  RC_ASSERT(verdicts.size() == domains.size());
  for (std::size_t i = 0; i < domains.size(); ++i) {
    for (std::size_t j = 0; j < domains.size(); ++j) {
      if (i == j || verdicts[i].fate != Fate::kCounted || verdicts[j].fate != Fate::kCounted) continue;
      RC_ASSERT(domains[i].scope != domains[j].scope);
      RC_ASSERT(!Contains(domains[i].scope, domains[j].scope));
    }
  }
}

RC_GTEST_PROP(BoundaryProperty, WhatIsNotCountedHasAReasonAndThereIsOneTotalAtMost, ()) {
  const std::vector<DomainInfo> domains = AnyMachine();
  int totals = 0;
  for (const Verdict& verdict : Judge(domains, AnyBoundary())) {
    RC_ASSERT((verdict.fate == Fate::kDropped) == !verdict.reason.empty());
    RC_ASSERT(!verdict.reason.ends_with("."));
    totals += verdict.fate == Fate::kTotal;
  }
  RC_ASSERT(totals <= 1);
}

// They measure some thing twice: the same, one inside the other, or something inside both (psys and a module
// have the package in common).
bool Overlap(const Scope& a, const Scope& b, const std::vector<DomainInfo>& domains) {
  const auto within = [](const Scope& inner, const Scope& outer) {
    return inner == outer || Contains(outer, inner);
  };
  return within(a, b) || within(b, a) ||
         std::any_of(domains.begin(), domains.end(), [&](const DomainInfo& domain) {
           return within(domain.scope, a) && within(domain.scope, b);
         });
}

// Nothing is lost without need: to count what is dropped would be to count something twice.
RC_GTEST_PROP(BoundaryProperty, WhatIsDroppedOverlapsWithWhatStands, ()) {
  const std::vector<DomainInfo> domains = AnyMachine();
  const std::vector<Verdict> verdicts = Judge(domains, AnyBoundary());
  RC_LOG() << Listed(domains, verdicts);
  for (std::size_t i = 0; i < domains.size(); ++i) {
    if (verdicts[i].fate != Fate::kDropped) continue;
    bool overlaps = false;
    for (std::size_t j = 0; j < domains.size(); ++j) {
      if (verdicts[j].fate == Fate::kDropped) continue;
      overlaps = overlaps || Overlap(domains[i].scope, domains[j].scope, domains);
    }
    RC_ASSERT(overlaps);
  }
}

RC_GTEST_PROP(BoundaryProperty, AWallMeterNeverChangesWhichPartsAreCounted, ()) {
  std::vector<DomainInfo> domains = AnyMachine();
  std::erase_if(domains, [](const DomainInfo& domain) { return domain.scope.level == Level::kWall; });
  const Boundary boundary = AnyBoundary();
  const Choice without(domains, boundary);
  domains.insert(domains.begin() + testing::AnyBetween<std::ptrdiff_t>(0, std::ssize(domains) + 1), kWall);
  const Choice with(domains, boundary);
  RC_ASSERT(with.counted == without.counted);
  RC_ASSERT(with.totals == std::vector<std::string>{"wall"});
}

}  // namespace
}  // namespace jouleprint::meters
