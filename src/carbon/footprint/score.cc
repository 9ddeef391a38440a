// The sums of footprint.h. A question is checked as a whole before anything is multiplied, so that no figure
// that was given is left out without a word.
#include <fmt/format.h>

#include <cmath>
#include <string_view>
#include <utility>

#include "jouleprint/footprint.h"

namespace jouleprint {
namespace {

constexpr double kGramsPerKg = 1000;

Error Wrong(std::string message, std::string hint) {
  return {ErrorCode::kInvalidArgument, std::move(message), std::move(hint)};
}

struct Figure {
  std::string_view name;
  const std::optional<double>& value;
  bool may_be_zero;
};

Status CheckNumbers(const ScoreQuestion& q) {
  const std::optional<double> count = q.count;
  for (const Figure& figure :
       {Figure{"the embodied emissions", q.embodied_kg, true},
        Figure{"what making the hardware emitted", q.making_kg, true},
        Figure{"the time reserved", q.time_reserved_h, true}, Figure{"the lifetime", q.lifetime_h, false},
        Figure{"the resources reserved", q.resources_reserved, true},
        Figure{"the total of resources", q.resources_total, false},
        Figure{"the operational emissions", q.operational_kg, true}, Figure{"the energy", q.energy_kwh, true},
        Figure{"the intensity", q.intensity_g_per_kwh, true}, Figure{"the count of units", count, false}}) {
    if (!figure.value) continue;
    const double value = *figure.value;
    if (std::isfinite(value) && (figure.may_be_zero ? value >= 0 : value > 0)) continue;
    return Wrong(fmt::format("{} cannot be {:g}", figure.name, value),
                 figure.may_be_zero ? "give a number of 0 or more" : "give a number above 0");
  }
  if (q.pue && !(*q.pue >= 1 && std::isfinite(*q.pue)))
    return Wrong(fmt::format("a PUE cannot be {:g}", *q.pue),
                 "give 1 or more: all energy over that of the computers");
  if (q.resources_reserved.value_or(1) > q.resources_total.value_or(1)) {
    return Wrong(fmt::format("more resources are reserved ({:g}) than there are ({:g})",
                             q.resources_reserved.value_or(1), q.resources_total.value_or(1)),
                 "give the machine's total as well");
  }
  return {};
}

Status CheckParts(const ScoreQuestion& q) {
  const bool shares = q.time_reserved_h || q.lifetime_h || q.resources_reserved || q.resources_total;
  if (q.embodied_kg && (q.making_kg || shares))
    return Wrong("the embodied emissions are given, and also what they are made of",
                 "leave one of the two out");
  if (shares && !q.making_kg)
    return Wrong("a share of the hardware is given, but not what making it emitted",
                 "give the making in kgCO2e");
  if (q.making_kg && (!q.time_reserved_h || !q.lifetime_h))
    return Wrong("what making the hardware emitted is given without the time reserved or the lifetime",
                 "give both, in hours");
  if (q.operational_kg && (q.energy_kwh || q.intensity_g_per_kwh || q.pue))
    return Wrong("the operational emissions are given, and also what they are made of",
                 "leave one of the two out");
  if (q.energy_kwh.has_value() != q.intensity_g_per_kwh.has_value() || (q.pue && !q.energy_kwh))
    return Wrong("energy and intensity are not both given", "the operational emissions are their product");
  if (!q.embodied_kg && !q.making_kg && !q.operational_kg && !q.energy_kwh)
    return Wrong("there is nothing to sum up", "give embodied emissions, operational ones, or both");
  if (q.unit.empty()) return Wrong("the unit has no name", "name what is counted: run, epoch, request");
  return {};
}

void AddEmbodied(const ScoreQuestion& q, ScoreAnswer* answer) {
  answer->embodied_kg = q.embodied_kg;
  if (!q.making_kg) return;
  const double reserved = q.resources_reserved.value_or(1), total = q.resources_total.value_or(1);
  const Estimate grams =
      EmbodiedGrams({Estimate::Exact(*q.making_kg, Basis::kAssumed),
                     Estimate::Exact(*q.lifetime_h, Basis::kAssumed), *q.time_reserved_h, reserved / total});
  answer->embodied_kg = grams.value / kGramsPerKg;
  answer->steps.push_back({"M",
                           fmt::format("{:g} kg x {:.10g} h / {:.10g} h x {:g} / {:g}", *q.making_kg,
                                       *q.time_reserved_h, *q.lifetime_h, reserved, total),
                           *answer->embodied_kg, "kgCO2e"});
}

void AddOperational(const ScoreQuestion& q, ScoreAnswer* answer) {
  answer->operational_kg = q.operational_kg;
  if (!q.energy_kwh) return;
  answer->operational_kg = *q.energy_kwh * q.pue.value_or(1) * *q.intensity_g_per_kwh / kGramsPerKg;
  std::string sum = fmt::format("{:.10g} kWh", *q.energy_kwh);
  if (q.pue) sum += fmt::format(" x {:g}", *q.pue);
  answer->steps.push_back({"O", sum + fmt::format(" x {:.10g} g/kWh", *q.intensity_g_per_kwh),
                           *answer->operational_kg, "kgCO2e"});
}

void AddScore(ScoreAnswer* answer) {
  const double kg = answer->operational_kg.value_or(0) + answer->embodied_kg.value_or(0);
  answer->g_per_unit = kg * kGramsPerKg / answer->count;
  std::string sum;
  if (answer->operational_kg) sum = fmt::format("{:.10g} kg", *answer->operational_kg);
  if (answer->embodied_kg) sum += fmt::format("{}{:.10g} kg", sum.empty() ? "" : " + ", *answer->embodied_kg);
  const bool both = answer->operational_kg && answer->embodied_kg;
  answer->steps.push_back({"SCI", fmt::format("{} / {:.10g}", both ? "(" + sum + ")" : sum, answer->count),
                           answer->g_per_unit, "gCO2e per " + answer->unit});
}

}  // namespace

Estimate EmbodiedGrams(const HardwareUse& use) {
  const Estimate& life = use.lifetime_h;
  const Estimate per_hour{1 / life.value, 1 / life.high, 1 / life.low, life.basis};
  return Scale(Product(use.making_kgco2e, per_hour), use.reserved_h * use.share * kGramsPerKg);
}

Result<ScoreAnswer> ScoreOf(const ScoreQuestion& question) {
  if (Status numbers = CheckNumbers(question); !numbers.ok()) return numbers.error();
  if (Status parts = CheckParts(question); !parts.ok()) return parts.error();
  ScoreAnswer answer;
  answer.unit = question.unit;
  answer.count = question.count;
  AddEmbodied(question, &answer);
  AddOperational(question, &answer);
  AddScore(&answer);
  return answer;
}

}  // namespace jouleprint
