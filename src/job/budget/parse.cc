// From "1.2 kg" or "1h30m" to a limit with its unit; see jouleprint/budget.h.
#include <array>
#include <charconv>
#include <cmath>
#include <optional>
#include <string>
#include <utility>

#include "jouleprint/budget.h"

namespace jouleprint {
namespace {

struct UnitName {
  std::string_view name;
  BudgetUnit unit;
  double size;  // of one, in `unit`
};

constexpr double kWattHour_kwh = 1e-3;
constexpr double kJoule_kwh = 1 / kJoulesPerKwh;

// Case counts where it tells a mega from a milli; "m" alone is minutes, as in 1h30m.
constexpr std::array<UnitName, 25> kUnits{{{"mg", BudgetUnit::kGramsCo2e, 1e-3},
                                           {"g", BudgetUnit::kGramsCo2e, 1},
                                           {"kg", BudgetUnit::kGramsCo2e, 1e3},
                                           {"t", BudgetUnit::kGramsCo2e, 1e6},
                                           {"J", BudgetUnit::kKilowattHours, kJoule_kwh},
                                           {"kJ", BudgetUnit::kKilowattHours, 1e3 * kJoule_kwh},
                                           {"MJ", BudgetUnit::kKilowattHours, 1e6 * kJoule_kwh},
                                           {"GJ", BudgetUnit::kKilowattHours, 1e9 * kJoule_kwh},
                                           {"mWh", BudgetUnit::kKilowattHours, 1e-3 * kWattHour_kwh},
                                           {"Wh", BudgetUnit::kKilowattHours, kWattHour_kwh},
                                           {"wh", BudgetUnit::kKilowattHours, kWattHour_kwh},
                                           {"kWh", BudgetUnit::kKilowattHours, 1},
                                           {"kwh", BudgetUnit::kKilowattHours, 1},
                                           {"KWh", BudgetUnit::kKilowattHours, 1},
                                           {"MWh", BudgetUnit::kKilowattHours, 1e3},
                                           {"GWh", BudgetUnit::kKilowattHours, 1e6},
                                           {"ms", BudgetUnit::kSeconds, 1e-3},
                                           {"s", BudgetUnit::kSeconds, 1},
                                           {"sec", BudgetUnit::kSeconds, 1},
                                           {"m", BudgetUnit::kSeconds, 60},
                                           {"min", BudgetUnit::kSeconds, 60},
                                           {"h", BudgetUnit::kSeconds, 3600},
                                           {"hours", BudgetUnit::kSeconds, 3600},
                                           {"d", BudgetUnit::kSeconds, 86'400},
                                           {"days", BudgetUnit::kSeconds, 86'400}}};

constexpr std::array<std::string_view, 3> kSuffixes{"CO2eq", "CO2e", "CO2"};

const UnitName* FindUnit(std::string_view name) {
  for (const UnitName& unit : kUnits) {
    if (unit.name == name) return &unit;
  }
  for (const std::string_view suffix : kSuffixes) {
    if (!name.ends_with(suffix)) continue;
    name.remove_suffix(suffix.size());
    const UnitName* unit = FindUnit(name);
    return unit != nullptr && unit->unit == BudgetUnit::kGramsCo2e ? unit : nullptr;
  }
  return nullptr;
}

bool IsBlank(char c) { return c == ' ' || c == '\t'; }

void SkipBlanks(std::string_view* text) {
  while (!text->empty() && IsBlank(text->front())) text->remove_prefix(1);
}

// A part of the text: "1.2 kg", "1h".
struct Amount {
  double number = 0;
  std::string_view unit;
};

std::optional<Amount> TakeAmount(std::string_view* text) {
  SkipBlanks(text);
  Amount amount;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), amount.number);
  if (error != std::errc()) return std::nullopt;
  text->remove_prefix(static_cast<std::size_t>(end - text->data()));
  SkipBlanks(text);
  std::size_t length = 0;
  // A digit ends the unit, but for the 2 of CO2e.
  while (length < text->size() && !IsBlank((*text)[length]) &&
         ((*text)[length] < '0' || (*text)[length] > '9' || text->substr(0, length).ends_with("CO"))) {
    ++length;
  }
  amount.unit = text->substr(0, length);
  text->remove_prefix(length);
  SkipBlanks(text);
  return amount;
}

Error Bad(std::string_view text, const std::string& what) {
  constexpr std::size_t kShown = 60;
  return {ErrorCode::kInvalidArgument, "budget '" + std::string(text.substr(0, kShown)) + "' " + what,
          "write 500g, 1.2kg, 2kWh, 300Wh, 3MJ, 3h, 90min or 1h30m"};
}

}  // namespace

Result<BudgetOption> ParseBudget(std::string_view text) {
  BudgetOption budget;
  std::optional<BudgetUnit> unit;
  std::string_view rest = text;
  SkipBlanks(&rest);
  if (rest.empty()) return Bad(text, "is empty");
  // Times may have several parts, each smaller than the one before: 1h30m.
  for (double last_size = 0; !rest.empty();) {
    const std::optional<Amount> amount = TakeAmount(&rest);
    if (!amount) return Bad(text, "makes no sense");
    if (!std::isfinite(amount->number)) return Bad(text, "is no finite number");
    if (amount->unit.empty()) return Bad(text, "has no unit");
    const UnitName* name = FindUnit(amount->unit);
    if (name == nullptr) return Bad(text, "has a unit that is not known");
    const bool goes_on = unit == BudgetUnit::kSeconds && name->unit == BudgetUnit::kSeconds;
    if (unit && !(goes_on && name->size < last_size && amount->number >= 0)) {
      return Bad(text, "makes no sense");
    }
    unit = name->unit;
    last_size = name->size;
    budget.limit += amount->number * name->size;
  }
  if (!(budget.limit > 0)) return Bad(text, "is not above zero");
  if (!std::isfinite(budget.limit)) return Bad(text, "is larger than any run");
  budget.unit = *unit;
  return budget;
}

}  // namespace jouleprint
