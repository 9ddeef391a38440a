#include "carbon/live/electricity_maps.h"

#include <fmt/format.h>

#include <utility>

#include "carbon/live/json_value.h"
#include "carbon/live/live_keys.h"
#include "carbon/live/live_source.h"

namespace jouleprint::carbon {
namespace {

using nlohmann::json;

constexpr const char* kPublisher = "Electricity Maps";
constexpr const char* kAddress = "https://api.electricitymap.org";
// What /history goes back for, and the hour that has begun.
constexpr Seconds kHistory{25 * 3600.0};

// Answers are hourly unless they say otherwise.
Seconds StepOf(const std::string& granularity) {
  if (granularity == "5_minutes") return Seconds{300};
  if (granularity == "15_minutes") return Seconds{900};
  return Seconds{3600};
}

void AddPoint(const json& row, Seconds step, PointCollector* points) {
  const std::optional<UtcTime> time = JsonTime(JsonMember(&row, "datetime"));
  const std::optional<double> value = JsonNumber(JsonMember(&row, "carbonIntensity"));
  if (!time || !value) return points->AddUnreadable();
  const json* estimated = JsonMember(&row, "isEstimated");
  points->Add({*time, step, GramsPerKwh{*value},
               estimated != nullptr && estimated->is_boolean() && estimated->get<bool>()});
}

// Every row may name the zone and the factors, and so may the whole; what is not said is as it was asked.
Status CheckSaid(const json& said, const std::string& zone, const std::string& factors) {
  const std::string its_zone = JsonText(JsonMember(&said, "zone"));
  const std::string its_factors = JsonText(JsonMember(&said, "emissionFactorType"));
  if ((its_zone.empty() || its_zone == zone) && (its_factors.empty() || its_factors == factors)) return {};
  return Error{ErrorCode::kCorrupt,
               fmt::format("{} was asked for {} ({}) and answers for another zone or by other factors",
                           kPublisher, zone, factors),
               "check what stands between: an address after @ must be of the same API"};
}

class ElectricityMaps final : public LiveSource {
 public:
  ElectricityMaps(SourceFacts facts, std::string base, std::string factors, std::string key)
      : LiveSource(std::move(facts)),
        base_(std::move(base)),
        factors_(std::move(factors)),
        key_(std::move(key)) {}

  Result<LiveAnswer> Ask(Asker* asker, UtcTime from, UtcTime now) override {
    Result<LiveAnswer> past =
        now - from <= kHistory
            ? AskFor(asker, "history", "", now)
            : AskFor(asker, "past-range", "&start=" + from.ToString() + "&end=" + now.ToString(), now);
    const bool has_now = past.ok() && past->points.back().time + past->points.back().step > now;
    // A server that refuses the key, or does not answer, is not asked twice; one that has no past may have
    // a present.
    if (has_now || (!past.ok() && asker->status() != 403 && asker->status() / 100 != 2)) return past;
    Result<LiveAnswer> latest = AskFor(asker, "latest", "", now);
    if (!past.ok() || !latest.ok()) return past.ok() ? past : latest;
    MergePoints(latest->points, from, &past->points);
    return past;
  }

 private:
  Result<LiveAnswer> AskFor(Asker* asker, const char* what, const std::string& more, UtcTime now) {
    os::HttpRequest request;
    request.url = fmt::format("{}/v3/carbon-intensity/{}?zone={}&emissionFactorType={}{}", base_, what,
                              facts().zone, factors_, more);
    if (!key_.empty()) request.headers.push_back({"auth-token", key_});
    Result<std::string> body = asker->Body(std::move(request), kPublisher);
    if (!body.ok()) return body.error();
    return ParseElectricityMaps(*body, facts().zone, factors_, now);
  }

  std::string base_;
  std::string factors_;
  std::string key_;
};

}  // namespace

Result<LiveAnswer> ParseElectricityMaps(std::string_view text, const std::string& zone,
                                        const std::string& factors, UtcTime now) {
  const Result<json> answer = JsonObject(text, kPublisher);
  if (!answer.ok()) return answer.error();
  PointCollector points("average-consumption-" + factors, now);
  const Seconds step = StepOf(JsonText(JsonMember(&*answer, "temporalGranularity")));
  if (Status said = CheckSaid(*answer, zone, factors); !said.ok()) return said.error();
  if (JsonMember(&*answer, "carbonIntensity") != nullptr) AddPoint(*answer, step, &points);
  for (const char* list : {"history", "data"}) {
    for (const json& row : JsonList(JsonMember(&*answer, list))) {
      if (Status said = CheckSaid(row, zone, factors); !said.ok()) return said.error();
      AddPoint(row, step, &points);
    }
  }
  return std::move(points).Finish(kPublisher);
}

Result<std::unique_ptr<LiveSource>> MakeElectricityMaps(const SourceName& name, const std::string& zone) {
  const Result<std::string> id = name.region.empty() ? ZoneIdFor(kPublisher, zone) : name.region;
  if (!id.ok()) return id.error();
  std::string key;
  if (MayCarryKey(name)) {
    Result<std::string> found = FindKey(kElectricityMapsKey);
    if (!found.ok()) return found.error();
    key = *std::move(found);
  }
  if (key.empty() && name.base_url.empty()) {
    return Error{ErrorCode::kInvalidArgument, "electricity-maps wants a key",
                 HowToGiveKey(kElectricityMapsKey)};
  }
  const std::string factors = name.kind.empty() ? "lifecycle" : name.kind;
  SourceFacts facts{.publisher = kPublisher,
                    .zone = *id,
                    .cache_key = CacheKeyOf("electricity-maps-" + *id + "-" + factors, name.base_url),
                    .step = Seconds{3600},
                    .settled = kRevisedSpread,
                    .estimated = kEstimatedSpread};
  return std::unique_ptr<LiveSource>(std::make_unique<ElectricityMaps>(
      std::move(facts), name.base_url.empty() ? kAddress : name.base_url, factors, std::move(key)));
}

}  // namespace jouleprint::carbon
