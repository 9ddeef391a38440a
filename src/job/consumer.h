// Whom people mean by a cgroup: a container, a pod, a batch job, a service, a user.
//
// Pure. The shapes of the paths are those of Docker, Podman, containerd and CRI-O under both cgroup drivers,
// Kubernetes, LXC, Slurm and systemd. Tested by tests/job/consumer_test.cc.
#ifndef JOULEPRINT_JOB_CONSUMER_H_
#define JOULEPRINT_JOB_CONSUMER_H_

#include <string>
#include <string_view>

namespace jouleprint::job {

/// "docker 3f2a91c0b7de", "pod 1c2d3e4f", "slurm job 4711", "nginx.service", "user 1000"; "the system" for
/// the root.
std::string ConsumerOf(std::string_view cgroup_path);

}  // namespace jouleprint::job

#endif  // JOULEPRINT_JOB_CONSUMER_H_
