// `jouleprint trace`: records, replays, and says what is inside.
#include <fmt/format.h>
#include <unistd.h>

#include <nlohmann/json.hpp>

#include "cli/commands.h"
#include "cli/screen.h"
#include "job/samples_file.h"
#include "jouleprint/trace.h"
#include "os/file.h"
#include "record/json.h"
#include "report/report.h"

namespace jouleprint::cli {
namespace {

constexpr const char* kDefaultFile = "jouleprint.trace";

class Notices final : public RunObserver {
 public:
  void OnNotice(const std::string& sentence) override { Complain(sentence); }
};

std::string JsonOf(const TraceFacts& facts) {
  nlohmann::ordered_json json;
  json["version"] = facts.version;
  json["cpu"] = facts.host.cpu;
  json["os"] = facts.host.os;
  json["gpus"] = facts.host.gpus;
  json["start"] = facts.start.ToString();
  json["duration_s"] = facts.duration.value();
  json["bytes"] = facts.bytes;
  json["events"] = facts.events;
  json["lost"] = facts.lost;
  json["problem"] = facts.problem;
  json["meters"] = nlohmann::ordered_json::array();
  for (const TraceFacts::Meter& meter : facts.meters) {
    json["meters"].push_back({{"name", meter.name},
                              {"period_s", meter.period.value()},
                              {"domains", meter.domains},
                              {"ticks", meter.ticks}});
  }
  return json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

std::string TextOf(const TraceFacts& facts) {
  std::string text =
      fmt::format("{} of {}, by jouleprint {}\n", facts.host.cpu.empty() ? "A machine" : facts.host.cpu,
                  facts.start.ToString(), facts.version);
  text += fmt::format("{:.1f} s, {} events, {} bytes\n", facts.duration.value(), facts.events, facts.bytes);
  for (const TraceFacts::Meter& meter : facts.meters) {
    text += fmt::format("  {}, every {:g} ms: {} readings of {}\n", meter.name, meter.period.value() * 1e3,
                        meter.ticks, fmt::join(meter.domains, ", "));
  }
  return text;
}

}  // namespace

int TraceRecord(const Arguments& arguments) {
  Notices notices;
  const std::string file = arguments.output.empty() ? kDefaultFile : arguments.output;
  const Result<RunOutcome> outcome =
      RecordTrace({.measuring = arguments.run, .file = file, .duration = arguments.trace_duration}, &notices);
  if (!outcome.ok()) return Fail(outcome.error());
  if (!outcome->started) {
    Complain(outcome->failure);
  } else {
    Say(report::Summary(outcome->record, StyleOf(STDERR_FILENO), file, "jouleprint trace replay " + file));
  }
  return outcome->exit_status;
}

int TraceReplay(const Arguments& arguments) {
  const Result<jouleprint::TraceReplay> replay = ReplayTrace(arguments.text);
  if (!replay.ok()) return Fail(replay.error());
  if (!replay->problem.empty()) Complain(arguments.text + ": " + replay->problem);
  if (!arguments.run.samples_file.empty()) {
    const Status written =
        os::WriteFileAtomically(arguments.run.samples_file, job::SamplesCsv(replay->series));
    if (!written.ok()) return Fail(written.error());
  }
  if (arguments.json) return Deliver({}, record::ToJson(replay->record, 2) + "\n");
  return Deliver({}, report::Summary(replay->record, StyleOf(STDOUT_FILENO), {}, {}));
}

int TraceShow(const Arguments& arguments) {
  const Result<TraceFacts> facts = InspectTrace(arguments.text);
  if (!facts.ok()) return Fail(facts.error());
  if (!facts->problem.empty()) Complain(arguments.text + ": " + facts->problem);
  return Deliver({}, arguments.json ? JsonOf(*facts) : TextOf(*facts));
}

}  // namespace jouleprint::cli
