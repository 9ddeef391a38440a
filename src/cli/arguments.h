// The command line as plain data. Only arguments.cc knows the library that parses it.
#ifndef JOULEPRINT_CLI_ARGUMENTS_H_
#define JOULEPRINT_CLI_ARGUMENTS_H_

#include <optional>
#include <string>
#include <vector>

#include "jouleprint/footprint.h"
#include "jouleprint/result.h"
#include "jouleprint/run.h"
#include "jouleprint/top.h"

namespace jouleprint::cli {

enum class Command {
  kNone,
  kRun,
  kDoctor,
  kRunsList,
  kRunsShow,
  kRunsExport,
  kRunsImport,
  kRunsMerge,
  kRunsRemove,
  kReport,
  kTop,
  kTraceRecord,
  kTraceReplay,
  kTraceShow,
  kSci,
  kWhatwhere,
  kPredict,
  kGridNow,
  kGridZones,
  kGridRegions,
  kGridSeries,
  kGridSeriesImport,
  kGridSeriesRemove,
  kGridForecast
};

/// Of `whatwhere`, besides the run and the series.
struct WhatwhereArguments {
  std::vector<std::string> zones;  ///< none: all
  Seconds every{3600};
  std::size_t top = 20;
};

/// Of `predict`, besides what it predicts from.
struct PredictArguments {
  std::optional<std::int64_t> total_epochs;  ///< none: what the kept run said
  std::optional<std::int64_t> after;         ///< none: all that are finished
  std::optional<UtcTime> start;
};

/// Of `grid series`, `grid forecast` and `whatwhere`.
struct SeriesArguments {
  std::vector<std::string> files;  ///< none: the series that are kept
  std::string zone, kind, unit;    ///< as SeriesFileOptions has them
  std::optional<UtcTime> from, to;
  bool csv = false;
  std::optional<UtcTime> at;  ///< none: where the series ends
  Seconds horizon{96 * 3600.0};
  std::string outlook;  ///< a file
};

struct Arguments {
  Command command = Command::kNone;
  bool json = false;
  RunOptions run;  ///< other commands take store_path, sysroot, nvml_library and boundary from it
  bool quiet = false;
  bool live = false;
  std::vector<std::string> runs;  ///< ids or names
  std::string text;               ///< "" any; what an id or a name must hold; of `predict`, file or run
  std::string at;                 ///< "" none; "LAT,LON" in degrees
  std::string format = "text";
  std::string output;  ///< "" standard output
  std::string project;
  std::string group;
  std::int64_t limit = 0;
  bool all = false;
  ConsumerKind consumers = ConsumerKind::kProcess;
  Seconds top_interval{2};
  Seconds trace_duration{10};
  ScoreQuestion score;
  WhatwhereArguments whatwhere;
  PredictArguments predict;
  SeriesArguments series;
  bool once = false;  ///< top: one page, also on a terminal
};

/// What main is to do: run `arguments`, or print `text` and leave with `status` (help, version, wrong usage).
struct Parsed {
  std::optional<Arguments> arguments;
  int status = 0;
  std::string text;
};

/// Flags override JOULEPRINT_* variables, which override the configuration file.
Parsed ParseArguments(int argc, char** argv);

}  // namespace jouleprint::cli

#endif  // JOULEPRINT_CLI_ARGUMENTS_H_
