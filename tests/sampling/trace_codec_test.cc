// Events come back as they were, whatever they are, and a steady machine takes few bytes.
#include "sampling/trace_codec.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "sampling/trace_events.h"
#include "support/any.h"

namespace jouleprint::sampling {
namespace {

using meters::ReadState;
using testing::AnyBetween;
using testing::Counts;
using testing::Power;

meters::Reading AnyReading() {
  meters::Reading reading;
  reading.state = static_cast<ReadState>(AnyBetween(0, 3));
  return Timed(reading, AnyBetween<std::int64_t>(0, 1'000'000'000'000),
               AnyBetween<std::int64_t>(0, 1'000'000'000));
}

TickEvent AnyTick() {
  TickEvent event;
  event.lane = static_cast<std::size_t>(AnyBetween(0, 1));
  event.tick.began.ns = AnyBetween<std::int64_t>(0, 1'000'000'000'000);
  event.tick.now.ns = AnyBetween<std::int64_t>(0, 1'000'000'000'000);
  event.tick.awake = *rc::gen::element(Seconds{12.345678901}, Seconds{1e-9 * 987654321}, Seconds{1.0 / 3});
  if (event.lane == 0) {
    event.readings = {AnyReading(), AnyReading()};
    for (meters::Reading& reading : event.readings) reading.counts = *rc::gen::arbitrary<std::uint64_t>();
  } else {
    event.readings = {AnyReading()};
    event.readings[0].watts = *rc::gen::element(0.0, 71.234, 250.0, 1.0 / 3, -5.0, 1e300);
  }
  return event;
}

RC_GTEST_PROP(TraceCodecProperty, TicksComeBackBitForBit, ()) {
  const TraceHeader header = TwoMeters();
  TraceEncoder encoder(header);
  TraceDecoder decoder(header);
  std::vector<TickEvent> events;
  std::string bytes;
  for (int i = 0, n = AnyBetween(1, 20); i < n; ++i) {
    events.push_back(AnyTick());
    encoder.Append(events.back(), &bytes);
  }
  ByteReader reader(bytes);
  for (const TickEvent& expected : events) {
    const std::optional<TraceEvent> event = decoder.Take(&reader);
    RC_ASSERT(event.has_value());
    const auto& tick = std::get<TickEvent>(*event);
    RC_ASSERT(tick.lane == expected.lane);
    RC_ASSERT(tick.tick.began == expected.tick.began && tick.tick.now == expected.tick.now);
    RC_ASSERT(tick.tick.awake == expected.tick.awake);
    RC_ASSERT(tick.readings.size() == expected.readings.size());
    for (std::size_t i = 0; i < tick.readings.size(); ++i)
      RC_ASSERT(SameReading(tick.readings[i], expected.readings[i]));
  }
  RC_ASSERT(reader.empty());
}

TEST(TraceCodecTest, EveryOtherEventComesBack) {
  const TraceHeader header = TwoMeters();
  TraceEncoder encoder(header);
  std::string bytes;
  UsersEvent users;
  users.job_cpu = Seconds{12.34};
  users.machine_cpu = Seconds{99.5};
  users.run_id = "01KAN4Y8M3Q6V1T0Z9B2C5D7EF";
  users.followed_by = "cgroup";
  users.exit_status = 137;
  users.outlived = 2;
  users.parts.push_back({"gpu-0", 0.25, 0.1, 1.0 / 3, "GPU time by process"});
  encoder.Append(BeginRunEvent{1, {5'000'000'001}, {1'700'000'000'123'456}}, &bytes);
  encoder.Append(BeginLooksEvent{0, RunEnd::kEnd}, &bytes);
  encoder.Append(LookEvent{0, RunEnd::kEnd, {Timed(Counts(5), 10, 20), Timed(Counts(6), 30, 40)}}, &bytes);
  encoder.Append(HeldBackEvent{0}, &bytes);
  encoder.Append(MomentEvent{Moment::kRunEnds, {77}, {-88}}, &bytes);
  encoder.Append(HangingEvent{1}, &bytes);
  encoder.Append(users, &bytes);
  encoder.Append(LostEvent{12}, &bytes);
  encoder.Append(EndEvent{}, &bytes);

  TraceDecoder decoder(header);
  ByteReader reader(bytes);
  const auto begin = std::get<BeginRunEvent>(decoder.Take(&reader).value());
  EXPECT_EQ(begin.lane, 1u);
  EXPECT_EQ(begin.start.ns, 5'000'000'001);
  EXPECT_EQ(begin.start_utc.unix_us, 1'700'000'000'123'456);
  EXPECT_EQ(std::get<BeginLooksEvent>(decoder.Take(&reader).value()).end, RunEnd::kEnd);
  const auto look = std::get<LookEvent>(decoder.Take(&reader).value());
  EXPECT_EQ(look.end, RunEnd::kEnd);
  EXPECT_EQ(look.readings.at(1).counts, 6u);
  EXPECT_EQ(look.readings.at(1).after.ns, 40);
  EXPECT_EQ(std::get<HeldBackEvent>(decoder.Take(&reader).value()).lane, 0u);
  const auto moment = std::get<MomentEvent>(decoder.Take(&reader).value());
  EXPECT_EQ(moment.moment, Moment::kRunEnds);
  EXPECT_EQ(moment.boot.ns, 77);
  EXPECT_EQ(moment.utc.unix_us, -88);
  EXPECT_EQ(std::get<HangingEvent>(decoder.Take(&reader).value()).lane, 1u);
  const auto found = std::get<UsersEvent>(decoder.Take(&reader).value());
  EXPECT_EQ(found.job_cpu, users.job_cpu);
  EXPECT_EQ(found.machine_cpu, users.machine_cpu);
  EXPECT_EQ(found.run_id, users.run_id);
  EXPECT_EQ(found.followed_by, users.followed_by);
  EXPECT_EQ(found.exit_status, 137);
  EXPECT_EQ(found.outlived, 2);
  ASSERT_EQ(found.parts.size(), 1u);
  EXPECT_EQ(found.parts[0].domain, "gpu-0");
  EXPECT_EQ(found.parts[0].high, 1.0 / 3);
  EXPECT_EQ(found.parts[0].by, "GPU time by process");
  EXPECT_EQ(std::get<LostEvent>(decoder.Take(&reader).value()).events, 12u);
  EXPECT_TRUE(std::holds_alternative<EndEvent>(decoder.Take(&reader).value()));
  EXPECT_TRUE(reader.empty());
}

TEST(TraceCodecTest, ALaneThatIsNotThereIsRefused) {
  TraceDecoder decoder(TwoMeters());
  for (const char kind : {'\1', '\2', '\3', '\4', '\5', '\6'}) {
    const std::string bytes{kind, 7, 0, 0, 0, 0, 0, 0, 0};
    ByteReader reader(bytes);
    EXPECT_FALSE(decoder.Take(&reader).has_value()) << int{kind};
  }
}

TEST(TraceCodecTest, TimesThatNoClockShowsAreRefused) {
  const TraceHeader header = TwoMeters();
  std::string bytes;
  TraceEncoder(header).Append(MomentEvent{Moment::kRunEnds, {std::int64_t{-1}}, {}}, &bytes);
  ByteReader reader(bytes);
  EXPECT_FALSE(TraceDecoder(header).Take(&reader).has_value());
}

TEST(TraceCodecTest, ASteadyMachineTakesFewBytes) {
  const TraceHeader header = TwoMeters();
  TraceEncoder encoder(header);
  std::string bytes;
  constexpr int kTicks = 1000;
  for (int i = 0; i < kTicks; ++i) {
    // Every 100 ms give or take 50 us; 50 W and 5 W give or take a percent; reads take 5 us and some.
    const std::int64_t began = 100'000'000LL * i + (i * 7919) % 50'000;
    const auto counts = static_cast<std::uint64_t>(5'000'000LL * i + (i * 104'729) % 50'000);
    const std::int64_t jitter = (i * 31) % 400;
    encoder.Append(TickEvent{0,
                             {{began},
                              {began + 25'000 + jitter},
                              Seconds{static_cast<double>(began + 25'000 + jitter) * 1e-9}},
                             {Timed(Counts(counts), began + 300, began + 5'300 + jitter),
                              Timed(Counts(counts / 10), began + 5'600 + jitter, began + 11'000 + jitter)}},
                   &bytes);
  }
  EXPECT_LT(bytes.size(), kTicks * 25u);
}

}  // namespace
}  // namespace jouleprint::sampling
