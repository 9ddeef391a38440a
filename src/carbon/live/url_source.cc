#include "carbon/live/url_source.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <utility>

#include "carbon/live/json_value.h"
#include "carbon/live/live_source.h"
#include "carbon/series/intensity_unit.h"

namespace jouleprint::carbon {
namespace {

using nlohmann::json;

UtcTime StartOfStep(UtcTime time, Seconds step) {
  const auto step_us = static_cast<std::int64_t>(std::llround(step.value() * 1e6));
  return {time.unix_us - (time.unix_us % step_us + step_us) % step_us};
}

Error NoNumber(const SourceName& name) {
  return {ErrorCode::kCorrupt,
          os::ShownUrl(name.base_url) + " answers no number at " +
              (name.pointer.empty() ? "its top" : "'" + name.pointer + "'"),
          "look at the answer with curl and correct the JSON pointer after #"};
}

class UrlSource final : public LiveSource {
 public:
  UrlSource(SourceFacts facts, SourceName name) : LiveSource(std::move(facts)), name_(std::move(name)) {}

  Result<LiveAnswer> Ask(Asker* asker, UtcTime, UtcTime now) override {
    os::HttpRequest request;
    request.url = name_.base_url;
    const Result<std::string> body = asker->Body(std::move(request), facts().publisher);
    return body.ok() ? ParseUrlAnswer(*body, name_, now) : body.error();
  }

 private:
  SourceName name_;
};

}  // namespace

Result<LiveAnswer> ParseUrlAnswer(std::string_view text, const SourceName& name, UtcTime now) {
  const json parsed = json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (parsed.is_discarded()) {
    return Error{ErrorCode::kCorrupt, os::ShownUrl(name.base_url) + " answers something that is no JSON",
                 "give a URL that answers JSON"};
  }
  std::optional<double> value;
  try {
    const json::json_pointer where(name.pointer);
    if (parsed.contains(where)) value = JsonNumber(&parsed.at(where));
  } catch (const json::exception&) {
    return NoNumber(name);
  }
  const Result<IntensityUnit> unit = ParseIntensityUnit(name.unit);
  if (!unit.ok()) return unit.error();
  if (!value) return NoNumber(name);
  const double grams = *value * unit->g_per_kwh;
  if (grams > kMostLiveIntensity.value() || (!name.unit_said && grams > kImplausibleMean_g_per_kwh)) {
    return Error{ErrorCode::kCorrupt,
                 os::ShownUrl(name.base_url) + " answers more " + name.unit + " than any grid emits",
                 "say which unit it is: ;unit=lb/MWh, ;unit=kg/MWh or ;unit=g/kWh after the pointer"};
  }
  PointCollector points(name.kind.empty() ? "unspecified" : name.kind, now);
  points.Add({StartOfStep(now, name.step), name.step, GramsPerKwh{grams}, /*estimated=*/true});
  return std::move(points).Finish(os::ShownUrl(name.base_url));
}

Result<std::unique_ptr<LiveSource>> MakeUrlSource(const SourceName& name, const std::string& zone) {
  std::string id;
  if (!zone.empty()) {
    Result<std::string> found = ZoneIdFor("a URL", zone);
    if (!found.ok()) return found.error();
    id = *std::move(found);
  }
  const std::string shown = os::ShownUrl(name.base_url);
  SourceFacts facts{
      .publisher = shown.substr(shown.find("://") + 3),
      .zone = id,
      .cache_key = CacheKeyOf("url", name.base_url + "#" + name.pointer + ";" + name.unit + ";" + name.kind +
                                         ";" + std::to_string(name.step.value())),
      .step = name.step,
      .settled = kEstimatedSpread,
      .estimated = kEstimatedSpread};
  return std::unique_ptr<LiveSource>(std::make_unique<UrlSource>(std::move(facts), name));
}

}  // namespace jouleprint::carbon
