#include "record/import/imported_run.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <utility>

#include "jouleprint/zones.h"
#include "record/run_id.h"

namespace jouleprint::record {
namespace {

constexpr std::int64_t kDay_us = std::int64_t{86'400} * 1'000'000;

// FNV-1a (http://www.isthe.com/chongo/tech/comp/fnv/), from `basis`, then mixed so that all bits depend on
// all of the text (the finaliser of MurmurHash3).
std::uint64_t HashOf(std::string_view text, std::uint64_t basis) {
  std::uint64_t hash = basis;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3;
  hash = (hash ^ (hash >> 33)) * 0xFF51AFD7ED558CCD;
  hash = (hash ^ (hash >> 33)) * 0xC4CEB9FE1A85EC53;
  return hash ^ (hash >> 33);
}

Estimate WithSpread(double value, Spread spread) {
  return {value, value * spread.low, value * spread.high, Basis::kAssumed};
}

DomainRecord DomainOf(const ImportedDomain& domain, const ImportedFigures& figures) {
  DomainRecord record;
  record.name = domain.name;
  record.component = domain.component;
  record.basis = Basis::kAssumed;
  record.source = figures.tool;
  record.energy_kwh = WithSpread(domain.energy_kwh, domain.spread);
  constexpr double kJoulesPerKwh = 3.6e6;
  record.mean_power_w = figures.duration_s > 0 ? domain.energy_kwh * kJoulesPerKwh / figures.duration_s
                                               : std::numeric_limits<double>::quiet_NaN();
  record.max_power_w = std::numeric_limits<double>::quiet_NaN();
  record.share = 1;
  record.attributed_by = "nothing tells";
  return record;
}

// The place by the first name that is one.
std::optional<Zone> PlaceOf(const std::vector<std::string>& names) {
  for (const std::string& name : names) {
    if (name.empty()) continue;
    if (Result<Zone> zone = FindZone(name); zone.ok()) return std::move(*zone);
  }
  return std::nullopt;
}

// One hour of a year differs from the mean that those tools price with; how far, our own tables know.
Spread HourlySpread(const std::optional<Zone>& zone) {
  const Estimate known = zone ? zone->intensity.value : WorldAverage().value;
  return {known.low / known.value, known.high / known.value};
}

}  // namespace

Result<UtcTime> ZonelessTime(std::string_view text) {
  std::string iso(text);
  constexpr std::size_t kDateLength = 10;  // "2024-03-01"
  if (iso.size() > kDateLength && iso[kDateLength] == ' ') iso[kDateLength] = 'T';
  if (Result<UtcTime> with_zone = UtcTime::Parse(iso); with_zone.ok()) return with_zone;
  return UtcTime::Parse(iso + "Z");
}

std::string ImportedRunId(UtcTime start, std::string_view identity) {
  const std::uint64_t first = HashOf(identity, 0xCBF29CE484222325);
  const std::uint64_t second = HashOf(identity, 0x6C62272E07BB0142);
  const std::int64_t day_us = std::max<std::int64_t>(start.unix_us, 0) / kDay_us * kDay_us;
  // The time of day is not the run's, so that lists tell runs of one day apart by the first letters, too.
  const auto within_us = static_cast<std::int64_t>((first ^ second) % static_cast<std::uint64_t>(kDay_us));
  std::array<std::uint8_t, 10> tail{};
  for (std::size_t i = 0; i < tail.size(); ++i) {
    tail[i] = static_cast<std::uint8_t>((i < 5 ? first : second) >> (8 * (i % 5)));
  }
  return RunIdOf({day_us + within_us}, tail);
}

void FillFigures(const ImportedFigures& figures, RunRecord* run) {
  run->duration_s = figures.duration_s;
  EnergyFigures& energy = run->energy_kwh;
  energy.machine = Estimate::Exact(0, Basis::kAssumed);
  for (const ImportedDomain& domain : figures.domains) {
    run->boundary.push_back(domain.name);
    run->domains.push_back(DomainOf(domain, figures));
    energy.machine = SumCorrelated(energy.machine, run->domains.back().energy_kwh);
  }
  // Neither tool says whose the energy was: it may all have been the job's, or next to nothing.
  energy.share = {energy.machine.value, 0, energy.machine.high, Basis::kAssumed};
  energy.unattributed = {0, 0, energy.machine.high, Basis::kAssumed};
  run->idle_split = "unattributed";
  run->baseline.method = "off";
  run->pue = figures.pue;
  run->pue_given = figures.pue_known;
  run->pue_source = figures.pue_known ? figures.tool : "";
  const std::optional<Zone> zone = PlaceOf(figures.places);
  run->zone = zone ? zone->id : "unknown";
  const double priced_kwh = energy.machine.value * figures.pue;
  const double intensity =
      priced_kwh > 0 ? figures.emissions_gco2e / priced_kwh : figures.intensity_g_per_kwh;
  run->intensity = {WithSpread(intensity, HourlySpread(zone)), "unspecified", figures.tool};
  Emissions& emissions = run->emissions_gco2e;
  emissions.operational = Estimate::Exact(0, Basis::kAssumed);
  if (priced_kwh > 0)
    emissions.operational = Product(Scale(energy.machine, figures.pue), run->intensity.value);
  emissions.operational.value = figures.emissions_gco2e;
  emissions.total = emissions.operational;
  run->state = RunState::kFinished;
  run->version = JOULEPRINT_VERSION;
}

}  // namespace jouleprint::record
