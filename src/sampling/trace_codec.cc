#include "sampling/trace_codec.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <optional>
#include <variant>

namespace jouleprint::sampling {
namespace {

// The low four bits of an event's first byte; the upper four are flags of its kind.
enum Kind : std::uint8_t {
  kTick = 1,
  kBeginRun = 2,
  kBeginLooks = 3,
  kLook = 4,
  kHeldBack = 5,
  kHanging = 6,
  kMoment = 7,
  kUsers = 8,
  kLost = 9,
  kEnd = 10,
};
constexpr std::uint8_t kKindMask = 0x0F;
constexpr std::uint8_t kOddStates = 0x10;  // of readings: a byte of state before each
constexpr std::uint8_t kOddClock = 0x20;   // of a tick: Awake as its eight bytes
constexpr std::uint8_t kAtEnd = 0x40;      // of looks: those at the end of the run
constexpr unsigned kMomentShift = 4;
constexpr auto kLastMoment = static_cast<std::uint8_t>(Moment::kRunEnds);
constexpr auto kLastState = static_cast<std::uint8_t>(meters::ReadState::kGone);

constexpr double kNanosecond = 1e-9;

// Differences are taken modulo 2^64, so that no pair of values can overflow.
std::int64_t Less(std::int64_t a, std::int64_t b) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) - static_cast<std::uint64_t>(b));
}
std::int64_t More(std::int64_t a, std::int64_t b) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) + static_cast<std::uint64_t>(b));
}

// Both of our clocks make seconds of whole nanoseconds in this one way.
std::optional<std::int64_t> WholeNanoseconds(Seconds s) {
  constexpr double kLargest = 9e18;
  const double ns = s.value() / kNanosecond;
  if (!(std::abs(ns) < kLargest)) return std::nullopt;
  const auto whole = static_cast<std::int64_t>(std::llround(ns));
  const double back = static_cast<double>(whole) * kNanosecond;
  if (std::bit_cast<std::uint64_t>(back) != std::bit_cast<std::uint64_t>(s.value())) return std::nullopt;
  return whole;
}

bool HasValue(const meters::Reading& reading) {
  return reading.state == meters::ReadState::kOk || reading.state == meters::ReadState::kStale;
}

bool AllOk(const std::vector<meters::Reading>& readings) {
  for (const meters::Reading& reading : readings) {
    if (reading.state != meters::ReadState::kOk) return false;
  }
  return true;
}

// Times are clocks': within these bounds no difference of two overflows. 2^62 ns are 146 years of uptime.
constexpr std::int64_t kLatestNs = std::int64_t{1} << 62;
constexpr std::int64_t kLatestUtcUs = std::int64_t{1} << 60;

bool Possible(os::BootTime time) { return time.ns >= 0 && time.ns <= kLatestNs; }
bool Possible(UtcTime time) { return time.unix_us >= -kLatestUtcUs && time.unix_us <= kLatestUtcUs; }
bool Possible(Seconds clock) {
  return std::abs(clock.value()) < static_cast<double>(kLatestNs) * kNanosecond;
}

bool Possible(const std::vector<meters::Reading>& readings) {
  for (const meters::Reading& reading : readings) {
    if (!Possible(reading.before) || !Possible(reading.after)) return false;
  }
  return true;
}

bool Possible(const TraceEvent& event) {
  if (const auto* e = std::get_if<TickEvent>(&event)) {
    return Possible(e->tick.began) && Possible(e->tick.now) && Possible(e->tick.awake) &&
           Possible(e->readings);
  }
  if (const auto* e = std::get_if<LookEvent>(&event)) return Possible(e->readings);
  if (const auto* e = std::get_if<BeginRunEvent>(&event)) return Possible(e->start) && Possible(e->start_utc);
  if (const auto* e = std::get_if<MomentEvent>(&event)) return Possible(e->boot) && Possible(e->utc);
  if (const auto* e = std::get_if<UsersEvent>(&event))
    return Possible(e->job_cpu) && Possible(e->machine_cpu);
  return true;
}

std::uint8_t FlagsOf(const std::vector<meters::Reading>& readings) {
  return AllOk(readings) ? 0 : kOddStates;
}

}  // namespace

TraceMemory::TraceMemory(const TraceHeader& header) {
  for (const TraceLane& traced : header.lanes) {
    Lane& lane = lanes.emplace_back();
    for (const meters::DomainInfo& domain : traced.domains)
      lane.domains.emplace_back().counter = domain.kind == meters::ReadingKind::kCounter;
  }
}

void TraceEncoder::Append(const TraceEvent& event, std::string* out) {
  ByteWriter bytes(out);
  std::visit([&](const auto& e) { Put(e, &bytes); }, event);
}

void TraceEncoder::Put(const TickEvent& event, ByteWriter* out) {
  TraceMemory::Lane& lane = memory_.lanes[event.lane];
  const Tick& tick = event.tick;
  const auto awake_ns = WholeNanoseconds(tick.awake);
  out->Byte(kTick | FlagsOf(event.readings) | (awake_ns ? 0 : kOddClock));
  out->Varint(event.lane);
  const std::int64_t step_ns = Less(tick.began.ns, lane.began_ns);
  out->Zigzag(Less(step_ns, lane.step_ns));
  const std::int64_t took_ns = Less(tick.now.ns, tick.began.ns);
  out->Zigzag(Less(took_ns, lane.took_ns));
  if (awake_ns) {
    const std::int64_t asleep_ns = Less(tick.now.ns, *awake_ns);
    out->Zigzag(Less(asleep_ns, lane.asleep_ns));
    lane.asleep_ns = asleep_ns;
  } else {
    out->Fixed64(std::bit_cast<std::uint64_t>(tick.awake.value()));
  }
  lane.began_ns = tick.began.ns;
  lane.step_ns = step_ns;
  lane.took_ns = took_ns;
  PutReadings(event.lane, tick.began.ns, event.readings, out);
}

void TraceEncoder::PutReadings(std::size_t lane, std::int64_t began_ns,
                               const std::vector<meters::Reading>& readings, ByteWriter* out) {
  const bool odd_states = !AllOk(readings);
  std::int64_t before_it = began_ns;
  for (std::size_t i = 0; i < readings.size(); ++i) {
    const meters::Reading& reading = readings[i];
    TraceMemory::Domain& last = memory_.lanes[lane].domains[i];
    if (odd_states) out->Byte(static_cast<std::uint8_t>(reading.state));
    if (!HasValue(reading)) continue;
    if (last.counter) {
      const std::uint64_t step = reading.counts - last.counts;
      out->Zigzag(static_cast<std::int64_t>(step - last.step));
      last.counts = reading.counts;
      last.step = step;
    } else {
      out->Double(reading.watts, last.watts);
      last.watts = reading.watts;
    }
    const std::int64_t pause_ns = Less(reading.before.ns, before_it);
    const std::int64_t width_ns = Less(reading.after.ns, reading.before.ns);
    out->Zigzag(Less(pause_ns, last.pause_ns));
    out->Zigzag(Less(width_ns, last.width_ns));
    last.pause_ns = pause_ns;
    last.width_ns = width_ns;
    before_it = reading.after.ns;
  }
}

void TraceEncoder::Put(const BeginRunEvent& event, ByteWriter* out) {
  out->Byte(kBeginRun);
  out->Varint(event.lane);
  out->Zigzag(event.start.ns);
  out->Zigzag(event.start_utc.unix_us);
}

void TraceEncoder::Put(const BeginLooksEvent& event, ByteWriter* out) {
  out->Byte(kBeginLooks | (event.end == RunEnd::kEnd ? kAtEnd : 0));
  out->Varint(event.lane);
}

void TraceEncoder::Put(const LookEvent& event, ByteWriter* out) {
  out->Byte(kLook | FlagsOf(event.readings) | (event.end == RunEnd::kEnd ? kAtEnd : 0));
  out->Varint(event.lane);
  PutReadings(event.lane, memory_.lanes[event.lane].began_ns, event.readings, out);
}

void TraceEncoder::Put(const HeldBackEvent& event, ByteWriter* out) {
  out->Byte(kHeldBack);
  out->Varint(event.lane);
}

void TraceEncoder::Put(const HangingEvent& event, ByteWriter* out) {
  out->Byte(kHanging);
  out->Varint(event.lane);
}

void TraceEncoder::Put(const MomentEvent& event, ByteWriter* out) {
  out->Byte(static_cast<std::uint8_t>(kMoment | static_cast<unsigned>(event.moment) << kMomentShift));
  out->Zigzag(event.boot.ns);
  out->Zigzag(event.utc.unix_us);
}

void TraceEncoder::Put(const UsersEvent& event, ByteWriter* out) {
  out->Byte(kUsers);
  out->Double(event.job_cpu.value(), 0);
  out->Double(event.machine_cpu.value(), 0);
  out->Text(event.run_id);
  out->Text(event.followed_by);
  out->Zigzag(event.exit_status);
  out->Zigzag(event.outlived);
  out->Varint(event.parts.size());
  for (const UsersEvent::Part& part : event.parts) {
    out->Text(part.domain);
    for (const double value : {part.value, part.low, part.high}) out->Double(value, 0);
    out->Text(part.by);
  }
}

void TraceEncoder::Put(const LostEvent& event, ByteWriter* out) {
  out->Byte(kLost);
  out->Varint(event.events);
}

void TraceEncoder::Put(const EndEvent&, ByteWriter* out) { out->Byte(kEnd); }

std::optional<TraceEvent> TraceDecoder::Take(ByteReader* bytes) {
  const std::uint8_t first = bytes->Byte();
  const std::uint8_t kind = first & kKindMask;
  const std::uint8_t flags = first & static_cast<std::uint8_t>(~kKindMask);
  std::optional<TraceEvent> event =
      kind <= kHanging ? TakeOfLane(kind, flags, bytes) : TakeOfRun(kind, flags, bytes);
  if (!bytes->ok() || !event || !Possible(*event)) return std::nullopt;
  return event;
}

std::optional<std::size_t> TraceDecoder::TakeLane(ByteReader* bytes) const {
  const std::uint64_t lane = bytes->Varint();
  if (!bytes->ok() || lane >= memory_.lanes.size()) return std::nullopt;
  return static_cast<std::size_t>(lane);
}

std::optional<TraceEvent> TraceDecoder::TakeOfLane(std::uint8_t kind, std::uint8_t flags, ByteReader* bytes) {
  const std::optional<std::size_t> lane = TakeLane(bytes);
  if (!lane) return std::nullopt;
  const bool odd_states = (flags & kOddStates) != 0;
  const RunEnd end = (flags & kAtEnd) != 0 ? RunEnd::kEnd : RunEnd::kStart;
  switch (kind) {
    case kTick:
      return TakeTick(*lane, (flags & kOddClock) != 0, odd_states, bytes);
    case kBeginRun: {
      const os::BootTime start{bytes->Zigzag()};
      return BeginRunEvent{*lane, start, UtcTime{bytes->Zigzag()}};
    }
    case kBeginLooks:
      return BeginLooksEvent{*lane, end};
    case kLook:
      return LookEvent{*lane, end, TakeReadings(*lane, memory_.lanes[*lane].began_ns, odd_states, bytes)};
    case kHeldBack:
      return HeldBackEvent{*lane};
    case kHanging:
      return HangingEvent{*lane};
    default:
      return std::nullopt;
  }
}

TickEvent TraceDecoder::TakeTick(std::size_t lane, bool odd_clock, bool odd_states, ByteReader* bytes) {
  TraceMemory::Lane& last = memory_.lanes[lane];
  TickEvent event;
  event.lane = lane;
  last.step_ns = More(last.step_ns, bytes->Zigzag());
  last.began_ns = More(last.began_ns, last.step_ns);
  last.took_ns = More(last.took_ns, bytes->Zigzag());
  event.tick.began.ns = last.began_ns;
  event.tick.now.ns = More(last.began_ns, last.took_ns);
  if (odd_clock) {
    event.tick.awake = Seconds{std::bit_cast<double>(bytes->Fixed64())};
  } else {
    last.asleep_ns = More(last.asleep_ns, bytes->Zigzag());
    event.tick.awake = Seconds{static_cast<double>(Less(event.tick.now.ns, last.asleep_ns)) * kNanosecond};
  }
  event.readings = TakeReadings(lane, last.began_ns, odd_states, bytes);
  return event;
}

std::vector<meters::Reading> TraceDecoder::TakeReadings(std::size_t lane, std::int64_t began_ns,
                                                        bool odd_states, ByteReader* bytes) {
  std::vector<meters::Reading> readings(memory_.lanes[lane].domains.size());
  std::int64_t before_it = began_ns;
  for (std::size_t i = 0; i < readings.size(); ++i) {
    meters::Reading& reading = readings[i];
    TraceMemory::Domain& last = memory_.lanes[lane].domains[i];
    const std::uint8_t state = odd_states ? bytes->Byte() : 0;
    reading.state = static_cast<meters::ReadState>(std::min(state, kLastState));
    if (!HasValue(reading)) continue;
    if (last.counter) {
      last.step += static_cast<std::uint64_t>(bytes->Zigzag());
      reading.counts = last.counts += last.step;
    } else {
      reading.watts = last.watts = bytes->Double(last.watts);
    }
    last.pause_ns = More(last.pause_ns, bytes->Zigzag());
    last.width_ns = More(last.width_ns, bytes->Zigzag());
    reading.before.ns = More(before_it, last.pause_ns);
    reading.after.ns = before_it = More(reading.before.ns, last.width_ns);
  }
  return readings;
}

std::optional<TraceEvent> TraceDecoder::TakeOfRun(std::uint8_t kind, std::uint8_t flags, ByteReader* bytes) {
  switch (kind) {
    case kMoment: {
      const auto moment = static_cast<std::uint8_t>(flags >> kMomentShift);
      if (moment > kLastMoment) return std::nullopt;
      const os::BootTime boot{bytes->Zigzag()};
      return MomentEvent{static_cast<Moment>(moment), boot, UtcTime{bytes->Zigzag()}};
    }
    case kUsers: {
      UsersEvent event;
      event.job_cpu = Seconds{bytes->Double(0)};
      event.machine_cpu = Seconds{bytes->Double(0)};
      event.run_id = bytes->Text();
      event.followed_by = bytes->Text();
      event.exit_status = bytes->Zigzag();
      event.outlived = bytes->Zigzag();
      const std::uint64_t parts = bytes->Varint();
      for (std::uint64_t i = 0; i < parts && bytes->ok(); ++i) {
        UsersEvent::Part& part = event.parts.emplace_back();
        part.domain = bytes->Text();
        for (double* value : {&part.value, &part.low, &part.high}) *value = bytes->Double(0);
        part.by = bytes->Text();
      }
      return event;
    }
    case kLost:
      return LostEvent{bytes->Varint()};
    case kEnd:
      return EndEvent{};
    default:
      return std::nullopt;
  }
}

}  // namespace jouleprint::sampling
