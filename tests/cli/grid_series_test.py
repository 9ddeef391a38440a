"""Intensity series from files and from the store: `grid series`, its import and rm, and `grid forecast`."""
import datetime
import gzip
import json
import math
import os
import re
import threading
import unittest

from support import Place

HEADER = "timestamp_utc,zone,gco2_per_kwh\n"
START = datetime.datetime(2022, 1, 1)


def rows(count, zone="FR", minutes=60, start=START):
    """A day's wave around 200 g/kWh."""
    lines = []
    for i in range(count):
        time = start + datetime.timedelta(minutes=minutes * i)
        value = 200 + 100 * math.sin(2 * math.pi * (time.hour + time.minute / 60) / 24)
        lines.append(f"{time:%Y-%m-%dT%H:%MZ},{zone},{value:.2f}\n")
    return "".join(lines)


class GridSeriesTest(unittest.TestCase):
    def setUp(self):
        self.place = self.enterContext(Place())

    def write(self, name, text):
        path = self.place.path / name
        if isinstance(text, bytes):
            path.write_bytes(text)
        else:
            path.write_text(text, encoding="utf-8")
        return path

    def ask(self, *words, status=0, **how):
        done = self.place.jouleprint("grid", *words, **how)
        self.assertEqual(done.returncode, status, done.stderr)
        if status == 2:
            self.assertEqual(done.stdout, "")
            self.assertRegex(done.stderr, r"^jouleprint[^:\n]*: [^\n]+\n$", "one sentence on one line")
        return done

    def refused(self, path, *flags):
        return self.ask("series", "--series", path, *flags, status=2).stderr

    def test_a_file_as_json(self):
        path = self.write("fr.csv.gz", gzip.compress((HEADER + rows(48)).encode()))
        done = self.ask("series", "--series", path, "--from", "2022-01-01T06:00Z", "--to", "2022-01-02", "--json")
        self.assertEqual(done.stderr, "")
        (series,) = json.loads(done.stdout)["series"]
        self.assertEqual({key: series[key] for key in ("zone", "kind", "source", "step_s", "from", "to", "missing")},
                         {"zone": "FR", "kind": "unspecified", "source": "fr.csv.gz", "step_s": 3600,
                          "from": "2022-01-01T06:00:00Z", "to": "2022-01-02T00:00:00Z", "missing": 0})
        self.assertEqual(series["points"][0], {"time": "2022-01-01T06:00:00Z", "gco2_per_kwh": 300.0})
        self.assertEqual(len(series["points"]), 18)
        mean = sum(point["gco2_per_kwh"] for point in series["points"]) / 18
        self.assertAlmostEqual(series["mean_g_per_kwh"], mean)

    def test_one_form_at_a_time(self):
        said = self.refused(self.write("fr.csv", HEADER + rows(4)), "--csv", "--json")
        self.assertIn("--csv and --json", said)

    def test_gaps_are_null_and_said(self):
        text = HEADER + rows(4) + rows(4, start=START + datetime.timedelta(hours=6))
        done = self.ask("series", "--series", self.write("fr.csv", text), "--json")
        (series,) = json.loads(done.stdout)["series"]
        self.assertEqual(series["missing"], 2)
        self.assertIsNone(series["points"][5]["gco2_per_kwh"])
        self.assertIn("2 steps have no value", done.stderr)

    def test_a_picture_of_the_last_week(self):
        path = self.write("fr.csv", HEADER + rows(24 * 20))
        text = self.ask("series", "--series", path, env={"LANG": "C.UTF-8"}).stdout
        self.assertIn("2022-01-14 to 2022-01-21 UTC", text)
        self.assertTrue(re.search("[\u2801-\u28ff]", text))
        self.assertIn("14 Jan", text)
        self.assertIn("least 100 ", text)
        self.assertIn("most 300 ", text)
        self.assertNotIn("\x1b", text, "no colours where there is no terminal")
        for line in text.splitlines():
            self.assertLessEqual(len(line), 80)
        plain = self.ask("series", "--series", path, "--from", "2022-01-03", "--to", "2022-01-04",
                         env={"LANG": "C"}).stdout
        self.assertTrue(plain.isascii())
        self.assertIn("06:00", plain)

    def test_kept_shown_and_removed(self):
        self.assertEqual(json.loads(self.ask("series", "--json").stdout), {"series": []})
        path = self.write("two.csv", HEADER + rows(24) + rows(96, zone="DE", minutes=15))
        said = self.ask("series", "import", path, "--kind", "average-lifecycle").stdout
        self.assertEqual(said, "imported 2 series\n")
        listed = json.loads(self.ask("series", "--json").stdout)["series"]
        self.assertEqual([(one["zone"], one["kind"], one["step_s"]) for one in listed],
                         [("DE", "average-lifecycle", 900), ("FR", "average-lifecycle", 3600)])
        self.assertNotIn("points", listed[0])
        (kept,) = json.loads(self.ask("series", "--zone", "France", "--json").stdout)["series"]
        (read,) = json.loads(self.ask("series", "--series", path, "--zone", "FR", "--kind", "average-lifecycle",
                                      "--json").stdout)["series"]
        self.assertEqual(kept, read)
        self.assertIn("did you mean FR", self.ask("series", "--zone", "FT", status=2).stderr)
        self.assertEqual(self.ask("series", "rm", "--zone", "FR").stdout, "removed 1 series\n")
        self.assertIn("DE", self.ask("series").stdout)
        self.assertNotIn("FR", self.ask("series").stdout)
        self.ask("series", "rm", "--zone", "FR", status=2)

    def test_a_second_import_overrides(self):
        self.ask("series", "import", self.write("a.csv", HEADER + rows(24)))
        self.ask("series", "import", self.write("b.csv", HEADER + "2022-01-01T05:00Z,FR,7\n"))
        (kept,) = json.loads(self.ask("series", "--zone", "FR", "--json").stdout)["series"]
        self.assertEqual([point["gco2_per_kwh"] for point in kept["points"]][4:7], [286.6, 7, 300])
        quarters = self.write("c.csv", HEADER + rows(8, minutes=15))
        self.assertIn("grid series rm", self.ask("series", "import", quarters, status=2).stderr)

    def test_csv_goes_round(self):
        path = self.write("fr.csv", HEADER + rows(24))
        self.assertIn("2022-01-01T06:00Z,FR,300,unspecified\n", self.ask("series", "--series", path, "--csv").stdout)
        out = self.place.path / "out.csv"
        self.ask("series", "--series", path, "-o", out)
        again = self.ask("series", "--series", out, "--csv").stdout
        self.assertEqual(again, out.read_text(encoding="utf-8"))

    def test_several_files_are_one(self):
        first = self.write("a.csv", HEADER + rows(24))
        second = self.write("b.csv", HEADER + rows(24, start=START + datetime.timedelta(days=1)))
        for words in (("--series", first, second), ("--series", first, "--series", second)):
            (series,) = json.loads(self.ask("series", *words, "--json").stdout)["series"]
            self.assertEqual(len(series["points"]), 48)

    def test_a_pipe_is_read(self):
        pipe = self.place.path / "pipe"
        os.mkfifo(pipe)
        writer = threading.Thread(target=lambda: pipe.write_text(HEADER + rows(24), encoding="utf-8"))
        writer.start()
        (series,) = json.loads(self.ask("series", "--series", pipe, "--json").stdout)["series"]
        writer.join()
        self.assertEqual(len(series["points"]), 24)

    def test_bad_files_are_named_with_line_field_and_remedy(self):
        packed = gzip.compress((HEADER + rows(500)).encode())
        for name, text, flags, words in [
                ("zone.csv", HEADER + rows(2) + rows(2, zone="DE"), ("--zone", "FRR"), ("no zone 'FRR'", "FR")),
                ("empty.csv", "", (), ("is empty",)),
                ("header.csv", HEADER, (), ("no value",)),
                ("bare.csv", rows(2), (), ("no header", "timestamp_utc")),
                ("cut.gz", packed[:len(packed) // 2], (), ("cut.gz", "cut short")),
                ("junk.csv", bytes(range(256)) * 64, (), ("junk.csv",)),
                ("long.csv", HEADER + "x" * 500_000, (), ("line 2 is longer",)),
                ("negative.csv", HEADER + "2022-01-01T00:00Z,FR,-1\n", (), ("line 2", "gco2_per_kwh", "below 0")),
                ("huge.csv", HEADER + "2022-01-01T00:00Z,FR,9999\n", (), ("line 2", "--unit")),
                ("local.csv", HEADER + "2022-01-01T00:00,FR,1\n", (), ("line 2", "time zone", "Z")),
                ("twice.csv", HEADER + rows(2) + "2022-01-01T00:00Z,FR,1\n", (), ("lines 2 and 4", "two values")),
                ("odd.csv", HEADER + rows(4, minutes=61), (), ("61 minutes",)),
                ("pounds.csv", "timestamp_utc,zone,moer_lb_per_mwh\n2022-01-01T00:00Z,FR,900\n", (),
                 ("lb/MWh", "--unit lb/MWh")),
                ("unit.csv", HEADER + rows(2), ("--unit", "stones"), ("stones", "lb/MWh")),
                ("kind.csv", HEADER + rows(2), ("--kind", "odd"), ("odd", "marginal"))]:
            with self.subTest(name):
                said = self.refused(self.write(name, text), *flags)
                for word in words:
                    self.assertIn(word, said)
        self.assertIn("is a folder", self.refused(self.place.path))
        self.assertIn("No such file", self.refused(self.place.path / "none.csv"))

    def test_pounds_are_converted_when_that_is_said(self):
        path = self.write("pounds.csv", "timestamp_utc,zone,moer_lb_per_mwh\n2022-01-01T00:00Z,FR,1000\n")
        done = self.ask("series", "--series", path, "--unit", "lb/MWh", "--kind", "marginal", "--json")
        (series,) = json.loads(done.stdout)["series"]
        self.assertAlmostEqual(series["points"][0]["gco2_per_kwh"], 453.59237)
        self.assertEqual(series["kind"], "marginal")

    def test_times_that_make_no_sense_are_refused(self):
        path = self.write("fr.csv", HEADER + rows(24))
        for flags, word in [(("--from", "yesterday"), "--from"), (("--to", "2022-01-01T00:00"), "--to"),
                            (("--from", "2022-01-02", "--to", "2022-01-01"), "after --from"),
                            (("--from", "2030-01-01"), "no value between")]:
            self.assertIn(word, self.refused(path, *flags))

    def test_a_forecast(self):
        path = self.write("fr.csv", HEADER + rows(24 * 60))
        done = self.ask("forecast", "--series", path, "--zone", "FR", "--at", "2022-02-20T00:00Z", "--horizon", "4d",
                        "--json")
        answer = json.loads(done.stdout)
        self.assertEqual((answer["zone"], answer["issued"], answer["step_s"]), ("FR", "2022-02-20T00:00:00Z", 3600))
        self.assertTrue(answer["method"])
        self.assertEqual(len(answer["points"]), 96)
        self.assertEqual(answer["points"][0]["time"], "2022-02-20T00:00:00Z")
        for point in answer["points"]:
            intensity = point["gco2_per_kwh"]
            self.assertLessEqual(intensity["low"], intensity["value"])
            self.assertLessEqual(intensity["value"], intensity["high"])
            self.assertEqual(intensity["basis"], "modelled")

    def test_a_forecast_sees_nothing_of_what_it_forecasts(self):
        past = HEADER + rows(24 * 40)
        known = self.write("known.csv", past + rows(200, start=START + datetime.timedelta(days=40)))
        flags = ("--at", "2022-02-10", "--horizon", "24h", "--json")
        self.assertEqual(self.ask("forecast", "--series", self.write("past.csv", past), *flags).stdout,
                         self.ask("forecast", "--series", known, *flags).stdout)

    def test_a_forecast_from_the_store_as_text(self):
        self.ask("series", "import", self.write("fr.csv", HEADER + rows(24 * 40)))
        text = self.ask("forecast", "--zone", "FR", "--horizon", "48h", env={"LANG": "C.UTF-8"}).stdout
        self.assertIn("forecast from 2022-02-10 00:00 UTC", text)
        self.assertIn("90 % interval", text)
        self.assertIn("cleanest", text)

    def test_what_a_forecast_cannot_be_made_of(self):
        two = self.write("two.csv", HEADER + rows(48) + rows(48, zone="DE"))
        self.assertIn("--zone", self.ask("forecast", "--series", two, status=2).stderr)
        self.assertIn("--horizon", self.ask("forecast", "--series", two, "--horizon", "soon", status=2).stderr)
        self.assertIn("'FRX'", self.ask("forecast", "--series", two, "--zone", "FRX", status=2).stderr)
        self.assertIn("none.csv", self.ask("forecast", "--series", two, "--zone", "FR", "--outlook", "none.csv",
                                           status=2).stderr)
        self.assertIn("no intensity series is kept", self.ask("forecast", status=2).stderr)


if __name__ == "__main__":
    unittest.main()
