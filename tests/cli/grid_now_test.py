"""`grid now`: the intensity of this moment, of a live source, a series or the yearly table, and what is said of it."""
import contextlib
import datetime
import http.server
import json
import threading
import unittest

from support import Place

SECRET = "s3cr3t-k3y"


def hour(back=0):
    now = datetime.datetime.now(datetime.timezone.utc).replace(minute=0, second=0, microsecond=0)
    return (now - datetime.timedelta(hours=back)).strftime("%Y-%m-%dT%H:%M:%SZ")


@contextlib.contextmanager
def api(answer):
    """A server of this machine; `answer(path)` gives status and body, or None to stay silent for ever."""
    asked, over = [], threading.Event()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append((self.path, dict(self.headers)))
            reply = answer(self.path)
            if reply is None:
                over.wait()
                return
            self.send_response(reply[0])
            body = reply[1].encode()
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", asked
    finally:
        over.set()
        server.shutdown()
        thread.join()
        server.server_close()


def maps(path):
    def row(back):
        return {"zone": "DE", "carbonIntensity": 320 - back, "datetime": hour(back), "emissionFactorType": "lifecycle",
                "isEstimated": back == 0}
    return 200, json.dumps({"zone": "DE", "history": [row(2), row(1)]} if "/history" in path else row(0))


class GridNowTest(unittest.TestCase):
    def setUp(self):
        self.place = self.enterContext(Place())

    def now(self, *flags, status=0, **env):
        run = self.place.jouleprint("grid", "now", *flags, env=env)
        self.assertEqual(run.returncode, status, run.stderr)
        self.assertNotIn(SECRET, run.stdout + run.stderr)
        return run

    def answer(self, *flags, **env):
        run = self.now("--json", *flags, **env)
        return json.loads(run.stdout), run.stderr

    def test_a_live_source_says_which_hour_whose_and_how_sure(self):
        with api(maps) as (url, asked):
            now, said = self.answer("--zone", "DE", "--intensity-from", f"electricity-maps@{url}",
                                    JOULEPRINT_ELECTRICITY_MAPS_KEY=SECRET)
        self.assertEqual(said, "")
        self.assertEqual((now["zone"], now["time"], now["estimated"], now["age_s"]), ("DE", hour(), True, 0))
        used = now["intensity_g_per_kwh"]
        self.assertEqual((used["value"], used["basis"], used["kind"], used["source"]),
                         (320, "modelled", "average-consumption-lifecycle", "Electricity Maps, live"))
        self.assertLess(used["low"], 320)
        self.assertGreater(used["high"], 320)
        self.assertEqual(now["points"], [{"time": hour(back), "gco2_per_kwh": 320 - back} for back in (2, 1, 0)])
        self.assertEqual(now["problems"], [])
        self.assertEqual({headers.get("auth-token") for _, headers in asked}, {SECRET})

    def test_the_answer_is_kept_for_the_next_question_and_holds_no_key(self):
        with api(maps) as (url, asked):
            for _ in range(3):
                self.now("--zone", "DE", "--intensity-from", f"electricity-maps@{url}",
                         JOULEPRINT_ELECTRICITY_MAPS_KEY=SECRET)
        self.assertEqual(len(asked), 2)
        left = [path for path in self.place.path.rglob("*") if path.is_file()]
        self.assertTrue(left)
        for path in left:
            self.assertNotIn(SECRET.encode(), str(path).encode() + path.read_bytes())
            self.assertEqual(path.stat().st_mode & 0o077, 0, path)

    def test_people_read_it_in_a_few_lines(self):
        with api(maps) as (url, _):
            shown = self.now("--zone", "DE", "--intensity-from", f"electricity-maps@{url}").stdout
        for word in ("DE", "320 g/kWh", "average-consumption-lifecycle", "Electricity Maps, live", "estimate"):
            self.assertIn(word, shown)

    def test_a_source_that_fails_gives_way_to_the_yearly_average_and_it_is_said(self):
        for reply in ((500, "oops"), (404, "{}"), (200, "<html>"), (200, '{"zone":"DE","hist'), (429, "")):
            with self.subTest(reply=reply), Place() as self.place, api(lambda path, r=reply: r) as (url, _):
                now, said = self.answer("--zone", "DE", "--intensity-from", f"electricity-maps@{url}")
                self.assertIsNone(now["age_s"])
                self.assertIn("Ember", now["intensity_g_per_kwh"]["source"])
                self.assertIn("Electricity Maps", said)
                self.assertIn("yearly average stands in", said)
                self.assertEqual(len(now["problems"]), 2)

    def test_a_silent_source_is_given_up_and_meanwhile_somebody_is_told(self):
        with api(lambda path: None) as (url, _):
            now, said = self.answer("--intensity-from", f"neso@{url}")
        self.assertIn("waiting for the source", said)
        self.assertIn("no whole answer within 8 s", said)
        self.assertEqual(now["zone"], "GB")

    def test_a_series_that_covers_now_comes_before_the_year(self):
        series = self.place.path / "fr.csv"
        rows = [f"{hour(back)},FR,{50 + back},average-lifecycle" for back in range(30, -1, -1)]
        series.write_text("timestamp_utc,zone,gco2_per_kwh,kind\n" + "\n".join(rows) + "\n", encoding="utf-8")
        now, said = self.answer("--zone", "FR", "--series", series)
        self.assertEqual((now["intensity_g_per_kwh"]["value"], now["time"], now["estimated"]), (50, hour(), False))
        self.assertGreaterEqual(len(now["points"]), 24)
        self.assertEqual(said, "")
        self.place.jouleprint("grid", "series", "import", series)
        kept, _ = self.answer("--zone", "FR")
        self.assertEqual(kept["intensity_g_per_kwh"]["value"], 50, "what is kept is used without being named")

    def test_two_kinds_in_the_store_ask_for_a_choice(self):
        rows = "".join(f"{hour(back)},DE,{value},{kind}\n" for kind, value in (("average-lifecycle", 50), ("marginal-direct", 400))
                       for back in range(3, -1, -1))
        series = self.place.path / "de.csv"
        series.write_text("timestamp_utc,zone,gco2_per_kwh,kind\n" + rows, encoding="utf-8")
        self.assertEqual(self.place.jouleprint("grid", "series", "import", series).returncode, 0)
        asked = self.now("--zone", "DE", status=2)
        self.assertEqual(asked.stdout, "")
        for word in ("--kind", "average-lifecycle", "marginal-direct"):
            self.assertIn(word, asked.stderr)
        self.assertEqual(self.answer("--zone", "DE", "--kind", "marginal-direct")[0]["intensity_g_per_kwh"]["value"], 400)
        with api(maps) as (url, _):
            live, _ = self.answer("--zone", "DE", "--intensity-from", f"electricity-maps@{url}",
                                  JOULEPRINT_ELECTRICITY_MAPS_KEY=SECRET)
        self.assertEqual(live["intensity_g_per_kwh"]["value"], 320, "a live answer needs no choice")

    def test_a_series_of_another_time_does_not_pass_for_now(self):
        series = self.place.path / "fr.csv"
        series.write_text("timestamp_utc,zone,gco2_per_kwh,kind\n2022-01-01T00:00Z,FR,50,average-lifecycle\n"
                          "2022-01-01T01:00Z,FR,51,average-lifecycle\n", encoding="utf-8")
        now, said = self.answer("--zone", "FR", "--series", series)
        self.assertIsNone(now["age_s"])
        self.assertIn("yearly average", said)

    def test_the_yearly_average_says_that_it_is_one(self):
        self.assertIn("the average of a year", self.now("--zone", "FR").stdout)
        now, said = self.answer("--region", "gcp:europe-west4")
        self.assertEqual((now["zone"], now["points"], said), ("NL", [], ""))

    def test_settings_name_the_source_and_a_file_the_key(self):
        config = self.place.path / ".config" / "jouleprint"
        config.mkdir(parents=True)
        (config / "keys").write_text(f"electricity_maps_key = {SECRET}\n", encoding="utf-8")
        with api(maps) as (url, asked):
            (config / "jouleprint.toml").write_text(f'zone = "DE"\nintensity_from = "electricity-maps@{url}"\n',
                                                    encoding="utf-8")
            (config / "keys").chmod(0o644)
            self.assertIn("chmod 600", self.now(status=2).stderr)
            (config / "keys").chmod(0o600)
            self.assertEqual(self.answer()[0]["intensity_g_per_kwh"]["value"], 320)
        self.assertEqual({headers.get("auth-token") for _, headers in asked}, {SECRET})

    def test_bad_input_is_a_sentence_with_the_remedy(self):
        for flags, words in (((), "--zone"), (("--zone", "Atlantis"), "Atlantis"),
                             (("--zone", "FR", "--intensity-from", "sun"), "electricity-maps"),
                             (("--zone", "FR", "--intensity-from", "entsoe"), "JOULEPRINT_ENTSOE_KEY"),
                             (("--zone", "FR", "--intensity-from", "neso"), "the zone is FR"),
                             (("--zone", "FR", "--series", "/no/such.csv"), "/no/such.csv"),
                             (("--zone", "FR", "--intensity-from", f"https://a:{SECRET}@host/#/x"), "without user")):
            with self.subTest(flags=flags):
                run = self.now(*flags, status=2)
                self.assertIn(words, run.stderr)
                self.assertEqual(run.stdout, "")


if __name__ == "__main__":
    unittest.main()
