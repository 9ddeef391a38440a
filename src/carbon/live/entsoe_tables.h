// What ENTSO-E calls areas and kinds of plants, and what each kind of plant emits per kWh.
#ifndef JOULEPRINT_CARBON_LIVE_ENTSOE_TABLES_H_
#define JOULEPRINT_CARBON_LIVE_ENTSOE_TABLES_H_

#include <optional>
#include <string_view>

#include "jouleprint/units.h"

namespace jouleprint::carbon {

/// The EIC of a zone's area (Energy Identification Code, 16 characters): "FR", "DK-DK1". "" where ENTSO-E has
/// none.
std::string_view EntsoeAreaOf(std::string_view zone_id);
/// Whether it has the form of an EIC and its check character fits (EIC reference manual, annex).
bool IsEic(std::string_view code);

/// What a psrType stands for.
struct PlantKind {
  std::string_view code;  ///< "B04"
  std::string_view name;  ///< "gas"
  /// Life-cycle emissions; nothing for storage, which gives back what others made.
  std::optional<GramsPerKwh> factor;
};
/// Null for a code that ENTSO-E has not defined.
const PlantKind* FindPlantKind(std::string_view code);

}  // namespace jouleprint::carbon

#endif  // JOULEPRINT_CARBON_LIVE_ENTSOE_TABLES_H_
