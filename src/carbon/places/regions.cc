// Looks cloud regions up in the table that is compiled in, by a walk over its text as zones.cc does.
#include <algorithm>
#include <array>
#include <utility>

#include "carbon/places/near_miss.h"
#include "carbon/places/place_table.h"
#include "jouleprint/zones.h"

// data/grid/cloud_regions.csv, as src/CMakeLists.txt embeds it.
extern "C" const char jouleprint_data_cloud_regions_begin[];
extern "C" const char jouleprint_data_cloud_regions_end[];

namespace jouleprint {
namespace {

using carbon::CsvTable;
using carbon::NearMisses;

// The columns in the order of the file; data/grid/README.md says what each one is.
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
  kPueSource,
  kWue,
  kWueSource,
  kMarginalYear,
  kMarginal,
  kMarginalLow,
  kMarginalHigh,
  kMarginalKind,
  kMarginalSource
};

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

constexpr std::string_view kListCommand = "jouleprint grid regions";

CsvTable RegionTable() { return {jouleprint_data_cloud_regions_begin, jouleprint_data_cloud_regions_end}; }

std::string IdOf(const CsvTable& row) {
  return std::string(row.Cell(kProvider)) + ":" + std::string(row.Cell(kRegion));
}

bool ParseOptional(std::string_view cell, std::optional<double>* out) {
  return cell.empty() || carbon::ParseNumber(cell, &out->emplace());
}

bool ParseMarginal(const CsvTable& row, std::optional<IntensityUsed>* out) {
  if (row.Cell(kMarginal).empty()) return true;
  IntensityUsed& marginal = out->emplace();
  marginal.kind = row.Cell(kMarginalKind);
  marginal.source = carbon::SourceText(row.Cell(kMarginalSource), row.Cell(kMarginalYear), {});
  marginal.value.basis = Basis::kModelled;
  return carbon::ParseInterval(row.Cell(kMarginal), row.Cell(kMarginalLow), row.Cell(kMarginalHigh),
                               &marginal.value);
}

Result<CloudRegion> ReadRegion(const CsvTable& row) {
  CloudRegion region;
  region.provider = row.Cell(kProvider);
  region.region = row.Cell(kRegion);
  region.place = row.Cell(kPlace);
  region.zone_id = row.Cell(kZone);
  Estimate& value = region.intensity.value;
  if (!carbon::ParseInterval(row.Cell(kValue), row.Cell(kLow), row.Cell(kHigh), &value) ||
      !carbon::ParseNumber(row.Cell(kYear), &region.year) || !ParseOptional(row.Cell(kPue), &region.pue) ||
      !ParseOptional(row.Cell(kWue), &region.wue) || !ParseMarginal(row, &region.marginal)) {
    return carbon::DamagedRow("data/grid/cloud_regions.csv", IdOf(row));
  }
  region.pue_source = row.Cell(kPueSource);
  region.wue_source = row.Cell(kWueSource);
  // A published average of the grid, not a reading at this machine.
  value.basis = Basis::kModelled;
  region.intensity.kind = row.Cell(kKind);
  region.intensity.source = carbon::SourceText(row.Cell(kSource), row.Cell(kYear), row.Cell(kNote));
  return region;
}

// "West Europe" is Azure's westeurope, and people write "us-east1" for AWS's us-east-1: what parts the words
// does not count. No two regions of one provider differ in that alone.
std::string WithoutHyphens(std::string_view name) {
  std::string folded = carbon::Folded(name);
  std::erase(folded, '-');
  return folded;
}

// The town in "Europe (Frankfurt)"; the whole where there is none.
std::string_view TownIn(std::string_view place) {
  const std::size_t open = place.find('(');
  if (open == std::string_view::npos) return place;
  return place.substr(open + 1, place.find(')', open) - open - 1);
}

// What `name` may mean among the regions of `provider`, or of all where that is empty.
std::string Question(std::string_view provider, std::string_view name) {
  NearMisses misses(name);
  for (CsvTable row = RegionTable(); row.Next();) {
    if (!provider.empty() && row.Cell(kProvider) != provider) continue;
    misses.Consider(row.Cell(kRegion), IdOf(row));
    misses.Consider(TownIn(row.Cell(kPlace)), IdOf(row));
  }
  return misses.Question();
}

Error NoProvider(std::string_view text) {
  const std::string question = Question("", carbon::Trimmed(text));
  return {ErrorCode::kInvalidArgument, "'" + std::string(text) + "' is not a cloud region",
          (question.empty() ? "" : question + " ") + "write it as PROVIDER:REGION, such as gcp:europe-west4"};
}

std::string_view KnownProvider(std::string_view name) {
  const std::string folded = carbon::Folded(name);
  const auto found = std::ranges::find(kProviders, folded, [](const auto& known) { return known.first; });
  return found == kProviders.end() ? std::string_view{} : found->second;
}

}  // namespace

Result<CloudRegion> FindRegion(std::string_view provider_and_region) {
  const std::size_t colon = provider_and_region.find(':');
  if (colon == std::string_view::npos) return NoProvider(provider_and_region);
  const std::string_view provider = carbon::Trimmed(provider_and_region.substr(0, colon));
  const std::string_view region = carbon::Trimmed(provider_and_region.substr(colon + 1));
  if (provider.empty() || region.empty()) return NoProvider(provider_and_region);
  const std::string_view known_provider = KnownProvider(provider);
  if (known_provider.empty()) {
    return Error{ErrorCode::kNotFound,
                 "there is no figure for a cloud provider called '" + std::string(provider) + "'",
                 "the known ones are aws, azure and gcp; for another, name the grid zone instead"};
  }
  const std::string wanted = WithoutHyphens(region);
  for (CsvTable row = RegionTable(); row.Next();) {
    if (row.Cell(kProvider) == known_provider && WithoutHyphens(row.Cell(kRegion)) == wanted) {
      return ReadRegion(row);
    }
  }
  return Error{ErrorCode::kNotFound,
               std::string(known_provider) + " has no known region '" + std::string(region) + "'",
               carbon::QuestionAndList(Question(known_provider, region), kListCommand)};
}

std::vector<CloudRegion> AllRegions() { return carbon::AllOf<CloudRegion>(RegionTable(), ReadRegion); }

}  // namespace jouleprint
