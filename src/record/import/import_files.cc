#include "record/import/import_files.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "carbon/csv_table.h"
#include "os/file.h"
#include "record/import/carbontracker_log.h"
#include "record/import/carbontracker_record.h"
#include "record/import/codecarbon_csv.h"
#include "record/json.h"
#include "record/plausible.h"

namespace jouleprint::record {
namespace {

constexpr std::string_view kStandardEnd = "_carbontracker.log";
constexpr std::string_view kOutputEnd = "_carbontracker_output.log";
constexpr std::string_view kWhatIsRead =
    "give a file of 'jouleprint runs export', CodeCarbon's emissions.csv or carbontracker's logs";
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

// "a_carbontracker.log" and "a_carbontracker_output.log" name each other; "" for any other name.
std::string NameOfOther(const std::string& path, std::string_view end, std::string_view other_end) {
  if (!path.ends_with(end)) return {};
  return path.substr(0, path.size() - end.size()) + std::string(other_end);
}

// A file is one JSON record over many lines, or one record a line.
Result<std::vector<RunRecord>> ReadJson(std::string_view text, const std::string& path) {
  if (Result<RunRecord> whole = FromJson(text); whole.ok()) return std::vector<RunRecord>{std::move(*whole)};
  std::vector<RunRecord> records;
  for (std::size_t number = 1; !text.empty(); ++number) {
    const std::string_view line = carbon::TakeUntil(&text, '\n');
    if (line.find_first_not_of(" \t\r") == std::string_view::npos) continue;
    Result<RunRecord> run = FromJson(line);
    if (!run.ok()) {
      return Error{ErrorCode::kInvalidArgument,
                   path + " line " + std::to_string(number) + ": " + run.error().message, run.error().hint};
    }
    records.push_back(std::move(*run));
  }
  if (!records.empty()) return records;
  return Error{ErrorCode::kInvalidArgument, path + " holds no run record", std::string(kWhatIsRead)};
}

Result<std::vector<RunRecord>> ReadTable(std::string_view text, const std::string& path) {
  if (IsCodeCarbonCsv(text)) return ReadCodeCarbonCsv(text, path);
  const std::size_t begin = text.find_first_not_of(" \t\r\n");
  if (begin == std::string_view::npos || text[begin] == '{') return ReadJson(text, path);
  return Error{ErrorCode::kInvalidArgument,
               path + " line 1 begins neither a run record nor a file of CodeCarbon or carbontracker",
               std::string(kWhatIsRead)};
}

class Importer {
 public:
  Status Add(const std::string& path) {
    if (os::IsDirectory(path)) return AddFolder(path);
    Result<std::string> text = os::ReadFile(path);
    if (!text.ok()) {
      return Error{ErrorCode::kInvalidArgument, text.error().message, std::string(kWhatIsRead)};
    }
    if (text->starts_with(kByteOrderMark)) text->erase(0, kByteOrderMark.size());
    if (IsCarbontrackerStandardLog(*text)) return AddStandardLog({path, std::move(*text)});
    if (IsCarbontrackerOutputLog(*text)) return AddOutputLog({path, std::move(*text)});
    return Take(ReadTable(*text, path), path);
  }

  Result<std::vector<RunRecord>> Finish() {
    for (const NamedText& log : standard_) {
      if (Status made = Make(log); !made.ok()) return made.error();
    }
    for (const NamedText& log : output_) {
      if (used_.count(log.name) != 0) continue;
      return Error{ErrorCode::kInvalidArgument, log.name + " lacks the log that belongs to it",
                   "give the file of the same name without '_output' as well"};
    }
    return std::move(runs_);
  }

 private:
  Status AddFolder(const std::string& folder) {
    const Result<std::vector<std::string>> names = os::ListDirectory(folder);
    if (!names.ok()) return names.error();
    std::size_t found = 0;
    for (const std::string& name : *names) {
      const std::string path = folder + (folder.ends_with('/') ? "" : "/") + name;
      if (os::IsDirectory(path) || !name.ends_with(".log")) continue;
      Result<std::string> text = os::ReadFile(path);
      if (!text.ok()) return text.error();
      if (!IsCarbontrackerStandardLog(*text) || IsLogOfJouleprint(*text)) continue;
      ++found;
      if (Status added = AddStandardLog({path, std::move(*text)}); !added.ok()) return added;
    }
    if (found > 0) return {};
    return Error{ErrorCode::kInvalidArgument, folder + " holds no log of carbontracker",
                 "name the files, or the folder that was its log_dir"};
  }

  Status AddStandardLog(NamedText log) {
    if (IsLogOfJouleprint(log.text)) {
      return Error{ErrorCode::kInvalidArgument,
                   log.name + " was written by jouleprint, which has kept a better record of the run",
                   "take that one: 'jouleprint runs export' where it was measured"};
    }
    const std::string other = NameOfOther(log.name, kStandardEnd, kOutputEnd);
    if (!other.empty() && os::Exists(other)) {
      Result<std::string> text = os::ReadFile(other);
      if (!text.ok()) return text.error();
      output_.push_back({other, std::move(*text)});
    }
    standard_.push_back(std::move(log));
    return {};
  }

  Status AddOutputLog(NamedText log) {
    const std::string other = NameOfOther(log.name, kOutputEnd, kStandardEnd);
    if (!other.empty() && os::Exists(other)) return Add(other);
    output_.push_back(std::move(log));
    return {};
  }

  // The output log by name, or the only one that was given with the only standard log.
  std::optional<NamedText> OutputOf(const NamedText& standard) {
    const std::string name = NameOfOther(standard.name, kStandardEnd, kOutputEnd);
    for (const NamedText& log : output_) {
      const bool only = standard_.size() == 1 && output_.size() == 1;
      if (log.name != name && !only) continue;
      used_.insert(log.name);
      return log;
    }
    return std::nullopt;
  }

  Status Make(const NamedText& standard) {
    Result<RunRecord> run = ReadCarbontrackerLogs(standard, OutputOf(standard));
    if (!run.ok()) return run.error();
    return Take(std::vector<RunRecord>{std::move(*run)}, standard.name);
  }

  Status Take(Result<std::vector<RunRecord>> runs, const std::string& path) {
    if (!runs.ok()) return runs.error();
    for (RunRecord& run : *runs) {
      if (Status plausible = CheckPlausible(run); !plausible.ok()) {
        const Error& error = plausible.error();
        return Error{error.code, path + ", run " + run.run_id + ": " + error.message, error.hint};
      }
      const auto [at, is_new] = by_id_.emplace(run.run_id, runs_.size());
      if (is_new) {
        runs_.push_back(std::move(run));
      } else {
        runs_[at->second] = std::move(run);
      }
    }
    return {};
  }

  std::vector<RunRecord> runs_;
  std::map<std::string, std::size_t> by_id_;
  std::vector<NamedText> standard_;
  std::vector<NamedText> output_;
  std::set<std::string> used_;
};

}  // namespace

Result<std::vector<RunRecord>> ImportFiles(const std::vector<std::string>& paths) {
  Importer importer;
  for (const std::string& path : paths) {
    if (Status added = importer.Add(path); !added.ok()) return added.error();
  }
  return importer.Finish();
}

}  // namespace jouleprint::record
