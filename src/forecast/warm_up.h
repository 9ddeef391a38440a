// How the first units differ from those that follow, and what a run's first unit says of the rest.
//
// All constants are priors, fitted to the training runs of MLPerf v4.0 to v5.0 in the development data and
// shrunk towards "no difference": docs/prediction.md has the table, and what each is worth on kinds of runs
// that it was not chosen from.
#ifndef JOULEPRINT_FORECAST_WARM_UP_H_
#define JOULEPRINT_FORECAST_WARM_UP_H_

#include <cstdint>
#include <span>

#include "jouleprint/units.h"

namespace jouleprint::forecast {

/// How many of the first units are no part of the level: 1 of two or more, more where the second and those
/// after it are still on the first one's way to the level. Always leaves one.
std::int64_t WarmUpUnits(std::span<const double> costs);

/// With one unit seen: what later units take, as a part of it. Start-up work is a matter of seconds, so that
/// it weighs on short units; it draws less power than the work itself.
double LaterPerFirstDuration(Seconds first);
double LaterPerFirstEnergy(Seconds first);

/// With two units seen, within the first seconds of a run: sensors of power lag, so that a power that has
/// risen rises on. The factor from the second unit's power to that of the later ones; 1 and more.
double PowerStillToCome(Seconds first, Seconds second, Watts first_power, Watts second_power);

/// With two units seen and more: how much more power a machine draws once it is warm, if it has worked for
/// `elapsed`. 1 and more.
double PowerOnceWarm(Seconds elapsed);

/// Long runs that began with work of its own get more of it later: evaluations that start late, checkpoints.
/// The factor on what the rest costs at the present level.
double LateWork(std::int64_t seen, std::int64_t total, double first_per_level);
/// By how much that exceeds 1 in the longest runs, with the heaviest first units.
double MostLateWork(std::int64_t seen, std::int64_t total);

}  // namespace jouleprint::forecast

#endif  // JOULEPRINT_FORECAST_WARM_UP_H_
