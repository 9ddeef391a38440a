// A fixed piece of memory between those who must not wait and the one who writes to disk.
//
// Many threads put pieces of bytes in, each whole or not at all; one thread takes them out, in the same
// order. Push copies and is done: it allocates nothing, calls nobody, and when there is no room it counts
// what it had to drop. Tested by tests/sampling/trace_ring_test.cc.
#ifndef JOULEPRINT_SAMPLING_TRACE_RING_H_
#define JOULEPRINT_SAMPLING_TRACE_RING_H_

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace jouleprint::sampling {

class TraceRing {
 public:
  /// `reserve` of the `capacity` bytes are for those who push with kUrgent.
  TraceRing(std::size_t capacity, std::size_t reserve);

  enum class Priority { kUsual, kUrgent };
  /// One message of all the parts; false when it was dropped.
  bool Push(std::initializer_list<std::string_view> parts, Priority priority = Priority::kUsual) noexcept;
  struct Message {
    std::string bytes;
    std::uint32_t dropped_before = 0;  ///< messages that had to be dropped just before it
  };
  /// The oldest message; false when there is none. One thread at a time.
  bool Pop(Message* message);
  /// Messages dropped since the newest.
  std::uint32_t dropped();

 private:
  // Before each message: how long it is and how many were dropped since the one before.
  struct Prefix {
    std::uint32_t size = 0;
    std::uint32_t dropped = 0;
  };

  void CopyIn(std::string_view bytes) noexcept;
  void CopyOut(std::uint64_t from, std::span<char> bytes) const;

  const std::size_t reserve_;
  std::vector<char> memory_;
  std::mutex mutex_;  // over a few hundred bytes' copy at most
  std::uint64_t head_ = 0;
  std::uint64_t tail_ = 0;
  std::uint32_t dropped_ = 0;
};

/// The bytes of a plain value.
template <class T>
std::string_view BytesOf(const T& value) {
  return {reinterpret_cast<const char*>(&value), sizeof value};
}

}  // namespace jouleprint::sampling

#endif  // JOULEPRINT_SAMPLING_TRACE_RING_H_
