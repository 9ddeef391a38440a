#include "sampling/trace_writer.h"

#include <algorithm>
#include <chrono>
#include <cstring>
#include <system_error>
#include <utility>

#include "os/signals.h"

namespace jouleprint::sampling {
namespace {

// How long the ring is left to fill: a crash loses as much, and a meter read every millisecond needs a
// twentieth of the ring meanwhile.
constexpr std::chrono::milliseconds kDrainEvery{100};
// A block is written when it is so large, or with the next drain.
constexpr std::size_t kLargeBlock = 1 << 15;
constexpr std::chrono::seconds kBlockEvery{1};
// For what the run itself says: without it a trace is worth nothing.
constexpr std::size_t kReserve = 1 << 16;

// What lies in the ring: this, and for ticks and looks the readings.
struct Entry {
  enum class Kind : std::uint32_t {
    kTick,
    kBeginRun,
    kBeginLooks,
    kLook,
    kHeldBack,
    kMoment,
    kHanging,
    kUsers
  };
  Kind kind = Kind::kTick;
  std::uint32_t lane = 0;
  Tick tick{};
  os::BootTime boot{};
  UtcTime utc{};
  RunEnd end = RunEnd::kStart;
  Moment moment = Moment::kBaselineBegins;
};

std::string_view BytesOfAll(std::span<const meters::Reading> readings) {
  return {reinterpret_cast<const char*>(readings.data()), readings.size_bytes()};
}

std::vector<meters::Reading> ReadingsIn(std::string_view bytes) {
  std::vector<meters::Reading> readings(bytes.size() / sizeof(meters::Reading));
  if (!readings.empty()) std::memcpy(readings.data(), bytes.data(), bytes.size());
  return readings;
}

TraceEvent EventOf(const Entry& entry, std::string_view rest) {
  switch (entry.kind) {
    case Entry::Kind::kTick:
      return TickEvent{entry.lane, entry.tick, ReadingsIn(rest)};
    case Entry::Kind::kBeginRun:
      return BeginRunEvent{entry.lane, entry.boot, entry.utc};
    case Entry::Kind::kBeginLooks:
      return BeginLooksEvent{entry.lane, entry.end};
    case Entry::Kind::kLook:
      return LookEvent{entry.lane, entry.end, ReadingsIn(rest)};
    case Entry::Kind::kHeldBack:
      return HeldBackEvent{entry.lane};
    case Entry::Kind::kMoment:
      return MomentEvent{entry.moment, entry.boot, entry.utc};
    case Entry::Kind::kHanging:
    case Entry::Kind::kUsers:
      break;
  }
  return HangingEvent{entry.lane};
}

}  // namespace

class TraceWriter::Tap final : public LedgerTap {
 public:
  Tap(std::shared_ptr<TraceWriter> writer, std::size_t lane)
      : writer_(std::move(writer)), lane_(static_cast<std::uint32_t>(lane)) {}

  void OnTick(std::span<const meters::Reading> readings, const Tick& tick) noexcept override {
    const Entry entry{.kind = Entry::Kind::kTick, .lane = lane_, .tick = tick};
    writer_->ring_.Push({BytesOf(entry), BytesOfAll(readings)});
  }
  void OnBeginRun(os::BootTime start, UtcTime start_utc) noexcept override {
    const Entry entry{.kind = Entry::Kind::kBeginRun, .lane = lane_, .boot = start, .utc = start_utc};
    writer_->ring_.Push({BytesOf(entry)}, TraceRing::Priority::kUrgent);
  }
  void OnBeginLooks(RunEnd end) noexcept override {
    const Entry entry{.kind = Entry::Kind::kBeginLooks, .lane = lane_, .end = end};
    writer_->ring_.Push({BytesOf(entry)});
  }
  void OnLook(RunEnd end, std::span<const meters::Reading> readings) noexcept override {
    const Entry entry{.kind = Entry::Kind::kLook, .lane = lane_, .end = end};
    writer_->ring_.Push({BytesOf(entry), BytesOfAll(readings)});
  }
  void OnHeldBack() noexcept override {
    const Entry entry{.kind = Entry::Kind::kHeldBack, .lane = lane_};
    writer_->ring_.Push({BytesOf(entry)});
  }

 private:
  const std::shared_ptr<TraceWriter> writer_;
  const std::uint32_t lane_;
};

TraceWriter::TraceWriter(os::OutputFile file, const TraceHeader& header, std::size_t ring_bytes)
    : file_(std::move(file)), ring_(ring_bytes, std::min(kReserve, ring_bytes / 2)), encoder_(header) {}

Result<std::shared_ptr<TraceWriter>> TraceWriter::Create(const std::string& path, const TraceHeader& header,
                                                         std::size_t ring_bytes) {
  Result<os::OutputFile> file = os::OutputFile::Create(path);
  if (!file.ok()) return file.error();
  std::shared_ptr<TraceWriter> writer(new TraceWriter(std::move(*file), header, ring_bytes));
  std::string start(kTraceMagic);
  ByteWriter(&start).Fixed32(kTraceVersion);
  if (Status written = writer->file_.Write(start); !written.ok()) return written.error();
  if (Status written = writer->WriteBlock(kHeaderBlock, ToJson(header)); !written.ok())
    return written.error();
  try {
    writer->thread_ = std::thread([w = writer.get()] { w->Loop(); });
  } catch (const std::system_error&) {
    return Error{ErrorCode::kIo, "no thread can be started to write " + path,
                 "free some, or leave the trace"};
  }
  return writer;
}

TraceWriter::~TraceWriter() { Close(); }

std::shared_ptr<LedgerTap> TraceWriter::TapOf(std::size_t lane) {
  return std::make_shared<Tap>(shared_from_this(), lane);
}

void TraceWriter::Note(const MomentEvent& event) noexcept {
  const Entry entry{
      .kind = Entry::Kind::kMoment, .boot = event.boot, .utc = event.utc, .moment = event.moment};
  ring_.Push({BytesOf(entry)}, TraceRing::Priority::kUrgent);
}

void TraceWriter::Note(const HangingEvent& event) noexcept {
  const Entry entry{.kind = Entry::Kind::kHanging, .lane = static_cast<std::uint32_t>(event.lane)};
  ring_.Push({BytesOf(entry)}, TraceRing::Priority::kUrgent);
}

// It stands by itself, so it may be encoded here.
void TraceWriter::Note(const UsersEvent& event) {
  const Entry entry{.kind = Entry::Kind::kUsers};
  std::string encoded;
  TraceEncoder(TraceHeader{}).Append(event, &encoded);
  ring_.Push({BytesOf(entry), encoded}, TraceRing::Priority::kUrgent);
}

void TraceWriter::Loop() {
  auto next_block = std::chrono::steady_clock::now() + kBlockEvery;
  std::unique_lock lock(mutex_);
  while (!closing_) {
    closing_changed_.wait_for(lock, kDrainEvery, [this] { return closing_; });
    lock.unlock();
    Drain();
    if (const auto now = std::chrono::steady_clock::now(); now >= next_block) {
      next_block = now + kBlockEvery;
      Flush();
    }
    lock.lock();
  }
}

void TraceWriter::Drain() {
  TraceRing::Message message;
  while (ring_.Pop(&message)) {
    AddLost(message.dropped_before);
    Entry entry;
    std::memcpy(&entry, message.bytes.data(), sizeof entry);
    const std::string_view rest = std::string_view(message.bytes).substr(sizeof entry);
    if (entry.kind == Entry::Kind::kUsers) {
      block_ += rest;
    } else {
      encoder_.Append(EventOf(entry, rest), &block_);
    }
    if (block_.size() >= kLargeBlock) Flush();
  }
}

void TraceWriter::AddLost(std::uint64_t events) {
  if (events == 0) return;
  lost_ += events;
  encoder_.Append(LostEvent{events}, &block_);
}

void TraceWriter::Flush() {
  if (block_.empty()) return;
  if (failure_.empty()) {
    if (const Status written = WriteBlock(kEventBlock, block_); !written.ok())
      failure_ = "the trace ends early: " + written.error().message;
  }
  block_.clear();
}

Status TraceWriter::WriteBlock(std::uint8_t kind, std::string_view payload) {
  std::string checked(1, static_cast<char>(kind));
  checked += payload;
  std::string block;
  ByteWriter out(&block);
  out.Fixed32(static_cast<std::uint32_t>(checked.size()));
  out.Fixed32(Crc32(checked));
  block += checked;
  const os::BrokenPipesFail quietly;
  return file_.Write(block);
}

void TraceWriter::Close() {
  if (!thread_.joinable()) return;
  {
    const std::scoped_lock lock(mutex_);
    closing_ = true;
    closing_changed_.notify_all();
  }
  thread_.join();
  Drain();
  AddLost(ring_.dropped());
  encoder_.Append(EndEvent{}, &block_);
  Flush();
  if (failure_.empty() && lost_ > 0) {
    failure_ = "the trace lacks " + std::to_string(lost_) +
               " events that the disk was too slow for: its figures are not those of the run";
  }
}

}  // namespace jouleprint::sampling
