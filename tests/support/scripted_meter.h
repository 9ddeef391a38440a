// A meter that plays a script against a clock that the test moves by hand.
//
//   os::FakeClock clock;
//   auto owned = std::make_unique<ScriptedMeter>(std::vector{Counter("package-0")});
//   ScriptedMeter* meter = owned.get();
//   meter->Say({Counts(0), Counts(1000)});           // one row per read; the last is said for ever
//   Lane lane(std::move(owned), clock, Seconds{0.1});
//
// Read() itself allocates nothing, so that a test can count what the code around it allocates. A read
// can be made to hang until the test lets it go.
#ifndef JOULEPRINT_TESTS_SUPPORT_SCRIPTED_METER_H_
#define JOULEPRINT_TESTS_SUPPORT_SCRIPTED_METER_H_

#include <condition_variable>
#include <cstddef>
#include <initializer_list>
#include <mutex>
#include <string>
#include <vector>

#include "meters/meter.h"

namespace jouleprint::testing {

/// A counter of microjoules; `values` 0: it never wraps.
meters::DomainInfo Counter(const std::string& name, std::uint64_t values = 0);
meters::DomainInfo Gauge(const std::string& name);
/// A gauge that gives the mean since the read before.
meters::DomainInfo MeanGauge(const std::string& name);

/// Readings without their times, which the clock gives.
meters::Reading Counts(std::uint64_t counts);
meters::Reading Power(double watts);
meters::Reading Failed(meters::ReadState state);

/// `reading` as taken at the clock's time.
meters::Reading At(const os::Clock& clock, meters::Reading reading);

class ScriptedMeter final : public meters::Meter {
 public:
  explicit ScriptedMeter(std::vector<meters::DomainInfo> domains) : domains_(std::move(domains)) {}

  /// What the next reads say, for a meter of one domain.
  void Say(std::initializer_list<meters::Reading> readings);
  /// The same for several domains: row by row.
  void SayRow(std::vector<meters::Reading> row);
  /// Whether Reopen says that something came back; the next read says the next row either way.
  void SetReopens(bool works);
  int reopened() const;
  int reads() const;

  /// The next read, and all that follow, do not return before LetGo.
  void Hang();
  /// The same for Reopen.
  void HangInReopen();
  void LetGo();
  /// Blocks until a read or a Reopen hangs.
  void AwaitHanging();

  std::string name() const override { return "scripted"; }
  const std::vector<meters::DomainInfo>& domains() const override { return domains_; }
  void Keep(const std::vector<bool>& wanted) override { meters::KeepWanted(wanted, &domains_); }
  void Read(const os::Clock& clock, std::span<meters::Reading> out) noexcept override;
  bool Reopen() override;

 private:
  std::vector<meters::DomainInfo> domains_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::vector<meters::Reading>> rows_;
  std::size_t next_ = 0;
  int reads_ = 0;
  int reopened_ = 0;
  bool reopens_ = false;
  bool hangs_ = false;
  bool reopen_hangs_ = false;
  bool hanging_ = false;
};

}  // namespace jouleprint::testing

#endif  // JOULEPRINT_TESTS_SUPPORT_SCRIPTED_METER_H_
