// What the list of chips says of a machine, wherever its drivers hang their files.
#include "meters/sysfs/hwmon.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "meters/sysfs/pci_devices.h"
#include "support/machine_tree.h"

namespace jouleprint::meters {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::MachineTree;

TEST(Hwmon, AMachineWithoutTheFolderHasNoChips) {
  const MachineTree tree;
  EXPECT_THAT(ListHwmonChips(tree.sysroot()), IsEmpty());
}

TEST(Hwmon, AChipIsToldByItsNameAndItsDevice) {
  MachineTree tree;
  tree.AddChip("nvme", "sys/devices/pci0000:00/0000:05:00.0/nvme/nvme0", {{"temp1_input", "40000"}});
  tree.AddChip("amdgpu", "sys/devices/pci0000:00/0000:C3:00.0", {{"power1_average", "12000000"}});
  const auto chips = HwmonChipsOf({.sysroot = tree.sysroot()}, "amdgpu");
  ASSERT_EQ(chips.size(), 1u);
  EXPECT_EQ(chips[0].device, "0000:C3:00.0");
  EXPECT_EQ(chips[0].PciAddress(), "0000:c3:00.0");
  EXPECT_EQ(chips[0].Number("power1_average"), 12'000'000);
  EXPECT_EQ(chips[0].Number("power1_input"), std::nullopt) << "absent is not zero";
}

TEST(Hwmon, ChipsComeInTheOrderOfTheirDevicesWhateverTheirNumbers) {
  MachineTree tree;
  for (const char* address : {"0000:83:00.0", "0000:03:00.0", "0000:43:00.0"})
    tree.AddChip("amdgpu", "sys/devices/pci0000:00/" + std::string(address), {});
  std::vector<std::string> devices;
  for (const HwmonChip& chip : ListHwmonChips(tree.sysroot())) devices.push_back(chip.device);
  EXPECT_THAT(devices, ElementsAre("0000:03:00.0", "0000:43:00.0", "0000:83:00.0"));
}

TEST(Hwmon, AnOldDriverHangsItsFilesOnTheDevice) {
  MachineTree tree;
  const std::string device = "sys/devices/LNXSYSTM:00/ACPI000D:00";
  tree.Write(device + "/name", "power_meter\n").Write(device + "/power1_average", "150000000\n");
  tree.Write(device + "/hwmon/hwmon0/uevent", "");
  tree.Link(device + "/hwmon/hwmon0/device", device);
  tree.Link("sys/class/hwmon/hwmon0", device + "/hwmon/hwmon0");
  const auto chips = HwmonChipsOf({.sysroot = tree.sysroot()}, "power_meter");
  ASSERT_EQ(chips.size(), 1u);
  EXPECT_EQ(chips[0].device, "ACPI000D:00");
  EXPECT_EQ(chips[0].Number("power1_average"), 150'000'000);
}

TEST(Hwmon, ACopyWithoutLinksStillHasItsChips) {
  MachineTree tree;
  tree.Write("sys/class/hwmon/hwmon0/name", "xe\n").Write("sys/class/hwmon/hwmon0/energy1_input", "5\n");
  const auto chips = ListHwmonChips(tree.sysroot());
  ASSERT_EQ(chips.size(), 1u);
  EXPECT_EQ(chips[0].device, "");
  EXPECT_EQ(chips[0].PciAddress(), "");
}

TEST(Hwmon, NumbersAreThoseOfOneKindOfFile) {
  HwmonChip chip;
  chip.files = {"power10_input", "power1_average", "power1_input",
                "power2_label",  "power_input",    "powerx_input"};
  EXPECT_THAT(chip.Numbers("power", "_input"), ElementsAre(1, 10));
}

TEST(PciDevices, AnAddressIsOneWhateverItsCase) {
  EXPECT_EQ(AsPciAddress("0000:C3:00.0"), "0000:c3:00.0");
  EXPECT_EQ(AsPciAddress("10000:e1:00.0"), "10000:e1:00.0") << "the domain of a VMD has five digits";
  for (const char* other :
       {"", "1-0040", "ACPI000D:00", "0000:03:00", "0000-03:00.0", "0000:03:00.00", "soc0"})
    EXPECT_EQ(AsPciAddress(other), "") << other;
}

TEST(PciDevices, OnlyGpusOfTheVendorAreListed) {
  MachineTree tree;
  tree.AddPciDevice("0000:83:00.0", "0x1002", "0x74a1", "0x120000");
  tree.AddPciDevice("0000:03:00.0", "0x1002", "0x744c", "0x030000");
  tree.AddPciDevice("0000:03:00.1", "0x1002", "0xab30", "0x040300");
  tree.AddPciDevice("0000:00:02.0", "0x8086", "0x9a49", "0x030000");
  const auto gpus = ListGpus(tree.sysroot(), kAmdVendor);
  ASSERT_EQ(gpus.size(), 2u);
  EXPECT_EQ(gpus[0].address, "0000:03:00.0");
  EXPECT_EQ(gpus[1].device, 0x74a1u);
}

}  // namespace
}  // namespace jouleprint::meters
