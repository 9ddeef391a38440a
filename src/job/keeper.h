// Where a run's record goes while it runs and when it ends, and what happens when it cannot go there.
//
// A run is never lost for want of a database: when the store cannot be written, the record is written
// as JSON into a folder of the user's in the temporary directory, and the reason is said.
#ifndef JOULEPRINT_JOB_KEEPER_H_
#define JOULEPRINT_JOB_KEEPER_H_

#include <memory>
#include <string>
#include <vector>

#include "jouleprint/record.h"
#include "jouleprint/result.h"
#include "jouleprint/run.h"
#include "jouleprint/store.h"

namespace jouleprint::job {

class Keeper {
 public:
  /// A store that the user named must open; the default one may fail, and `notices` says so.
  static Result<Keeper> Open(const RunOptions& options, std::vector<std::string>* notices);

  /// The run as it is now, marked as being written by this process.
  void Checkpoint(const RunRecord& run, const PowerSeries* series);
  /// The finished run. Returns where it is; empty when it could be kept nowhere, said in `notices`.
  std::string Finish(const RunRecord& run, const PowerSeries& series, std::vector<std::string>* notices);

 private:
  Keeper() = default;
  bool keep_ = true;
  std::string path_;
  std::unique_ptr<Store> store_;
  Writer writer_;
};

/// Marks runs whose writer was killed as recovered; a sentence for each. Called wherever a store is opened.
std::vector<std::string> RecoverRuns(Store* store);

}  // namespace jouleprint::job

#endif  // JOULEPRINT_JOB_KEEPER_H_
