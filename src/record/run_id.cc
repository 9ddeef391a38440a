#include "record/run_id.h"

#include <algorithm>
#include <string_view>

#include "os/random.h"

namespace jouleprint::record {
namespace {

// Without I, L, O and U, which are easily misread (https://www.crockford.com/base32.html).
constexpr std::string_view kAlphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
constexpr std::int64_t kMaxTime = (std::int64_t{1} << 48) - 1;

void AppendBase32(std::uint64_t bits, int characters, std::string* out) {
  for (int i = characters - 1; i >= 0; --i) *out += kAlphabet[(bits >> (5 * i)) & 31];
}

}  // namespace

std::string RunIdOf(UtcTime start, const std::array<std::uint8_t, 10>& tail) {
  const std::int64_t milliseconds = std::clamp<std::int64_t>(start.unix_us / 1000, 0, kMaxTime);
  std::string id;
  id.reserve(26);
  AppendBase32(static_cast<std::uint64_t>(milliseconds), 10, &id);
  for (std::size_t half = 0; half < 2; ++half) {
    std::uint64_t bits = 0;
    for (std::size_t i = 0; i < 5; ++i) bits = bits << 8 | tail[half * 5 + i];
    AppendBase32(bits, 8, &id);
  }
  return id;
}

std::string MakeRunId(UtcTime start) {
  std::array<std::uint8_t, 10> random{};
  os::FillRandom(random);
  return RunIdOf(start, random);
}

}  // namespace jouleprint::record
