#include "os/cgroup.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <sstream>
#include <utility>

#include "os/spawn.h"

namespace jouleprint::os {
namespace {

constexpr double kSecondsPerMicrosecond = 1e-6;
constexpr std::string_view kNameStart = "jouleprint-";

// The v2 mount is wherever mountinfo says: /sys/fs/cgroup, or .../unified on hybrid machines.
std::string V2Mount() {
  std::istringstream lines(ReadFile("/proc/self/mountinfo").value_or(""));
  for (std::string line; std::getline(lines, line);) {
    // "36 35 98:0 ROOT MOUNTPOINT options ... - cgroup2 SOURCE options" (proc(5))
    if (line.find(" - cgroup2 ") == std::string::npos) continue;
    std::istringstream fields(line);
    std::string id, parent, device, root, mount;
    fields >> id >> parent >> device >> root >> mount;
    return mount;
  }
  return {};
}

// Our own v2 cgroup: the line "0::/path".
std::string OwnCgroup() {
  std::istringstream lines(ReadFile("/proc/self/cgroup").value_or(""));
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("0::")) return line.substr(3);
  }
  return {};
}

Result<std::string> ParentFolder() {
  const std::string mount = V2Mount();
  const std::string own = OwnCgroup();
  if (mount.empty() || own.empty()) {
    return Error{ErrorCode::kNotPresent, "cgroup v2 is not mounted here", {}};
  }
  return mount + (own == "/" ? "" : own);
}

// The number after `key` in a file of "key value" lines.
Result<std::uint64_t> KeyedValue(const std::string& path, std::string_view key) {
  const Result<std::string> text = ReadFile(path);
  if (!text.ok()) return text.error();
  std::istringstream lines(*text);
  std::string name;
  for (std::uint64_t value = 0; lines >> name >> value;) {
    if (name == key) return value;
  }
  return Error{ErrorCode::kCorrupt, path + " has no " + std::string(key), {}};
}

// "jouleprint-PID-START": numbers of processes are used again; with the time of their start they are not.
std::string NameFor(pid_t pid) {
  return std::string(kNameStart) + std::to_string(pid) + "-" + std::to_string(ProcessStart(pid));
}

bool MakerLives(std::string_view name) {
  const std::string_view rest = name.substr(kNameStart.size());
  std::int64_t pid = 0;
  return ParseI64(rest.substr(0, rest.find('-')), &pid) && name == NameFor(static_cast<pid_t>(pid));
}

// A job may make cgroups of its own.
void AddProcesses(const std::string& folder, std::vector<pid_t>* pids) {
  std::istringstream lines(ReadFile(folder + "/cgroup.procs").value_or(""));
  for (pid_t pid = 0; lines >> pid;) pids->push_back(pid);
  for (const std::string& name : ListDirectory(folder).value_or({})) {
    const std::string below = std::string(folder).append("/").append(name);
    if (IsDirectory(below)) AddProcesses(below, pids);
  }
}

}  // namespace

Result<Cgroup> Cgroup::Create() {
  const Result<std::string> parent = ParentFolder();
  if (!parent.ok()) return parent.error();
  const std::string path = *parent + "/" + NameFor(::getpid());
  if (::mkdir(path.c_str(), 0755) < 0) return SystemError(errno, "cannot make the cgroup " + path);
  const int fd = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) {
    const Error error = SystemError(errno, "cannot open the cgroup " + path);
    ::rmdir(path.c_str());
    return error;
  }
  return Cgroup(path, File(fd));
}

Cgroup::Cgroup(std::string path, File folder) : path_(std::move(path)), folder_(std::move(folder)) {}
Cgroup::Cgroup(Cgroup&& other) noexcept
    : path_(std::exchange(other.path_, {})), folder_(std::move(other.folder_)) {}

Cgroup::~Cgroup() {
  if (!path_.empty()) ::rmdir(path_.c_str());
}

Result<Seconds> Cgroup::CpuTime() const {
  const Result<std::uint64_t> microseconds = KeyedValue(path_ + "/cpu.stat", "usage_usec");
  if (!microseconds.ok()) return microseconds.error();
  return Seconds{static_cast<double>(*microseconds) * kSecondsPerMicrosecond};
}

std::vector<pid_t> Cgroup::Processes() const {
  std::vector<pid_t> pids;
  AddProcesses(path_, &pids);
  return pids;
}

Status Cgroup::Freeze(bool still) const {
  const int fd = ::openat(folder_.fd(), "cgroup.freeze", O_WRONLY | O_CLOEXEC);
  if (fd < 0) return SystemError(errno, "cannot open cgroup.freeze of " + path_);
  const File file(fd);
  if (::write(file.fd(), still ? "1" : "0", 1) != 1) return SystemError(errno, "cannot freeze " + path_);
  return {};
}

bool Cgroup::Populated() const { return KeyedValue(path_ + "/cgroup.events", "populated").value_or(0) != 0; }

std::vector<std::string> OwnCgroupFolders() {
  const std::string mount = V2Mount();
  const Result<std::string> own = ParentFolder();
  std::vector<std::string> folders;
  if (!own.ok()) return folders;
  for (std::string folder = *own; folder.size() > mount.size(); folder.resize(folder.rfind('/'))) {
    folders.push_back(folder);
  }
  folders.push_back(mount);
  return folders;
}

void RemoveForsakenCgroups() {
  const Result<std::string> parent = ParentFolder();
  if (!parent.ok()) return;
  for (const std::string& name : ListDirectory(*parent).value_or({})) {
    // One that is empty may be about to be filled, or to be read: only its maker knows. The kernel refuses to
    // remove one that still holds a process.
    if (name.starts_with(kNameStart) && !MakerLives(name)) ::rmdir((*parent + "/" + name).c_str());
  }
}

}  // namespace jouleprint::os
