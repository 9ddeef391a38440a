// Documentation/driver-api/ipmi.rst and include/uapi/linux/ipmi.h of the kernel describe the ioctls.
#include "os/ipmi.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/ipmi.h>
#include <linux/ipmi_msgdefs.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "os/clock.h"
#include "os/file.h"
#include "os/wait.h"

namespace jouleprint::os {
namespace {

IpmiOutcome OutcomeOf(int errno_value) {
  switch (errno_value) {
    case EAGAIN:
    case EBUSY:
    case EINTR:
    case ENOMEM:
      return IpmiOutcome::kBusy;
    case EACCES:
    case EPERM:
      return IpmiOutcome::kNotPermitted;
    default:
      return IpmiOutcome::kGone;
  }
}

class KernelDevice final : public IpmiDevice {
 public:
  explicit KernelDevice(File file) : file_(std::move(file)) {}

  IpmiOutcome Ask(const IpmiCommand& command, Seconds patience, IpmiAnswer* answer) noexcept override {
    const BootTime until = clock_.Boot() + patience;
    if (const IpmiOutcome sent = Send(command); sent != IpmiOutcome::kAnswered) return sent;
    while (true) {
      const Seconds left = until - clock_.Boot();
      if (left <= Seconds{0}) return IpmiOutcome::kTimedOut;
      if (!WaitReadable({file_.fd()}, left)) continue;
      bool is_ours = false;
      const IpmiOutcome received = Receive(answer, &is_ours);
      if (received == IpmiOutcome::kBusy) continue;  // somebody else's message, or none after all
      if (received != IpmiOutcome::kAnswered || is_ours) return received;
    }
  }

 private:
  IpmiOutcome Send(const IpmiCommand& command) noexcept {
    std::array<std::uint8_t, 64> data{};
    if (command.data.size() > data.size()) return IpmiOutcome::kBusy;
    std::copy(command.data.begin(), command.data.end(), data.begin());
    ipmi_system_interface_addr address{};
    address.addr_type = IPMI_SYSTEM_INTERFACE_ADDR_TYPE;
    address.channel = IPMI_BMC_CHANNEL;
    ipmi_req request{};
    request.addr = reinterpret_cast<unsigned char*>(&address);
    request.addr_len = sizeof(address);
    request.msgid = ++last_id_;
    request.msg.netfn = command.net_function;
    request.msg.cmd = command.command;
    request.msg.data = data.data();
    request.msg.data_len = static_cast<unsigned short>(command.data.size());
    return ::ioctl(file_.fd(), IPMICTL_SEND_COMMAND, &request) == 0 ? IpmiOutcome::kAnswered
                                                                    : OutcomeOf(errno);
  }

  IpmiOutcome Receive(IpmiAnswer* answer, bool* is_ours) noexcept {
    ipmi_addr address{};
    ipmi_recv message{};
    message.addr = reinterpret_cast<unsigned char*>(&address);
    message.addr_len = sizeof(address);
    message.msg.data = answer->bytes.data();
    message.msg.data_len = static_cast<unsigned short>(answer->bytes.size());
    // EMSGSIZE: fetched all the same, and cut to what there was room for.
    if (::ioctl(file_.fd(), IPMICTL_RECEIVE_MSG_TRUNC, &message) != 0 && errno != EMSGSIZE) {
      return OutcomeOf(errno);
    }
    *is_ours = message.recv_type == IPMI_RESPONSE_RECV_TYPE && message.msgid == last_id_;
    answer->size = std::min<std::size_t>(message.msg.data_len, answer->bytes.size());
    return IpmiOutcome::kAnswered;
  }

  SystemClock clock_;
  File file_;
  long last_id_ = 0;
};

}  // namespace

Result<std::unique_ptr<IpmiDevice>> OpenIpmiDevice(const std::string& path) {
  // For reading and writing, as ipmitool does: some permission schemes give a group one of the two only, and
  // then sending would fail later.
  File file(::open(path.c_str(), O_RDWR | O_CLOEXEC | O_NOCTTY));
  if (!file.is_open()) {
    const int why = errno;
    if (why == ENOENT || why == ENXIO || why == ENODEV) {
      return Error{ErrorCode::kNotPresent, "there is no IPMI device at " + path, ""};
    }
    return SystemError(why, "cannot open " + path);
  }
  int version = 0;
  if (::ioctl(file.fd(), IPMICTL_GET_MY_ADDRESS_CMD, &version) != 0) {
    return Error{ErrorCode::kRefused, path + " is no IPMI device",
                 "remove it, or reload the ipmi_devintf module"};
  }
  return std::unique_ptr<IpmiDevice>(std::make_unique<KernelDevice>(std::move(file)));
}

}  // namespace jouleprint::os
