#include "job/marks.h"

#include <re2/re2.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "job/epoch_lines.h"
#include "job/metric_points.h"
#include "os/file.h"

namespace jouleprint::job {
namespace {

// A line longer than this is no progress line; what follows is passed over to its end.
constexpr std::size_t kLongestLine = 16384;
// A job that prints an epoch line a thousand times a second is not telling epochs.
constexpr std::size_t kMarksKept = 1'000'000;

re2::StringPiece Piece(std::string_view text) { return {text.data(), text.size()}; }

Result<std::unique_ptr<RE2>> Compile(const std::string& flag, const std::string& expression) {
  RE2::Options options;
  options.set_log_errors(false);
  auto compiled = std::make_unique<RE2>(expression, options);
  if (compiled->ok()) return compiled;
  return Error{
      ErrorCode::kInvalidArgument,
      flag + " '" + expression + "' is no regular expression: " + compiled->error(),
      "RE2's syntax is meant, as in 'Epoch (\\d+)/(\\d+)'; look-around and back references are not in it"};
}

Error NoGroup(const std::string& metric, const std::string& expression) {
  return {ErrorCode::kInvalidArgument,
          "--metric-regex " + metric + " '" + expression + "' has no group for the value",
          "put the number in brackets, as in 'accuracy=acc: ([0-9.]+)'"};
}

std::optional<std::int64_t> GroupNumber(const std::vector<re2::StringPiece>& groups, std::size_t i) {
  if (i >= groups.size() || groups[i].data() == nullptr) return std::nullopt;
  std::int64_t value = 0;
  if (!os::ParseI64({groups[i].data(), groups[i].size()}, &value)) return std::nullopt;
  return value;
}

// groups[0] is the whole match. False when there is none.
bool Match(const RE2& expression, std::string_view line, std::vector<re2::StringPiece>* groups) {
  const int count = 1 + expression.NumberOfCapturingGroups();
  groups->assign(static_cast<std::size_t>(count), {});
  return expression.Match(Piece(line), 0, line.size(), RE2::UNANCHORED, groups->data(), count);
}

double Median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

}  // namespace

struct MarkReader::Expressions {
  std::unique_ptr<RE2> epoch;
  std::unique_ptr<RE2> eval;
  std::vector<std::pair<std::string, std::unique_ptr<RE2>>> metrics;
  EpochMark mark = EpochMark::kAuto;
};

Result<MarkReader> MarkReader::Create(const RunOptions& options) {
  auto expressions = std::make_unique<Expressions>();
  expressions->mark = options.epoch_mark;
  const auto compile = [](const std::string& flag, const std::string& text,
                          std::unique_ptr<RE2>* out) -> Status {
    if (text.empty()) return {};
    Result<std::unique_ptr<RE2>> compiled = Compile(flag, text);
    if (!compiled.ok()) return compiled.error();
    *out = std::move(*compiled);
    return {};
  };
  if (Status s = compile("--epoch-regex", options.epoch_regex, &expressions->epoch); !s.ok())
    return s.error();
  if (Status s = compile("--eval-regex", options.eval_regex, &expressions->eval); !s.ok()) return s.error();
  for (const auto& [name, text] : options.metric_regexes) {
    std::unique_ptr<RE2> metric;
    if (Status s = compile("--metric-regex " + name, text, &metric); !s.ok()) return s.error();
    if (!metric || metric->NumberOfCapturingGroups() < 1) return NoGroup(name, text);
    expressions->metrics.emplace_back(name, std::move(metric));
  }
  MarkReader reader(std::move(expressions));
  reader.expected_ = options.epochs;
  return reader;
}

MarkReader::MarkReader(std::unique_ptr<Expressions> expressions) : expressions_(std::move(expressions)) {}
MarkReader::MarkReader(MarkReader&&) noexcept = default;
MarkReader::~MarkReader() = default;

bool MarkReader::Idle() const {
  return !expressions_->epoch && !expressions_->eval && expressions_->metrics.empty();
}

bool MarkReader::Feed(std::string_view piece, double t_s) {
  bool any = false;
  while (!piece.empty()) {
    const std::size_t end = piece.find_first_of("\r\n");
    const std::string_view part = piece.substr(0, end);
    if (line_.size() < kLongestLine) line_.append(part.substr(0, kLongestLine - line_.size()));
    if (end == std::string_view::npos) break;
    any = TakeLine(std::exchange(line_, {}), t_s) || any;
    piece.remove_prefix(end + 1);
  }
  return any;
}

bool MarkReader::Finish(double t_s) { return TakeLine(std::exchange(line_, {}), t_s); }

void MarkReader::Stamp(double energy_kwh) {
  for (; stamped_ < marks_.size(); ++stamped_) marks_[stamped_].energy_kwh = energy_kwh;
}

bool MarkReader::TakeLine(std::string_view line, double t_s) {
  if (line.empty()) return false;
  TakeMetrics(line, t_s);
  const bool epoch = TakeEpoch(line, t_s);
  std::vector<re2::StringPiece> groups;
  if (expressions_->eval && marks_.size() < kMarksKept && Match(*expressions_->eval, line, &groups)) {
    marks_.push_back({GroupNumber(groups, 1).value_or(this->epoch().value_or(0)), true, t_s, 0});
    return true;
  }
  return epoch;
}

// A progress bar prints the same epoch again and again: only a new number is a mark.
bool MarkReader::TakeEpoch(std::string_view line, double t_s) {
  std::vector<re2::StringPiece> groups;
  if (!expressions_->epoch || marks_.size() >= kMarksKept || !Match(*expressions_->epoch, line, &groups))
    return false;
  const std::optional<std::int64_t> number = GroupNumber(groups, 1);
  const std::optional<std::int64_t> last = epoch();
  if (number && last == number) return false;
  if (const auto total = GroupNumber(groups, 2); total && !expected_) expected_ = total;
  marks_.push_back({number.value_or(last.value_or(0) + 1), false, t_s, 0, HintOf(line)});
  return true;
}

void MarkReader::TakeMetrics(std::string_view line, double t_s) {
  std::vector<re2::StringPiece> groups;
  for (const auto& [name, expression] : expressions_->metrics) {
    if (!Match(*expression, line, &groups)) continue;
    double value = 0;
    if (!os::ParseDouble({groups[1].data(), groups[1].size()}, &value) || !std::isfinite(value)) continue;
    AddPoint({t_s, value}, &metrics_[name]);
  }
}

std::optional<std::int64_t> MarkReader::epoch() const {
  const auto last = std::find_if(marks_.rbegin(), marks_.rend(), [](const Mark& mark) { return !mark.eval; });
  if (last == marks_.rend()) return std::nullopt;
  return last->epoch;
}

std::optional<std::int64_t> MarkReader::epochs_expected() const { return expected_; }

// Lines that end epochs: the last one comes near the run's end. Lines that begin them ("Epoch 1/5",
// then a bar): the first comes near the start, and a whole epoch follows the last.
bool MarkReader::LinesBeginEpochs(const std::vector<Mark>& epochs, double end_s) const {
  if (expressions_->mark != EpochMark::kAuto) return expressions_->mark == EpochMark::kStart;
  const double head = epochs.front().t_s;
  const double tail = end_s - epochs.back().t_s;
  if (epochs.size() < 2) return tail > head;
  std::vector<double> steps;
  for (std::size_t i = 1; i < epochs.size(); ++i) steps.push_back(epochs[i].t_s - epochs[i - 1].t_s);
  const double step = Median(std::move(steps));
  return tail > step / 2 && std::abs(tail - step) < std::abs(head - step);
}

FinishedUnits MarkReader::Finished() const { return UnitsFinished(marks_, expressions_->mark); }

std::vector<EpochRecord> MarkReader::Epochs(const Mark& end) const {
  std::vector<Mark> trains;
  std::copy_if(marks_.begin(), marks_.end(), std::back_inserter(trains),
               [](const Mark& mark) { return !mark.eval; });
  std::vector<EpochRecord> records;
  if (marks_.empty()) return records;
  const bool begin = !trains.empty() && LinesBeginEpochs(trains, end.t_s);
  Mark from{};
  for (std::size_t i = 0; i < marks_.size(); ++i) {
    // Where lines begin stretches, those of evaluations do too: no joule is in two records.
    if (begin) {
      const Mark& to = i + 1 < marks_.size() ? marks_[i + 1] : end;
      records.push_back(Between(marks_[i], to, marks_[i]));
    } else {
      records.push_back(Between(from, marks_[i], marks_[i]));
    }
    from = marks_[i];
  }
  return records;
}

}  // namespace jouleprint::job
