// Where this machine's sys/, proc/ and dev/ are: "/" or, with --sysroot, a folder that holds a
// container's mounted host or a recorded machine. Immutable; safe to share between threads.
#ifndef JOULEPRINT_OS_SYSROOT_H_
#define JOULEPRINT_OS_SYSROOT_H_

#include <string>
#include <string_view>

namespace jouleprint::os {

class Sysroot {
 public:
  Sysroot() : root_("/") {}
  explicit Sysroot(std::string root);

  /// Path("sys/class/powercap") -> "/sys/class/powercap" below the root. `relative` has no leading /.
  std::string Path(std::string_view relative) const;
  /// True when it is the machine that we run on.
  bool IsReal() const { return root_ == "/"; }
  const std::string& root() const { return root_; }

 private:
  std::string root_;  // ends in '/'
};

}  // namespace jouleprint::os

#endif  // JOULEPRINT_OS_SYSROOT_H_
