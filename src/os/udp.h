// Datagrams to one host and back.
#ifndef JOULEPRINT_OS_UDP_H_
#define JOULEPRINT_OS_UDP_H_

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "jouleprint/result.h"
#include "jouleprint/units.h"
#include "os/file.h"

namespace jouleprint::os {

/// A socket that hears one peer alone. Movable; one thread at a time.
class UdpPeer {
 public:
  /// `host`: a name, or an address without brackets. Looking up a name may take as long as the resolver does.
  static Result<UdpPeer> Connect(const std::string& host, std::uint16_t port);

  Status Send(std::span<const std::uint8_t> datagram);
  /// The next datagram, cut to 64 KiB - 1; nothing when none came in time. kIo where the peer's machine says
  /// that nobody listens there.
  Result<std::optional<std::vector<std::uint8_t>>> Receive(Seconds patience);

 private:
  UdpPeer(File socket, std::string peer) : socket_(std::move(socket)), peer_(std::move(peer)) {}

  File socket_;
  std::string peer_;  // for errors
};

}  // namespace jouleprint::os

#endif  // JOULEPRINT_OS_UDP_H_
