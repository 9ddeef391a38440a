#include "os/udp.h"

#include <errno.h>
#include <netdb.h>
#include <sys/socket.h>

#include <memory>
#include <utility>

#include "os/wait.h"

namespace jouleprint::os {
namespace {

Error Unreachable(int errno_value, const std::string& peer) {
  const char* hint = "check the address and the port, and that the device is up and reachable";
  if (errno_value == ECONNREFUSED) return {ErrorCode::kIo, "nobody listens at " + peer, hint};
  return SystemError(errno_value, "cannot reach " + peer, hint);
}

}  // namespace

Result<UdpPeer> UdpPeer::Connect(const std::string& host, std::uint16_t port) {
  const std::string service = std::to_string(port);
  const std::string peer = host + " port " + service + " (UDP)";
  addrinfo wanted{};
  wanted.ai_socktype = SOCK_DGRAM;
  addrinfo* found = nullptr;
  if (const int code = ::getaddrinfo(host.c_str(), service.c_str(), &wanted, &found); code != 0) {
    return Error{ErrorCode::kIo, "the host '" + host + "' cannot be looked up: " + ::gai_strerror(code),
                 "check the name, or give the address"};
  }
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> addresses(found, ::freeaddrinfo);
  int why = EADDRNOTAVAIL;
  for (const addrinfo* at = found; at != nullptr; at = at->ai_next) {
    File socket(::socket(at->ai_family, at->ai_socktype | SOCK_CLOEXEC | SOCK_NONBLOCK, at->ai_protocol));
    if (socket.is_open() && ::connect(socket.fd(), at->ai_addr, at->ai_addrlen) == 0) {
      return UdpPeer(std::move(socket), peer);
    }
    why = errno;
  }
  return Unreachable(why, peer);
}

Status UdpPeer::Send(std::span<const std::uint8_t> datagram) {
  if (::send(socket_.fd(), datagram.data(), datagram.size(), MSG_NOSIGNAL) < 0)
    return Unreachable(errno, peer_);
  return {};
}

Result<std::optional<std::vector<std::uint8_t>>> UdpPeer::Receive(Seconds patience) {
  if (!WaitReadable({socket_.fd()}, patience)) return std::optional<std::vector<std::uint8_t>>();
  std::vector<std::uint8_t> datagram(65535);
  const ssize_t size = ::recv(socket_.fd(), datagram.data(), datagram.size(), 0);
  if (size < 0 && (errno == EAGAIN || errno == EINTR)) return std::optional<std::vector<std::uint8_t>>();
  if (size < 0) return Unreachable(errno, peer_);
  datagram.resize(static_cast<std::size_t>(size));
  return std::optional(std::move(datagram));
}

}  // namespace jouleprint::os
