#include "carbon/live/neso.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <utility>

#include "carbon/live/json_value.h"
#include "carbon/live/live_source.h"

namespace jouleprint::carbon {
namespace {

using nlohmann::json;

constexpr const char* kPublisher = "NESO";
constexpr const char* kAddress = "https://api.carbonintensity.org.uk";
constexpr const char* kZone = "GB";
constexpr const char* kKind = "average-direct";
constexpr Seconds kHalfHour{1800};
// It answers for 14 days at most.
constexpr Seconds kLongest{13 * 86400.0};

void AddPoint(const json& row, PointCollector* points) {
  const json* intensity = JsonMember(&row, "intensity");
  const std::optional<UtcTime> time = JsonTime(JsonMember(&row, "from"));
  const std::optional<double> actual = JsonNumber(JsonMember(intensity, "actual"));
  const std::optional<double> value = actual ? actual : JsonNumber(JsonMember(intensity, "forecast"));
  if (!time || !value) return points->AddUnreadable();
  points->Add({*time, kHalfHour, GramsPerKwh{*value}, !actual});
}

// "2026-01-20T12:30Z": the API knows no seconds.
std::string Minute(UtcTime time) { return time.ToString().substr(0, 16) + "Z"; }

class Neso final : public LiveSource {
 public:
  Neso(SourceFacts facts, std::string base, std::string region)
      : LiveSource(std::move(facts)), base_(std::move(base)), region_(std::move(region)) {}

  Result<LiveAnswer> Ask(Asker* asker, UtcTime from, UtcTime now) override {
    os::HttpRequest request;
    const std::string hours = Minute(std::max(from, now + -kLongest)) + "/" + Minute(now + kHalfHour);
    const bool by_number = !region_.empty() && std::isdigit(static_cast<unsigned char>(region_.front())) != 0;
    request.url = region_.empty() ? fmt::format("{}/intensity/{}", base_, hours)
                                  : fmt::format("{}/regional/intensity/{}/{}/{}", base_, hours,
                                                by_number ? "regionid" : "postcode", region_);
    request.headers.push_back({"Accept", "application/json"});
    const Result<std::string> body = asker->Body(std::move(request), kPublisher);
    return body.ok() ? ParseNeso(*body, now) : body.error();
  }

 private:
  std::string base_;
  std::string region_;
};

}  // namespace

Result<LiveAnswer> ParseNeso(std::string_view text, UtcTime now) {
  const Result<json> answer = JsonObject(text, kPublisher);
  if (!answer.ok()) return answer.error();
  PointCollector points(kKind, now);
  const json* data = JsonMember(&*answer, "data");
  for (const json& row : JsonList(JsonMember(data, "data"))) AddPoint(row, &points);
  for (const json& row : JsonList(data)) {
    const json* deeper = JsonMember(&row, "data");
    if (deeper == nullptr) AddPoint(row, &points);
    for (const json& inner : JsonList(deeper)) AddPoint(inner, &points);
  }
  return std::move(points).Finish(kPublisher);
}

Result<std::unique_ptr<LiveSource>> MakeNeso(const SourceName& name, const std::string& zone) {
  const Result<std::string> id = zone.empty() ? Result<std::string>(kZone) : ZoneIdFor(kPublisher, zone);
  if (!id.ok()) return id.error();
  if (*id != kZone) {
    return Error{ErrorCode::kInvalidArgument, "neso knows Great Britain alone, and the zone is " + *id,
                 "use --zone GB, or another source: electricity-maps, entsoe"};
  }
  const std::string region = name.region == kZone ? "" : name.region;
  SourceFacts facts{.publisher = kPublisher,
                    .zone = region.empty() ? kZone : std::string(kZone) + ":" + region,
                    .cache_key = CacheKeyOf("neso-" + region, name.base_url),
                    .step = kHalfHour,
                    .settled = kRevisedSpread,
                    .estimated = kNesoForecastSpread};
  return std::unique_ptr<LiveSource>(
      std::make_unique<Neso>(std::move(facts), name.base_url.empty() ? kAddress : name.base_url, region));
}

}  // namespace jouleprint::carbon
