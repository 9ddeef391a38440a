// Sequences: ECMA-48 and xterm's private modes 1049 (the other screen) and 25 (the cursor), which every
// terminal emulator of the last decades knows.
#include "os/terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <utility>

#include "os/file.h"

namespace jouleprint::os {
namespace {

constexpr std::string_view kEnter = "\x1b[?1049h\x1b[?25l\x1b[2J";
constexpr std::string_view kLeave = "\x1b[?25h\x1b[?1049l";
constexpr std::string_view kHome = "\x1b[H";
constexpr std::string_view kClearRest = "\x1b[J";
// Before each line end, so that a shorter line leaves nothing of the one before.
constexpr std::string_view kEndOfLine = "\x1b[K\r\n";

void Write(std::string_view text) {
  while (!text.empty()) {
    const ssize_t n = ::write(STDOUT_FILENO, text.data(), text.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return;
    text.remove_prefix(static_cast<std::size_t>(n));
  }
}

}  // namespace

Result<FullScreen> FullScreen::Open() {
  termios now{};
  if (::isatty(STDOUT_FILENO) != 1 || ::tcgetattr(STDIN_FILENO, &now) != 0) {
    return Error{ErrorCode::kNotPresent, "standard input and output are no terminal", {}};
  }
  FullScreen screen(now);
  now.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO);
  // A read takes what there is and does not wait.
  now.c_cc[VMIN] = 0;
  now.c_cc[VTIME] = 0;
  ::tcsetattr(STDIN_FILENO, TCSANOW, &now);
  Write(kEnter);
  return screen;
}

FullScreen::FullScreen(FullScreen&& other) noexcept
    : before_(other.before_), mine_(std::exchange(other.mine_, false)) {}

FullScreen::~FullScreen() {
  if (!mine_) return;
  Write(kLeave);
  ::tcsetattr(STDIN_FILENO, TCSANOW, &before_);
}

ScreenSize FullScreen::size() const {
  winsize window{};
  ScreenSize size;
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &window) == 0 && window.ws_col > 0 && window.ws_row > 0) {
    size = {window.ws_col, window.ws_row};
  }
  return size;
}

void FullScreen::Show(std::string_view frame) const {
  std::string out(kHome);
  for (const char c : frame) {
    if (c == '\n') {
      out += kEndOfLine;
    } else {
      out += c;
    }
  }
  Write(out.append(kClearRest));
}

std::optional<char> FullScreen::Key() const {
  char key = 0;
  return ::read(STDIN_FILENO, &key, 1) == 1 ? std::optional(key) : std::nullopt;
}

int FullScreen::fd() const { return STDIN_FILENO; }

}  // namespace jouleprint::os
