// A power distribution unit on loopback: one of a few lines that loses, delays and garbles, and net-snmp's
// agent.
#include "meters/bmc/snmp.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <functional>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "meters/bmc/snmp_answer.h"
#include "os/file.h"
#include "os/wait.h"
#include "support/temporary_folder.h"

extern char** environ;

namespace jouleprint::meters {
namespace {

using ::jouleprint::testing::TemporaryFolder;
using ::testing::HasSubstr;
using ::testing::Not;
using Bytes = std::vector<std::uint8_t>;
using Datagrams = std::vector<Bytes>;

constexpr const char* kOid = "1.3.6.1.4.1.318.1.1.26.6.3.1.7.1";

Error ErrorOf(WattSource* source) {
  const Result<WattSample> sample = source->Next(Seconds{2});
  if (!sample.ok()) return sample.error();
  return {ErrorCode::kInternal, fmt::format("no error, but {} W", sample->power.value()), ""};
}

os::File BindLoopback(int* port) {
  os::File socket(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  EXPECT_EQ(::bind(socket.fd(), reinterpret_cast<sockaddr*>(&address), size), 0);
  EXPECT_EQ(::getsockname(socket.fd(), reinterpret_cast<sockaddr*>(&address), &size), 0);
  *port = ntohs(address.sin_port);
  return socket;
}

// Answers each datagram with those that the handler makes of it.
class Device {
 public:
  using Handler = std::function<Datagrams(const Bytes& question)>;
  explicit Device(Handler handler) : handler_(std::move(handler)), socket_(BindLoopback(&port_)) {
    thread_ = std::thread([this] { Serve(); });
  }
  ~Device() {
    stopping_ = true;
    thread_.join();
  }
  std::string Where(const std::string& object = kOid) const {
    return fmt::format("127.0.0.1:{}/{}", port_, object);
  }

 private:
  void Serve() {
    while (!stopping_) {
      if (!os::WaitReadable({socket_.fd()}, Seconds{0.02})) continue;
      Bytes question(2000);
      sockaddr_in from{};
      socklen_t size = sizeof(from);
      const ssize_t got = ::recvfrom(socket_.fd(), question.data(), question.size(), 0,
                                     reinterpret_cast<sockaddr*>(&from), &size);
      if (got < 0) continue;
      question.resize(static_cast<std::size_t>(got));
      for (const Bytes& answer : handler_(question)) {
        ::sendto(socket_.fd(), answer.data(), answer.size(), 0, reinterpret_cast<sockaddr*>(&from), size);
      }
    }
  }

  Handler handler_;
  int port_ = 0;
  os::File socket_;
  std::atomic<bool> stopping_{false};
  std::thread thread_;
};

TEST(SnmpTest, GivesWattsOfTheDevicesNumber) {
  const Device device([](const Bytes& question) { return Datagrams{AnswerTo(question, 34)}; });
  EXPECT_EQ((*OpenSnmp(device.Where()))->Next(Seconds{2})->power, Watts{34});
  const auto source = *OpenSnmp(device.Where(std::string(kOid) + "*10"));
  EXPECT_EQ(source->Next(Seconds{2})->power, Watts{340});
  EXPECT_EQ(source->Next(Seconds{2})->power, Watts{340});
  const DomainInfo info = source->Describe();
  EXPECT_EQ(info.scope, Scope{.level = Level::kWall});
  EXPECT_EQ(info.basis, Basis::kMetered);
  EXPECT_EQ(info.error.resolution, 10);
}

TEST(SnmpTest, AsksAgainWhenADatagramIsLost) {
  int questions = 0;
  const Device device([&](const Bytes& question) {
    return ++questions < 3 ? Datagrams() : Datagrams{AnswerTo(question, 34)};
  });
  EXPECT_EQ((*OpenSnmp(device.Where()))->Next(Seconds{0.6})->power, Watts{34});
}

TEST(SnmpTest, AnAnswerThatComesLateIsNotTakenForALaterOne) {
  std::optional<Bytes> first;
  const Device device([&](const Bytes& question) {
    Datagrams answers;
    if (!first) first = AnswerTo(question, 1);
    answers.push_back(*first);
    answers.push_back(AnswerTo(question, 2));
    return answers;
  });
  const auto source = *OpenSnmp(device.Where());
  EXPECT_EQ(source->Next(Seconds{2})->power, Watts{1});
  EXPECT_EQ(source->Next(Seconds{2})->power, Watts{2});
}

TEST(SnmpTest, SaysWhatIsWrongWithoutTheCommunity) {
  ::setenv("JOULEPRINT_SNMP_COMMUNITY", "s3cr3t", 1);
  std::string asked;
  const Device silent([&](const Bytes& question) {
    asked.assign(question.begin(), question.end());
    return Datagrams();
  });
  const Device garbled([](const Bytes&) { return Datagrams{Bytes{1, 2, 3}}; });
  const auto source = *OpenSnmp(silent.Where());
  const auto other = *OpenSnmp(garbled.Where());
  ::unsetenv("JOULEPRINT_SNMP_COMMUNITY");
  const Error error = source->Next(Seconds{0.3}).error();
  EXPECT_THAT(asked, HasSubstr("s3cr3t"));
  EXPECT_THAT(error.message, HasSubstr("no answer over SNMP within 0.3 s"));
  EXPECT_THAT(error.ToString() + source->Describe().source, Not(HasSubstr("s3cr3t")));
  EXPECT_EQ(other->Next(Seconds{1}).error().code, ErrorCode::kCorrupt);
}

TEST(SnmpTest, SaysThatNobodyListens) {
  int port = 0;
  { const os::File socket = BindLoopback(&port); }
  const auto source = *OpenSnmp(fmt::format("127.0.0.1:{}/{}", port, kOid));
  EXPECT_THAT(source->Next(Seconds{2}).error().message, HasSubstr("nobody listens"));
}

TEST(SnmpNameTest, ReadsHostPortOidAndScale) {
  const SnmpName name = *ParseSnmpName("pdu.example/1.3.6.1.99*0.1");
  EXPECT_EQ(name.host, "pdu.example");
  EXPECT_EQ(name.port, 161);
  EXPECT_EQ(name.oid, (Oid{1, 3, 6, 1, 99}));
  EXPECT_EQ(name.scale, 0.1);
  EXPECT_EQ(ParseSnmpName("[fe80::1]:1161/1.3.6")->host, "fe80::1");
  EXPECT_EQ(ParseSnmpName("[fe80::1]:1161/1.3.6")->port, 1161);
  EXPECT_EQ(ParseSnmpName("[::1]/1.3.6")->port, 161);
  for (const char* wrong :
       {"", "pdu", "/1.3.6", "pdu/", "pdu/1.3.6*", "pdu/1.3.6*0", "pdu/1.3.6*-1", "pdu/1.3.6*nan",
        "pdu:/1.3.6", "pdu:0/1.3.6", "pdu:65536/1.3.6", "[::1/1.3.6", "[::1]x/1.3.6", "s3cr3t@pdu/1.3.6"}) {
    const Result<SnmpName> result = ParseSnmpName(wrong);
    ASSERT_FALSE(result.ok()) << wrong;
    EXPECT_EQ(result.error().code, ErrorCode::kInvalidArgument);
    EXPECT_THAT(result.error().ToString(), Not(HasSubstr("s3cr3t")));
  }
}

// net-snmp's agent, with a script behind it that answers like a PDU.
class Agent {
 public:
  explicit Agent(const std::string& program) {
    { const os::File reserved = BindLoopback(&port_); }
    std::ofstream(folder_ / "pdu.sh") << "#!/bin/sh\n"
                                         "while read -r line; do\n"
                                         "  case $line in\n"
                                         "    PING) echo PONG ;;\n"
                                         "    get) read -r oid; [ \"$oid\" = ."
                                      << kOid
                                      << " ] && printf '%s\\ngauge\\n345\\n' \"$oid\" || echo NONE ;;\n"
                                         "    *) read -r oid; echo NONE ;;\n"
                                         "  esac\n"
                                         "done\n";
    std::ofstream(folder_ / "snmpd.conf")
        << fmt::format("agentAddress udp:127.0.0.1:{}\nrocommunity public 127.0.0.1\n", port_)
        << "pass_persist .1.3.6.1.4.1.318 /bin/sh " << folder_ / "pdu.sh"
        << "\n";
    const std::string config = folder_ / "snmpd.conf";
    const std::string persistent = "--persistentDir=" + (folder_ / "state");
    std::vector<std::string> words{program, "-f", "-Ln", "-C", "-c", config, persistent};
    std::vector<char*> arguments;
    for (std::string& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    if (::posix_spawn(&pid_, program.c_str(), nullptr, nullptr, arguments.data(), environ) != 0) pid_ = -1;
  }
  ~Agent() {
    if (pid_ <= 0) return;
    ::kill(pid_, SIGTERM);
    ::waitpid(pid_, nullptr, 0);
  }
  std::string Where(const std::string& oid) const { return fmt::format("127.0.0.1:{}/{}", port_, oid); }

 private:
  TemporaryFolder folder_;
  int port_ = 0;
  pid_t pid_ = -1;
};

TEST(SnmpAgentTest, ReadsWhatNetSnmpServes) {
  const std::string program = "/usr/sbin/snmpd";
  if (!std::filesystem::exists(program))
    GTEST_SKIP() << "skipped: " << program << " is not installed (Debian: snmpd)";
  const Agent agent(program);
  const auto source = *OpenSnmp(agent.Where(kOid));
  Result<WattSample> sample = source->Next(Seconds{1});
  for (int tries = 0; tries < 20 && !sample.ok(); ++tries) {  // while it starts
    std::this_thread::sleep_for(std::chrono::milliseconds{250});
    sample = source->Next(Seconds{1});
  }
  ASSERT_TRUE(sample.ok()) << sample.error().ToString();
  EXPECT_EQ(sample->power, Watts{345});
  EXPECT_EQ(ErrorOf(OpenSnmp(agent.Where("1.3.6.1.4.1.318.99"))->get()).code, ErrorCode::kNotFound);
  ::setenv("JOULEPRINT_SNMP_COMMUNITY", "wrong", 1);
  const auto stranger = *OpenSnmp(agent.Where(kOid));
  ::unsetenv("JOULEPRINT_SNMP_COMMUNITY");
  EXPECT_THAT(ErrorOf(stranger.get()).hint, HasSubstr("JOULEPRINT_SNMP_COMMUNITY"));
}

}  // namespace
}  // namespace jouleprint::meters
