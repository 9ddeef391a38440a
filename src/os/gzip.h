// A file read once from its start to its end, unpacked on the way where it is gzip (RFC 1952).
//
//   Result<os::GzipInput> input = os::GzipInput::Open("grid.csv.gz");   // or "grid.csv": its bytes tell
//   std::array<char, 65536> chunk;
//   while (Result<std::size_t> n = input->Read(chunk); n.ok() && *n > 0) Use(chunk, *n);
//
// Pipes are read as they come, and one that stays silent is given up. Errors name the file.
#ifndef JOULEPRINT_OS_GZIP_H_
#define JOULEPRINT_OS_GZIP_H_

#include <cstddef>
#include <memory>
#include <span>
#include <string>

#include "jouleprint/result.h"
#include "jouleprint/units.h"

namespace jouleprint::os {

class GzipInput {
 public:
  /// Refuses a folder. `patience`: how long a pipe may say nothing.
  static Result<GzipInput> Open(const std::string& path, Seconds patience = Seconds{30});

  GzipInput(GzipInput&&) noexcept;
  GzipInput& operator=(GzipInput&&) noexcept;
  ~GzipInput();

  /// Fills `out` from its front and says how much; 0 at the end. kCorrupt for gzip that is cut short or
  /// damaged.
  Result<std::size_t> Read(std::span<char> out);

 private:
  class Impl;
  explicit GzipInput(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace jouleprint::os

#endif  // JOULEPRINT_OS_GZIP_H_
