"""A kept run in other zones and at other hours: best, worst, this one; and what is refused."""
import datetime
import json
import unittest

from support import Place

YEAR = datetime.datetime(2025, 1, 1)


def write_series(path, zones, kind=None):
    lines = ["timestamp_utc,zone,gco2_per_kwh" + (",kind" if kind else "")]
    for zone, values in zones.items():
        lines += [f"{(YEAR + datetime.timedelta(hours=i)).strftime('%Y-%m-%dT%H:%MZ')},{zone},{value}"
                  + (f",{kind}" if kind else "") for i, value in enumerate(values)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


class WhatwhereTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.place = cls.enterClassContext(Place())
        cls.run_record = cls.place.run("sleep", "0.2", flags=("--zone", "FR", "--name", "job", "--pue", "2", "--embodied", "off")).record
        cls.series = write_series(cls.place.path / "zones.csv",
                                  {"FR": [40, 20, 80], "NO": [30, 31, 29], "PL": [700, 600, 800]})

    def ask(self, *flags, series=None):
        return self.place.jouleprint("whatwhere", "job", "--db", self.place.store, "--series", series or self.series, *flags)

    def test_every_zone_with_best_and_worst_start(self):
        answer = json.loads(self.ask("--json").stdout)
        kwh = self.run_record["energy_kwh"]["machine"]["value"]
        self.assertEqual(answer["run"], self.run_record["run_id"])
        self.assertAlmostEqual(answer["energy_kwh"], kwh)
        self.assertEqual(answer["this"], {"zone": "FR", "gco2e": self.run_record["emissions_gco2e"]["operational"]["value"]})
        self.assertEqual([zone["zone"] for zone in answer["zones"]], ["NO", "FR", "PL"])
        france = answer["zones"][1]
        self.assertEqual((france["starts"], france["skipped"]), (3, 0))
        self.assertEqual(france["best"]["start"], "2025-01-01T01:00:00Z")
        self.assertAlmostEqual(france["best"]["gco2e"] / (2 * kwh * 20), 1)
        self.assertAlmostEqual(france["worst"]["gco2e"] / (2 * kwh * 80), 1)
        self.assertAlmostEqual(france["mean_gco2e"] / (2 * kwh * 140 / 3), 1)
        self.assertLessEqual(france["p05"], france["p95"])
        self.assertAlmostEqual(france["saving_percent"], 100 * (1 - france["best"]["gco2e"] / answer["this"]["gco2e"]))
        self.assertEqual((answer["best"]["zone"], answer["worst"]["zone"]), ("FR", "PL"))
        self.assertEqual(answer["worst"]["start"], "2025-01-01T02:00:00Z")

    def test_people_get_a_table_with_a_box_for_each_zone(self):
        for locale, box in (("C", "x"), ("C.UTF-8", "◆")):
            text = self.place.jouleprint("whatwhere", "job", "--db", self.place.store, "--series", self.series, env={"LC_ALL": locale}).stdout
            rows = {line.split()[0]: line for line in text.splitlines() if line[:3] in ("FR ", "NO ", "PL ")}
            self.assertEqual(list(rows), ["NO", "FR", "PL"])
            self.assertTrue(rows["FR"].startswith("FR *"))
            self.assertIn(box, rows["PL"])
            self.assertLessEqual(max(map(len, text.splitlines())), 100)

    def test_only_some_zones_and_only_the_cleanest(self):
        answer = json.loads(self.ask("--json", "--zone", "Poland,NO").stdout)
        self.assertEqual([zone["zone"] for zone in answer["zones"]], ["NO", "PL"])
        text = self.ask("--top", "1").stdout
        self.assertIn("FR *", text)
        self.assertNotIn("\nPL ", text)
        self.assertIn("1 more", text)

    def test_a_zone_that_is_named_twice_is_shown_once(self):
        answer = json.loads(self.ask("--json", "--zone", "FR,fr,France").stdout)
        self.assertEqual([zone["zone"] for zone in answer["zones"]], ["FR"])

    def test_no_start_in_the_series_is_laid_to_every(self):
        asked = self.ask("--every", "31d")
        self.assertEqual((asked.returncode, asked.stdout), (2, ""))
        self.assertIn("no start falls into a series", asked.stderr)
        self.assertIn("give a shorter --every", asked.stderr)

    def test_other_steps_between_starts(self):
        answer = json.loads(self.ask("--json", "--every", "30m").stdout)
        self.assertEqual(answer["zones"][0]["starts"], 6)

    def test_kinds_are_not_compared(self):
        marginal = write_series(self.place.path / "moer.csv", {"CAISO": [400, 500]}, "marginal-direct")
        average = write_series(self.place.path / "average.csv", {"DE": [400, 500]}, "average-lifecycle")
        mixed = self.ask("--series", average, series=marginal)
        self.assertEqual(mixed.returncode, 2)
        self.assertIn("marginal", mixed.stderr)
        self.assertIn("--kind", mixed.stderr)
        alone = json.loads(self.ask("--json", series=marginal).stdout)
        self.assertIsNone(alone["this"]["gco2e"], "the run's own figure is an average")
        self.assertTrue(alone["notes"])

    def test_what_is_refused(self):
        for flags, words in ((("--zone", "ES"), ("ES", "FR, NO, PL")), (("--every", "0h"), ("--every",)),
                             (("--every", "soon"), ("--every",)), (("--top", "-1"), ("--top",)), (("--kind", "nice"), ("nice",)),
                             (("--zone", ","), ("--zone", "names no zone")), (("--zone", ""), ("--zone", "names no zone"))):
            with self.subTest(flags=flags):
                asked = self.ask(*flags)
                self.assertEqual((asked.returncode, asked.stdout), (2, ""))
                for word in words:
                    self.assertIn(word, asked.stderr)
        absent = self.place.jouleprint("whatwhere", "nobody", "--db", self.place.store, "--series", self.series)
        self.assertEqual(absent.returncode, 2)

    def test_what_the_store_keeps_is_compared_where_no_file_is_named(self):
        with Place() as place:
            place.run("sleep", "0.2", flags=("--zone", "FR", "--name", "job"))
            kept = place.jouleprint("grid", "series", "import", self.series, "--kind", "average-lifecycle", "--db", place.store)
            self.assertEqual(kept.returncode, 0, kept.stderr)
            answer = json.loads(place.jouleprint("whatwhere", "job", "--db", place.store, "--json").stdout)
        self.assertEqual([zone["zone"] for zone in answer["zones"]], ["NO", "FR", "PL"])

    def test_without_a_series_it_says_what_to_give(self):
        asked = self.place.jouleprint("whatwhere", "job", "--db", self.place.store)
        self.assertEqual(asked.returncode, 2)
        self.assertIn("--series", asked.stderr)


if __name__ == "__main__":
    unittest.main()
