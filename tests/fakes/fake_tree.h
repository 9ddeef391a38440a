// Every file of fake_powercap's machine: the powercap tree and, where they are asked for, files of proc/.
#ifndef JOULEPRINT_TESTS_FAKES_FAKE_TREE_H_
#define JOULEPRINT_TESTS_FAKES_FAKE_TREE_H_

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include "fake_zone.h"

namespace jouleprint::fakes {

namespace fs = std::filesystem;

constexpr std::size_t kValueWidth = 24;  // every value is as long, so that no write cuts the file
constexpr double kTicksPerSecond = 100;  // of proc/stat

inline std::int64_t BootNs() {
  timespec now{};
  clock_gettime(CLOCK_BOOTTIME, &now);
  return static_cast<std::int64_t>(now.tv_sec) * 1'000'000'000 + now.tv_nsec;
}

struct Options {
  fs::path root;
  double update_us = 1000;
  std::string vendor, model = "Fake CPU @ 2.00GHz", load;
  int cpus = 8;
  double memory_gib = 0;
  bool detached = false;
};

class Tree {
 public:
  Tree(Options options, std::vector<Zone> zones)
      : options_(std::move(options)), zones_(std::move(zones)), start_ns_(BootNs()) {
    const fs::path devices = options_.root / "sys/devices/virtual/powercap";
    fs::create_directories(options_.root / "sys/class/powercap");
    for (Zone& zone : zones_) {
      zone.folder = (zone.parent.empty() ? devices / zone.type : FolderOf(zone.parent)) / zone.id;
      zone.link = options_.root / "sys/class/powercap" / zone.id;
      const fs::path type_link = options_.root / "sys/class/powercap" / zone.type;
      fs::create_directories(devices / zone.type);
      if (!fs::exists(type_link))
        fs::create_symlink(fs::path("../../devices/virtual/powercap") / zone.type, type_link);
      Make(&zone);
    }
    WriteProc();
  }

  double Seconds(std::int64_t boot_ns) const { return static_cast<double>(boot_ns - start_ns_) * 1e-9; }
  const std::vector<Zone>& zones() const { return zones_; }

  void Update() {
    Befall(Seconds(BootNs()));
    for (Zone& zone : zones_) {
      if (zone.fd >= 0 && !zone.gone) WriteValue(zone.fd, zone.CountAt(Seconds(BootNs())));
    }
    WriteStat();
  }

 private:
  static void Write(const fs::path& path, const std::string& content) { std::ofstream(path) << content; }

  static void WriteValue(int fd, std::uint64_t value) {
    std::string text = std::to_string(value);
    text.resize(kValueWidth, '\n');
    static_cast<void>(!pwrite(fd, text.data(), text.size(), 0));
  }

  fs::path FolderOf(const std::string& id) const {
    return std::find_if(zones_.begin(), zones_.end(), [&](const Zone& z) { return z.id == id; })->folder;
  }

  void Make(Zone* zone) {
    fs::remove_all(zone->folder);
    fs::create_directories(zone->folder);
    Write(zone->folder / "name", zone->name + "\n");
    Write(zone->folder / "max_energy_range_uj", std::to_string(zone->range_uj) + "\n");
    Write(zone->folder / "enabled", "1\n");
    if (zone->limit_w > 0) {
      Write(zone->folder / "constraint_0_name", "long_term\n");
      Write(zone->folder / "constraint_0_max_power_uw",
            std::to_string(std::llround(zone->limit_w * 1e6)) + "\n");
    }
    const fs::path energy = zone->folder / "energy_uj";
    zone->fd = open(energy.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    if (zone->fd < 0) Refuse("cannot write " + energy.string());
    WriteValue(zone->fd, zone->CountAt(Seconds(BootNs())));
    fchmod(zone->fd, zone->mode);
    fs::remove(zone->link);
    fs::create_symlink("../../" + zone->folder.lexically_relative(options_.root / "sys").string(),
                       zone->link);
    zone->gone = false;
  }

  // What is to happen to the zones by now.
  void Befall(double now) {
    for (Zone& zone : zones_) {
      if (now >= zone.back_s) {
        zone.vanish_s = zone.back_s = INFINITY;
        Make(&zone);
      }
      if (now >= zone.vanish_s && !zone.gone) Remove(&zone);
      if (now >= zone.unreadable_s) {
        zone.unreadable_s = INFINITY;
        fchmod(zone.fd, 0);
      }
    }
  }

  void Remove(Zone* zone) {
    for (Zone& other : zones_) {
      if (other.id != zone->id && !other.id.starts_with(zone->id + ":")) continue;
      other.gone = true;
      fs::remove(other.link);
      close(std::exchange(other.fd, -1));
    }
    fs::remove_all(zone->folder);
  }

  void WriteProc() {
    const fs::path proc = options_.root / "proc";
    fs::create_directories(proc);
    if (!options_.vendor.empty()) {
      std::string text;
      for (int cpu = 0; cpu < options_.cpus; ++cpu) {
        text += "processor\t: " + std::to_string(cpu) + "\nvendor_id\t: " + options_.vendor +
                "\nmodel name\t: " + options_.model +
                "\nphysical id\t: 0\ncore id\t\t: " + std::to_string(cpu / 2) +
                "\nflags\t\t: fpu sse2 ht\n\n";
      }
      Write(proc / "cpuinfo", text);
    }
    if (options_.memory_gib > 0) {
      Write(proc / "meminfo",
            "MemTotal:       " + std::to_string(std::llround(options_.memory_gib * 1048576)) + " kB\n");
    }
    if (options_.load == "real") {
      fs::remove(proc / "stat");
      fs::create_symlink("/proc/stat", proc / "stat");
    } else if (!options_.load.empty()) {
      load_ = Number(options_.load);
      stat_fd_ = open((proc / "stat").c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
      WriteStat();
    }
  }

  void WriteStat() {
    if (stat_fd_ < 0) return;
    const double ticks = std::floor(kTicksPerSecond * (1000 + Seconds(BootNs())) * options_.cpus);
    std::array<char, 128> line;
    const int n = std::snprintf(line.data(), line.size(), "cpu  %15.0f 0 0 %15.0f 0 0 0 0 0 0\n",
                                std::floor(ticks * load_), ticks - std::floor(ticks * load_));
    static_cast<void>(!pwrite(stat_fd_, line.data(), static_cast<std::size_t>(n), 0));
  }

  Options options_;
  std::vector<Zone> zones_;
  std::int64_t start_ns_;
  double load_ = 0;
  int stat_fd_ = -1;
};

}  // namespace jouleprint::fakes

#endif  // JOULEPRINT_TESTS_FAKES_FAKE_TREE_H_
