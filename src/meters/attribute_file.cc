#include "meters/attribute_file.h"

#include <cerrno>
#include <utility>

namespace jouleprint::meters {

AttributeFile::AttributeFile(std::string path, const os::Sysroot& sysroot)
    : path_(std::move(path)), may_be_replaced_(!sysroot.IsReal()) {
  Open();
}

bool AttributeFile::Open() {
  Result<os::File> opened = os::File::OpenForReading(path_);
  if (!opened.ok()) return false;
  file_ = std::move(*opened);
  fresh_ = true;
  return true;
}

ReadState AttributeFile::Read(std::span<char> buffer, std::string_view* content) noexcept {
  const bool fresh = std::exchange(fresh_, false);
  if (!file_.is_open()) return ReadState::kGone;
  const std::int64_t n = os::ReadFromStart(file_.fd(), buffer);
  // ENODATA and EAGAIN pass; whatever else the kernel says will not mend by itself.
  if (n < 0) return n == -ENODATA || n == -EAGAIN ? ReadState::kNoData : ReadState::kGone;
  *content = {buffer.data(), static_cast<std::size_t>(n)};
  if (!may_be_replaced_ || !os::IsUnlinked(file_.fd())) return ReadState::kOk;
  return fresh ? ReadState::kStale : ReadState::kGone;
}

}  // namespace jouleprint::meters
