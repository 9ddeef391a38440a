"""The whole footprint, as a user meets it: flags of `run`, settings, and the calculator `sci`."""
import json
import unittest

from support import FAKE_NVML, Machine, Place

HOURS_PER_YEAR = 8760


class RunFootprintTest(unittest.TestCase):
    def test_the_figures_follow_from_the_flags(self):
        with Machine("package-0=100") as machine, Place() as place:
            run = place.run("sh", "-c", "echo epoch 1; sleep 0.6; echo epoch 2; sleep 0.6", machine=machine,
                            flags=["--intensity", "300", "--pue", "1.5", "--wue", "0.5", "--market-intensity", "20",
                                   "--embodied", "1000-3000", "--lifetime", "5", "--per", "epoch", "--epoch-regex",
                                   "epoch (\\d+)"])
        self.assertEqual(run.status, 0, run.err)
        record = run.record
        kwh = record["energy_kwh"]["machine"]["value"]
        grams = record["emissions_gco2e"]
        self.assertAlmostEqual(grams["operational"]["value"], kwh * 1.5 * 300, delta=kwh)
        self.assertAlmostEqual(grams["operational_market"]["value"], kwh * 1.5 * 20, delta=kwh)
        hours = record["duration_s"] / 3600
        self.assertAlmostEqual(grams["embodied"]["value"] / (2000e3 * hours / (5 * HOURS_PER_YEAR)), 1)
        self.assertAlmostEqual(grams["embodied"]["high"] / grams["embodied"]["value"], 1.5)
        self.assertAlmostEqual(grams["total"]["value"], grams["operational"]["value"] + grams["embodied"]["value"])
        self.assertAlmostEqual(record["water"]["litres"]["value"], kwh * 0.5)
        self.assertEqual((record["water"]["source"], record["pue_source"]), ("given", "given"))
        self.assertEqual((record["sci"]["unit"], record["sci"]["count"]), ("epoch", 2))
        self.assertAlmostEqual(record["sci"]["g_per_unit"]["value"], grams["total"]["value"] / 2)
        self.assertRegex(run.err, r"per epoch \(SCI\)")
        self.assertRegex(run.err, r"of\s+water")
        self.assertRegex(run.err, r"by\s+the\s+contracts")

    def test_the_machines_own_parts_count_by_default(self):
        with Machine("package-0=50", flags=("--model", "AMD EPYC 7763 64-Core Processor", "--memory", "64")) as machine:
            with Place() as place:
                run = place.run("sleep", "0.3", machine=machine, flags=["--nvml", str(FAKE_NVML)],
                                env={"JP_FAKE_NVML_GPUS": "2"})
        parts = {part["item"]: part for part in run.record["embodied_parts"]}
        self.assertIn("processor", parts)
        self.assertIn("64 GiB of memory", parts)
        (gpu,) = [part for part in run.record["embodied_parts"] if part["count"] == 2]
        self.assertIn(gpu["item"], run.record["host"]["gpus"])
        whole = sum(part["gco2e"]["value"] for part in parts.values())
        self.assertAlmostEqual(run.record["emissions_gco2e"]["embodied"]["value"], whole)

    def test_off_is_absent_and_nothing_else_is_told_unasked(self):
        with Machine("package-0=50") as machine, Place() as place:
            run = place.run("true", machine=machine, flags=["--embodied", "off"])
            shown = place.jouleprint("runs", "show", "last", "--json", "--db", place.store)
        for name in ("water", "sci", "market_intensity_g_per_kwh"):
            self.assertIsNone(run.record[name], name)
        self.assertIsNone(run.record["emissions_gco2e"]["embodied"])
        self.assertIsNone(run.record["emissions_gco2e"]["operational_market"])
        self.assertEqual(run.record["embodied_parts"], [])
        self.assertEqual(json.loads(shown.stdout)["emissions_gco2e"], run.record["emissions_gco2e"])

    def test_settings_come_from_the_file_too(self):
        with Machine("package-0=50") as machine, Place() as place:
            (place.path / "jouleprint.toml").write_text(
                'wue = 1.5\nmarket_intensity = 0\nembodied = "100-200"\nlifetime = 3\n', encoding="utf-8")
            run = place.run("true", machine=machine)
        self.assertEqual(run.record["water"]["wue_l_per_kwh"], 1.5)
        self.assertEqual(run.record["emissions_gco2e"]["operational_market"]["value"], 0)
        (part,) = run.record["embodied_parts"]
        self.assertEqual((part["making_kgco2e"]["low"], part["making_kgco2e"]["high"]), (100, 200))
        self.assertEqual(part["lifetime_h"]["value"], 3 * HOURS_PER_YEAR)

    def test_a_unit_without_a_count_is_warned_of(self):
        with Machine("package-0=50") as machine, Place() as place:
            run = place.run("true", machine=machine, flags=["--per", "request"])
        self.assertIsNone(run.record["sci"])
        self.assertTrue(any("--per 'request=N'" in text for text in run.record["warnings"]), run.record["warnings"])

    def test_values_that_make_no_sense_are_refused_before_anything_runs(self):
        with Place() as place:
            for flag, value in (("--wue", "-1"), ("--market-intensity", "green"), ("--embodied", "2500-1200"),
                                ("--embodied", "heavy"), ("--lifetime", "0"), ("--per", "request=0"), ("--per", "=3"), ("--per", "x=1e-320")):
                refused = place.jouleprint("run", flag, value, "--", "touch", "ran")
                self.assertEqual(refused.returncode, 2, (flag, value))
                self.assertIn(f"{flag} '{value}'", refused.stderr)
            self.assertFalse((place.path / "ran").exists())


class SciTest(unittest.TestCase):
    def ask(self, *flags):
        with Place() as place:
            return place.jouleprint("sci", *flags)

    def test_shows_its_steps(self):
        asked = self.ask("--te-kg", "600", "--time-reserved-h", "100", "--lifetime-h", "30000", "--resources-reserved",
                         "2", "--resources-total", "8", "--energy-kwh", "50", "--intensity", "400", "--pue", "1.2",
                         "--per", "1000 tokens=5000")
        self.assertEqual((asked.returncode, asked.stderr), (0, ""))
        self.assertIn("600 kg x 100 h / 30000 h x 2 / 8", asked.stdout)
        self.assertIn("50 kWh x 1.2 x 400 g/kWh", asked.stdout)
        self.assertIn("SCI  4.9 gCO2e per 1000 tokens", asked.stdout)

    def test_says_what_is_not_included(self):
        asked = self.ask("--o-kg", "3200", "--per", "inference=4e7")
        self.assertIn("0.08 gCO2e per inference", asked.stdout)
        self.assertRegex(asked.stdout, "(?m)^M .*not included")
        answer = json.loads(self.ask("--o-kg", "3200", "--per", "inference=4e7", "--json").stdout)
        self.assertEqual((answer["m_kgco2e"], answer["o_kgco2e"], answer["r"]), (None, 3200, 4e7))
        self.assertAlmostEqual(answer["sci_g_per_r"], 0.08)
        self.assertEqual(answer["unit"], "inference")
        self.assertEqual(answer["steps"][-1]["figure"], "SCI")

    def test_settings_have_no_say(self):
        with Place() as place:
            (place.path / "jouleprint.toml").write_text("pue = 2\nintensity = 999\n", encoding="utf-8")
            answer = json.loads(place.jouleprint("sci", "--energy-kwh", "1", "--intensity", "100", "--json",
                                                 env={"JOULEPRINT_PUE": "3"}).stdout)
        self.assertAlmostEqual(answer["sci_g_per_r"], 100)

    def test_refuses_what_makes_no_sense(self):
        for flags in ((), ("--te-kg", "4"), ("--o-kg", "-1"), ("--o-kg", "1", "--energy-kwh", "2", "--intensity", "3"),
                      ("--m-kg", "1", "--per", "x=0"), ("--energy-kwh", "1", "--intensity", "1", "--pue", "0.5")):
            asked = self.ask(*flags)
            self.assertEqual((asked.returncode, asked.stdout), (2, ""), flags)
            self.assertRegex(asked.stderr, "^jouleprint: .*; .+\n$", flags)

    def test_names_the_flag_whose_figure_is_out_of_sense(self):
        work = ("--energy-kwh", "1", "--intensity", "1")
        made = ("--te-kg", "1", "--time-reserved-h", "1", "--lifetime-h", "1")
        for flags, flag in ((("--energy-kwh", "1", "--intensity", "5001"), "--intensity"), ((*work, "--pue", "11"), "--pue"),
                            ((*work, "--pue", "0.9"), "--pue"), (("--energy-kwh", "-1", "--intensity", "1"), "--energy-kwh"),
                            (("--o-kg", "1e300"), "--o-kg"), (("--o-kg", "1", "--per", "x=1e-320"), "--per"),
                            ((*made[:-1], "1e-320"), "--lifetime-h"), ((*made, "--resources-total", "0"), "--resources-total"),
                            (("--o-kg", "1", "--per", "a\x1b[31m=2"), "--per"), (("--o-kg", "1", "--per", "a\nb"), "--per")):
            asked = self.ask(*flags, "--json")
            self.assertEqual((asked.returncode, asked.stdout), (2, ""), flags)
            self.assertRegex(asked.stderr, f"^jouleprint: {flag} .*; [a-zA-Z].+\n$", flags)
            self.assertNotIn("\x1b", asked.stderr)

    def test_the_widest_figures_still_give_a_number(self):
        asked = self.ask("--te-kg", "1e15", "--time-reserved-h", "1e15", "--lifetime-h", "1e-6", "--resources-reserved", "1e-6",
                         "--resources-total", "1e-6", "--energy-kwh", "1e15", "--intensity", "5000", "--pue", "10", "--per", "x=1e-6", "--json")
        self.assertGreater(json.loads(asked.stdout)["sci_g_per_r"], 1e40)


if __name__ == "__main__":
    unittest.main()
