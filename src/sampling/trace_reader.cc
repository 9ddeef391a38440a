#include "sampling/trace_reader.h"

#include <utility>
#include <variant>

#include "os/file.h"
#include "sampling/trace_writer.h"

namespace jouleprint::sampling {
namespace {

constexpr std::size_t kVersionBytes = 4;
constexpr std::size_t kBlockPrefixBytes = 8;

}  // namespace

Result<TraceReader> TraceReader::Open(const std::string& path) {
  Result<std::string> bytes = os::ReadFile(path);
  if (!bytes.ok()) return bytes.error();
  return FromBytes(std::move(*bytes), path);
}

Result<TraceReader> TraceReader::FromBytes(std::string bytes, const std::string& name) {
  TraceReader reader(std::move(bytes), name);
  if (Status started = reader.ReadStart(); !started.ok()) return started.error();
  return reader;
}

Status TraceReader::ReadStart() {
  const std::string_view all = bytes_;
  if (!all.starts_with(kTraceMagic)) {
    return Error{ErrorCode::kInvalidArgument, name_ + " is not a trace",
                 "'jouleprint trace record' writes one"};
  }
  ByteReader version(all.substr(kTraceMagic.size()));
  const std::uint32_t found = version.Fixed32();
  if (version.ok() && found > kTraceVersion) {
    return Error{ErrorCode::kInvalidArgument,
                 name_ + " was written by a newer jouleprint (trace format " + std::to_string(found) + ")",
                 "read it with a newer jouleprint"};
  }
  at_ = kTraceMagic.size() + kVersionBytes;
  const std::string_view json = version.ok() && found == kTraceVersion ? NextBlock(kHeaderBlock) : "";
  if (json.empty()) {
    return Error{ErrorCode::kCorrupt,
                 name_ + " holds no whole header" + (problem_.empty() ? "" : ": " + problem_),
                 "record it again"};
  }
  Result<TraceHeader> header = TraceHeaderFromJson(json);
  if (!header.ok()) {
    return Error{header.error().code, name_ + ": " + header.error().message, header.error().hint};
  }
  header_ = std::move(*header);
  decoder_.emplace(header_);
  return {};
}

void TraceReader::Stop(const std::string& problem) {
  over_ = true;
  problem_ = problem;
}

std::string_view TraceReader::NextBlock(std::uint8_t kind) {
  const std::string_view rest =
      at_ < bytes_.size() ? std::string_view(bytes_).substr(at_) : std::string_view();
  ByteReader prefix(rest);
  const std::uint32_t size = prefix.Fixed32();
  const std::uint32_t crc = prefix.Fixed32();
  const std::string where = " at byte " + std::to_string(at_);
  if (!prefix.ok() || prefix.left() < size) {
    Stop("the trace is cut" + where);
    return {};
  }
  const std::string_view block = rest.substr(kBlockPrefixBytes, size);
  if (size == 0 || size > kLargestBlock || Crc32(block) != crc) {
    Stop("the trace is damaged" + where + ": a checksum is wrong");
    return {};
  }
  if (static_cast<std::uint8_t>(block.front()) != kind) {
    Stop("the trace is damaged" + where + ": a block is out of place");
    return {};
  }
  at_ += kBlockPrefixBytes + size;
  return block.substr(1);
}

std::optional<TraceEvent> TraceReader::Next() {
  if (over_) return std::nullopt;
  if (block_from_ == block_to_) {
    const std::string_view block = NextBlock(kEventBlock);
    if (over_) return std::nullopt;
    block_from_ = static_cast<std::size_t>(block.data() - bytes_.data());
    block_to_ = block_from_ + block.size();
  }
  ByteReader reader(std::string_view(bytes_).substr(block_from_, block_to_ - block_from_));
  std::optional<TraceEvent> event = decoder_->Take(&reader);
  if (!event) {
    Stop("the trace is damaged before byte " + std::to_string(block_to_) + ": an event makes no sense");
    return std::nullopt;
  }
  block_from_ = block_to_ - reader.left();
  over_ = std::holds_alternative<EndEvent>(*event);
  return event;
}

}  // namespace jouleprint::sampling
