// What the job's output says: epochs, evaluations, metrics, found by regular expressions in its lines.
// Regular expressions are RE2's: linear in the text whatever the expression.
#ifndef JOULEPRINT_JOB_MARKS_H_
#define JOULEPRINT_JOB_MARKS_H_

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "jouleprint/record.h"
#include "jouleprint/result.h"
#include "jouleprint/run.h"

namespace jouleprint::job {

/// What a line's own words say of whether it begins or ends an epoch.
enum class LineHint { kNone, kBegins, kEnds };

/// A line that an expression matched.
struct Mark {
  std::int64_t epoch = 0;
  bool eval = false;
  double t_s = 0;         ///< from the run's start
  double energy_kwh = 0;  ///< of the boundary up to then
  LineHint hint = LineHint::kNone;
};

/// What is finished of a run that goes on.
struct FinishedUnits {
  std::vector<EpochRecord> epochs;
  /// What was used before the first of them.
  double before_s = 0;
  double before_kwh = 0;
};

class MarkReader {
 public:
  /// kInvalidArgument names the flag and what RE2 says of the expression.
  static Result<MarkReader> Create(const RunOptions& options);
  MarkReader(MarkReader&&) noexcept;
  ~MarkReader();

  /// True when no expression was given: the output need not be watched.
  bool Idle() const;
  /// Takes the next piece of output. Lines end at \n or \r. True when it held a mark: `t_s` and the
  /// energy of marks still without one are then to be given by Stamp.
  bool Feed(std::string_view piece, double t_s);
  void Stamp(double energy_kwh);
  /// The rest of a last line without an end.
  bool Finish(double t_s);

  std::optional<std::int64_t> epoch() const;
  std::optional<std::int64_t> epochs_expected() const;
  const std::map<std::string, std::vector<MetricPoint>>& metrics() const { return metrics_; }
  /// The epochs, for a run that ended at `end`. Whether lines begin or end epochs is decided here.
  std::vector<EpochRecord> Epochs(const Mark& end) const;
  /// What is finished while the run goes on; see epoch_lines.h.
  FinishedUnits Finished() const;

 private:
  struct Expressions;
  explicit MarkReader(std::unique_ptr<Expressions> expressions);
  bool TakeLine(std::string_view line, double t_s);
  bool TakeEpoch(std::string_view line, double t_s);
  void TakeMetrics(std::string_view line, double t_s);
  bool LinesBeginEpochs(const std::vector<Mark>& epochs, double end_s) const;

  std::unique_ptr<Expressions> expressions_;
  std::string line_;
  std::vector<Mark> marks_;
  std::size_t stamped_ = 0;
  std::optional<std::int64_t> expected_;
  std::map<std::string, std::vector<MetricPoint>> metrics_;
};

}  // namespace jouleprint::job

#endif  // JOULEPRINT_JOB_MARKS_H_
