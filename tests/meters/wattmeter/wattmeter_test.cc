// External meters that write, from their name to the readings: logs, pipes, PTDaemon.
#include "meters/wattmeter/wattmeter.h"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include <fstream>
#include <string>
#include <vector>

#include "os/clock.h"
#include "support/allocations.h"
#include "support/temporary_folder.h"

namespace jouleprint::meters {
namespace {

using ::testing::HasSubstr;

constexpr Seconds kLong{20};  // for what must happen; nothing waits so long

class WattmeterTest : public ::testing::Test {
 protected:
  Discovery Discover(std::vector<std::string> names) {
    return DiscoverWattmeters({.wattmeters = std::move(names)});
  }
  void Append(const std::string& text) { std::ofstream(path_, std::ios::app) << text; }
  std::string Stamp(double seconds_ago) const { return (began_ + Seconds{-seconds_ago}).ToString(); }

  Reading Read(Meter* meter) const {
    std::vector<Reading> readings(meter->domains().size());
    meter->Read(clock_, readings);
    return readings.at(0);
  }
  // The next reading with a value; kNoData when none came.
  Reading ReadNext(Meter* meter) const {
    Reading reading = Read(meter);
    for (const os::BootTime until = clock_.Boot() + kLong;
         reading.state != ReadState::kOk && clock_.Boot() < until; reading = Read(meter)) {
      os::Sleep(Seconds{0.005});
    }
    return reading;
  }
  Joules Between(const Reading& from, const Reading& to, const Meter& meter) const {
    return Joules{static_cast<double>(to.counts - from.counts) * meter.domains().at(0).joules_per_count};
  }

  os::SystemClock clock_;
  const UtcTime began_ = clock_.Utc();
  testing::TemporaryFolder folder_;
  const std::string path_ = folder_ / "power.csv";
};

TEST_F(WattmeterTest, AGrowingLogGivesTheEnergyOfItsRowsWhateverElseStandsInIt) {
  Append("timestamp,watts\n" + Stamp(3600) + ",9999\n" + Stamp(8) + ",100\n");
  Discovery found = Discover({"file:" + path_ + "?error=0.5%"});
  ASSERT_EQ(found.meters.size(), 1u) << found.findings.at(0).reason;
  Meter& meter = *found.meters[0];
  const DomainInfo& info = meter.domains()[0];
  EXPECT_EQ(info.name, "wall");
  EXPECT_EQ(info.component, Component::kWall);
  EXPECT_EQ(info.basis, Basis::kMetered);
  EXPECT_EQ(info.scope.level, Level::kWall);
  EXPECT_DOUBLE_EQ(info.error.relative, 0.005);
  EXPECT_EQ(found.findings[0].state, MeterState::kUsable);
  EXPECT_THAT(found.findings[0].reason, HasSubstr("100 W now"));
  ReadNext(&meter);  // a moment before the first row
  const Reading first = ReadNext(&meter);
  // 6 s of a square wave, 100 W and 500 W, 1 s each, a row per 0.1 s; garbage in between.
  double joules = 0;
  double last = 100;
  std::string rows;
  for (int i = 1; i <= 60; ++i) {
    const double watts = (i / 10) % 2 == 0 ? 100 : 500;
    joules += (last + watts) / 2 * 0.1;
    last = watts;
    const std::string row = Stamp(8 - i * 0.1) + "," + std::to_string(watts) + "\n";
    rows += row + row + "# a comment\ngarbage\n" + Stamp(8.5) + ",7777\n" + Stamp(7 - i * 0.1) + ",-5\n" +
            Stamp(-3600) + ",8888\n";
  }
  Append(rows);
  Reading reading = ReadNext(&meter);
  while (reading.state == ReadState::kOk && reading.after - first.after < Seconds{5.95})
    reading = ReadNext(&meter);
  EXPECT_NEAR((reading.after - first.after).value(), 6, 1e-2);
  EXPECT_NEAR(Between(first, reading, meter).value() / joules, 1, 0.005);
}

TEST_F(WattmeterTest, ALogIsFollowedThroughItsRotation) {
  Append(Stamp(5) + ",100\n");
  Discovery found = Discover({"file:" + path_});
  ASSERT_EQ(found.meters.size(), 1u);
  Meter& meter = *found.meters[0];
  ReadNext(&meter);
  const Reading first = ReadNext(&meter);
  std::filesystem::rename(path_, path_ + ".1");
  Append("power,time\n100," + Stamp(3) + "\n");
  const Reading next = ReadNext(&meter);
  ASSERT_EQ(next.state, ReadState::kOk);
  EXPECT_NEAR((next.after - first.after).value(), 2, 1e-2);
  EXPECT_NEAR(Between(first, next, meter).value(), 200, 2);
}

TEST_F(WattmeterTest, APipeNeedsNoTimes) {
  ASSERT_EQ(::mkfifo(path_.c_str(), 0600), 0);
  std::ofstream writer(path_, std::ios::in | std::ios::out);  // open for both, so that nobody waits
  writer << "100\n" << std::flush;
  // A second line comes while it is looked for: the first may have stood there before.
  std::thread later([&] {
    os::Sleep(Seconds{0.5});
    writer << "100\n" << std::flush;
  });
  Discovery found = Discover({"pipe:" + path_});
  later.join();
  ASSERT_EQ(found.meters.size(), 1u) << found.findings.at(0).reason;
  Meter& meter = *found.meters[0];
  ReadNext(&meter);
  const Reading first = ReadNext(&meter);
  writer << "100\n" << std::flush;
  const Reading next = ReadNext(&meter);
  EXPECT_NEAR(Between(first, next, meter).value(), 100 * (next.after - first.after).value(), 0.1);
}

TEST_F(WattmeterTest, PtdaemonsLocalTimesAreReadInTheUsersZoneAndTheSourceSaysSo) {
  const std::string local = (began_ + Seconds{2 * 3600 - 2}).ToString();  // two hours east, 2 s ago
  const std::string stamp =
      local.substr(5, 5) + "-" + local.substr(0, 4) + " " + local.substr(11, 12).substr(0, 8) + ".000";
  Append("Time," + stamp + ",Watts,1477.0,Volts,230,Amps,6.4,PF,0.99,Mark,notset\n");
  Discovery found = Discover({"ptdaemon:" + path_ + "?tz=+02:00"});
  ASSERT_EQ(found.meters.size(), 1u) << found.findings.at(0).reason;
  EXPECT_THAT(found.meters[0]->domains()[0].source, HasSubstr("UTC+02:00"));
  EXPECT_THAT(found.findings[0].reason, HasSubstr("1477 W"));
}

TEST_F(WattmeterTest, EveryNameHasItsFindingAndNothingElseComes) {
  const std::string stale = folder_ / "stale.csv", garbage = folder_ / "garbage.csv",
                    local = folder_ / "local.csv";
  std::ofstream(stale) << Stamp(7200) << ",100\n";
  std::ofstream(garbage) << "hello\nworld\n";
  std::ofstream(local) << "2026-11-22 13:00:00,100\n";
  Append(Stamp(1) + ",100\n");
  const Discovery found =
      Discover({"file:" + path_, "file:" + path_ + "?level=node", "file:" + path_ + "?name=rack",
                "file:" + stale, "file:" + garbage, "file:" + local, "file:" + (folder_ / "none.csv"),
                "file:" + folder_.path(), "plug:x"});
  ASSERT_EQ(found.findings.size(), 9u);
  std::vector<std::string> names;
  for (const auto& meter : found.meters) names.push_back(meter->domains().at(0).name);
  EXPECT_THAT(names, ::testing::ElementsAre("wall", "wall-2", "rack"));
  EXPECT_EQ(found.meters[1]->domains()[0].scope.level, Level::kNode);
  const auto about = [&](const std::string& text) {
    for (const MeterFinding& finding : found.findings) {
      if (finding.reason.find(text) != std::string::npos) return finding;
    }
    return MeterFinding{};
  };
  EXPECT_EQ(about("stale.csv").state, MeterState::kRefused);
  EXPECT_THAT(about("stale.csv").reason, HasSubstr(Stamp(7200)));
  EXPECT_EQ(about("garbage.csv").state, MeterState::kRefused);
  EXPECT_THAT(about("garbage.csv").reason, HasSubstr("line 1"));
  EXPECT_THAT(about("local.csv").reason, HasSubstr("without a zone"));
  EXPECT_EQ(about("none.csv").state, MeterState::kNotPresent);
  EXPECT_THAT(about("none.csv").remedy, HasSubstr("path"));
  EXPECT_THAT(about("is a folder").reason, HasSubstr(folder_.path()));
  EXPECT_THAT(about("'plug'").remedy, HasSubstr("shelly"));
  for (const MeterFinding& finding : found.findings) {
    EXPECT_EQ(finding.state == MeterState::kUsable, finding.remedy.empty()) << finding.reason;
  }
}

TEST_F(WattmeterTest, ReadingAllocatesNothing) {
  Append(Stamp(1) + ",100\n");
  Discovery found = Discover({"file:" + path_});
  ASSERT_EQ(found.meters.size(), 1u);
  std::vector<Reading> readings(1);
  found.meters[0]->Read(clock_, readings);
  const std::uint64_t before = testing::AllocationsOfThisThread();
  for (int i = 0; i < 100; ++i) found.meters[0]->Read(clock_, readings);
  EXPECT_EQ(testing::AllocationsOfThisThread(), before);
}

}  // namespace
}  // namespace jouleprint::meters
