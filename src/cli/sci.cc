#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "cli/commands.h"
#include "cli/screen.h"
#include "jouleprint/footprint.h"

namespace jouleprint::cli {
namespace {

using Json = nlohmann::ordered_json;

Json OrNull(const std::optional<double>& value) { return value ? Json(*value) : Json(); }

std::string ToJson(const ScoreAnswer& answer) {
  Json steps = Json::array();
  for (const ScoreStep& step : answer.steps)
    steps.push_back({{"figure", step.figure}, {"sum", step.sum}, {"value", step.value}, {"unit", step.unit}});
  return Json{{"m_kgco2e", OrNull(answer.embodied_kg)},
              {"o_kgco2e", OrNull(answer.operational_kg)},
              {"r", answer.count},
              {"unit", answer.unit},
              {"sci_g_per_r", answer.g_per_unit},
              {"steps", steps}}
             .dump(2) +
         "\n";
}

// A figure that was given needs no sum; one that was not says so.
std::string Line(const char* name, const std::optional<double>& kg, const ScoreAnswer& answer) {
  if (!kg) return fmt::format("{:<4} not included: nobody gave it\n", name);
  for (const ScoreStep& step : answer.steps) {
    if (step.figure == name) return fmt::format("{:<4} {:.6g} kgCO2e = {}\n", name, *kg, step.sum);
  }
  return fmt::format("{:<4} {:.6g} kgCO2e, as given\n", name, *kg);
}

std::string ToText(const ScoreAnswer& answer) {
  const ScoreStep& score = answer.steps.back();
  return Line("O", answer.operational_kg, answer) + Line("M", answer.embodied_kg, answer) +
         fmt::format("{:<4} {:.6g} {} = {}\n", score.figure, score.value, score.unit, score.sum);
}

}  // namespace

int Sci(const Arguments& arguments) {
  const Result<ScoreAnswer> answer = ScoreOf(arguments.score);
  if (!answer.ok()) return Fail(answer.error());
  return Deliver({}, arguments.json ? ToJson(*answer) : ToText(*answer));
}

}  // namespace jouleprint::cli
