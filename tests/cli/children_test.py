"""CPU time of the job: all of it, of every process that it starts, and nothing of anybody else's."""
import subprocess
import time
import unittest

from support import FAULTY_IO, LONGEST_S, NOBODY, PYTHON, Machine, Place

# Children that each use some CPU time and say what they used in all. They are waited for, or orphaned into
# sessions of their own before they begin.
HUNDRED = r"""
import os, resource, sys, time
kind, count, seconds = sys.argv[1], int(sys.argv[2]), float(sys.argv[3])
read, write = os.pipe()
def work():
    end = time.process_time() + seconds
    while time.process_time() < end: pass
    used = resource.getrusage(resource.RUSAGE_SELF)
    os.write(write, b"%.6f\n" % (used.ru_utime + used.ru_stime))
    os._exit(0)
running = 0
for _ in range(count):
    if kind == "waited for" and running == 4:
        os.wait()
        running -= 1
    child = os.fork()
    if child == 0:
        if kind == "orphaned":
            if os.fork() > 0: os._exit(0)
            os.setsid()
        work()
    running += 1
    if kind == "orphaned": os.waitpid(child, 0)
os.close(write)
while kind == "waited for" and running:
    os.wait()
    running -= 1
with os.fdopen(read) as lines: reported = [float(line) for line in lines]
print(len(reported), sum(reported))
"""

# Processes that do nothing; their parent says what they used.
SHORT_LIVED = r"""
import resource, subprocess, sys
subprocess.run(["sh", "-c", f"i=0; while [ $i -lt {sys.argv[1]} ]; do (:); i=$((i+1)); done"], check=True)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(sys.argv[1], used.ru_utime + used.ru_stime)
"""


class ChildrenTest(unittest.TestCase):
    """In a cgroup, as root may make one."""

    OWNER = None
    FOLLOWED_BY = "cgroup"
    SHORT_LIVED = 2000

    @classmethod
    def setUpClass(cls):
        with Place(cls.OWNER) as place:
            found = place.run("true").record["job"]["followed_by"]
        if found != cls.FOLLOWED_BY:
            raise unittest.SkipTest(f"skipped: jobs are followed by {found} here, not by {cls.FOLLOWED_BY}")

    def setUp(self):
        self.place = self.enterContext(Place(self.OWNER))

    def run_job(self, *command, **how):
        return self.place.run(*command, **how)

    def check_all_counted(self, run, count, own_s):
        """What the children report is counted, and little else: `own_s` is what their parents may use."""
        self.assertEqual(run.status, 0, run.err)
        self.assertEqual(run.record["job"]["followed_by"], self.FOLLOWED_BY)
        number, reported = run.out.split()
        self.assertEqual(int(number), count)
        self.assertGreaterEqual(run.record["job"]["cpu_s"], 0.98 * float(reported))
        self.assertLessEqual(run.record["job"]["cpu_s"], 1.05 * float(reported) + own_s)

    def test_a_hundred_children_that_are_waited_for(self):
        self.check_all_counted(self.run_job(PYTHON, "-c", HUNDRED, "waited for", "100", "0.06"), 100, 2)

    def test_a_hundred_that_were_orphaned_into_sessions_of_their_own(self):
        self.check_all_counted(self.run_job(PYTHON, "-c", HUNDRED, "orphaned", "100", "0.04"), 100, 2)

    def test_thousands_of_short_lived_ones(self):
        run = self.run_job(PYTHON, "-c", SHORT_LIVED, str(self.SHORT_LIVED))
        self.check_all_counted(run, self.SHORT_LIVED, 2)

    def test_orphans_that_end_are_not_left_as_zombies(self):
        job = ("for i in 1 2 3 4 5 6 7 8 9 10; do (true &) ; done; sleep 0.4; "
               "grep -l '^State:.Z' /proc/[0-9]*/status 2>/dev/null | while read f; do "
               "grep -q \"PPid:.$PPID$\" $f && echo zombie; done; true")
        self.assertEqual(self.run_job("sh", "-c", job).out, "")

    def test_a_child_that_outlives_the_command_is_not_waited_for_and_that_is_said(self):
        start = time.monotonic()
        run = self.run_job("sh", "-c", "sleep 3 >/dev/null 2>&1 & exit 4")
        self.assertLess(time.monotonic() - start, 2.5)
        self.assertEqual(run.status, 4)
        self.assertTrue(any("1 of the command's children outlived it" in warning for warning in run.record["warnings"]),
                        run.record["warnings"])

    def test_unless_it_is_to_be(self):
        job = f"{PYTHON} -c 'import time\nwhile time.process_time() < 1.2: pass' >/dev/null 2>&1 & exit 4"
        run = self.run_job("sh", "-c", job, flags=["--wait-children"])
        self.assertEqual(run.status, 4)
        self.assertGreaterEqual(run.record["job"]["cpu_s"], 1.2)
        self.assertGreaterEqual(run.record["duration_s"], 1.2)
        self.assertFalse(any("outlived" in warning for warning in run.record["warnings"]))

    def test_waiting_for_children_ends_by_a_signal(self):
        process = self.place.start("sh", "-c", "sleep 20 >/dev/null 2>&1 & echo $!; exit 4",
                                   flags=["--wait-children"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        child = int(process.stdout.readline())
        time.sleep(0.3)
        process.terminate()
        run = self.place.finish(process)
        self.assertEqual(run.status, 4)
        self.assertEqual(run.record["state"], "finished")
        subprocess.run(["kill", str(child)], check=False)

    def test_children_from_before_are_nobodys(self):
        words = " ".join(f"'{word}'" for word in self.place.words("true", flags=["--wait-children"]))
        busy = f"{PYTHON} -c 'import time\nwhile time.process_time() < 1: pass\ntime.sleep(20)' & child=$!; sleep 0.5"
        process = subprocess.Popen(["bash", "-c", f"{busy}; echo $child; exec {words}"], stdout=subprocess.PIPE,
                                   stderr=subprocess.DEVNULL, text=True, cwd=self.place.path,
                                   env=self.place.environment(), **self.place.as_owner())
        child = int(process.stdout.readline())
        self.assertEqual(process.wait(LONGEST_S), 0)
        process.stdout.close()
        subprocess.run(["kill", str(child)], check=False)
        self.assertLess(self.place.record()["job"]["cpu_s"], 0.3)

    def test_a_job_in_a_job_is_counted_in_both(self):
        with Place(self.OWNER) as inner:
            burn = "import time\nwhile time.process_time() < 0.5: pass"
            run = self.run_job(*inner.words(PYTHON, "-c", burn))
            self.assertEqual(run.status, 0, run.err)
            self.assertGreaterEqual(inner.record()["job"]["cpu_s"], 0.5)
            self.assertGreaterEqual(run.record["job"]["cpu_s"], inner.record()["job"]["cpu_s"])


class ChildrenOfAUserTest(ChildrenTest):
    """As a user who may make no cgroup (ourselves, unless we are root): by the process tree."""

    OWNER = NOBODY
    FOLLOWED_BY = "process tree"
    SHORT_LIVED = 10000


class WithoutClone3Test(unittest.TestCase):
    def test_a_process_that_cannot_be_born_into_a_cgroup_moves_there(self):
        with Place() as place:
            followed_by = place.run("true").record["job"]["followed_by"]
            burn = "import time\nwhile time.process_time() < 0.5: pass"
            run = place.run(PYTHON, "-c", burn, env={"LD_PRELOAD": str(FAULTY_IO), "JP_FAULTY_IO": "no_clone3"})
        self.assertEqual(run.status, 0, run.err)
        self.assertEqual(run.record["job"]["followed_by"], followed_by)
        self.assertGreaterEqual(run.record["job"]["cpu_s"], 0.5)


class RunsAtOnceTest(unittest.TestCase):
    def test_one_that_ends_takes_nothing_from_one_that_has_not_begun(self):
        burn = "import time\nwhile time.process_time() < 0.4: pass"
        with Machine("package-0=50") as fake, Place() as first, Place() as second:
            expected = second.run("true").record["job"]["followed_by"]
            process = first.start(PYTHON, "-c", burn, machine=fake, baseline="1.5", stderr=subprocess.PIPE, text=True)
            time.sleep(0.5)
            self.assertEqual(second.run("true").status, 0)
            run = first.finish(process)
            self.assertEqual(run.record["job"]["followed_by"], expected)
            self.assertGreaterEqual(run.record["job"]["cpu_s"], 0.39)

    def test_shares_of_two_busy_jobs_follow_their_cpu_time(self):
        burn = "import time\nwhile time.process_time() < {}: pass\ntime.sleep(max(0, 2.5 - time.monotonic() + {}))"
        with Machine("package-0=100") as fake, Place() as first, Place() as second:
            start = time.monotonic()
            runs = [place.start(PYTHON, "-c", burn.format(seconds, start), machine=fake, baseline="0.5",
                                stderr=subprocess.PIPE, text=True) for place, seconds in ((first, 1.0), (second, 0.5))]
            records = [place.finish(run).record for place, run in zip((first, second), runs)]
            self.assertAlmostEqual(records[0]["job"]["cpu_s"], 1.0, delta=0.15)
            self.assertAlmostEqual(records[1]["job"]["cpu_s"], 0.5, delta=0.15)
            for record in records:
                self.assertLessEqual(record["energy_kwh"]["share"]["value"], record["energy_kwh"]["machine"]["value"])


if __name__ == "__main__":
    unittest.main()
