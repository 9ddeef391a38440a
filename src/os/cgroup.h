// A cgroup v2 of the job's own: CPU time of every process that was ever in it, however short-lived,
// double-forked or orphaned. Needs no controller; made below the cgroup that we are in, where that is
// allowed, and removed when it is empty.
#ifndef JOULEPRINT_OS_CGROUP_H_
#define JOULEPRINT_OS_CGROUP_H_

#include <sys/types.h>

#include <string>
#include <vector>

#include "jouleprint/result.h"
#include "jouleprint/units.h"
#include "os/file.h"

namespace jouleprint::os {

class Cgroup {
 public:
  /// Named after this process. Fails where cgroup v2 is not mounted or may not be written; that is usual
  /// without root.
  static Result<Cgroup> Create();

  Cgroup(Cgroup&& other) noexcept;
  Cgroup& operator=(Cgroup&&) = delete;
  /// Removes the cgroup if nothing lives in it any more.
  ~Cgroup();

  /// Of the folder, for a process to be started into.
  int fd() const { return folder_.fd(); }
  /// User and system time of all that ran in it so far.
  Result<Seconds> CpuTime() const;
  /// The processes that live in it and in cgroups below it.
  std::vector<pid_t> Processes() const;
  /// Has all that is in it stand still, or go on (cgroup.freeze, Linux 5.2): also what starts meanwhile.
  Status Freeze(bool still) const;
  /// True while a process lives in it.
  bool Populated() const;

 private:
  Cgroup(std::string path, File folder);
  std::string path_;
  File folder_;
};

/// The folder of the cgroup v2 that this process is in, and those above it up to the mount, innermost first.
/// Empty where cgroup v2 is not mounted.
std::vector<std::string> OwnCgroupFolders();

/// Removes the cgroups that are empty and whose maker is gone: it was killed, or left children behind.
void RemoveForsakenCgroups();

}  // namespace jouleprint::os

#endif  // JOULEPRINT_OS_CGROUP_H_
