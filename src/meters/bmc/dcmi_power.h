// The answer to "Get Power Reading" of DCMI (Data Center Manageability Interface Specification 1.5, table
// 6-16), byte by byte:
//   0      completion code (IPMI 2.0, table 5-2): 0 is success
//   1      0xDC, which says that the rest is DCMI's
//   2..9   watts, whole: current, least, most, mean of the statistics period
//   10..13 when, in seconds
//   14..17 the statistics period in milliseconds
//   18     bit 6: the power is being measured; the other bits are reserved and may be anything
// Numbers have their lowest byte first. Pure. Tested by tests/meters/bmc/dcmi_power_test.cc.
#ifndef JOULEPRINT_METERS_BMC_DCMI_POWER_H_
#define JOULEPRINT_METERS_BMC_DCMI_POWER_H_

#include <array>
#include <cstdint>
#include <span>

#include "jouleprint/units.h"
#include "meters/meter.h"

namespace jouleprint::meters {

/// The request: the group extension DCMI, its command, mode "system power statistics".
inline constexpr std::uint8_t kDcmiNetFunction = 0x2C;
inline constexpr std::uint8_t kDcmiGetPowerReading = 0x02;
inline constexpr std::array<std::uint8_t, 4> kDcmiGetPowerReadingData{0xDC, 0x01, 0x00, 0x00};

struct DcmiPower {
  Watts current{0};
  Watts least{0};
  Watts most{0};
  Watts mean{0};
  Seconds statistics_period{0};
};

enum class DcmiVerdict : std::uint8_t {
  kOk,
  kEmpty,     ///< not even a completion code
  kRefused,   ///< the completion code is not 0
  kShort,     ///< fewer bytes than a power reading has
  kNotDcmi,   ///< the second byte is not 0xDC
  kInactive,  ///< the BMC says that it does not measure now
  kZero,      ///< 0 W, which a machine that answers cannot draw
};

/// Allocates nothing. `power` is filled in for kOk alone.
DcmiVerdict DecodeDcmiPower(std::span<const std::uint8_t> answer, DcmiPower* power) noexcept;

/// What a verdict other than kOk says to a person: state, reason and remedy.
MeterFinding ExplainDcmi(DcmiVerdict verdict, std::span<const std::uint8_t> answer);

}  // namespace jouleprint::meters

#endif  // JOULEPRINT_METERS_BMC_DCMI_POWER_H_
