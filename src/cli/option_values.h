// What the flags give as text, and what RunOptions makes of it.
#ifndef JOULEPRINT_CLI_OPTION_VALUES_H_
#define JOULEPRINT_CLI_OPTION_VALUES_H_

#include <string>
#include <vector>

#include "cli/arguments.h"
#include "jouleprint/result.h"

namespace jouleprint::cli {

/// Of `sci`, as they were typed; "" is not given.
struct ScoreTexts {
  std::string o_kg, energy_kwh, intensity, pue;
  std::string m_kg, te_kg, time_reserved_h, lifetime_h, resources_reserved, resources_total;
  std::string per;
};

/// Of `whatwhere`.
struct WhatwhereTexts {
  std::string zones, every, top;
};

/// Of `predict`.
struct PredictTexts {
  std::string total, after, start;
};

/// Of `grid series` and `grid forecast`.
struct SeriesTexts {
  std::string from, to, at, horizon;
};

/// Of `run`'s budgets; of the first several, joined by ;
struct BudgetTexts {
  std::string limits, action, confidence, stop_signal, save_grace, term_grace;
};

/// Values as they were typed; "" is not given.
struct OptionTexts {
  std::string pue, intensity, interval, baseline, boundary, quiet;
  std::string idle_split, reserved_cpus;
  std::string intensity_series, market_intensity, wue, embodied, lifetime, per;  // the first several
  std::string wattmeters, gains, cpu_idle_power, cpu_max_power;  // of the first two several, joined by ;
  std::string consumers = "process", top_interval, trace_duration;
  std::string epochs, epoch_mark = "auto", limit;
  std::vector<std::string> tags, metrics;
  BudgetTexts budget;
  ScoreTexts score;
  WhatwhereTexts whatwhere;
  PredictTexts predict;
  SeriesTexts series;
};

/// What the footprint holds besides the grid's intensity.
Status SetFootprint(const OptionTexts& texts, RunOptions* run);

/// Each budget gets the one action; those without a budget are read all the same, so that a mistake shows.
Status SetBudgets(const BudgetTexts& texts, RunOptions* run);

Status SetScore(const ScoreTexts& texts, ScoreQuestion* score);
Status SetSeries(const SeriesTexts& texts, SeriesArguments* series);
Status SetWhatwhere(const WhatwhereTexts& texts, WhatwhereArguments* whatwhere);
Status SetPredict(const PredictTexts& texts, PredictArguments* predict);

/// Reads every text into `arguments`. An error names the flag, the text, and what would make sense.
Status Interpret(const OptionTexts& texts, Arguments* arguments);

}  // namespace jouleprint::cli

#endif  // JOULEPRINT_CLI_OPTION_VALUES_H_
