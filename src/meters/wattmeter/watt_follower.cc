#include "meters/wattmeter/watt_follower.h"
#include "os/chrono.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

namespace jouleprint::meters {
namespace {

// A meter that is pushed to is asked in slices as short as this, so that it stops soon.
constexpr Seconds kPushedPatience{0.1};
// A device in the same building answers in tens of milliseconds; one that takes longer than this is late
// for the next look as well.
constexpr Seconds kShortestPatience{2};
constexpr int kFailuresUntilGone = 3;
constexpr Seconds kMostRarely{10};  // that a meter which fails is asked again
// Two clocks that are both kept by NTP agree to well within this.
constexpr Seconds kClocksAgree{5};
// A sample of before the follower began is still "now" for so long, in periods and at least.
constexpr double kRecentPeriods = 3;
constexpr Seconds kRecent{10};
constexpr auto kFarewell = std::chrono::milliseconds{500};

// Where another clock's time lies on ours. A thread that is held up between two looks at the clocks looks
// again.
os::BootTime BootTimeOf(UtcTime time, const os::Clock& clock) {
  constexpr Seconds kClose{1e-4};
  constexpr int kTries = 5;
  os::BootTime at;
  for (int i = 0; i < kTries; ++i) {
    const os::BootTime before = clock.Boot();
    at = before + (time - clock.Utc());
    if (clock.Boot() - before < kClose) break;
  }
  return at;
}

}  // namespace

struct WattFollower::State {
  Opener open;
  double gain = 1;
  std::optional<Seconds> wanted_period;
  os::SystemClock clock;
  os::BootTime began;

  // Of the thread alone.
  std::unique_ptr<WattSource> source;
  std::optional<WattIntegral> integral;

  mutable std::mutex mutex;
  std::condition_variable changed;
  bool stopping = false;
  bool ended = false;
  int failures_in_a_row = 0;
  WattView view;
  WattFaults faults;
  Seconds period{1};
  std::optional<DomainInfo> info;
  std::optional<Error> last_error;
  std::optional<UtcTime> newest_old;
  std::optional<UtcTime> last_stamp;

  void Run();
  Seconds Once();
  Status OpenSource();
  void Take(const WattSample& sample, os::BootTime now);
  std::optional<os::BootTime> WhenTrue(const WattSample& sample, os::BootTime now);
  Seconds NoteFailure(const Error& error);
  bool IsRefused() const;
  Error WhyNothing() const;
};

void WattFollower::State::Run() {
  std::unique_lock lock(mutex);
  auto next = std::chrono::steady_clock::now();
  while (!stopping) {
    lock.unlock();
    const Seconds pause = Once();
    lock.lock();
    // On the beat, so that a slow answer does not make the beat slower; missed beats are not made up for.
    next = std::max(next + os::ToChrono(pause), std::chrono::steady_clock::now());
    if (pause > Seconds{0}) changed.wait_until(lock, next, [this] { return stopping; });
  }
  lock.unlock();
  source.reset();  // may say goodbye to its device
  lock.lock();
  ended = true;
  changed.notify_all();
}

// Asks once; returns how long to wait before the next time.
Seconds WattFollower::State::Once() {
  if (!source) {
    const Status opened = OpenSource();
    if (!opened.ok()) return NoteFailure(opened.error());
  }
  const bool pushed = source->is_pushed();
  const Result<WattSample> sample =
      source->Next(pushed ? kPushedPatience : std::max(kShortestPatience, period));
  if (!sample.ok()) return NoteFailure(sample.error());
  Take(*sample, clock.Boot());
  return pushed ? Seconds{0} : period;
}

Status WattFollower::State::OpenSource() {
  Result<std::unique_ptr<WattSource>> opened = open();
  if (!opened.ok()) return opened.error();
  source = std::move(*opened);
  const std::scoped_lock lock(mutex);
  period = wanted_period.value_or(source->period());
  return {};
}

Seconds WattFollower::State::NoteFailure(const Error& error) {
  const std::scoped_lock lock(mutex);
  ++faults.failures;
  ++failures_in_a_row;
  view.gone = failures_in_a_row >= kFailuresUntilGone;
  last_error = error;
  changed.notify_all();
  return std::min(period * failures_in_a_row, std::max(period, kMostRarely));
}

std::optional<os::BootTime> WattFollower::State::WhenTrue(const WattSample& sample, os::BootTime now) {
  if (!sample.at) return now;
  // Taken to this machine's clock, two copies of one moment would differ by a little.
  if (sample.at == last_stamp) {
    ++faults.not_newer;
    return std::nullopt;
  }
  const os::BootTime at = BootTimeOf(*sample.at, clock);
  if (at - now > kClocksAgree) {
    ++faults.from_future;
    return std::nullopt;
  }
  if (began - at > std::max(kRecent, period * kRecentPeriods)) {
    ++faults.too_old;
    newest_old = std::max(newest_old.value_or(*sample.at), *sample.at);
    return std::nullopt;
  }
  return std::min(at, now);
}

void WattFollower::State::Take(const WattSample& sample, os::BootTime now) {
  std::optional<DomainInfo> described;
  if (!integral) {
    described = source->Describe();
    integral.emplace(period, Joules{described->joules_per_count}, gain);
  }
  const std::scoped_lock lock(mutex);
  failures_in_a_row = 0;
  view.gone = false;
  last_error.reset();
  if (described) info = std::move(described);
  const std::optional<os::BootTime> at = WhenTrue(sample, now);
  if (!at) return;
  const WattIntegral::Verdict verdict = integral->Add(sample, *at);
  faults.nonsense += verdict == WattIntegral::Verdict::kNonsense;
  faults.not_newer += verdict == WattIntegral::Verdict::kNotNewer;
  faults.restarts += verdict == WattIntegral::Verdict::kRestarted;
  // What was not taken must not stand in the way of a good reading of the same moment.
  const bool taken =
      verdict != WattIntegral::Verdict::kNonsense && verdict != WattIntegral::Verdict::kNotNewer;
  if (taken) last_stamp = sample.at;
  if (!integral->started()) return;
  view.started = true;
  view.just_before = integral->just_before();
  view.last = integral->last();
  view.power = integral->power();
  changed.notify_all();
}

// What waiting does not change; a device that does not answer now may in a moment.
bool WattFollower::State::IsRefused() const {
  return last_error &&
         (last_error->code == ErrorCode::kNotPermitted || last_error->code == ErrorCode::kInvalidArgument);
}

Error WattFollower::State::WhyNothing() const {
  if (last_error) return *last_error;
  if (faults.from_future > 0) {
    return {ErrorCode::kRefused,
            "its values are of a time still to come: its clock and this machine's disagree",
            "set both clocks by NTP; of a log in local time, give its zone: ?tz=+02:00"};
  }
  if (newest_old) {
    return {
        ErrorCode::kRefused, "its newest value is of " + newest_old->ToString() + " and none of now",
        "start what writes it before the run, and have it write each line at once (stdbuf -oL); of a log in "
        "local time, give its zone: ?tz=+02:00"};
  }
  if (faults.nonsense > 0) {
    return {ErrorCode::kRefused, "its values are no power that a machine draws (0 to 50 kW)",
            "check its unit: gain=0.001 makes watts of milliwatts"};
  }
  return {ErrorCode::kNotPresent, "nothing came from it yet",
          "start what writes to it before the run, and have it write each line at once (stdbuf -oL)"};
}

WattFollower::WattFollower(Opener open, double gain, std::optional<Seconds> period)
    : state_(std::make_shared<State>()) {
  state_->open = std::move(open);
  state_->gain = gain;
  state_->wanted_period = period;
  state_->period = period.value_or(Seconds{1});
  state_->began = state_->clock.Boot();
  std::thread([state = state_] { state->Run(); }).detach();
}

WattFollower::~WattFollower() {
  std::unique_lock lock(state_->mutex);
  state_->stopping = true;
  state_->changed.notify_all();
  state_->changed.wait_for(lock, kFarewell, [this] { return state_->ended; });
}

Result<DomainInfo> WattFollower::AwaitFirst(os::BootTime until) {
  std::unique_lock lock(state_->mutex);
  const Seconds patience = until - state_->clock.Boot();
  state_->changed.wait_for(lock, os::ToChrono(patience),
                           [this] { return state_->view.started || state_->IsRefused(); });
  if (state_->view.started) return *state_->info;
  return state_->WhyNothing();
}

WattView WattFollower::view() const noexcept {
  const std::scoped_lock lock(state_->mutex);
  return state_->view;
}

WattFaults WattFollower::faults() const {
  const std::scoped_lock lock(state_->mutex);
  return state_->faults;
}

Seconds WattFollower::period() const {
  const std::scoped_lock lock(state_->mutex);
  return state_->period;
}

}  // namespace jouleprint::meters
