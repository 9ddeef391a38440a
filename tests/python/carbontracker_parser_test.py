"""The parser of carbontracker's logs: what its functions return, also where carbontracker's own go wrong."""
import contextlib
import io
import math
import os
import pathlib
import sys
import tempfile
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "python"))

from jouleprint.carbontracker import exceptions, parser  # noqa: E402  (the path is set above)

STANDARD = """\
2024-05-06 07:00:00 - carbontracker version 2.3.0
2024-05-06 07:00:00 - The following components were found: GPU with device(s) A100, A100. CPU with device(s) E5 @ 2.2G.
2024-05-06 07:01:00 - Epoch 1:
2024-05-06 07:01:00 - Duration: 0:01:00.50
2024-05-06 07:01:00 - Average power usage (W) for gpu: [12.3 45.6]
2024-05-06 07:01:00 - Average power usage (W) for cpu: 35.6
2024-05-06 07:02:00 - Epoch 2:
2024-05-06 07:02:00 - Duration: 0:01:00.00
2024-05-06 07:02:00 - Average power usage (W) for gpu: [ 10.
  20.]
2024-05-06 07:02:00 - Average power usage (W) for cpu: None
"""


def block(what, epochs, kwh, grams="0.4"):
    return (f"2024-05-06 07:02:00 - CarbonTracker: \n{what} consumption for {epochs} epoch(s):\n\tTime:\t1:02:03\n"
            f"\tEnergy:\t{kwh} kWh\n\tCO2eq:\t{grams} g\n\tThis is equivalent to:\n\t0.25 km travelled by car\n")


def plain(rows):
    return rows.tolist() if hasattr(rows, "tolist") else rows


class TextTest(unittest.TestCase):
    """Functions of a log's text."""

    def test_both_consumptions_with_their_epochs(self):
        actual, predicted = parser.get_consumption(block("Predicted", 100, "1.5") + block("Actual", 2, "0.03"))
        self.assertEqual(actual, {"epochs": 2, "duration (s)": 3723, "energy (kWh)": 0.03, "co2eq (g)": 0.4,
                                  "equivalents": {"km travelled by car": 0.25}})
        self.assertEqual((predicted["epochs"], predicted["energy (kWh)"]), (100, 1.5))

    def test_a_consumption_without_epochs_equivalents_or_price(self):
        actual, predicted = parser.get_consumption("2022-01-01 00:00:00 - CarbonTracker: \nActual consumption:\n"
                                                   "\tTime:\t0:00:02\n\tEnergy:\t0.1 kWh\n\tCO2:\tnan g\n")
        self.assertEqual((actual["epochs"], actual["duration (s)"], actual["equivalents"]), (1, 2, None))
        self.assertTrue(math.isnan(actual["co2eq (g)"]))
        self.assertIsNone(predicted)
        self.assertEqual(parser.get_consumption("nothing was said"), (None, None))

    def test_devices_keep_the_points_in_their_names(self):
        self.assertEqual(parser.get_devices(STANDARD), {"gpu": ["A100", "A100"], "cpu": ["E5 @ 2.2G"]})
        self.assertEqual(parser.get_devices(""), {})

    def test_all_numbers_of_a_list_of_powers(self):
        self.assertEqual(parser.get_avg_power_usages(STANDARD),
                         {"gpu": [[12.3, 45.6], [10, 20]], "cpu": [[35.6], [0.0]]})

    def test_durations_and_times(self):
        self.assertEqual(parser.get_epoch_durations(STANDARD), [60.5, 60])
        self.assertEqual(parser.get_time("1:02:03.45"), 3723.45)
        self.assertIsNone(parser.get_time("soon"))

    def test_early_stop(self):
        self.assertFalse(parser.get_early_stop(STANDARD))
        self.assertTrue(parser.get_early_stop("... - Training was interrupted before all 5 epochs were monitored."))


class FolderTest(unittest.TestCase):
    """Functions of a folder of logs."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="jouleprint-parser-")
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def write(self, run, output, standard=STANDARD):
        for end, text in (("_carbontracker_output.log", output), ("_carbontracker.log", standard)):
            if text is not None:
                pathlib.Path(self.folder, run + end).write_text(text, encoding="utf-8")
        return os.path.join(self.folder, run)

    def test_components_of_a_run(self):
        self.write("a", block("Actual", 2, "0.03"))
        parts = parser.parse_logs(self.folder)
        self.assertEqual(list(parts), ["gpu", "cpu"])
        self.assertEqual(plain(parts["gpu"]["avg_power_usages (W)"]), [[12.3, 45.6], [10, 20]])
        self.assertEqual(plain(parts["gpu"]["epoch_durations (s)"]), [60.5, 60])
        energies = plain(parts["gpu"]["avg_energy_usages (J)"])
        self.assertAlmostEqual(energies[0][1], 45.6 * 60.5)
        self.assertEqual(parts["cpu"]["devices"], ["E5 @ 2.2G"])

    def test_a_log_without_epochs_has_none(self):
        self.write("a", "x", STANDARD[:STANDARD.index("2024-05-06 07:01:00 - Epoch 1")])
        self.assertEqual(parser.parse_logs(self.folder)["cpu"],
                         {"avg_power_usages (W)": None, "avg_energy_usages (J)": None, "epoch_durations (s)": None,
                          "devices": ["E5 @ 2.2G"]})

    def test_more_powers_than_durations_are_refused(self):
        self.write("a", "x", STANDARD.replace("2024-05-06 07:02:00 - Duration: 0:01:00.00\n", ""))
        with self.assertRaisesRegex(exceptions.MismatchedEpochsError, "2 powers and 1 durations"):
            parser.parse_logs(self.folder)

    def test_logs_are_paired_by_run_and_halves_left_out(self):
        a = self.write("a", block("Actual", 2, "0.03"))
        self.write("b", None)
        self.write("c", "x", None)
        self.write("d", "", STANDARD)
        self.assertEqual(parser.get_all_logs(self.folder),
                         ([a + "_carbontracker_output.log"], [a + "_carbontracker.log"]))
        (run,) = parser.parse_all_logs(self.folder)
        self.assertEqual((run["output_filename"], run["early_stop"], run["actual"]["epochs"], run["pred"]),
                         (a + "_carbontracker_output.log", False, 2, None))

    def test_halves_alone_are_refused(self):
        self.write("b", None)
        for function in (parser.get_all_logs, parser.get_most_recent_logs):
            with self.assertRaises(exceptions.MismatchedLogFilesError):
                function(self.folder)

    def test_the_most_recent_is_one_runs_pair(self):
        old, new = self.write("z", "x"), self.write("a", "x")
        ago = time.time() - 100
        os.utime(old + "_carbontracker.log", (ago, ago))
        os.utime(new + "_carbontracker_output.log", (ago - 100, ago - 100))
        self.assertEqual(parser.get_most_recent_logs(self.folder),
                         (new + "_carbontracker.log", new + "_carbontracker_output.log"))

    def test_the_sum_takes_what_was_measured_unless_only_some_epochs_were(self):
        self.write("whole", block("Predicted", 2, "9") + block("Actual", 2, "1"))
        self.write("stopped", block("Predicted", 9, "9") + block("Actual", 2, "2"),
                   STANDARD + "... Training was interrupted\n")
        self.write("monitored", block("Predicted", 9, "4") + block("Actual", 2, "0.9"))
        self.write("unpriced", block("Actual", 2, "8", "nan"))
        energy, grams, equivalents = parser.aggregate_consumption(self.folder)
        self.assertEqual(energy, 1 + 2 + 4 + 8)
        self.assertAlmostEqual(grams, 1.2)
        self.assertEqual(equivalents, {"km travelled by car": 1.0})

    def test_the_sum_as_a_sentence(self):
        self.write("whole", block("Actual", 2, "0.5", "200"))
        said = io.StringIO()
        with contextlib.redirect_stdout(said):
            parser.print_aggregate(self.folder)
        self.assertIn("0.5000000000000000 kWh of electricity", said.getvalue())
        self.assertIn("0.2000000000000000 kg of CO2eq", said.getvalue())
        self.assertIn("0.2500000000000000 km travelled by car", said.getvalue())


if __name__ == "__main__":
    unittest.main()
