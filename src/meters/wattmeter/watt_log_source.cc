#include "meters/wattmeter/watt_log_source.h"

#include <limits>
#include <optional>
#include <string>
#include <utility>

#include "meters/wattmeter/watt_log.h"
#include "os/clock.h"
#include "os/tail.h"

namespace jouleprint::meters {
namespace {

// Some minutes of a log with a line per second: enough to hold what was true just now.
constexpr std::size_t kHistory = 64 * 1024;
// Analysers that SPEC accepts are certain to 1 % of the reading or better (SPEC Power and Performance
// Benchmark Methodology V2.2, section on power analyzer requirements).
constexpr double kAnalyserError = 0.01;
// Nothing is known of whoever writes a log: the width of a plug that nobody calibrated. error= says better.
constexpr double kUnknownError = 0.05;

class LogSource final : public WattSource {
 public:
  LogSource(WattmeterName name, os::Tail tail)
      : name_(std::move(name)),
        tail_(std::move(tail)),
        csv_(name_.zone),
        zone_(name_.zone.empty() ? "Z" : name_.zone) {
    if (!tail_.head().empty() && !IsPtdaemon()) csv_.Parse(tail_.head());
  }

  Result<WattSample> Next(Seconds patience) override {
    const os::SystemClock clock;
    const os::BootTime until = clock.Boot() + patience;
    while (true) {
      const Result<std::optional<std::string>> line = tail_.NextLine(until - clock.Boot());
      if (!line.ok()) return line.error();
      if (!*line) return Nothing();
      const bool stood_there_before = !tail_.caught_up();
      const LogLine parsed = IsPtdaemon() ? ParsePtdaemonLine(**line, zone_) : csv_.Parse(**line);
      if (parsed.kind == LogLine::Kind::kGarbage) NoteGarbage(parsed.problem);
      if (parsed.kind != LogLine::Kind::kSample) continue;
      any_good_ = true;
      if (!parsed.sample.at && stood_there_before) continue;
      return parsed.sample;
    }
  }

  DomainInfo Describe() const override {
    return WallDomain(SourceInWords(), IsPtdaemon() ? kAnalyserError : kUnknownError);
  }

  bool is_pushed() const override { return true; }

 private:
  bool IsPtdaemon() const { return name_.kind == WattmeterKind::kPtdaemon; }

  std::string SourceInWords() const {
    switch (name_.kind) {
      case WattmeterKind::kPtdaemon:
        return "PTDaemon log " + name_.where + ", its times taken as UTC" + (zone_ == "Z" ? "" : zone_);
      case WattmeterKind::kPipe:
        return "readings from the pipe " + name_.where;
      default:
        return "power log " + name_.where;
    }
  }

  void NoteGarbage(const char* problem) {
    ++garbage_;
    if (garbage_ > 1) return;
    first_garbage_line_ = tail_.line_number();
    problem_ = problem;
  }

  Result<WattSample> Nothing() {
    if (any_good_ || garbage_ == 0) {
      return WattSample{Watts{std::numeric_limits<double>::quiet_NaN()}, std::nullopt, std::nullopt};
    }
    return Error{ErrorCode::kCorrupt,
                 "no line of it is a reading; line " + std::to_string(first_garbage_line_) + " " + problem_,
                 "write lines as timestamp,watts: 2026-11-22T13:00:00Z,231.5"};
  }

  WattmeterName name_;
  os::Tail tail_;
  CsvLog csv_;
  std::string zone_;
  bool any_good_ = false;
  std::int64_t garbage_ = 0;
  std::int64_t first_garbage_line_ = 0;
  const char* problem_ = "";
};

}  // namespace

Result<std::unique_ptr<WattSource>> OpenWattLog(const WattmeterName& name) {
  Result<os::Tail> tail = os::Tail::Open(name.where, kHistory);
  if (!tail.ok()) return tail.error();
  return std::unique_ptr<WattSource>(std::make_unique<LogSource>(name, std::move(*tail)));
}

}  // namespace jouleprint::meters
