// A terminal as a full screen: the other screen, keys as they are pressed, put back as it was at the end.
//
// Made and used by the main thread. Whatever ends the process in order (a return, an error) restores the
// terminal; a signal must be turned into a return by the caller (os::SignalInbox).
#ifndef JOULEPRINT_OS_TERMINAL_H_
#define JOULEPRINT_OS_TERMINAL_H_

#include <termios.h>

#include <optional>
#include <string_view>

#include "jouleprint/result.h"

namespace jouleprint::os {

struct ScreenSize {
  int columns = 80;
  int rows = 24;
};

class FullScreen {
 public:
  /// kNotPresent when standard input or output is no terminal.
  static Result<FullScreen> Open();
  FullScreen(FullScreen&& other) noexcept;
  FullScreen& operator=(FullScreen&&) = delete;
  ~FullScreen();

  ScreenSize size() const;
  /// Replaces what is shown; lines end in \n.
  void Show(std::string_view frame) const;
  /// The next key that was pressed, nothing when none was.
  std::optional<char> Key() const;
  /// Readable when a key was pressed.
  int fd() const;

 private:
  explicit FullScreen(const termios& before) : before_(before) {}

  termios before_;
  bool mine_ = true;
};

}  // namespace jouleprint::os

#endif  // JOULEPRINT_OS_TERMINAL_H_
