#include "forecast/found.h"

#include <fmt/format.h>

#include <cmath>

namespace jouleprint::forecast {
namespace {

// Two digits, and no fewer than there are before the point: 0.32, 7.5, 40, 120.
std::string Percent(double part) {
  const double percent = 100 * std::abs(part);
  return percent < 99.5 ? fmt::format("{:.2g} %", percent) : fmt::format("{:.0f} %", percent);
}

std::string OfRhythm(const Rhythm& rhythm, double level) {
  const double part = level > 0 ? rhythm.excess / level : 0;
  const char* way = part < 0 ? "shorter" : "longer";
  if (!rhythm.sure)
    return fmt::format("epoch {0} was longer than the others; one in {0} may be", rhythm.period);
  return fmt::format("one in {} epochs is {} {}", rhythm.period, Percent(part), way);
}

std::string OfSchedule(const Schedule& schedule, std::int64_t total) {
  if (schedule.next == 0) return "";
  return fmt::format("evaluations are counted apart: {:.0f} more, one in {:.3g} epochs{}",
                     schedule.CountUntil(total), schedule.period,
                     schedule.sure ? "" : ", if the rhythm is kept");
}

}  // namespace

std::vector<std::string> WhatWasFound(const Steady& steady, std::int64_t warm_up, const Schedule& schedule,
                                      std::int64_t total) {
  std::vector<std::string> found;
  if (steady.seen == 1) found.push_back("one epoch only: how much it warmed up is a guess from other runs");
  if (warm_up == 1) found.push_back("the first epoch is taken as warm-up");
  if (warm_up > 1) found.push_back(fmt::format("the first {} epochs are taken as warm-up", warm_up));
  if (steady.since > warm_up + 1 && steady.seen > 1)
    found.push_back(fmt::format("the epochs cost something else since epoch {}", steady.since));
  if (steady.rhythm) found.push_back(OfRhythm(*steady.rhythm, steady.level));
  if (steady.trend && std::abs(steady.trend->slope) > 0)
    found.push_back(fmt::format(
        "each epoch is {} {} than the one before{}", Percent(steady.trend->slope / steady.level),
        steady.trend->slope > 0 ? "longer" : "shorter", steady.trend->fading < 1 ? ", and this fades" : ""));
  if (std::string evaluations = OfSchedule(schedule, total); !evaluations.empty())
    found.push_back(std::move(evaluations));
  return found;
}

}  // namespace jouleprint::forecast
