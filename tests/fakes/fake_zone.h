// The zones of fake_powercap: what each draws, what its counter says, and how it is written on the command
// line.
#ifndef JOULEPRINT_TESTS_FAKES_FAKE_ZONE_H_
#define JOULEPRINT_TESTS_FAKES_FAKE_ZONE_H_

#include <sys/types.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

namespace jouleprint::fakes {

constexpr double kUnitsOfRange = 4294967295.0;  // a RAPL counter has 32 bits

[[noreturn]] inline void Refuse(const std::string& sentence) {
  std::cerr << "fake_powercap: " << sentence << "; see fake_powercap --help\n";
  std::exit(2);
}

inline double Number(const std::string& text) {
  char* end = nullptr;
  const double value = std::strtod(text.c_str(), &end);
  if (text.empty() || *end != '\0') Refuse("'" + text + "' is no number");
  return value;
}

inline std::vector<std::string> Split(const std::string& text, char at) {
  std::vector<std::string> parts;
  std::istringstream stream(text);
  for (std::string part; std::getline(stream, part, at);) parts.push_back(part);
  return parts;
}

// Power over time, and its exact integral from time 0.
class Shape {
 public:
  static Shape Parse(const std::string& text) {
    const std::vector<std::string> parts = Split(text, ':');
    Shape shape;
    if (parts.size() == 4 && (parts[0] == "square" || parts[0] == "ramp")) {
      shape.ramp_ = parts[0] == "ramp";
      shape.first_w_ = Number(parts[1]);
      shape.second_w_ = Number(parts[2]);
      shape.seconds_ = Number(parts[3]);
      if (!(shape.seconds_ > 0)) Refuse("'" + text + "' lasts no time");
    } else if (text != "stuck") {
      shape.first_w_ = shape.second_w_ = Number(text);
    }
    return shape;
  }

  double JoulesUpTo(double t) const {
    if (t <= 0) return 0;
    if (ramp_) {
      const double rising = std::min(t, seconds_);
      const double slope = (second_w_ - first_w_) / seconds_;
      return first_w_ * rising + slope * rising * rising / 2 + second_w_ * (t - rising);
    }
    const double half = seconds_ / 2;
    const double periods = std::floor(t / seconds_);
    const double rest = t - periods * seconds_;
    return periods * (first_w_ + second_w_) * half + first_w_ * std::min(rest, half) +
           second_w_ * std::max(0.0, rest - half);
  }

 private:
  bool ramp_ = false;
  double first_w_ = 0;
  double second_w_ = 0;
  double seconds_ = 1;
};

struct Zone {
  std::string name, id, type = "intel-rapl", parent;
  Shape shape;
  std::uint64_t range_uj = 262143328850;
  std::uint64_t start_uj = 1000000007;
  double limit_w = 0;
  mode_t mode = 0444;
  double vanish_s = INFINITY, back_s = INFINITY, unreadable_s = INFINITY;
  bool gone = false;
  int fd = -1;
  std::filesystem::path folder;  // below sys/devices
  std::filesystem::path link;    // in sys/class

  std::uint64_t CountAt(double t) const {
    const double unit = std::max(1.0, std::round(static_cast<double>(range_uj) / kUnitsOfRange));
    const std::uint64_t values = range_uj + static_cast<std::uint64_t>(unit);
    return (start_uj + static_cast<std::uint64_t>(std::floor(shape.JoulesUpTo(t) * 1e6))) % values;
  }
};

inline Zone ParseZone(const std::string& text) {
  const std::vector<std::string> parts = Split(text, ',');
  const std::size_t equals = text.find('=');
  if (parts.empty() || equals == 0 || equals == std::string::npos) Refuse("'" + text + "' is no NAME=POWER");
  Zone zone;
  zone.name = text.substr(0, equals);
  zone.shape = Shape::Parse(parts[0].substr(equals + 1));
  for (std::size_t i = 1; i < parts.size(); ++i) {
    const std::string key = parts[i].substr(0, parts[i].find('='));
    const std::string value = parts[i].substr(std::min(parts[i].size(), key.size() + 1));
    if (key == "in")
      zone.parent = value;
    else if (key == "type")
      zone.type = value;
    else if (key == "range")
      zone.range_uj = static_cast<std::uint64_t>(Number(value));
    else if (key == "start")
      zone.start_uj = static_cast<std::uint64_t>(Number(value));
    else if (key == "limit")
      zone.limit_w = Number(value);
    else if (key == "mode")
      zone.mode = static_cast<mode_t>(std::stoul(value, nullptr, 8));
    else if (key == "vanish")
      zone.vanish_s = Number(value);
    else if (key == "back")
      zone.back_s = Number(value);
    else if (key == "unreadable")
      zone.unreadable_s = Number(value);
    else
      Refuse("'" + key + "' in '" + text + "' is not known");
  }
  return zone;
}

// Names become ids: TYPE:N at the top, PARENT:N below.
inline void GiveIds(std::vector<Zone>* zones) {
  std::map<std::string, int> used;
  for (Zone& zone : *zones) {
    if (!zone.parent.empty()) {
      const auto parent = std::find_if(zones->begin(), zones->end(), [&](const Zone& other) {
        return !other.id.empty() && (other.name == zone.parent || other.id == zone.parent);
      });
      if (parent == zones->end()) Refuse("no zone before '" + zone.name + "' is '" + zone.parent + "'");
      zone.parent = parent->id;
      zone.type = parent->type;
    }
    const std::string above = zone.parent.empty() ? zone.type : zone.parent;
    zone.id = above + ":" + std::to_string(used[above]++);
  }
}

}  // namespace jouleprint::fakes

#endif  // JOULEPRINT_TESTS_FAKES_FAKE_ZONE_H_
