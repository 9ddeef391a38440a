// Events of a trace as bytes, and back. What changes little is written as the change of the change: a
// tick of a steady counter is a few bytes. docs/formats/trace.md describes every byte.
//
// The encoder and the decoder remember the same last values; events must be decoded in the order in which
// they were encoded. The decoder takes any bytes at all (tests/fuzz/trace_fuzzer.cc).
// Tested by tests/sampling/trace_codec_test.cc.
#ifndef JOULEPRINT_SAMPLING_TRACE_CODEC_H_
#define JOULEPRINT_SAMPLING_TRACE_CODEC_H_

#include <span>
#include <string>
#include <vector>

#include "sampling/byte_code.h"
#include "sampling/trace_event.h"
#include "sampling/trace_header.h"

namespace jouleprint::sampling {

/// What both ends remember.
class TraceMemory {
 public:
  struct Domain {
    bool counter = false;
    std::uint64_t counts = 0;
    std::uint64_t step = 0;  // of the counts
    double watts = 0;
    std::int64_t pause_ns = 0;  // from the domain before to this one
    std::int64_t width_ns = 0;  // from before to after
  };
  struct Lane {
    std::int64_t began_ns = 0;
    std::int64_t step_ns = 0;
    std::int64_t took_ns = 0;
    std::int64_t asleep_ns = 0;  // Boot less Awake
    std::vector<Domain> domains;
  };

  explicit TraceMemory(const TraceHeader& header);
  std::vector<Lane> lanes;
};

class TraceEncoder {
 public:
  explicit TraceEncoder(const TraceHeader& header) : memory_(header) {}
  void Append(const TraceEvent& event, std::string* out);

 private:
  void Put(const TickEvent& event, ByteWriter* out);
  void Put(const BeginRunEvent& event, ByteWriter* out);
  void Put(const BeginLooksEvent& event, ByteWriter* out);
  void Put(const LookEvent& event, ByteWriter* out);
  void Put(const HeldBackEvent& event, ByteWriter* out);
  void Put(const MomentEvent& event, ByteWriter* out);
  void Put(const HangingEvent& event, ByteWriter* out);
  void Put(const UsersEvent& event, ByteWriter* out);
  void Put(const LostEvent& event, ByteWriter* out);
  void Put(const EndEvent& event, ByteWriter* out);
  void PutReadings(std::size_t lane, std::int64_t began_ns, const std::vector<meters::Reading>& readings,
                   ByteWriter* out);

  TraceMemory memory_;
};

class TraceDecoder {
 public:
  explicit TraceDecoder(const TraceHeader& header) : memory_(header) {}
  /// The next event; nothing when the bytes make no sense.
  std::optional<TraceEvent> Take(ByteReader* bytes);

 private:
  std::optional<std::size_t> TakeLane(ByteReader* bytes) const;
  TickEvent TakeTick(std::size_t lane, bool odd_clock, bool odd_states, ByteReader* bytes);
  std::vector<meters::Reading> TakeReadings(std::size_t lane, std::int64_t began_ns, bool odd_states,
                                            ByteReader* bytes);
  std::optional<TraceEvent> TakeOfLane(std::uint8_t kind, std::uint8_t flags, ByteReader* bytes);
  std::optional<TraceEvent> TakeOfRun(std::uint8_t kind, std::uint8_t flags, ByteReader* bytes);

  TraceMemory memory_;
};

}  // namespace jouleprint::sampling

#endif  // JOULEPRINT_SAMPLING_TRACE_CODEC_H_
