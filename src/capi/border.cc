#include "capi/border.h"

#include <cstdlib>
#include <cstring>

namespace jouleprint::capi {
namespace {

constexpr const char* kOutOfMemory = "out of memory";
constexpr const char* kForked =
    "this tracker belongs to the process that started it, and this is a child of it; start another tracker "
    "here";

thread_local std::string last_error;
thread_local const char* last_words = "";

jp_status StatusOf(ErrorCode code) {
  switch (code) {
    case ErrorCode::kInvalidArgument:
    case ErrorCode::kNotFound:
    case ErrorCode::kCorrupt:
      return JP_INVALID;
    case ErrorCode::kNotPermitted:
    case ErrorCode::kNotPresent:
    case ErrorCode::kRefused:
      return JP_NOT_HERE;
    case ErrorCode::kIo:
    case ErrorCode::kInternal:
      break;
  }
  return JP_FAILED;
}

}  // namespace

jp_status Refuse(const Error& error) noexcept {
  try {
    last_error = error.ToString();
    last_words = last_error.empty() ? kOutOfMemory : last_error.c_str();
  } catch (...) {
    last_words = kOutOfMemory;
  }
  return StatusOf(error.code);
}

jp_status RefuseForked() noexcept {
  last_words = kForked;
  return JP_FORKED;
}

const char* LastError() noexcept { return last_words; }

Status Give(std::string_view text, char** out) {
  if (out == nullptr) return {};
  *out = static_cast<char*>(std::malloc(text.size() + 1));
  if (*out == nullptr) return Error{ErrorCode::kInternal, kOutOfMemory, {}};
  std::memcpy(*out, text.data(), text.size());
  (*out)[text.size()] = '\0';
  return {};
}

Status Need(const void* argument, const char* name) {
  if (argument != nullptr) return {};
  return Error{ErrorCode::kInvalidArgument, std::string(name) + " is NULL",
               "give it; docs/capi.md says what"};
}

}  // namespace jouleprint::capi
