// Any text in a cgroup's files is a number of CPUs that can be, or none.
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "job/reservation.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto count = jouleprint::job::CountCpus(text);
  if (count && (*count < 1 || *count > 1 << 20)) std::abort();
  const auto quota = jouleprint::job::CpusOfQuota(text);
  if (quota && !(*quota > 0 && std::isfinite(*quota))) std::abort();
  return 0;
}
