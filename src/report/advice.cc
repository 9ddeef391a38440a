// What is weakest in a run's figures: the part with the widest say in the interval of its emissions, found
// by comparing half-widths, and the one thing that would narrow it.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "report/by_time_tables.h"
#include "report/humanize.h"
#include "report/report.h"
#include "report/run_facts.h"

namespace jouleprint::report {
namespace {

// Below this relative half-width nothing in the interval is worth a person's time; what the boundary
// leaves out weighs more.
constexpr double kNarrow = 0.03;
// Of a domain's half-width, the part that its run's ends must explain before the run is called short.
constexpr double kMostOfIt = 0.5;
// RAPL counters update about every 1 ms (Intel SDM vol. 3B, 15.10).
constexpr double kCpuUpdateS = 0.001;
// NVML's readings update every 20 to 100 ms, by GPU (Yang, Adamek and Armour, SC 2024, arXiv:2312.02741).
constexpr double kGpuUpdateS = 0.1;
// Wattmeters are asked, or write a line, about once a second.
constexpr double kWallUpdateS = 1;

double HalfWidth(const Estimate& estimate) {
  return std::max(estimate.lower_width(), estimate.upper_width());
}

// As a fraction of `whole`; 0 when that says nothing.
double Relative(double width, double whole) {
  return whole > 0 && std::isfinite(width) && width > 0 ? width / whole : 0;
}

std::string PlusMinus(double relative) { return fmt::format("up to {} off", Percent(relative)); }

Advice OfIntensity(const RunRecord& run, double relative) {
  if (ZoneUnknown(run)) {
    return {fmt::format("where the power came from: the zone is unknown ({})", PlusMinus(relative)),
            run.imported_from.empty() ? "give --zone (such as --zone FR), or --region for a cloud" : ""};
  }
  if (PricedByTime(run)) {
    return {fmt::format("the grid's intensity, by the clock: publishers differ ({})", PlusMinus(relative)),
            ""};
  }
  return {fmt::format("the grid's intensity: one average figure for {} ({})", run.zone, PlusMinus(relative)),
          "a figure for each hour is closer than a yearly average; --intensity-series and --intensity-from "
          "take them"};
}

std::string_view ComponentInWords(Component component) {
  switch (component) {
    case Component::kCpu:
      return "the processor's energy";
    case Component::kMemory:
      return "the memory's energy";
    case Component::kGpu:
      return "the GPU's energy";
    case Component::kBoard:
      return "the board's energy";
    case Component::kWall:
      return "the wall's energy";
    case Component::kOther:
      return "the energy of other parts";
  }
  return "the energy";
}

std::string RemedyForModel(const RunRecord& run, Component component) {
  if (!run.imported_from.empty()) return "measure such a run with 'jouleprint run'";
  if (component == Component::kGpu) return "'jouleprint doctor' says why no counter of the GPU could be read";
  if (component == Component::kMemory) {
    return "a processor that counts its memory, or a wattmeter; 'jouleprint doctor' says what is here";
  }
  if (run.host.virtualization == "container") {
    return "let the container read the host's powercap folder; 'jouleprint doctor' says how";
  }
  if (!run.host.virtualization.empty()) {
    return "run on bare metal, where the processor counts; 'jouleprint doctor' says what a guest can see";
  }
  return "'jouleprint doctor' says which permission opens the processor's counter (powercap)";
}

// Either end of a run falls anywhere within an update period of the device, which is off by less than one
// period's energy in all; does that explain most of the domain's interval?
bool TooShortFor(const RunRecord& run, const DomainRecord& domain, double relative) {
  double period_s = domain.component == Component::kGpu ? kGpuUpdateS : kCpuUpdateS;
  if (domain.basis == Basis::kMetered) period_s = kWallUpdateS;
  return period_s > kMostOfIt * relative * run.duration_s;
}

Advice OfShortRun(const RunRecord& run, std::string_view what, const std::string& off) {
  return {fmt::format("the run was short ({}) for {} ({})", HumanDuration(run.duration_s), what, off),
          "measure a longer run, or repeat the work within one"};
}

Advice OfDomain(const RunRecord& run, const DomainRecord& domain, double relative) {
  const std::string_view what = ComponentInWords(domain.component);
  const std::string off = PlusMinus(relative);
  switch (domain.basis) {
    case Basis::kModelled:
    case Basis::kAssumed:
      return {fmt::format("{} is {}, not measured ({})", what,
                          domain.basis == Basis::kModelled ? "modelled" : "assumed", off),
              RemedyForModel(run, domain.component)};
    case Basis::kCalibrated:
      return {fmt::format("{} is from a model fitted on this machine ({})", what, off),
              "fit the model again with a wattmeter and work like this run's"};
    case Basis::kMetered:
      if (TooShortFor(run, domain, relative)) return OfShortRun(run, "a wattmeter", off);
      return {fmt::format("the wattmeter's own accuracy ({})", off), "a wattmeter of a better class"};
    case Basis::kCounter:
    case Basis::kSampled:
      break;
  }
  if (TooShortFor(run, domain, relative)) return OfShortRun(run, what, off);
  if (domain.basis == Basis::kCounter) {
    return {fmt::format("{}: its counter's own accuracy ({})", what, off),
            "compare with a wattmeter once, on work like this"};
  }
  return {fmt::format("{} is summed from power readings ({})", what, off),
          "read more often (--interval), or use hardware that counts its energy"};
}

Advice OfGaps(const RunRecord& run) {
  return {fmt::format("nothing was read for {} of the run", Percent(TotalGapSeconds(run) / run.duration_s)),
          "keep the machine from suspending and from being overloaded during a run"};
}

// The half-width of the embodied part in terms of the operational emissions, in which those of energy and
// intensity are relative, too.
double EmbodiedAgainstOperational(const RunRecord& run) {
  const Emissions& emissions = run.emissions_gco2e;
  return emissions.embodied ? Relative(HalfWidth(*emissions.embodied), emissions.operational.value) : 0;
}

Advice OfEmbodied() {
  return {"what making the hardware emitted, of which only rough figures exist",
          "--embodied takes the maker's own product carbon footprint; the energy figure does not suffer"};
}

// The interval is narrow: what it does not cover is then the weakest part.
Advice OfWhatIsLeftOut(const RunRecord& run) {
  if (run.baseline.method == "off" && !run.energy_kwh.marginal) {
    return {"how much of it is idle power is not known: the baseline was off",
            "--baseline 10 measures the idle machine for 10 s first"};
  }
  const bool whole_machine =
      (run.total && run.total->component == Component::kWall) ||
      std::any_of(run.domains.begin(), run.domains.end(),
                  [](const DomainRecord& domain) { return domain.component == Component::kWall; });
  if (whole_machine) return {};
  return {"the boundary: fans, disks and the power supply's loss are not in it",
          "a wattmeter at the wall covers them"};
}

}  // namespace

Advice Weakest(const RunRecord& run) {
  if (!EnergyKnown(run)) {
    return {"no meter could be read",
            "'jouleprint doctor' says what this machine has and what is in the way"};
  }
  const std::vector<DomainRecord> measured = run.total ? std::vector{*run.total} : run.domains;
  const auto widest =
      std::max_element(measured.begin(), measured.end(), [](const DomainRecord& a, const DomainRecord& b) {
        return HalfWidth(a.energy_kwh) < HalfWidth(b.energy_kwh);
      });
  const double machine_kwh = run.energy_kwh.machine.value;
  const double energy = Relative(HalfWidth(run.energy_kwh.machine), machine_kwh);
  const double intensity = Relative(HalfWidth(run.intensity.value), run.intensity.value.value);
  const double gaps = Relative(TotalGapSeconds(run), run.duration_s);
  const double embodied = EmbodiedAgainstOperational(run);
  if (std::max({energy, intensity, gaps, embodied}) < kNarrow) return OfWhatIsLeftOut(run);
  if (gaps >= std::max({energy, intensity, embodied})) return OfGaps(run);
  if (embodied > std::max(energy, intensity)) return OfEmbodied();
  if (intensity >= energy) return OfIntensity(run, intensity);
  if (widest == measured.end()) return OfWhatIsLeftOut(run);
  const double own = Relative(HalfWidth(widest->energy_kwh), widest->energy_kwh.value);
  return OfDomain(run, *widest, own);
}

}  // namespace jouleprint::report
