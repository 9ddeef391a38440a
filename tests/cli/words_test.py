"""What jouleprint says: to words that make no sense, of zones and regions, and while it watches the idle machine."""
import json
import os
import pty
import re
import subprocess
import unittest

from support import LONGEST_S, Machine, Place


class UsageTest(unittest.TestCase):
    """One line that names the command, what is wrong, and what would be right."""

    def setUp(self):
        self.place = self.enterContext(Place())

    def check(self, words, complaint):
        with self.subTest(words):
            done = self.place.jouleprint(*words)
            self.assertEqual((done.returncode, done.stdout, done.stderr), (2, "", complaint + "\n"))

    def test_a_value_that_is_missing(self):
        self.check(["run", "--zone"], "jouleprint run: --zone has no value; write --zone ZONE")
        self.check(["run", "--tag", "a=b", "--tag", "c=d", "--tag"],
                   "jouleprint run: --tag has no value; write --tag NAME=VALUE")
        self.check(["report", "-o"], "jouleprint report: --output has no value; write --output FILE")

    def test_what_can_be_given_once_only(self):
        self.check(["run", "--zone", "FR", "--zone", "DE", "--", "true"],
                   "jouleprint run: --zone is given 2 times; give it once")
        self.check(["runs", "show", "my", "run"],
                   "jouleprint runs show: takes one RUN, not 2; put what holds blanks into quotes")
        self.check(["grid", "zones", "united", "states"],
                   "jouleprint grid zones: 'states' is not known here; put what holds blanks into quotes")

    def test_what_cannot_be_left_out(self):
        self.check(["run"], "jouleprint run: COMMAND is missing; give the command and its arguments, as typed without "
                            "jouleprint")
        self.check(["runs", "rm"], "jouleprint runs rm: RUN is missing; give ids, starts of ids, names, or last")
        self.check(["grid"], "jouleprint grid: say what to do; choose one of zones, regions, now, series, forecast")

    def test_a_slip_of_the_finger(self):
        self.check(["grid", "regoins"], "jouleprint grid: 'regoins' is not known here; did you mean regions?")
        self.check(["runs", "list", "--jsn"], "jouleprint runs list: '--jsn' is not known here; did you mean --json?")

    def test_where_runs_are_kept_is_no_matter_of_doctor_and_grid(self):
        for command in (["doctor"], ["grid", "zones"], ["grid", "regions"]):
            done = self.place.jouleprint(*command, "--db", self.place.store)
            self.assertEqual(done.returncode, 2)
            self.assertIn("--db", done.stderr)
            # What stands in the environment for other commands is no reason to refuse this one.
            done = self.place.jouleprint(*command, env={"JOULEPRINT_DB": "/nowhere/runs.db"})
            self.assertEqual(done.returncode, 0, done.stderr)


class GridTest(unittest.TestCase):
    def setUp(self):
        self.place = self.enterContext(Place())

    def test_a_misspelt_zone_is_guessed_and_a_usual_name_is_found(self):
        misspelt = self.place.jouleprint("grid", "zones", "frnace")
        self.assertEqual((misspelt.returncode, misspelt.stdout), (2, ""))
        self.assertIn("did you mean France (FR)?", misspelt.stderr)
        found = self.place.jouleprint("grid", "zones", "Tokyo", "--json")
        self.assertEqual([zone["id"] for zone in json.loads(found.stdout)["zones"]], ["JP-TK"])

    def listed(self, what, *text):
        return json.loads(self.place.jouleprint("grid", what, *text, "--json").stdout)[what]

    def test_zones_are_zones_only(self):
        zones = {zone["id"]: zone for zone in self.listed("zones")}
        self.assertGreater(len(zones), 300)
        self.assertFalse([name for name in zones if ":" in name])
        france = zones["FR"]
        intensity = france["intensity_g_per_kwh"]
        self.assertEqual(france["name"], "France")
        self.assertTrue(0 < intensity["low"] < intensity["value"] < intensity["high"])
        self.assertEqual(intensity["basis"], "modelled")
        self.assertRegex(intensity["source"], r"Ember, 20\d\d")

    def test_regions_have_a_zone_and_a_pue_where_one_is_published(self):
        regions = {region["id"]: region for region in self.listed("regions")}
        zones = {zone["id"] for zone in self.listed("zones")}
        self.assertEqual({region["zone"] for region in regions.values()} - zones, set())
        self.assertEqual({name.partition(":")[0] for name in regions}, {"aws", "azure", "gcp"})
        self.assertEqual(regions["gcp:europe-west4"]["zone"], "NL")
        self.assertTrue(1 < regions["gcp:europe-west4"]["pue"] < 1.3)
        self.assertIn("Google", regions["gcp:europe-west4"]["pue_source"])
        self.assertIsNone(regions["gcp:europe-west9"]["pue"])

    def test_every_listed_place_is_taken_by_run(self):
        for what, flag in (("zones", "--zone"), ("regions", "--region")):
            place = self.listed(what)[-1]
            done = self.place.run("true", flags=[flag, place["id"], "-q"])
            self.assertEqual(done.status, 0, done.err)
            self.assertEqual(done.record["zone"], place.get("zone", place["id"]))
            self.assertEqual(done.record["intensity_g_per_kwh"], place["intensity_g_per_kwh"])

    def test_only_those_that_hold_the_text_are_listed(self):
        self.assertEqual([zone["id"] for zone in self.listed("zones", "FRANCE")], ["FR"])
        self.assertTrue(all(region["id"].startswith("azure:") for region in self.listed("regions", "Azure:")))

    def test_the_tables_are_not_cut_where_a_program_reads(self):
        lines = self.place.jouleprint("grid", "regions").stdout.splitlines()
        self.assertEqual(lines[0].split(), ["region", "name", "g/kWh", "kind", "marginal", "PUE", "WUE", "zone", "source"])
        row = next(line for line in lines if line.startswith("gcp:us-east2 "))
        self.assertRegex(row, r"Georgia +\d+ +average-consumption-lifecycle +- +- +- +US-SE-SOCO +Electricity Maps .* served by Southern Company\)$")
        self.assertEqual(len(lines) - 1, len(self.listed("regions")))

    def test_every_figure_says_its_kind_source_and_year(self):
        for row in self.listed("zones") + self.listed("regions"):
            with self.subTest(row["id"]):
                for figure in filter(None, (row["intensity_g_per_kwh"], row.get("marginal_g_per_kwh"))):
                    self.assertRegex(figure["kind"], "^(average-(production|consumption)|marginal)-(direct|lifecycle)$")
                    self.assertRegex(figure["source"], r"20\d\d")
                self.assertGreater(row["year"], 2000)

    def test_a_zone_is_listed_by_any_of_its_names(self):
        self.assertEqual([zone["id"] for zone in self.listed("zones", "deutschland")], ["DE"])
        self.assertIn("US-TEX-ERCO", [zone["id"] for zone in self.listed("zones", "ERCOT")])

    def test_a_point_on_the_map_is_told_its_zone_and_the_town_that_tells_so(self):
        at = json.loads(self.place.jouleprint("grid", "zones", "--at", "-33.87,151.21", "--json").stdout)
        self.assertEqual([zone["id"] for zone in at["zones"]], ["AU-NSW"])
        self.assertEqual(at["nearest_town"], "Sydney")
        self.assertLess(at["distance_km"], 10)
        text = self.place.jouleprint("grid", "zones", "--at", "41.88,-87.63").stdout
        self.assertIn("nearest town in the table: Chicago", text)
        self.assertIn("Illinois is served by more than one grid; choose one of US-MIDA-PJM, US-MIDW-MISO", text)

    def test_a_point_that_is_nowhere_is_refused(self):
        for point, said in {"0,-30": "within 300 km", "95,0": "latitude", "Berlin": "LATITUDE,LONGITUDE"}.items():
            done = self.place.jouleprint("grid", "zones", "--at", point)
            self.assertEqual((done.returncode, done.stdout), (2, ""), point)
            self.assertIn(said, done.stderr)

    def test_nothing_found_is_said(self):
        done = self.place.jouleprint("grid", "zones", "gcp:")
        self.assertEqual((done.returncode, done.stdout), (2, ""))
        self.assertIn("'jouleprint grid regions'", done.stderr)


class BaselineLineTest(unittest.TestCase):
    """On a terminal, a long look at the idle machine counts down on one line, which is gone when the command starts."""

    def shown(self, *flags, baseline):
        """What a terminal on standard error gets, the command's own word `started` among it."""
        terminal, job_end = pty.openpty()
        with Machine("package-0=40") as fake, Place() as place:
            words = place.words("sh", "-c", "echo started >&2", machine=fake, baseline=baseline, flags=flags)
            with subprocess.Popen(words, env=place.environment(TERM="xterm"), stderr=job_end, cwd=place.path) as process:
                self.assertEqual(process.wait(LONGEST_S), 0)
            os.close(job_end)
            text = b""
            try:
                while piece := os.read(terminal, 65536):
                    text += piece
            except OSError:  # as the end of what a terminal shows is told
                pass
            os.close(terminal)
        return text.decode()

    def test_it_counts_down_and_is_wiped(self):
        before, started, _ = self.shown(baseline="3").partition("started")
        self.assertTrue(started)
        self.assertEqual(re.findall(r"idle machine for (\d+) s more", before), ["3", "2", "1"])
        self.assertTrue(before.endswith("\r\x1b[K"), repr(before))
        self.assertNotIn("\n", before)

    def test_a_short_look_and_a_quiet_run_say_nothing(self):
        self.assertEqual(self.shown(baseline="1").partition("started")[0], "")
        self.assertEqual(self.shown("--quiet", baseline="2"), "started\r\n")


if __name__ == "__main__":
    unittest.main()
