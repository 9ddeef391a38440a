#include "os/sysroot.h"

#include <utility>

namespace jouleprint::os {

Sysroot::Sysroot(std::string root) : root_(std::move(root)) {
  if (root_.empty() || root_.back() != '/') root_ += '/';
}

std::string Sysroot::Path(std::string_view relative) const { return root_ + std::string(relative); }

}  // namespace jouleprint::os
