// One symbol has written entries of different sizes: the unsuffixed one 16 bytes and, in drivers 450 and
// 455, 24; the third version 24 and, from 530 to before 535.98, 32 (nvidia-ml-py 12.535.77 against
// 12.535.108). So every entry gets room for the longest, the room is filled with a pattern, and where the
// pattern begins again tells how long the entries were.
#include "meters/nvidia/nvml_process_list.h"

#include <algorithm>
#include <cstdint>
#include <cstring>

namespace jouleprint::meters::nvml {
namespace {

constexpr std::size_t kLongestEntryBytes = 32;
constexpr std::size_t kStepBytes = 8;  // one size of entry is so much more than the one before
constexpr unsigned char kPattern = 0xa5;
constexpr std::size_t kMemoryAt = 8;
constexpr std::uint64_t kUnknownMemory = ~0ull;  // NVML_VALUE_NOT_AVAILABLE

constexpr unsigned kFirstRoom = 64;
// Processes may start between being told how many there are and asking again.
constexpr int kAttempts = 4;

class Entries {
 public:
  explicit Entries(unsigned room) : room_(room), bytes_(room * kLongestEntryBytes, kPattern) {}

  void* data() { return bytes_.data(); }

  std::vector<ListedProcess> Parse(std::size_t count, std::size_t least_bytes) const {
    count = std::min<std::size_t>(count, room_);
    const auto end = bytes_.begin() + static_cast<std::ptrdiff_t>(count * least_bytes);
    const bool as_declared = std::all_of(end, end + kStepBytes, [](auto byte) { return byte == kPattern; });
    const std::size_t stride = as_declared ? least_bytes : least_bytes + kStepBytes;
    std::vector<ListedProcess> processes;
    for (std::size_t i = 0; i < count; ++i) processes.push_back(One(i * stride));
    return processes;
  }

 private:
  ListedProcess One(std::size_t at) const {
    std::uint32_t pid = 0;
    std::uint64_t memory = 0;
    std::memcpy(&pid, bytes_.data() + at, sizeof pid);
    std::memcpy(&memory, bytes_.data() + at + kMemoryAt, sizeof memory);
    return {static_cast<pid_t>(pid), memory == kUnknownMemory ? 0 : static_cast<double>(memory)};
  }

  std::size_t room_;
  std::vector<unsigned char> bytes_;
};

}  // namespace

Return ListProcesses(const ProcessListFunction& function, Device device,
                     std::vector<ListedProcess>* processes) {
  unsigned room = kFirstRoom;
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    Entries entries(room);
    unsigned count = room;
    const Return result = function.call(device, &count, entries.data());
    if (result == Return::kInsufficientSize) {
      room = std::max(room, count) * 2;
      continue;
    }
    if (result != Return::kSuccess) return result;
    for (const ListedProcess& process : entries.Parse(count, function.entry_bytes)) {
      if (process.pid > 0) processes->push_back(process);
    }
    return result;
  }
  return Return::kInsufficientSize;
}

}  // namespace jouleprint::meters::nvml
