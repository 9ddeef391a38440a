// Random bytes for ids: unique, not secret.
#ifndef JOULEPRINT_OS_RANDOM_H_
#define JOULEPRINT_OS_RANDOM_H_

#include <cstdint>
#include <span>

namespace jouleprint::os {

/// Fills `bytes` from the kernel's generator. Where a sandbox forbids getrandom(2), a mix of the clocks
/// and the process id stands in, which still differs between processes and calls. Any thread may call it.
void FillRandom(std::span<std::uint8_t> bytes) noexcept;

}  // namespace jouleprint::os

#endif  // JOULEPRINT_OS_RANDOM_H_
