// The thread that asks, and what it shares with the run. It keeps what it needs alive by itself: where the
// network holds it longer than the farewell, it is left behind and ends when it may.
#include "carbon/live/feed.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <span>
#include <thread>
#include <utility>

#include "carbon/live/answer_cache.h"
#include "carbon/live/live_source.h"
#include "carbon/live/pace.h"
#include "os/chrono.h"
#include "os/clock.h"
#include "os/http.h"
#include "os/random.h"

namespace jouleprint::carbon {
namespace {

// Nobody's run looks further back; a longer one has asked on the way.
constexpr Seconds kLongestHistory{7 * 86400.0};
constexpr Seconds kLookAgain{0.5};  // while another process asks
constexpr std::size_t kMostProblems = 10;
// Giving up takes a few milliseconds; more only where a name is being looked up.
constexpr auto kFarewell = std::chrono::milliseconds{200};

std::uint32_t RandomSeed() {
  std::array<std::uint8_t, 4> bytes{};
  os::FillRandom(bytes);
  std::uint32_t seed = 0;
  for (const std::uint8_t byte : bytes) seed = seed << 8 | byte;
  return seed;
}

// What another try soon after will not change.
bool IsFinal(const Error& error) {
  return error.code == ErrorCode::kNotPermitted || error.code == ErrorCode::kInvalidArgument ||
         error.code == ErrorCode::kNotFound;
}

struct State {
  State(std::unique_ptr<LiveSource> its_source, const FeedOptions& options)
      : source(std::move(its_source)),
        cache(options.cache_folder, source->facts().cache_key),
        pace(source->facts().step, RandomSeed()),
        deadline(options.deadline),
        http_library(options.http_library),
        since(clock.Utc() + -std::min(options.history, kLongestHistory)) {}

  void Run();
  /// Asks, where it is time to; returns when to look again.
  UtcTime Once();
  UtcTime FirstUnsettled(const std::vector<LivePoint>& points) const;
  std::optional<UtcTime> WhenToAsk(const CachedAnswers& cached, UtcTime now) const;
  Result<LiveAnswer> Ask(UtcTime from, UtcTime now, std::optional<Seconds>* wanted);
  Status OpenClient();
  UtcTime TakeAnswer(const LiveAnswer& answer, CachedAnswers cached);
  UtcTime TakeFailure(const Error& error, std::optional<Seconds> wanted, CachedAnswers cached);
  void Publish(const CachedAnswers& cached);
  void Note(const std::string& problem);
  FeedNews News() const;
  bool IsStopping() const;

  os::SystemClock clock;

  // Of the thread alone.
  std::unique_ptr<LiveSource> source;
  AnswerCache cache;
  Pace pace;
  Seconds deadline;
  std::string http_library;
  UtcTime since;
  std::optional<UtcTime> not_before;  // as the cache has it, where there is one
  bool heard = false;                 // somebody has answered, if only by not answering

  mutable std::mutex mutex;
  mutable std::condition_variable changed;
  bool stopping = false;
  bool ended = false;
  bool asked_once = false;
  std::optional<os::HttpClient> client;  // made by the thread, given up by the owner
  CachedAnswers known;
  std::vector<std::string> problems;
};

void State::Run() {
  std::unique_lock lock(mutex);
  while (!stopping) {
    lock.unlock();
    const UtcTime next = Once();
    lock.lock();
    asked_once = heard;
    changed.notify_all();
    changed.wait_for(lock, os::ToChrono(std::min(next - clock.Utc(), kMostPause)),
                     [this] { return stopping; });
  }
  ended = true;
  changed.notify_all();
}

UtcTime State::Once() {
  const UtcTime now = clock.Utc();
  CachedAnswers cached = cache.Load(now);
  Publish(cached);
  if (const std::optional<UtcTime> when = WhenToAsk(cached, now)) {
    heard = heard || *when > now + kLookAgain;
    return *when;
  }
  const UtcTime from = std::max(FirstUnsettled(cached.answer.points), now + -kLongestHistory);
  cached.asking_until = now + std::min(deadline * 3, kLongestAsking);
  cache.Save(cached);
  cached.asking_until.reset();
  std::optional<Seconds> wanted;
  const Result<LiveAnswer> answer = Ask(from, now, &wanted);
  heard = true;
  return answer.ok() ? TakeAnswer(*answer, std::move(cached))
                     : TakeFailure(answer.error(), wanted, std::move(cached));
}

// What is settled need not be asked again.
UtcTime State::FirstUnsettled(const std::vector<LivePoint>& points) const {
  UtcTime from = since;
  for (const LivePoint& point : points) {
    if (point.estimated || point.time > from + point.step) break;
    from = std::max(from, point.time);
  }
  return from;
}

// Nothing: now.
std::optional<UtcTime> State::WhenToAsk(const CachedAnswers& cached, UtcTime now) const {
  if (not_before && *not_before > now) return not_before;
  const bool reaches_back = cached.since && *cached.since <= since + kMostPause;
  if (cached.next && *cached.next > now && (reaches_back || !cached.problem.empty())) return cached.next;
  if (cached.asking_until && *cached.asking_until > now) return now + kLookAgain;
  return std::nullopt;
}

Status State::OpenClient() {
  if (client) return {};
  Result<os::HttpClient> opened = os::HttpClient::Open(http_library);
  if (!opened.ok()) return opened.error();
  const std::scoped_lock lock(mutex);
  client.emplace(*std::move(opened));
  if (stopping) client->GiveUp();
  return {};
}

Result<LiveAnswer> State::Ask(UtcTime from, UtcTime now, std::optional<Seconds>* wanted) {
  if (Status open = OpenClient(); !open.ok()) return open.error();
  Asker asker(&*client, deadline);
  Result<LiveAnswer> answer = source->Ask(&asker, from, now);
  *wanted = asker.retry_after();
  return answer;
}

UtcTime State::TakeAnswer(const LiveAnswer& answer, CachedAnswers cached) {
  const UtcTime now = clock.Utc();
  if (cached.answer.kind != answer.kind) cached.answer = {answer.kind, {}};
  MergePoints(answer.points, now + -kLongestHistory, &cached.answer.points);
  cached.retrieved = now;
  cached.since = since;
  const LivePoint& newest = cached.answer.points.back();
  cached.next = pace.AfterAnswer(now, newest.time + newest.step);
  cached.problem.clear();
  cache.Save(cached);
  Publish(cached);
  not_before = cached.next;
  return *cached.next;
}

UtcTime State::TakeFailure(const Error& error, std::optional<Seconds> wanted, CachedAnswers cached) {
  if (IsStopping()) {  // given up by ourselves: whoever comes next may ask at once
    cache.Save(cached);
    return clock.Utc();
  }
  const UtcTime next = pace.AfterFailure(clock.Utc(), wanted, IsFinal(error));
  Note(error.ToString());
  // A key that is refused, or a library that is missing, is this process's affair: the next one may have
  // another. A publisher that is out of order is everybody's.
  if (!IsFinal(error) && error.code != ErrorCode::kNotPresent) {
    cached.next = next;
    cached.problem = error.ToString();
  }
  cache.Save(cached);
  not_before = next;
  return next;
}

void State::Publish(const CachedAnswers& cached) {
  if (!cached.problem.empty()) Note(cached.problem);
  const std::scoped_lock lock(mutex);
  // A cache that was lost or could not be written does not take away what this process has heard.
  if (!known.answer.points.empty() && known.answer.kind == cached.answer.kind) {
    MergePoints(cached.answer.points, known.answer.points.front().time, &known.answer.points);
  } else if (!cached.answer.points.empty()) {
    known.answer = cached.answer;
  }
  if (cached.retrieved) known.retrieved = std::max(cached.retrieved, known.retrieved);
}

void State::Note(const std::string& problem) {
  const std::scoped_lock lock(mutex);
  const bool told = std::find(problems.begin(), problems.end(), problem) != problems.end();
  if (!told && problems.size() < kMostProblems) problems.push_back(problem);
}

bool State::IsStopping() const {
  const std::scoped_lock lock(mutex);
  return stopping;
}

FeedNews State::News() const {
  const std::scoped_lock lock(mutex);
  const SourceFacts& facts = source->facts();
  FeedNews news;
  news.problems = problems;
  news.settled = facts.settled;
  news.estimated_spread = facts.estimated;
  if (known.retrieved) news.retrieved = known.retrieved->ToString();
  std::optional<LiveSeries> made =
      SeriesOf({facts.zone, known.answer.kind, facts.publisher + ", live"}, known.answer.points);
  if (!made) return news;
  news.series = std::move(made->series);
  news.estimated_steps = std::move(made->estimated);
  news.estimated =
      std::find(news.estimated_steps.begin(), news.estimated_steps.end(), true) != news.estimated_steps.end();
  return news;
}

class ThreadedFeed final : public IntensityFeed {
 public:
  explicit ThreadedFeed(std::shared_ptr<State> state) : state_(std::move(state)) {
    std::thread([shared = state_] { shared->Run(); }).detach();
  }
  ~ThreadedFeed() override {
    std::unique_lock lock(state_->mutex);
    state_->stopping = true;
    if (state_->client) state_->client->GiveUp();
    state_->changed.notify_all();
    state_->changed.wait_for(lock, kFarewell, [this] { return state_->ended; });
  }
  ThreadedFeed(const ThreadedFeed&) = delete;
  ThreadedFeed& operator=(const ThreadedFeed&) = delete;

  FeedNews News() const override { return state_->News(); }
  bool AwaitFirst(Seconds patience) const override {
    std::unique_lock lock(state_->mutex);
    return state_->changed.wait_for(lock, os::ToChrono(patience), [this] { return state_->asked_once; });
  }

 private:
  std::shared_ptr<State> state_;
};

}  // namespace

std::optional<Estimate> FeedNews::At(UtcTime time) const {
  const std::optional<GramsPerKwh> value = series ? series->At(time) : std::nullopt;
  if (!value) return std::nullopt;
  return (IsEstimated(time) ? estimated_spread : settled).Around(value->value());
}

bool FeedNews::IsEstimated(UtcTime time) const {
  if (!series || time < series->start() || time >= series->end()) return false;
  return estimated_steps[static_cast<std::size_t>((time - series->start()) / series->step())];
}

Result<std::unique_ptr<IntensityFeed>> IntensityFeed::Start(const FeedOptions& options) {
  const Result<SourceName> name = ParseSourceName(options.source);
  if (!name.ok()) return name.error();
  Result<std::unique_ptr<LiveSource>> source = MakeLiveSource(*name, options.zone);
  if (!source.ok()) return source.error();
  return std::unique_ptr<IntensityFeed>(
      std::make_unique<ThreadedFeed>(std::make_shared<State>(*std::move(source), options)));
}

}  // namespace jouleprint::carbon
