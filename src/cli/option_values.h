// What the flags give as text, and what RunOptions makes of it.
#ifndef JOULEPRINT_CLI_OPTION_VALUES_H_
#define JOULEPRINT_CLI_OPTION_VALUES_H_

#include <string>
#include <vector>

#include "cli/arguments.h"
#include "jouleprint/result.h"

namespace jouleprint::cli {

/// Values as they were typed; "" is not given.
struct OptionTexts {
  std::string pue, intensity, interval, baseline, boundary, quiet;
  std::string idle_split, reserved_cpus;
  std::string wattmeters, gains, cpu_idle_power, cpu_max_power;  // of the first two several, joined by ;
  std::string consumers = "process", top_interval, trace_duration;
  std::string epochs, epoch_mark = "auto", limit;
  std::vector<std::string> tags, metrics;
};

/// Reads every text into `arguments`. An error names the flag, the text, and what would make sense.
Status Interpret(const OptionTexts& texts, Arguments* arguments);

}  // namespace jouleprint::cli

#endif  // JOULEPRINT_CLI_OPTION_VALUES_H_
