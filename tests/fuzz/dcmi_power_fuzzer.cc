// Any answer of a BMC: a power that a machine can draw, or a reason for people.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "meters/bmc/dcmi_power.h"
#include "meters/bmc/dmi.h"

using namespace jouleprint;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::span<const std::uint8_t> answer(data, size);
  meters::DcmiPower power;
  const meters::DcmiVerdict verdict = meters::DecodeDcmiPower(answer, &power);
  if (verdict == meters::DcmiVerdict::kOk) {
    if (power.current <= Watts{0} || power.current > Watts{65535}) std::abort();
    if (power.statistics_period < Seconds{0}) std::abort();
  } else if (meters::ExplainDcmi(verdict, answer).reason.empty()) {
    std::abort();
  }
  static_cast<void>(meters::HasDmiStructure({reinterpret_cast<const char*>(data), size}, 38));
  return 0;
}
