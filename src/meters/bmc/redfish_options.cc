// What a user says of a BMC, in the name of the meter and in the environment; see redfish.h.
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <string_view>

#include "meters/bmc/redfish.h"
#include "os/http.h"
#include "os/private_file.h"

namespace jouleprint::meters {
namespace {

std::string Environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

// `authority` is HOST[:PORT]. A name that only begins like an address is not one.
bool IsLoopback(std::string_view authority) {
  const bool bracketed = authority.starts_with('[');
  const std::string_view host =
      authority.substr(0, bracketed ? authority.find(']') + 1 : authority.find(':'));
  const bool is_address = host.find_first_not_of("0123456789.") == std::string_view::npos;
  return host == "localhost" || host == "[::1]" || (is_address && host.starts_with("127."));
}

Status TakeCredentials(RedfishOptions* options) {
  options->user = Environment("JOULEPRINT_REDFISH_USER");
  options->password = Environment("JOULEPRINT_REDFISH_PASSWORD");
  const std::string file = Environment("JOULEPRINT_REDFISH_CREDENTIALS");
  if (file.empty()) return {};
  const Result<std::string> content = os::ReadPrivateFile(file);
  if (!content.ok()) return content.error();
  const std::size_t first_end = content->find_first_of("\r\n");
  const std::size_t second = content->find_first_not_of("\r\n", first_end);
  if (first_end == 0 || first_end == std::string::npos || second == std::string::npos) {
    return Error{ErrorCode::kInvalidArgument, "'" + file + "' does not hold a user and a password",
                 "write the user in its first line and the password in its second"};
  }
  options->user = content->substr(0, first_end);
  options->password = content->substr(second, content->find_first_of("\r\n", second) - second);
  return {};
}

}  // namespace

Result<RedfishOptions> RedfishOptionsFor(const std::string& where) {
  const std::string url = where.find("://") == std::string::npos ? "https://" + where : where;
  const Error wrong{
      ErrorCode::kInvalidArgument, fmt::format("'redfish:{}' names no BMC", os::ShownUrl(where)),
      "write it as redfish:https://HOST[:PORT][/redfish/v1/Chassis/ID], without user and password"};
  const bool secure = url.starts_with("https://");
  const std::size_t host = secure ? 8 : 7;
  const std::size_t path = std::min(url.find_first_of("/?#", host), url.size());
  const std::string_view authority = std::string_view(url).substr(host, path - host);
  if ((!secure && !url.starts_with("http://")) || authority.empty() ||
      authority.find('@') != std::string_view::npos) {
    return wrong;
  }
  RedfishOptions options;
  options.origin = url.substr(0, path);
  options.chassis = url.substr(path);
  while (options.chassis.ends_with('/')) options.chassis.pop_back();
  if (options.chassis == "/redfish/v1" || options.chassis == kRedfishChassisPath) options.chassis.clear();
  if (!options.chassis.empty() && !options.chassis.starts_with(std::string(kRedfishChassisPath) + "/"))
    return wrong;
  if (Status taken = TakeCredentials(&options); !taken.ok()) return taken.error();
  options.ca_file = Environment("JOULEPRINT_REDFISH_CA");
  options.insecure = Environment("JOULEPRINT_REDFISH_INSECURE") == "1";
  if (!secure && !options.user.empty() && !IsLoopback(authority)) {
    return Error{ErrorCode::kInvalidArgument,
                 fmt::format("the password for {} would go over the network in the clear", options.origin),
                 "write https:// instead of http://"};
  }
  return options;
}

}  // namespace jouleprint::meters
