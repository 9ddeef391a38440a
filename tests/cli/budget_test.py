"""Budgets of real runs: what is foretold, what is said, what is sent, and what becomes of the job and its record."""
import os
import signal
import subprocess
import time
import unittest

from support import NOBODY, PYTHON, Machine, Place, TestsWithScenes, beforehand, needs_root

EPOCHS = ["--epoch-regex", r"Epoch (\d+)/(\d+)"]
# Epochs of a tenth of a second; on SIGUSR1 it saves and leaves with its own status.
TRAINER = r"""
import pathlib, signal, sys, time
def save(*_):
    pathlib.Path("checkpoint").write_text("saved")
    sys.exit(3)
signal.signal(signal.SIGUSR1, save)
count = int(sys.argv[1])
for epoch in range(1, count + 1):
    time.sleep(0.1)
    print(f"Epoch {epoch}/{count} loss {1 / epoch:.3f}", flush=True)
"""
# Ends at nothing that can be refused.
STUBBORN = r"""
import signal, time
for number in (signal.SIGTERM, signal.SIGUSR1): signal.signal(number, signal.SIG_IGN)
time.sleep(30)
"""
# The command saves and leaves; its children, one of them a grandchild, know nothing of it.
PARENT = r"""
import os, pathlib, signal, subprocess, sys, time
nested = "import subprocess, sys, time; p = subprocess.Popen(['sleep', '30']); print(p.pid, flush=True); time.sleep(30)"
child = subprocess.Popen([sys.executable, "-c", nested], stdout=subprocess.PIPE, text=True)
grandchild = int(child.stdout.readline())
pathlib.Path("children").write_text(f"{child.pid} {grandchild}")
signal.signal(signal.SIGUSR1, lambda *_: os._exit(0))
time.sleep(30)
"""
# Counts on while it is let.
COUNTER = r"""
import pathlib, sys, time
for i in range(int(sys.argv[1])):
    time.sleep(0.02)
    pathlib.Path("count").write_text(str(i))
"""


def lives(pid):
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return False
    return True


def budget_of(run):
    (budget,) = run.record["budgets"]
    return budget


class Limited:
    """A run with budgets, from its start to its end."""

    def __init__(self, *command, flags=(), env=None, settings="", machine=(), files=()):
        with Place() as place:
            if settings:
                (place.path / "jouleprint.toml").write_text(settings, encoding="utf-8")
            if machine:
                with Machine(*machine) as fake:
                    self.run = place.run(*command, flags=flags, env=env, machine=fake)
            else:
                self.run = place.run(*command, flags=flags, env=env)
            self.files = {name: (place.path / name).read_text(encoding="utf-8")
                          for name in files if (place.path / name).exists()}


def trainer(count, *flags, **how):
    return Limited(PYTHON, "-c", TRAINER, str(count), flags=[*EPOCHS, *flags], files=["checkpoint", "told"], **how)


class Paused:
    """A job that a budget holds still, looked at, and told to go on or to end."""

    def __init__(self, then, owner=None):
        with Place(owner) as place:
            pipes = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
            process = place.start(PYTHON, "-c", COUNTER, "100", flags=["--budget", "0.7s", "--on-budget", "pause"], **pipes)
            self.said = process.stderr.readline()
            time.sleep(0.3)
            self.counts = [self.count(place)]
            time.sleep(1)
            self.counts.append(self.count(place))
            process.send_signal(then)
            self.run = place.finish(process)
            self.counts.append(self.count(place))
            self.pid = process.pid

    @staticmethod
    def count(place):
        return (place.path / "count").read_text(encoding="utf-8")


class Children:
    def __init__(self):
        with Place() as place:
            self.run = place.run(PYTHON, "-c", PARENT, flags=["--budget", "1.5s", "--on-budget", "stop", "--stop-signal", "USR1"])
            pids = (place.path / "children").read_text(encoding="utf-8").split()
            self.living = [pid for pid in pids if lives(pid)]


class BudgetTest(TestsWithScenes):
    @beforehand(trainer, 200, "--budget", "5s", "--on-budget", "stop", "--stop-signal", "USR1")
    def test_a_job_that_will_take_too_long_saves_and_leaves_in_its_own_way(self, scene):
        run, budget = scene.run, budget_of(scene.run)
        self.assertEqual(run.status, 3)
        self.assertEqual(scene.files["checkpoint"], "saved")
        self.assertEqual((budget["unit"], budget["limit"], budget["action"]), ("s", 5, "stop"))
        self.assertEqual(budget["state"], "will be passed")
        self.assertIn("SIGUSR1 was sent; the command ended with exit status 3", budget["outcome"])
        predicted = run.record["prediction"]["duration_s"]["value"]
        self.assertGreater(predicted, 5)
        self.assertAlmostEqual(budget["saved"]["value"], predicted - run.record["duration_s"], delta=0.01)
        finished = len(run.record["epochs"])
        self.assertRegex(" ".join(run.err.split()), rf"stopped at epoch {finished} of 200 by the budget of 5 s: .* "
                         r"were predicted, about .* not taken")

    @beforehand(trainer, 3, "--budget", "1h", "--on-budget", "stop")
    def test_a_budget_that_is_kept_is_recorded_and_not_spoken_of(self, scene):
        self.assertEqual(scene.run.status, 0)
        self.assertEqual(budget_of(scene.run)["state"], "kept")
        self.assertIsNone(budget_of(scene.run)["saved"])
        self.assertNotIn("budget", scene.run.err)
        self.assertEqual(scene.run.err.count("all are predicted to take"), 1)

    @beforehand(trainer, 3, "--quiet", "--budget", "0.15s")
    def test_quiet_leaves_the_warning_and_no_more(self, scene):
        self.assertEqual(scene.run.status, 0)
        self.assertRegex(scene.run.err, r"^jouleprint: the budget of 0.15 s [^\n]*\n$")
        self.assertEqual(budget_of(scene.run)["state"], "passed")

    @beforehand(Limited, PYTHON, "-c", STUBBORN, flags=["--budget", "1s", "--on-budget", "stop", "--stop-signal", "USR1",
                                                       "--save-grace", "0.3s", "--term-grace", "0.3"])
    def test_a_job_that_will_not_end_is_killed_in_three_steps(self, scene):
        self.assertEqual(scene.run.status, 128 + signal.SIGKILL)
        steps = [scene.run.err.index(f"{name} is sent") for name in ("SIGUSR1", "SIGTERM", "SIGKILL")]
        self.assertEqual(steps, sorted(steps))
        self.assertIn("SIGUSR1, SIGTERM and SIGKILL were sent", budget_of(scene.run)["outcome"])
        self.assertIsNone(budget_of(scene.run)["saved"], "nobody knows how long it would have gone on")

    @beforehand(Limited, "sleep", "30", flags=["--budget", "1s", "--on-budget", "stop"])
    def test_without_a_signal_of_its_own_a_job_is_terminated(self, scene):
        self.assertEqual(scene.run.status, 128 + signal.SIGTERM)
        self.assertEqual(scene.run.record["job"]["exit_status"], 128 + signal.SIGTERM)

    @beforehand(Children)
    def test_children_that_the_command_leaves_behind_are_stopped_too(self, scene):
        self.assertEqual(scene.run.status, 0)
        self.assertEqual(scene.living, [])
        self.assertIn("processes of the job live on: SIGTERM is sent", scene.run.err)

    @beforehand(Limited, "sh", "-c", "sleep 30 & exit 4", flags=["--wait-children", "--budget", "1s", "--on-budget", "stop"])
    def test_children_that_are_waited_for_count_as_the_job(self, scene):
        self.assertEqual(scene.run.status, 4)
        self.assertEqual(budget_of(scene.run)["outcome"], "SIGTERM was sent")
        self.assertLess(scene.run.record["duration_s"], 20)

    def check_paused(self, scene):
        self.assertIn(f"kill -CONT {scene.pid}", scene.said)
        self.assertEqual(scene.counts[0], scene.counts[1], "it went on while it was paused")
        self.assertIn("paused for", budget_of(scene.run)["outcome"])

    @beforehand(Paused, signal.SIGCONT)
    def test_a_paused_job_stands_still_and_goes_on(self, scene):
        self.check_paused(scene)
        self.assertEqual((scene.run.status, scene.counts[2]), (0, "99"))

    @needs_root
    @beforehand(Paused, signal.SIGCONT, NOBODY)
    def test_without_a_cgroup_too(self, scene):
        self.check_paused(scene)
        self.assertEqual((scene.run.status, scene.counts[2]), (0, "99"))
        self.assertEqual(scene.run.record["job"]["followed_by"], "process tree")

    @beforehand(Paused, signal.SIGTERM)
    def test_a_paused_job_can_be_ended(self, scene):
        self.check_paused(scene)
        self.assertEqual(scene.run.status, 128 + signal.SIGTERM)

    @beforehand(trainer, 8, "--budget", "300ms", "--on-budget", "exec:sh -c 'env > told; echo to everybody'")
    def test_a_command_is_told_of_the_run(self, scene):
        run = scene.run
        told = dict(line.split("=", 1) for line in scene.files["told"].splitlines() if line.startswith("JOULEPRINT_"))
        self.assertEqual(run.status, 0)
        self.assertEqual(told["JOULEPRINT_RUN_ID"], run.record["run_id"])
        self.assertEqual((told["JOULEPRINT_BUDGET_UNIT"], told["JOULEPRINT_BUDGET_LIMIT"]), ("s", "0.3"))
        self.assertGreater(float(told["JOULEPRINT_BUDGET_USED"]), 0)
        self.assertGreater(float(told["JOULEPRINT_BUDGET_PREDICTED"]), 0.3)
        self.assertIn("ended with exit status 0", budget_of(run)["outcome"])
        self.assertNotIn("everybody", run.out, "the standard output is the job's")
        self.assertEqual(run.err.splitlines().count("to everybody"), 1, "it is started once")

    @beforehand(trainer, 8, "--budget", "300ms", "--on-budget", "exec:sh -c 'exit 7'")
    def test_a_command_that_fails_is_a_notice(self, scene):
        self.assertEqual(scene.run.status, 0)
        self.assertIn("the budget's command 'sh -c 'exit 7'' ended with exit status 7", scene.run.err)

    @beforehand(trainer, 8, "--budget", "300ms", "--on-budget", "exec:/no/such/command")
    def test_a_command_that_is_not_there_is_a_notice(self, scene):
        self.assertEqual(scene.run.status, 0)
        self.assertIn("cannot run '/no/such/command'", scene.run.err)

    # 50 W for 30 s are 1.5 kJ, at 720 g/kWh 0.3 g.
    @beforehand(trainer, 300, "--budget", "0.5kJ", "--budget", "1e-4 kg", "--intensity", "720", "--embodied", "off",
                machine=["package-0=50"], env={"JOULEPRINT_ON_BUDGET": "stop"})
    def test_energy_and_grams_are_limited_as_well(self, scene):
        energy, grams = scene.run.record["budgets"]
        self.assertEqual(scene.run.status, 128 + signal.SIGTERM)
        self.assertEqual((energy["unit"], grams["unit"]), ("kWh", "gCO2e"))
        self.assertLess(scene.run.record["duration_s"], 20)
        for budget, figures in ((energy, "energy_kwh"), (grams, "emissions_gco2e")):
            self.assertEqual(budget["state"], "will be passed")
            self.assertGreater(scene.run.record["prediction"][figures]["value"], budget["limit"])
            self.assertGreater(budget["saved"]["value"], 0)

    @beforehand(trainer, 300, settings='budget = ["1h", "2s"]\non_budget = "stop"\nstop_signal = "USR1"\n'
                                       'budget_confidence = 0.8\nsave_grace = 5\n')
    def test_budgets_come_from_the_settings_too(self, scene):
        self.assertEqual(scene.run.status, 3)
        self.assertEqual([budget["limit"] for budget in scene.run.record["budgets"]], [3600, 2])
        self.assertEqual({budget["confidence"] for budget in scene.run.record["budgets"]}, {0.8})

    def test_an_empty_budget_is_no_budget_and_is_refused(self):
        with Place() as place:
            done = place.jouleprint("run", "--budget", "", "--", "true")
        self.assertEqual(done.returncode, 2)
        self.assertIn("a budget needs an amount and a unit", done.stderr)

    @beforehand(trainer, 300, "--live", "--budget", "1s", "--on-budget", "stop")
    def test_the_live_line_says_what_all_will_take(self, scene):
        self.assertRegex(scene.run.err, r"epoch \d+/300, all 300: ")


class KeptTest(unittest.TestCase):
    def test_a_report_shows_what_was_foretold_and_what_came_of_the_budgets(self):
        with Place() as place:
            place.run(PYTHON, "-c", TRAINER, "200", flags=[*EPOCHS, "--budget", "5s", "--on-budget", "stop"])
            for form, heading in (("text", "\nBudgets\n"), ("markdown", "| budget | used | state |")):
                done = place.jouleprint("report", "last", "--format", form, "--db", place.store)
                self.assertEqual(done.returncode, 0, done.stderr)
                self.assertIn(heading, done.stdout)
                self.assertIn("will be passed", done.stdout)
                self.assertIn("of 200 epochs, all are predicted to take", " ".join(done.stdout.split()))


if __name__ == "__main__":
    unittest.main()
