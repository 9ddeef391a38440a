// The C ABI of trackers.
#include <unistd.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include <nlohmann/json.hpp>

#include "capi/border.h"
#include "capi/options.h"
#include "jouleprint/capi.h"
#include "jouleprint/tracker.h"
#include "record/json.h"
#include "record/tasks_json.h"

using jouleprint::Error;
using jouleprint::Result;
using jouleprint::Status;
using jouleprint::Tracker;

struct jp_tracker {
  std::unique_ptr<Tracker> tracker;
  pid_t pid = 0;
};

namespace jouleprint::capi {
namespace {

std::optional<std::int64_t> IfAbove(std::int64_t least, std::int64_t value) {
  return value < least ? std::nullopt : std::optional(value);
}

/// Runs `call` on the tracker, unless it is the parent process's.
template <class Call>
jp_status On(jp_tracker* tracker, const Call& call) noexcept {
  if (tracker != nullptr && tracker->pid != ::getpid()) return RefuseForked();
  return Guarded([&]() -> Status {
    if (Status there = Need(tracker, "tracker"); !there.ok()) return there;
    return call(*tracker->tracker);
  });
}

/// What a record, an epoch, ... is as JSON.
template <class T>
Status GiveJson(const Result<T>& thing, char** out) {
  if (!thing.ok()) return thing.error();
  if (out == nullptr) return {};
  return Give(record::ToJson(*thing), out);
}

}  // namespace
}  // namespace jouleprint::capi

namespace capi = jouleprint::capi;

jp_status jp_tracker_start(const char* options, jp_tracker** tracker) {
  return capi::Guarded([&]() -> Status {
    if (Status there = capi::Need(tracker, "tracker"); !there.ok()) return there;
    *tracker = nullptr;
    const Result<jouleprint::RunOptions> parsed = capi::ParseOptions(options);
    if (!parsed.ok()) return parsed.error();
    auto handle = std::make_unique<jp_tracker>();
    Result<std::unique_ptr<Tracker>> started = Tracker::Start(*parsed);
    if (!started.ok()) return started.error();
    handle->tracker = std::move(*started);
    handle->pid = ::getpid();
    *tracker = handle.release();
    return {};
  });
}

jp_status jp_tracker_begin_epoch(jp_tracker* tracker) {
  return capi::On(tracker, [](Tracker& on) { return on.BeginEpoch(); });
}

jp_status jp_tracker_end_epoch(jp_tracker* tracker, int64_t number, int32_t eval, char** epoch) {
  return capi::On(tracker, [&](Tracker& on) {
    return capi::GiveJson(on.EndEpoch(capi::IfAbove(1, number), eval != 0), epoch);
  });
}

jp_status jp_tracker_begin_task(jp_tracker* tracker, const char* name, int64_t parent, int64_t* task) {
  return capi::On(tracker, [&](Tracker& on) -> Status {
    if (Status there = capi::Need(name, "name"); !there.ok()) return there;
    if (Status there = capi::Need(task, "task"); !there.ok()) return there;
    const Result<std::int64_t> begun = on.BeginTask(name, capi::IfAbove(0, parent));
    if (!begun.ok()) return begun.error();
    *task = *begun;
    return {};
  });
}

jp_status jp_tracker_end_task(jp_tracker* tracker, int64_t task, char** record) {
  return capi::On(tracker, [&](Tracker& on) { return capi::GiveJson(on.EndTask(task), record); });
}

jp_status jp_tracker_log(jp_tracker* tracker, const char* metric, double value) {
  return capi::On(tracker, [&](Tracker& on) -> Status {
    if (Status there = capi::Need(metric, "metric"); !there.ok()) return there;
    return on.Log(metric, value);
  });
}

jp_status jp_tracker_tag(jp_tracker* tracker, const char* name, const char* value) {
  return capi::On(tracker, [&](Tracker& on) -> Status {
    if (Status there = capi::Need(name, "name"); !there.ok()) return there;
    if (Status there = capi::Need(value, "value"); !there.ok()) return there;
    return on.SetTag(name, value);
  });
}

jp_status jp_tracker_snapshot(jp_tracker* tracker, char** record) {
  return capi::On(tracker, [&](Tracker& on) -> Status {
    if (Status there = capi::Need(record, "record"); !there.ok()) return there;
    return capi::GiveJson(on.Snapshot(), record);
  });
}

jp_status jp_tracker_predict(jp_tracker* tracker, int64_t epochs, char** prediction) {
  return capi::On(tracker, [&](Tracker& on) -> Status {
    if (Status there = capi::Need(prediction, "prediction"); !there.ok()) return there;
    return capi::GiveJson(on.Predict(capi::IfAbove(1, epochs)), prediction);
  });
}

jp_status jp_tracker_notices(jp_tracker* tracker, char** notices) {
  return capi::On(tracker, [&](Tracker& on) -> Status {
    if (Status there = capi::Need(notices, "notices"); !there.ok()) return there;
    const nlohmann::json list = on.TakeNotices();
    return capi::Give(list.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace), notices);
  });
}

jp_status jp_tracker_stop(jp_tracker* tracker, char** record) {
  return capi::On(tracker, [&](Tracker& on) { return capi::GiveJson(on.Stop(), record); });
}

jp_status jp_tracker_kept(jp_tracker* tracker, char** answer) {
  return capi::On(tracker, [&](Tracker& on) -> Status {
    if (Status there = capi::Need(answer, "answer"); !there.ok()) return there;
    const std::string path = on.record_path();
    nlohmann::json kept{{"path", nullptr}};
    if (!path.empty()) kept["path"] = path;
    return capi::Give(kept.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace), answer);
  });
}

void jp_tracker_free(jp_tracker* tracker) {
  if (tracker == nullptr) return;
  static_cast<void>(capi::Guarded([&]() -> Status {
    delete tracker;
    return {};
  }));
}
