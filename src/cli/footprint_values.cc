// What the flags of the footprint mean.
#include <algorithm>
#include <string>
#include <vector>

#include "cli/option_numbers.h"
#include "cli/option_units.h"
#include "cli/option_values.h"

namespace jouleprint::cli {
namespace {

// Between a watch and a data centre.
constexpr double kMostKilograms = 1e9;

std::vector<std::string> SplitList(const std::string& text) {
  std::vector<std::string> parts;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t end = std::min(text.find(';', at), text.size());
    if (end > at) parts.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return parts;
}

// "1500", "1200-2500", "auto", "off".
Status SetEmbodied(const std::string& text, EmbodiedOption* out) {
  if (text.empty() || text == "auto") return {};
  if (text == "off") {
    out->kind = EmbodiedOption::Kind::kOff;
    return {};
  }
  const std::size_t dash = text.find('-', 1);
  const std::string low = text.substr(0, dash);
  const std::string high = dash == std::string::npos ? low : text.substr(dash + 1);
  if (!os::ParseDouble(low, &out->low_kg) || !os::ParseDouble(high, &out->high_kg) || !(out->low_kg >= 0) ||
      !(out->high_kg >= out->low_kg && out->high_kg <= kMostKilograms)) {
    return Bad("--embodied", text,
               "give kgCO2e of the whole machine (1500), a range (1200-2500), auto or off");
  }
  out->kind = EmbodiedOption::Kind::kGiven;
  return {};
}

}  // namespace

Status SetFootprint(const OptionTexts& texts, RunOptions* run) {
  run->intensity_series = SplitList(texts.intensity_series);
  Status set = SetNumber("--wue", texts.wue, 0, 100, "give litres per kWh; data centres report 0 to 3",
                         &run->wue_l_per_kwh);
  if (!set.ok()) return set;
  set = SetNumber("--market-intensity", texts.market_intensity, 0, 5000,
                  "give gCO2e per kWh of your contracts; 0 where all of it is matched by certificates",
                  &run->market_intensity_g_per_kwh);
  if (!set.ok()) return set;
  set = SetNumber("--lifetime", texts.lifetime, 0.1, 50, "give years; servers are used for 3 to 6",
                  &run->embodied.lifetime_years);
  if (!set.ok()) return set;
  if (set = SetEmbodied(texts.embodied, &run->embodied); !set.ok()) return set;
  return SetUnit(texts.per, "give a unit and how many of it the run does: request=1200",
                 &run->functional_unit, &run->unit_count);
}

}  // namespace jouleprint::cli
