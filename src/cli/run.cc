#include <fmt/format.h>
#include <unistd.h>

#include <cmath>

#include "cli/commands.h"
#include "cli/screen.h"
#include "jouleprint/run.h"
#include "report/live_line.h"
#include "report/outlook.h"
#include "report/report.h"
#include "report/text_width.h"

namespace jouleprint::cli {
namespace {

// Waiting longer than this without a word would look like a hang.
constexpr Seconds kWorthSaying{1.5};
constexpr const char* kClearLine = "\r\x1b[K";

report::LiveSnapshot SnapshotOf(const RunProgress& progress) {
  report::LiveSnapshot snapshot;
  snapshot.elapsed_s = progress.elapsed_s;
  for (const auto& [name, watts] : progress.power_w) snapshot.domains.push_back({name, watts});
  snapshot.energy_kwh = progress.energy_kwh;
  snapshot.emissions_gco2e = progress.emissions_gco2e;
  snapshot.epoch = progress.epoch;
  snapshot.epochs_expected = progress.epochs_expected;
  snapshot.prediction = progress.prediction;
  return snapshot;
}

class Screen final : public RunObserver {
 public:
  Screen(bool live, bool quiet) : live_(live), quiet_(quiet), terminal_(::isatty(STDERR_FILENO) == 1) {}

  // Counts down on one line, which is gone before the command starts.
  void OnBaseline(Seconds left) override {
    const auto left_s = static_cast<long>(std::ceil(left.value()));
    if (left_s <= 0) Clear();
    if (!terminal_ || quiet_ || left_s <= 0 || left_s == shown_left_s_ || (!drawn_ && left < kWorthSaying))
      return;
    const std::string line = fmt::format(
        "jouleprint: watching the idle machine for {} s more (--baseline off skips this)", left_s);
    const report::Style style = StyleOf(STDERR_FILENO);
    Say(kClearLine + report::Truncate(line, style.width, style.unicode));
    shown_left_s_ = left_s;
    drawn_ = true;
  }

  void OnNotice(const std::string& sentence) override {
    Clear();
    Complain(sentence);
  }

  void OnProgress(const RunProgress& progress) override {
    TellPrediction(progress.prediction);
    if (!live_) return;
    const std::string line = report::LiveLine(SnapshotOf(progress), StyleOf(STDERR_FILENO));
    // On a terminal the cursor goes back to the line's start, so that the job's own output writes over it.
    Say(terminal_ ? kClearLine + line + "\r" : line + "\n");
    drawn_ = terminal_;
  }

  void Clear() {
    if (drawn_) Say(kClearLine);
    drawn_ = false;
  }

 private:
  // Once: from the first epoch on it is known what all of them will take.
  void TellPrediction(const std::optional<PredictionRecord>& prediction) {
    if (quiet_ || told_prediction_ || !prediction) return;
    told_prediction_ = true;
    if (prediction->epochs_seen >= prediction->epochs_total) return;
    Clear();
    Complain(report::PredictionLine(*prediction));
  }

  const bool live_;
  const bool quiet_;
  const bool terminal_;
  long shown_left_s_ = 0;
  bool drawn_ = false;
  bool told_prediction_ = false;
};

std::string NextCommand(const RunOutcome& outcome) {
  if (outcome.record_path.empty() || outcome.record.run_id.empty()) return {};
  // A record that could not go to the store is a file.
  if (outcome.record_path.ends_with(".json")) return "jouleprint runs import " + outcome.record_path;
  return "jouleprint report " +
         (outcome.record.name.empty() ? outcome.record.run_id.substr(0, 10) : std::string("last"));
}

}  // namespace

int Run(const Arguments& arguments) {
  Screen screen(arguments.live, arguments.quiet);
  const Result<RunOutcome> outcome = RunCommand(arguments.run, &screen);
  screen.Clear();
  if (!outcome.ok()) return Fail(outcome.error());
  if (!outcome->started) {
    Complain(outcome->failure);
  } else if (!arguments.quiet) {
    Say(report::Summary(outcome->record, StyleOf(STDERR_FILENO), outcome->record_path,
                        NextCommand(*outcome)));
  }
  return outcome->exit_status;
}

}  // namespace jouleprint::cli
