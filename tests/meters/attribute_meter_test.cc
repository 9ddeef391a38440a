// Numbers in files: counters, gauges, products, and files that go away.
#include "meters/attribute_meter.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include "os/clock.h"
#include "support/allocations.h"
#include "support/opens.h"
#include "support/temporary_folder.h"

namespace jouleprint::meters {
namespace {

class AttributeMeterTest : public ::testing::Test {
 protected:
  std::string Path(const std::string& file) const { return folder_ / file; }
  void Write(const std::string& file, const std::string& text) const { std::ofstream(Path(file)) << text; }

  AttributeDomain Counter(const std::string& file) const {
    AttributeDomain domain;
    domain.info.name = file;
    domain.info.kind = ReadingKind::kCounter;
    domain.path = Path(file);
    return domain;
  }
  AttributeDomain Gauge(const std::string& file, double watts_per_count,
                        const std::string& times = "") const {
    AttributeDomain domain = Counter(file);
    domain.info.kind = ReadingKind::kGauge;
    domain.watts_per_count = watts_per_count;
    if (!times.empty()) domain.times_path = Path(times);
    return domain;
  }
  /// Of files that may be replaced by others of their name, as below a --sysroot.
  AttributeMeter Meter(std::vector<AttributeDomain> domains) const {
    return AttributeMeter("test", Seconds{0.5}, os::Sysroot(folder_.path()), std::move(domains));
  }
  std::vector<Reading> Read(AttributeMeter& meter) const {
    std::vector<Reading> readings(meter.domains().size());
    meter.Read(clock_, readings);
    return readings;
  }

  testing::TemporaryFolder folder_;
  os::SystemClock clock_;
};

TEST_F(AttributeMeterTest, ACounterIsTheFilesNumberNow) {
  Write("energy", "12\n");
  AttributeMeter meter = Meter({Counter("energy")});
  EXPECT_EQ(meter.name(), "test");
  EXPECT_EQ(meter.period(), Seconds{0.5});
  EXPECT_EQ(Read(meter)[0].counts, 12u);
  Write("energy", "18446744073709551615\n");
  const Reading reading = Read(meter)[0];
  EXPECT_EQ(reading.state, ReadState::kOk);
  EXPECT_EQ(reading.counts, UINT64_MAX);
  EXPECT_LE(reading.before, reading.after);
}

TEST_F(AttributeMeterTest, AGaugeIsScaled) {
  Write("power", "12500000\n");
  AttributeMeter meter = Meter({Gauge("power", 1e-6)});
  EXPECT_DOUBLE_EQ(Read(meter)[0].watts, 12.5);
}

TEST_F(AttributeMeterTest, AGaugeMayBeAProductOfTwoFiles) {
  Write("in1_input", "12000\n");
  Write("curr1_input", "1500\n");
  AttributeMeter meter = Meter({Gauge("in1_input", 1e-6, "curr1_input")});
  EXPECT_DOUBLE_EQ(Read(meter)[0].watts, 18);
}

TEST_F(AttributeMeterTest, AProductWithoutItsSecondFactorIsNone) {
  Write("in1_input", "12000\n");
  AttributeMeter missing = Meter({Gauge("in1_input", 1e-6, "curr1_input")});
  EXPECT_EQ(Read(missing)[0].state, ReadState::kGone);
  Write("curr1_input", "\n");
  AttributeMeter torn = Meter({Gauge("in1_input", 1e-6, "curr1_input")});
  EXPECT_EQ(Read(torn)[0].state, ReadState::kNoData);
}

TEST_F(AttributeMeterTest, ASignIsDirectionOnlyWhereItIsSaidToBe) {
  Write("current_now", "-2000000\n");
  AttributeDomain battery = Gauge("current_now", 1e-6);
  battery.sign_is_direction = true;
  AttributeMeter meter = Meter({battery, Gauge("current_now", 1e-6)});
  EXPECT_DOUBLE_EQ(Read(meter)[0].watts, 2);
  EXPECT_DOUBLE_EQ(Read(meter)[1].watts, -2) << "and the integrator refuses it";
}

TEST_F(AttributeMeterTest, WhatIsNoNumberIsNoReading) {
  Write("energy", "1\n");
  Write("power", "1\n");
  AttributeMeter meter = Meter({Counter("energy"), Gauge("power", 1)});
  for (const char* text : {"", "\n", "N/A\n", "1.5\n", "12 W\n", "99999999999999999999999\n"}) {
    Write("energy", text);
    Write("power", text);
    for (const Reading& reading : Read(meter)) EXPECT_EQ(reading.state, ReadState::kNoData) << text;
  }
  Write("energy", "-1\n");
  EXPECT_EQ(Read(meter)[0].state, ReadState::kNoData) << "a counter is never negative";
}

TEST_F(AttributeMeterTest, AFileThatCannotBeReadIsGoneAndOthersGoOn) {
  Write("energy", "5\n");
  std::filesystem::create_directories(Path("folder"));
  AttributeMeter meter = Meter({Counter("missing"), Counter("folder"), Counter("energy")});
  const std::vector<Reading> readings = Read(meter);
  EXPECT_EQ(readings[0].state, ReadState::kGone);
  EXPECT_EQ(readings[1].state, ReadState::kGone);
  EXPECT_EQ(readings[2].counts, 5u);
}

TEST_F(AttributeMeterTest, AFileThatComesBackIsFoundByReopening) {
  AttributeMeter meter = Meter({Counter("energy")});
  EXPECT_FALSE(meter.Reopen());
  EXPECT_EQ(Read(meter)[0].state, ReadState::kGone);
  Write("energy", "7\n");
  EXPECT_TRUE(meter.Reopen());
  EXPECT_EQ(Read(meter)[0].counts, 7u);
}

TEST_F(AttributeMeterTest, AFileThatWasReplacedGivesOneValueAndIsThenGone) {
  Write("energy", "7\n");
  AttributeMeter meter = Meter({Counter("energy")});
  Write("new", "8\n");
  std::filesystem::rename(Path("new"), Path("energy"));
  EXPECT_EQ(Read(meter)[0].state, ReadState::kStale);
  EXPECT_EQ(Read(meter)[0].state, ReadState::kGone);
  EXPECT_TRUE(meter.Reopen());
  EXPECT_EQ(Read(meter)[0].counts, 8u);
}

TEST_F(AttributeMeterTest, TheKernelsOwnFilesAreNotLookedAtForReplacement) {
  Write("energy", "7\n");
  AttributeMeter meter("test", Seconds{0.1}, os::Sysroot(), {Counter("energy")});
  std::filesystem::remove(Path("energy"));
  EXPECT_EQ(Read(meter)[0].state, ReadState::kOk);
}

TEST_F(AttributeMeterTest, WhatIsNotKeptIsNotReadAndTheRestKeepsItsFile) {
  Write("a", "1\n");
  Write("b", "2\n");
  Write("c", "3\n");
  AttributeMeter meter = Meter({Counter("a"), Counter("b"), Counter("c")});
  meter.Keep({false, true, true});
  ASSERT_EQ(meter.domains().size(), 2u);
  EXPECT_EQ(meter.domains()[0].name, "b");
  EXPECT_EQ(Read(meter)[0].counts, 2u);
  EXPECT_EQ(Read(meter)[1].counts, 3u);
}

TEST_F(AttributeMeterTest, ReadingAllocatesAndOpensNothing) {
  Write("volts", "1\n");
  Write("amperes", "1\n");
  AttributeMeter meter = Meter({Gauge("volts", 1, "amperes"), Counter("volts"), Counter("missing")});
  std::vector<Reading> readings(3);
  const std::uint64_t allocations = testing::AllocationsOfThisThread();
  const std::uint64_t opens = testing::OpensOfThisThread();
  for (int i = 0; i < 100; ++i) meter.Read(clock_, readings);
  EXPECT_EQ(testing::AllocationsOfThisThread(), allocations);
  EXPECT_EQ(testing::OpensOfThisThread(), opens);
}

}  // namespace
}  // namespace jouleprint::meters
