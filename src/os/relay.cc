#include "os/relay.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <utility>

namespace jouleprint::os {
namespace {

constexpr char kFlush = 'F';
constexpr char kFlushed = 'A';
constexpr int kCopyPipeBytes = 1 << 20;
// A pseudo-terminal hands bytes over through a kernel worker; this long without any means none is left.
constexpr int kTerminalQuietMs = 20;

struct Channel {
  int target = -1;  // our own standard output or error
  File from_job;
  bool terminal = false;
  bool target_alive = true;
};

bool SameFile(int a, int b) {
  struct stat first {
  }, second{};
  return ::fstat(a, &first) == 0 && ::fstat(b, &second) == 0 && first.st_dev == second.st_dev &&
         first.st_ino == second.st_ino;
}

Status OpenPipe(File* job_end, Channel* channel) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) < 0) return SystemError(errno, "cannot watch the command's output");
  channel->from_job = File(ends[0]);
  *job_end = File(ends[1]);
  return {};
}

void CopyWindowSize(int from, int to) {
  winsize size{};
  if (::ioctl(from, TIOCGWINSZ, &size) == 0) ::ioctl(to, TIOCSWINSZ, &size);
}

// Raw, because the real terminal behind it does all the treatment of lines that there is to do.
Status OpenTerminal(int target, File* job_end, Channel* channel) {
  File master(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC));
  std::array<char, 128> name{};
  if (!master.is_open() || ::grantpt(master.fd()) < 0 || ::unlockpt(master.fd()) < 0 ||
      ::ptsname_r(master.fd(), name.data(), name.size()) != 0) {
    return SystemError(errno, "cannot make a pseudo-terminal to watch the command's output");
  }
  File slave(::open(name.data(), O_RDWR | O_NOCTTY | O_CLOEXEC));
  if (!slave.is_open()) return SystemError(errno, "cannot open a pseudo-terminal");
  termios mode{};
  if (::tcgetattr(target, &mode) == 0) {
    mode.c_oflag &= ~static_cast<tcflag_t>(OPOST);
    mode.c_lflag &= ~static_cast<tcflag_t>(ECHO | ICANON | ISIG);
    ::tcsetattr(slave.fd(), TCSANOW, &mode);
  }
  CopyWindowSize(target, master.fd());
  channel->from_job = std::move(master);
  channel->terminal = true;
  *job_end = std::move(slave);
  return {};
}

Status OpenChannel(int target, File* job_end, Channel* channel) {
  channel->target = target;
  return ::isatty(target) == 1 ? OpenTerminal(target, job_end, channel) : OpenPipe(job_end, channel);
}

volatile sig_atomic_t window_changed = 0;
void NoteWindowChange(int) { window_changed = 1; }

// The passing process. Lives until the job and all that inherited its output are gone.
class Passer {
 public:
  Passer(std::array<Channel, 2>* channels, int copy, int control)
      : channels_(*channels), copy_(copy), control_(control) {}

  void Run() {
    while (AnyOpen()) {
      std::array<pollfd, 3> watched{};
      for (std::size_t i = 0; i < 2; ++i) watched[i] = {channels_[i].from_job.fd(), POLLIN, 0};
      watched[2] = {control_, POLLIN, 0};
      const int ready = ::poll(watched.data(), watched.size(), -1);
      if (std::exchange(window_changed, 0) != 0) FollowWindowSize();
      if (ready < 0) continue;
      for (std::size_t i = 0; i < 2; ++i) {
        if (watched[i].revents != 0) PassOn(&channels_[i]);
      }
      if (watched[2].revents != 0) AnswerFlush();
    }
  }

 private:
  bool AnyOpen() const { return channels_[0].from_job.is_open() || channels_[1].from_job.is_open(); }

  void FollowWindowSize() {
    for (Channel& channel : channels_) {
      if (channel.terminal && channel.from_job.is_open())
        CopyWindowSize(channel.target, channel.from_job.fd());
    }
  }

  void PassOn(Channel* channel) {
    const ssize_t n = ::read(channel->from_job.fd(), buffer_.data(), buffer_.size());
    if (n < 0 && (errno == EINTR || errno == EAGAIN)) return;
    // 0: a pipe's last writer is gone; EIO: a terminal's.
    if (n <= 0) return channel->from_job.Close();
    // A reader that went away must reach the job as it would have: by its next write failing.
    if (!WriteAll(channel->target, static_cast<std::size_t>(n))) {
      // A full disk is another matter: the job may have written its last already and never learn of it.
      if (errno != EPIPE) {
        ::dprintf(STDERR_FILENO, "jouleprint: the command's output cannot be written: %s\n",
                  std::strerror(errno));
      }
      return channel->from_job.Close();
    }
    if (copy_ >= 0 && ::write(copy_, buffer_.data(), static_cast<std::size_t>(n)) < 0 && errno == EPIPE)
      copy_ = -1;
  }

  bool WriteAll(int target, std::size_t size) {
    for (std::size_t done = 0; done < size;) {
      const ssize_t n = ::write(target, buffer_.data() + done, size - done);
      if (n > 0) {
        done += static_cast<std::size_t>(n);
      } else if (n < 0 && errno == EAGAIN) {
        pollfd room{target, POLLOUT, 0};
        ::poll(&room, 1, -1);
      } else if (errno != EINTR) {
        return false;
      }
    }
    return true;
  }

  void AnswerFlush() {
    char request = 0;
    if (::read(control_, &request, 1) <= 0) {
      control_ = -1;  // jouleprint is gone; the job is not
      return;
    }
    while (PassWhatIsReady()) {
    }
    const ssize_t ignored = ::write(control_, &kFlushed, 1);
    static_cast<void>(ignored);
  }

  bool PassWhatIsReady() {
    bool any = false;
    for (Channel& channel : channels_) {
      if (!channel.from_job.is_open()) continue;
      pollfd ready{channel.from_job.fd(), POLLIN, 0};
      if (::poll(&ready, 1, channel.terminal ? kTerminalQuietMs : 0) <= 0) continue;
      PassOn(&channel);
      any = true;
    }
    return any;
  }

  std::array<Channel, 2>& channels_;
  int copy_;
  int control_;
  std::array<char, 65536> buffer_;
};

// The passer outlives signals meant for the job; it ends when the job's output does.
void SettleIn() {
  ::prctl(PR_SET_NAME, "jouleprint-out");
  for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2, SIGALRM, SIGPIPE, SIGCHLD}) {
    ::signal(number, SIG_IGN);
  }
  struct sigaction action {};
  action.sa_handler = NoteWindowChange;
  ::sigaction(SIGWINCH, &action, nullptr);
}

}  // namespace

Result<OutputRelay> OutputRelay::Start() {
  OutputRelay relay;
  std::array<Channel, 2> channels;
  const bool together = SameFile(STDOUT_FILENO, STDERR_FILENO);
  Status opened = OpenChannel(STDOUT_FILENO, &relay.job_ends_[0], &channels[0]);
  if (opened.ok() && !together) opened = OpenChannel(STDERR_FILENO, &relay.job_ends_[1], &channels[1]);
  if (!opened.ok()) return opened.error();
  int copy[2];
  int control[2];
  if (::pipe2(copy, O_CLOEXEC | O_NONBLOCK) < 0 ||
      ::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, control) < 0) {
    return SystemError(errno, "cannot watch the command's output");
  }
  ::fcntl(copy[1], F_SETPIPE_SZ, kCopyPipeBytes);
  relay.copy_ = File(copy[0]);
  relay.control_ = File(control[0]);
  const File copy_write(copy[1]);
  const File control_far(control[1]);
  relay.pid_ = ::fork();
  if (relay.pid_ < 0) return SystemError(errno, "cannot watch the command's output");
  if (relay.pid_ == 0) {
    SettleIn();
    relay.CloseJobEnds();
    relay.copy_.Close();
    relay.control_.Close();
    Passer(&channels, copy_write.fd(), control_far.fd()).Run();
    ::_exit(0);
  }
  return relay;
}

void OutputRelay::CloseJobEnds() {
  for (File& end : job_ends_) end.Close();
}

std::string OutputRelay::TakeCopy() {
  std::string piece(65536, '\0');
  const ssize_t n = ::read(copy_.fd(), piece.data(), piece.size());
  if (n == 0) copy_.Close();  // at its end it would be readable for ever
  piece.resize(n > 0 ? static_cast<std::size_t>(n) : 0);
  return piece;
}

void OutputRelay::Flush(Seconds patience) {
  if (::send(control_.fd(), &kFlush, 1, MSG_NOSIGNAL) != 1) return;
  pollfd answer{control_.fd(), POLLIN, 0};
  ::poll(&answer, 1, static_cast<int>(patience.value() * 1e3));
}

}  // namespace jouleprint::os
