// A file that grows: opened once, written piece by piece, each piece whole or an error.
#ifndef JOULEPRINT_OS_OUTPUT_FILE_H_
#define JOULEPRINT_OS_OUTPUT_FILE_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "jouleprint/result.h"
#include "os/file.h"

namespace jouleprint::os {

class OutputFile {
 public:
  /// Makes the file, or empties it; close-on-exec.
  static Result<OutputFile> Create(const std::string& path);

  /// Writes all of `bytes`. After an error the file ends somewhere within them.
  Status Write(std::string_view bytes);
  std::int64_t written() const { return written_; }
  const std::string& path() const { return path_; }

 private:
  OutputFile(File file, std::string path) : file_(std::move(file)), path_(std::move(path)) {}

  File file_;
  std::string path_;
  std::int64_t written_ = 0;
};

}  // namespace jouleprint::os

#endif  // JOULEPRINT_OS_OUTPUT_FILE_H_
