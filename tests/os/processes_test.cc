// What proc/ says of processes, also when their names are odd.
#include "os/processes.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "support/temporary_folder.h"

namespace jouleprint::os {
namespace {

constexpr const char* kAfterName =
    " S 1 10 10 0 -1 4194560 100 200 0 0 150 50 7 8 20 0 3 0 12345 1000 20 18446744073709551615\n";

TEST(ProcessesTest, OwnProcessIsAmongThem) {
  const std::vector<ProcessUse> processes = ListProcesses(Sysroot());
  const auto own = std::find_if(processes.begin(), processes.end(),
                                [](const ProcessUse& process) { return process.pid == ::getpid(); });
  ASSERT_NE(own, processes.end());
  EXPECT_GT(own->start_ticks, 0);
  EXPECT_EQ(own->name, "os_test");
  EXPECT_TRUE(std::is_sorted(processes.begin(), processes.end(),
                             [](const ProcessUse& a, const ProcessUse& b) { return a.pid < b.pid; }));
}

TEST(ProcessesTest, TimesAreOfTheProcessItselfInTicks) {
  ProcessUse process;
  ASSERT_TRUE(ParseProcessStat(std::string("4711 (python3)") + kAfterName, &process));
  EXPECT_EQ(process.pid, 4711);
  EXPECT_EQ(process.name, "python3");
  EXPECT_DOUBLE_EQ(process.cpu_time.value(), 2.0)
      << "150 + 50 ticks; those of ended children are not its own";
  EXPECT_EQ(process.start_ticks, 12345);
}

TEST(ProcessesTest, ANameMayHoldBracketsAndBlanks) {
  ProcessUse process;
  ASSERT_TRUE(ParseProcessStat(std::string("5 (a) S 1 (b c)") + kAfterName, &process));
  EXPECT_EQ(process.name, "a) S 1 (b c");
  EXPECT_EQ(process.start_ticks, 12345);
}

TEST(ProcessesTest, WhatMakesNoSenseIsNoProcess) {
  ProcessUse process;
  for (const char* text :
       {"", "1", "1 (a", "1 (a)", "1 a) S", ") (", "x (a) S 1 1", "1 (a) S 1 10 10 0 -1 4"}) {
    EXPECT_FALSE(ParseProcessStat(text, &process)) << text;
  }
}

TEST(ProcessesTest, OtherFilesInProcAreNoProcesses) {
  const testing::TemporaryFolder root;
  std::filesystem::create_directories(root / "proc/12");
  std::filesystem::create_directories(root / "proc/13");
  std::filesystem::create_directories(root / "proc/sys");
  std::ofstream(root / "proc/12/stat") << "12 (job)" << kAfterName;
  std::ofstream(root / "proc/stat") << "cpu 1 2 3 4\n";
  const std::vector<ProcessUse> processes = ListProcesses(Sysroot(root.path()));
  ASSERT_EQ(processes.size(), 1u) << "13 has ended between two looks";
  EXPECT_EQ(processes[0].name, "job");
  EXPECT_TRUE(ListProcesses(Sysroot(root / "nowhere")).empty());
}

TEST(ProcessesTest, TheCgroupIsVersionTwosOrTheMostTelling) {
  const testing::TemporaryFolder root;
  const Sysroot sysroot(root.path());
  std::filesystem::create_directories(root / "proc/12");
  const auto file = root / "proc/12/cgroup";
  std::ofstream(file) << "0::/system.slice/nginx.service\n";
  EXPECT_EQ(CgroupPathOf(sysroot, 12), "/system.slice/nginx.service");
  std::ofstream(file) << "5:cpu,cpuacct:/docker/abc\n1:name=systemd:/docker/abcdef\n0::/\n";
  EXPECT_EQ(CgroupPathOf(sysroot, 12), "/docker/abcdef");
  std::ofstream(file) << "nonsense\n";
  EXPECT_EQ(CgroupPathOf(sysroot, 12), "");
  EXPECT_EQ(CgroupPathOf(sysroot, 99), "");
}

}  // namespace
}  // namespace jouleprint::os
