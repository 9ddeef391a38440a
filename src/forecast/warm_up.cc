#include "forecast/warm_up.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "forecast/robust.h"

namespace jouleprint::forecast {
namespace {

// A unit belongs to the warm-up where it is off the later ones by this part, and by so many times their
// scatter.
constexpr double kOffLevel = 0.03;
constexpr double kOffScatter = 4;
// Two units differ by less than this part of what a third one is off.
constexpr double kAlike = 0.25;

// Work that starts up takes seconds, so that it weighs on short first units; what a first unit leaves out
// (an evaluation behind it, say) weighs on long ones. The size is what eight kinds of runs in the development
// data choose without the ninth, unet3d, whose first units are the heaviest; with it they would choose twice
// as much.
constexpr double kLeftOut = 0.02;
constexpr double kStartUp = 0.4;
constexpr Seconds kStartUpFades{5};
constexpr double kStartUpEnergy = 0.3;
constexpr Seconds kStartUpEnergyFades{2};

// Power as power supplies report it rises over the first seconds of a job. bert, dlrm and resnet (1 and 8
// servers) lack 1.3 to 2 s of their later power in all: a straight rise from a third of it in about 5 s.
constexpr double kSettled = 5;
constexpr double kMostStillToCome = 0.5;
// Of what that says, for powers of single seconds scatter.
constexpr double kShare = 0.5;

// Cards and fans draw more once they are warm. In six kinds of runs the power of later units was 0.5 to 1.9 %
// above that of the second where it ended within a minute, and the same after four minutes. Without any one
// kind the others choose 1.5 % over 100 s or more.
constexpr double kColdLack = 0.015;
constexpr Seconds kWarmsIn{60};

// Of long runs of three kinds whose first unit was heavy by two fifths and more, the rest came out dearer
// than the early units by 15.5 %, 1.3 % and -1.2 % (medians of unet3d, stable_diffusion and resnet; 70 to 190
// units). This is the median of the kinds: their mean would be right for none. Runs of 35 units and fewer
// show none.
constexpr double kMostLateWork = 0.013;
constexpr double kLongRun = 70;
constexpr double kLightFirst = 1.1;
constexpr double kHeavyFirst = 1.4;

// How far below its later value the power is on the mean of [from, to), as a part of how far it is at 0.
double MeanLack(double from, double to) {
  const double end = std::min(to, kSettled);
  if (end <= from) return 0;
  return (end - from) * (1 - 0.5 * (from + end) / kSettled) / (to - from);
}

}  // namespace

std::int64_t WarmUpUnits(std::span<const double> costs) {
  std::size_t units = 1;
  while (units + 1 < costs.size()) {
    const std::span<const double> after = costs.subspan(units + 1);
    const double level = Median({after.begin(), after.end()});
    const double off = costs[units] - level;
    const bool same_way = off * (costs[0] - level) > 0;
    // Two units that are alike are on no way to a heavier third one: that one is odd.
    const bool alike = after.size() == 1 && off < 0 && std::abs(costs[0] - costs[1]) < -kAlike * off;
    if (!same_way || alike || std::abs(off) < std::max(kOffLevel * level, kOffScatter * Spread(after))) break;
    ++units;
  }
  return static_cast<std::int64_t>(units);
}

double LaterPerFirstDuration(Seconds first) {
  return std::exp(kLeftOut - kStartUp / (1 + first.value() / kStartUpFades.value()));
}

double LaterPerFirstEnergy(Seconds first) {
  return std::exp(kLeftOut - kStartUpEnergy / (1 + first.value() / kStartUpEnergyFades.value()));
}

double PowerStillToCome(Seconds first, Seconds second, Watts first_power, Watts second_power) {
  const double rise = second_power.value() - first_power.value();
  const double early = MeanLack(0, first.value());
  const double late = MeanLack(first.value(), first.value() + second.value());
  if (!(rise > 0) || late <= 0 || early <= late) return 1;
  return 1 + std::min(kMostStillToCome, kShare * rise * late / (early - late) / second_power.value());
}

double PowerOnceWarm(Seconds elapsed) {
  return 1 + kColdLack * std::exp(-elapsed.value() / kWarmsIn.value());
}

double MostLateWork(std::int64_t seen, std::int64_t total) {
  return kMostLateWork * static_cast<double>(total - seen) / static_cast<double>(total);
}

double LateWork(std::int64_t seen, std::int64_t total, double first_per_level) {
  const double length = 1 - std::exp(-std::pow(static_cast<double>(total) / kLongRun, 4));
  const double heavy = std::clamp((first_per_level - kLightFirst) / (kHeavyFirst - kLightFirst), 0.0, 1.0);
  return 1 + MostLateWork(seen, total) * length * heavy;
}

}  // namespace jouleprint::forecast
