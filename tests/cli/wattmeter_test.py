"""A meter at the wall around a real run: its figure is the total, the counters explain it, and the rest is `other`."""
import datetime
import json
import threading
import unittest

from support import JOULES_PER_KWH, Machine, Place


class PowerLog:
    """A file that somebody else's meter appends `timestamp,watts` to, ten times a second."""

    def __init__(self, path, watts):
        self.path, self.watts = path, watts
        self.over = threading.Event()
        self.thread = threading.Thread(target=self.write)

    def write(self):
        with open(self.path, "a", encoding="utf-8", buffering=1) as log:
            while not self.over.wait(0.1):
                now = datetime.datetime.now(datetime.timezone.utc)
                log.write(f"{now.isoformat().replace('+00:00', 'Z')},{self.watts}\n")

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        self.thread.join()


class WallTest(unittest.TestCase):
    def setUp(self):
        self.place = self.enterContext(Place())
        self.machine = self.enterContext(Machine("package-0=40", "dram=10,in=package-0"))

    def run_at_the_wall(self, watts, *flags, seconds="4"):
        log = self.place.path / "wall.csv"
        with PowerLog(log, watts):
            return self.place.run("sleep", seconds, machine=self.machine, flags=["--wattmeter", f"file:{log}", *flags])

    def test_the_wall_is_the_total_and_the_parts_explain_it(self):
        run = self.run_at_the_wall(90)
        record = run.record
        self.assertEqual(record["boundary"], ["package-0", "dram-0", "other"])
        total = record["total"]
        self.assertEqual((total["name"], total["component"], total["basis"]), ("wall", "wall", "metered"))
        self.assertAlmostEqual(run.joules() / record["duration_s"], 90, delta=3)
        self.assertAlmostEqual(run.joules("other") / record["duration_s"], 40, delta=4)
        parts = sum(domain["energy_kwh"]["value"] for domain in record["domains"])
        self.assertAlmostEqual(parts * JOULES_PER_KWH, run.joules(), places=6)
        self.assertEqual(record["energy_kwh"]["machine"]["basis"], "metered")
        self.assertIn("wattmeter", run.err)

    def test_without_values_the_counters_stand_and_the_record_says_so(self):
        log = self.place.path / "wall.csv"
        log.write_text("", encoding="utf-8")
        run = self.place.run("true", machine=self.machine, flags=["--wattmeter", f"file:{log}"])
        self.assertEqual(run.status, 0, run.err)
        self.assertEqual(run.record["boundary"], ["package-0", "dram-0"])
        self.assertNotIn("total", {name for name, value in run.record.items() if value})
        self.assertTrue([w for w in run.record["warnings"] if "wattmeter is not used" in w and str(log) in w], run.record)

    def test_a_second_wall_is_not_counted_and_the_record_says_so(self):
        first, second = self.place.path / "first.csv", self.place.path / "second.csv"
        with PowerLog(first, 90), PowerLog(second, 60):
            run = self.place.run("sleep", "4", machine=self.machine,
                                 flags=["--wattmeter", f"file:{first}", "--wattmeter", f"file:{second}"])
        self.assertEqual(run.record["total"]["name"], "wall")
        self.assertTrue([w for w in run.record["warnings"] if "wall-2 is not counted" in w], run.record["warnings"])

    def test_a_name_that_another_domain_has_is_refused_and_nothing_takes_its_place(self):
        log = self.place.path / "wall.csv"
        with PowerLog(log, 90):
            run = self.place.run("sleep", "1", machine=self.machine, flags=["--wattmeter", f"file:{log}?name=package-0"])
        self.assertEqual(run.record["boundary"], ["package-0", "dram-0"])
        self.assertIsNone(run.record["total"])
        self.assertTrue([w for w in run.record["warnings"] if "another domain" in w], run.record["warnings"])

    def test_a_factor_is_applied_and_said(self):
        run = self.place.run("sleep", "1", machine=self.machine, flags=["--gain", "package-0=2"])
        self.assertAlmostEqual(run.joules("package-0") / run.record["duration_s"], 80, delta=2)
        self.assertIn("times 2", run.domain("package-0")["source"])

    def test_what_names_no_meter_or_domain_is_refused(self):
        for flags, word in ((["--wattmeter", "toaster:10"], "toaster"), (["--gain", "gpu-9=2"], "gpu-9"),
                            (["--gain", "package-0=0"], "--gain"), (["--cpu-idle-power", "9"], "--cpu-max-power")):
            run = self.place.run("true", machine=self.machine, flags=flags)
            self.assertEqual(run.status, 2, run.err)
            self.assertIn(word, run.err)
            self.assertIsNone(run.record)

    def test_doctor_names_the_meter_and_what_it_shows(self):
        log = self.place.path / "wall.csv"
        with PowerLog(log, 90):
            answer = self.place.jouleprint("doctor", "--json", "--sysroot", self.machine.folder, "--wattmeter",
                                           f"file:{log}")
        meters = {meter["name"]: meter for meter in json.loads(answer.stdout)["meters"]}
        self.assertEqual(meters["wattmeter"]["state"], "usable")
        self.assertEqual(meters["wattmeter"]["domains"], ["wall"])


if __name__ == "__main__":
    unittest.main()
