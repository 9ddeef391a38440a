// Looks zones up in the table that is compiled in.
//
// A look-up walks the text of the table and parses the one row that it wants: some tens of
// microseconds, against a map that every start of the program would have to build.
#include "jouleprint/zones.h"

#include "carbon/places/divided_state.h"
#include "carbon/places/near_miss.h"
#include "carbon/places/place_table.h"

// data/grid/zones.csv, as src/CMakeLists.txt embeds it.
extern "C" const char jouleprint_data_zones_begin[];
extern "C" const char jouleprint_data_zones_end[];

namespace jouleprint {
namespace {

using carbon::CsvTable;
using carbon::NearMisses;

// The columns in the order of the file; data/grid/README.md says what each one is.
enum { kId, kName, kAliases, kIso3, kYear, kValue, kLow, kHigh, kKind, kBasis, kSource, kNote };

CsvTable ZoneTable() { return {jouleprint_data_zones_begin, jouleprint_data_zones_end}; }

Result<Zone> ReadZone(const CsvTable& row) {
  Zone zone;
  zone.id = row.Cell(kId);
  zone.name = row.Cell(kName);
  zone.aliases = carbon::ListOf(row.Cell(kAliases));
  zone.country_iso3 = row.Cell(kIso3);
  Estimate& value = zone.intensity.value;
  const std::optional<Basis> basis = BasisFromName(row.Cell(kBasis));
  if (!basis || !carbon::ParseNumber(row.Cell(kYear), &zone.year) ||
      !carbon::ParseInterval(row.Cell(kValue), row.Cell(kLow), row.Cell(kHigh), &value)) {
    return carbon::DamagedRow("data/grid/zones.csv", zone.id);
  }
  value.basis = *basis;
  zone.intensity.kind = row.Cell(kKind);
  zone.intensity.source = carbon::SourceText(row.Cell(kSource), row.Cell(kYear), row.Cell(kNote));
  return zone;
}

// Calls `use` with every name of the row's zone until it returns true.
template <class Use>
bool AnyName(const CsvTable& row, Use use) {
  const std::string_view id = row.Cell(kId);
  if (use(id) || use(row.Cell(kName))) return true;
  // The code of a country names the country, not the zones within it.
  const bool is_country = id.find('-') == std::string_view::npos;
  if (is_country && !row.Cell(kIso3).empty() && use(row.Cell(kIso3))) return true;
  for (std::string_view aliases = row.Cell(kAliases); !aliases.empty();) {
    if (use(carbon::TakeUntil(&aliases, '|'))) return true;
  }
  return false;
}

Error NoSuchZone(std::string_view name) {
  NearMisses misses(name);
  for (CsvTable row = ZoneTable(); row.Next();) {
    const std::string label = std::string(row.Cell(kName)) + " (" + std::string(row.Cell(kId)) + ")";
    AnyName(row, [&](std::string_view known) {
      misses.Consider(known, label);
      return false;
    });
  }
  return {ErrorCode::kNotFound, "there is no figure for a grid zone called '" + std::string(name) + "'",
          carbon::QuestionAndList(misses.Question(), "jouleprint grid zones")};
}

Error MoreThanOneGrid(const carbon::DividedState& state) {
  return {ErrorCode::kInvalidArgument,
          state.name + " (" + state.id + ") is served by more than one grid, and no figure covers it",
          "name one of them, " + carbon::OneOf(state.zones) + ", or " + state.country +
              " for the whole country's average"};
}

}  // namespace

Result<Zone> FindZone(std::string_view name) {
  const std::string_view wanted = carbon::Trimmed(name);
  const std::string folded = carbon::Folded(wanted);
  if (folded.empty()) {
    return Error{ErrorCode::kInvalidArgument, "'" + std::string(name) + "' is not the name of a grid zone",
                 "write a country or a zone, such as FR, France or US-CAL-CISO"};
  }
  for (CsvTable row = ZoneTable(); row.Next();) {
    if (AnyName(row, [&](std::string_view known) { return carbon::SameName(known, folded); })) {
      return ReadZone(row);
    }
  }
  if (const auto state = carbon::FindDividedState(folded)) return MoreThanOneGrid(*state);
  return NoSuchZone(wanted);
}

std::vector<Zone> AllZones() { return carbon::AllOf<Zone>(ZoneTable(), ReadZone); }

IntensityUsed WorldAverage() {
  const Result<Zone> world = FindZone("WORLD");
  assert(world.ok());
  return world->intensity;
}

}  // namespace jouleprint
