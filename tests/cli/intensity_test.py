"""Each minute of a run is priced with its own intensity: from a file, a live source or the store, and the record says which."""
import datetime
import gzip
import http.server
import json
import threading
import time
import unittest

from support import Place, PYTHON

HOUR = datetime.timedelta(hours=1)
# Answers that come too late for every run of these tests.
HANGS_S = 30


def this_hour():
    return datetime.datetime.now(datetime.timezone.utc).replace(minute=0, second=0, microsecond=0)


def write_series(path, values, start=None, zone="FR", kind=None, step=HOUR):
    """A CSV of a value per step; by default they begin two hours ago."""
    start = start or this_hour() - 2 * HOUR
    lines = ["timestamp_utc,zone,gco2_per_kwh" + (",kind" if kind else "")]
    for i, value in enumerate(values):
        time_utc = (start + i * step).strftime("%Y-%m-%dT%H:%MZ")
        lines.append(f"{time_utc},{zone},{value}" + (f",{kind}" if kind else ""))
    text = "\n".join(lines) + "\n"
    if str(path).endswith(".gz"):
        path.write_bytes(gzip.compress(text.encode()))
    else:
        path.write_text(text, encoding="utf-8")
    return path


class Server:
    """Answers every request with `body` after `delay_s`, on a port of loopback that the system chooses."""

    def __init__(self, body, delay_s=0, status=200):
        asked = threading.Event()

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                asked.set()
                time.sleep(delay_s)
                try:
                    self.send_response(status)
                    self.send_header("Content-Type", "application/json")
                    self.send_header("Content-Length", str(len(body)))
                    self.end_headers()
                    self.wfile.write(body)
                except OSError:
                    pass  # whoever asked has gone

            def log_message(self, *_):
                pass

        self.asked = asked
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.server.block_on_close = False
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/now#/ci"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()


class SeriesFileTest(unittest.TestCase):
    def setUp(self):
        self.place = self.enterContext(Place())

    def run_with(self, path, *flags, command=("sleep", "0.2"), **how):
        return self.place.run(*command, flags=("--embodied", "off", "--intensity-series", path, *flags), **how)

    def test_a_run_has_the_intensity_of_its_own_hour(self):
        start = this_hour() - 2 * HOUR
        path = write_series(self.place.path / "grid.csv.gz", [100, 200, 300, 400, 500], start)
        run = self.run_with(path, "--zone", "France", "--pue", "1.5")
        self.assertEqual(run.status, 0, run.err)
        begun = datetime.datetime.fromisoformat(run.record["start"][:19] + "+00:00")
        expected = 100 + 100 * ((begun - start) // HOUR)
        record = run.record
        self.assertEqual(record["zone"], "FR")
        self.assertEqual(record["intensity_g_per_kwh"]["value"], expected)
        self.assertEqual(record["intensity_g_per_kwh"]["source"], "grid.csv.gz")
        self.assertLess(record["intensity_g_per_kwh"]["low"], expected)
        by_time = record["by_time"]
        self.assertEqual(by_time["bin_s"], 300)
        self.assertEqual(int(by_time["start"][14:16]) % 5, 0)
        self.assertAlmostEqual(sum(by_time["energy_kwh"]), record["energy_kwh"]["machine"]["value"], delta=1e-15)
        operational = record["emissions_gco2e"]["operational"]["value"]
        self.assertAlmostEqual(sum(by_time["emissions_gco2e"]) / operational, 1, delta=1e-12)
        self.assertAlmostEqual(operational / (1.5 * expected * record["energy_kwh"]["machine"]["value"]), 1, delta=1e-12)
        yearly = next(one for one in by_time["single_averages"] if one["what"] == "yearly average")
        self.assertEqual(yearly["intensity_g_per_kwh"]["source"], "Ember, 2024")
        wrong = 100 * (yearly["intensity_g_per_kwh"]["value"] / expected - 1)
        self.assertAlmostEqual(yearly["error_percent"], wrong, places=6)
        self.assertIn("yearly average", run.err)

    def test_a_file_of_one_zone_says_where_the_run_is(self):
        run = self.run_with(write_series(self.place.path / "pl.csv", [700] * 5, zone="PL"))
        self.assertEqual(run.record["zone"], "PL")
        self.assertEqual(run.record["intensity_g_per_kwh"]["value"], 700)

    def test_a_zone_that_only_the_file_knows(self):
        run = self.run_with(write_series(self.place.path / "g.csv", [12] * 5, zone="OUR-MICROGRID"), "--zone", "OUR-MICROGRID")
        self.assertEqual(run.record["zone"], "OUR-MICROGRID")
        self.assertEqual(run.record["intensity_g_per_kwh"]["value"], 12)

    def test_last_years_file_is_not_used_and_that_is_said_before_and_after(self):
        path = write_series(self.place.path / "old.csv", [1, 2, 3], this_hour() - 400 * 24 * HOUR)
        run = self.run_with(path, "--zone", "FR", "-q")
        self.assertEqual(run.status, 0)
        self.assertIn("old.csv ends", run.err)
        self.assertEqual(run.record["intensity_g_per_kwh"]["source"], "Ember, 2024")
        warning = next(text for text in run.record["warnings"] if "old.csv" in text)
        self.assertIn("does not cover the run", warning)
        self.assertEqual(run.record["by_time"]["single_averages"], [])

    def test_what_is_wrong_with_a_file_is_said_before_the_command_starts(self):
        mark = self.place.path / "started"
        of_de = write_series(self.place.path / "de.csv", [300] * 5, zone="DE")
        two = self.place.path / "two.csv"
        two.write_text(of_de.read_text() + "\n".join(write_series(self.place.path / "gb.csv", [200] * 5, zone="GB").read_text().split("\n")[1:]))
        broken = self.place.path / "broken.csv"
        broken.write_text("timestamp_utc,zone,gco2_per_kwh\n2026-01-01T00:00Z,FR,much\n")
        for path, flags, words in ((of_de, ("--zone", "FR"), ("FR", "DE")), (two, (), ("DE", "GB", "zone")),
                                   (broken, ("--zone", "FR"), ("broken.csv", "2")),
                                   (self.place.path / "absent.csv", (), ("absent.csv",)),
                                   (of_de, ("--intensity-kind", "greenish"), ("greenish", "marginal"))):
            with self.subTest(path=path.name):
                run = self.run_with(path, *flags, command=("touch", mark))
                self.assertEqual(run.status, 2, run.err)
                for word in words:
                    self.assertIn(word, run.err)
                self.assertEqual(len(run.err.strip().splitlines()), 1)
                self.assertFalse(mark.exists())
                self.assertIsNone(run.record)

    def test_one_figure_from_the_user_stands_above_every_series(self):
        path = write_series(self.place.path / "grid.csv", [100] * 5)
        run = self.run_with(path, "--zone", "FR", "--intensity", "33")
        self.assertEqual(run.record["intensity_g_per_kwh"]["value"], 33)
        self.assertTrue(any("--intensity" in text for text in run.record["warnings"]))

    def test_a_marginal_series_is_not_compared_with_the_yearly_average(self):
        path = write_series(self.place.path / "moer.csv", [400] * 5, kind="marginal-direct")
        run = self.run_with(path, "--zone", "FR")
        self.assertEqual(run.record["intensity_g_per_kwh"]["kind"], "marginal-direct")
        self.assertEqual([one["what"] for one in run.record["by_time"]["single_averages"]], ["mean of the run's hours"])

    def test_a_setting_of_the_file_does_the_same(self):
        path = write_series(self.place.path / "grid.csv", [77] * 5)
        (self.place.path / "jouleprint.toml").write_text(f'zone = "FR"\nintensity_series = ["{path}"]\n')
        run = self.place.run("true")
        self.assertEqual(run.record["intensity_g_per_kwh"]["value"], 77)

    def test_a_run_killed_half_way_keeps_its_grams_by_time(self):
        path = write_series(self.place.path / "grid.csv", [100] * 5)
        process = self.place.start("sleep", "20", flags=("--zone", "FR", "--intensity-series", path))
        time.sleep(3)
        process.kill()
        process.wait()
        shown = self.place.jouleprint("runs", "show", "last", "--json", "--db", self.place.store)
        record = json.loads(shown.stdout)
        self.assertEqual(record["state"], "recovered")
        self.assertEqual(record["intensity_g_per_kwh"]["source"], "grid.csv")
        self.assertAlmostEqual(sum(record["by_time"]["emissions_gco2e"]),
                               record["emissions_gco2e"]["operational"]["value"], delta=1e-9)

    def test_the_store_prices_a_run_that_it_covers(self):
        path = write_series(self.place.path / "kept.csv", [55] * 5)
        kept = self.place.jouleprint("grid", "series", "import", path, "--kind", "average-lifecycle", "--db", self.place.store)
        self.assertEqual(kept.returncode, 0, kept.stderr)
        run = self.place.run("sleep", "0.2", flags=("--zone", "FR", "--embodied", "off"))
        self.assertEqual(run.record["intensity_g_per_kwh"]["value"], 55)
        self.assertIn("kept.csv", run.record["intensity_g_per_kwh"]["source"])
        self.assertEqual(self.place.run("true", flags=("--zone", "DE")).record["intensity_g_per_kwh"]["source"], "Ember, 2024")

    def test_a_replayed_trace_says_that_it_has_no_series(self):
        path = write_series(self.place.path / "grid.csv", [55] * 5)
        trace = self.place.path / "run.trace"
        self.run_with(path, "--zone", "FR", "--trace", trace)
        replayed = json.loads(self.place.jouleprint("trace", "replay", trace, "--json").stdout)
        self.assertEqual(replayed["intensity_g_per_kwh"]["source"], "Ember, 2024")
        self.assertTrue(any("priced by the clock" in text for text in replayed["warnings"]))

    def test_reports_show_the_sources_and_the_averages(self):
        path = write_series(self.place.path / "grid.csv", [100] * 5)
        self.run_with(path, "--zone", "FR", "--name", "shown")
        for form in ("text", "markdown"):
            text = self.place.jouleprint("report", "shown", "--format", form, "--db", self.place.store).stdout
            self.assertIn("grid.csv", text)
            self.assertIn("yearly average", text)
        lines = self.place.jouleprint("report", "shown", "--format", "csv", "--db", self.place.store).stdout.splitlines()
        row = dict(zip(lines[0].split(","), lines[1].split(",")))
        self.assertLess(float(row["yearly_average_error_percent"]), 0)


class LiveSourceTest(unittest.TestCase):
    def setUp(self):
        self.place = self.enterContext(Place())

    def test_what_was_answered_in_time_prices_the_run(self):
        with Server(b'{"ci": 123}') as server:
            run = self.place.run("sleep", "1.5", flags=("--zone", "FR", "--intensity-from", server.url))
            self.assertTrue(server.asked.is_set())
        self.assertEqual(run.record["intensity_g_per_kwh"]["value"], 123)
        part = run.record["by_time"]["parts"][0]
        self.assertTrue(part["estimated"])
        self.assertTrue(part["retrieved"].endswith("Z"))

    def fall_back(self, flags, *command):
        begun = time.monotonic()
        run = self.place.run(*command, flags=("--zone", "FR", *flags))
        self.assertLess(time.monotonic() - begun, HANGS_S / 2, "the run waited for its source")
        self.assertEqual(run.status, 0, run.err)
        self.assertEqual(run.record["intensity_g_per_kwh"]["source"], "Ember, 2024")
        return run.record["warnings"]

    def test_a_server_that_hangs_delays_nobody(self):
        with Server(b'{"ci": 123}', delay_s=HANGS_S) as server:
            warnings = self.fall_back(("--intensity-from", server.url), "sleep", "0.1")
        self.assertTrue(any("answer" in text for text in warnings), warnings)

    def test_a_server_that_answers_nonsense_or_errors_or_is_not_there(self):
        for body, status in ((b"<html>", 200), (b'{"other": 1}', 200), (b'{"ci": "lots"}', 200), (b"", 503)):
            with self.subTest(body=body, status=status), Server(body, status=status) as server:
                before = len(self.fall_back(("--intensity-from", server.url), "sleep", "0.8"))
                self.assertGreater(before, 0)
        with Server(b"") as gone:
            url = gone.url
        self.assertTrue(self.fall_back(("--intensity-from", url), "sleep", "0.8"))

    def test_the_file_stands_above_the_live_source(self):
        path = write_series(self.place.path / "grid.csv", [50] * 5)
        with Server(b'{"ci": 123}') as server:
            run = self.place.run("sleep", "1.5", flags=("--zone", "FR", "--intensity-series", path, "--intensity-from", server.url))
        self.assertEqual(run.record["intensity_g_per_kwh"]["value"], 50)

    def test_a_source_that_cannot_be_asked_is_refused_before_the_command_starts(self):
        mark = self.place.path / "started"
        for source in ("tea-leaves", "electricity-maps"):
            run = self.place.run("touch", mark, flags=("--zone", "FR", "--intensity-from", source))
            self.assertEqual(run.status, 2, run.err)
            self.assertIn(source, run.err)
            self.assertFalse(mark.exists())

    def test_the_job_keeps_its_streams_beside_a_live_source(self):
        with Server(b'{"ci": 123}', delay_s=0.2) as server:
            run = self.place.run(PYTHON, "-c", "print(input())", stdin="hello\n", flags=("--zone", "FR", "--intensity-from", server.url))
        self.assertEqual(run.out, "hello\n")


if __name__ == "__main__":
    unittest.main()
