// What budgets do to a job, behind an interface so that what they decide can be tested without processes.
#ifndef JOULEPRINT_JOB_BUDGET_JOB_CONTROL_H_
#define JOULEPRINT_JOB_BUDGET_JOB_CONTROL_H_

#include <sys/types.h>

#include <string>
#include <vector>

#include "jouleprint/result.h"

namespace jouleprint::job {

class JobControl {
 public:
  virtual ~JobControl() = default;

  virtual void SignalCommand(int number) = 0;
  /// To the command and all its descendants.
  virtual void SignalAll(int number) = 0;
  /// Every process of the job stands still; Resume lets them go on.
  virtual void Pause() = 0;
  virtual void Resume() = 0;
  /// Starts a command that is no part of the job. `environment` ("NAME=VALUE") is added to ours.
  virtual Result<pid_t> Start(const std::vector<std::string>& words,
                              const std::vector<std::string>& environment) = 0;
  /// Whom a person who wants a paused job to go on sends SIGCONT.
  virtual pid_t own_pid() const = 0;
};

}  // namespace jouleprint::job

#endif  // JOULEPRINT_JOB_BUDGET_JOB_CONTROL_H_
