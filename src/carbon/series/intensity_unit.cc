#include "carbon/series/intensity_unit.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <string>
#include <vector>

namespace jouleprint::carbon {
namespace {

// The international pound is 0.45359237 kg exactly (agreement of 1959; NIST Handbook 44, appendix C); the
// others follow from the prefixes of the SI and 1 t = 1000 kg.
constexpr double kGramsPerPound = 453.59237;

struct Known {
  std::string_view mass;
  std::string_view energy;
  IntensityUnit unit;
};
constexpr std::array<Known, 5> kUnits{{{"g", "kwh", {"g/kWh", 1}},
                                       {"kg", "mwh", {"kg/MWh", 1}},
                                       {"lb", "mwh", {"lb/MWh", kGramsPerPound / 1000}},
                                       {"t", "mwh", {"t/MWh", 1000}},
                                       {"kg", "kwh", {"kg/kWh", 1000}}}};

// Each spelling and the mass that it means.
constexpr std::array<std::array<std::string_view, 2>, 14> kMasses{{{"g", "g"},
                                                                   {"gram", "g"},
                                                                   {"grams", "g"},
                                                                   {"kg", "kg"},
                                                                   {"kgs", "kg"},
                                                                   {"lb", "lb"},
                                                                   {"lbs", "lb"},
                                                                   {"pound", "lb"},
                                                                   {"pounds", "lb"},
                                                                   {"t", "t"},
                                                                   {"ton", "t"},
                                                                   {"tons", "t"},
                                                                   {"tonne", "t"},
                                                                   {"tonnes", "t"}}};

// Lower-case words of letters and digits.
std::vector<std::string> WordsOf(std::string_view text) {
  std::vector<std::string> words;
  bool within = false;
  for (const char c : text) {
    const bool part = std::isalnum(static_cast<unsigned char>(c)) != 0;
    if (part && !within) words.emplace_back();
    if (part) words.back() += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    within = part;
  }
  return words;
}

// "lbs", "kgco2", "gco2eq": the mass of a word, empty where it is none.
std::string_view MassOf(const std::string& word) {
  const std::string_view bare = std::string_view(word).substr(0, word.find("co2"));
  for (const auto& [spelling, mass] : kMasses) {
    if (spelling == bare) return mass;
  }
  return {};
}

}  // namespace

std::optional<IntensityUnit> UnitSpokenOf(std::string_view text) {
  std::string_view mass;
  std::string energy;
  for (const std::string& word : WordsOf(text)) {
    if (word == "kwh" || word == "mwh") energy = word;
    if (const std::string_view found = MassOf(word); !found.empty()) mass = found;
  }
  for (const Known& known : kUnits) {
    if (known.mass == mass && known.energy == energy) return known.unit;
  }
  return std::nullopt;
}

Result<IntensityUnit> ParseIntensityUnit(std::string_view name) {
  if (const std::optional<IntensityUnit> unit = UnitSpokenOf(name)) return *unit;
  std::string choices;
  for (const Known& known : kUnits) {
    choices += (choices.empty() ? "" : ", ") + std::string(known.unit.name);
  }
  return Error{ErrorCode::kInvalidArgument,
               "'" + std::string(name) + "' is no unit of intensity that is known here",
               "choose one of " + choices};
}

}  // namespace jouleprint::carbon
