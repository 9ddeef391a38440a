// What was found in a run's units, in words.
#ifndef JOULEPRINT_FORECAST_FOUND_H_
#define JOULEPRINT_FORECAST_FOUND_H_

#include <cstdint>
#include <string>
#include <vector>

#include "forecast/evaluations.h"
#include "forecast/steady_units.h"

namespace jouleprint::forecast {

/// A sentence each, of the units' durations.
std::vector<std::string> WhatWasFound(const Steady& steady, std::int64_t warm_up, const Schedule& schedule,
                                      std::int64_t total);

}  // namespace jouleprint::forecast

#endif  // JOULEPRINT_FORECAST_FOUND_H_
