// The flags of `sci` and what they mean: a calculator, so nothing of the environment or the file comes in.
#include "cli/command_line.h"
#include "cli/option_numbers.h"
#include "cli/option_units.h"
#include "cli/option_values.h"

namespace jouleprint::cli {
namespace {

constexpr const char* kOperationalGroup = "Operational (O)";
constexpr const char* kEmbodiedGroup = "Embodied (M)";
// Far beyond any figure of a computer, and such that no product or quotient of them leaves what a double
// holds.
constexpr double kMost = 1e15;
constexpr double kLeastDivisor = 1e-6;

struct Range {
  double least, most;
  const char* hint;
};
constexpr Range kAny{0, kMost, "give a number from 0 to 1e15"};
constexpr Range kDivisor{kLeastDivisor, kMost, "give a number above 0, from 1e-6 to 1e15"};
// As for `run`.
constexpr Range kIntensity{0, 5000, "give gCO2e per kWh, 0 to 5000; most grids lie between 20 and 900"};
constexpr Range kPue{1, 10, "PUE is 1 to 10: 1.0 for a desk, 1.1 to 1.6 for data centres"};

struct Flag {
  const char* name;
  const char* type;
  const char* what;
  const char* group;
  std::string ScoreTexts::*text;
  std::optional<double> ScoreQuestion::*target;
  Range range = kAny;
};

constexpr Flag kFlags[] = {
    {"--o-kg", "KG", "operational emissions, kgCO2e", kOperationalGroup, &ScoreTexts::o_kg,
     &ScoreQuestion::operational_kg},
    {"--energy-kwh", "KWH", "or: the energy", kOperationalGroup, &ScoreTexts::energy_kwh,
     &ScoreQuestion::energy_kwh},
    {"--intensity", "G", "and the grid's intensity, gCO2e per kWh", kOperationalGroup, &ScoreTexts::intensity,
     &ScoreQuestion::intensity_g_per_kwh, kIntensity},
    {"--pue", "X", "facility overhead of the energy, 1 or more (default 1)", kOperationalGroup,
     &ScoreTexts::pue, &ScoreQuestion::pue, kPue},
    {"--m-kg", "KG", "the share of the hardware's making, kgCO2e", kEmbodiedGroup, &ScoreTexts::m_kg,
     &ScoreQuestion::embodied_kg},
    {"--te-kg", "KG", "or: what making the hardware emitted in all", kEmbodiedGroup, &ScoreTexts::te_kg,
     &ScoreQuestion::making_kg},
    {"--time-reserved-h", "H", "how long it was reserved, hours", kEmbodiedGroup,
     &ScoreTexts::time_reserved_h, &ScoreQuestion::time_reserved_h},
    {"--lifetime-h", "H", "how long it lasts, hours (4 years: 35040)", kEmbodiedGroup,
     &ScoreTexts::lifetime_h, &ScoreQuestion::lifetime_h, kDivisor},
    {"--resources-reserved", "N", "how much of it was reserved: CPUs, GPUs (default 1)", kEmbodiedGroup,
     &ScoreTexts::resources_reserved, &ScoreQuestion::resources_reserved},
    {"--resources-total", "N", "of how much (default 1)", kEmbodiedGroup, &ScoreTexts::resources_total,
     &ScoreQuestion::resources_total, kDivisor},
};

}  // namespace

void AddSci(CommandLine* line) {
  CLI::App* sub = line->Add(&line->app(), "sci", Command::kSci,
                            "work out Software Carbon Intensity from figures of your own",
                            "jouleprint sci --o-kg 5000 --m-kg 1500 --per token=5e10");
  ScoreTexts& texts = line->texts().score;
  for (const Flag& flag : kFlags)
    line->Text(sub, flag.name, &(texts.*flag.text), flag.type, flag.what, flag.group);
  line->Text(sub, "--per", &texts.per, "UNIT[=N]", "R: what it is shared out over (default run=1)");
  line->Json(sub);
}

Status SetScore(const ScoreTexts& texts, ScoreQuestion* score) {
  for (const Flag& flag : kFlags) {
    const Status set = SetNumber(flag.name, texts.*flag.text, flag.range.least, flag.range.most,
                                 flag.range.hint, &(score->*flag.target));
    if (!set.ok()) return set;
  }
  std::optional<double> count;
  const Status set =
      SetUnit(texts.per, "give a unit and how many of it were done, 1e-6 to 1e30: request=1200", &score->unit,
              &count);
  if (count) score->count = *count;
  return set;
}

}  // namespace jouleprint::cli
