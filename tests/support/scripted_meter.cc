#include "support/scripted_meter.h"

#include <utility>

namespace jouleprint::testing {

meters::DomainInfo Counter(const std::string& name, std::uint64_t values) {
  meters::DomainInfo info;
  info.name = name;
  info.component = Component::kCpu;
  info.kind = meters::ReadingKind::kCounter;
  info.basis = Basis::kCounter;
  info.source = "script";
  info.joules_per_count = 1e-6;
  info.counter_values = values;
  return info;
}

meters::DomainInfo Gauge(const std::string& name) {
  meters::DomainInfo info;
  info.name = name;
  info.component = Component::kGpu;
  info.kind = meters::ReadingKind::kGauge;
  info.basis = Basis::kSampled;
  info.source = "script";
  return info;
}

meters::DomainInfo MeanGauge(const std::string& name) {
  meters::DomainInfo info = Gauge(name);
  info.mean_since_last_read = true;
  return info;
}

meters::Reading Counts(std::uint64_t counts) {
  meters::Reading reading;
  reading.state = meters::ReadState::kOk;
  reading.counts = counts;
  return reading;
}

meters::Reading Power(double watts) {
  meters::Reading reading;
  reading.state = meters::ReadState::kOk;
  reading.watts = watts;
  return reading;
}

meters::Reading Failed(meters::ReadState state) {
  meters::Reading reading;
  reading.state = state;
  return reading;
}

meters::Reading At(const os::Clock& clock, meters::Reading reading) {
  reading.before = reading.after = clock.Boot();
  return reading;
}

void ScriptedMeter::Say(std::initializer_list<meters::Reading> readings) {
  for (const meters::Reading& reading : readings) SayRow({reading});
}

void ScriptedMeter::SayRow(std::vector<meters::Reading> row) {
  const std::scoped_lock lock(mutex_);
  rows_.push_back(std::move(row));
}

void ScriptedMeter::SetReopens(bool works) {
  const std::scoped_lock lock(mutex_);
  reopens_ = works;
}

int ScriptedMeter::reopened() const {
  const std::scoped_lock lock(mutex_);
  return reopened_;
}

int ScriptedMeter::reads() const {
  const std::scoped_lock lock(mutex_);
  return reads_;
}

void ScriptedMeter::Hang() {
  const std::scoped_lock lock(mutex_);
  hangs_ = true;
}

void ScriptedMeter::HangInReopen() {
  const std::scoped_lock lock(mutex_);
  reopen_hangs_ = true;
}

void ScriptedMeter::LetGo() {
  const std::scoped_lock lock(mutex_);
  hangs_ = reopen_hangs_ = false;
  changed_.notify_all();
}

void ScriptedMeter::AwaitHanging() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return hanging_; });
}

void ScriptedMeter::Read(const os::Clock& clock, std::span<meters::Reading> out) noexcept {
  std::unique_lock lock(mutex_);
  ++reads_;
  if (hangs_) {
    hanging_ = true;
    changed_.notify_all();
    changed_.wait(lock, [this] { return !hangs_; });
    hanging_ = false;
  }
  for (std::size_t i = 0; i < out.size() && !rows_.empty(); ++i) out[i] = At(clock, rows_[next_][i]);
  if (next_ + 1 < rows_.size()) ++next_;
}

bool ScriptedMeter::Reopen() {
  std::unique_lock lock(mutex_);
  ++reopened_;
  if (reopen_hangs_) {
    hanging_ = true;
    changed_.notify_all();
    changed_.wait(lock, [this] { return !reopen_hangs_; });
    hanging_ = false;
  }
  return reopens_;
}

}  // namespace jouleprint::testing
