#include "os/host.h"

#include <sys/ioctl.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <sstream>

#include "os/file.h"

namespace jouleprint::os {
namespace {

utsname Names() {
  utsname names{};
  ::uname(&names);
  return names;
}

}  // namespace

std::string Hostname() { return Names().nodename; }
std::string KernelRelease() { return Names().release; }
std::string Architecture() { return Names().machine; }

std::string OsName(const Sysroot& sysroot) {
  std::istringstream lines(ReadFile(sysroot.Path("etc/os-release")).value_or(""));
  constexpr std::string_view kKey = "PRETTY_NAME=";
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with(kKey)) continue;
    std::string name = line.substr(kKey.size());
    if (name.size() >= 2 && name.front() == '"' && name.back() == '"') name = name.substr(1, name.size() - 2);
    return name;
  }
  return "Linux";
}

std::string BootId(const Sysroot& sysroot) {
  const std::string text = ReadFile(sysroot.Path("proc/sys/kernel/random/boot_id")).value_or("");
  return text.substr(0, text.find('\n'));
}

int TerminalWidth(int fd) {
  winsize size{};
  if (::isatty(fd) != 1) return 0;
  return ::ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

}  // namespace jouleprint::os
