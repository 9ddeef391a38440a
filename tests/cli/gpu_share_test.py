"""A GPU that two share: the job gets the part of the time in which its own kernels ran."""
import subprocess
import unittest

from support import FAKE_NVML, Machine, Place

# Idle is a tenth of what the machine draws.
BASELINE = "35W"


class GpuShareTest(unittest.TestCase):
    def setUp(self):
        self.place = self.enterContext(Place())
        self.machine = self.enterContext(Machine("package-0=50"))

    def run_beside(self, uses, seconds="3", **fake):
        """A job whose own process number stands for {} in `uses`."""
        processes = self.place.path / "processes"
        job = f"printf '%s' \"{uses.format('$$')}\" > {processes}; exec sleep {seconds}"
        environment = {"JP_FAKE_NVML_WATTS": "300", "JP_FAKE_NVML_PROCS": f"@{processes}",
                       **{f"JP_FAKE_NVML_{name}": value for name, value in fake.items()}}
        return self.place.run("sh", "-c", job, machine=self.machine, baseline=BASELINE, env=environment,
                              flags=["--nvml", str(FAKE_NVML)]).domain("gpu-0")

    def another(self):
        process = subprocess.Popen(["sleep", "30"])
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        return process.pid

    def test_what_the_job_kept_busy_is_its_own(self):
        gpu = self.run_beside(f"0:{{}}:60:1000,0:{self.another()}:20:1000")
        self.assertEqual(gpu["attributed_by"], "GPU time by process")
        self.assertAlmostEqual(gpu["share"], 0.9 * 0.75, delta=0.1)

    def test_what_another_kept_busy_is_not(self):
        gpu = self.run_beside(f"0:{{}}:0:1000,0:{self.another()}:80:1000")
        self.assertLess(gpu["share"], 0.1)

    def test_alone_on_it_the_job_has_all_above_idle(self):
        gpu = self.run_beside("0:{}:70:1000")
        self.assertAlmostEqual(gpu["share"], 0.9, delta=0.05)


if __name__ == "__main__":
    unittest.main()
