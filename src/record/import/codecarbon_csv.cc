#include "record/import/codecarbon_csv.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

#include "carbon/series/text_lines.h"
#include "record/import/codecarbon_row.h"

namespace jouleprint::record {
namespace {

using carbon::CsvCells;
using carbon::TextLines;

// Present in every version since 1.0.
constexpr std::string_view kNeeded[] = {"timestamp", "duration", "emissions", "energy_consumed"};
constexpr std::size_t kMostColumns = 200;

bool HasAll(const std::vector<std::string>& columns) {
  return std::all_of(std::begin(kNeeded), std::end(kNeeded), [&](std::string_view name) {
    return std::find(columns.begin(), columns.end(), name) != columns.end();
  });
}

Result<std::vector<std::string>> ReadHeader(TextLines* lines) {
  std::string_view line;
  CsvCells cells;
  Result<bool> more = lines->Next(&line);
  if (!more.ok()) return more.error();
  if (!*more || !cells.Split(line, kMostColumns)) {
    return Error{ErrorCode::kInvalidArgument, lines->name() + " line 1 names no columns",
                 "give CodeCarbon's emissions.csv"};
  }
  std::vector<std::string> columns;
  for (std::size_t i = 0; i < cells.size(); ++i) columns.emplace_back(cells[i]);
  return columns;
}

Status CheckHeader(const std::vector<std::string>& columns, const std::string& name) {
  if (!HasAll(columns)) {
    return Error{ErrorCode::kInvalidArgument,
                 name + " line 1 lacks one of the columns timestamp, duration, emissions, energy_consumed",
                 "give CodeCarbon's emissions.csv"};
  }
  if (std::find(columns.begin(), columns.end(), "task_name") != columns.end()) {
    return Error{
        ErrorCode::kInvalidArgument,
        name +
            " line 1: task_name says that these are the tasks of a run, whose energy is in the run's own row",
        "import the emissions.csv beside it"};
  }
  for (auto column = columns.begin(); column != columns.end(); ++column) {
    if (column->empty() || std::find(columns.begin(), column, *column) == column) continue;
    return Error{ErrorCode::kInvalidArgument,
                 name + " line 1: the column " + carbon::Shown(*column) + " is there twice",
                 "leave one of them out"};
  }
  return {};
}

Status CheckWidth(const CsvCells& cells, std::size_t columns, const std::string& where) {
  if (cells.size() == columns) return {};
  const std::string what =
      fmt::format("{} has {} cells, and the header {} columns", where, cells.size(), columns);
  if (cells.size() < columns) {
    return Error{ErrorCode::kInvalidArgument, what,
                 "CodeCarbon up to 3.3.0 left out cells without a value when it appended a row, so that what "
                 "follows stands in wrong columns: put the empty cells back (often region, longitude and "
                 "latitude), or remove the row"};
  }
  return Error{ErrorCode::kInvalidArgument, what, "put cells with commas in quotes, or remove the row"};
}

class Reader {
 public:
  Reader(std::string_view text, const std::string& name) : lines_(carbon::LinesOfText(text, name)) {}

  Result<std::vector<RunRecord>> Read() {
    Result<std::vector<std::string>> columns = ReadHeader(&lines_);
    if (!columns.ok()) return columns.error();
    columns_ = std::move(*columns);
    if (Status header = CheckHeader(columns_, lines_.name()); !header.ok()) return header.error();
    std::string_view line;
    for (;;) {
      const Result<bool> more = lines_.Next(&line);
      if (!more.ok()) return more.error();
      if (!*more) break;
      if (line.find_first_not_of(" \t") == std::string_view::npos) continue;
      if (Status row = Take(line); !row.ok()) return row.error();
    }
    if (runs_.empty() && ours_ > 0) {
      return Error{
          ErrorCode::kInvalidArgument,
          lines_.name() + " has only runs that jouleprint measured, which has kept better records of them",
          "take those: 'jouleprint runs export' where they were measured"};
    }
    if (runs_.empty()) {
      return Error{ErrorCode::kInvalidArgument, lines_.name() + " has no row below its header",
                   "give a file that CodeCarbon has written a run to"};
    }
    SayWhatWasReplaced();
    return std::move(runs_);
  }

 private:
  Status Take(std::string_view line) {
    const std::string where = fmt::format("{} line {}", lines_.name(), lines_.number());
    if (!cells_.Split(line, kMostColumns)) {
      return Error{ErrorCode::kInvalidArgument, where + " has a quote without its end",
                   "mend the row, or remove it"};
    }
    if (Status width = CheckWidth(cells_, columns_.size(), where); !width.ok()) return width;
    std::map<std::string, std::string, std::less<>> named;
    for (std::size_t i = 0; i < columns_.size(); ++i) named.emplace(columns_[i], cells_[i]);
    const auto version = named.find("codecarbon_version");
    if (version != named.end() && version->second.find("+jouleprint") != std::string::npos) {
      ++ours_;
      return {};
    }
    Result<RunRecord> run = CodeCarbonRow(where, std::move(named)).ToRecord();
    if (!run.ok()) return run.error();
    const auto [at, is_new] = by_id_.emplace(run->run_id, runs_.size());
    if (is_new) {
      runs_.push_back(std::move(*run));
    } else {
      runs_[at->second] = std::move(*run);
      ++replaced_[at->second];
    }
    return {};
  }

  void SayWhatWasReplaced() {
    for (const auto& [index, rows] : replaced_) {
      runs_[index].warnings.push_back(fmt::format(
          "{} of its rows {} left out: CodeCarbon wrote the totals so far, and only the last row counts",
          rows, rows == 1 ? "was" : "were"));
    }
  }

  TextLines lines_;
  CsvCells cells_;
  std::vector<std::string> columns_;
  std::vector<RunRecord> runs_;
  std::map<std::string, std::size_t> by_id_;
  std::map<std::size_t, std::size_t> replaced_;
  std::size_t ours_ = 0;  // rows of jouleprint in CodeCarbon's place: their runs are in a store already
};

}  // namespace

bool IsCodeCarbonCsv(std::string_view text) {
  const std::string_view first = text.substr(0, text.find('\n'));
  TextLines lines = carbon::LinesOfText(first, "");
  const Result<std::vector<std::string>> columns = ReadHeader(&lines);
  return columns.ok() && HasAll(*columns);
}

Result<std::vector<RunRecord>> ReadCodeCarbonCsv(std::string_view text, const std::string& name) {
  return Reader(text, name).Read();
}

}  // namespace jouleprint::record
