#include "carbon/live/answer_cache.h"

#include <cmath>
#include <nlohmann/json.hpp>
#include <utility>

#include "carbon/live/asker.h"
#include "carbon/live/json_value.h"
#include "os/file.h"
#include "os/private_file.h"
#include "os/user_dirs.h"

namespace jouleprint::carbon {
namespace {

using nlohmann::json;

constexpr int kFormat = 1;
constexpr std::size_t kValuesPerPoint = 4;
// A question is given up well before; a day is the longest that a server may want to be left alone.
constexpr Seconds kLongestWait{86400};

json TimeOrNull(const std::optional<UtcTime>& time) { return time ? json(time->ToString()) : json(); }

// Nothing that lies further ahead than it could have been written: the clock was wrong then, or is now.
std::optional<UtcTime> TimeUpTo(const json* value, UtcTime latest) {
  const std::optional<UtcTime> time = JsonTime(value);
  return time && *time <= latest ? time : std::nullopt;
}

std::optional<LivePoint> PointOf(const json& row) {
  if (!row.is_array() || row.size() != kValuesPerPoint || !row[3].is_boolean()) return std::nullopt;
  const std::optional<UtcTime> time = JsonTime(&row[0]);
  const std::optional<double> step = JsonNumber(&row[1]);
  const std::optional<double> value = JsonNumber(&row[2]);
  if (!time || !step || !value) return std::nullopt;
  return LivePoint{*time, Seconds{*step}, GramsPerKwh{*value}, row[3].get<bool>()};
}

}  // namespace

std::string CacheText(const CachedAnswers& cached) {
  json points = json::array();
  for (const LivePoint& point : cached.answer.points) {
    points.push_back({point.time.ToString(), point.step.value(), point.intensity.value(), point.estimated});
  }
  const json text{{"format", kFormat},
                  {"kind", cached.answer.kind},
                  {"retrieved", TimeOrNull(cached.retrieved)},
                  {"since", TimeOrNull(cached.since)},
                  {"next", TimeOrNull(cached.next)},
                  {"asking_until", TimeOrNull(cached.asking_until)},
                  {"problem", cached.problem},
                  {"points", std::move(points)}};
  return text.dump(-1, ' ', /*ensure_ascii=*/true, json::error_handler_t::replace) + "\n";
}

std::optional<CachedAnswers> ParseCacheText(std::string_view text, UtcTime now) {
  const json parsed = json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (JsonNumber(JsonMember(&parsed, "format")) != kFormat) return std::nullopt;
  CachedAnswers cached;
  const std::string kind = JsonText(JsonMember(&parsed, "kind"));
  if (!IntensityKind(kind).ok()) return std::nullopt;
  PointCollector points(kind, now);
  for (const json& row : JsonList(JsonMember(&parsed, "points"))) {
    const std::optional<LivePoint> point = PointOf(row);
    if (!point) return std::nullopt;
    points.Add(*point);
  }
  Result<LiveAnswer> kept = std::move(points).Finish("the cache");
  if (kept.ok()) cached.answer = *std::move(kept);
  cached.retrieved = TimeUpTo(JsonMember(&parsed, "retrieved"), now);
  cached.since = TimeUpTo(JsonMember(&parsed, "since"), now);
  cached.next = TimeUpTo(JsonMember(&parsed, "next"), now + kLongestWait);
  cached.asking_until = TimeUpTo(JsonMember(&parsed, "asking_until"), now + kLongestAsking);
  cached.problem = JsonText(JsonMember(&parsed, "problem"));
  return cached;
}

AnswerCache::AnswerCache(std::string folder, const std::string& key)
    : path_((folder.empty() ? os::CacheDir() : std::move(folder)) + "/intensity-" + key + ".json") {}

CachedAnswers AnswerCache::Load(UtcTime now) const {
  const Result<std::string> text = os::ReadPrivateFile(path_);
  if (!text.ok()) return {};
  return ParseCacheText(*text, now).value_or(CachedAnswers{});
}

void AnswerCache::Save(const CachedAnswers& cached) const {
  // Made private before there is anything in it; writing keeps its mode.
  if (!os::EnsurePrivateFile(path_).ok()) return;
  static_cast<void>(os::WriteFileAtomically(path_, CacheText(cached)).ok());
}

}  // namespace jouleprint::carbon
