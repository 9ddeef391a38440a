#include <unistd.h>

#include "cli/commands.h"
#include "cli/screen.h"
#include "job/keeper.h"
#include "jouleprint/store.h"
#include "record/import/import_files.h"
#include "record/json.h"
#include "record/merge.h"
#include "report/report.h"
#include "report/runs_table.h"

namespace jouleprint::cli {
namespace {

// Opens the store and says which runs it had to recover.
Result<std::unique_ptr<Store>> Open(const Arguments& arguments) {
  const std::string& path = arguments.run.store_path;
  Result<std::unique_ptr<Store>> store = OpenStore(path.empty() ? DefaultStorePath() : path);
  if (!store.ok()) return store;
  for (const std::string& sentence : job::RecoverRuns(store->get())) Complain(sentence);
  return store;
}

Result<std::vector<RunRecord>> FindAll(Store* store, const std::vector<std::string>& names) {
  std::vector<RunRecord> found;
  for (const std::string& name : names) {
    Result<RunRecord> run = store->Find(name);
    if (!run.ok()) return run.error();
    found.push_back(std::move(*run));
  }
  return found;
}

// What was merged of the group already is no part of it.
Result<std::vector<RunRecord>> FindGroup(Store* store, const std::string& group) {
  const Result<std::vector<RunSummary>> list = store->List({.group = group});
  if (!list.ok()) return list.error();
  std::vector<RunRecord> found;
  for (const RunSummary& summary : *list) {
    Result<RunRecord> run = store->Find(summary.run_id);
    if (!run.ok()) return run.error();
    if (run->merged_from.empty()) found.push_back(std::move(*run));
  }
  if (found.empty()) {
    return Error{ErrorCode::kInvalidArgument, "no run has the group '" + group + "'",
                 "see the groups with 'jouleprint runs list'"};
  }
  return found;
}

Result<std::vector<std::string>> NamesToExport(Store* store, const Arguments& arguments) {
  if (!arguments.all && arguments.runs.empty()) {
    return Error{ErrorCode::kInvalidArgument, "no run named", "name one ('last'), or --all"};
  }
  if (!arguments.all) return arguments.runs;
  const Result<std::vector<RunSummary>> list = store->List({});
  if (!list.ok()) return list.error();
  std::vector<std::string> ids;
  for (auto run = list->rbegin(); run != list->rend(); ++run) ids.push_back(run->run_id);
  return ids;
}

int SayCount(const Arguments& arguments, const std::string& verb, std::size_t count) {
  if (arguments.json) return Deliver({}, "{\"" + verb + "\": " + std::to_string(count) + "}\n");
  return Deliver({}, verb + " " + std::to_string(count) + (count == 1 ? " run\n" : " runs\n"));
}

}  // namespace

int RunsList(const Arguments& arguments) {
  Result<std::unique_ptr<Store>> store = Open(arguments);
  if (!store.ok()) return Fail(store.error());
  const auto runs = (*store)->List({arguments.project, arguments.limit, arguments.group});
  if (!runs.ok()) return Fail(runs.error());
  return Deliver({},
                 arguments.json ? report::RunsJson(*runs) : report::RunsTable(*runs, StyleOf(STDOUT_FILENO)));
}

int RunsShow(const Arguments& arguments) {
  Arguments as_report = arguments;
  as_report.format = arguments.json ? "json" : "text";
  return Report(as_report);
}

int RunsExport(const Arguments& arguments) {
  Result<std::unique_ptr<Store>> store = Open(arguments);
  if (!store.ok()) return Fail(store.error());
  const Result<std::vector<std::string>> names = NamesToExport(store->get(), arguments);
  if (!names.ok()) return Fail(names.error());
  const Result<std::vector<RunRecord>> runs = FindAll(store->get(), *names);
  if (!runs.ok()) return Fail(runs.error());
  std::string lines;
  for (const RunRecord& run : *runs) lines += record::ToJson(run) + "\n";
  return Deliver(arguments.output, lines);
}

int RunsImport(const Arguments& arguments) {
  const Result<std::vector<RunRecord>> records = record::ImportFiles(arguments.runs);
  if (!records.ok()) return Fail(records.error());
  Result<std::unique_ptr<Store>> store = Open(arguments);
  if (!store.ok()) return Fail(store.error());
  for (const RunRecord& run : *records) {
    if (Status saved = (*store)->Save(run); !saved.ok()) return Fail(saved.error());
  }
  return SayCount(arguments, "imported", records->size());
}

int RunsMerge(const Arguments& arguments) {
  Result<std::unique_ptr<Store>> store = Open(arguments);
  if (!store.ok()) return Fail(store.error());
  Result<std::vector<RunRecord>> parts = FindAll(store->get(), arguments.runs);
  if (!parts.ok()) return Fail(parts.error());
  if (!arguments.group.empty()) {
    Result<std::vector<RunRecord>> members = FindGroup(store->get(), arguments.group);
    if (!members.ok()) return Fail(members.error());
    parts->insert(parts->end(), members->begin(), members->end());
  }
  const Result<RunRecord> merged = record::Merge(std::move(*parts), {arguments.run.name, arguments.group});
  if (!merged.ok()) return Fail(merged.error());
  if (Status saved = (*store)->Save(*merged); !saved.ok()) return Fail(saved.error());
  const auto format = arguments.json ? report::Format::kJson : report::Format::kText;
  const Result<std::string> text = report::Render({*merged}, {std::nullopt}, format, StyleOf(STDOUT_FILENO));
  return text.ok() ? Deliver({}, *text) : Fail(text.error());
}

int RunsRemove(const Arguments& arguments) {
  Result<std::unique_ptr<Store>> store = Open(arguments);
  if (!store.ok()) return Fail(store.error());
  // All are found before the first goes: a misspelt name removes nothing.
  const Result<std::vector<RunRecord>> runs = FindAll(store->get(), arguments.runs);
  if (!runs.ok()) return Fail(runs.error());
  for (const RunRecord& run : *runs) {
    if (Status removed = (*store)->Remove(run.run_id); !removed.ok()) return Fail(removed.error());
  }
  return SayCount(arguments, "removed", runs->size());
}

int Report(const Arguments& arguments) {
  const auto format = report::FormatFromName(arguments.json ? "json" : arguments.format);
  if (!format) {
    return Fail({ErrorCode::kInvalidArgument, "--format '" + arguments.format + "' is not known",
                 "choose one of text, markdown, csv, json"});
  }
  Result<std::unique_ptr<Store>> store = Open(arguments);
  if (!store.ok()) return Fail(store.error());
  const Result<std::vector<RunRecord>> runs = FindAll(store->get(), arguments.runs);
  if (!runs.ok()) return Fail(runs.error());
  std::vector<std::optional<PowerSeries>> series;
  for (const RunRecord& run : *runs) {
    Result<std::optional<PowerSeries>> one = (*store)->FindSeries(run.run_id);
    series.push_back(one.ok() ? std::move(*one) : std::nullopt);
  }
  const Result<std::string> text = report::Render(*runs, series, *format, StyleOf(STDOUT_FILENO));
  return text.ok() ? Deliver(arguments.output, *text) : Fail(text.error());
}

}  // namespace jouleprint::cli
