#include "carbon/live/watttime.h"

#include <fmt/format.h>

#include <chrono>
#include <utility>

#include "carbon/live/json_value.h"
#include "carbon/live/live_keys.h"
#include "carbon/live/live_source.h"
#include "carbon/series/intensity_unit.h"

namespace jouleprint::carbon {
namespace {

using nlohmann::json;
using SteadyClock = std::chrono::steady_clock;

constexpr const char* kPublisher = "WattTime";
constexpr const char* kAddress = "https://api.watttime.org";
constexpr const char* kSignal = "co2_moer";
constexpr const char* kUnit = "lbs_co2_per_mwh";
constexpr const char* kKind = "marginal-direct";
constexpr Seconds kUsualStep{300};
// A token holds for 30 minutes; it is renewed before.
constexpr auto kTokenLife = std::chrono::minutes{25};

Status CheckMeta(const json* meta, const std::string& region) {
  const std::string its_region = JsonText(JsonMember(meta, "region"));
  if (!its_region.empty() && its_region != region) {
    return Error{ErrorCode::kCorrupt, "WattTime was asked for " + region + " and answers for another region",
                 "what answers may be out of order; try again later"};
  }
  const std::string signal = JsonText(JsonMember(meta, "signal_type"));
  const std::string unit = JsonText(JsonMember(meta, "units"));
  if (unit == kUnit && (signal.empty() || signal == kSignal)) return {};
  return Error{ErrorCode::kCorrupt,
               fmt::format("WattTime answers in another unit or signal than {} of {}", kUnit, kSignal),
               "this version knows no other; look for a newer one"};
}

class WattTime final : public LiveSource {
 public:
  WattTime(SourceFacts facts, std::string base, os::HttpCredentials user)
      : LiveSource(std::move(facts)), base_(std::move(base)), user_(std::move(user)) {}

  Result<LiveAnswer> Ask(Asker* asker, UtcTime from, UtcTime now) override {
    // What was is not in every plan; what is, is.
    Result<LiveAnswer> past = AskFor(
        asker, "historical", "&start=" + from.ToString() + "&end=" + now.ToString(), /*forecast=*/false, now);
    const bool refused = asker->status() == 403;
    const bool answered = asker->status() / 100 == 2;
    if (!past.ok() && !refused && !answered) return past;
    if (past.ok() && past->points.back().time + past->points.back().step > now) return past;
    Result<LiveAnswer> present = AskFor(asker, "forecast", "&horizon_hours=0", /*forecast=*/true, now);
    if (!past.ok() || !present.ok()) return past.ok() ? past : present;
    // Where both have a time, what it was is better than what it was going to be.
    MergePoints(past->points, from, &present->points);
    return present;
  }

 private:
  Result<LiveAnswer> AskFor(Asker* asker, const char* what, const std::string& more, bool forecast,
                            UtcTime now) {
    constexpr int kUnauthorized = 401;
    const bool was_fresh = !token_.empty() && SteadyClock::now() < token_until_;
    if (!was_fresh) {
      if (Status in = LogIn(asker); !in.ok()) return in.error();
    }
    Result<std::string> body = Get(asker, what, more);
    if (!body.ok() && asker->status() == kUnauthorized && was_fresh) {
      if (Status in = LogIn(asker); !in.ok()) return in.error();
      body = Get(asker, what, more);
    }
    if (!body.ok()) return body.error();
    return ParseWattTime(*body, facts().zone, forecast, now);
  }

  Result<std::string> Get(Asker* asker, const char* what, const std::string& more) {
    os::HttpRequest request;
    request.url =
        fmt::format("{}/v3/{}?region={}&signal_type={}{}", base_, what, facts().zone, kSignal, more);
    request.credentials.bearer_token = token_;
    return asker->Body(std::move(request), kPublisher);
  }

  Status LogIn(Asker* asker) {
    token_.clear();
    if (user_.user.empty()) return {};
    os::HttpRequest request;
    request.url = base_ + "/login";
    request.credentials = user_;
    const Result<std::string> body = asker->Body(std::move(request), kPublisher);
    if (!body.ok()) return body.error();
    Result<std::string> token = ParseWattTimeToken(*body);
    if (!token.ok()) return token.error();
    token_ = *std::move(token);
    token_until_ = SteadyClock::now() + kTokenLife;
    return {};
  }

  std::string base_;
  os::HttpCredentials user_;
  std::string token_;
  SteadyClock::time_point token_until_;
};

Result<os::HttpCredentials> FindUser(const SourceName& name) {
  os::HttpCredentials user;
  if (MayCarryKey(name)) {
    const Result<std::string> who = FindKey(kWattTimeUser);
    const Result<std::string> password = FindKey(kWattTimePassword);
    if (!who.ok() || !password.ok()) return who.ok() ? password.error() : who.error();
    user.user = *who;
    user.password = *password;
  }
  if (name.base_url.empty() && (user.user.empty() || user.password.empty())) {
    return Error{ErrorCode::kInvalidArgument, "watttime wants a user and a password",
                 HowToGiveKey(user.user.empty() ? kWattTimeUser : kWattTimePassword)};
  }
  return user;
}

}  // namespace

Result<std::string> ParseWattTimeToken(std::string_view text) {
  const Result<json> answer = JsonObject(text, kPublisher);
  if (!answer.ok()) return answer.error();
  std::string token = JsonText(JsonMember(&*answer, "token"));
  if (!token.empty()) return token;
  return Error{ErrorCode::kCorrupt, "WattTime lets in and gives no token", "it may be out of order"};
}

Result<LiveAnswer> ParseWattTime(std::string_view text, const std::string& region, bool forecast,
                                 UtcTime now) {
  const Result<json> answer = JsonObject(text, kPublisher);
  if (!answer.ok()) return answer.error();
  const json* meta = JsonMember(&*answer, "meta");
  if (Status said = CheckMeta(meta, region); !said.ok()) return said.error();
  const double grams = ParseIntensityUnit("lb/MWh")->g_per_kwh;
  const Seconds step{JsonNumber(JsonMember(meta, "data_point_period_seconds")).value_or(kUsualStep.value())};
  PointCollector points(kKind, now);
  for (const json& row : JsonList(JsonMember(&*answer, "data"))) {
    const std::optional<UtcTime> time = JsonTime(JsonMember(&row, "point_time"));
    const std::optional<double> value = JsonNumber(JsonMember(&row, "value"));
    if (!time || !value) {
      points.AddUnreadable();
    } else {
      points.Add({*time, step, GramsPerKwh{*value * grams}, forecast});
    }
  }
  return std::move(points).Finish(kPublisher);
}

Result<std::unique_ptr<LiveSource>> MakeWattTime(const SourceName& name) {
  if (name.region.empty()) {
    return Error{ErrorCode::kInvalidArgument, "watttime must be told its own name of the region",
                 "write watttime:CAISO_NORTH; api.watttime.org/v3/region-from-loc knows the name of a place"};
  }
  Result<os::HttpCredentials> user = FindUser(name);
  if (!user.ok()) return user.error();
  SourceFacts facts{.publisher = kPublisher,
                    .zone = name.region,
                    .cache_key = CacheKeyOf("watttime-" + name.region, name.base_url),
                    .step = kUsualStep,
                    .settled = kMarginalSpread,
                    .estimated = kMarginalSpread};
  return std::unique_ptr<LiveSource>(std::make_unique<WattTime>(
      std::move(facts), name.base_url.empty() ? kAddress : name.base_url, *std::move(user)));
}

}  // namespace jouleprint::carbon
