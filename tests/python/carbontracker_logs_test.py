"""The three logs of a CarbonTracker: their names, the shapes of their lines, and that parsers and imports read them.

CARBONTRACKER_PYTHON names an interpreter that has carbontracker itself; then its own parser reads them, too.
"""
import json
import os
import subprocess
import time
import unittest

from support import COMMAND, JOULES_PER_KWH, LONGEST_S, PackageTest

from jouleprint.carbontracker import parser
from jouleprint.carbontracker.tracker import CarbonTracker

TIME = r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d"
THEIRS = os.environ.get("CARBONTRACKER_PYTHON")


class LogsTest(PackageTest):
    def setUp(self):
        super().setUp()
        self.machine("package-0=70", "dram=30,in=package-0")
        os.environ.update(JOULEPRINT_ZONE="FR", JOULEPRINT_PUE="1.2")
        self.folder = self.home / "logs" / "deep"

    def train(self, epochs=2, planned=2, **options):
        tracker = CarbonTracker(epochs=planned, log_dir=str(self.folder), log_file_prefix="mnist", verbose=0,
                                decimal_precision=9, **options)
        for _ in range(epochs):
            tracker.epoch_start()
            time.sleep(0.1)
            tracker.epoch_end()
        tracker.stop()
        return tracker

    def text(self, end):
        (path,) = self.folder.glob(f"*_carbontracker{end}.log")
        return path.read_text(encoding="utf-8")

    def test_names_of_carbontrackers_shape(self):
        self.train()
        names = sorted(path.name for path in self.folder.iterdir())
        self.assertEqual(len(names), 2, "no error, so no log of errors")
        for name, end in zip(names, ("", "_output")):
            self.assertRegex(name, rf"^mnist_{os.getpid()}\.\d+_\d{{4}}-\d\d-\d\dT\d{{6}}Z_carbontracker{end}\.log$")

    def test_lines_of_the_standard_log(self):
        tracker = self.train()
        shapes = [r"carbontracker version 2\.4\.3\+jouleprint\.[\d.]+", f"jouleprint run {tracker.record.run_id}",
                  r"Only predicted and actual consumptions are multiplied by a PUE coefficient of 1\.2 \(as given\)\.",
                  r"The following components were found: CPU with device\(s\) package-0, dram-0\.",
                  r"Monitoring thread started\.",
                  *[line for n in (1, 2) for line in (f"Epoch {n}:", r"Duration: 0:00:00\.\d\d",
                                                      r"Average power usage \(W\) for cpu: 1?\d\d\.\d+")],
                  r"Carbon intensities \(gCO2eq/kWh\) .* at detected location: FR: \[[\d.]+\]",
                  r"Average carbon intensity during training was [\d.]+ gCO2eq/kWh\. ", r"Monitoring thread ended\."]
        lines = self.text("").splitlines()
        self.assertEqual(len(lines), len(shapes), lines)
        for line, shape in zip(lines, shapes):
            self.assertRegex(line, rf"^{TIME} - {shape}$")

    def test_blocks_of_the_output_log(self):
        self.train()
        number = r"\d+\.\d{9}"
        block = (rf"\tTime:\t\d:\d\d:\d\d\n\tEnergy:\t{number} kWh\n\t90 % range [^\n]+\n\tCO2eq:\t{number} g\n"
                 rf"\tThis is equivalent to:\n\t{number} km travelled by car\n")
        text = self.text("_output")
        for what in ("Predicted", "Actual"):
            self.assertRegex(text, rf"{TIME} - CarbonTracker: \n{what} consumption for 2 epoch\(s\):\n{block}{TIME} - ")

    def test_our_parser_reads_what_was_measured(self):
        tracker = self.train()
        (run,) = parser.parse_all_logs(str(self.folder))
        epochs_kwh = [sum(task["domain_kwh"].values()) for task in tracker.record.tasks]
        self.assertAlmostEqual(run["actual"]["energy (kWh)"], 1.2 * sum(epochs_kwh), delta=2e-9)
        self.assertEqual(run["components"]["cpu"]["devices"], ["package-0", "dram-0"])
        powers = run["components"]["cpu"]["avg_power_usages (W)"]
        for (watts,), task in zip(powers, tracker.record.tasks):
            joules = sum(task["domain_kwh"].values()) * JOULES_PER_KWH
            self.assertAlmostEqual(watts, joules / (task["end_s"] - task["start_s"]), 2)
        self.assertFalse(run["early_stop"])

    def test_stopping_early_is_logged(self):
        self.train(epochs=1, planned=3)
        (run,) = parser.parse_all_logs(str(self.folder))
        self.assertTrue(run["early_stop"])
        self.assertEqual((run["actual"]["epochs"], run["pred"]["epochs"]), (1, 3))

    def test_errors_have_a_log_of_their_own(self):
        os.environ["JOULEPRINT_ZONE"] = "Atlantis"
        with self.standard_error():
            self.train()
        self.assertRegex(self.text("_err"), rf"^{TIME},\d{{3}} - MainThread - CRITICAL - ")
        self.assertIn("Atlantis", self.text("_err"))

    def test_an_import_does_not_take_what_the_store_has(self):
        self.train()
        (log,) = self.folder.glob("*_carbontracker.log")
        done = subprocess.run([COMMAND, "runs", "import", log], capture_output=True, text=True, check=False,
                              timeout=LONGEST_S)
        self.assertEqual(done.returncode, 2)
        self.assertIn("written by jouleprint", done.stderr)

    @unittest.skipUnless(THEIRS, "skipped: CARBONTRACKER_PYTHON names no interpreter that has carbontracker")
    def test_carbontrackers_own_parser_reads_the_same(self):
        self.train()
        code = ("import json, sys\nfrom carbontracker import parser\n(run,) = parser.parse_all_logs(sys.argv[1])\n"
                "powers = run['components']['cpu']['avg_power_usages (W)'].tolist()\n"
                "print(json.dumps([run['actual']['energy (kWh)'], run['pred']['energy (kWh)'], powers]))")
        done = subprocess.run([THEIRS, "-c", code, self.folder], capture_output=True, text=True, check=True,
                              timeout=LONGEST_S)
        (ours,) = parser.parse_all_logs(str(self.folder))
        powers = ours["components"]["cpu"]["avg_power_usages (W)"]
        self.assertEqual(json.loads(done.stdout), [ours["actual"]["energy (kWh)"], ours["pred"]["energy (kWh)"],
                                                   powers.tolist() if hasattr(powers, "tolist") else powers])


if __name__ == "__main__":
    unittest.main()
