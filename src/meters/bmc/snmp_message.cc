#include "meters/bmc/snmp_message.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <optional>

#include "os/file.h"

namespace jouleprint::meters {
namespace {

using Bytes = std::span<const std::uint8_t>;

// X.690, section 8.1.2, and the application types of RFC 2578, section 7.1.
enum Tag : std::uint8_t {
  kInteger = 0x02,
  kOctetString = 0x04,
  kNull = 0x05,
  kObjectIdentifier = 0x06,
  kSequence = 0x30,
  kCounter32 = 0x41,
  kGauge32 = 0x42,
  kOpaque = 0x44,
  kCounter64 = 0x46,
  kNoSuchObject = 0x80,  // RFC 3416, section 3, up to kEndOfMibView
  kEndOfMibView = 0x82,
  kGetRequest = 0xA0,
  kResponse = 0xA2,
};

constexpr std::int32_t kVersion2c = 1;
constexpr std::size_t kMostArcs = 128;

void Append(std::vector<std::uint8_t>* out, std::uint8_t tag, Bytes content) {
  out->push_back(tag);
  std::size_t size = content.size();
  if (size >= 0x80) {
    const std::uint8_t octets = size > 0xFFFF ? 3 : size > 0xFF ? 2 : 1;
    out->push_back(0x80 | octets);
    for (int shift = 8 * (octets - 1); shift > 0; shift -= 8)
      out->push_back(static_cast<std::uint8_t>(size >> shift));
  }
  out->push_back(static_cast<std::uint8_t>(size));
  out->insert(out->end(), content.begin(), content.end());
}

void AppendInteger(std::vector<std::uint8_t>* out, std::int32_t value) {
  const auto bits = static_cast<std::uint32_t>(value);
  const std::array<std::uint8_t, 4> content{
      static_cast<std::uint8_t>(bits >> 24), static_cast<std::uint8_t>(bits >> 16),
      static_cast<std::uint8_t>(bits >> 8), static_cast<std::uint8_t>(bits)};
  // As few octets as hold it: none in front that only repeats the sign.
  std::size_t first = 0;
  while (first < 3 && (content[first] == 0x00 || content[first] == 0xFF) &&
         (content[first] & 0x80) == (content[first + 1] & 0x80)) {
    ++first;
  }
  Append(out, kInteger, Bytes(content).subspan(first));
}

void AppendOid(std::vector<std::uint8_t>* out, const Oid& oid) {
  std::vector<std::uint8_t> content;
  const auto append_arc = [&](std::uint64_t arc) {
    int shift = 0;
    while (arc >> (shift + 7) != 0) shift += 7;
    for (; shift > 0; shift -= 7) content.push_back(static_cast<std::uint8_t>(0x80 | (arc >> shift & 0x7F)));
    content.push_back(arc & 0x7F);
  };
  append_arc(std::uint64_t{40} * oid[0] + oid[1]);
  for (std::size_t i = 2; i < oid.size(); ++i) append_arc(oid[i]);
  Append(out, kObjectIdentifier, content);
}

// Takes one value after the other off the front of some bytes. After the first that is not there as it should
// be, all further ones are not either.
class Reader {
 public:
  explicit Reader(Bytes bytes) : rest_(bytes) {}

  bool ok() const { return ok_; }
  /// Whatever comes next; its tag in `tag`.
  Bytes Take(std::uint8_t* tag) {
    if (rest_.size() < 2) return Fail();
    *tag = rest_[0];
    std::size_t size = rest_[1];
    std::size_t at = 2;
    if (size >= 0x80) {
      const std::size_t octets = size & 0x7F;
      if (octets == 0 || octets > 3 || rest_.size() < 2 + octets) return Fail();
      for (size = 0; at < 2 + octets; ++at) size = size << 8 | rest_[at];
    }
    if (size > rest_.size() - at) return Fail();
    const Bytes content = rest_.subspan(at, size);
    rest_ = rest_.subspan(at + size);
    return content;
  }
  Bytes Take(Tag wanted) {
    std::uint8_t tag = 0;
    const Bytes content = Take(&tag);
    return tag == wanted ? content : Fail();
  }
  std::int32_t TakeInteger() {
    const Bytes content = Take(kInteger);
    if (content.empty() || content.size() > 4) {
      Fail();
      return 0;
    }
    std::uint32_t bits = (content[0] & 0x80) != 0 ? ~std::uint32_t{0} : 0;
    for (const std::uint8_t octet : content) bits = bits << 8 | octet;
    return static_cast<std::int32_t>(bits);
  }

 private:
  Bytes Fail() {
    ok_ = false;
    rest_ = {};
    return {};
  }

  Bytes rest_;
  bool ok_ = true;
};

std::optional<Oid> DecodeOid(Bytes content) {
  Oid oid;
  std::uint64_t arc = 0;
  bool inside = false;
  for (const std::uint8_t octet : content) {
    arc = arc << 7 | (octet & 0x7F);
    inside = (octet & 0x80) != 0;
    if (arc > std::uint64_t{0xFFFFFFFF} + 80) return std::nullopt;
    if (inside) continue;
    if (oid.empty()) {
      const std::uint64_t first = std::min<std::uint64_t>(arc / 40, 2);
      oid.push_back(static_cast<std::uint32_t>(first));
      arc -= first * 40;
    }
    if (arc > 0xFFFFFFFF || oid.size() >= kMostArcs) return std::nullopt;
    oid.push_back(static_cast<std::uint32_t>(arc));
    arc = 0;
  }
  if (inside || oid.empty()) return std::nullopt;
  return oid;
}

std::optional<double> Unsigned(Bytes content) {
  // A counter with its highest bit set has a zero octet in front.
  if (content.empty() || content.size() > 9 || (content.size() == 9 && content[0] != 0)) return std::nullopt;
  std::uint64_t number = 0;
  for (const std::uint8_t octet : content) number = number << 8 | octet;
  return static_cast<double>(number);
}

// A float as net-snmp and most devices wrap it: opaque, tag 0x9F78, 4 octets of IEEE 754.
std::optional<double> OpaqueFloat(Bytes content) {
  if (content.size() != 7 || content[0] != 0x9F || content[1] != 0x78 || content[2] != 4) return std::nullopt;
  const std::uint32_t bits = std::uint32_t{content[3]} << 24 | std::uint32_t{content[4]} << 16 |
                             std::uint32_t{content[5]} << 8 | content[6];
  return std::bit_cast<float>(bits);
}

std::optional<double> NumberOf(std::uint8_t tag, Bytes content) {
  switch (tag) {
    case kInteger: {
      if (content.empty() || content.size() > 8) return std::nullopt;
      std::uint64_t bits = (content[0] & 0x80) != 0 ? ~std::uint64_t{0} : 0;
      for (const std::uint8_t octet : content) bits = bits << 8 | octet;
      return static_cast<double>(static_cast<std::int64_t>(bits));
    }
    case kCounter32:
    case kGauge32:
    case kCounter64:
      return Unsigned(content);
    case kOpaque:
      return OpaqueFloat(content);
    case kOctetString: {
      double number = 0;
      const std::string_view text(reinterpret_cast<const char*>(content.data()), content.size());
      return os::ParseDouble(text, &number) ? std::optional(number) : std::nullopt;
    }
    default:
      return std::nullopt;
  }
}

// RFC 3416, section 3: error-status.
Error ExplainStatus(std::int32_t status) {
  constexpr std::int32_t kNoSuchName = 2;
  constexpr std::int32_t kNoAccess = 6;
  constexpr std::int32_t kAuthorizationError = 16;
  if (status == kNoSuchName) return {ErrorCode::kNotFound, "the device has no such object", "check the OID"};
  if (status == kNoAccess || status == kAuthorizationError) {
    return {ErrorCode::kNotPermitted, "the device does not let this community read the object",
            "name another in JOULEPRINT_SNMP_COMMUNITY"};
  }
  return {ErrorCode::kIo, fmt::format("the device answers with SNMP error {}", status),
          "look at the device's log, and at what snmpget says"};
}

}  // namespace

Result<Oid> ParseOid(std::string_view text) {
  const Error wrong{ErrorCode::kInvalidArgument, fmt::format("'{}' is no OID", text),
                    "write it as numbers with dots between them: 1.3.6.1.4.1.318.1.1.26.6.3.1.7.1"};
  if (text.starts_with('.')) text.remove_prefix(1);
  Oid oid;
  const char* at = text.data();
  const char* const end = at + text.size();
  while (true) {
    std::uint32_t arc = 0;
    const auto [next, error] = std::from_chars(at, end, arc);
    if (error != std::errc() || oid.size() >= kMostArcs) return wrong;
    oid.push_back(arc);
    if (next == end) break;
    if (*next != '.') return wrong;
    at = next + 1;
  }
  // X.660: three roots, and at most 40 below the first two of them.
  if (oid.size() < 3 || oid[0] > 2 || (oid[0] < 2 && oid[1] >= 40)) return wrong;
  return oid;
}

std::vector<std::uint8_t> EncodeSnmpGet(std::string_view community, std::int32_t request_id, const Oid& oid) {
  std::vector<std::uint8_t> binding;
  AppendOid(&binding, oid);
  Append(&binding, kNull, {});
  std::vector<std::uint8_t> bindings;
  Append(&bindings, kSequence, binding);
  std::vector<std::uint8_t> request;
  AppendInteger(&request, request_id);
  AppendInteger(&request, 0);  // error-status
  AppendInteger(&request, 0);  // error-index
  Append(&request, kSequence, bindings);
  std::vector<std::uint8_t> message;
  AppendInteger(&message, kVersion2c);
  Append(&message, kOctetString,
         Bytes(reinterpret_cast<const std::uint8_t*>(community.data()), community.size()));
  Append(&message, kGetRequest, request);
  std::vector<std::uint8_t> datagram;
  Append(&datagram, kSequence, message);
  return datagram;
}

Result<SnmpAnswer> DecodeSnmpAnswer(Bytes datagram) {
  const Error corrupt{ErrorCode::kCorrupt, "the device's answer is no SNMPv2c response",
                      "check the port, and that the device speaks SNMPv2c"};
  Reader outer(datagram);
  Reader message(outer.Take(kSequence));
  const std::int32_t version = message.TakeInteger();
  message.Take(kOctetString);
  Reader response(message.Take(kResponse));
  SnmpAnswer answer;
  answer.request_id = response.TakeInteger();
  const std::int32_t status = response.TakeInteger();
  response.TakeInteger();
  Reader bindings(response.Take(kSequence));
  if (!outer.ok() || !message.ok() || !response.ok() || version != kVersion2c) return corrupt;
  if (status != 0) return ExplainStatus(status);
  Reader binding(bindings.Take(kSequence));
  std::optional<Oid> oid = DecodeOid(binding.Take(kObjectIdentifier));
  std::uint8_t tag = 0;
  const Bytes content = binding.Take(&tag);
  if (!bindings.ok() || !binding.ok() || !oid) return corrupt;
  if (tag >= kNoSuchObject && tag <= kEndOfMibView) return ExplainStatus(2);
  const std::optional<double> number = NumberOf(tag, content);
  if (!number || !std::isfinite(*number)) {
    return Error{ErrorCode::kRefused, fmt::format("the device's object is no number (type 0x{:02X})", tag),
                 "give the OID of the power in watts, or of a number that a scale makes watts of"};
  }
  answer.oid = *std::move(oid);
  answer.number = *number;
  return answer;
}

}  // namespace jouleprint::meters
