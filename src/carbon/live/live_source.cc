#include "carbon/live/live_source.h"

#include <fmt/format.h>

#include <cctype>
#include <cstdint>

#include "jouleprint/zones.h"

namespace jouleprint::carbon {

Result<std::unique_ptr<LiveSource>> MakeLiveSource(const SourceName& name, const std::string& zone) {
  switch (name.publisher) {
    case Publisher::kElectricityMaps:
      return MakeElectricityMaps(name, zone);
    case Publisher::kWattTime:
      return MakeWattTime(name);
    case Publisher::kNeso:
      return MakeNeso(name, zone);
    case Publisher::kEntsoe:
      return MakeEntsoe(name, zone);
    case Publisher::kUrl:
      break;
  }
  return MakeUrlSource(name, zone);
}

Result<std::string> ZoneIdFor(const std::string& who, const std::string& zone) {
  if (zone.empty()) {
    return Error{ErrorCode::kInvalidArgument, who + " must be told for which zone",
                 "add --zone, or name the source's own zone after a colon: electricity-maps:DE"};
  }
  const Result<Zone> found = FindZone(zone);
  if (!found.ok()) return Error{ErrorCode::kInvalidArgument, found.error().message, found.error().hint};
  return found->id;
}

std::string CacheKeyOf(const std::string& parts, const std::string& address) {
  std::string key;
  for (const unsigned char c : parts) key += std::isalnum(c) || c == '_' ? static_cast<char>(c) : '-';
  if (address.empty()) return key;
  // FNV-1a, 64 bits (Fowler, Noll, Vo): enough to keep a user's few addresses apart.
  std::uint64_t hash = 14695981039346656037u;
  for (const unsigned char c : address) hash = (hash ^ c) * 1099511628211u;
  return key + fmt::format("-{:016x}", hash);
}

}  // namespace jouleprint::carbon
