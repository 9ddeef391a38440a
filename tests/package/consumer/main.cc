// What a program that uses the installed library looks like: values, a table that is compiled in,
// and an error that says what to do.
#include <cstdio>

#include "jouleprint/estimate.h"
#include "jouleprint/units.h"
#include "jouleprint/zones.h"

int main() {
  using namespace jouleprint;
  const Joules energy = Watts{250} * Seconds{7200};
  const auto zone = FindZone("FR");
  if (!zone.ok()) {
    std::fprintf(stderr, "%s\n", zone.error().ToString().c_str());
    return 1;
  }
  const Estimate kwh = Estimate::Relative(ToKilowattHours(energy), 0.05, Basis::kSampled);
  std::printf("%.3f kWh in %s\n", kwh.value, zone->name.c_str());
  const auto nowhere = FindZone("Atlantis");
  std::printf("%s\n", nowhere.ok() ? "found" : "no such zone");
  return 0;
}
