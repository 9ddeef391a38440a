// How a server's power rises from a known idle to a known full power: not in a straight line, and in a
// way that each family of processors has of its own. From 436 published SPECpower_ssj2008 results; the
// .cc says how wrong they are on servers that they were not made from. Pure functions, no I/O.
#ifndef JOULEPRINT_METERS_MODEL_SERVER_SHAPE_H_
#define JOULEPRINT_METERS_MODEL_SERVER_SHAPE_H_

#include <array>
#include <string>
#include <string_view>

namespace jouleprint::meters {

/// A family of server processors with a shape of its own. Newer or other ones are kOther.
enum class ServerFamily {
  kCore,         ///< Xeon 3000, 5100 to 5400, 7300
  kNehalem,      ///< Xeon 3400, 5500, 5600, 6500, 7500
  kSandyBridge,  ///< Xeon E3 and E5, first and v2
  kHaswell,      ///< Xeon E3 to E7, v3 and v4
  kSkylake,      ///< Xeon Scalable, first and second
  kIceLake,      ///< Xeon Scalable, third
  kSmallXeon,    ///< Xeon E3 v5 and v6, E-2100 to E-2300
  kOpteron,
  kZen1,  ///< EPYC 7001
  kZen2,  ///< EPYC 7002
  kZen3,  ///< EPYC 7003
  kOther,
};

/// By the name that the kernel shows, or the maker's.
ServerFamily FamilyOf(std::string_view model_name);
/// "Xeon Scalable, first and second generation"; for kOther "servers of all kinds".
std::string_view FamilyName(ServerFamily family);

/// Shares, 0 to 1, of the rise from idle to full power at 0, 10, ... 100 % of the full throughput.
struct ServerShape {
  std::array<double, 11> rise{};
  double low_factor = 1;  ///< 90 % interval as factors of the power
  double high_factor = 1;

  /// Between the levels in a straight line; `use` in 0..1, clamped. Never allocates.
  double At(double use) const noexcept;
};

/// `idle_share`: idle power over full power.
ServerShape ShapeOf(ServerFamily family, bool amd, double idle_share);

}  // namespace jouleprint::meters

#endif  // JOULEPRINT_METERS_MODEL_SERVER_SHAPE_H_
