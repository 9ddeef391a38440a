// Reads a trace: the header at once, then event by event up to the end, or to where it is cut or damaged.
// Takes any bytes at all. Tested by tests/sampling/trace_test.cc and tests/fuzz/trace_fuzzer.cc.
#ifndef JOULEPRINT_SAMPLING_TRACE_READER_H_
#define JOULEPRINT_SAMPLING_TRACE_READER_H_

#include <optional>
#include <string>
#include <string_view>

#include "sampling/byte_code.h"
#include "sampling/trace_codec.h"

namespace jouleprint::sampling {

class TraceReader {
 public:
  /// kIo and its like where the file cannot be read; else as FromBytes, with the file's name.
  static Result<TraceReader> Open(const std::string& path);
  /// `name` is what errors call it. An error when there is not even a header.
  static Result<TraceReader> FromBytes(std::string bytes, const std::string& name);

  const TraceHeader& header() const { return header_; }
  std::int64_t bytes() const { return static_cast<std::int64_t>(bytes_.size()); }
  /// The next event; nothing at the end.
  std::optional<TraceEvent> Next();
  /// Why the trace ended before its end, in one sentence; "" when it did not. After the last Next.
  const std::string& problem() const { return problem_; }

 private:
  TraceReader(std::string bytes, std::string name) : bytes_(std::move(bytes)), name_(std::move(name)) {}
  /// The payload of the next block of that kind; empty at the end and where there is a problem.
  std::string_view NextBlock(std::uint8_t kind);
  Status ReadStart();
  void Stop(const std::string& problem);

  std::string bytes_;
  std::string name_;
  std::size_t at_ = 0;
  TraceHeader header_;
  std::optional<TraceDecoder> decoder_;
  std::size_t block_from_ = 0;  // what is left of the block, as a part of bytes_
  std::size_t block_to_ = 0;
  bool over_ = false;
  std::string problem_;
};

}  // namespace jouleprint::sampling

#endif  // JOULEPRINT_SAMPLING_TRACE_READER_H_
