// Areas: ENTSO-E's EIC list of areas (type Y, entsoe.eu/data/energy-identification-codes-eic), bidding zones
// and countries. Kinds of plants: code list of psrType (ENTSO-E, "Transparency Platform restful API", A.5).
// Factors: medians of IPCC AR5 (2014), WG III, annex III, table A.III.2, except where a line says otherwise.
#include "carbon/live/entsoe_tables.h"

#include <algorithm>
#include <array>

namespace jouleprint::carbon {
namespace {

struct Area {
  std::string_view zone;
  std::string_view eic;
};

constexpr std::array<Area, 57> kAreas{{
    {"AL", "10YAL-KESH-----5"},     {"AT", "10YAT-APG------L"},     {"BA", "10YBA-JPCC-----D"},
    {"BE", "10YBE----------2"},     {"BG", "10YCA-BULGARIA-R"},     {"CH", "10YCH-SWISSGRIDZ"},
    {"CY", "10YCY-1001A0003J"},     {"CZ", "10YCZ-CEPS-----N"},     {"DE", "10Y1001A1001A83F"},
    {"DK", "10Y1001A1001A65H"},     {"DK-DK1", "10YDK-1--------W"}, {"DK-DK2", "10YDK-2--------M"},
    {"EE", "10Y1001A1001A39I"},     {"ES", "10YES-REE------0"},     {"FI", "10YFI-1--------U"},
    {"FR", "10YFR-RTE------C"},     {"GB", "10YGB----------A"},     {"GB-NIR", "10Y1001A1001A016"},
    {"GE", "10Y1001A1001B012"},     {"GR", "10YGR-HTSO-----Y"},     {"HR", "10YHR-HEP------M"},
    {"HU", "10YHU-MAVIR----U"},     {"IE", "10YIE-1001A00010"},     {"IT", "10YIT-GRTN-----B"},
    {"IT-CNO", "10Y1001A1001A70O"}, {"IT-CSO", "10Y1001A1001A71M"}, {"IT-NO", "10Y1001A1001A73I"},
    {"IT-SAR", "10Y1001A1001A74G"}, {"IT-SIC", "10Y1001A1001A75E"}, {"IT-SO", "10Y1001A1001A788"},
    {"LT", "10YLT-1001A0008Q"},     {"LU", "10YLU-CEGEDEL-NQ"},     {"LV", "10YLV-1001A00074"},
    {"MD", "10Y1001A1001A990"},     {"ME", "10YCS-CG-TSO---S"},     {"MK", "10YMK-MEPSO----8"},
    {"NL", "10YNL----------L"},     {"NO", "10YNO-0--------C"},     {"NO-NO1", "10YNO-1--------2"},
    {"NO-NO2", "10YNO-2--------T"}, {"NO-NO3", "10YNO-3--------J"}, {"NO-NO4", "10YNO-4--------9"},
    {"NO-NO5", "10Y1001A1001A48H"}, {"PL", "10YPL-AREA-----S"},     {"PT", "10YPT-REN------W"},
    {"RO", "10YRO-TEL------P"},     {"RS", "10YCS-SERBIATSOV"},     {"SE", "10YSE-1--------K"},
    {"SE-SE1", "10Y1001A1001A44P"}, {"SE-SE2", "10Y1001A1001A45N"}, {"SE-SE3", "10Y1001A1001A46L"},
    {"SE-SE4", "10Y1001A1001A47J"}, {"SI", "10YSI-ELES-----O"},     {"SK", "10YSK-SEPS-----K"},
    {"TR", "10YTR-TEIAS----W"},     {"UA", "10Y1001C--00003F"},     {"XK", "10Y1001C--00100H"},
}};

constexpr GramsPerKwh kCoal{820};
constexpr GramsPerKwh kGas{490};
// Not in the table: what Electricity Maps uses.
constexpr GramsPerKwh kOil{650};
// Of every biomass fired alone.
constexpr GramsPerKwh kBiomass{230};
constexpr GramsPerKwh kHydro{24};
// A plant of which nobody says what it burns: what Electricity Maps takes for such.
constexpr GramsPerKwh kUnknown{700};

constexpr std::array<PlantKind, 21> kPlants{{
    {"B01", "biomass", kBiomass},
    // The table has one coal. Lignite has more carbon per joule (101 against 94.6 kg CO2/GJ), peat and oil
    // shale 106 and 107 (IPCC 2006 guidelines, volume 2, table 2.2), all else taken as equal.
    {"B02", "lignite", GramsPerKwh{820 * 101.0 / 94.6}},
    {"B03", "coal-derived gas", kCoal},
    {"B04", "gas", kGas},
    {"B05", "hard coal", kCoal},
    {"B06", "oil", kOil},
    {"B07", "oil shale", GramsPerKwh{820 * 107.0 / 94.6}},
    {"B08", "peat", GramsPerKwh{820 * 106.0 / 94.6}},
    {"B09", "geothermal", GramsPerKwh{38}},
    {"B10", "pumped storage", std::nullopt},
    {"B11", "run-of-river", kHydro},
    {"B12", "reservoir", kHydro},
    {"B13", "marine", GramsPerKwh{17}},
    {"B14", "nuclear", GramsPerKwh{12}},
    // Gas of landfills and sewage, mostly.
    {"B15", "other renewable", kBiomass},
    // Large plants on the ground.
    {"B16", "solar", GramsPerKwh{48}},
    // Counted with biomass, as Electricity Maps does.
    {"B17", "waste", kBiomass},
    {"B18", "wind offshore", GramsPerKwh{12}},
    {"B19", "wind onshore", GramsPerKwh{11}},
    {"B20", "other", kUnknown},
    {"B25", "storage", std::nullopt},
}};

constexpr std::string_view kEicAlphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-";
constexpr std::size_t kEicLength = 16;

}  // namespace

std::string_view EntsoeAreaOf(std::string_view zone_id) {
  const auto found = std::find_if(kAreas.begin(), kAreas.end(),
                                  [&](const Area& area) { return !zone_id.empty() && area.zone == zone_id; });
  return found == kAreas.end() ? std::string_view() : found->eic;
}

bool IsEic(std::string_view code) {
  if (code.size() != kEicLength) return false;
  std::size_t sum = 0;
  for (std::size_t i = 0; i + 1 < kEicLength; ++i) {
    const std::size_t value = kEicAlphabet.find(code[i]);
    if (value == std::string_view::npos) return false;
    sum += value * (kEicLength - i);
  }
  const std::size_t modulus = kEicAlphabet.size();
  return code.back() == kEicAlphabet[(modulus - 1) - (sum + modulus - 1) % modulus];
}

const PlantKind* FindPlantKind(std::string_view code) {
  const auto found =
      std::find_if(kPlants.begin(), kPlants.end(), [&](const PlantKind& kind) { return kind.code == code; });
  return found == kPlants.end() ? nullptr : &*found;
}

}  // namespace jouleprint::carbon
