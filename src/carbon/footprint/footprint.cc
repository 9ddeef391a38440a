#include "carbon/footprint/footprint.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "carbon/footprint/embodied.h"

namespace jouleprint::carbon {
namespace {

// A record without a domain has no energy that is known; its figures read 0.
bool EnergyKnown(const RunRecord& run) { return !run.domains.empty() || run.energy_kwh.machine.value > 0; }

// Cards whose model no driver's library names; only the record's domains tell of them.
int UnnamedGpus(const RunRecord& run) {
  if (!run.host.gpus.empty()) return 0;
  return static_cast<int>(
      std::count_if(run.domains.begin(), run.domains.end(), [](const DomainRecord& domain) {
        // What a processor counts of its own graphics is of that component as well, under another name.
        return domain.component == Component::kGpu && domain.name.find("gpu-") != std::string::npos;
      }));
}

EmbodiedAnswer EmbodiedIn(const RunRecord& run, const EmbodiedOption& option, Seconds duration) {
  return EmbodiedOf({.option = option,
                     .host = run.host,
                     .unnamed_gpus = UnnamedGpus(run),
                     .reserved = run.job.reserved,
                     .duration = duration});
}

Estimate Total(const Estimate& operational, const std::optional<Estimate>& embodied) {
  return embodied ? SumIndependent(operational, *embodied) : operational;
}

void FillEmbodied(const EmbodiedOption& option, RunRecord* run) {
  Emissions& emissions = run->emissions_gco2e;
  EmbodiedAnswer embodied = EmbodiedIn(*run, option, Seconds{run->duration_s});
  emissions.embodied = embodied.gco2e;
  emissions.total = Total(emissions.operational, embodied.gco2e);
  run->embodied_parts = std::move(embodied.parts);
  for (std::string& warning : embodied.warnings) run->warnings.push_back(std::move(warning));
}

// GHG Protocol Scope 2 Guidance (2015), chapter 4: both figures side by side, never in one sum.
void FillMarket(const std::optional<double>& g_per_kwh, RunRecord* run) {
  run->market_intensity.reset();
  run->emissions_gco2e.operational_market.reset();
  if (!g_per_kwh) return;
  run->market_intensity = {Estimate::Exact(*g_per_kwh, Basis::kAssumed), "market", "given by the user"};
  if (!EnergyKnown(*run)) return;
  run->emissions_gco2e.operational_market =
      Footprint(run->energy_kwh.machine, run->pue, *run->market_intensity).operational;
}

// WUE = water of the site / energy of its IT equipment (ISO/IEC 30134-9:2022): the overhead that is in the
// PUE is not in its denominator.
void FillWater(const FootprintChoice& choice, RunRecord* run) {
  run->water.reset();
  if (!choice.wue_l_per_kwh || !EnergyKnown(*run)) return;
  Estimate litres = Scale(run->energy_kwh.machine, *choice.wue_l_per_kwh);
  // A provider's yearly figure is statistics; a user's word is taken as it is.
  litres.basis = Weakest(litres.basis, choice.wue_source == "given" ? Basis::kAssumed : Basis::kModelled);
  run->water = WaterUse{*choice.wue_l_per_kwh, choice.wue_source, litres};
}

std::optional<double> CountOf(const FootprintChoice& choice, const RunRecord& run) {
  if (choice.unit_count) return choice.unit_count;
  if (choice.functional_unit == "run") return 1;
  if (choice.functional_unit != "epoch") return std::nullopt;
  const auto epochs = std::count_if(run.epochs.begin(), run.epochs.end(),
                                    [](const EpochRecord& epoch) { return epoch.kind == "train"; });
  return epochs > 0 ? std::optional(static_cast<double>(epochs)) : std::nullopt;
}

// Location-based by definition: the specification admits no contracts or certificates into I.
void FillScore(const FootprintChoice& choice, RunRecord* run) {
  run->sci.reset();
  const std::string& unit = choice.functional_unit;
  if (unit.empty() || !EnergyKnown(*run)) return;
  const std::optional<double> count = CountOf(choice, *run);
  if (!count) {
    run->warnings.push_back("there is no figure per " + unit + ": " +
                            (unit == "epoch"
                                 ? "no finished epoch was found (--epoch-regex finds them)"
                                 : "how many the run did is not known (--per '" + unit + "=N' says)"));
    return;
  }
  run->sci = SciScore{unit, *count, Scale(run->emissions_gco2e.total, 1 / *count)};
}

}  // namespace

Emissions Footprint(const Estimate& machine_energy_kwh, double pue, const IntensityUsed& intensity) {
  Emissions emissions;
  emissions.operational = Product(Scale(machine_energy_kwh, pue), intensity.value);
  emissions.total = emissions.operational;
  return emissions;
}

Estimate TotalSoFar(const FootprintChoice& choice, const RunRecord& run, const Estimate& operational_gco2e,
                    Seconds elapsed) {
  return Total(operational_gco2e, EmbodiedIn(run, choice.embodied, elapsed).gco2e);
}

void FillFootprint(const FootprintChoice& choice, RunRecord* run) {
  FillEmbodied(choice.embodied, run);
  FillMarket(choice.market_intensity_g_per_kwh, run);
  FillWater(choice, run);
  FillScore(choice, run);
}

}  // namespace jouleprint::carbon
