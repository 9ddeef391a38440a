"""`runs import` of CodeCarbon's and carbontracker's files: what `runs list`, `show` and `report` then say."""
import json
import unittest

from support import Place

HEADER = ("timestamp,project_name,run_id,duration,emissions,cpu_energy,gpu_energy,ram_energy,energy_consumed,"
          "country_iso_code,codecarbon_version,pue\n")
ROW = "2024-03-01T10:30:00,mnist,6f1c,3600.0,0.0125,0.0875,0.125,0.0375,0.25,FRA,3.3.0,1.25\n"

STANDARD = """\
2025-01-10 09:00:00 - carbontracker version 2.4.3
2025-01-10 09:00:00 - Only predicted and actual consumptions are multiplied by a PUE coefficient of 1.58 (x).
2025-01-10 09:00:01 - The following components were found: GPU with device(s) T4. CPU with device(s) cpu:0, dram:0.
2025-01-10 09:01:45 - Epoch 1:
2025-01-10 09:01:45 - Duration: 0:01:40.00
2025-01-10 09:01:45 - Average power usage (W) for gpu: 200.0
2025-01-10 09:01:45 - Average power usage (W) for cpu: 36.0
2025-01-10 09:01:45 - Average carbon intensity during training was 150.00 gCO2eq/kWh.\x20
"""
OUTPUT = """\
2025-01-10 09:01:45 - CarbonTracker:\x20
Actual consumption for 1 epoch(s):
\tTime:\t0:01:40
\tEnergy:\t0.0158 kWh
\tCO2eq:\t2.37 g
"""


class ImportTest(unittest.TestCase):
    def setUp(self):
        self.place = self.enterContext(Place())
        self.db = ("--db", self.place.store)

    def write(self, name, text):
        path = self.place.path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def ask(self, *words, status=0):
        done = self.place.jouleprint("runs", *words, *self.db)
        self.assertEqual(done.returncode, status, done.stderr)
        return done

    def listed(self):
        return json.loads(self.ask("list", "--json").stdout)

    def logs(self):
        self.write("logs/a_carbontracker_output.log", OUTPUT)
        return self.write("logs/a_carbontracker.log", STANDARD)

    def test_a_file_of_codecarbon_is_listed_and_shown_like_any_run(self):
        done = self.ask("import", self.write("emissions.csv", HEADER + ROW))
        self.assertEqual((done.stdout, done.stderr), ("imported 1 run\n", ""))
        (run,) = self.listed()
        self.assertEqual((run["name"], run["state"], run["basis"]), ("mnist", "finished", "assumed"))
        self.assertAlmostEqual(run["energy_kwh"], 0.2)
        self.assertAlmostEqual(run["emissions_gco2e"], 12.5)
        shown = " ".join(self.ask("show", "mnist").stdout.split())
        self.assertIn("imported from CodeCarbon 3.3.0", shown)
        self.assertIn("PUE 1.25", shown)
        self.assertNotIn("'jouleprint doctor'", shown, "this machine has nothing to do with it")
        report = self.place.jouleprint("report", "mnist", "--format", "markdown", *self.db).stdout
        self.assertIn("Measured with CodeCarbon 3.3.0, imported by jouleprint", report)

    def test_the_folder_of_carbontrackers_logs(self):
        folder = self.logs().parent
        self.ask("import", folder)
        run = json.loads(self.place.jouleprint("report", "last", "--json", *self.db).stdout)
        self.assertEqual((run["name"], run["imported_from"], run["pue"]), ("a", "carbontracker 2.4.3", 1.58))
        self.assertAlmostEqual(run["energy_kwh"]["machine"]["value"], 0.01)
        self.assertAlmostEqual(run["emissions_gco2e"]["total"]["value"], 2.37)
        self.assertEqual([epoch["duration_s"] for epoch in run["epochs"]], [100])
        self.assertTrue(any("mean over 2 cpu devices" in warning for warning in run["warnings"]))

    def test_importing_again_makes_no_doubles(self):
        csv, logs = self.write("emissions.csv", HEADER + ROW), self.logs().parent
        for _ in range(2):
            self.assertEqual(json.loads(self.ask("import", csv, logs, "--json").stdout), {"imported": 2})
        self.assertEqual(len(self.listed()), 2)
        self.ask("import", self.write("grown.csv", HEADER + ROW + ROW.replace("6f1c", "77aa")))
        self.assertEqual(len(self.listed()), 3)

    def test_an_exported_import_comes_back_the_same(self):
        self.ask("import", self.write("emissions.csv", HEADER + ROW), self.logs())
        before = self.ask("export", "--all").stdout
        self.ask("rm", *(run["run_id"] for run in self.listed()))
        self.ask("import", self.write("runs.jsonl", before))
        self.assertEqual(self.ask("export", "--all").stdout, before)

    def test_one_bad_row_and_nothing_is_taken(self):
        good = self.write("good.csv", HEADER + ROW)
        slipped = self.write("bad.csv", HEADER + ROW + ROW.replace("FRA,", ""))
        done = self.ask("import", good, slipped, status=2)
        self.assertEqual(done.stdout, "")
        self.assertRegex(done.stderr,
                         r"^jouleprint: [^\n]*bad\.csv line 3 has 11 cells, and the header 12 columns; [^\n]+\n$")
        self.assertEqual(self.listed(), [])

    def test_a_file_of_no_known_kind(self):
        done = self.ask("import", self.write("notes.txt", "dear diary\n"), status=2)
        self.assertRegex(done.stderr, r"^jouleprint: [^\n]*notes\.txt line 1 [^\n]*emissions\.csv[^\n]*\n$")


if __name__ == "__main__":
    unittest.main()
