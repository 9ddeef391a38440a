#include "record/tasks_json.h"

#include "record/estimate_fields.h"
#include "record/json_fields.h"

namespace jouleprint::record {
namespace {

void BudgetFields(JsonWriter* json, const BudgetRecord& budget) {
  Text(json, "unit", budget.unit);
  Number(json, "limit", budget.limit);
  Number(json, "confidence", budget.confidence);
  Text(json, "action", budget.action);
  Text(json, "state", budget.state);
  OptionalNumber(json, "acted_at_s", budget.acted_at_s);
  Text(json, "outcome", budget.outcome);
  WriteEstimate(json, "saved", budget.saved);
}

// `before`: how many tasks began earlier. A task's parent is one of them, so that nobody who walks from task
// to parent can walk in a circle.
TaskRecord ReadTask(const FieldReader& from, std::size_t before) {
  TaskRecord task;
  task.name = from.Text("name");
  if (!from.IsNull("parent")) {
    task.parent = from.Integer("parent");
    if (*task.parent < 0 || *task.parent >= static_cast<std::int64_t>(before)) {
      from.Member("parent").Fail("is no index of a task before it");
    }
  }
  task.start_s = from.Number("start_s");
  task.end_s = from.Number("end_s");
  task.energy_kwh = ReadEstimate(from.Member("energy_kwh"));
  from.EachMember("domain_kwh", [&task](const std::string& domain, const FieldReader& energy) {
    task.domain_kwh[domain] = energy.AsNumber();
  });
  task.cpu_s = from.Number("cpu_s");
  return task;
}

PredictionRecord ReadPrediction(const FieldReader& from) {
  PredictionRecord prediction;
  prediction.epochs_seen = from.Integer("epochs_seen");
  prediction.epochs_total = from.Integer("epochs_total");
  prediction.at_s = from.Number("at_s");
  prediction.duration_s = ReadEstimate(from.Member("duration_s"));
  prediction.energy_kwh = ReadEstimate(from.Member("energy_kwh"));
  prediction.emissions_gco2e = ReadEstimate(from.Member("emissions_gco2e"));
  prediction.intensity = from.Text("intensity");
  return prediction;
}

BudgetRecord ReadBudget(const FieldReader& from) {
  BudgetRecord budget;
  budget.unit = from.Text("unit");
  budget.limit = from.Number("limit");
  budget.confidence = from.Number("confidence");
  budget.action = from.Text("action");
  budget.state = from.Text("state");
  budget.acted_at_s = from.OptionalNumber("acted_at_s");
  budget.outcome = from.Text("outcome");
  budget.saved = ReadOptionalEstimate(from, "saved");
  return budget;
}

template <class Fields>
std::string OneLine(Fields write_fields) {
  JsonWriter json;
  json.BeginObject();
  write_fields(&json);
  json.EndObject();
  return json.Take();
}

}  // namespace

void EpochFields(JsonWriter* json, const EpochRecord& epoch) {
  Integer(json, "epoch", epoch.epoch);
  Text(json, "kind", epoch.kind);
  Number(json, "start_s", epoch.start_s);
  Number(json, "end_s", epoch.end_s);
  Number(json, "duration_s", epoch.end_s - epoch.start_s);
  Number(json, "energy_kwh", epoch.energy_kwh);
}

void TaskFields(JsonWriter* json, const TaskRecord& task) {
  Text(json, "name", task.name);
  OptionalInteger(json, "parent", task.parent);
  Number(json, "start_s", task.start_s);
  Number(json, "end_s", task.end_s);
  Number(json, "duration_s", task.end_s - task.start_s);
  WriteEstimate(json, "energy_kwh", task.energy_kwh);
  json->Key("domain_kwh");
  json->BeginObject();
  for (const auto& [domain, energy] : task.domain_kwh) Number(json, domain, energy);
  json->EndObject();
  Number(json, "cpu_s", task.cpu_s);
}

void PredictionFields(JsonWriter* json, const PredictionRecord& prediction) {
  Integer(json, "epochs_seen", prediction.epochs_seen);
  Integer(json, "epochs_total", prediction.epochs_total);
  Number(json, "at_s", prediction.at_s);
  WriteEstimate(json, "duration_s", prediction.duration_s);
  WriteEstimate(json, "energy_kwh", prediction.energy_kwh);
  WriteEstimate(json, "emissions_gco2e", prediction.emissions_gco2e);
  Text(json, "intensity", prediction.intensity);
}

std::string ToJson(const EpochRecord& epoch) {
  return OneLine([&epoch](JsonWriter* json) { EpochFields(json, epoch); });
}

std::string ToJson(const TaskRecord& task) {
  return OneLine([&task](JsonWriter* json) { TaskFields(json, task); });
}

std::string ToJson(const PredictionRecord& prediction) {
  return OneLine([&prediction](JsonWriter* json) { PredictionFields(json, prediction); });
}

void WriteProgress(JsonWriter* json, const RunRecord& run) {
  ObjectArray(json, "epochs", run.epochs, [json](const EpochRecord& epoch) { EpochFields(json, epoch); });
  OptionalInteger(json, "epochs_expected", run.epochs_expected);
  ObjectArray(json, "tasks", run.tasks, [json](const TaskRecord& task) { TaskFields(json, task); });
  OptionalObject(json, "prediction", run.prediction,
                 [json](const PredictionRecord& it) { PredictionFields(json, it); });
  ObjectArray(json, "budgets", run.budgets, [json](const BudgetRecord& it) { BudgetFields(json, it); });
}

void ReadProgress(const FieldReader& from, RunRecord* run) {
  from.Each("epochs", [run](const FieldReader& epoch) {
    run->epochs.push_back({epoch.Integer("epoch"), epoch.Text("kind"), epoch.Number("start_s"),
                           epoch.Number("end_s"), epoch.Number("energy_kwh")});
  });
  if (!from.IsNull("epochs_expected")) run->epochs_expected = from.Integer("epochs_expected");
  if (!from.Lacks("tasks")) {
    from.Each("tasks",
              [run](const FieldReader& task) { run->tasks.push_back(ReadTask(task, run->tasks.size())); });
  }
  if (!from.Lacks("prediction")) run->prediction = ReadPrediction(from.Member("prediction"));
  if (!from.Lacks("budgets")) {
    from.Each("budgets", [run](const FieldReader& budget) { run->budgets.push_back(ReadBudget(budget)); });
  }
}

}  // namespace jouleprint::record
