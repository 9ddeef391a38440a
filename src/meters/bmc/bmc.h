// What is true of every board management controller (BMC), however it is asked.
#ifndef JOULEPRINT_METERS_BMC_BMC_H_
#define JOULEPRINT_METERS_BMC_BMC_H_

namespace jouleprint::meters {

/// Half-width of the 90 % interval of a BMC's power. An assumption: neither DCMI 1.5 (section 6.6.1) nor
/// Redfish (DSP0268) asks for any accuracy. A BMC adds up what its power supplies say of themselves, sensors
/// that nobody calibrates and that are at their worst at low load. Calibrate against a wattmeter for better.
inline constexpr double kBmcRelativeError = 0.10;

}  // namespace jouleprint::meters

#endif  // JOULEPRINT_METERS_BMC_BMC_H_
