"""CarbonTracker in carbontracker's place, on a machine whose joules are known: figures, options, and that no fault of
measuring ends a training."""
import contextlib
import inspect
import io
import os
import time
import unittest
from unittest import mock

from support import ROOT, PackageTest, joules, jouleprint, true_joules

from jouleprint.carbontracker import exceptions, parser
from jouleprint.carbontracker.tracker import CarbonTracker


class TrackerTest(PackageTest):
    def setUp(self):
        super().setUp()
        self.said = io.StringIO()
        redirected = contextlib.redirect_stdout(self.said)
        redirected.__enter__()
        self.addCleanup(redirected.__exit__, None, None, None)

    def train(self, tracker, epochs, seconds=0.2):
        for _ in range(epochs):
            tracker.epoch_start()
            time.sleep(seconds)
            tracker.epoch_end()

    def told(self):
        """What stands on the screen: the actual and the predicted consumption."""
        return parser.get_consumption(self.said.getvalue().replace("CarbonTracker: ", "2000-01-01 CarbonTracker: "))

    def answers(self, *lines):
        return mock.patch("builtins.input", side_effect=list(lines) or EOFError)


class FiguresTest(TrackerTest):
    def test_the_actual_consumption_is_that_of_the_epochs_and_of_all_domains(self):
        machine = self.machine("package-0=80", "dram=20,in=package-0")
        tracker = CarbonTracker(epochs=2)
        self.train(tracker, 1)
        time.sleep(0.3)
        self.train(tracker, 1)
        record = tracker.record.data
        true = sum(true_joules(machine, record, task["start_s"], task["end_s"]) for task in record["tasks"])
        actual, _ = self.told()
        self.assertEqual(actual["epochs"], 2)
        self.assert_joules(actual["energy (kWh)"], true)
        self.assertLess(true, 0.8 * joules(record["energy_kwh"]["machine"]), "what lies between epochs is not theirs")

    def test_the_prediction_comes_after_the_epochs_asked_for(self):
        self.machine("package-0=100")
        tracker = CarbonTracker(epochs=10, epochs_before_pred=2)
        self.train(tracker, 1)
        self.assertEqual(self.told(), (None, None))
        self.train(tracker, 1)
        _, predicted = self.told()
        self.assertEqual(predicted["epochs"], 10)
        self.assertAlmostEqual(joules(predicted["energy (kWh)"]), 10 * 0.2 * 100, delta=0.3 * 200)
        self.assertIn("90 % range", self.said.getvalue())
        tracker.stop()

    def test_emissions_have_the_zones_intensity_and_the_users_pue(self):
        self.machine("package-0=100")
        os.environ.update(JOULEPRINT_INTENSITY="200", JOULEPRINT_PUE="1.5")
        tracker = CarbonTracker(epochs=1)
        self.train(tracker, 1)
        actual, predicted = self.told()
        machine_kwh = sum(tracker.record.tasks[0]["domain_kwh"].values())
        self.assertAlmostEqual(actual["energy (kWh)"] / machine_kwh, 1.5, places=4)
        self.assertAlmostEqual(actual["co2eq (g)"] / actual["energy (kWh)"], 200, places=2)
        self.assertAlmostEqual(predicted["co2eq (g)"] / predicted["energy (kWh)"], 200, delta=20)

    def test_a_kilometre_is_that_of_the_table(self):
        table = (ROOT / "data" / "equivalences.csv").read_text(encoding="utf-8")
        (grams,) = [float(line.split(",")[2]) for line in table.splitlines() if line.startswith("car_km,")]
        self.machine("package-0=100")
        self.train(CarbonTracker(epochs=1), 1)
        actual, _ = self.told()
        self.assertAlmostEqual(actual["co2eq (g)"] / actual["equivalents"]["km travelled by car"], grams, places=2)

    def test_components_choose_the_parts_that_count(self):
        self.machine("package-0=60", "dram=40,in=package-0")
        with self.assertRaises(exceptions.ComponentNameError):
            CarbonTracker(epochs=1, components="disk")
        tracker = CarbonTracker(epochs=1, components="gpu")
        self.train(tracker, 1)
        self.assertEqual(self.told()[0]["energy (kWh)"], 0)
        CarbonTracker(epochs=1, components=" GPU, cpu ")


class ConductTest(TrackerTest):
    def test_every_option_by_position_in_carbontrackers_order(self):
        self.assertEqual(list(inspect.signature(CarbonTracker).parameters), [
            "epochs", "epochs_before_pred", "monitor_epochs", "update_interval", "interpretable", "stop_and_confirm",
            "ignore_errors", "components", "devices_by_pid", "log_dir", "log_file_prefix", "verbose",
            "decimal_precision", "api_keys", "sim_cpu", "sim_cpu_tdp", "sim_cpu_util", "sim_gpu", "sim_gpu_watts",
            "sim_gpu_util"])
        tracker = CarbonTracker(4, 0, 2, 1, True, False, False, "all", False, None, "", 1, 6, None)
        self.assertEqual((tracker.epochs, tracker.monitor_epochs, tracker.decimal_precision), (4, 2, 6))

    def test_options_that_contradict_each_other_are_refused_before_anything_starts(self):
        for wrong in ({"epochs": 5, "monitor_epochs": 0}, {"epochs": 5, "epochs_before_pred": 3, "monitor_epochs": 2},
                      {"epochs": 1, "sim_cpu": "X"}, {"epochs": 1, "sim_gpu": "X"}, {"epochs": 0}):
            with self.subTest(wrong), self.assertRaises(ValueError):
                CarbonTracker(**wrong)
        for wrong in ({"epochs": "5"}, {"epochs": 1, "monitor_epochs": 1.5}, {"epochs": 1, "update_interval": "1"}):
            with self.subTest(wrong), self.assertRaises((TypeError, ValueError)):
                CarbonTracker(**{"update_interval": 2, **wrong})

    def test_after_the_monitored_epochs_it_does_nothing_more(self):
        self.machine()
        tracker = CarbonTracker(epochs=5, monitor_epochs=2)
        self.train(tracker, 4, 0.05)
        tracker.stop()
        self.assertEqual(self.said.getvalue().count("Actual consumption for 2 epoch(s)"), 1)
        self.assertEqual(self.said.getvalue().count("Finished monitoring."), 1)
        self.assertEqual(len(self.kept_runs()), 1)

    def test_stop_counts_every_finished_epoch_and_no_other(self):
        self.machine()
        tracker = CarbonTracker(epochs=5)
        self.train(tracker, 2, 0.05)
        tracker.epoch_start()
        tracker.stop()
        tracker.stop()
        self.assertEqual(self.said.getvalue().count("Actual consumption for 2 epoch(s)"), 1)

    def test_silence_when_asked_for(self):
        self.machine()
        self.train(CarbonTracker(epochs=1, verbose=0), 1, 0.05)
        self.assertEqual(self.said.getvalue(), "")

    def test_the_digits_asked_for_and_no_equivalents(self):
        self.machine()
        self.train(CarbonTracker(epochs=1, decimal_precision=3, interpretable=False), 1, 0.05)
        self.assertRegex(self.said.getvalue(), r"Energy:\t0\.\d{3} kWh\n")
        self.assertNotIn("equivalent", self.said.getvalue())

    def test_asked_for_a_confirmation(self):
        self.machine()
        tracker = CarbonTracker(epochs=3, stop_and_confirm=True)
        with self.answers("what?", "Y"):
            self.train(tracker, 1, 0.05)
        self.assertFalse(tracker.deleted)
        tracker = CarbonTracker(epochs=3, stop_and_confirm=True)
        with self.answers("n"), self.assertRaises(SystemExit) as ended:
            self.train(tracker, 1, 0.05)
        self.assertEqual(ended.exception.code, 0)
        self.assertEqual(tracker.record.data["state"], "finished")
        with self.answers(), self.standard_error():
            tracker = CarbonTracker(epochs=3, stop_and_confirm=True)
            self.train(tracker, 2, 0.05)
        self.assertEqual(tracker.epoch_counter, 2, "where nobody can be asked the training goes on")
        tracker.stop()

    def test_what_makes_no_sense_here_is_said_once(self):
        self.machine()
        for _ in range(2):
            with self.assertWarns(jouleprint.JouleprintWarning) if _ == 0 else contextlib.nullcontext():
                CarbonTracker(epochs=1, sim_gpu="A100", sim_gpu_watts=400)
        with self.assertWarnsRegex(jouleprint.JouleprintWarning, "no source for 'other'"):
            CarbonTracker(epochs=1, api_keys={"other": "key"})

    def test_a_key_is_for_the_live_source_and_stands_nowhere(self):
        self.machine()
        os.environ["JOULEPRINT_ZONE"] = "FR"
        tracker = CarbonTracker(epochs=1)
        tracker.set_api_keys({"electricitymaps": "secret-key"})
        with self.standard_error():
            self.train(tracker, 1, 0.05)
        self.assertNotIn("JOULEPRINT_ELECTRICITY_MAPS_KEY", os.environ)
        self.assertNotIn("secret-key", tracker.record.to_json())
        self.assertTrue(tracker.record)


class FaultsTest(TrackerTest):
    """Whatever happens to the measuring, the training goes on."""

    def test_a_machine_on_which_nothing_can_be_measured(self):
        self.bare_machine()
        with self.standard_error() as said:
            tracker = CarbonTracker(epochs=2)
            self.train(tracker, 2, 0)
            tracker.stop()
        self.assertIn("goes on without monitoring", said.getvalue())

    def test_a_zone_that_does_not_exist(self):
        self.machine()
        os.environ["JOULEPRINT_ZONE"] = "Atlantis"
        with self.standard_error() as said:
            self.train(CarbonTracker(epochs=1), 1, 0)
        self.assertIn("Atlantis", said.getvalue())

    def test_a_folder_that_cannot_be_made(self):
        self.machine()
        (self.home / "file").write_text("", encoding="utf-8")
        with self.assertWarnsRegex(jouleprint.JouleprintWarning, "log_dir"):
            tracker = CarbonTracker(epochs=1, log_dir=str(self.home / "file" / "logs"))
        self.train(tracker, 1, 0.05)
        self.assertEqual(self.told()[0]["epochs"], 1)

    def test_calls_in_the_wrong_order(self):
        self.machine()
        tracker = CarbonTracker(epochs=2, epochs_before_pred=0)
        with self.assertWarns(jouleprint.JouleprintWarning):
            tracker.epoch_end()
        tracker.epoch_start()
        self.train(tracker, 2, 0.05)
        self.assertEqual((tracker.epoch_counter, tracker.deleted), (2, True))
        CarbonTracker(epochs=2).stop()

    def test_a_forked_child_says_and_ends_nothing(self):
        self.machine()
        tracker = CarbonTracker(epochs=1, epochs_before_pred=0)
        tracker.epoch_start()
        child = os.fork()
        if child == 0:
            tracker.epoch_end()
            os._exit(0 if "Actual" not in self.said.getvalue() else 1)
        self.assertEqual(os.waitpid(child, 0)[1], 0)
        tracker.epoch_end()
        self.assertEqual(self.told()[0]["epochs"], 1)

    def test_an_interpreter_that_exits_without_stop_keeps_the_run(self):
        self.machine()
        self.python("from jouleprint.carbontracker.tracker import CarbonTracker\n"
                    "t = CarbonTracker(3, log_file_prefix='left')\nt.epoch_start(); t.epoch_end(); t.epoch_start()")
        self.assertEqual(self.kept("left")["state"], "finished")


class StandInTest(PackageTest):
    PROGRAM = ("import jouleprint.carbontracker\njouleprint.carbontracker.install()\n"
               "import importlib.metadata, importlib.util\n"
               "from carbontracker.tracker import CarbonTracker\nfrom carbontracker import parser, exceptions\n"
               "import jouleprint.carbontracker.tracker as ours\n"
               "assert CarbonTracker is ours.CarbonTracker and importlib.util.find_spec('carbontracker')\n"
               "print(importlib.metadata.version('carbontracker'))")

    def test_import_carbontracker_is_answered(self):
        self.assertTrue(self.python(self.PROGRAM).stdout.startswith("2.4.3+jouleprint."))

    def test_it_comes_before_carbontracker_itself_or_refuses(self):
        (self.home / "carbontracker.py").write_text("", encoding="utf-8")
        done = self.python("import sys; sys.path.insert(0, ''); import carbontracker; " + self.PROGRAM, status=1)
        self.assertIn("imported already", done.stderr)


if __name__ == "__main__":
    unittest.main()
