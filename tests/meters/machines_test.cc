// Whole machines, each as it shows itself, and what is made of it: which domains are counted, which meter is
// the total, and what is said of everything else. The expectations stand in the archives (tests/machines):
//
//   expect counted NAME...             exactly these domains, without the model that stands by
//   expect total NAME                  this meter measures the whole
//   expect model NAME...               these counted domains are modelled
//   expect dropped NAME WORDS...       a domain of that name is left out, and the reason has these words
//   expect finding METER STATE         with dashes: not-present
//   expect remedy METER WORDS...
//   expect component NAME COMPONENT
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "meters/catalog.h"
#include "support/machine_archive.h"

namespace jouleprint::meters {
namespace {

using ::testing::HasSubstr;
using testing::MachineArchive;
using ::testing::UnorderedElementsAreArray;
using Words = std::vector<std::string>;

class MachinesTest : public ::testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    const char* gpus = std::getenv("JP_FAKE_NVML_GPUS");
    const std::string nvml = gpus != nullptr ? JOULEPRINT_FAKE_NVML : "/no/such/library";
    catalog_ = DiscoverMeters(
        {.machine = {
             .sysroot = archive_.sysroot(), .nvml_library = nvml, .amd_smi_library = "/no/such/library"}});
    for (const auto& meter : catalog_.meters) {
      for (const DomainInfo& domain : meter->domains()) NoteDomain(*meter, domain);
    }
  }

  void NoteDomain(const Meter& meter, const DomainInfo& domain) {
    const auto& standby = catalog_.standby;
    const bool stands_by =
        meter.name() == "model" && std::find(standby.begin(), standby.end(), domain.name) != standby.end();
    if (stands_by || domain.name == catalog_.total) return;
    counted_.push_back(domain.name);
    if (meter.name() == "model") modelled_.push_back(domain.name);
    components_[domain.name] = ComponentName(domain.component);
  }

  void Check(const Words& words) {
    const std::string& what = words.at(0);
    const Words rest(words.begin() + 1, words.end());
    if (what == "counted") {
      EXPECT_THAT(counted_, UnorderedElementsAreArray(rest));
    } else if (what == "model") {
      EXPECT_THAT(modelled_, UnorderedElementsAreArray(rest));
    } else if (what == "total") {
      EXPECT_EQ(catalog_.total, rest.at(0));
    } else if (what == "component") {
      EXPECT_EQ(components_[rest.at(0)], rest.at(1));
    } else if (what == "dropped") {
      CheckDropped(rest);
    } else {
      CheckFinding(what, rest);
    }
  }

  void CheckDropped(const Words& words) {
    const std::string part = Join(words, 1);
    const bool found =
        std::any_of(catalog_.dropped.begin(), catalog_.dropped.end(), [&](const DroppedDomain& d) {
          return d.name.starts_with(words[0]) && d.reason.find(part) != std::string::npos;
        });
    EXPECT_TRUE(found) << words[0] << ": " << part;
  }

  void CheckFinding(const std::string& what, const Words& words) {
    const auto finding = std::find_if(catalog_.findings.begin(), catalog_.findings.end(),
                                      [&](const MeterFinding& f) { return f.name == words.at(0); });
    ASSERT_NE(finding, catalog_.findings.end()) << words.at(0);
    if (what == "remedy") {
      EXPECT_THAT(finding->remedy, HasSubstr(Join(words, 1)));
      return;
    }
    ASSERT_EQ(what, "finding");
    std::string state(MeterStateName(finding->state));
    std::replace(state.begin(), state.end(), ' ', '-');
    EXPECT_EQ(state, words.at(1)) << finding->reason;
  }

  static std::string Join(const Words& words, std::size_t from) {
    std::string text;
    for (std::size_t i = from; i < words.size(); ++i) text += (text.empty() ? "" : " ") + words[i];
    return text;
  }

  MachineArchive archive_{GetParam()};
  Catalog catalog_;
  Words counted_, modelled_;
  std::map<std::string, std::string> components_;
};

TEST_P(MachinesTest, IsUnderstood) {
  ASSERT_FALSE(archive_.expectations().empty());
  for (const Words& words : archive_.expectations()) Check(words);
  if (!HasFailure()) return;
  for (const DroppedDomain& d : catalog_.dropped)
    GTEST_LOG_(INFO) << d.name << " (" << d.source << "): " << d.reason;
  for (const MeterFinding& f : catalog_.findings) {
    GTEST_LOG_(INFO) << f.name << ", " << MeterStateName(f.state) << ": " << f.reason << "; " << f.remedy;
  }
}

// Whatever a machine shows: no two domains overlap, and nothing is left out without a reason.
TEST_P(MachinesTest, IsCountedOnce) {
  std::vector<const DomainInfo*> counted;
  for (const auto& meter : catalog_.meters) {
    if (meter->name() == "model") continue;
    for (const DomainInfo& domain : meter->domains()) {
      if (domain.name != catalog_.total) counted.push_back(&domain);
    }
  }
  for (const DomainInfo* a : counted) {
    for (const DomainInfo* b : counted) {
      if (a == b) continue;
      EXPECT_FALSE(a->scope == b->scope) << a->name << " and " << b->name;
      EXPECT_FALSE(Contains(a->scope, b->scope)) << a->name << " contains " << b->name;
    }
  }
  for (const DroppedDomain& domain : catalog_.dropped) EXPECT_FALSE(domain.reason.empty()) << domain.name;
  for (const MeterFinding& finding : catalog_.findings) EXPECT_FALSE(finding.reason.empty()) << finding.name;
}

INSTANTIATE_TEST_SUITE_P(Every, MachinesTest, ::testing::ValuesIn(MachineArchive::All()),
                         [](const auto& machine) {
                           std::string name = machine.param;
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

}  // namespace
}  // namespace jouleprint::meters
