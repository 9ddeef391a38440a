#include "job/budget/stopping.h"

#include <signal.h>

namespace jouleprint::job {

std::optional<Stopping::Step> Stopping::Due(Seconds now) {
  if (!next_ || now < *next_) return std::nullopt;
  Step step;
  switch (stage_) {
    case Stage::kSave:
      step = {option_.stop_signal, false, option_.save_grace};
      stage_ = Stage::kTerminate;
      break;
    case Stage::kTerminate:
      step = {SIGTERM, true, option_.term_grace};
      stage_ = Stage::kKill;
      break;
    case Stage::kKill:
      step = {SIGKILL, true, std::nullopt};
      break;
  }
  next_ = step.patience ? std::optional(now + *step.patience) : std::nullopt;
  sent_.push_back(step.signal);
  return step;
}

void Stopping::CommandEnded(Seconds now) {
  if (stage_ == Stage::kTerminate && next_ && now < *next_) next_ = now;
}

}  // namespace jouleprint::job
