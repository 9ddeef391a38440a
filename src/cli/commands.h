// A function per command: calls the library, prints, returns the exit status. No logic of its own.
#ifndef JOULEPRINT_CLI_COMMANDS_H_
#define JOULEPRINT_CLI_COMMANDS_H_

#include "cli/arguments.h"

namespace jouleprint::cli {

int Run(const Arguments& arguments);
int Doctor(const Arguments& arguments);
int RunsList(const Arguments& arguments);
int RunsShow(const Arguments& arguments);
int RunsExport(const Arguments& arguments);
int RunsImport(const Arguments& arguments);
int RunsMerge(const Arguments& arguments);
int RunsRemove(const Arguments& arguments);
int Top(const Arguments& arguments);
int TraceRecord(const Arguments& arguments);
int TraceReplay(const Arguments& arguments);
int TraceShow(const Arguments& arguments);
int Sci(const Arguments& arguments);
int WhatWhere(const Arguments& arguments);
int Predict(const Arguments& arguments);
int Report(const Arguments& arguments);
int GridNow(const Arguments& arguments);
int GridZones(const Arguments& arguments);
int GridRegions(const Arguments& arguments);
int GridSeries(const Arguments& arguments);
int GridSeriesImport(const Arguments& arguments);
int GridSeriesRemove(const Arguments& arguments);
int GridForecastCommand(const Arguments& arguments);

}  // namespace jouleprint::cli

#endif  // JOULEPRINT_CLI_COMMANDS_H_
