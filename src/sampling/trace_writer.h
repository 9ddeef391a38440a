// Writes a trace while a run goes on: what the lanes and the run say goes into a ring at once; a thread of
// its own takes it out, encodes it and writes whole blocks, each with a checksum. A run that is killed, or
// a disk that is full, leaves a trace that ends with its last whole block. docs/formats/trace.md.
//
// Where the file can no longer be written the rest is thrown away: the run goes on, and failure() says
// why. Safe from any thread, but for Close. Tested by tests/sampling/trace_test.cc.
#ifndef JOULEPRINT_SAMPLING_TRACE_WRITER_H_
#define JOULEPRINT_SAMPLING_TRACE_WRITER_H_

#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "os/output_file.h"
#include "sampling/lane.h"
#include "sampling/trace_codec.h"
#include "sampling/trace_ring.h"

namespace jouleprint::sampling {

inline constexpr std::string_view kTraceMagic = "jptrace\n";
inline constexpr std::uint32_t kTraceVersion = 1;
/// The first byte of a block.
inline constexpr std::uint8_t kHeaderBlock = 'H';
inline constexpr std::uint8_t kEventBlock = 'E';
/// No block is larger: a damaged length must not ask for gigabytes.
inline constexpr std::uint32_t kLargestBlock = 1 << 24;

class TraceWriter : public std::enable_shared_from_this<TraceWriter> {
 public:
  /// Makes the file and writes the header; the thread runs from here on. `ring_bytes` is how much may wait
  /// for the disk.
  static Result<std::shared_ptr<TraceWriter>> Create(const std::string& path, const TraceHeader& header,
                                                     std::size_t ring_bytes = kRingBytes);
  ~TraceWriter();

  /// What SetTap of the lane takes.
  std::shared_ptr<LedgerTap> TapOf(std::size_t lane);
  void Note(const MomentEvent& event) noexcept;
  void Note(const HangingEvent& event) noexcept;
  void Note(const UsersEvent& event);

  /// Everything that has been noted is written, and the end. Once.
  void Close();
  /// Why the trace is not whole, in one sentence; "" when it is. After Close.
  const std::string& failure() const { return failure_; }
  std::int64_t bytes() const { return file_.written(); }
  const std::string& path() const { return file_.path(); }

 private:
  class Tap;
  static constexpr std::size_t kRingBytes = 1 << 21;

  TraceWriter(os::OutputFile file, const TraceHeader& header, std::size_t ring_bytes);
  void Loop();
  void Drain();
  void AddLost(std::uint64_t events);
  void Flush();
  Status WriteBlock(std::uint8_t kind, std::string_view payload);

  os::OutputFile file_;
  TraceRing ring_;
  TraceEncoder encoder_;
  std::string block_;
  std::uint64_t lost_ = 0;
  std::string failure_;

  std::mutex mutex_;
  std::condition_variable closing_changed_;
  bool closing_ = false;
  std::thread thread_;
};

}  // namespace jouleprint::sampling

#endif  // JOULEPRINT_SAMPLING_TRACE_WRITER_H_
