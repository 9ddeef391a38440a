// One question of SNMPv2c and its answer: GET of one object (RFC 3416, in the message of RFC 1901), in the
// Basic Encoding Rules of ASN.1 (ITU-T X.690).
//
// Why not libsnmp: one number of one object is all that is asked. The library's structures vary with how it
// was built, it reads configuration and MIB files of its own, logs where it likes and keeps state for the
// whole process, which a library inside other people's programs must not bring along. SNMPv3 is where it
// would pay: docs/meters/snmp.md shows how to have snmpget do that.
//
// Pure; the decoder takes bytes from the network and is fuzzed. Tested by
// tests/meters/bmc/snmp_message_test.cc.
#ifndef JOULEPRINT_METERS_BMC_SNMP_MESSAGE_H_
#define JOULEPRINT_METERS_BMC_SNMP_MESSAGE_H_

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "jouleprint/result.h"

namespace jouleprint::meters {

using Oid = std::vector<std::uint32_t>;

/// "1.3.6.1.4.1.318.1.1.26.6.3.1.7.1", with a leading dot or without. At least 3 numbers, 128 at most (RFC
/// 2578).
Result<Oid> ParseOid(std::string_view text);

std::vector<std::uint8_t> EncodeSnmpGet(std::string_view community, std::int32_t request_id, const Oid& oid);

struct SnmpAnswer {
  std::int32_t request_id = 0;
  Oid oid;
  double number = 0;
};

/// The number that an answer holds: an integer, a counter, a gauge, a float, or text that is a number.
/// Errors: kNotFound, the device has no such object; kNotPermitted; kCorrupt, it is no such message;
/// kRefused, the object is no number.
Result<SnmpAnswer> DecodeSnmpAnswer(std::span<const std::uint8_t> message);

}  // namespace jouleprint::meters

#endif  // JOULEPRINT_METERS_BMC_SNMP_MESSAGE_H_
