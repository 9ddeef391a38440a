#include "job/tracker/own_family.h"

#include <algorithm>

#include "os/spawn.h"

namespace jouleprint::job {

OwnFamily::OwnFamily() {
  LookAround();
  at_start_ = Sum();
}

void OwnFamily::LookAround() {
  processes_ = os::LivingDescendants({});
  processes_.insert(processes_.begin(), os::OwnPid());
}

Seconds OwnFamily::Sum() const {
  Seconds sum = os::OwnCpuTime() + os::ReapedCpuTime();
  for (auto pid = processes_.begin() + 1; pid != processes_.end(); ++pid) sum += os::CpuTimeOfProcess(*pid);
  return sum;
}

// One that is lost from sight takes its time with it; what has been used is not unused by that.
Seconds OwnFamily::CpuTime() {
  most_ = std::max(most_, Sum() - at_start_);
  return most_;
}

}  // namespace jouleprint::job
