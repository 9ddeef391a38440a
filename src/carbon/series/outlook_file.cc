#include "jouleprint/outlook_file.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>
#include <optional>
#include <utility>
#include <vector>

#include "carbon/series/minutes.h"
#include "carbon/series/series_step.h"
#include "carbon/series/text_lines.h"
#include "os/file.h"

namespace jouleprint {
namespace carbon {
namespace {

constexpr const char* kRightHeader = "begin the file with 'timestamp_utc' and the names of its series";
constexpr std::size_t kMostColumns = 64;
// As for a series: a gap this long is a wrong time.
constexpr std::size_t kMostStepsPerRow = 20;
constexpr std::size_t kStepsAlwaysTaken = 50'000;

// What was said at one time.
struct Issue {
  std::vector<SeriesRow> rows;
  std::vector<std::vector<double>> values;  // of each series, by row
};

class OutlookReader {
 public:
  OutlookReader(TextLines* lines, const std::string& zone, std::optional<UtcTime> at)
      : lines_(lines), zone_(zone), at_(at) {}

  Result<Outlook> Read() {
    if (Status begun = ReadHeader(); !begun.ok()) return begun.error();
    Result<bool> more = lines_->Next(&line_);
    for (; more.ok() && *more; more = lines_->Next(&line_)) {
      if (Status read = ReadRow(); !read.ok()) return read.error();
    }
    if (!more.ok()) return more.error();
    if (issues_.empty()) {
      return Wrong(" has no row" + (zone_column_ ? " of zone " + Shown(zone_) : "") +
                       (later_issues_ ? " that was issued by " + at_->ToString() : ""),
                   "give a line per step");
    }
    return Join();
  }

 private:
  Error Wrong(const std::string& what, std::string hint) const {
    return {ErrorCode::kInvalidArgument, lines_->name() + what, std::move(hint)};
  }
  std::string Line() const { return " line " + std::to_string(lines_->number()); }

  Status ReadHeader() {
    const Result<bool> header = lines_->Next(&line_);
    if (!header.ok()) return header.error();
    if (!*header) return Wrong(" is empty", kRightHeader);
    if (!cells_.Split(line_, kMostColumns + 1))
      return Wrong(" line 1 has a quote without an end", kRightHeader);
    if (cells_.size() > kMostColumns) {
      return Wrong(" has more than " + std::to_string(kMostColumns) + " columns", "leave some out");
    }
    for (std::size_t i = 0; i < cells_.size(); ++i) {
      if (cells_[i] == "timestamp_utc") {
        time_column_ = i;
      } else if (cells_[i] == "zone") {
        zone_column_ = i;
      } else if (cells_[i] == "issued_utc") {
        issue_column_ = i;
      } else {
        columns_.push_back(i);
        names_.emplace_back(cells_[i]);
      }
    }
    count_ = cells_.size();
    if (!time_column_) return Wrong(" has no column 'timestamp_utc'", kRightHeader);
    if (columns_.empty()) return Wrong(" has no series beside its times", kRightHeader);
    return {};
  }

  Status ReadRow() {
    if (line_.find_first_not_of(" \t") == std::string_view::npos) return {};
    if (!cells_.Split(line_, kMostColumns + 1) || cells_.size() < count_ || cells_.filled() > count_) {
      return Wrong(Line() + " has other columns than the first line",
                   "complete the line or leave it out, and write numbers with a decimal point");
    }
    if (zone_column_ && cells_[*zone_column_] != zone_) return {};
    const Result<Minute> minute = ParseMinute(cells_[*time_column_]);
    if (!minute.ok()) return Wrong(Line() + ": " + minute.error().message, minute.error().hint);
    const Result<Issue*> issue = IssueOfRow();
    if (!issue.ok()) return issue.error();
    if (*issue == nullptr) return {};
    (*issue)->rows.push_back({*minute, lines_->number(), 0});
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      const std::string_view cell = cells_[columns_[i]];
      double value = std::numeric_limits<double>::quiet_NaN();
      if (!cell.empty() && (!os::ParseDouble(cell, &value) || !std::isfinite(value))) {
        return Wrong(Line() + ", " + Shown(names_[i]) + ": " + Shown(cell) + " is not a number",
                     "leave the cell empty where there is no value");
      }
      (*issue)->values[i].push_back(value);
    }
    return {};
  }

  // Null where it was issued later than anybody can know.
  Result<Issue*> IssueOfRow() {
    Minute issued = 0;
    if (issue_column_) {
      const Result<Minute> minute = ParseMinute(cells_[*issue_column_]);
      if (!minute.ok()) {
        return Wrong(Line() + ", 'issued_utc': " + minute.error().message, minute.error().hint);
      }
      issued = *minute;
      if (at_ && TimeOf(issued) > *at_) {
        later_issues_ = true;
        return nullptr;
      }
    }
    Issue& issue = issues_[issued];
    issue.values.resize(columns_.size());
    return &issue;
  }

  // What was last said of each hour, and what was said before.
  Result<Outlook> Join() {
    std::vector<Outlook> said;
    for (const auto& [issued, issue] : issues_) {
      Result<Outlook> one = Assemble(issue);
      if (!one.ok()) return one.error();
      said.push_back(*std::move(one));
      if (said.back().step != said.front().step) {
        return Wrong(" has issues of different steps", "give all of them in steps of the same length");
      }
    }
    if (said.size() == 1) return std::move(said.front());
    Outlook joined = Newest(said);
    said.pop_back();
    joined.earlier = std::move(said);
    return joined;
  }

  static Outlook Newest(const std::vector<Outlook>& said) {
    Outlook newest{said.front().start, said.front().step, said.front().names, {}};
    for (const Outlook& one : said) newest.start = std::min(newest.start, one.start);
    newest.values.resize(newest.names.size());
    for (const Outlook& one : said) {
      const auto offset = static_cast<std::size_t>(std::llround((one.start - newest.start) / newest.step));
      for (std::size_t name = 0; name < newest.values.size(); ++name) {
        std::vector<double>& values = newest.values[name];
        const std::size_t end = offset + one.values[name].size();
        if (values.size() < end) values.resize(end, std::numeric_limits<double>::quiet_NaN());
        for (std::size_t i = offset; i < end; ++i) {
          const double value = one.values[name][i - offset];
          if (!std::isnan(value)) values[i] = value;
        }
      }
    }
    return newest;
  }

  Result<Outlook> Assemble(const Issue& issue) const {
    std::vector<std::size_t> order(issue.rows.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
      return issue.rows[a].minute < issue.rows[b].minute;
    });
    std::vector<SeriesRow> sorted;
    for (const std::size_t row : order) sorted.push_back(issue.rows[row]);
    const auto twice = std::adjacent_find(sorted.begin(), sorted.end(),
                                          [](const auto& a, const auto& b) { return a.minute == b.minute; });
    if (twice != sorted.end()) {
      return Wrong(
          " lines " + std::to_string(twice->line) + " and " + std::to_string((twice + 1)->line) +
              " are both of " + MinuteText(twice->minute),
          zone_column_ ? "keep one of them" : "keep one of them, or say whose they are in a column 'zone'");
    }
    const Result<SeriesStep> step = FindStep(sorted, "the outlook", lines_->name());
    if (!step.ok()) return step.error();
    const Minute first = sorted.front().minute;
    const auto index = [&](Minute minute) {
      return static_cast<std::size_t>((minute - first) / step->minutes);
    };
    const std::size_t steps = index(sorted.back().minute) + 1;
    if (steps > kStepsAlwaysTaken + kMostStepsPerRow * sorted.size()) {
      return Wrong(": nearly all of its time is missing", "check the first and the last time");
    }
    Outlook outlook{TimeOf(first), Seconds{60.0 * step->minutes}, names_, {}};
    for (const std::vector<double>& column : issue.values) {
      std::vector<double>& series =
          outlook.values.emplace_back(steps, std::numeric_limits<double>::quiet_NaN());
      for (std::size_t i = 0; i < order.size(); ++i) series[index(sorted[i].minute)] = column[order[i]];
    }
    return outlook;
  }

  TextLines* lines_;
  const std::string& zone_;
  const std::optional<UtcTime> at_;
  std::string_view line_;
  CsvCells cells_;
  std::size_t count_ = 0;
  std::optional<std::size_t> time_column_;
  std::optional<std::size_t> zone_column_;
  std::optional<std::size_t> issue_column_;
  std::vector<std::size_t> columns_;  // of the series
  std::vector<std::string> names_;
  std::map<Minute, Issue> issues_;  // by when they were issued; one where no column says so
  bool later_issues_ = false;       // there were some, and they were passed over
};

}  // namespace
}  // namespace carbon

Result<Outlook> ReadOutlookFile(const std::string& path, const std::string& zone, std::optional<UtcTime> at) {
  Result<carbon::TextLines> lines = carbon::LinesOfFile(path);
  if (!lines.ok()) return lines.error();
  return carbon::OutlookReader(&*lines, zone, at).Read();
}

Result<Outlook> ReadOutlookText(std::string_view text, const std::string& name, const std::string& zone,
                                std::optional<UtcTime> at) {
  carbon::TextLines lines = carbon::LinesOfText(text, name);
  return carbon::OutlookReader(&lines, zone, at).Read();
}

}  // namespace jouleprint
