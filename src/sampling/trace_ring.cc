#include "sampling/trace_ring.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace jouleprint::sampling {

TraceRing::TraceRing(std::size_t capacity, std::size_t reserve) : reserve_(reserve), memory_(capacity) {}

bool TraceRing::Push(std::initializer_list<std::string_view> parts, Priority priority) noexcept {
  std::size_t size = 0;
  for (const std::string_view part : parts) size += part.size();
  const std::size_t kept_free = priority == Priority::kUrgent ? 0 : reserve_;
  const std::scoped_lock lock(mutex_);
  const std::size_t used = static_cast<std::size_t>(head_ - tail_);
  if (used + sizeof(Prefix) + size + kept_free > memory_.size()) {
    ++dropped_;
    return false;
  }
  const Prefix prefix{static_cast<std::uint32_t>(size), std::exchange(dropped_, 0)};
  CopyIn(BytesOf(prefix));
  for (const std::string_view part : parts) CopyIn(part);
  return true;
}

void TraceRing::CopyIn(std::string_view bytes) noexcept {
  const auto at = static_cast<std::size_t>(head_ % memory_.size());
  const std::size_t first = std::min(bytes.size(), memory_.size() - at);
  std::memcpy(memory_.data() + at, bytes.data(), first);
  if (first < bytes.size()) std::memcpy(memory_.data(), bytes.data() + first, bytes.size() - first);
  head_ += bytes.size();
}

// Nobody writes between tail and head, so the copy needs no lock.
bool TraceRing::Pop(Message* message) {
  {
    const std::scoped_lock lock(mutex_);
    if (head_ == tail_) return false;
  }
  Prefix prefix;
  CopyOut(tail_, {reinterpret_cast<char*>(&prefix), sizeof prefix});
  message->bytes.resize(prefix.size);
  message->dropped_before = prefix.dropped;
  CopyOut(tail_ + sizeof prefix, message->bytes);
  const std::scoped_lock lock(mutex_);
  tail_ += sizeof prefix + prefix.size;
  return true;
}

std::uint32_t TraceRing::dropped() {
  const std::scoped_lock lock(mutex_);
  return dropped_;
}

void TraceRing::CopyOut(std::uint64_t from, std::span<char> bytes) const {
  const auto at = static_cast<std::size_t>(from % memory_.size());
  const std::size_t first = std::min(bytes.size(), memory_.size() - at);
  std::memcpy(bytes.data(), memory_.data() + at, first);
  std::memcpy(bytes.data() + first, memory_.data(), bytes.size() - first);
}

}  // namespace jouleprint::sampling
