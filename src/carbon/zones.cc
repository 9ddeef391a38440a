// Looks zones and regions up in the tables that are compiled in.
//
// A look-up walks the text of the table and parses the one row that it wants: some tens of
// microseconds, against a map that every start of the program would have to build.
#include "jouleprint/zones.h"

#include <array>
#include <cassert>
#include <charconv>
#include <utility>

#include "carbon/csv_table.h"
#include "carbon/near_miss.h"

// data/grid/zones.csv and data/grid/cloud_regions.csv, as src/CMakeLists.txt embeds them.
extern "C" const char jouleprint_data_zones_begin[];
extern "C" const char jouleprint_data_zones_end[];
extern "C" const char jouleprint_data_cloud_regions_begin[];
extern "C" const char jouleprint_data_cloud_regions_end[];

namespace jouleprint {
namespace {

using carbon::CsvTable;
using carbon::NearMisses;

// The columns in the order of the files; data/grid/README.md says what each one is.
namespace zone_column {
enum { kId, kName, kAliases, kIso3, kYear, kValue, kLow, kHigh, kKind, kBasis, kSource, kNote };
}
namespace region_column {
enum {
  kProvider,
  kRegion,
  kPlace,
  kZone,
  kYear,
  kValue,
  kLow,
  kHigh,
  kKind,
  kSource,
  kNote,
  kPue,
  kPueSource
};
}

// The names that people give the providers, and ours.
constexpr std::array<std::pair<std::string_view, std::string_view>, 8> kProviders{{
    {"aws", "aws"},
    {"amazon", "aws"},
    {"amazon-web-services", "aws"},
    {"azure", "azure"},
    {"microsoft", "azure"},
    {"gcp", "gcp"},
    {"google", "gcp"},
    {"google-cloud", "gcp"},
}};

CsvTable ZoneTable() { return {jouleprint_data_zones_begin, jouleprint_data_zones_end}; }
CsvTable RegionTable() { return {jouleprint_data_cloud_regions_begin, jouleprint_data_cloud_regions_end}; }

template <class Number>
bool Parse(std::string_view text, Number* out) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), *out);
  return error == std::errc{} && end == text.data() + text.size();
}

std::string_view Trimmed(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r\n";
  const std::size_t first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

std::string SourceText(std::string_view source, std::string_view year, std::string_view note) {
  std::string text = std::string(source).append(", ").append(year);
  return note.empty() ? text : text.append(" (").append(note).append(")");
}

Error DamagedRow(std::string_view table, std::string_view id) {
  return {ErrorCode::kInternal,
          std::string(table) + ": the row of " + std::string(id) + " has a bad number or basis",
          "rebuild jouleprint with an unchanged data folder"};
}

Result<Zone> ReadZone(const CsvTable& row) {
  using namespace zone_column;
  Zone zone;
  zone.id = row.Cell(kId);
  zone.name = row.Cell(kName);
  zone.country_iso3 = row.Cell(kIso3);
  Estimate& value = zone.intensity.value;
  const std::optional<Basis> basis = BasisFromName(row.Cell(kBasis));
  if (!basis || !Parse(row.Cell(kYear), &zone.year) || !Parse(row.Cell(kValue), &value.value) ||
      !Parse(row.Cell(kLow), &value.low) || !Parse(row.Cell(kHigh), &value.high)) {
    return DamagedRow("data/grid/zones.csv", zone.id);
  }
  value.basis = *basis;
  zone.intensity.kind = row.Cell(kKind);
  zone.intensity.source = SourceText(row.Cell(kSource), row.Cell(kYear), row.Cell(kNote));
  return zone;
}

Result<CloudRegion> ReadRegion(const CsvTable& row) {
  using namespace region_column;
  CloudRegion region;
  region.provider = row.Cell(kProvider);
  region.region = row.Cell(kRegion);
  region.place = row.Cell(kPlace);
  region.zone_id = row.Cell(kZone);
  Estimate& value = region.intensity.value;
  bool sound = Parse(row.Cell(kValue), &value.value) && Parse(row.Cell(kLow), &value.low) &&
               Parse(row.Cell(kHigh), &value.high);
  if (!row.Cell(kPue).empty()) sound = sound && Parse(row.Cell(kPue), &region.pue.emplace());
  if (!sound) return DamagedRow("data/grid/cloud_regions.csv", region.provider + ":" + region.region);
  region.pue_source = row.Cell(kPueSource);
  // A published average of the grid, not a reading at this machine.
  value.basis = Basis::kModelled;
  region.intensity.kind = row.Cell(kKind);
  region.intensity.source = SourceText(row.Cell(kSource), row.Cell(kYear), row.Cell(kNote));
  return region;
}

// Calls `use` with every name of the row's zone until it returns true.
template <class Use>
bool AnyName(const CsvTable& row, Use use) {
  using namespace zone_column;
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

// `command` lists what could have been meant.
std::string Hint(const NearMisses& misses, std::string_view command) {
  const std::string question = misses.Question();
  const std::string list = "'" + std::string(command) + "' lists all that it knows";
  return question.empty() ? list : question + " " + list;
}

Error NoSuchZone(std::string_view name) {
  NearMisses misses(name);
  for (CsvTable row = ZoneTable(); row.Next();) {
    const std::string label =
        std::string(row.Cell(zone_column::kName)) + " (" + std::string(row.Cell(zone_column::kId)) + ")";
    AnyName(row, [&](std::string_view known) {
      misses.Consider(known, label);
      return false;
    });
  }
  return {ErrorCode::kNotFound, "there is no figure for a grid zone called '" + std::string(name) + "'",
          Hint(misses, "jouleprint grid zones")};
}

Error NoSuchRegion(std::string_view provider, std::string_view name) {
  using namespace region_column;
  NearMisses misses(name);
  for (CsvTable row = RegionTable(); row.Next();) {
    if (row.Cell(kProvider) != provider) continue;
    misses.Consider(row.Cell(kRegion), std::string(provider) + ":" + std::string(row.Cell(kRegion)));
  }
  return {ErrorCode::kNotFound, std::string(provider) + " has no known region '" + std::string(name) + "'",
          Hint(misses, "jouleprint grid regions")};
}

template <class Row, class Read>
std::vector<Row> AllOf(CsvTable table, Read read) {
  std::vector<Row> rows;
  while (table.Next()) {
    Result<Row> row = read(table);
    assert(row.ok());
    if (row.ok()) rows.push_back(*std::move(row));
  }
  return rows;
}

}  // namespace

Result<Zone> FindZone(std::string_view name) {
  const std::string_view wanted = Trimmed(name);
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
  return NoSuchZone(wanted);
}

Result<CloudRegion> FindRegion(std::string_view provider_and_region) {
  const std::size_t colon = provider_and_region.find(':');
  const std::string_view provider = Trimmed(provider_and_region.substr(0, colon));
  const std::string_view region =
      colon == std::string_view::npos ? "" : Trimmed(provider_and_region.substr(colon + 1));
  if (provider.empty() || region.empty()) {
    return Error{ErrorCode::kInvalidArgument,
                 "'" + std::string(provider_and_region) + "' is not a cloud region",
                 "write it as PROVIDER:REGION, such as gcp:europe-west4"};
  }
  const std::string folded_provider = carbon::Folded(provider);
  std::string_view known_provider;
  for (const auto& [alias, name] : kProviders) {
    if (alias == folded_provider) known_provider = name;
  }
  if (known_provider.empty()) {
    return Error{ErrorCode::kNotFound,
                 "there is no figure for a cloud provider called '" + std::string(provider) + "'",
                 "the known ones are aws, azure and gcp; for another, name the grid zone instead"};
  }
  const std::string folded = carbon::Folded(region);
  for (CsvTable row = RegionTable(); row.Next();) {
    const bool same_provider = row.Cell(region_column::kProvider) == known_provider;
    if (same_provider && carbon::SameName(row.Cell(region_column::kRegion), folded)) return ReadRegion(row);
  }
  return NoSuchRegion(known_provider, region);
}

std::vector<Zone> AllZones() { return AllOf<Zone>(ZoneTable(), ReadZone); }

std::vector<CloudRegion> AllRegions() { return AllOf<CloudRegion>(RegionTable(), ReadRegion); }

IntensityUsed WorldAverage() {
  const Result<Zone> world = FindZone("WORLD");
  assert(world.ok());
  return world->intensity;
}

}  // namespace jouleprint
