#include "carbon/live/asker.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

#include "carbon/live/source_name.h"
#include "jouleprint/utc_time.h"
#include "os/file.h"

namespace jouleprint::carbon {
namespace {

constexpr std::size_t kMostBytes = 2u << 20;  // a week of ENTSO-E's XML at 15 minutes is some 1 MiB
constexpr Seconds kLongestRetry{86400};
constexpr int kTooManyRequests = 429;  // RFC 6585

// "Sun, 06 Nov 1994 08:49:37 GMT" (RFC 9110, 5.6.7).
std::optional<UtcTime> ParseHttpDate(std::string_view text) {
  constexpr std::size_t kLength = 29;
  constexpr std::array<std::string_view, 12> kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  if (text.size() != kLength) return std::nullopt;
  const auto month = std::find(kMonths.begin(), kMonths.end(), text.substr(8, 3));
  if (month == kMonths.end()) return std::nullopt;
  const Result<UtcTime> time =
      UtcTime::Parse(fmt::format("{}-{:02}-{}T{}Z", text.substr(12, 4), month - kMonths.begin() + 1,
                                 text.substr(5, 2), text.substr(17, 8)));
  return time.ok() ? std::optional(*time) : std::nullopt;
}

// Without the path, which often has the time of the question in it: the same trouble is to read the same.
Error NotAnswered(Error error, const std::string& url, const std::string& who) {
  const std::string shown = os::ShownUrl(url);
  const std::size_t path = shown.find('/', shown.find("://") + 3);
  const std::size_t at = error.message.find(shown);
  if (at != std::string::npos && path != std::string::npos) {
    error.message.replace(at, shown.size(), shown.substr(0, path));
  }
  error.message = who + " cannot be asked: " + error.message;
  return error;
}

Error Explained(int status, const std::string& who) {
  if (status == 401 || status == 403) {
    return {ErrorCode::kNotPermitted, fmt::format("{} refuses the key (status {})", who, status),
            "check the key, and that its plan covers this zone"};
  }
  if (status == kTooManyRequests) {
    return {ErrorCode::kIo, who + " wants to be asked less often (status 429)",
            "it is left alone for as long as it says"};
  }
  if (status == 400 || status == 404 || status == 410 || status == 422) {
    return {ErrorCode::kNotFound, fmt::format("{} knows no such zone (status {})", who, status),
            "check the zone, or name the source's own: electricity-maps:DE"};
  }
  return {ErrorCode::kIo, fmt::format("{} answers with status {}", who, status),
          "it may be out of order; it is asked again"};
}

}  // namespace

Result<std::string> Asker::Body(os::HttpRequest request, const std::string& who) {
  status_ = 0;
  retry_after_.reset();
  request.deadline = deadline_;
  request.body_limit = kMostBytes;
  request.use_proxy = !IsLoopbackUrl(request.url);
  Result<os::HttpAnswer> answer = client_->Send(request);
  if (!answer.ok()) {
    return NotAnswered(answer.error(), request.url, who);
  }
  status_ = answer->status;
  if (status_ >= 200 && status_ < 300) return std::move(answer->body);
  retry_after_ = ParseRetryAfter(answer->Header("retry-after"), answer->Header("date"));
  return Explained(status_, who);
}

std::optional<Seconds> ParseRetryAfter(std::string_view value, std::string_view date) {
  std::uint64_t seconds = 0;
  if (os::ParseU64(value, &seconds)) return std::min(Seconds{static_cast<double>(seconds)}, kLongestRetry);
  const std::optional<UtcTime> until = ParseHttpDate(value);
  const std::optional<UtcTime> now = ParseHttpDate(date);
  if (!until || !now) return std::nullopt;
  return std::clamp(*until - *now, Seconds{0}, kLongestRetry);
}

}  // namespace jouleprint::carbon
