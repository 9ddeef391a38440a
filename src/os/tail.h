// Following a file that somebody else writes, or a named pipe: whole lines, as they come.
//
// A file that is replaced (rotated) is followed to its end and then by its name; one that is cut short is
// read from its new beginning. A last line without its end is half written and is waited for. Tested by
// tests/os/tail_test.cc.
#ifndef JOULEPRINT_OS_TAIL_H_
#define JOULEPRINT_OS_TAIL_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "jouleprint/result.h"
#include "jouleprint/units.h"
#include "os/file.h"

namespace jouleprint::os {

class Tail {
 public:
  /// Of a file that has content already, the whole lines of its last `history` bytes come first. Opening a
  /// pipe does not wait for its writer.
  static Result<Tail> Open(const std::string& path, std::size_t history);

  /// The next line without its end; nothing when none came within `patience`. An error when the file is gone
  /// or cannot be read; it may be called again, and goes on when the file is back.
  Result<std::optional<std::string>> NextLine(Seconds patience);

  /// The file's first line where `history` does not reach back to it (a header may stand there), else "".
  const std::string& head() const { return head_; }
  /// What stood there at the beginning has all been given out.
  bool caught_up() const { return caught_up_; }
  /// Of what NextLine gives, how many lines came before; from 1. Lines that were skipped do not count.
  std::int64_t line_number() const { return line_number_; }

 private:
  Tail(std::string path, File file, bool is_pipe);

  void SkipTo(std::int64_t offset);
  std::optional<std::string> TakeLine();
  Result<bool> Fill();
  Result<bool> FollowName();

  std::string path_;
  File file_;
  bool is_pipe_ = false;
  std::string head_;
  std::string pending_;        // read, and not given out
  std::int64_t offset_ = 0;    // of the next read; files
  bool skip_to_line_ = false;  // what comes first is the rest of a line
  bool caught_up_ = false;
  std::int64_t line_number_ = 0;
};

}  // namespace jouleprint::os

#endif  // JOULEPRINT_OS_TAIL_H_
