// How well a grid's intensity is forecast: a model that sees only the past is asked day after day.
//
//   grid_forecasts SERIES FIRST_DAY DAYS LEARN_EVERY [ISSUED]
//
// FIRST_DAY is an ISO 8601 time; a forecast of 96 h is made then and at that hour of every following day, and
// the model learns anew after so many days. ISSUED is a file of 96 numbers for each of these days, somebody
// else's forecasts: they are then given as an outlook, and counted are the days after the first sixty, which
// teach.
//
// Prints {"zone", "mape": [by lead hour], "covered_percent": [by lead hour], "issued_mape": [...], "train_s",
// "forecast_ms"}: means over the days; of the processor times the medians.
#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "jouleprint/grid_forecast.h"

namespace {

using jouleprint::GridForecast;
using jouleprint::GridForecaster;
using jouleprint::IntensitySeries;
using jouleprint::Outlook;
using jouleprint::Result;
using jouleprint::Seconds;
using jouleprint::UtcTime;

constexpr std::size_t kLeads = 96;
constexpr std::size_t kHoursPerDay = 24;
constexpr std::size_t kTeachingDays = 60;
constexpr Seconds kHour{3600};

[[noreturn]] void Die(const std::string& why) {
  std::cerr << "grid_forecasts: " << why << '\n';
  std::exit(2);
}

struct Task {
  IntensitySeries series;
  UtcTime first;
  std::size_t days;
  std::size_t learn_every;
  std::vector<double> issued;  // days x kLeads; may be empty
};

Outlook IssueOf(const Task& task, std::size_t day) {
  const auto issue = task.issued.begin() + static_cast<std::ptrdiff_t>(day * kLeads);
  const UtcTime start = task.first + kHour * static_cast<double>(day * kHoursPerDay);
  return {start, kHour, {"issued"}, {std::vector<double>(issue, issue + kLeads)}};
}

// What the issuer said by the given day: of each day before, its first hours; from the day on, that day's
// issue.
Outlook IssuedBy(const Task& task, std::size_t day) {
  Outlook outlook{task.first, kHour, {"issued"}, {{}}};
  for (std::size_t before = 0; before < day; ++before) {
    outlook.earlier.push_back(IssueOf(task, before));
    const std::vector<double>& said = outlook.earlier.back().values[0];
    outlook.values[0].insert(outlook.values[0].end(), said.begin(), said.begin() + kHoursPerDay);
  }
  const std::vector<double> said = IssueOf(task, day).values[0];
  outlook.values[0].insert(outlook.values[0].end(), said.begin(), said.end());
  return outlook;
}

class Tally {
 public:
  void Add(const Task& task, const GridForecast& forecast, std::size_t day) {
    const double steps = kHour / task.series.step();
    for (std::size_t i = 0; i < forecast.points.size(); ++i) {
      const auto lead = static_cast<std::size_t>(static_cast<double>(i) / steps);
      const jouleprint::Estimate& said = forecast.points[i].g_per_kwh;
      const auto truth = task.series.At(forecast.points[i].time);
      if (!truth || lead >= kLeads) continue;
      ++known_[lead];
      inside_[lead] += truth->value() >= said.low && truth->value() <= said.high ? 1 : 0;
      error_[lead] += std::abs(said.value / truth->value() - 1);
      if (!task.issued.empty())
        issued_[lead] += std::abs(task.issued[day * kLeads + lead] / truth->value() - 1);
    }
  }

  nlohmann::json Result(const Task& task) const {
    nlohmann::json result{{"zone", task.series.zone()}};
    for (std::size_t lead = 0; lead < kLeads; ++lead) {
      result["mape"].push_back(100 * error_[lead] / known_[lead]);
      result["covered_percent"].push_back(100 * inside_[lead] / known_[lead]);
      if (!task.issued.empty()) result["issued_mape"].push_back(100 * issued_[lead] / known_[lead]);
    }
    return result;
  }

 private:
  std::vector<double> known_ = std::vector<double>(kLeads);
  std::vector<double> inside_ = std::vector<double>(kLeads);
  std::vector<double> error_ = std::vector<double>(kLeads);
  std::vector<double> issued_ = std::vector<double>(kLeads);
};

// Runs `work`, notes the seconds of a processor that it took, and passes its answer on.
template <class Work>
auto Timed(std::vector<double>& seconds, const Work& work) {
  const std::clock_t before = std::clock();
  auto done = work();
  seconds.push_back(static_cast<double>(std::clock() - before) / CLOCKS_PER_SEC);
  if (!done) Die(done.error().ToString());
  return done;
}

double Median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

nlohmann::json Measure(const Task& task) {
  Tally tally;
  std::optional<GridForecaster> model;
  std::vector<double> train_s;
  std::vector<double> forecast_s;
  const std::size_t from = task.issued.empty() ? 0 : kTeachingDays;
  for (std::size_t day = from; day < task.days; ++day) {
    const UtcTime at = task.first + kHour * static_cast<double>(day * kHoursPerDay);
    std::optional<Outlook> outlook;
    if (!task.issued.empty()) outlook = IssuedBy(task, day);
    const Outlook* known_ahead = outlook ? &*outlook : nullptr;
    if ((day - from) % task.learn_every == 0) {
      model.emplace(*Timed(train_s, [&] { return GridForecaster::Train(task.series, at, known_ahead); }));
    }
    const auto ahead = kHour * static_cast<double>(kLeads);
    tally.Add(task, *Timed(forecast_s, [&] { return model->Forecast(task.series, at, ahead, known_ahead); }),
              day);
  }
  nlohmann::json result = tally.Result(task);
  result["train_s"] = Median(train_s);
  result["forecast_ms"] = 1e3 * Median(forecast_s);
  return result;
}

std::vector<double> ReadIssued(const std::string& path, std::size_t days) {
  std::ifstream file(path);
  std::vector<double> numbers;
  for (double number = 0; file >> number;) numbers.push_back(number);
  if (numbers.size() < days * kLeads) Die(path + " has too few numbers");
  return numbers;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 5 && argc != 6) Die("usage: grid_forecasts SERIES FIRST_DAY DAYS LEARN_EVERY [ISSUED]");
  const auto file = jouleprint::ReadSeriesFile(argv[1]);
  if (!file) Die(file.error().ToString());
  const auto first = UtcTime::Parse(argv[2]);
  if (!first) Die(first.error().ToString());
  const auto days = static_cast<std::size_t>(std::atol(argv[3]));
  const auto learn_every = static_cast<std::size_t>(std::max(1L, std::atol(argv[4])));
  const Task task{file->series.front(), *first, days, learn_every,
                  argc == 6 ? ReadIssued(argv[5], days) : std::vector<double>{}};
  std::cout << Measure(task) << '\n';
  return 0;
}
