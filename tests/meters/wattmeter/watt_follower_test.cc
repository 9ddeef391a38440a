// A meter that is followed while it answers, fails, comes back, hangs and lies about the time.
#include "meters/wattmeter/watt_follower.h"

#include <gmock/gmock.h>

#include <condition_variable>
#include <deque>
#include <functional>
#include <limits>
#include <memory>
#include <mutex>
#include <utility>

namespace jouleprint::meters {
namespace {

constexpr Seconds kLong{20};  // for what must happen; nothing waits so long

// What the test puts in comes out of Next, one after the other.
class Script {
 public:
  void Say(Result<WattSample> answer) {
    const std::scoped_lock lock(mutex_);
    answers_.push_back(std::move(answer));
    changed_.notify_all();
  }
  void Say(double watts, std::optional<UtcTime> at = {}) {
    Say(WattSample{.power = Watts{watts}, .total_energy = {}, .at = at});
  }
  void Fail() { Say(Error{ErrorCode::kIo, "the plug does not answer", "is it on?"}); }
  void LetGo() {
    const std::scoped_lock lock(mutex_);
    over_ = true;
    changed_.notify_all();
  }

  Result<WattSample> Next() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return over_ || !answers_.empty(); });
    if (answers_.empty()) return Error{ErrorCode::kIo, "over", ""};
    Result<WattSample> answer = answers_.front();
    answers_.pop_front();
    return answer;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Result<WattSample>> answers_;
  bool over_ = false;
};

class ScriptedSource final : public WattSource {
 public:
  explicit ScriptedSource(std::shared_ptr<Script> script) : script_(std::move(script)) {}
  Result<WattSample> Next(Seconds) override { return script_->Next(); }
  DomainInfo Describe() const override {
    DomainInfo info;
    info.name = "wall";
    return info;
  }
  Seconds period() const override { return Seconds{0.001}; }

 private:
  std::shared_ptr<Script> script_;
};

class WattFollowerTest : public ::testing::Test {
 protected:
  ~WattFollowerTest() override { script_->LetGo(); }

  std::unique_ptr<WattFollower> Follow(double gain = 1) {
    return std::make_unique<WattFollower>(
        [script = script_]() -> Result<std::unique_ptr<WattSource>> {
          return std::unique_ptr<WattSource>(std::make_unique<ScriptedSource>(script));
        },
        gain, std::nullopt);
  }
  os::BootTime Soon() const { return clock_.Boot() + kLong; }
  UtcTime Ago(double seconds) const { return began_ + Seconds{-seconds}; }
  bool Await(const std::function<bool()>& what) const {
    for (const os::BootTime until = Soon(); clock_.Boot() < until; os::Sleep(Seconds{0.001})) {
      if (what()) return true;
    }
    return false;
  }

  os::SystemClock clock_;
  const UtcTime began_ = clock_.Utc();
  std::shared_ptr<Script> script_ = std::make_shared<Script>();
};

TEST_F(WattFollowerTest, HoldsTheSumOverTheSamplesOwnTimes) {
  const auto follower = Follow(2);
  script_->Say(100, Ago(5));
  EXPECT_EQ(follower->AwaitFirst(Soon())->name, "wall");
  const WattPoint start = follower->view().last;
  script_->Say(200, Ago(4));
  script_->Say(200, Ago(3.5));
  ASSERT_TRUE(Await([&] { return follower->view().last.at - start.at > Seconds{1.25}; }));
  const WattPoint end = follower->view().last;
  EXPECT_NEAR((end.at - start.at).value(), 1.5, 1e-2);
  EXPECT_NEAR(static_cast<double>(end.counts - start.counts) * kJoulesPerWattCount, 2 * (150 + 100), 10);
}

TEST_F(WattFollowerTest, IsGoneAfterSomeFailuresAndComesBackByItself) {
  const auto follower = Follow();
  script_->Say(100);
  ASSERT_TRUE(follower->AwaitFirst(Soon()).ok());
  script_->Fail();
  ASSERT_TRUE(Await([&] { return follower->faults().failures == 1; }));
  EXPECT_FALSE(follower->view().gone);
  script_->Fail();
  script_->Fail();
  ASSERT_TRUE(Await([&] { return follower->view().gone; }));
  const os::BootTime last = follower->view().last.at;
  script_->Say(100);
  ASSERT_TRUE(Await([&] { return !follower->view().gone; }));
  EXPECT_GT(follower->view().last.at, last);
}

TEST_F(WattFollowerTest, CountsWhatItDoesNotTake) {
  const auto follower = Follow();
  script_->Say(50, Ago(3600));
  script_->Say(100, Ago(5));
  script_->Say(100, Ago(5));
  script_->Say(100, Ago(6));
  script_->Say(-1, Ago(4));
  script_->Say(100, Ago(-3600));
  script_->Say(100, Ago(4));
  const os::BootTime four_seconds_ago = clock_.Boot() + Seconds{-4.5};
  ASSERT_TRUE(Await([&] { return follower->view().last.at > four_seconds_ago; }))
      << "nonsense must not keep a good reading of the same moment out";
  const WattFaults faults = follower->faults();
  EXPECT_EQ(faults.from_future, 1);
  EXPECT_EQ(faults.too_old, 1);
  EXPECT_EQ(faults.not_newer, 2);
  EXPECT_EQ(faults.nonsense, 1);
  EXPECT_EQ(faults.failures, 0);
}

TEST_F(WattFollowerTest, SaysWhyNothingCame) {
  const os::BootTime now = clock_.Boot();
  const auto silent = Follow();
  EXPECT_THAT(silent->AwaitFirst(now).error().message, ::testing::HasSubstr("nothing came"));
  script_->Say(100, Ago(3600));
  ASSERT_TRUE(Await([&] { return silent->faults().too_old == 1; }));
  EXPECT_THAT(silent->AwaitFirst(now).error().message, ::testing::HasSubstr(Ago(3600).ToString()));
  script_->Say(100, Ago(-3600));
  ASSERT_TRUE(Await([&] { return silent->faults().from_future == 1; }));
  EXPECT_THAT(silent->AwaitFirst(now).error().hint, ::testing::HasSubstr("NTP"));
  script_->Fail();
  ASSERT_TRUE(Await([&] { return silent->faults().failures == 1; }));
  EXPECT_EQ(silent->AwaitFirst(now).error().message, "the plug does not answer");
}

TEST_F(WattFollowerTest, ARefusalIsNotWaitedOut) {
  const auto follower = Follow();
  script_->Say(Error{ErrorCode::kNotPermitted, "wants a password", "give it"});
  // Would wait for ever, were it waited out.
  const os::BootTime never{std::numeric_limits<std::int64_t>::max() / 4};
  EXPECT_EQ(follower->AwaitFirst(never).error().code, ErrorCode::kNotPermitted);
}

TEST_F(WattFollowerTest, AMeterThatHangsIsLeftBehind) {
  auto follower = Follow();
  script_->Say(100);
  ASSERT_TRUE(follower->AwaitFirst(Soon()).ok());
  follower.reset();  // returns, though Next does not
  script_->LetGo();
}

}  // namespace
}  // namespace jouleprint::meters
