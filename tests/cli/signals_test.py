"""Signals to `jouleprint run`: passed on once, survived, and never a run lost."""
import json
import os
import signal
import subprocess
import time
import unittest

from support import LONGEST_S, PYTHON, Machine, Place, TestsWithScenes, beforehand, boot_ns, wait_for

WATCHING = {"output not read": [], "output read": ["--epoch-regex", "^Epoch (\\d+)"]}
PASSED_ON = [signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGQUIT, signal.SIGUSR1, signal.SIGUSR2,
             signal.SIGALRM, signal.SIGXCPU, signal.SIGRTMIN + 3]

# Counts what it is sent, and says so when it has been left alone for a while.
COUNTER = r"""
import collections, json, signal, sys, time
counts = collections.Counter()
def note(number, _):
    counts[number] += 1
for number in json.loads(sys.argv[1]): signal.signal(number, note)
print("ready", flush=True)
end = time.monotonic() + 30
while len(counts) < int(sys.argv[2]) and time.monotonic() < end: time.sleep(0.01)
time.sleep(0.4)
print(json.dumps({str(number): n for number, n in counts.items()}), flush=True)
sys.exit(9)
"""


def started(place, *command, **how):
    """A run whose job has said that it is ready."""
    process = place.start(*command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                          **how)
    line = process.stdout.readline()
    if line != "ready\n":
        raise AssertionError(f"the job said {line!r}, jouleprint {process.communicate(timeout=5)[1]!r}")
    return process


class PassedOn:
    def __init__(self, flags):
        with Place() as place:
            process = started(place, PYTHON, "-c", COUNTER, json.dumps(PASSED_ON), str(len(PASSED_ON)), flags=flags)
            for number in PASSED_ON:
                process.send_signal(number)
                time.sleep(0.05)
            self.run = place.finish(process)


class Ended:
    """A job that a signal ends."""

    def __init__(self, number, flags=(), job=("sh", "-c", "echo ready; exec sleep 30")):
        with Place() as place:
            process = started(place, *job, flags=flags)
            process.send_signal(number)
            self.run = place.finish(process)


class SignalTest(TestsWithScenes):
    def check_passed_on(self, scene):
        self.assertEqual(json.loads(scene.run.out), {str(int(number)): 1 for number in PASSED_ON})
        self.assertEqual(scene.run.status, 9)
        self.assertEqual(scene.run.record["job"]["exit_status"], 9)

    @beforehand(PassedOn, WATCHING["output not read"])
    def test_each_reaches_the_job_once(self, scene):
        self.check_passed_on(scene)

    @beforehand(PassedOn, WATCHING["output read"])
    def test_and_with_its_output_read(self, scene):
        self.check_passed_on(scene)

    def check_ended(self, scene, number):
        self.assertEqual(scene.run.status, 128 + number)
        self.assertEqual(scene.run.record["state"], "finished")
        self.assertEqual(scene.run.record["job"]["exit_status"], 128 + number)
        self.assertIn("energy", scene.run.err)

    @beforehand(Ended, signal.SIGTERM)
    def test_a_terminated_job_has_its_record(self, scene):
        self.check_ended(scene, signal.SIGTERM)

    @beforehand(Ended, signal.SIGINT, WATCHING["output read"])
    def test_an_interrupted_job_has_its_record(self, scene):
        self.check_ended(scene, signal.SIGINT)

    @beforehand(Ended, signal.SIGHUP)
    def test_a_job_that_was_hung_up_on_has_its_record(self, scene):
        self.check_ended(scene, signal.SIGHUP)

    @beforehand(Ended, signal.SIGTERM, (), ("sh", "-c", "trap '' TERM; echo ready; sleep 1; exit 6"))
    def test_a_job_that_will_not_be_terminated_goes_on_to_its_end(self, scene):
        self.assertEqual(scene.run.status, 6)
        self.assertGreater(scene.run.record["duration_s"], 0.9)

    @beforehand(Ended, signal.SIGTERM, (), ("sh", "-c", "trap 'exit 5' TERM; echo ready; while :; do sleep 0.05; done"))
    def test_a_job_that_cleans_up_ends_in_its_own_way(self, scene):
        self.assertEqual(scene.run.status, 5)

    def test_what_nohup_ignores_ends_neither(self):
        with Place() as place:
            words = place.words("sh", "-c", "echo ready; sleep 0.7; echo done")
            process = subprocess.Popen(["nohup", *words], env=place.environment(), stdin=subprocess.DEVNULL, text=True,
                                       stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            self.assertEqual(process.stdout.readline(), "ready\n")
            process.send_signal(signal.SIGHUP)
            self.assertEqual((process.communicate(timeout=LONGEST_S)[0], process.returncode), ("done\n", 0))

    def test_a_signal_while_the_idle_machine_is_watched_starts_nothing(self):
        with Machine("package-0=50") as fake, Place() as place:
            marker = place.path / "started"
            process = place.start("touch", str(marker), machine=fake, baseline="30", stderr=subprocess.PIPE, text=True)
            time.sleep(0.3)
            process.send_signal(signal.SIGINT)
            run = place.finish(process)
            self.assertEqual(run.status, 128 + signal.SIGINT)
            self.assertFalse(marker.exists())
            self.assertRegex(run.err, r"^jouleprint: [^\n]*SIGINT[^\n]*\n$")


class Stopped:
    """The whole group is stopped and goes on, as by Ctrl-Z and fg."""

    def __init__(self):
        with Machine("package-0=50") as fake, Place() as place:
            process = started(place, "sh", "-c", "echo ready; sleep 1; echo went on", machine=fake, start_new_session=True)
            os.killpg(process.pid, signal.SIGSTOP)
            time.sleep(2)
            os.killpg(process.pid, signal.SIGCONT)
            self.run = place.finish(process)
            self.true = fake.joules(self.run.record)["intel-rapl:0"]


class Killed:
    """kill -9 of jouleprint, while its job lives on."""

    JOB = ("import os, sys, time\n"
           "print('ready', flush=True)\n"
           "for i in range(60):\n"
           "    time.sleep(0.1)\n"
           "    print('Epoch', i, flush=True)\n"
           "open(sys.argv[1], 'w').write('lived on')\n")

    def __init__(self, flags):
        with Machine("package-0=50") as fake, Place() as place:
            marker = place.path / "marker"
            process = started(place, PYTHON, "-c", self.JOB, str(marker), machine=fake, flags=flags)
            time.sleep(3)
            self.killed_at = time.clock_gettime_ns(time.CLOCK_BOOTTIME)
            process.kill()
            process.wait(LONGEST_S)
            self.unfinished = json.loads(place.jouleprint("runs", "list", "--json", "--db", place.store).stdout)
            self.out = process.stdout.read()
            process.stdout.close()
            process.stderr.close()
            self.marker = wait_for(lambda: marker.exists() and marker.read_text(encoding="utf-8"), "the job's end")
            self.again = place.jouleprint("runs", "list", "--db", place.store)
            shown = place.jouleprint("runs", "show", "last", "--json", "--db", place.store)
            self.record = json.loads(shown.stdout)
            self.record = self.record[0] if isinstance(self.record, list) else self.record
            self.true = fake.joules(self.record)["intel-rapl:0"]
            self.place_left_nothing = not place.json_file.exists()




class SurvivalTest(TestsWithScenes):
    @beforehand(Stopped)
    def test_a_stopped_run_goes_on_and_the_joules_are_right(self, scene):
        self.assertEqual(scene.run.out, "went on\n")
        self.assertEqual(scene.run.status, 0)
        self.assertAlmostEqual(scene.run.joules(), scene.true, delta=0.01 * scene.true)
        self.assertEqual(len(scene.run.record["gaps"]), 1)

    def check_killed(self, scene):
        self.assertEqual(scene.out, "".join(f"Epoch {i}\n" for i in range(60)))
        self.assertEqual(scene.marker, "lived on")
        self.assertEqual(scene.record["state"], "recovered")
        end = boot_ns(scene.record["end"])
        self.assertLess(scene.killed_at - end, 6e9)
        self.assertLessEqual(end, scene.killed_at)
        joules = scene.record["energy_kwh"]["machine"]["value"] * 3.6e6
        self.assertAlmostEqual(joules, scene.true, delta=0.02 * scene.true)
        self.assertEqual([run["state"] for run in scene.unfinished], ["recovered"])
        self.assertEqual(scene.again.stderr, "", "a run is recovered once")

    @beforehand(Killed, WATCHING["output not read"])
    def test_a_job_outlives_jouleprint_and_its_run_is_recovered(self, scene):
        self.check_killed(scene)

    @beforehand(Killed, WATCHING["output read"])
    def test_and_its_output_goes_on_where_it_was_read_along(self, scene):
        self.check_killed(scene)

    def test_the_next_command_says_what_it_recovered(self):
        with Machine("package-0=50") as fake, Place() as place:
            process = started(place, "sh", "-c", "echo ready; exec sleep 4", machine=fake, flags=["--name", "lost one"])
            time.sleep(1.8)
            running = json.loads(place.jouleprint("runs", "list", "--json", "--db", place.store).stdout)
            self.assertEqual([run["state"] for run in running], ["running"])
            process.kill()
            process.communicate()
            listed = place.jouleprint("runs", "list", "--db", place.store)
            self.assertRegex(listed.stderr, r"^jouleprint: recovered the run \w+ \(lost one\): [^\n]+\n$")
            self.assertIn("lost one", listed.stdout)


if __name__ == "__main__":
    unittest.main()
