// Tested by tests/meters/bmc/redfish_test.cc against a service on loopback.
#include "meters/bmc/redfish.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "meters/bmc/bmc.h"
#include "meters/bmc/redfish_json.h"
#include "os/clock.h"
#include "os/http.h"

namespace jouleprint::meters {
namespace {

constexpr const char* kSessionsPath = "/redfish/v1/SessionService/Sessions";

// A BMC's web server takes a good part of a second for an answer, and has other things to do.
constexpr Seconds kPeriod{5};
constexpr const char* kTrustHint = " (JOULEPRINT_REDFISH_CA=FILE, JOULEPRINT_REDFISH_INSECURE=1)";
constexpr Seconds kFarewell{1};
// Longer than the minutes for which BMCs count wrong passwords before they lock an account.
constexpr Seconds kAfterWrongPassword{600};
// A BMC with more than this lists the parts of a whole rack; one of them has to be named.
constexpr std::size_t kMostChassis = 32;
constexpr std::size_t kBodyLimit = 1u << 20;

// Where Power or EnvironmentMetrics of one chassis stands.
struct PowerPage {
  std::string chassis;
  std::string path;
  bool is_environment = false;
};

class RedfishSource final : public WattSource {
 public:
  RedfishSource(RedfishOptions options, os::HttpClient http)
      : options_(std::move(options)), http_(std::move(http)) {}
  ~RedfishSource() override { EndSession(); }

  Result<WattSample> Next(Seconds patience) override;
  DomainInfo Describe() const override;
  Seconds period() const override { return kPeriod; }

 private:
  struct Candidate {
    PowerPage page;
    std::string contained_by;
  };

  Status LogIn();
  void EndSession();
  Status ListChassis();
  Status FindPage();
  Status ChooseAmong(const std::vector<Candidate>& candidates);
  Result<std::optional<Candidate>> LookAt(const std::string& chassis);
  Result<RedfishPower> ReadPage(const PowerPage& page);
  /// Logs in first where that is needed, and once more where the session is over.
  Result<std::string> Get(const std::string& path);
  Result<os::HttpAnswer> Send(os::HttpRequest request, const std::string& path);
  Error WrongPassword(const Error& error);
  /// Nothing more is asked in this Next.
  bool IsOver() const { return closed_until_ || clock_.Boot() >= until_; }

  const RedfishOptions options_;
  os::HttpClient http_;
  os::SystemClock clock_;
  os::BootTime until_;  // of the Next that is going on
  std::optional<os::BootTime> closed_until_;
  bool logged_in_ = false;               // or found that there is nothing to log in to
  std::string token_;                    // of a session; "": basic authentication, or nobody
  std::string session_;                  // its path
  std::vector<std::string> to_look_at_;  // chassis
  std::vector<Candidate> candidates_;
  std::optional<PowerPage> page_;
  Joules energy_step_{0};
};

Result<os::HttpAnswer> RedfishSource::Send(os::HttpRequest request, const std::string& path) {
  request.url = options_.origin + path;
  request.deadline = until_ - clock_.Boot();
  request.body_limit = kBodyLimit;
  request.ca_file = options_.ca_file;
  request.insecure = options_.insecure;
  request.headers.push_back({"Accept", "application/json"});
  request.headers.push_back({"OData-Version", "4.0"});
  if (!token_.empty()) request.headers.push_back({"X-Auth-Token", token_});
  Result<os::HttpAnswer> answer = http_.Send(request);
  if (answer.ok() || answer.error().code != ErrorCode::kRefused) return answer;
  return Error{ErrorCode::kRefused, answer.error().message, answer.error().hint + kTrustHint};
}

// A session, so that the password goes over the wire once; RFC 7617 where the service has no sessions.
Status RedfishSource::LogIn() {
  token_.clear();
  session_.clear();
  logged_in_ = true;
  if (options_.user.empty()) return {};
  os::HttpRequest request{.method = os::HttpMethod::kPost,
                          .headers = {{"Content-Type", "application/json"}},
                          .body = RedfishLoginBody(options_.user, options_.password)};
  Result<os::HttpAnswer> answer = Send(std::move(request), kSessionsPath);
  logged_in_ = answer.ok();
  if (!answer.ok()) return answer.error();
  if (answer->status == 401 || answer->status == 403) {
    logged_in_ = false;
    return WrongPassword(
        {ErrorCode::kNotPermitted,
         fmt::format("the BMC at {} refuses the user and password ({})", options_.origin, answer->status),
         kRedfishCredentialsHint});
  }
  // Busy, not without sessions: what does not know them says 404, 405 or 501.
  if (answer->status >= 500 && answer->status != 501) {
    logged_in_ = false;
    return os::CheckHttpStatus(*answer);
  }
  token_ = std::string(answer->Header("x-auth-token"));
  // "https://bmc/redfish/..." or the path alone; both are seen.
  const std::string_view location = answer->Header("location");
  const std::size_t path = location.find("/redfish/");
  if (!token_.empty() && path != std::string_view::npos) session_ = std::string(location.substr(path));
  return {};
}

void RedfishSource::EndSession() {
  if (session_.empty()) return;
  until_ = clock_.Boot() + kFarewell;
  // Nobody is left who could be told that it failed; the BMC ends it by itself in half an hour.
  static_cast<void>(Send({.method = os::HttpMethod::kDelete}, session_));
}

Error RedfishSource::WrongPassword(const Error& error) {
  closed_until_ = clock_.Boot() + kAfterWrongPassword;
  return error;
}

Result<std::string> RedfishSource::Get(const std::string& path) {
  const bool fresh = !logged_in_;
  if (fresh) {
    if (Status in = LogIn(); !in.ok()) return in.error();
  }
  os::HttpRequest request;
  if (token_.empty()) request.credentials = {.user = options_.user, .password = options_.password};
  Result<os::HttpAnswer> answer = Send(std::move(request), path);
  if (!answer.ok()) return answer.error();
  if (answer->status == 401 && !fresh && !token_.empty()) {
    logged_in_ = false;
    return Get(path);
  }
  if (answer->status == 401 || answer->status == 403) {
    const Error closed = os::CheckHttpStatus(*answer).error();
    return WrongPassword({closed.code, closed.message, kRedfishCredentialsHint});
  }
  if (Status ok = os::CheckHttpStatus(*answer); !ok.ok()) return ok.error();
  return std::move(answer->body);
}

Result<std::optional<RedfishSource::Candidate>> RedfishSource::LookAt(const std::string& path) {
  const Result<std::string> body = Get(path);
  if (!body.ok()) return body.error();
  const Result<RedfishChassis> chassis = ParseRedfishChassis(*body);
  if (!chassis.ok()) return chassis.error();
  for (const PowerPage& page :
       {PowerPage{path, chassis->environment_metrics, true}, PowerPage{path, chassis->power}}) {
    if (page.path.empty()) continue;
    const Result<RedfishPower> power = ReadPage(page);
    // A page that is announced and not there is common.
    if (!power.ok() && IsOver()) return power.error();
    if (!power.ok() || (!power->power && !power->energy)) continue;
    return std::optional(Candidate{page, chassis->contained_by});
  }
  return std::optional<Candidate>();
}

Status RedfishSource::ListChassis() {
  if (!options_.chassis.empty()) {
    to_look_at_ = {options_.chassis};
    return {};
  }
  const Result<std::string> list = Get(kRedfishChassisPath);
  if (!list.ok()) return list.error();
  Result<std::vector<std::string>> members = ParseRedfishMembers(*list);
  if (!members.ok()) return members.error();
  if (members->size() > kMostChassis) {
    return Error{ErrorCode::kInvalidArgument,
                 fmt::format("the BMC at {} lists {} chassis", options_.origin, members->size()),
                 fmt::format("name the machine's: redfish:{}{}/ID", options_.origin, kRedfishChassisPath)};
  }
  to_look_at_ = *std::move(members);
  return {};
}

// A slow BMC may need longer for all of its chassis than one Next may take: the next one goes on from there.
Status RedfishSource::FindPage() {
  if (to_look_at_.empty()) {
    candidates_.clear();
    if (Status listed = ListChassis(); !listed.ok()) return listed;
  }
  while (!to_look_at_.empty()) {
    const Result<std::optional<Candidate>> candidate = LookAt(to_look_at_.back());
    // One that is listed and cannot be read is passed over, but for the one that was asked for.
    if (!candidate.ok() && (IsOver() || !options_.chassis.empty())) return candidate.error();
    if (candidate.ok() && *candidate) candidates_.push_back(**candidate);
    to_look_at_.pop_back();
  }
  return ChooseAmong(candidates_);
}

// What stands inside another that tells its power is part of that one's: boards and GPUs of a chassis.
Status RedfishSource::ChooseAmong(const std::vector<Candidate>& candidates) {
  std::vector<PowerPage> outermost;
  for (const Candidate& candidate : candidates) {
    const bool inside = std::any_of(candidates.begin(), candidates.end(), [&](const Candidate& other) {
      return other.page.chassis == candidate.contained_by && other.page.chassis != candidate.page.chassis;
    });
    if (!inside) outermost.push_back(candidate.page);
  }
  if (outermost.empty()) {
    return Error{ErrorCode::kNotPresent,
                 fmt::format("no chassis of the BMC at {} tells its power", options_.origin),
                 "its power supplies may have no sensor, or it needs a newer firmware or another licence"};
  }
  if (outermost.size() > 1) {
    std::string names;
    for (const PowerPage& page : outermost) names += (names.empty() ? "" : ", ") + page.chassis;
    return Error{ErrorCode::kInvalidArgument,
                 fmt::format("several chassis of the BMC at {} tell a power: {}", options_.origin, names),
                 fmt::format("name the machine's: redfish:{}{}", options_.origin, outermost[0].chassis)};
  }
  page_ = outermost[0];
  return {};
}

Result<RedfishPower> RedfishSource::ReadPage(const PowerPage& page) {
  const Result<std::string> body = Get(page.path);
  if (!body.ok()) return body.error();
  return page.is_environment ? ParseRedfishEnvironment(*body) : ParseRedfishPowerControl(*body);
}

Result<WattSample> RedfishSource::Next(Seconds patience) {
  const os::BootTime now = clock_.Boot();
  if (closed_until_ && now < *closed_until_) {
    return Error{
        ErrorCode::kNotPermitted,
        fmt::format("the BMC at {} refused the user and password; it is not asked again for {:g} minutes",
                    options_.origin, std::ceil((*closed_until_ - now).value() / 60)),
        kRedfishCredentialsHint};
  }
  closed_until_.reset();
  until_ = now + patience;
  if (!page_) {
    if (Status found = FindPage(); !found.ok()) return found.error();
  }
  const Result<RedfishPower> power = ReadPage(*page_);
  if (!power.ok()) return power.error();
  const bool has_power = power->power && *power->power > Watts{0};
  if (!has_power && !power->energy) {
    return Error{ErrorCode::kRefused,
                 fmt::format("{}{} does not tell the power", options_.origin, page_->path),
                 "look at that page: the BMC may be starting, or its supplies have no sensor"};
  }
  if (energy_step_ == Joules{0}) energy_step_ = power->energy_step;
  return WattSample{.power = has_power ? *power->power : Watts{std::numeric_limits<double>::quiet_NaN()},
                    .total_energy = power->energy,
                    .at = std::nullopt};
}

DomainInfo RedfishSource::Describe() const {
  DomainInfo info;
  info.name = "node-redfish";
  info.component = Component::kBoard;
  info.kind = ReadingKind::kGauge;
  info.basis = Basis::kSampled;
  info.source = "Redfish " + options_.origin + (page_ ? page_->path : "");
  info.scope = {.level = Level::kNode};
  info.joules_per_count = energy_step_.value();
  info.error.relative = kBmcRelativeError;
  info.error.update_period = kPeriod;
  info.error.resolution = 1;
  return info;
}

}  // namespace

Result<std::unique_ptr<WattSource>> OpenRedfish(RedfishOptions options) {
  Result<os::HttpClient> http = os::HttpClient::Open();
  if (!http.ok()) return http.error();
  return std::unique_ptr<WattSource>(std::make_unique<RedfishSource>(std::move(options), *std::move(http)));
}

Result<std::unique_ptr<WattSource>> OpenRedfish(const std::string& where) {
  Result<RedfishOptions> options = RedfishOptionsFor(where);
  if (!options.ok()) return options.error();
  return OpenRedfish(*std::move(options));
}

}  // namespace jouleprint::meters
