#include "carbon/places/divided_state.h"

#include "carbon/places/near_miss.h"
#include "carbon/places/place_table.h"

// data/grid/divided.csv, as src/CMakeLists.txt embeds it.
extern "C" const char jouleprint_data_divided_begin[];
extern "C" const char jouleprint_data_divided_end[];

namespace jouleprint::carbon {

namespace {

enum { kId, kName, kCountry, kZones };

}  // namespace

std::optional<DividedState> FindDividedState(std::string_view folded) {
  for (CsvTable row(jouleprint_data_divided_begin, jouleprint_data_divided_end); row.Next();) {
    if (!SameName(row.Cell(kId), folded) && !SameName(row.Cell(kName), folded)) continue;
    return DividedState{std::string(row.Cell(kId)), std::string(row.Cell(kName)),
                        std::string(row.Cell(kCountry)), ListOf(row.Cell(kZones))};
  }
  return std::nullopt;
}

}  // namespace jouleprint::carbon
