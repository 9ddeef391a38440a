// The power that a power distribution unit or a UPS tells over SNMPv2c. OpenSnmp stands in
// wattmeter_source.h; a run asks for it with --wattmeter snmp:pdu.example/1.3.6.1.4.1.318.1.1.26.6.3.1.7.1.
//
//   WHERE      HOST[:PORT]/OID[*SCALE], for [HOST] in brackets where it is an IPv6 address. SCALE makes watts
//   of
//              the device's number: *10 where it counts in tens of watts, *0.1 where in tenths.
//   community  JOULEPRINT_SNMP_COMMUNITY, "public" where it is not set; it is in no error and no record.
#ifndef JOULEPRINT_METERS_BMC_SNMP_H_
#define JOULEPRINT_METERS_BMC_SNMP_H_

#include <cstdint>
#include <string>

#include "jouleprint/result.h"
#include "meters/bmc/snmp_message.h"
#include "meters/wattmeter/wattmeter_source.h"

namespace jouleprint::meters {

struct SnmpName {
  std::string host;
  std::uint16_t port = 161;  ///< RFC 3417, section 3.2
  Oid oid;
  std::string oid_text;
  double scale = 1;  ///< watts per one of the device's number
};

Result<SnmpName> ParseSnmpName(const std::string& where);

}  // namespace jouleprint::meters

#endif  // JOULEPRINT_METERS_BMC_SNMP_H_
