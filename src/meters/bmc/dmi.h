// What a machine's firmware says that the machine is made of: the DMI (SMBIOS) table, as far as meters ask.
#ifndef JOULEPRINT_METERS_BMC_DMI_H_
#define JOULEPRINT_METERS_BMC_DMI_H_

#include <cstdint>
#include <string_view>

namespace jouleprint::meters {

/// True when a table (SMBIOS 3.6, section 6.1) has a structure of that type before its end (type 127). A
/// table that is damaged ends where the damage is.
bool HasDmiStructure(std::string_view table, std::uint8_t type);

}  // namespace jouleprint::meters

#endif  // JOULEPRINT_METERS_BMC_DMI_H_
