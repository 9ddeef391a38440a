#include "carbon/live/source_name.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <nlohmann/json.hpp>
#include <utility>

#include "carbon/live/live_answer.h"
#include "carbon/series/intensity_unit.h"
#include "jouleprint/intensity_series.h"
#include "os/file.h"
#include "os/http.h"

namespace jouleprint::carbon {
namespace {

constexpr std::array<std::pair<std::string_view, Publisher>, 4> kPublishers{{
    {"electricity-maps", Publisher::kElectricityMaps},
    {"watttime", Publisher::kWattTime},
    {"neso", Publisher::kNeso},
    {"entsoe", Publisher::kEntsoe},
}};
constexpr const char* kHowToName =
    "choose electricity-maps, watttime:REGION, neso, entsoe or URL#JSON-POINTER; docs/live-sources.md says "
    "more";
// Longer than any of the four APIs' names.
constexpr std::size_t kLongestRegion = 40;

Error Bad(std::string message, std::string hint = kHowToName) {
  return {ErrorCode::kInvalidArgument, std::move(message), std::move(hint)};
}

bool IsUrl(std::string_view text) { return text.starts_with("http://") || text.starts_with("https://"); }

// It becomes a part of a path or a query as it stands.
bool IsRegion(std::string_view region) {
  const auto plain = [](unsigned char c) { return std::isalnum(c) || c == '-' || c == '_' || c == '.'; };
  return region.size() <= kLongestRegion && std::all_of(region.begin(), region.end(), plain);
}

Status SetKind(std::string_view value, SourceName* name) {
  name->kind = value;
  if (name->publisher == Publisher::kUrl) {
    const Result<std::string> kind = IntensityKind(value);
    return kind.ok() ? Status() : Status(kind.error());
  }
  if (name->publisher == Publisher::kElectricityMaps && (value == "lifecycle" || value == "direct"))
    return {};
  return Bad("kind=" + std::string(value) + " cannot be chosen of this source",
             "electricity-maps has kind=lifecycle and kind=direct; the others have one kind only");
}

Status SetOption(std::string_view option, SourceName* name) {
  const std::size_t equals = std::min(option.find('='), option.size());
  const std::string_view key = option.substr(0, equals);
  const std::string_view value = option.substr(std::min(equals + 1, option.size()));
  if (key == "kind") return SetKind(value, name);
  if (name->publisher == Publisher::kUrl && key == "unit") {
    name->unit = value;
    name->unit_said = true;
    const Result<IntensityUnit> unit = ParseIntensityUnit(value);
    return unit.ok() ? Status() : Status(unit.error());
  }
  if (name->publisher == Publisher::kUrl && key == "step") {
    double seconds = 0;
    const bool number = os::ParseDouble(value, &seconds);
    name->step = Seconds{seconds};
    if (number && IsUsableStep(name->step)) return {};
    return Bad("step=" + std::string(value) + " is no step of 1 minute to 1 hour that divides an hour",
               "give seconds: step=300");
  }
  return Bad("'" + std::string(key) + "' is no option of this source",
             "after a URL's pointer: ;unit=, ;kind=, ;step=; after electricity-maps: ;kind=");
}

// Takes ";key=value;key=value" off the end of `text`, from `at` on.
Status TakeOptions(std::string_view* text, std::size_t at, SourceName* name) {
  const std::size_t first = std::min(text->find(';', at), text->size());
  std::string_view options = text->substr(first);
  *text = text->substr(0, first);
  while (!options.empty()) {
    options.remove_prefix(1);
    const std::size_t end = std::min(options.find(';'), options.size());
    if (Status set = SetOption(options.substr(0, end), name); !set.ok()) return set;
    options.remove_prefix(end);
  }
  return {};
}

Status CheckUrl(std::string_view url) {
  const std::size_t host = std::min(url.find("://"), url.size());
  std::string_view authority = url.substr(std::min(host + 3, url.size()));
  authority = authority.substr(0, authority.find_first_of("/?#"));
  if (IsUrl(url) && !authority.empty() && authority.find('@') == std::string_view::npos) return {};
  return Bad("'" + os::ShownUrl(url) + "' is no address that can be asked",
             "write http(s)://HOST[:PORT]/PATH, without user and password");
}

Result<SourceName> ParseUrl(std::string_view text) {
  SourceName name;
  const std::size_t hash = std::min(text.find('#'), text.size());
  if (Status taken = TakeOptions(&text, hash, &name); !taken.ok()) return taken.error();
  name.base_url = text.substr(0, hash);
  name.pointer = text.substr(std::min(hash + 1, text.size()));
  if (Status url = CheckUrl(name.base_url); !url.ok()) return url.error();
  try {
    static_cast<void>(nlohmann::json::json_pointer(name.pointer));
  } catch (const nlohmann::json::exception&) {
    return Bad("'" + name.pointer + "' is no JSON pointer",
               "write it as RFC 6901 has it, for example #/data/0/intensity");
  }
  return name;
}

}  // namespace

Result<SourceName> ParseSourceName(std::string_view text) {
  if (IsUrl(text)) return ParseUrl(text);
  SourceName name;
  const std::string_view word = text.substr(0, text.find_first_of(":@;"));
  const auto found = std::find_if(kPublishers.begin(), kPublishers.end(),
                                  [&](const auto& known) { return known.first == word; });
  if (found == kPublishers.end()) return Bad("'" + std::string(word) + "' is no source of intensities");
  name.publisher = found->second;
  if (Status taken = TakeOptions(&text, word.size(), &name); !taken.ok()) return taken.error();
  text.remove_prefix(word.size());
  const std::size_t at = std::min(text.find('@'), text.size());
  if (text.starts_with(':')) name.region = text.substr(1, at - 1);
  if (at < text.size()) {
    name.base_url = text.substr(at + 1);
    if (Status url = CheckUrl(name.base_url); !url.ok()) return url.error();
    while (name.base_url.ends_with('/')) name.base_url.pop_back();
  }
  if (!IsRegion(name.region) || (text.starts_with(':') && name.region.empty())) {
    return Bad("'" + name.region + "' is no name of a region", "write it as the source does: entsoe:DE");
  }
  return name;
}

bool IsLoopbackUrl(std::string_view url) {
  const std::size_t scheme = url.find("://");
  if (scheme == std::string_view::npos) return false;
  const std::size_t host = scheme + 3;
  const std::string_view authority = url.substr(host, url.find_first_of("/?#", host) - host);
  for (const std::string_view mine : {"127.0.0.1", "localhost", "[::1]"}) {
    if (authority == mine || (authority.starts_with(mine) && authority[mine.size()] == ':')) return true;
  }
  return false;
}

bool MayCarryKey(const SourceName& name) { return name.base_url.empty() || IsLoopbackUrl(name.base_url); }

}  // namespace jouleprint::carbon
