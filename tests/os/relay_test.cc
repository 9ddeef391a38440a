// Each test plays jouleprint in a process of its own, whose standard output and error it holds the far end
// of.
#include "os/relay.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <functional>

#include "os/wait.h"

namespace jouleprint::os {
namespace {

struct Played {
  std::string out;
  std::string err;
  int status = 0;
};

std::string ReadToEnd(int fd) {
  std::string all;
  char piece[65536];
  for (ssize_t n; (n = ::read(fd, piece, sizeof piece)) > 0;) all.append(piece, static_cast<std::size_t>(n));
  return all;
}

void WriteAll(int fd, const std::string& text) {
  for (std::size_t done = 0; done < text.size();) {
    const ssize_t n = ::write(fd, text.data() + done, text.size() - done);
    if (n <= 0) ::_exit(99);
    done += static_cast<std::size_t>(n);
  }
}

/// Runs `act` in a child whose standard output and error are pipes (one, if `together`). Its value is the
/// status.
Played Play(const std::function<int()>& act, bool together = false) {
  int out[2], err[2];
  EXPECT_EQ(::pipe2(out, O_CLOEXEC), 0);
  EXPECT_EQ(::pipe2(err, O_CLOEXEC), 0);
  const pid_t pid = ::fork();
  if (pid == 0) {
    ::dup2(out[1], STDOUT_FILENO);
    ::dup2(together ? out[1] : err[1], STDERR_FILENO);
    for (const int end : {out[0], out[1], err[0], err[1]}) ::close(end);
    ::_exit(act());
  }
  ::close(out[1]);
  ::close(err[1]);
  Played played;
  played.out = ReadToEnd(out[0]);
  played.err = ReadToEnd(err[0]);
  ::close(out[0]);
  ::close(err[0]);
  ::waitpid(pid, &played.status, 0);
  played.status = WEXITSTATUS(played.status);
  return played;
}

/// A job that is started with the relay's ends and does this.
pid_t StartJob(OutputRelay* relay, const std::function<void(int out, int err)>& job) {
  const pid_t pid = ::fork();
  if (pid == 0) {
    job(relay->job_stdout(), relay->job_stderr());
    ::_exit(0);
  }
  relay->CloseJobEnds();
  return pid;
}

/// All of the copy, up to its end.
std::string CopyToEnd(OutputRelay* relay) {
  std::string copy;
  while (relay->copy_fd() >= 0) {
    WaitReadable({relay->copy_fd()}, Seconds{10});
    copy += relay->TakeCopy();
  }
  return copy;
}

TEST(OutputRelayTest, BytesArriveUnchangedAndACopyIsTaken) {
  std::string bytes;
  for (int i = 0; i < 300'000; ++i) bytes += static_cast<char>(i * 7);
  const Played played = Play([&] {
    Result<OutputRelay> relay = OutputRelay::Start();
    if (!relay.ok()) return 1;
    StartJob(&*relay, [&](int out, int err) {
      WriteAll(out, bytes);
      WriteAll(err, "an error\n");
    });
    const std::string copy = CopyToEnd(&*relay);
    // The copy may lack what came too fast, never the output itself; here there is room.
    return copy.size() == bytes.size() + 9 ? 0 : 2;
  });
  EXPECT_EQ(played.status, 0);
  EXPECT_EQ(played.out, bytes);
  EXPECT_EQ(played.err, "an error\n");
}

TEST(OutputRelayTest, OutputAndErrorInOnePlaceKeepTheirOrder) {
  std::string expected;
  for (int i = 0; i < 500; ++i) expected += std::to_string(i) + "\n";
  const Played played = Play(
      [] {
        Result<OutputRelay> relay = OutputRelay::Start();
        if (!relay.ok()) return 1;
        StartJob(&*relay, [](int out, int err) {
          for (int i = 0; i < 500; ++i) WriteAll(i % 2 == 0 ? out : err, std::to_string(i) + "\n");
        });
        CopyToEnd(&*relay);
        return 0;
      },
      true);
  EXPECT_EQ(played.out, expected);
}

TEST(OutputRelayTest, AfterAFlushAllThatWasWrittenHasArrived) {
  const Played played = Play([] {
    Result<OutputRelay> relay = OutputRelay::Start();
    if (!relay.ok()) return 1;
    int told[2];
    if (::pipe2(told, O_CLOEXEC) != 0) return 1;
    const pid_t job = StartJob(&*relay, [&](int out, int) {
      WriteAll(out, "written before");
      WriteAll(told[1], "x");
      ::pause();  // the output stays open
    });
    char byte = 0;
    if (::read(told[0], &byte, 1) != 1) return 1;
    relay->Flush(Seconds{10});
    const std::string copy = relay->TakeCopy();
    ::kill(job, SIGKILL);
    return copy == "written before" ? 0 : 2;
  });
  EXPECT_EQ(played.status, 0);
  EXPECT_EQ(played.out, "written before");
}

TEST(OutputRelayTest, TheOutputOutlivesUs) {
  const Played played = Play([] {
    Result<OutputRelay> relay = OutputRelay::Start();
    if (!relay.ok()) return 1;
    StartJob(&*relay, [](int out, int) {
      ::usleep(100'000);
      WriteAll(out, "said by the job when its watcher was dead");
    });
    ::kill(::getpid(), SIGKILL);
    return 0;
  });
  EXPECT_EQ(played.out, "said by the job when its watcher was dead");
}

TEST(OutputRelayTest, AJobWhoseReaderWentAwayIsTold) {
  int out[2];
  ASSERT_EQ(::pipe2(out, O_CLOEXEC), 0);
  const pid_t pid = ::fork();
  if (pid == 0) {
    ::dup2(out[1], STDOUT_FILENO);
    ::close(out[0]);
    ::close(out[1]);
    Result<OutputRelay> relay = OutputRelay::Start();
    if (!relay.ok()) ::_exit(1);
    const pid_t job = StartJob(&*relay, [](int to, int) {
      ::signal(SIGPIPE, SIG_DFL);
      for (;;) WriteAll(to, std::string(4096, 'y'));
    });
    int status = 0;
    ::waitpid(job, &status, 0);
    ::_exit(WIFSIGNALED(status) && WTERMSIG(status) == SIGPIPE ? 0 : 2);
  }
  ::close(out[1]);
  char byte = 0;
  EXPECT_EQ(::read(out[0], &byte, 1), 1);
  ::close(out[0]);
  int status = 0;
  ::waitpid(pid, &status, 0);
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

}  // namespace
}  // namespace jouleprint::os
