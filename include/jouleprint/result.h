// Errors as values: a function that can fail returns Result<T> (shaped like std::expected).
// No exception crosses the library's border.
//
//   Result<RunRecord> run = store.Find("3f2a");
//   if (!run.ok()) return run.error();
//   Use(*run);
//
// An Error is one sentence that names what was wrong (file, line and field where there is one) and
// one hint that says what to do about it.
#ifndef JOULEPRINT_RESULT_H_
#define JOULEPRINT_RESULT_H_

#include <cassert>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace jouleprint {

enum class ErrorCode {
  kInvalidArgument,  ///< wrong usage or bad input; exit status 2
  kNotFound,         ///< nothing of that name
  kNotPermitted,     ///< it is there, and this user may not
  kNotPresent,       ///< this machine has no such thing; exit status 3
  kRefused,          ///< it is there and must not be used (would read 0 for ever, say)
  kIo,               ///< the system refused a read or a write (disk full, gone, ...)
  kCorrupt,          ///< it could be read and makes no sense
  kInternal,         ///< a fault of jouleprint
};

struct Error {
  ErrorCode code = ErrorCode::kInternal;
  std::string message;  ///< one sentence, without a final full stop
  std::string hint;     ///< the remedy; may be empty

  /// "message; hint" as a person reads it.
  std::string ToString() const { return hint.empty() ? message : message + "; " + hint; }
};

/// The general remedy for a code, for errors that carry no hint of their own.
std::string_view GeneralHint(ErrorCode code);
/// The process's exit status for an error (2 or 3), as the contract has it.
int ExitStatus(ErrorCode code);

template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

  bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }

  T& operator*() & {
    assert(ok());
    return std::get<0>(state_);
  }
  const T& operator*() const& {
    assert(ok());
    return std::get<0>(state_);
  }
  T&& operator*() && {
    assert(ok());
    return std::get<0>(std::move(state_));
  }
  T* operator->() {
    assert(ok());
    return &std::get<0>(state_);
  }
  const T* operator->() const {
    assert(ok());
    return &std::get<0>(state_);
  }
  const Error& error() const {
    assert(!ok());
    return std::get<1>(state_);
  }
  T value_or(T other) const { return ok() ? std::get<0>(state_) : std::move(other); }

 private:
  std::variant<T, Error> state_;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error) : error_(std::move(error)) {}

  bool ok() const { return !error_.has_value(); }
  explicit operator bool() const { return ok(); }
  const Error& error() const {
    assert(!ok());
    return *error_;
  }

 private:
  std::optional<Error> error_;
};

using Status = Result<void>;

}  // namespace jouleprint

#endif  // JOULEPRINT_RESULT_H_
