// The job's output on its way to where it would have gone, with a copy for us.
//
// A process of its own passes the bytes on unchanged and at once, so that the job lives on with its
// output intact when jouleprint is killed. Where the output goes to a terminal the job gets a
// terminal (a raw pseudo-terminal of the same size); where it goes elsewhere, a pipe. Output and
// error that go to one place share one channel, so that their order is kept. The copy is dropped
// rather than delay the job.
#ifndef JOULEPRINT_OS_RELAY_H_
#define JOULEPRINT_OS_RELAY_H_

#include <sys/types.h>

#include <array>
#include <string>

#include "jouleprint/result.h"
#include "jouleprint/units.h"
#include "os/file.h"

namespace jouleprint::os {

class OutputRelay {
 public:
  /// Starts the passing process. Called while this process has one thread.
  static Result<OutputRelay> Start();

  /// What the job gets as its standard output and error.
  int job_stdout() const { return job_ends_[0].fd(); }
  int job_stderr() const { return job_ends_[1].is_open() ? job_ends_[1].fd() : job_ends_[0].fd(); }
  /// Called when the job has been started: from then on only the job holds those ends.
  void CloseJobEnds();

  /// Readable when a copy waits; copies of output and error come mixed in order of arrival. -1 when the
  /// output has ended and no more will come.
  int copy_fd() const { return copy_.fd(); }
  /// The next piece of the copy; empty when none waits.
  std::string TakeCopy();
  pid_t pid() const { return pid_; }
  /// Waits until all that the job has written so far is passed on, `patience` at most.
  void Flush(Seconds patience);

 private:
  OutputRelay() = default;
  std::array<File, 2> job_ends_;
  File copy_;
  File control_;
  pid_t pid_ = 0;
};

}  // namespace jouleprint::os

#endif  // JOULEPRINT_OS_RELAY_H_
