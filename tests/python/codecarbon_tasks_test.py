"""Tasks of the CodeCarbon drop-in: exact energies, also across wraps, the task file, and the helpers that stand on
them."""

import time
import unittest

from codecarbon_support import DropInTest, Listener
from support import WRAPS_EVERY_0_5_S, true_joules

from jouleprint.codecarbon import _numbers
from jouleprint.codecarbon.emissions_tracker import TaskEmissionsTracker, track_task_emissions


class TasksTest(DropInTest):
    def task_file(self, tracker, experiment="base"):
        return self.rows(f"emissions_{experiment}_{tracker.run_id}.csv")

    def test_a_task_has_the_energy_of_its_time(self):
        machine = self.machine("package-0=80")
        with self.offline(pue=1.25, force_carbon_intensity_g_co2e_kwh=200) as tracker:
            time.sleep(0.2)
            tracker.start_task("fit")
            time.sleep(0.4)
            data = tracker.stop_task()
            time.sleep(0.2)
        task = tracker.record.data["tasks"][0]
        true = 1.25 * true_joules(machine, tracker.record.data, task["start_s"], task["end_s"])
        self.assert_joules(data.energy_consumed, true)
        self.assert_near(data.cpu_energy, data.energy_consumed)
        self.assert_near(data.emissions, data.energy_consumed * 0.2)
        self.assertAlmostEqual(data.duration, 0.4, delta=0.3)
        self.assertAlmostEqual(data.cpu_power, 100, delta=3)
        self.assertLess(data.energy_consumed, 0.8 * tracker.final_emissions_data.energy_consumed)

    def test_a_task_across_many_wraps_loses_nothing(self):
        machine = self.machine(WRAPS_EVERY_0_5_S)
        with self.offline(measure_power_secs=0.05) as tracker:
            tracker.start_task("fit")
            time.sleep(1.6)
            data = tracker.stop_task()
        task = tracker.record.data["tasks"][0]
        self.assert_joules(
            data.energy_consumed, true_joules(machine, tracker.record.data, task["start_s"], task["end_s"])
        )

    def test_tasks_alone_make_a_run(self):
        self.machine()
        tracker = self.offline(experiment_name="grid")
        for name in ("load", "fit"):
            tracker.start_task(name)
            time.sleep(0.1)
            self.assertGreater(tracker.stop_task(name).energy_consumed, 0.0)
        self.assertGreater(tracker.stop(), 0.0)
        rows = self.task_file(tracker, "grid")
        self.assertEqual([row["task_name"] for row in rows], ["load", "fit"])
        self.assertEqual({row["run_id"] for row in rows}, {str(tracker.run_id)})
        self.assertEqual(len(self.rows()), 1)
        self.assertLessEqual(
            sum(float(row["energy_consumed"]) for row in rows), float(self.rows()[0]["energy_consumed"]) * 1.000001
        )

    def test_the_run_s_time_and_energy_are_of_the_whole_run(self):
        self.machine("package-0=80")
        with self.offline() as tracker:
            time.sleep(0.2)
            tracker.start_task("fit")
            tracker.stop_task()
        data = tracker.final_emissions_data
        self.assertGreaterEqual(data.duration, 0.2)
        self.assertAlmostEqual(data.cpu_power, 80, delta=3)

    def test_one_task_at_a_time(self):
        self.machine()
        with self.offline() as tracker:
            tracker.start_task("first")
            with self.assertLogs("codecarbon", "WARNING") as said:
                tracker.start_task("second")
            self.assertIn("first", said.output[0])
            tracker.stop_task()
        self.assertEqual([row["task_name"] for row in self.task_file(tracker)], ["first"])

    def test_a_name_given_twice_is_told_apart_and_none_is_made_up(self):
        self.machine()
        with self.offline() as tracker:
            for name in ("fit", "fit", None):
                tracker.start_task(name)
                tracker.stop_task()
        names = [row["task_name"] for row in self.task_file(tracker)]
        self.assertEqual(names[0], "fit")
        self.assertRegex(names[1], "^fit_.{36}$")
        self.assertRegex(names[2], "^.{36}$")

    def test_no_such_task(self):
        self.machine()
        with self.offline() as tracker:
            tracker.start_task("fit")
            with self.assertLogs("codecarbon", "WARNING") as said:
                self.assertIsNone(tracker.stop_task("other"))
            self.assertIn("other", said.output[0])
            self.assertIsNotNone(tracker.stop_task("fit"))
            with self.assertLogs("codecarbon", "WARNING"):
                self.assertIsNone(tracker.stop_task())

    def test_a_task_that_runs_at_the_end_ends_with_the_run(self):
        self.machine()
        tracker = self.offline()
        tracker.start_task("fit")
        time.sleep(0.1)
        tracker.stop()
        self.assertGreater(float(self.task_file(tracker)[0]["energy_consumed"]), 0.0)

    def test_a_flush_while_a_task_runs_writes_what_has_ended(self):
        self.machine()
        listener = Listener()
        with self.offline(output_handlers=[listener]) as tracker:
            tracker.start_task("load")
            tracker.stop_task()
            tracker.start_task("fit")
            self.assertIsNotNone(tracker.flush())
        self.assertEqual(
            [(name, [task.task_name for task in data]) for name, data in listener.tasks],
            [("base", ["load"]), ("base", ["load", "fit"])],
        )

    def test_a_task_s_share_in_process_mode(self):
        self.machine("package-0=80")
        with self.offline(tracking_mode="process") as tracker:
            tracker.start_task("fit")
            end = time.monotonic() + 0.3
            while time.monotonic() < end:
                pass
            data = tracker.stop_task()
        self.assertGreater(data.energy_consumed, 0.0)
        self.assertLessEqual(data.energy_consumed, tracker.record.data["tasks"][0]["energy_kwh"]["value"] * 1.0001)

    def test_a_task_is_priced_with_the_hours_that_it_ran_in(self):
        record = {
            "start": "2026-01-01T00:02:00.5Z",
            "domains": [{"name": "package-0", "component": "cpu", "energy_kwh": {"value": 3.0}, "share": 1}],
            "intensity_g_per_kwh": {"value": 999.0},
            "by_time": {
                "start": "2026-01-01T00:00:00Z",
                "bin_s": 300,
                "energy_kwh": [1.0, 1.0, 1.0],
                "intensity_g_per_kwh": [100.0, 200.0, 400.0],
            },
        }
        for start_s, end_s, grams in ((0, 100, 100.0), (200, 300, 200.0), (200, 600, 300.0), (5000, 5001, 999.0)):
            task = {"start_s": start_s, "end_s": end_s, "domain_kwh": {"package-0": 0.5}}
            sums = _numbers.of_task(task, record, _numbers.Rules(pue=2.0))
            self.assert_near(sums.emissions_kg, 0.5 * 2.0 * grams / 1000)
            self.assertEqual((sums.cpu_kwh, sums.all_kwh), (1.0, 1.0))

    def test_a_task_that_runs_at_the_interpreter_s_end_is_in_the_file(self):
        self.machine()
        self.python(
            "import time; from jouleprint.codecarbon import OfflineEmissionsTracker as T\n"
            "t = T(country_iso_code='FRA', output_dir='work', experiment_name='e')\n"
            "t.start_task('fit'); time.sleep(0.1)"
        )
        (row,) = self.rows()
        (task,) = self.rows(f"emissions_e_{row['run_id']}.csv")
        self.assertEqual(task["task_name"], "fit")
        self.assertGreater(float(task["energy_consumed"]), 0.0)

    def test_a_block_as_a_task(self):
        self.machine()
        tracker = self.offline()
        with self.assertRaises(ZeroDivisionError), TaskEmissionsTracker("fit", tracker=tracker):
            raise ZeroDivisionError
        tracker.stop()
        self.assertEqual([row["task_name"] for row in self.task_file(tracker)], ["fit"])

    def test_a_block_without_a_tracker_is_a_run(self):
        self.machine()
        with TaskEmissionsTracker("fit") as block:
            pass
        self.assertEqual([row["task_name"] for row in self.task_file(block.tracker)], ["fit"])
        self.assertEqual(len(self.rows()), 1)

    def test_a_function_as_a_task(self):
        self.machine()
        tracker = self.offline()

        @track_task_emissions(tracker=tracker, task_name="fit")
        def fit(value):
            return value + 1

        self.assertEqual((fit(1), fit(2)), (2, 3))
        tracker.stop()
        names = [row["task_name"] for row in self.task_file(tracker)]
        self.assertEqual((names[0], len(names)), ("fit", 2))


if __name__ == "__main__":
    unittest.main()
