#include "os/standard_streams.h"

#include <fcntl.h>
#include <unistd.h>

#include <initializer_list>

namespace jouleprint::os {

void OccupyClosedStandardStreams() {
  for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (::fcntl(stream, F_GETFD) >= 0) continue;
    // The lowest free number is this one: those below it are open by now.
    const int fd = ::open("/dev/null", O_RDWR | O_CLOEXEC);
    static_cast<void>(fd);
  }
}

}  // namespace jouleprint::os
