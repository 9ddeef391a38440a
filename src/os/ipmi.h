// Asking the board management controller (BMC) through the kernel's IPMI device, /dev/ipmi0.
//
// The interface is the kernel's (linux/ipmi.h): a request goes out by ioctl, its answer is waited for by
// poll and fetched by ioctl. A BMC may be slow or dead, so every wait has an end.
#ifndef JOULEPRINT_OS_IPMI_H_
#define JOULEPRINT_OS_IPMI_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "jouleprint/result.h"
#include "jouleprint/units.h"

namespace jouleprint::os {

struct IpmiCommand {
  std::uint8_t net_function = 0;
  std::uint8_t command = 0;
  std::span<const std::uint8_t> data;
};

/// What a BMC answers: the completion code, and what belongs to it.
struct IpmiAnswer {
  std::array<std::uint8_t, 64> bytes{};
  std::size_t size = 0;

  std::span<const std::uint8_t> view() const { return std::span(bytes).first(size); }
};

enum class IpmiOutcome : std::uint8_t {
  kAnswered,
  kTimedOut,
  kBusy,          ///< the driver takes no request now
  kNotPermitted,  ///< access was withdrawn
  kGone,          ///< the device is no more
};

/// A way to a BMC. The kernel's device is one; a test has its own.
class IpmiDevice {
 public:
  virtual ~IpmiDevice() = default;
  /// Sends a request and waits for its answer, `patience` at most. Allocates nothing, opens nothing. One
  /// thread at a time. An answer that comes too late is not taken for that to a later request.
  virtual IpmiOutcome Ask(const IpmiCommand& command, Seconds patience, IpmiAnswer* answer) noexcept = 0;
};

/// The kernel's device `path`. Errors: kNotPresent, kNotPermitted, kRefused (a file that is no IPMI device).
Result<std::unique_ptr<IpmiDevice>> OpenIpmiDevice(const std::string& path);

}  // namespace jouleprint::os

#endif  // JOULEPRINT_OS_IPMI_H_
