#include "meters/bmc/dcmi_power.h"

#include <fmt/format.h>

#include <string>

namespace jouleprint::meters {
namespace {

constexpr std::size_t kLength = 19;
constexpr std::uint8_t kDcmi = 0xDC;
constexpr std::uint8_t kActive = 1u << 6;

// Lowest byte first.
std::uint32_t NumberAt(std::span<const std::uint8_t> bytes, std::size_t at, std::size_t size) {
  std::uint32_t number = 0;
  for (std::size_t i = size; i-- > 0;) number = number << 8 | bytes[at + i];
  return number;
}

Watts WattsAt(std::span<const std::uint8_t> bytes, std::size_t at) {
  return Watts{static_cast<double>(NumberAt(bytes, at, 2))};
}

MeterFinding Finding(MeterState state, std::string reason, std::string remedy) {
  return {"ipmi", state, std::move(reason), std::move(remedy), {}};
}

// IPMI 2.0, table 5-2, as far as it changes what to do.
MeterFinding ExplainCompletionCode(std::uint8_t code) {
  switch (code) {
    case 0xC1:
    case 0xC2:
      return Finding(
          MeterState::kNotPresent,
          fmt::format("the BMC does not know DCMI's power reading (completion code 0x{:02X})", code),
          "ask it over Redfish (redfish:https://...), or update its firmware");
    case 0xC0:
    case 0xC3:
    case 0xCE:
    case 0xD0:
    case 0xD1:
    case 0xD2:
      return Finding(MeterState::kRefused,
                     fmt::format("the BMC is busy or starting (completion code 0x{:02X})", code),
                     "try again in a minute; if that stays so, restart the BMC ('ipmitool mc reset cold')");
    case 0xD4:
    case 0xD6:
      return Finding(MeterState::kNotPermitted,
                     fmt::format("the BMC does not let this machine ask (completion code 0x{:02X})", code),
                     "allow in-band IPMI commands in the BMC's or the firmware's settings");
    default:
      return Finding(
          MeterState::kRefused,
          fmt::format("the BMC refuses to read the power (completion code 0x{:02X})", code),
          "look whether 'ipmitool dcmi power reading' works, and switch power monitoring on in the BMC");
  }
}

}  // namespace

DcmiVerdict DecodeDcmiPower(std::span<const std::uint8_t> answer, DcmiPower* power) noexcept {
  if (answer.empty()) return DcmiVerdict::kEmpty;
  if (answer[0] != 0) return DcmiVerdict::kRefused;
  if (answer.size() >= 2 && answer[1] != kDcmi) return DcmiVerdict::kNotDcmi;
  if (answer.size() < kLength) return DcmiVerdict::kShort;
  if ((answer[18] & kActive) == 0) return DcmiVerdict::kInactive;
  const Watts current = WattsAt(answer, 2);
  if (current <= Watts{0}) return DcmiVerdict::kZero;
  power->current = current;
  power->least = WattsAt(answer, 4);
  power->most = WattsAt(answer, 6);
  power->mean = WattsAt(answer, 8);
  power->statistics_period = Seconds{NumberAt(answer, 14, 4) * 1e-3};
  return DcmiVerdict::kOk;
}

MeterFinding ExplainDcmi(DcmiVerdict verdict, std::span<const std::uint8_t> answer) {
  const std::string look =
      "look whether 'ipmitool dcmi power reading' gives a sensible figure; a new firmware of the BMC may "
      "help";
  switch (verdict) {
    case DcmiVerdict::kRefused:
      return ExplainCompletionCode(answer[0]);
    case DcmiVerdict::kShort:
      return Finding(MeterState::kRefused,
                     fmt::format("the BMC's power reading has {} bytes, of {}", answer.size(), kLength),
                     look);
    case DcmiVerdict::kNotDcmi:
      return Finding(
          MeterState::kRefused,
          fmt::format("the BMC's answer is not DCMI's: its second byte is 0x{:02X}, not 0xDC", answer[1]),
          look);
    case DcmiVerdict::kInactive:
      return Finding(MeterState::kRefused, "the BMC says that it is not measuring the power now",
                     "switch power monitoring on in the BMC, then try again");
    case DcmiVerdict::kZero:
      return Finding(MeterState::kRefused, "the BMC says 0 W, so it does not know the power",
                     "its power supplies may have no sensor; measure at the wall");
    case DcmiVerdict::kEmpty:
    case DcmiVerdict::kOk:
      break;
  }
  return Finding(MeterState::kRefused, "the BMC's answer is empty", look);
}

}  // namespace jouleprint::meters
