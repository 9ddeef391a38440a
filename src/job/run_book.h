// The record of a run as it grows, whoever measures: a command that was started (session.h) or the process
// that we are a guest in (tracker.h). Owns what the record is made with, but for the meters: the place, the
// prices, the store, the files that were asked for.
//
//   Result<RunBook> book = RunBook::Open(options, &notices);   // refuses all that can be refused early
//   book->Describe(measurement);
//   book->Begin(measurement);
//   ... book->BringUpToNow(measurement, users); book->record().epochs = ...; book->AddUp(own_cpu);
//   book->CheckpointIfDue(measurement);
//   book->Finish(measurement, &notices);
//
// Used by one thread at a time.
#ifndef JOULEPRINT_JOB_RUN_BOOK_H_
#define JOULEPRINT_JOB_RUN_BOOK_H_

#include <optional>
#include <string>
#include <vector>

#include "job/keeper.h"
#include "job/measurement.h"
#include "job/place.h"
#include "job/pricing.h"
#include "jouleprint/record.h"
#include "jouleprint/run.h"
#include "sampling/trace_event.h"

namespace jouleprint::job {

class RunBook {
 public:
  /// kInvalidArgument for a place, a price, a store or a file that cannot be used. `notices` gets what a
  /// person should know before the run.
  static Result<RunBook> Open(const RunOptions& options, std::vector<std::string>* notices);
  /// Asks a live source of intensity, where one is wanted, on a thread of its own.
  Status StartFeed() { return pricing_.StartFeed(); }

  /// What is known before the run starts.
  void Describe(const Measurement& measurement);
  /// The run has started.
  void Begin(const Measurement& measurement);

  /// Brings the figures that follow from the meters, and their prices, up to now. What is told from
  /// elsewhere (epochs, tasks, metrics, budgets) is then put into record(), and AddUp ends it.
  void BringUpToNow(const Measurement& measurement, const sampling::UsersEvent& users);
  /// `own_cpu`: CPU time that measuring has cost.
  void AddUp(Seconds own_cpu);

  /// True when so much time has passed that a run that is killed now would lose too much.
  bool CheckpointDue(Seconds elapsed) const { return elapsed >= next_checkpoint_; }
  /// Keeps the record as it is, and now and then the power over time.
  void Checkpoint(const Measurement& measurement) { Keep(TakeCheckpoint(measurement)); }
  /// Its two halves, for who must not hold a lock over the second: that one touches nothing but the store.
  struct KeptState {
    RunRecord record;
    std::optional<PowerSeries> series;
  };
  KeptState TakeCheckpoint(const Measurement& measurement);
  void Keep(const KeptState& state) {
    keeper_.Checkpoint(state.record, state.series ? &*state.series : nullptr);
  }

  /// Before the last BringUpToNow: what the store knows of the prices over the run's time.
  void LookInStore(UtcTime end);
  /// Keeps the finished record and writes the files. Returns where it is kept, "" nowhere.
  std::string Finish(const Measurement& measurement, std::vector<std::string>* notices);

  const Place& place() const { return place_; }
  const Pricing& pricing() const { return pricing_; }
  RunRecord& record() { return record_; }
  const RunRecord& record() const { return record_; }
  /// What has been used so far, without the record's details.
  RunProgress Progress(const Measurement& measurement) const;

 private:
  RunBook(const RunOptions& options, Place place, Pricing pricing, Keeper keeper);
  void WriteFiles(const PowerSeries& series, std::vector<std::string>* notices) const;

  RunOptions options_;
  Place place_;
  Pricing pricing_;
  Keeper keeper_;
  RunRecord record_;
  Seconds next_checkpoint_{0};
  Seconds next_series_{0};
};

}  // namespace jouleprint::job

#endif  // JOULEPRINT_JOB_RUN_BOOK_H_
