// A trace on disk: whole, cut, damaged, of another version, on a full disk; and that a lane that is traced
// and the ledger that is told the same again agree.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "os/file.h"
#include "sampling/lane_fixture.h"
#include "sampling/trace_events.h"
#include "sampling/trace_reader.h"
#include "sampling/trace_writer.h"
#include "support/allocations.h"
#include "support/temporary_folder.h"

namespace jouleprint::sampling {
namespace {

using testing::Counter;
using testing::Counts;
using testing::Failed;
using testing::Gauge;
using ::testing::HasSubstr;
using testing::Power;

class TraceTest : public LaneTest {
 protected:
  TraceHeader HeaderOf(const Lane& lane) {
    TraceHeader header;
    header.version = "1";
    header.lanes.push_back({lane.meter().name(), lane.period(), lane.domains()});
    return header;
  }

  // A lane of a counter and a gauge, with faults, that was traced to `path_`.
  std::shared_ptr<Lane> TracedLane(int ticks) {
    const auto lane = MakeLane({Counter("package-0", 262'143'328'850), Gauge("gpu-0")});
    for (int i = 0; i < ticks; ++i) {
      const bool gone = i % 17 == 5;
      meter_->SayRow(
          {gone ? Failed(meters::ReadState::kGone) : Counts(static_cast<std::uint64_t>(i) * 5'123'457),
           Power(100 + i % 7 / 3.0)});
    }
    auto writer = TraceWriter::Create(path_, HeaderOf(*lane));
    EXPECT_TRUE(writer.ok());
    writer_ = std::move(*writer);
    lane->SetTap(writer_->TapOf(0));
    lane->Tick();
    lane->BeginRun(clock_.Boot(), clock_.Utc());
    for (int i = 1; i < ticks; ++i) TickAfter(*lane, i % 40 == 3 ? 7.3 : 0.1);
    writer_->Close();
    EXPECT_EQ(writer_->failure(), "");
    return lane;
  }

  std::string Bytes() { return os::ReadFile(path_).value_or(""); }

  testing::TemporaryFolder folder_;
  const std::string path_ = folder_.path() + "/a.trace";
  std::shared_ptr<TraceWriter> writer_;
};

void Play(TraceReader* reader, Ledger* ledger) {
  while (const auto event = reader->Next()) {
    if (const auto* tick = std::get_if<TickEvent>(&*event)) ledger->Add(tick->readings, tick->tick);
    if (const auto* begin = std::get_if<BeginRunEvent>(&*event))
      ledger->BeginRun(begin->start, begin->start_utc);
  }
}

TEST_F(TraceTest, ALedgerThatIsToldTheSameAgreesToTheLastBit) {
  const auto lane = TracedLane(500);
  Result<TraceReader> reader = TraceReader::Open(path_);
  ASSERT_TRUE(reader.ok());
  Ledger ledger(reader->header().lanes[0].domains, reader->header().lanes[0].period, {}, {});
  Play(&*reader, &ledger);
  EXPECT_EQ(reader->problem(), "");
  const std::vector<DomainTotals> live = lane->totals();
  ASSERT_EQ(ledger.totals().size(), 2u);
  for (std::size_t i = 0; i < 2; ++i) {
    const DomainTotals& replayed = ledger.totals()[i];
    EXPECT_GT(live[i].energy, Joules{100});
    EXPECT_EQ(replayed.energy, live[i].energy);
    EXPECT_EQ(replayed.filled, live[i].filled);
    EXPECT_EQ(replayed.max_power, live[i].max_power);
    EXPECT_EQ(replayed.upto, live[i].upto);
    EXPECT_EQ(replayed.returns, live[i].returns);
    EXPECT_EQ(replayed.away, live[i].away);
    ASSERT_EQ(ledger.rollups()[i].bins().size(), lane->rollups()[i].bins().size());
  }
  EXPECT_EQ(ledger.gaps().size(), lane->gaps().size());
  EXPECT_EQ(ledger.ticks(), lane->ticks());
}

TEST_F(TraceTest, TracingATickAllocatesNothing) {
  const auto lane = MakeLane({Counter("package-0")});
  meter_->Say({Counts(0)});
  auto writer = TraceWriter::Create(path_, HeaderOf(*lane));
  ASSERT_TRUE(writer.ok());
  lane->SetTap((*writer)->TapOf(0));
  lane->Tick();
  const std::uint64_t before = testing::AllocationsOfThisThread();
  for (int i = 0; i < 1000; ++i) TickAfter(*lane, 0.1);
  EXPECT_EQ(testing::AllocationsOfThisThread(), before);
}

TEST_F(TraceTest, ACutTraceReplaysUpToItsLastWholeBlockAndSaysSo) {
  TracedLane(3000);
  const std::string whole = Bytes();
  std::size_t most = 0;
  for (const std::size_t size : {whole.size() - 1, whole.size() * 3 / 4}) {
    Result<TraceReader> reader = TraceReader::FromBytes(whole.substr(0, size), "cut");
    ASSERT_TRUE(reader.ok());
    std::size_t events = 0;
    while (reader->Next()) ++events;
    EXPECT_THAT(reader->problem(), HasSubstr("the trace is cut at byte"));
    most = std::max(most, events);
  }
  EXPECT_GT(most, 100u);
}

TEST_F(TraceTest, AFlippedBitIsNoticed) {
  TracedLane(200);
  std::string bytes = Bytes();
  bytes[bytes.size() - 10] = static_cast<char>(bytes[bytes.size() - 10] ^ 4);
  Result<TraceReader> reader = TraceReader::FromBytes(bytes, "flipped");
  ASSERT_TRUE(reader.ok());
  while (reader->Next()) {
  }
  EXPECT_THAT(reader->problem(), HasSubstr("a checksum is wrong"));
}

TEST_F(TraceTest, WhatIsNoTraceIsNamed) {
  const Result<TraceReader> text = TraceReader::FromBytes("timestamp,watts\n1,2\n", "log.csv");
  ASSERT_FALSE(text.ok());
  EXPECT_EQ(text.error().message, "log.csv is not a trace");
  EXPECT_EQ(ExitStatus(text.error().code), 2);

  std::string newer(kTraceMagic);
  ByteWriter(&newer).Fixed32(kTraceVersion + 1);
  const Result<TraceReader> future = TraceReader::FromBytes(newer, "new.trace");
  ASSERT_FALSE(future.ok());
  EXPECT_THAT(future.error().message, HasSubstr("newer jouleprint"));

  const Result<TraceReader> headless = TraceReader::FromBytes(std::string(kTraceMagic) + "\1", "short.trace");
  ASSERT_FALSE(headless.ok());
  EXPECT_THAT(headless.error().message, HasSubstr("no whole header"));
  EXPECT_FALSE(TraceReader::Open(folder_.path() + "/none").ok());
}

TEST_F(TraceTest, TheHeaderComesBackWhole) {
  TraceHeader header = TwoMeters();
  meters::DomainInfo& info = header.lanes[0].domains[0];
  info.gain = 1.037;
  info.limit = Watts{350.5};
  info.error.low_factor = 0.7;
  info.error.update_period = Seconds{0.001};
  info.scope = {meters::Level::kPackage, 1, 0, "x"};
  info.dated = true;
  header.reserved.cpu = 0.25;
  header.intensity = {{470, 30, 710, Basis::kAssumed}, "average", "somebody"};
  header.findings.push_back({"powercap", meters::MeterState::kNotPermitted, "because", "", {}});
  const Result<TraceHeader> back = TraceHeaderFromJson(ToJson(header));
  ASSERT_TRUE(back.ok());
  EXPECT_EQ(ToJson(*back), ToJson(header));
  EXPECT_EQ(back->lanes[0].domains[0].scope, info.scope);
  EXPECT_EQ(back->lanes[0].domains[0].gain, 1.037);
  EXPECT_EQ(back->lanes[0].domains[0].counter_values, 262'143'328'850u);
  EXPECT_EQ(back->findings[0].state, meters::MeterState::kNotPermitted);
}

TEST_F(TraceTest, AHeaderThatMakesNoSenseNamesTheField) {
  for (const char* json : {"[", "[]", "{}", R"({"lanes": 3})", R"({"lanes": [{"period_s": "x"}]})",
                           R"({"lanes": [{"period_s": 0, "domains": [{}]}]})",
                           R"({"lanes": [{"period_s": 1, "domains": [{"kind": 9}]}]})"}) {
    const Result<TraceHeader> header = TraceHeaderFromJson(json);
    ASSERT_FALSE(header.ok()) << json;
    EXPECT_EQ(header.error().code, ErrorCode::kCorrupt);
  }
  EXPECT_THAT(TraceHeaderFromJson(R"({"lanes": [{"period_s": "x"}]})").error().message,
              HasSubstr("'period_s' is not a number"));
}

TEST_F(TraceTest, AFullDiskEndsTheTraceAndNothingElse) {
  const auto lane = MakeLane({Counter("package-0")});
  const Result<std::shared_ptr<TraceWriter>> none = TraceWriter::Create("/dev/full", HeaderOf(*lane));
  ASSERT_FALSE(none.ok());
  EXPECT_THAT(none.error().message, HasSubstr("/dev/full"));
}

TEST_F(TraceTest, WhatTheRingCannotTakeIsCountedAndSaid) {
  const auto lane = MakeLane({Counter("package-0")});
  meter_->Say({Counts(0)});
  auto writer = TraceWriter::Create(path_, HeaderOf(*lane), 4096);
  ASSERT_TRUE(writer.ok());
  lane->SetTap((*writer)->TapOf(0));
  for (int i = 0; i < 5000; ++i) TickAfter(*lane, 0.1);
  (*writer)->Close();
  EXPECT_THAT((*writer)->failure(), HasSubstr("events that the disk was too slow for"));
  Result<TraceReader> reader = TraceReader::Open(path_);
  ASSERT_TRUE(reader.ok());
  std::uint64_t lost = 0;
  std::uint64_t ticks = 0;
  while (const auto event = reader->Next()) {
    if (const auto* e = std::get_if<LostEvent>(&*event)) lost += e->events;
    ticks += std::holds_alternative<TickEvent>(*event) ? 1 : 0;
  }
  EXPECT_EQ(lost + ticks, 5000u);
  EXPECT_EQ(reader->problem(), "");
}

}  // namespace
}  // namespace jouleprint::sampling
