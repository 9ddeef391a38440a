// What every function of the C ABI does at its border: no exception leaves, an error becomes a status and a
// sentence that the thread can ask for, and text that goes out is memory of its own.
#ifndef JOULEPRINT_CAPI_BORDER_H_
#define JOULEPRINT_CAPI_BORDER_H_

#include <exception>
#include <new>
#include <string>
#include <string_view>

#include "jouleprint/capi.h"
#include "jouleprint/result.h"

namespace jouleprint::capi {

/// Remembers the sentence for this thread. Never throws: without memory the sentence is a shorter one.
jp_status Refuse(const Error& error) noexcept;
jp_status RefuseForked() noexcept;
const char* LastError() noexcept;

/// A copy that jp_free takes; `out` may be null where nobody wants it.
Status Give(std::string_view text, char** out);
/// kInvalidArgument where an argument that is needed is null.
Status Need(const void* argument, const char* name);

/// Runs `call`, which returns a Status.
template <class Call>
jp_status Guarded(const Call& call) noexcept {
  try {
    const Status done = call();
    return done.ok() ? JP_OK : Refuse(done.error());
  } catch (const std::bad_alloc&) {
    return Refuse({ErrorCode::kInternal, {}, {}});
  } catch (const std::exception& failure) {
    return Refuse({ErrorCode::kInternal, failure.what(), {}});
  } catch (...) {
    return Refuse({ErrorCode::kInternal, {}, {}});
  }
}

}  // namespace jouleprint::capi

#endif  // JOULEPRINT_CAPI_BORDER_H_
