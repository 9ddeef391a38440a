// One question to an API: the deadline, the proxy, and what an answer that is none means for the next time.
#ifndef JOULEPRINT_CARBON_LIVE_ASKER_H_
#define JOULEPRINT_CARBON_LIVE_ASKER_H_

#include <optional>
#include <string>
#include <string_view>

#include "jouleprint/result.h"
#include "jouleprint/units.h"
#include "os/http.h"

namespace jouleprint::carbon {

class Asker {
 public:
  /// `client` outlives this. `deadline` is of each request.
  Asker(os::HttpClient* client, Seconds deadline) : client_(client), deadline_(deadline) {}

  /// The body of an answer with a status of success; else a sentence that begins with `who`. `request`
  /// says what and as whom.
  Result<std::string> Body(os::HttpRequest request, const std::string& who);

  /// Of the last answer: 0 when there was none.
  int status() const { return status_; }
  /// For how long the server wants to be left alone; nothing where it did not say.
  std::optional<Seconds> retry_after() const { return retry_after_; }

 private:
  os::HttpClient* client_;
  Seconds deadline_;
  int status_ = 0;
  std::optional<Seconds> retry_after_;
};

/// Retry-After (RFC 9110, 10.2.3) in seconds, or until its date as seen at the answer's own Date; a day at
/// most.
std::optional<Seconds> ParseRetryAfter(std::string_view value, std::string_view date);

}  // namespace jouleprint::carbon

#endif  // JOULEPRINT_CARBON_LIVE_ASKER_H_
