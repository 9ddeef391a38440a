// The machine's power from its BMC over the network: Redfish, JSON over HTTPS. OpenRedfish stands in
// wattmeter_source.h; a run asks for it with --wattmeter redfish:https://bmc.example.
//
//   WHERE        [https://]HOST[:PORT][/redfish/v1/Chassis/ID]
//   credentials  JOULEPRINT_REDFISH_USER and JOULEPRINT_REDFISH_PASSWORD, or JOULEPRINT_REDFISH_CREDENTIALS:
//   a file
//                that nobody else may read, first line the user, second the password. They go over https, or
//                to this machine itself, and nowhere else.
//   certificate  JOULEPRINT_REDFISH_CA: certificates to trust; JOULEPRINT_REDFISH_INSECURE=1: any will do.
//
// Opening asks nobody. The first Next logs in (a session; basic authentication where the service has none)
// and finds the chassis. A wrong password is not tried again for minutes, for BMCs lock accounts. The session
// is ended with the source: BMCs have few.
#ifndef JOULEPRINT_METERS_BMC_REDFISH_H_
#define JOULEPRINT_METERS_BMC_REDFISH_H_

#include <memory>
#include <string>

#include "jouleprint/result.h"
#include "meters/wattmeter/wattmeter_source.h"

namespace jouleprint::meters {

inline constexpr const char* kRedfishChassisPath = "/redfish/v1/Chassis";

inline constexpr const char* kRedfishCredentialsHint =
    "set JOULEPRINT_REDFISH_USER and JOULEPRINT_REDFISH_PASSWORD, or name a file that holds both, a line "
    "each, in "
    "JOULEPRINT_REDFISH_CREDENTIALS";

struct RedfishOptions {
  std::string origin;   ///< "https://bmc.example:8443"
  std::string chassis;  ///< the path of one; "": the only one that there is
  std::string user;
  std::string password;
  std::string ca_file;
  bool insecure = false;
};

/// WHERE and the environment, put together and checked.
Result<RedfishOptions> RedfishOptionsFor(const std::string& where);

Result<std::unique_ptr<WattSource>> OpenRedfish(RedfishOptions options);

}  // namespace jouleprint::meters

#endif  // JOULEPRINT_METERS_BMC_REDFISH_H_
