#include "cli/screen.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "os/file.h"
#include "os/host.h"
#include "os/signals.h"

namespace jouleprint::cli {
namespace {

constexpr int kIoFailure = 2;
constexpr int kWidest = 100;

bool IsSet(const char* variable) {
  const char* value = std::getenv(variable);
  return value != nullptr && *value != '\0';
}

// As setlocale(3) looks: the first of these that is set decides.
bool IsUtf8Locale() {
  for (const char* variable : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    if (!IsSet(variable)) continue;
    std::string value = std::getenv(variable);
    std::transform(value.begin(), value.end(), value.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return value.find("utf-8") != std::string::npos || value.find("utf8") != std::string::npos;
  }
  return false;
}

bool IsDumb() { return IsSet("TERM") && std::string_view(std::getenv("TERM")) == "dumb"; }

}  // namespace

report::Style StyleOf(int fd) {
  report::Style style;
  const int width = os::TerminalWidth(fd);
  style.color = width > 0 && !IsSet("NO_COLOR") && !IsDumb();
  style.unicode = IsUtf8Locale();
  if (width > 0) style.width = std::min(width, kWidest);
  return style;
}

bool Print(std::string_view text) {
  return std::fwrite(text.data(), 1, text.size(), stdout) == text.size() && std::fflush(stdout) == 0;
}

// A reader of messages that went away must not change what becomes of the job.
void Say(std::string_view text) {
  const os::BrokenPipesFail guard;
  std::fwrite(text.data(), 1, text.size(), stderr);
  std::fflush(stderr);
}

void Complain(std::string_view sentence) { Say("jouleprint: " + std::string(sentence) + "\n"); }

int Fail(const Error& error) {
  Complain(error.ToString());
  return ExitStatus(error.code);
}

int Deliver(const std::string& path, const std::string& text) {
  if (!path.empty()) {
    const Status written = os::WriteFileAtomically(path, text);
    return written.ok() ? 0 : Fail(written.error());
  }
  if (Print(text)) return 0;
  Complain("standard output cannot be written");
  return kIoFailure;
}

}  // namespace jouleprint::cli
