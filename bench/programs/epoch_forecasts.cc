// Predicts the totals of runs from their first units, many runs at once, for the `predict` rows.
//
//   epoch_forecasts < RUNS > ANSWERS
//
// A line per run: its number of units, their durations in seconds, and either as many energies in kWh or
// none. A line of JSON per run: [[k, value, low, high], ...] of the time, and the same of the energy or null,
// for each k from 1 to all units but one, and how long a prediction took on the mean.
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <iostream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "jouleprint/epoch_forecast.h"

namespace {

using jouleprint::Estimate;
using jouleprint::UnitCost;
using Json = nlohmann::json;

std::vector<UnitCost> ReadRun(const std::string& line) {
  std::istringstream words(line);
  std::size_t count = 0;
  words >> count;
  std::vector<UnitCost> units(count);
  for (UnitCost& unit : units) words >> unit.duration_s;
  for (UnitCost& unit : units) {
    double kwh = 0;
    if (words >> kwh) unit.energy_kwh = kwh;
  }
  return units;
}

Json Row(std::size_t seen, const Estimate& estimate) {
  return {seen, estimate.value, estimate.low, estimate.high};
}

}  // namespace

int main() {
  std::string line;
  while (std::getline(std::cin, line)) {
    const std::vector<UnitCost> units = ReadRun(line);
    Json time = Json::array();
    Json energy = Json::array();
    const auto begin = std::chrono::steady_clock::now();
    for (std::size_t seen = 1; seen < units.size(); ++seen) {
      const std::vector<UnitCost> first(units.begin(), units.begin() + static_cast<std::ptrdiff_t>(seen));
      const auto total = jouleprint::PredictTotal(first, static_cast<std::int64_t>(units.size()));
      if (!total.ok()) {
        std::cerr << total.error().ToString() << '\n';
        return 2;
      }
      time.push_back(Row(seen, total->duration_s));
      if (total->energy_kwh) energy.push_back(Row(seen, *total->energy_kwh));
    }
    const std::chrono::duration<double, std::micro> took = std::chrono::steady_clock::now() - begin;
    std::cout << Json{{"time", time},
                      {"energy", energy.empty() ? Json() : energy},
                      {"us", took.count() / static_cast<double>(std::max<std::size_t>(1, units.size() - 1))}}
              << '\n';
  }
  return 0;
}
