// The sums of a footprint, for any figures: a use's part of making its hardware, and Software Carbon
// Intensity.
//
//   HardwareUse server{.making_kgco2e = Estimate::Exact(1000, Basis::kAssumed),
//                      .lifetime_h = Estimate::Exact(35040, Basis::kAssumed), .reserved_h = 1};
//   EmbodiedGrams(server).value;                       // 28.5 g: the SCI specification's own example
//   auto sci = ScoreOf({.operational_kg = 3200, .unit = "inference", .count = 4e7});
//   if (sci.ok()) sci->g_per_unit;                     // 0.08
//
// Formulas: Software Carbon Intensity specification, ISO/IEC 21031:2024. A run's own footprint is filled in
// by RunCommand (run.h). Pure functions; safe from any thread.
#ifndef JOULEPRINT_FOOTPRINT_H_
#define JOULEPRINT_FOOTPRINT_H_

#include <optional>
#include <string>
#include <vector>

#include "jouleprint/estimate.h"
#include "jouleprint/result.h"

namespace jouleprint {

/// The specification counts years of 365 days: its example has 4 years of 35 040 h.
inline constexpr double kHoursPerYear = 8760;

struct HardwareUse {
  Estimate making_kgco2e;  ///< of one: TE
  Estimate lifetime_h;     ///< expected: EL; more than 0
  double reserved_h = 0;   ///< TiR
  double share = 1;        ///< of it that is reserved, RR / ToR: 0 to 1
};

/// M = TE x TiR / EL x RR / ToR, in grams. Intervals carry through.
Estimate EmbodiedGrams(const HardwareUse& use);

/// What a score is asked from: M or what it is made of, O or what it is made of, and R. What is absent is not
/// included, which the answer says.
struct ScoreQuestion {
  std::optional<double> embodied_kg{};          ///< M
  std::optional<double> making_kg{};            ///< TE
  std::optional<double> time_reserved_h{};      ///< TiR
  std::optional<double> lifetime_h{};           ///< EL
  std::optional<double> resources_reserved{};   ///< RR; 1 where absent
  std::optional<double> resources_total{};      ///< ToR; 1 where absent
  std::optional<double> operational_kg{};       ///< O, location-based
  std::optional<double> energy_kwh{};           ///< E
  std::optional<double> intensity_g_per_kwh{};  ///< I, of the grid: the specification admits no contracts
  std::optional<double> pue{};                  ///< multiplies E; 1 where absent
  std::string unit = "run";
  double count = 1;  ///< R
};

/// One line of the sum, as a person would write it.
struct ScoreStep {
  std::string figure;  ///< "M", "O", "SCI"
  std::string sum;     ///< "1000 kg x 1 h / 35040 h"
  double value = 0;
  std::string unit;  ///< "kgCO2e"
};

struct ScoreAnswer {
  std::optional<double> embodied_kg;     ///< absent: not included
  std::optional<double> operational_kg;  ///< absent: not included
  std::string unit;
  double count = 1;
  double g_per_unit = 0;
  std::vector<ScoreStep> steps;
};

/// SCI = (O + M) per R. kInvalidArgument, naming the figure, where one is impossible, is given twice, or
/// lacks what it is multiplied with.
Result<ScoreAnswer> ScoreOf(const ScoreQuestion& question);

}  // namespace jouleprint

#endif  // JOULEPRINT_FOOTPRINT_H_
