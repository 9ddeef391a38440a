"""`predict`: totals from files and kept runs, what they are priced with, and what is refused."""
import gzip
import json
import subprocess
import unittest

from support import COMMAND, Place

HEADER = "epoch,duration_s,energy_kwh"


def rows(count, seconds=30.0, kwh=0.02, first=None):
    lines = [f"{n},{first if first and n == 1 else seconds},{kwh}" for n in range(1, count + 1)]
    return "\n".join([HEADER, *lines]) + "\n"


class PredictTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.place = cls.enterClassContext(Place())

    def file(self, text, name="epochs.csv"):
        path = self.place.path / name
        path.write_bytes(gzip.compress(text.encode()) if name.endswith(".gz") else text.encode())
        return path

    def ask(self, text, *flags, name="epochs.csv"):
        return json.loads(self.place.jouleprint("predict", self.file(text, name), "--json", *flags).stdout)

    def refused(self, text, *flags):
        done = self.place.jouleprint("predict", self.file(text), *flags)
        self.assertEqual((done.returncode, done.stdout), (2, ""))
        self.assertEqual(len(done.stderr.splitlines()), 1)
        return done.stderr

    def test_totals_of_all_epochs_with_their_intervals(self):
        answer = self.ask(rows(5), "--total-epochs", "90", "--intensity", "100", "--pue", "1.5")
        self.assertEqual((answer["epochs_seen"], answer["epochs_total"]), (5, 90))
        for name, total in (("duration_s", 2700), ("energy_kwh", 1.8), ("emissions_gco2e", 270)):
            figure = answer["predicted"][name]
            self.assertAlmostEqual(figure["value"] / total, 1, delta=0.01)
            self.assertLess(figure["low"], figure["value"])
            self.assertGreater(figure["high"], figure["value"])
        self.assertEqual(answer["used"]["duration_s"], 150)
        self.assertEqual(answer["missing"], {})

    def test_only_the_first_epochs_are_looked_at(self):
        text = rows(20, first=60) + "21,300,0.2\n"
        self.assertEqual(self.ask(text, "--total-epochs", "40", "--after", "3"),
                         self.ask(rows(3, first=60), "--total-epochs", "40"))

    def test_all_seen_is_the_sum(self):
        answer = self.ask(rows(4, first=33), "--total-epochs", "4")
        self.assertEqual(answer["predicted"]["duration_s"], {"value": 123, "low": 123, "high": 123, "basis": "modelled"})

    def test_gzip_and_standard_input_are_read(self):
        plain = self.ask(rows(6), "--total-epochs", "10")
        self.assertEqual(self.ask(rows(6), "--total-epochs", "10", name="epochs.csv.gz"), plain)
        piped = subprocess.run([COMMAND, "predict", "-", "--total-epochs", "10", "--json"], input=rows(6),
                               capture_output=True, text=True, check=True)
        self.assertEqual(json.loads(piped.stdout)["predicted"], plain["predicted"])

    def test_evaluations_are_counted_apart(self):
        text = "kind,duration_s,energy_kwh\n" + "train,30,0.02\neval,6,0.001\n" * 4
        answer = self.ask(text, "--total-epochs", "10")
        self.assertEqual(answer["epochs_seen"], 4)
        self.assertAlmostEqual(answer["predicted"]["duration_s"]["value"], 360, delta=4)

    def test_without_energy_only_the_time(self):
        answer = self.ask("epoch,duration_s\n1,30\n2,30\n", "--total-epochs", "10")
        self.assertIsNone(answer["predicted"]["energy_kwh"])
        self.assertIsNone(answer["predicted"]["emissions_gco2e"])
        self.assertIn("no column 'energy_kwh'", answer["missing"]["energy_kwh"])
        self.assertGreater(answer["predicted"]["duration_s"]["value"], 290)

    def test_hours_are_priced_by_a_series_from_the_start_on(self):
        hours = "".join(f"2025-01-01T{h:02}:00Z,FR,{100 if h < 12 else 300}\n" for h in range(24))
        series = self.file("timestamp_utc,zone,gco2_per_kwh\n" + hours, "fr.csv")
        text = rows(4, seconds=3600, kwh=1)
        morning = self.ask(text, "--total-epochs", "8", "--intensity-series", series, "--start", "2025-01-01T00:00Z")
        noon = self.ask(text, "--total-epochs", "8", "--intensity-series", series, "--start", "2025-01-01T08:00Z")
        self.assertAlmostEqual(morning["predicted"]["emissions_gco2e"]["value"], 800, delta=4)
        self.assertAlmostEqual(noon["predicted"]["emissions_gco2e"]["value"], 4 * 100 + 4 * 300, delta=12)

    def test_people_get_a_picture(self):
        for locale, done in (("C", "###"), ("C.UTF-8", "███")):
            text = self.place.jouleprint("predict", self.file(rows(20)), "--total-epochs", "40", "--zone", "FR",
                                         env={"LC_ALL": locale}).stdout
            self.assertIn("after 20 of 40 epochs", text)
            self.assertIn(done, text)
            self.assertIn("warm-up", text)
            self.assertLessEqual(max(map(len, text.splitlines())), 100)

    def test_bad_cells_are_named(self):
        total = ("--total-epochs", "10")
        self.assertIn("epochs.csv line 3, field 'duration_s': 'soon' is not a number",
                      self.refused(HEADER + "\n1,30,0.1\n2,soon,0.1\n", *total))
        self.assertIn("line 2, field 'energy_kwh': '-1' is below 0", self.refused(HEADER + "\n1,30,-1\n", *total))
        self.assertIn("is empty", self.refused("", *total))

    def test_wrong_counts_are_refused(self):
        self.assertIn("give --total-epochs N", self.refused(rows(3)))
        self.assertIn("3 training epochs have been finished, of 2 in all", self.refused(rows(3), "--total-epochs", "2"))
        self.assertIn("--total-epochs '0' makes no sense", self.refused(rows(3), "--total-epochs", "0"))
        self.assertIn("has 3 training epochs, and --after asks for 5", self.refused(rows(3), "--total-epochs", "9", "--after", "5"))

    def test_a_kept_run_is_predicted_from_its_epochs(self):
        script = "for i in 1 2 3; do echo Epoch $i/3; sleep 0.2; done"
        run = self.place.run("sh", "-c", script, flags=("--name", "epochs", "--zone", "FR", "--epoch-regex", r"Epoch (\d+)/(\d+)"))
        answer = json.loads(self.place.jouleprint("predict", "epochs", "--db", self.place.store, "--total-epochs", "30", "--json").stdout)
        self.assertEqual(answer["zone"], "FR")
        self.assertEqual(answer["epochs_total"], 30)
        self.assertGreaterEqual(answer["predicted"]["duration_s"]["value"], run.record["duration_s"])

    def test_what_is_neither_file_nor_run_is_refused(self):
        done = self.place.jouleprint("predict", "nothing", "--db", self.place.store, "--total-epochs", "3")
        self.assertEqual(done.returncode, 2)
        self.assertIn("nothing is no file, and as a run", done.stderr)


if __name__ == "__main__":
    unittest.main()
