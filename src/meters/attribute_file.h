// One file of the kernel's that a meter keeps open and reads from its start again and again.
//
// For meters whose files hold more than a plain number, or mean something only together: a battery, Cray's
// counters, an AMD GPU's table. Read() allocates nothing and opens nothing.
#ifndef JOULEPRINT_METERS_ATTRIBUTE_FILE_H_
#define JOULEPRINT_METERS_ATTRIBUTE_FILE_H_

#include <span>
#include <string>
#include <string_view>

#include "meters/meter.h"
#include "os/file.h"
#include "os/sysroot.h"

namespace jouleprint::meters {

class AttributeFile {
 public:
  /// Opens it; below a folder that stands for a machine, a file may be replaced by renaming.
  AttributeFile(std::string path, const os::Sysroot& sysroot);

  /// Opens it anew. True when it is there and may be read.
  bool Open();
  /// What it holds now, in `buffer`; kStale: of a file that has been replaced since it was opened.
  ReadState Read(std::span<char> buffer, std::string_view* content) noexcept;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
  bool may_be_replaced_;
  bool fresh_ = false;  // opened, and not read since
  os::File file_;
};

/// True when a value came with the state.
constexpr bool HasValue(ReadState state) { return state == ReadState::kOk || state == ReadState::kStale; }
/// The state of a value that needs both: the one that says less.
constexpr ReadState Worse(ReadState a, ReadState b) { return a > b ? a : b; }

}  // namespace jouleprint::meters

#endif  // JOULEPRINT_METERS_ATTRIBUTE_FILE_H_
