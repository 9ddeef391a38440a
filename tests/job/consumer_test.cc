// Paths as the engines make them, and the name that a person knows.
#include "job/consumer.h"

#include <gtest/gtest.h>

namespace jouleprint::job {
namespace {

const std::string kId(64, 'a');

TEST(ConsumerTest, ContainersHaveTheirEngineAndTheShortId) {
  const std::string short_id(12, 'a');
  EXPECT_EQ(ConsumerOf("/system.slice/docker-" + kId + ".scope"), "docker " + short_id);
  EXPECT_EQ(ConsumerOf("/docker/" + kId), "docker " + short_id);
  EXPECT_EQ(ConsumerOf("/machine.slice/libpod-" + kId + ".scope/container"), "podman " + short_id);
  EXPECT_EQ(ConsumerOf("/kubepods.slice/kubepods-pod1.slice/cri-containerd-" + kId + ".scope"),
            "containerd " + short_id);
  EXPECT_EQ(ConsumerOf("/kubepods.slice/kubepods-pod1.slice/crio-" + kId + ".scope"), "cri-o " + short_id);
  EXPECT_EQ(ConsumerOf("/kubepods/burstable/pod1/" + kId), "container " + short_id);
}

TEST(ConsumerTest, BatchJobsMachinesServicesAndUsers) {
  EXPECT_EQ(ConsumerOf("/system.slice/slurmstepd.scope/job_4711/step_0/user/task_0"), "slurm job 4711");
  EXPECT_EQ(ConsumerOf("/lxc/web/init"), "lxc web");
  EXPECT_EQ(ConsumerOf("/lxc.payload.web/system.slice/cron.service"), "lxc web");
  EXPECT_EQ(ConsumerOf("/machine.slice/machine-qemu.scope"), "machine qemu");
  EXPECT_EQ(ConsumerOf("/system.slice/nginx.service"), "nginx.service");
  EXPECT_EQ(ConsumerOf("/user.slice/user-1000.slice/session-3.scope"), "user 1000");
  EXPECT_EQ(ConsumerOf("/user.slice/user-1000.slice/user@1000.service/app.slice/term.scope"), "user 1000");
}

TEST(ConsumerTest, AnythingElseIsItsLastWord) {
  EXPECT_EQ(ConsumerOf("/batch/night"), "night");
  EXPECT_EQ(ConsumerOf("/"), "the system");
  EXPECT_EQ(ConsumerOf(""), "the system");
  EXPECT_EQ(ConsumerOf("/docker/abc"), "abc") << "no id";
}

}  // namespace
}  // namespace jouleprint::job
