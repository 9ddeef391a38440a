// jouleprint: measures the energy and carbon of a command. See arguments.cc for what it takes.
#include <cstdio>

#include "cli/arguments.h"
#include "cli/commands.h"
#include "cli/screen.h"
#include "os/standard_streams.h"

namespace {

int Dispatch(const jouleprint::cli::Arguments& arguments) {
  using jouleprint::cli::Command;
  switch (arguments.command) {
    case Command::kRun:
      return Run(arguments);
    case Command::kDoctor:
      return Doctor(arguments);
    case Command::kRunsList:
      return RunsList(arguments);
    case Command::kRunsShow:
      return RunsShow(arguments);
    case Command::kRunsExport:
      return RunsExport(arguments);
    case Command::kRunsImport:
      return RunsImport(arguments);
    case Command::kRunsMerge:
      return RunsMerge(arguments);
    case Command::kRunsRemove:
      return RunsRemove(arguments);
    case Command::kTop:
      return Top(arguments);
    case Command::kTraceRecord:
      return TraceRecord(arguments);
    case Command::kTraceReplay:
      return TraceReplay(arguments);
    case Command::kTraceShow:
      return TraceShow(arguments);
    case Command::kSci:
      return Sci(arguments);
    case Command::kWhatwhere:
      return WhatWhere(arguments);
    case Command::kPredict:
      return Predict(arguments);
    case Command::kReport:
      return Report(arguments);
    case Command::kGridNow:
      return GridNow(arguments);
    case Command::kGridZones:
      return GridZones(arguments);
    case Command::kGridRegions:
      return GridRegions(arguments);
    case Command::kGridSeries:
      return GridSeries(arguments);
    case Command::kGridSeriesImport:
      return GridSeriesImport(arguments);
    case Command::kGridSeriesRemove:
      return GridSeriesRemove(arguments);
    case Command::kGridForecast:
      return GridForecastCommand(arguments);
    case Command::kNone:
      break;
  }
  return 2;
}

}  // namespace

int main(int argc, char** argv) {
  jouleprint::os::OccupyClosedStandardStreams();
  const jouleprint::cli::Parsed parsed = jouleprint::cli::ParseArguments(argc, argv);
  if (parsed.arguments) return Dispatch(*parsed.arguments);
  if (parsed.status == 0) return jouleprint::cli::Deliver({}, parsed.text);
  jouleprint::cli::Say(parsed.text);
  return parsed.status;
}
