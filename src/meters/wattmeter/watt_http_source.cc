#include "meters/wattmeter/watt_http_source.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>

#include "meters/wattmeter/watt_answer.h"
#include "os/clock.h"
#include "os/http.h"

namespace jouleprint::meters {
namespace {

// The whole status of the largest Shelly is some 20 KiB.
constexpr std::size_t kMostBytes = 256 * 1024;
constexpr Seconds kDeadline{2};
// Metering chips of plugs are specified within 1 % to 2 % of the reading and calibrated one by one at the
// factory: the accuracy class 2 of IEC 62053-21 for active energy.
constexpr double kPlugError = 0.02;
// Tasmota runs on plugs whose calibration is its user's affair (tasmota.github.io/docs/Power-Monitoring-
// Calibration), and of whatever stands behind a URL nothing is known: taken as that.
constexpr double kUnknownError = 0.05;

std::string Variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

// RFC 3986, 2.1: everything but unreserved characters.
std::string PercentEncoded(std::string_view text) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string encoded;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte) || c == '-' || c == '.' || c == '_' || c == '~') {
      encoded += c;
    } else {
      encoded += '%';
      encoded += kHex[byte >> 4];
      encoded += kHex[byte & 15];
    }
  }
  return encoded;
}

class HttpSource : public WattSource {
 public:
  HttpSource(WattmeterName name, os::HttpClient client)
      : name_(std::move(name)), client_(std::move(client)) {}

  Result<WattSample> Next(Seconds patience) override {
    Result<WattAnswer> answer = Ask(std::min(patience, kDeadline));
    if (!answer.ok()) return answer.error();
    energy_step_ = answer->energy_step;
    return answer->sample;
  }

  DomainInfo Describe() const override {
    DomainInfo info = WallDomain(SourceInWords(), RelativeError());
    info.joules_per_count = energy_step_.value();
    return info;
  }

 protected:
  virtual Result<WattAnswer> Ask(Seconds deadline) = 0;
  virtual std::string SourceInWords() const = 0;
  virtual double RelativeError() const { return kUnknownError; }

  const WattmeterName& name() const { return name_; }
  int Channel() const { return name_.channel.value_or(0); }

  Result<os::HttpAnswer> Get(const std::string& url, const os::HttpCredentials& credentials,
                             Seconds deadline) {
    os::HttpRequest request;
    request.url = url;
    request.credentials = credentials;
    request.deadline = deadline;
    request.body_limit = kMostBytes;
    return client_.Get(request);
  }

 private:
  WattmeterName name_;
  os::HttpClient client_;
  Joules energy_step_{0};
};

class ShellySource final : public HttpSource {
 public:
  using HttpSource::HttpSource;

 protected:
  Result<WattAnswer> Ask(Seconds deadline) override {
    if (path_.empty()) {
      const Status known = Identify(deadline);
      if (!known.ok()) return known.error();
    }
    const Result<os::HttpAnswer> answer = GetHere(path_, deadline);
    if (!answer.ok()) return answer.error();
    return IsFirst() ? ParseShellyGen1(answer->body, Channel()) : ParseShellyComponent(answer->body);
  }

  std::string SourceInWords() const override {
    return "Shelly at " + name().where + ", channel " + std::to_string(Channel());
  }
  double RelativeError() const override { return kPlugError; }

 private:
  Status Identify(Seconds deadline) {
    const Result<os::HttpAnswer> about = GetHere("/shelly", deadline);
    if (!about.ok()) return about.error();
    const Result<int> generation = ParseShellyGeneration(about->body);
    if (!generation.ok()) return generation.error();
    generation_ = *generation;
    if (IsFirst()) {
      path_ = "/status";
      return {};
    }
    const Result<os::HttpAnswer> status = GetHere("/rpc/Shelly.GetStatus", deadline);
    if (!status.ok()) return status.error();
    const Result<std::string> method = FindShellyComponent(status->body, Channel());
    if (!method.ok()) return method.error();
    path_ = "/rpc/" + *method + ".GetStatus?id=" + std::to_string(Channel());
    return {};
  }

  bool IsFirst() const { return generation_ == 1; }

  Result<os::HttpAnswer> GetHere(const std::string& path, Seconds deadline) {
    os::HttpCredentials credentials;
    const std::string password = Variable("JOULEPRINT_SHELLY_PASSWORD");
    if (!password.empty()) {
      // This is the only user of later generations, and the default of the first, which wants no digest.
      credentials = {.user = "admin", .password = password, .bearer_token = "", .digest = !IsFirst()};
    }
    Result<os::HttpAnswer> answer = Get("http://" + name().where + path, credentials, deadline);
    if (!answer.ok()) return answer;
    Status status = os::CheckHttpStatus(*answer);
    if (status.ok()) return answer;
    Error error = status.error();
    if (error.code == ErrorCode::kNotPermitted) {
      error.message = "this Shelly wants its password";
      error.hint = "put it into the variable JOULEPRINT_SHELLY_PASSWORD";
    }
    return error;
  }

  int generation_ = 0;
  std::string path_;  // empty until the device is known
};

class TasmotaSource final : public HttpSource {
 public:
  using HttpSource::HttpSource;

 protected:
  Result<WattAnswer> Ask(Seconds deadline) override {
    const std::string password = Variable("JOULEPRINT_TASMOTA_PASSWORD");
    std::string url = "http://" + name().where + "/cm?";
    if (!password.empty()) url += "user=admin&password=" + PercentEncoded(password) + "&";
    const Result<os::HttpAnswer> answer = Get(url + "cmnd=Status%208", {}, deadline);
    if (!answer.ok()) return answer.error();
    // A refusal carries its reason in the body, whatever its status.
    if (answer->status == 401) return ParseTasmota(R"({"WARNING":""})", std::nullopt);
    const Status status = os::CheckHttpStatus(*answer);
    if (!status.ok()) return status.error();
    return ParseTasmota(answer->body, name().channel);
  }

  std::string SourceInWords() const override {
    return "Tasmota at " + name().where +
           (name().channel ? ", channel " + std::to_string(*name().channel) : std::string());
  }
};

class HassSource final : public HttpSource {
 public:
  using HttpSource::HttpSource;

 protected:
  Result<WattAnswer> Ask(Seconds deadline) override {
    os::HttpCredentials credentials;
    credentials.bearer_token = Variable("JOULEPRINT_HASS_TOKEN");
    const Result<os::HttpAnswer> answer =
        Get(name().where + "/api/states/" + name().part, credentials, deadline);
    if (!answer.ok()) return answer.error();
    if (answer->status == 404) {
      return Error{ErrorCode::kNotFound, "Home Assistant has no entity " + name().part,
                   "its developer tools list the entities, as in sensor.rack_power"};
    }
    const Status status = os::CheckHttpStatus(*answer);
    if (!status.ok()) return Explained(status.error(), credentials.bearer_token.empty());
    Result<WattAnswer> parsed = ParseHass(answer->body);
    if (parsed.ok()) StampAsHeld(&parsed->sample);
    return parsed;
  }

  std::string SourceInWords() const override { return "Home Assistant entity " + name().part; }

 private:
  static Error Explained(Error error, bool no_token) {
    if (error.code != ErrorCode::kNotPermitted) return error;
    return {ErrorCode::kNotPermitted,
            no_token ? "Home Assistant wants a token" : "Home Assistant refuses the token",
            "put a long-lived access token (made on your profile's page) into the variable "
            "JOULEPRINT_HASS_TOKEN"};
  }

  // A state holds until it changes: unchanged, it is of now; changed, of when it did, which was since the
  // last look, whatever the other machine's clock says.
  void StampAsHeld(WattSample* sample) {
    const UtcTime now = clock_.Utc();
    const bool changed = sample->at && sample->at != last_update_;
    const bool plausible = changed && last_look_ && *sample->at > *last_look_ && *sample->at < now;
    last_update_ = sample->at;
    last_look_ = now;
    if (!plausible) sample->at.reset();
  }

  os::SystemClock clock_;
  std::optional<UtcTime> last_update_;
  std::optional<UtcTime> last_look_;
};

class JsonSource final : public HttpSource {
 public:
  using HttpSource::HttpSource;

 protected:
  Result<WattAnswer> Ask(Seconds deadline) override {
    const Result<os::HttpAnswer> answer = Get(name().where, {}, deadline);
    if (!answer.ok()) return answer.error();
    const Status status = os::CheckHttpStatus(*answer);
    if (!status.ok()) return status.error();
    return ParseWattsAt(answer->body, name().part);
  }

  std::string SourceInWords() const override { return "JSON at " + os::ShownUrl(name().where); }
};

}  // namespace

Result<std::unique_ptr<WattSource>> OpenWattHttp(const WattmeterName& name) {
  Result<os::HttpClient> client = os::HttpClient::Open();
  if (!client.ok()) return client.error();
  std::unique_ptr<WattSource> source;
  switch (name.kind) {
    case WattmeterKind::kShelly:
      source = std::make_unique<ShellySource>(name, std::move(*client));
      break;
    case WattmeterKind::kTasmota:
      source = std::make_unique<TasmotaSource>(name, std::move(*client));
      break;
    case WattmeterKind::kHass:
      source = std::make_unique<HassSource>(name, std::move(*client));
      break;
    default:
      source = std::make_unique<JsonSource>(name, std::move(*client));
  }
  return source;
}

}  // namespace jouleprint::meters
