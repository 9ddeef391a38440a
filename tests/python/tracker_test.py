"""Measuring a block, its epochs and its tasks, on a machine whose joules are known."""
import json
import os
import subprocess
import sys
import threading
import time
import unittest

from support import COMMAND, PACKAGE, WRAPS_EVERY_0_5_S, PackageTest, joules, jouleprint, true_joules

track = jouleprint.track


class BlockTest(PackageTest):
    def test_a_block_has_the_energy_of_its_time(self):
        machine = self.machine("package-0=80", "dram=6,in=package-0")
        with track("train", zone="FR", quiet=True) as t:
            time.sleep(0.5)
        record = t.record
        self.assert_joules(record.energy_kwh, true_joules(machine, record.data))
        self.assertAlmostEqual(record.duration_s, 0.5, delta=0.4)
        self.assertEqual(record.name, "train")
        self.assertEqual(record.data["zone"], "FR")
        self.assertEqual(record.energy_kwh.basis, "counter")
        self.assertLess(record.energy_kwh.low, record.energy_kwh.value)
        self.assert_joules(record.energy_of("memory"), true_joules(machine, record.data, zones=["intel-rapl:0:0"]))
        self.assertIsNone(record.energy_of("gpu"))

    def test_the_record_is_kept_where_the_command_line_finds_it(self):
        self.machine()
        with track("train", project="p", tags={"seed": 1}, quiet=True) as t:
            t.tag(model="resnet")
        shown = subprocess.run([COMMAND, "runs", "show", t.record.run_id, "--json"], capture_output=True, check=True,
                               text=True)
        kept = json.loads(shown.stdout)
        self.assertEqual(kept["tags"], {"seed": "1", "model": "resnet"})
        self.assertEqual((kept["project"], kept["state"]), ("p", "finished"))
        self.assertEqual(t.kept, str(self.store))

    def test_what_is_not_to_be_kept_is_not(self):
        self.machine()
        with track(keep=False, quiet=True) as t:
            pass
        self.assertTrue(t.record)
        self.assertIsNone(t.kept)
        self.assertEqual(self.kept_runs() if self.store.exists() else [], [])

    def test_a_snapshot_grows(self):
        self.machine()
        with track(quiet=True) as t:
            time.sleep(0.1)
            first = t.record
            time.sleep(0.2)
            second = t.record
            self.assertTrue(t.running)
        self.assertFalse(t.running)
        self.assertLess(first.energy_kwh.value, second.energy_kwh.value)
        self.assertLess(first.energy_kwh.value, t.record.energy_kwh.value)
        self.assertIs(t.record, t.record)

    def test_one_line_at_the_end(self):
        self.machine()
        with self.standard_error() as said:
            with track("train", zone="FR"):
                time.sleep(0.05)
        lines = said.getvalue().splitlines()
        self.assertEqual(len(lines), 1, lines)
        self.assertRegex(lines[0], r"^jouleprint: train: [\d.]+ m?J \([\d.]+ to [\d.]+\), counter; .* CO2e.* in FR; "
                                   r"[\d.]+ s; kept as \w{26}$")

    def test_quiet_says_nothing(self):
        self.machine()
        with self.standard_error() as said:
            with track(quiet=True):
                pass
        self.assertEqual(said.getvalue(), "")

    def test_several_trackers_at_once_see_the_same(self):
        machine = self.machine(WRAPS_EVERY_0_5_S)
        with track("outer", interval=0.05, quiet=True) as outer:
            time.sleep(0.2)
            with track("inner", interval=0.05, quiet=True) as inner, track("twin", quiet=True) as twin:
                time.sleep(0.8)
        for one in (outer, inner, twin):
            self.assert_joules(one.record.energy_kwh, true_joules(machine, one.record.data), one.record.name)
        self.assertEqual(len({one.record.run_id for one in (outer, inner, twin)}), 3)

    def test_the_record_says_what_was_run(self):
        self.machine()
        program = self.home / "program.py"
        program.write_text("import jouleprint\nwith jouleprint.track(quiet=True):\n    pass\n", encoding="utf-8")
        subprocess.run([sys.executable, program, "--epochs", "3"], check=True,
                       env={**os.environ, "PYTHONPATH": str(PACKAGE)})
        self.assertEqual(self.kept()["command"][1:], [str(program), "--epochs", "3"])
        with track(quiet=True, command=["fit", "a b"]) as t:
            pass
        self.assertEqual(t.record.data["command"], ["fit", "a b"])

    def test_start_and_stop_without_a_block(self):
        self.machine()
        t = track("manual", quiet=True)
        self.assertFalse(t.running)
        self.assertIs(t.start(), t)
        self.assertTrue(t.running)
        self.assertEqual(t.stop().name, "manual")
        self.assertIn("manual", repr(t))


class EpochTest(PackageTest):
    def test_epochs_and_evaluations(self):
        machine = self.machine("package-0=60")
        with track(epochs=3, quiet=True) as t:
            for _ in range(3):
                time.sleep(0.1)
                t.epoch()
            time.sleep(0.05)
            t.begin_epoch()
            time.sleep(0.1)
            t.epoch(eval=True)
        self.assertEqual([(epoch["epoch"], epoch["kind"]) for epoch in t.record.epochs],
                         [(1, "train"), (2, "train"), (3, "train"), (3, "eval")])
        for epoch in t.record.epochs:
            self.assert_joules(epoch["energy_kwh"],
                               true_joules(machine, t.record.data, epoch["start_s"], epoch["end_s"]))
        self.assertLess(t.record.epochs[2]["end_s"] + 0.04, t.record.epochs[3]["start_s"])

    def test_numbers_may_be_given(self):
        self.machine()
        with track(quiet=True) as t:
            t.epoch(7)
            t.epoch()
        self.assertEqual([epoch["epoch"] for epoch in t.record.epochs], [7, 8])

    def test_metrics_are_kept_in_order(self):
        self.machine()
        with track(quiet=True) as t:
            t.log(loss=0.5, accuracy=0.8)
            t.log(loss=0.25)
        points = t.record.metrics["loss"]
        self.assertEqual([point["value"] for point in points], [0.5, 0.25])
        self.assertLessEqual(points[0]["t_s"], points[1]["t_s"])
        self.assertEqual(t.record.metrics["accuracy"][0]["value"], 0.8)

    def test_the_end_is_foretold(self):
        self.machine("package-0=100")
        with track(epochs=20, zone="FR", quiet=True) as t:
            for _ in range(4):
                time.sleep(0.1)
                t.epoch()
            told = t.predict()
            fewer = t.predict(epochs=8)
        self.assertEqual((told.epochs_seen, told.epochs_total, fewer.epochs_total), (4, 20, 8))
        self.assertLess(told.duration_s.low, told.duration_s.high)
        self.assertLess(fewer.energy_kwh.value, told.energy_kwh.value)
        # A hundred watts for however long it says.
        self.assertAlmostEqual(joules(told.energy_kwh), 100 * told.duration_s.value, delta=20 * told.duration_s.value)
        self.assertGreater(told.emissions_gco2e.value, 0)
        self.assertEqual(t.record.prediction.epochs_total, 20)

    def test_before_the_first_epoch_nothing_can_be_foretold(self):
        self.machine()
        with track(epochs=3, quiet=True) as t, self.assertRaises(jouleprint.UsageError):
            t.predict()


class TaskTest(PackageTest):
    def test_tasks_lie_in_one_another(self):
        machine = self.machine("package-0=100")
        with track(quiet=True) as t:
            with t.task("epoch") as outer:
                with t.task("load") as load:
                    time.sleep(0.1)
                with t.task("step"):
                    time.sleep(0.1)
            with t.task("save"):
                pass
        tasks = t.record.tasks
        self.assertEqual([(task["name"], task["parent"]) for task in tasks],
                         [("epoch", None), ("load", 0), ("step", 0), ("save", None)])
        for task in tasks:
            self.assert_joules(task["energy_kwh"],
                               true_joules(machine, t.record.data, task["start_s"], task["end_s"]), task["name"])
        self.assertGreaterEqual(outer.energy_kwh.value, load.energy_kwh.value)
        self.assertAlmostEqual(load.duration_s, 0.1, delta=0.09)

    def test_tasks_are_exact_over_wraps(self):
        machine = self.machine(WRAPS_EVERY_0_5_S)
        with track(interval=0.02, quiet=True) as t:
            for name in ("a", "b"):
                with t.task(name):
                    time.sleep(1.2)
        for task in t.record.tasks:
            self.assert_joules(task["energy_kwh"],
                               true_joules(machine, t.record.data, task["start_s"], task["end_s"]), task["name"])
            self.assertGreater(joules(task["energy_kwh"]), 110)

    def test_without_a_block(self):
        self.machine()
        with track(quiet=True) as t:
            task = t.begin_task("x")
            said = t.end_task(task)
        self.assertEqual(said["name"], "x")
        self.assertEqual([task["name"] for task in t.record.tasks], ["x"])

    def test_each_thread_has_its_own(self):
        self.machine()
        both_open = threading.Barrier(2, timeout=30)

        def work(name):
            with t.task(name):
                both_open.wait()
                with t.task(f"in {name}"):
                    both_open.wait()

        with track(quiet=True) as t, t.task("main"):
            threads = [threading.Thread(target=work, args=(name,)) for name in "ab"]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        tasks = t.record.tasks
        parents = {task["name"]: None if task["parent"] is None else tasks[task["parent"]]["name"] for task in tasks}
        self.assertEqual({parents["in a"], parents["in b"]}, {"a", "b"})
        self.assertEqual(parents["in a"], "a")
        self.assertEqual(parents["main"], None)

    def test_each_tracker_has_its_own(self):
        self.machine()
        with track(quiet=True) as one, track(quiet=True) as two:
            with one.task("a"), two.task("b"):
                pass
        self.assertEqual([task["parent"] for task in one.record.tasks + two.record.tasks], [None, None])

    def test_a_fault_in_a_task_ends_the_task(self):
        self.machine()
        with track(quiet=True) as t:
            with self.assertRaises(KeyError), t.task("bad"):
                raise KeyError("x")
            with t.task("next"):
                pass
        self.assertEqual([(task["name"], task["parent"]) for task in t.record.tasks], [("bad", None), ("next", None)])


class DecoratorTest(PackageTest):
    def test_a_function(self):
        self.machine()

        @track
        def add(a, b=1):
            """Adds."""
            return a + b

        with self.standard_error():
            self.assertEqual(add(1, b=2), 3)
        self.assertEqual((add.__name__, add.__doc__), ("add", "Adds."))
        self.assertEqual(add.record.name, "add")

    def test_each_call_is_a_run(self):
        self.machine()

        @track("named", zone="FR", quiet=True)
        def work(depth):
            return 0 if depth == 0 else 1 + work(depth - 1)

        self.assertEqual(work(2), 2)
        self.assertEqual([run["name"] for run in self.kept_runs()], ["named"] * 3)
        self.assertEqual(work.record.data["zone"], "FR")

    def test_a_method(self):
        self.machine()

        class Model:
            factor = 3

            @track(quiet=True)
            def fit(self, x):
                return self.factor * x

        self.assertEqual(Model().fit(2), 6)

    def test_a_fault_passes_and_the_record_stays(self):
        self.machine()

        @track(quiet=True)
        def fail():
            raise OSError("full")

        with self.assertRaisesRegex(OSError, "full"):
            fail()
        self.assertEqual(fail.record.tags, {"exception": "OSError"})

    def test_a_generator_is_measured_to_its_end(self):
        self.machine()

        @track(quiet=True)
        def batches():
            got = yield 1
            try:
                yield got
            except KeyError:
                yield "caught"
            return "end"

        made = batches()
        self.assertEqual(next(made), 1)
        self.assertIsNone(batches.record)
        self.assertEqual(made.send("sent"), "sent")
        self.assertEqual(made.throw(KeyError("x")), "caught")
        with self.assertRaises(StopIteration) as ended:
            next(made)
        self.assertEqual(ended.exception.value, "end")
        self.assertEqual(batches.record.tags, {})

    def test_a_generator_that_is_left_is_an_end_and_no_fault(self):
        self.machine()

        @track(quiet=True)
        def batches():
            yield 1
            yield 2

        for _ in batches():
            break
        self.assertEqual(batches.record.tags, {})

    def test_what_cannot_be_decorated(self):
        with self.assertRaisesRegex(TypeError, "decorates functions"):
            track("x")(int)
        with self.assertRaises(TypeError):
            track("x")(3)


class SettingsTest(PackageTest):
    def test_arguments_win_over_variables_and_these_over_the_file(self):
        self.machine()
        (self.home / "jouleprint.toml").write_text('zone = "DE"\npue = 1.5\nproject = "file"\n', encoding="utf-8")
        os.environ["JOULEPRINT_PUE"] = "1.25"
        with track(zone="FR", quiet=True) as t:
            pass
        self.assertEqual((t.record.data["zone"], t.record.data["pue"], t.record.data["project"]), ("FR", 1.25, "file"))

    def test_a_region_displaces_a_weaker_zone(self):
        self.machine()
        os.environ["JOULEPRINT_ZONE"] = "DE"
        with track(region="gcp:europe-west4", quiet=True) as t:
            pass
        self.assertEqual(t.record.data["zone"], "NL")

    def test_an_intensity_of_ones_own(self):
        self.machine("package-0=100")
        with track(intensity=500, pue=2, quiet=True) as t:
            time.sleep(0.1)
        self.assertAlmostEqual(t.record.operational_gco2e.value, 1000 * t.record.energy_kwh.value, places=9)

    def test_an_intensity_from_a_file(self):
        self.machine()
        series = self.home / "grid.csv"
        series.write_text("timestamp_utc,zone,gco2_per_kwh\n" + "".join(
            f"{year}-01-01T00:00:00Z,FR,321\n" for year in (2020,)) + "2020-01-01T01:00:00Z,FR,321\n", encoding="utf-8")
        with track(intensity=series, zone="FR", quiet=True) as t:
            pass
        self.assertTrue(any("grid.csv" in warning for warning in t.record.warnings), t.record.warnings)

    def test_more_options_go_to_the_library(self):
        self.machine()
        samples = self.home / "samples.csv"
        with track(quiet=True, options={"samples_file": str(samples)}):
            time.sleep(0.1)
        self.assertTrue(samples.exists())

    def test_an_unknown_option_is_named(self):
        with self.assertRaisesRegex(jouleprint.UsageError, "colour"):
            track(options={"colour": "red"}).start()


if __name__ == "__main__":
    unittest.main()
