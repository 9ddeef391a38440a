// Tested by tests/meters/bmc/snmp_test.cc, against net-snmp's agent where it is installed.
#include "meters/bmc/snmp.h"

#include <fmt/format.h>

#include <array>
#include <bit>
#include <cmath>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "os/clock.h"
#include "os/file.h"
#include "os/random.h"
#include "os/udp.h"

namespace jouleprint::meters {
namespace {

// An assumption: SNMP does not tell how accurate a device is, and nobody calibrated this one. error= says
// better where its data sheet does.
constexpr double kPduRelativeError = 0.05;
// PDUs renew their figures about once a second and their small processors answer slowly.
constexpr Seconds kPeriod{2};
// Datagrams get lost: the question is put this often within one Next.
constexpr int kTries = 3;

std::string Community() {
  const char* set = std::getenv("JOULEPRINT_SNMP_COMMUNITY");
  return set == nullptr || *set == '\0' ? "public" : set;
}

class SnmpSource final : public WattSource {
 public:
  SnmpSource(SnmpName name, os::UdpPeer peer)
      : name_(std::move(name)), peer_(std::move(peer)), community_(Community()) {
    std::array<std::uint8_t, 4> random{};
    os::FillRandom(random);
    request_id_ = std::bit_cast<std::int32_t>(random) & 0x7FFFFFFF;
  }

  Result<WattSample> Next(Seconds patience) override;
  DomainInfo Describe() const override;
  Seconds period() const override { return kPeriod; }

 private:
  /// Nothing where no answer to one of the questions came before `until`.
  Result<std::optional<double>> Await(os::BootTime until);

  const SnmpName name_;
  os::UdpPeer peer_;
  const std::string community_;
  os::SystemClock clock_;
  std::int32_t request_id_ = 0;
};

Result<std::optional<double>> SnmpSource::Await(os::BootTime until) {
  while (clock_.Boot() < until) {
    Result<std::optional<std::vector<std::uint8_t>>> datagram = peer_.Receive(until - clock_.Boot());
    if (!datagram.ok()) return datagram.error();
    if (!*datagram) continue;
    const Result<SnmpAnswer> answer = DecodeSnmpAnswer(**datagram);
    if (!answer.ok()) return answer.error();
    // An answer to an earlier question, come late, is not of now.
    if (answer->request_id == request_id_ && answer->oid == name_.oid) return std::optional(answer->number);
  }
  return std::optional<double>();
}

Result<WattSample> SnmpSource::Next(Seconds patience) {
  const os::BootTime start = clock_.Boot();
  request_id_ = (request_id_ + 1) & 0x7FFFFFFF;
  const std::vector<std::uint8_t> question = EncodeSnmpGet(community_, request_id_, name_.oid);
  for (int i = 1; i <= kTries; ++i) {
    if (Status sent = peer_.Send(question); !sent.ok()) return sent.error();
    const Result<std::optional<double>> number = Await(start + patience * (static_cast<double>(i) / kTries));
    if (!number.ok()) {
      const Error& error = number.error();
      return Error{error.code, fmt::format("{}: {}", name_.host, error.message), error.hint};
    }
    if (*number) return WattSample{.power = Watts{**number * name_.scale}, .total_energy = {}, .at = {}};
  }
  return Error{
      ErrorCode::kIo, fmt::format("{} gives no answer over SNMP within {:g} s", name_.host, patience.value()),
      "check the address, that the device speaks SNMPv2c, and the community (JOULEPRINT_SNMP_COMMUNITY): "
      "devices do not answer to a wrong one"};
}

DomainInfo SnmpSource::Describe() const {
  DomainInfo info = WallDomain(fmt::format("SNMP {} of {}", name_.oid_text, name_.host), kPduRelativeError);
  info.error.update_period = kPeriod;
  info.error.resolution = name_.scale;
  return info;
}

// HOST, HOST:PORT, [ADDRESS] or [ADDRESS]:PORT.
bool ParseAuthority(std::string_view text, SnmpName* name) {
  std::string_view host = text.substr(0, text.find(':'));
  std::string_view rest = text.substr(host.size());
  if (text.starts_with('[')) {
    const std::size_t end = text.find(']');
    if (end == std::string_view::npos) return false;
    host = text.substr(1, end - 1);
    rest = text.substr(end + 1);
  }
  name->host = host;
  if (rest.empty()) return !host.empty();
  std::uint64_t port = 0;
  if (!rest.starts_with(':') || !os::ParseU64(rest.substr(1), &port) || port == 0 || port > 65535)
    return false;
  name->port = static_cast<std::uint16_t>(port);
  return !host.empty();
}

}  // namespace

Result<SnmpName> ParseSnmpName(const std::string& where) {
  constexpr const char* kHint = "write it as snmp:HOST[:PORT]/OID[*SCALE], with the OID in numbers";
  SnmpName name;
  const std::size_t slash = where.find('/');
  // SNMPv2c has no user; what stands before an @ is somebody's secret all the same.
  if (slash == std::string::npos || where.find('@') != std::string::npos ||
      !ParseAuthority(std::string_view(where).substr(0, slash), &name)) {
    return Error{ErrorCode::kInvalidArgument,
                 fmt::format("'snmp:{}' names no device", where.substr(where.rfind('@') + 1)), kHint};
  }
  const std::string_view object = std::string_view(where).substr(slash + 1);
  const std::size_t star = object.find('*');
  Result<Oid> oid = ParseOid(object.substr(0, star));
  if (!oid.ok()) return oid.error();
  name.oid = *std::move(oid);
  name.oid_text = object.substr(0, star);
  if (star == std::string_view::npos) return name;
  const std::string scale(object.substr(star + 1));
  if (!os::ParseDouble(scale, &name.scale) || !std::isfinite(name.scale) || name.scale <= 0) {
    return Error{ErrorCode::kInvalidArgument,
                 fmt::format("the scale '{}' of 'snmp:{}' is no number above 0", scale, where), kHint};
  }
  return name;
}

Result<std::unique_ptr<WattSource>> OpenSnmp(const std::string& where) {
  Result<SnmpName> name = ParseSnmpName(where);
  if (!name.ok()) return name.error();
  Result<os::UdpPeer> peer = os::UdpPeer::Connect(name->host, name->port);
  if (!peer.ok()) return peer.error();
  return std::unique_ptr<WattSource>(std::make_unique<SnmpSource>(*std::move(name), *std::move(peer)));
}

}  // namespace jouleprint::meters
