// The summary after a run: what a tired person reads in five seconds, about a dozen lines.
#include <fmt/format.h>

#include <algorithm>

#include "report/bars.h"
#include "report/by_time_tables.h"
#include "report/distributed_line.h"
#include "report/footprint_tables.h"
#include "report/humanize.h"
#include "report/outlook.h"
#include "report/page.h"
#include "report/report.h"
#include "report/run_facts.h"
#include "report/text_width.h"

namespace jouleprint::report {
namespace {

constexpr std::size_t kMaxWarnings = 3;
constexpr int kMaxLabelWidth = 12;
constexpr int kMaxBarWidth = 36;
constexpr int kMinBarWidth = 4;

void AddTitle(const RunRecord& run, Page* page) {
  const bool unicode = page->style().unicode;
  const std::string outcome = RunOutcome(run.state, run.job.exit_status);
  const std::string right = HumanDuration(run.duration_s) + (outcome.empty() ? "" : ", ") +
                            Paint(page->style(), Ink::kAlert, outcome);
  page->Title(RunTitle(run, unicode), run.name.empty() ? "" : CommandLine(run.command, unicode), right);
}

// One unit and one number of decimals for all parts, so that they compare by eye and add up to the total.
void AddParts(const RunRecord& run, Page* page) {
  const Estimate& machine = run.energy_kwh.machine;
  const DisplayUnit unit = EnergyUnitFor(machine.value);
  const int decimals = DecimalsFor(machine, unit);
  const std::vector<DomainGroup> groups = GroupDomains(run, page->style().unicode);
  int label_width = 0;
  int energy_width = 0;
  for (const DomainGroup& group : groups) {
    label_width = std::max(label_width, DisplayWidth(group.label));
    energy_width = std::max(energy_width, DisplayWidth(InUnit(group.energy_kwh, unit, decimals)));
  }
  constexpr int kPercentWidth = 5;
  constexpr int kBasisWidth = 10;
  constexpr int kGaps = 6;
  const int room = page->text_width() - energy_width - kPercentWidth - kGaps;
  label_width = std::clamp(label_width, 0, std::clamp(room - kMinBarWidth, 0, kMaxLabelWidth));
  const int bar_width = std::clamp(room - label_width - kBasisWidth - 2, kMinBarWidth, kMaxBarWidth);
  for (const DomainGroup& group : groups) {
    const double fraction = machine.value > 0 ? group.energy_kwh / machine.value : 0;
    const std::string label =
        PadRight(Truncate(group.label, label_width, page->style().unicode), label_width);
    const std::string line =
        fmt::format("{}  {}  {}  {}", label, Bar(fraction, bar_width, page->style().unicode),
                    PadLeft(InUnit(group.energy_kwh, unit, decimals), energy_width),
                    PadLeft(Percent(fraction), kPercentWidth));
    const std::string basis = "  " + std::string(BasisName(group.basis));
    const bool fits = DisplayWidth(line) + DisplayWidth(basis) <= page->text_width();
    page->More(line + (fits ? Paint(page->style(), Ink::kDim, basis) : ""));
  }
}

void AddJobLine(const RunRecord& run, Page* page) {
  const DisplayUnit unit = EnergyUnitFor(run.energy_kwh.machine.value);
  const int decimals = DecimalsFor(run.energy_kwh.machine, unit);
  const double machine = run.energy_kwh.machine.value;
  std::string text = InUnit(run.energy_kwh.share.value, unit, decimals);
  if (machine > 0) text += fmt::format(" ({})", Percent(run.energy_kwh.share.value / machine));
  text += run.idle_split == "reservation" ? " is this job's share, with its part of the idle power; "
                                          : " is this job's share; ";
  const std::optional<double> idle = IdleKwh(run);
  text += idle ? fmt::format("of all, {} is idle power", InUnit(*idle, unit, decimals))
               : std::string("idle part not known, no baseline");
  page->Field("job", text);
}

void AddEnergy(const RunRecord& run, Page* page) {
  if (!EnergyKnown(run)) {
    page->Field("energy", Paint(page->style(), Ink::kBold, "not known") + ": no meter could be read");
    return;
  }
  page->Field("energy", Paint(page->style(), Ink::kBold, HumanEnergy(run.energy_kwh.machine)) + ", " +
                            BasisInWords(run));
  AddParts(run, page);
  AddJobLine(run, page);
}

std::string GridLine(const RunRecord& run, bool unicode) {
  const std::string intensity = HumanIntensity(run.intensity.value);
  const std::string source =
      run.intensity.source.empty() ? "" : ", " + Sanitize(run.intensity.source, unicode);
  const std::string pue = PueText(run);
  if (ZoneUnknown(run) && !run.imported_from.empty()) {
    return fmt::format("zone unknown: {}{}; {}", intensity, source, pue);
  }
  if (ZoneUnknown(run)) {
    return fmt::format("zone unknown (give --zone), so the world average: {}{}; {}", intensity, source, pue);
  }
  return fmt::format("{}: {}{}; {}", Sanitize(run.zone, unicode), intensity, source, pue);
}

// "69 g CO2e (61 to 78)".
std::string CarbonText(const Estimate& grams) {
  const DisplayUnit unit = EmissionsUnitFor(grams.value);
  const std::string name = std::string(unit.name) + " CO2e";
  return InUnit(grams, {unit.size, name});
}

void AddComparisons(double grams, Page* page) {
  const std::vector<std::string> comparisons = Comparisons(grams);
  if (comparisons.empty()) return;
  std::string text = comparisons.front();
  for (std::size_t i = 1; i < comparisons.size(); ++i) text += ", or " + comparisons[i];
  page->Field("like", text);
}

void AddCarbon(const RunRecord& run, Page* page) {
  if (!EnergyKnown(run)) {
    page->Field("carbon", Paint(page->style(), Ink::kBold, "not known"));
    return;
  }
  const Emissions& emissions = run.emissions_gco2e;
  std::string text = Paint(page->style(), Ink::kBold, CarbonText(emissions.total));
  if (emissions.embodied) {
    const DisplayUnit unit = EmissionsUnitFor(emissions.total.value);
    text += fmt::format(", {} of it from making the hardware",
                        InUnit(emissions.embodied->value, unit, DecimalsFor(*emissions.embodied, unit)));
  } else {
    text += ", without making the hardware (not known)";
  }
  page->Field("carbon", text);
  page->Field("", GridLine(run, page->style().unicode), Ink::kDim);
  if (const std::string average = AverageLine(run); !average.empty()) page->Field("", average, Ink::kDim);
  AddComparisons(emissions.total.value, page);
  const std::string also = FootprintLine(run, page->style().unicode);
  if (!also.empty()) page->Field("also", also);
}

// An epoch's energy in the unit of the run's, unless that would take a string of zeros.
std::string EpochEnergy(const RunRecord& run, double kwh) {
  const DisplayUnit unit = EnergyUnitFor(run.energy_kwh.machine.value);
  constexpr double kLeastInUnit = 0.01;
  if (!(kwh / unit.size >= kLeastInUnit)) return HumanEnergy(kwh);
  return fmt::format("{} {}", Significant(kwh / unit.size, kwh / unit.size < 0.1 ? 2 : 3), unit.name);
}

void AddEpochs(const RunRecord& run, Page* page) {
  const EpochMeans train = MeanOfEpochs(run, "train");
  const EpochMeans eval = MeanOfEpochs(run, "eval");
  if (train.count == 0 && eval.count == 0) return;
  std::string text = fmt::format("{}", train.count);
  if (run.epochs_expected) text += fmt::format(" of {}", *run.epochs_expected);
  if (train.count > 0) {
    text +=
        fmt::format(", each {} and {}", HumanDuration(train.duration_s), EpochEnergy(run, train.energy_kwh));
  }
  if (eval.count > 0) {
    text += fmt::format("; evaluation: {} and {}", HumanDuration(eval.duration_s),
                        EpochEnergy(run, eval.energy_kwh));
  }
  page->Field("epochs", text);
}

// Budgets that did something; and where none did, what an end before the last epoch has cut off.
void AddOutlook(const RunRecord& run, Page* page) {
  for (const BudgetRecord& budget : run.budgets) {
    if (BudgetActed(budget))
      page->Field("budget", BudgetLine(run, budget, page->style().unicode), Ink::kAlert);
  }
  const std::string predicted = PredictionOfEarlyEnd(run);
  if (!predicted.empty()) page->Field("forecast", predicted);
}

void AddGaps(const RunRecord& run, Page* page) {
  if (run.gaps.empty()) return;
  std::vector<std::string> reasons;
  for (const GapRecord& gap : run.gaps) {
    const std::string reason = Sanitize(gap.reason, page->style().unicode);
    if (std::find(reasons.begin(), reasons.end(), reason) == reasons.end()) reasons.push_back(reason);
  }
  std::string text = fmt::format("nothing was read for {}", HumanDuration(TotalGapSeconds(run)));
  if (run.gaps.size() > 1) text += fmt::format(" in {} stretches", run.gaps.size());
  for (std::size_t i = 0; i < reasons.size(); ++i) text += (i == 0 ? ": " : ", ") + reasons[i];
  page->Field("gaps", text);
}

void AddWarnings(const RunRecord& run, Page* page) {
  const std::size_t shown = std::min(run.warnings.size(), kMaxWarnings);
  for (std::size_t i = 0; i < shown; ++i) {
    page->Field("warning", Sanitize(run.warnings[i], page->style().unicode), Ink::kAlert);
  }
  if (run.warnings.size() > shown) page->More(fmt::format("and {} more", run.warnings.size() - shown));
}

}  // namespace

std::string Summary(const RunRecord& run, const Style& style, std::string_view record_path,
                    std::string_view next_command) {
  Page page(style);
  AddTitle(run, &page);
  AddEnergy(run, &page);
  AddCarbon(run, &page);
  AddEpochs(run, &page);
  AddOutlook(run, &page);
  if (const std::string ranks = DistributedLine(run, style.unicode); !ranks.empty())
    page.Field("ranks", ranks);
  const Advice advice = Weakest(run);
  if (!advice.weakest.empty()) page.Field("weakest", Sanitize(advice.weakest, style.unicode));
  if (!advice.remedy.empty()) page.Field("better", Sanitize(advice.remedy, style.unicode));
  AddWarnings(run, &page);
  AddGaps(run, &page);
  if (!record_path.empty()) page.FieldUnbroken("record", Sanitize(record_path, style.unicode));
  if (!next_command.empty()) page.FieldUnbroken("next", Sanitize(next_command, style.unicode));
  return page.Take();
}

}  // namespace jouleprint::report
