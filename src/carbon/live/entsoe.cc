#include "carbon/live/entsoe.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <cstdint>
#include <map>
#include <pugixml.hpp>
#include <utility>

#include "carbon/live/entsoe_tables.h"
#include "carbon/live/live_keys.h"
#include "carbon/live/live_source.h"
#include "os/file.h"

namespace jouleprint::carbon {
namespace {

constexpr const char* kPublisher = "ENTSO-E";
constexpr const char* kAddress = "https://web-api.tp.entsoe.eu";
constexpr const char* kKind = "average-production-lifecycle";
// No area of Europe has as much of one kind.
constexpr double kMostMegawatts = 1e6;
// A kind of plant that makes less may be late without being missed.
constexpr double kMattersFrom = 0.01;

using Slots = std::map<UtcTime, double>;  // megawatts by start of the step

// What each kind of plant generated, on steps of one length.
struct Mix {
  Seconds step{0};
  std::map<std::string_view, Slots> plants;  // by psrType, storage left out
};

std::optional<Seconds> ParseResolution(std::string_view text) {
  if (text == "PT15M") return Seconds{900};
  if (text == "PT30M") return Seconds{1800};
  if (text == "PT60M" || text == "PT1H") return Seconds{3600};
  return std::nullopt;
}

std::optional<UtcTime> TimeAt(const pugi::xml_node& node) {
  const Result<UtcTime> time = UtcTime::Parse(node.text().get());
  return time.ok() ? std::optional(*time) : std::nullopt;
}

// One Period: Points by position from 1 on. With curve type A03 a position that is left out has the value of
// the one before (ENTSO-E, "Introduction of different timeseries possibilities", curve types).
bool AddPeriod(const pugi::xml_node& period, bool repeats, Mix* mix, Slots* slots) {
  const pugi::xml_node interval = period.child("timeInterval");
  const std::optional<UtcTime> start = TimeAt(interval.child("start"));
  const std::optional<UtcTime> end = TimeAt(interval.child("end"));
  const std::optional<Seconds> step = ParseResolution(period.child("resolution").text().get());
  if (!start || !end || !step || *end <= *start || *end - *start > kOldestLivePoint) return false;
  if (mix->step != Seconds{0} && mix->step != *step) return false;
  mix->step = *step;
  const auto count = static_cast<int>((*end - *start) / *step);
  std::map<int, double> points;
  for (const pugi::xml_node& point : period.children("Point")) {
    const int position = point.child("position").text().as_int();
    double megawatts = 0;
    const bool number = os::ParseDouble(point.child("quantity").text().get(), &megawatts);
    if (!number || position < 1 || position > count || !(std::fabs(megawatts) <= kMostMegawatts))
      return false;
    // A plant that stands draws a little from the grid, which is no generation.
    points[position] = std::max(0.0, megawatts);
  }
  for (const auto& [position, megawatts] : points) {
    const auto next = points.upper_bound(position);
    const int until = !repeats ? position + 1 : next == points.end() ? count + 1 : next->first;
    for (int i = position; i < until; ++i) (*slots)[*start + *step * (i - 1)] = megawatts;
  }
  return true;
}

// False where something in it cannot be read.
bool AddTimeSeries(const pugi::xml_node& series, Mix* mix) {
  // What goes out of the area into a plant is pumping, not generation.
  if (series.child("outBiddingZone_Domain.mRID")) return true;
  const PlantKind* kind = FindPlantKind(series.child("MktPSRType").child("psrType").text().get());
  if (kind == nullptr) return false;
  if (!kind->factor) return true;
  const bool repeats = std::string_view(series.child("curveType").text().get()) == "A03";
  Slots* slots = &mix->plants[kind->code];
  bool good = true;
  for (const pugi::xml_node& period : series.children("Period"))
    good = AddPeriod(period, repeats, mix, slots) && good;
  return good;
}

double SumOf(const Slots& slots) {
  double sum = 0;
  for (const auto& [time, megawatts] : slots) sum += megawatts;
  return sum;
}

// Steps that lack a kind of plant that matters are left out: without its coal a grid looks clean.
void AddPoints(const Mix& mix, PointCollector* points) {
  double all = 0;
  for (const auto& [code, slots] : mix.plants) all += SumOf(slots);
  std::map<UtcTime, std::pair<double, double>> sums;  // megawatts, and megawatts times g/kWh
  std::map<UtcTime, std::size_t> heard;
  std::size_t needed = 0;
  for (const auto& [code, slots] : mix.plants) {
    const bool matters = SumOf(slots) >= kMattersFrom * all;
    needed += matters ? 1 : 0;
    for (const auto& [time, megawatts] : slots) {
      sums[time].first += megawatts;
      sums[time].second += megawatts * FindPlantKind(code)->factor->value();
      heard[time] += matters ? 1 : 0;
    }
  }
  for (const auto& [time, sum] : sums) {
    if (heard[time] < needed || sum.first <= 0) continue;
    points->Add({time, mix.step, GramsPerKwh{sum.second / sum.first}, /*estimated=*/false});
  }
}

// "202601201230" (periodStart and periodEnd), on the hour: any step begins there.
std::string PeriodTime(UtcTime time) {
  std::string text = time.ToString().substr(0, 13) + "00";
  std::erase_if(text, [](unsigned char c) { return std::isdigit(c) == 0; });
  return text;
}

class Entsoe final : public LiveSource {
 public:
  Entsoe(SourceFacts facts, std::string base, std::string area, std::string key)
      : LiveSource(std::move(facts)), base_(std::move(base)), area_(std::move(area)), key_(std::move(key)) {}

  Result<LiveAnswer> Ask(Asker* asker, UtcTime from, UtcTime now) override {
    // It publishes hours after the fact: what is newest may be older than the run.
    constexpr Seconds kLate{6 * 3600.0};
    const UtcTime start = std::min(from, now + -kLate);
    os::HttpRequest request;
    // A16: realised. The key is a part of the address because the API has no other place for it.
    request.url = fmt::format(
        "{}/api?documentType=A75&processType=A16&in_Domain={}&periodStart={}&periodEnd={}{}{}", base_, area_,
        PeriodTime(start), PeriodTime(now + Seconds{3600}), key_.empty() ? "" : "&securityToken=", key_);
    const Result<std::string> body = asker->Body(std::move(request), kPublisher);
    return body.ok() ? ParseEntsoe(*body, now) : body.error();
  }

 private:
  std::string base_;
  std::string area_;
  std::string key_;
};

Result<std::string> FindEntsoeKey(const SourceName& name) {
  if (!MayCarryKey(name)) return std::string();
  Result<std::string> key = FindKey(kEntsoeKey);
  if (!key.ok()) return key;
  if (key->empty() && name.base_url.empty()) {
    return Error{ErrorCode::kInvalidArgument, "entsoe wants a key", HowToGiveKey(kEntsoeKey)};
  }
  const auto plain = [](unsigned char c) { return std::isalnum(c) != 0 || c == '-'; };
  if (std::all_of(key->begin(), key->end(), plain)) return key;
  return Error{ErrorCode::kInvalidArgument,
               "the key for entsoe is none: it has other signs than letters, "
               "digits and hyphens",
               "copy the web API security token from the account's page"};
}

Result<std::string> AreaFor(const SourceName& name, const std::string& zone) {
  if (IsEic(name.region)) return name.region;
  const Result<std::string> id = ZoneIdFor(kPublisher, name.region.empty() ? zone : name.region);
  if (!id.ok()) return id.error();
  const std::string area(EntsoeAreaOf(*id));
  if (!area.empty()) return area;
  return Error{ErrorCode::kInvalidArgument, "entsoe has no area for the zone " + *id,
               "it covers Europe; give an area's EIC after a colon: entsoe:10YFR-RTE------C"};
}

}  // namespace

Result<LiveAnswer> ParseEntsoe(std::string_view xml, UtcTime now) {
  pugi::xml_document document;
  const bool parsed = static_cast<bool>(document.load_buffer(xml.data(), xml.size()));
  const pugi::xml_node root = document.document_element();
  const std::string_view name = root.name();
  if (parsed && name == "Acknowledgement_MarketDocument") {
    return Error{ErrorCode::kNotPresent, "ENTSO-E has no generation by kind of plant for these hours",
                 "it may be late; it is asked again"};
  }
  if (!parsed || name != "GL_MarketDocument") {
    return Error{ErrorCode::kCorrupt, "ENTSO-E answers something that is no generation document",
                 "look at its answer with curl: a proxy may stand in between"};
  }
  Mix mix;
  PointCollector points(kKind, now);
  for (const pugi::xml_node& series : root.children("TimeSeries")) {
    if (!AddTimeSeries(series, &mix)) points.AddUnreadable();
  }
  AddPoints(mix, &points);
  return std::move(points).Finish(kPublisher);
}

Result<std::unique_ptr<LiveSource>> MakeEntsoe(const SourceName& name, const std::string& zone) {
  const Result<std::string> area = AreaFor(name, zone);
  if (!area.ok()) return area.error();
  const Result<std::string> key = FindEntsoeKey(name);
  if (!key.ok()) return key.error();
  SourceFacts facts{.publisher = kPublisher,
                    .zone = !name.region.empty() ? name.region : *ZoneIdFor(kPublisher, zone),
                    .cache_key = CacheKeyOf("entsoe-" + *area, name.base_url),
                    .step = Seconds{900},
                    .settled = kMixSpread,
                    .estimated = kEstimatedSpread};
  return std::unique_ptr<LiveSource>(std::make_unique<Entsoe>(
      std::move(facts), name.base_url.empty() ? kAddress : name.base_url, *area, *key));
}

}  // namespace jouleprint::carbon
