// Machines that differ in how they tell what they are.
#include "meters/cpu_identity.h"

#include <gtest/gtest.h>

#include <string>

#include "meters/model/model_machines.h"

namespace jouleprint::meters {
namespace {

TEST(IdentifyCpuTest, TwoSocketXeonCountsSocketsCoresAndThreadsApart) {
  MachineFiles machine;
  std::string cpuinfo;
  // Two sockets of two cores with two threads; core numbers repeat in the second socket.
  for (int i = 0; i < 8; ++i) {
    cpuinfo += X86Cpu(i, "GenuineIntel", "Intel(R) Xeon(R) Platinum 8480+ @ 2.0GHz", (i / 2) % 2, i % 2);
  }
  machine.Add("proc/cpuinfo", cpuinfo).Add("proc/meminfo", "MemTotal:       528280344 kB\nMemFree: 1 kB\n");
  machine.Add("sys/devices/system/cpu/cpu0/cpufreq/cpuinfo_max_freq", "3800000\n");
  CpuIdentity cpu = IdentifyCpu(machine.sysroot());
  EXPECT_EQ(cpu.vendor, "GenuineIntel");
  EXPECT_EQ(cpu.model_name, "Intel(R) Xeon(R) Platinum 8480+ @ 2.0GHz");
  EXPECT_EQ(cpu.family, 6);
  EXPECT_EQ(cpu.model, 143);
  EXPECT_EQ(cpu.sockets, 2);
  EXPECT_EQ(cpu.cores, 4);
  EXPECT_EQ(cpu.logical_cpus, 8);
  EXPECT_DOUBLE_EQ(cpu.max_mhz, 3800);
  EXPECT_NEAR(cpu.memory_gib, 503.8, 0.1);
  EXPECT_FALSE(cpu.hypervisor);
  EXPECT_EQ(cpu.virtualization, "");
}

TEST(IdentifyCpuTest, DiesThatNumberTheirCoresAlikeAreNotOneCore) {
  MachineFiles machine;
  std::string cpuinfo;
  for (int i = 0; i < 4; ++i) {
    cpuinfo += X86Cpu(i, "AuthenticAMD", "AMD Ryzen Threadripper 1950X 16-Core Processor", 0, i % 2);
    std::string folder = "sys/devices/system/cpu/cpu" + std::to_string(i) + "/topology/";
    machine.Add(folder + "physical_package_id", "0\n").Add(folder + "core_id", std::to_string(i % 2) + "\n");
    machine.Add(folder + "thread_siblings_list", std::to_string(i) + "\n");
  }
  machine.Add("proc/cpuinfo", cpuinfo);
  EXPECT_EQ(IdentifyCpu(machine.sysroot()).cores, 4);
}

TEST(IdentifyCpuTest, HybridCoresWithOneAndTwoThreads) {
  MachineFiles machine;
  std::string cpuinfo;
  const int core_of[] = {0, 0, 4, 4, 8, 9};  // two performance cores, two efficient ones
  for (int i = 0; i < 6; ++i) {
    cpuinfo += X86Cpu(i, "GenuineIntel", "13th Gen Intel(R) Core(TM) i9-13900K", 0, core_of[i]);
    machine.Add("sys/devices/system/cpu/cpu" + std::to_string(i) + "/cpufreq/cpuinfo_max_freq",
                i < 4 ? "5800000\n" : "4300000\n");
  }
  machine.Add("proc/cpuinfo", cpuinfo);
  CpuIdentity cpu = IdentifyCpu(machine.sysroot());
  EXPECT_EQ(cpu.cores, 4);
  EXPECT_EQ(cpu.logical_cpus, 6);
  EXPECT_DOUBLE_EQ(cpu.max_mhz, 5800) << "the fastest core's";
}

TEST(IdentifyCpuTest, OfflineCpusAreNotCounted) {
  MachineFiles machine;
  machine.Add("proc/cpuinfo", X86Cpu(0, "GenuineIntel", "Intel(R) Xeon(R) W-2245", 0, 0) +
                                  X86Cpu(2, "GenuineIntel", "Intel(R) Xeon(R) W-2245", 0, 1));
  machine.Add("sys/devices/system/cpu/cpu1/online", "0\n");
  EXPECT_EQ(IdentifyCpu(machine.sysroot()).logical_cpus, 2);
}

TEST(IdentifyCpuTest, EpycGuestIsAGuestAndNamesItsHypervisor) {
  MachineFiles machine;
  machine.Add("proc/cpuinfo", X86Cpu(0, "AuthenticAMD", "AMD EPYC", 0, 0, "fpu hypervisor lahf_lm") +
                                  X86Cpu(1, "AuthenticAMD", "AMD EPYC", 0, 1, "fpu hypervisor lahf_lm"));
  EXPECT_TRUE(IdentifyCpu(machine.sysroot()).hypervisor);
  EXPECT_EQ(IdentifyCpu(machine.sysroot()).virtualization, "hypervisor") << "no name to go by";

  struct Kind {
    const char* vendor;
    const char* product;
    const char* want;
  };
  for (Kind kind :
       {Kind{"QEMU", "Standard PC (Q35 + ICH9, 2009)", "kvm"}, Kind{"Amazon EC2", "m7a.large", "kvm"},
        Kind{"Google", "Google Compute Engine", "kvm"}, Kind{"VMware, Inc.", "VMware7,1", "vmware"},
        Kind{"Xen", "HVM domU", "xen"}, Kind{"Microsoft Corporation", "Virtual Machine", "hyperv"},
        Kind{"innotek GmbH", "VirtualBox", "hypervisor"}}) {
    machine.Add("sys/class/dmi/id/sys_vendor", std::string(kind.vendor) + "\n");
    machine.Add("sys/class/dmi/id/product_name", std::string(kind.product) + "\n");
    EXPECT_EQ(IdentifyCpu(machine.sysroot()).virtualization, kind.want) << kind.vendor;
  }
}

TEST(IdentifyCpuTest, XenByItsOwnFile) {
  MachineFiles machine;
  machine.Add("proc/cpuinfo",
              X86Cpu(0, "GenuineIntel", "Intel(R) Xeon(R) CPU E5-2686 v4 @ 2.30GHz", 0, 0, "hypervisor"));
  machine.Add("sys/hypervisor/type", "xen\n");
  EXPECT_EQ(IdentifyCpu(machine.sysroot()).virtualization, "xen");
}

TEST(IdentifyCpuTest, GraceHasNoModelNameButACore) {
  MachineFiles machine;
  std::string cpuinfo;
  for (int i = 0; i < 4; ++i) {
    cpuinfo += ArmCpu(i, "0x41", "0xd4f");
    std::string folder = "sys/devices/system/cpu/cpu" + std::to_string(i) + "/topology/";
    machine.Add(folder + "physical_package_id", std::to_string(i / 2) + "\n");
    machine.Add(folder + "thread_siblings_list", std::to_string(i) + "\n");
  }
  machine.Add("proc/cpuinfo", cpuinfo);
  machine.Add("sys/class/dmi/id/sys_vendor", "NVIDIA\n").Add("sys/class/dmi/id/product_name", "Grace\n");
  CpuIdentity cpu = IdentifyCpu(machine.sysroot());
  EXPECT_EQ(cpu.vendor, "ARM");
  EXPECT_EQ(cpu.model_name, "Neoverse-V2");
  EXPECT_EQ(cpu.model, 0xd4f);
  EXPECT_EQ(cpu.sockets, 2);
  EXPECT_EQ(cpu.cores, 4);
  EXPECT_FALSE(cpu.hypervisor);
}

TEST(IdentifyCpuTest, ArmGuestIsToldByTheMachinesNameUnlessItIsRentedWhole) {
  MachineFiles machine;
  machine.Add("proc/cpuinfo", ArmCpu(0, "0x41", "0xd0c"));
  machine.Add("sys/class/dmi/id/sys_vendor", "Amazon EC2\n");
  machine.Add("sys/class/dmi/id/product_name", "m6g.large\n");
  EXPECT_TRUE(IdentifyCpu(machine.sysroot()).hypervisor);
  machine.Add("sys/class/dmi/id/product_name", "m6g.metal\n");
  EXPECT_FALSE(IdentifyCpu(machine.sysroot()).hypervisor);
}

TEST(IdentifyCpuTest, RaspberryPiSaysItsBoard) {
  MachineFiles machine;
  machine.Add("proc/cpuinfo", ArmCpu(0, "0x41", "0xd08") + ArmCpu(1, "0x41", "0xd08") +
                                  "Hardware\t: BCM2835\nRevision\t: c03114\nSerial\t: 0\n"
                                  "Model\t\t: Raspberry Pi 4 Model B Rev 1.4\n");
  CpuIdentity cpu = IdentifyCpu(machine.sysroot());
  EXPECT_EQ(cpu.model_name, "Raspberry Pi 4 Model B Rev 1.4");
  EXPECT_EQ(cpu.cores, 2);
}

TEST(IdentifyCpuTest, BigAndLittleCoresAreBothNamed) {
  MachineFiles machine;
  machine.Add("proc/cpuinfo", ArmCpu(0, "0x41", "0xd05") + ArmCpu(1, "0x41", "0xd0b"));
  EXPECT_EQ(IdentifyCpu(machine.sysroot()).model_name, "Cortex-A55 + Cortex-A76");
}

TEST(IdentifyCpuTest, ContainerOnARealMachine) {
  for (const char* hint : {".dockerenv", "run/.containerenv"}) {
    MachineFiles machine;
    machine.Add("proc/cpuinfo", X86Cpu(0, "AuthenticAMD", "AMD EPYC 7763 64-Core Processor", 0, 0));
    machine.Add(hint, "");
    EXPECT_EQ(IdentifyCpu(machine.sysroot()).virtualization, "container") << hint;
    EXPECT_FALSE(IdentifyCpu(machine.sysroot()).hypervisor) << "it sees the whole processor";
  }
  MachineFiles machine;
  machine.Add("proc/1/cgroup", "0::/kubepods.slice/pod1\n");
  EXPECT_EQ(IdentifyCpu(machine.sysroot()).virtualization, "container");
}

TEST(IdentifyCpuTest, NothingReadableIsOneUnknownCpu) {
  MachineFiles machine;
  CpuIdentity cpu = IdentifyCpu(machine.sysroot());
  EXPECT_EQ(cpu.vendor, "");
  EXPECT_EQ(cpu.model_name, "");
  EXPECT_EQ(cpu.sockets, 1);
  EXPECT_EQ(cpu.cores, 1);
  EXPECT_EQ(cpu.logical_cpus, 1);
  EXPECT_EQ(cpu.memory_gib, 0);
}

TEST(IdentifyCpuTest, WithoutCpuinfoTheFoldersOfSysAreCounted) {
  MachineFiles machine;
  machine.Add("sys/devices/system/cpu/cpu0/topology/core_id", "0\n");
  machine.Add("sys/devices/system/cpu/cpu1/online", "1\n").Add("sys/devices/system/cpu/cpu2/online", "0\n");
  machine.Add("sys/devices/system/cpu/cpufreq/boost", "1\n");
  EXPECT_EQ(IdentifyCpu(machine.sysroot()).logical_cpus, 2);
}

TEST(IdentifyCpuTest, GarbageIsNotACrash) {
  MachineFiles machine;
  machine.Add("proc/cpuinfo", ":::\nprocessor\n: x\nprocessor:\nCPU part: 0xzz\ncpu family: -1\n\xff\xfe");
  machine.Add("proc/meminfo", "MemTotal:");
  CpuIdentity cpu = IdentifyCpu(machine.sysroot());
  EXPECT_GE(cpu.logical_cpus, 1);
  EXPECT_EQ(cpu.memory_gib, 0);
}

}  // namespace
}  // namespace jouleprint::meters
