"""Each option of the CodeCarbon drop-in does what it says, or says once that it does nothing."""

import http.server
import inspect
import json
import logging
import os
import pathlib
import subprocess
import sys
import threading
import time
import unittest

from codecarbon_support import DropInTest, Listener
from support import cli

from jouleprint.codecarbon import EmissionsTracker, OfflineEmissionsTracker, OutputMethod, track_emissions
from jouleprint.codecarbon.output import GoogleCloudLoggerOutput, LoggerOutput

# The constructor of CodeCarbon 3.3, by position.
THEIRS = (
    "project_name measure_power_secs api_call_interval api_endpoint api_key output_dir output_file output_methods "
    "save_to_file save_to_api save_to_logger logging_logger save_to_prometheus save_to_logfire prometheus_url "
    "output_handlers gpu_ids emissions_endpoint experiment_id experiment_name electricitymaps_api_token "
    "co2_signal_api_token tracking_mode log_level on_csv_write logger_preamble force_cpu_power force_ram_power pue "
    "wue force_carbon_intensity_g_co2e_kwh force_mode_cpu_load allow_multiple_runs rapl_include_dram "
    "rapl_prefer_psys metadata"
).split()
THEIRS_OFFLINE = "country_iso_code region cloud_provider cloud_region country_2letter_iso_code".split()


class Server:
    """Answers on a free port of this machine, and keeps what was asked."""

    def __init__(self, status=201):
        asked = self.asked = []

        class Handler(http.server.BaseHTTPRequestHandler):
            def answer(self):
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
                asked.append((self.command, self.path, body, self.headers.get("Authorization")))
                self.send_response(status)
                self.end_headers()

            do_POST = do_PUT = do_DELETE = answer

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()


class OptionsTest(DropInTest):
    def setUp(self):
        super().setUp()
        self.machine("package-0=80", "dram=6,in=package-0")

    def server(self, status=201):
        made = Server(status)
        self.addCleanup(made.close)
        return made

    def run_once(self, **options):
        with self.offline(**options) as tracker:
            time.sleep(0.05)
        return tracker

    def test_names_and_positions_are_theirs(self):
        self.assertEqual(list(inspect.signature(EmissionsTracker).parameters), THEIRS)
        offline = list(inspect.signature(OfflineEmissionsTracker).parameters)
        self.assertEqual(offline[1:-1], THEIRS_OFFLINE)
        decorator = set(inspect.signature(track_emissions).parameters)
        self.assertLessEqual({"fn", "offline", *THEIRS, *THEIRS_OFFLINE}, decorator)
        self.assertEqual(EmissionsTracker("by position", 3, log_level="error").project_name, "by position")

    def test_what_does_nothing_here_says_so_once(self):
        for name, value in (
            ("api_key", "k"),
            ("api_endpoint", "http://localhost:1"),
            ("force_mode_cpu_load", True),
            ("rapl_include_dram", True),
            ("output_methods", "api"),
            ("output_methods", ["logfire"]),
            ("output_methods", [OutputMethod.BOAMPS]),
            ("output_methods", [OutputMethod.LOGGER]),
        ):
            with self.subTest(name, value=value), self.assertLogs("codecarbon", "WARNING") as said:
                self.offline(**{name: value})
                self.offline(**{name: value})
                self.assertEqual(len(said.output), 1, said.output)

    def test_forced_memory_power_stands_for_the_memory(self):
        tracker = self.run_once(force_ram_power=30, force_carbon_intensity_g_co2e_kwh=100)
        data = tracker.final_emissions_data
        self.assert_near(data.ram_power, 30.0)
        self.assert_near(data.energy_consumed, data.cpu_energy + data.ram_energy)
        self.assert_near(data.emissions, data.energy_consumed * 0.1)

    def test_forced_processor_power_is_no_match_for_a_counter(self):
        self.assertAlmostEqual(self.run_once(force_cpu_power=500).final_emissions_data.cpu_power, 80, delta=4)

    def test_forced_processor_power_is_the_model_s_full_power(self):
        # A machine without a counter, of which the processor is known.
        bare = self.bare_machine()
        for name in ("cpuinfo", "stat", "meminfo", "uptime"):
            (bare / "proc").mkdir(exist_ok=True)
            (bare / "proc" / name).write_text(pathlib.Path("/proc", name).read_text())
        powers = [self.run_once(force_cpu_power=watts).final_emissions_data.cpu_power for watts in (100, 1000)]
        self.assertGreater(powers[0], 0.0)
        self.assertAlmostEqual(powers[1] / powers[0], 10, delta=0.5)

    def test_platform_domain(self):
        self.machine("package-0=40", "psys=100")
        self.assertAlmostEqual(
            self.run_once().final_emissions_data.energy_consumed * 3.6e6,
            self.run_once().final_emissions_data.duration * 40,
            delta=4,
        )
        data = self.run_once(rapl_prefer_psys=True).final_emissions_data
        self.assertAlmostEqual(data.energy_consumed * 3.6e6 / data.duration, 100, delta=5)

    def test_gpus_by_index_variable_and_identifier(self):
        os.environ.update(JOULEPRINT_NVML=str(cli.FAKE_NVML), JP_FAKE_NVML_GPUS="2", JP_FAKE_NVML_WATTS="300,120")
        code = (
            "import json, os, sys, time\nfrom jouleprint.codecarbon import OfflineEmissionsTracker as T\n"
            "with T(country_iso_code='FRA', log_level='warning', **json.loads(sys.argv[1])) as t: time.sleep(0.4)\n"
            "d = t.final_emissions_data; print(d.gpu_count, round(d.gpu_power / 10) * 10, d.gpu_model.split(' ')[0])"
        )

        def tracked(**options):
            return self.python(code, json.dumps(options)).stdout.strip()

        self.assertEqual(tracked(), "2 420 2")
        self.assertEqual(tracked(gpu_ids=[1]), "1 120 1")
        self.assertEqual(tracked(gpu_ids="0"), "1 300 1")
        os.environ["CUDA_VISIBLE_DEVICES"] = "0"
        self.assertEqual(tracked(), "1 300 1")
        self.assertEqual(tracked(gpu_ids="0,1"), "2 420 2")
        os.environ["CUDA_VISIBLE_DEVICES"] = "-1"
        self.assertEqual(tracked(), "0 0")
        os.environ["CUDA_VISIBLE_DEVICES"] = ""
        self.assertEqual(tracked(), "2 420 2")
        for bus, uuid in (("0000:17:00.0", "GPU-aaaa1111-2222"), ("0000:65:00.0", "GPU-bbbb3333-4444")):
            folder = pathlib.Path(os.environ["JOULEPRINT_SYSROOT"], "proc/driver/nvidia/gpus", bus)
            folder.mkdir(parents=True)
            (folder / "information").write_text(f"Model: \t\t A GPU\nGPU UUID: \t {uuid}\nDevice Minor: \t 0\n")
        for each in ("GPU-bbbb", "bbbb", "MIG-GPU-bbbb3333-4444/1/0"):
            os.environ["CUDA_VISIBLE_DEVICES"] = each
            self.assertEqual(tracked(), "1 120 1", each)
        os.environ["CUDA_VISIBLE_DEVICES"] = "GPU-cccc"  # none of them: rather all than none
        self.assertEqual(tracked(), "2 420 2")

    def test_flush_appends_or_updates(self):
        for mode, expected in (("append", 3), ("update", 1)):
            with self.offline(on_csv_write=mode, output_file=f"{mode}.csv") as tracker:
                first, second = tracker.flush(), tracker.flush()
            self.assertLessEqual(first, second)
            self.assertEqual(len(self.rows(f"{mode}.csv")), expected)
            self.assertEqual(float(self.rows(f"{mode}.csv")[-1]["emissions"]), tracker.final_emissions)

    def test_outputs_of_one_s_own_get_totals_and_what_was_added(self):
        listener = Listener()
        with self.offline(output_handlers=[listener], output_methods=[]) as tracker:
            tracker.flush()
            time.sleep(0.1)
        (first, _), (total, delta) = listener.rows
        self.assert_near(first.energy_consumed + delta.energy_consumed, total.energy_consumed)
        self.assert_near(first.duration + delta.duration, total.duration)
        self.assertEqual(listener.exits, 1)
        self.assertEqual(os.listdir(self.work), [])

    def test_an_output_that_fails_ends_nothing(self):
        class Broken(Listener):
            def out(self, total, delta):
                raise RuntimeError("no room")

        with self.assertLogs("codecarbon", "WARNING") as said:
            tracker = self.run_once(output_handlers=[Broken()])
        self.assertRegex("\n".join(said.output), "Broken.*no room")
        self.assertGreater(tracker.final_emissions, 0.0)
        self.assertEqual(len(self.rows()), 1)

    def test_the_user_s_list_of_outputs_stays_as_it_is(self):
        mine = []
        self.run_once(output_handlers=mine)
        self.assertEqual(mine, [])

    def test_live_rows_come_while_the_run_goes_on(self):
        listener = Listener()
        with self.offline(output_handlers=[listener], measure_power_secs=0.05, api_call_interval=2):
            limit = time.monotonic() + 30
            while len(listener.live) < 2 and time.monotonic() < limit:
                time.sleep(0.02)
        self.assertGreaterEqual(len(listener.live), 2)
        totals = [total.energy_consumed for total, _ in listener.live]
        self.assertEqual(totals, sorted(totals))
        added = [delta.energy_consumed for _, delta in listener.live + listener.rows]
        self.assert_near(sum(added), listener.rows[0][0].energy_consumed)

    def test_no_live_rows_are_asked_for(self):
        listener = Listener()
        with self.offline(output_handlers=[listener], measure_power_secs=0.02, api_call_interval=-1):
            time.sleep(0.2)
        self.assertEqual(listener.live, [])

    def test_rows_to_a_logger(self):
        lines, structures = [], []
        mine = logging.getLogger("test.codecarbon")
        mine.propagate, mine.level = False, logging.INFO
        handler = logging.Handler()
        handler.emit = lambda record: lines.append(json.loads(record.getMessage()))
        mine.addHandler(handler)
        self.run_once(
            output_methods=[OutputMethod.LOGGER], logging_logger=LoggerOutput(mine, logging.INFO), project_name="p"
        )
        self.assertEqual((lines[0]["project_name"], lines[0]["longitude"]), ("p", None))

        class Cloud:
            def log_struct(self, payload, severity):
                structures.append((payload["project_name"], severity))

        self.run_once(output_methods="logger", logging_logger=GoogleCloudLoggerOutput(Cloud()), project_name="q")
        self.assertEqual(structures, [("q", logging.INFO)])

    def test_rows_are_posted_where_the_user_says(self):
        server = self.server()
        tracker = self.run_once(emissions_endpoint=f"http://{server.address}/rows")
        ((method, path, body, _),) = server.asked
        row = json.loads(body)
        self.assertEqual((method, path, row["run_id"]), ("POST", "/rows", str(tracker.run_id)))
        self.assertEqual(row["emissions"], tracker.final_emissions)
        self.assertIn("user", row)

    def test_an_address_that_fails_ends_nothing(self):
        refusing = self.server(500)
        for address in (f"http://{refusing.address}/", "http://127.0.0.1:1/", "file:///etc/passwd", "not an address"):
            with self.subTest(address), self.assertLogs("codecarbon", "WARNING"):
                self.assertGreater(self.run_once(emissions_endpoint=address).final_emissions, 0.0)

    def test_rows_are_pushed_to_a_gateway_and_taken_back(self):
        server = self.server()
        os.environ.update(PROMETHEUS_USERNAME="me", PROMETHEUS_PASSWORD="secret")
        with self.offline(
            output_methods="prometheus",
            prometheus_url=server.address,
            project_name='a "b"',
            experiment_name="x/y",
            api_call_interval=-1,
        ) as tracker:
            tracker.flush()
            time.sleep(0.1)
        self.assertEqual(
            [(method, path) for method, path, _, _ in server.asked],
            [(method, "/metrics/job/a__b__x_y") for method in ("PUT", "PUT", "DELETE")],
        )
        self.assertEqual({authorization for *_, authorization in server.asked}, {"Basic bWU6c2VjcmV0"})
        pushes = [
            dict(line.rsplit(" ", 1) for line in body.splitlines() if not line.startswith("#"))
            for method, _, body, _ in server.asked
            if method == "PUT"
        ]
        label = '{project_name="a \\"b\\""}'
        total = tracker.final_emissions_data
        self.assert_near(sum(float(push[f"codecarbon_emissions{label}"]) for push in pushes), total.emissions)
        self.assert_near(float(pushes[1][f"codecarbon_energy_total{label}"]), total.energy_consumed)
        self.assertEqual(len(pushes[0]), 11)

    def test_nothing_is_sent_by_itself(self):
        done = self.python(
            "import sys; from jouleprint.codecarbon import EmissionsTracker\n"
            "with EmissionsTracker(output_dir='work', log_level='error'): pass\n"
            "print([name for name in ('urllib.request', 'requests', 'pandas', 'psutil') if name in sys.modules])"
        )
        self.assertEqual(done.stdout, "[]\n")

    def test_a_second_tracker_is_kept_out_where_that_is_wanted(self):
        first = self.offline(allow_multiple_runs=False)
        first.start()
        with self.assertLogs("codecarbon", "WARNING"):
            second = self.offline(allow_multiple_runs=False)
            second.start()
            self.assertIsNone(second.flush())
            self.assertIsNone(second.stop())
        self.assertGreater(first.stop(), 0.0)
        self.assertEqual([row["run_id"] for row in self.rows()], [str(first.run_id)])
        self.assertFalse(pathlib.Path(self.home, ".codecarbon.lock").exists())
        self.assertGreater(self.run_once(allow_multiple_runs=False).final_emissions, 0.0)

    def test_a_lock_of_a_process_that_is_gone_keeps_nobody_out(self):
        gone = subprocess.Popen([sys.executable, "-c", ""])
        gone.wait()
        lock = pathlib.Path(self.home, ".codecarbon.lock")
        lock.write_text(f"{gone.pid}\n")
        self.assertGreater(self.run_once(allow_multiple_runs=False).final_emissions, 0.0)
        lock.write_text("")  # as CodeCarbon's own are
        with self.assertLogs("codecarbon", "WARNING"):
            self.assertIsNone(self.offline(allow_multiple_runs=False).stop())
        self.assertTrue(lock.exists())

    def test_the_level_and_the_preamble_of_lines(self):
        code = (
            "from jouleprint.codecarbon import OfflineEmissionsTracker as T\n"
            "t = T(country_iso_code='FRA', log_level=%r, logger_preamble='run 7 %%'); t.stop()"
        )
        self.assertRegex(
            self.python(code % "warning").stderr, r"^\[codecarbon WARNING @ \d\d:\d\d:\d\d\]\[run 7 %\] stop"
        )
        self.assertEqual(self.python(code % "error").stderr, "")
        self.assertEqual(self.python(code % 40).stderr, "")
        self.assertIn("'loud'", self.python(code % "loud").stderr)

    def test_the_machine_is_known_before_the_start(self):
        hardware = self.offline(gpu_ids="0").get_detected_hardware()
        self.assertEqual(
            set(hardware),
            {"ram_total_size", "cpu_count", "cpu_physical_count", "cpu_model", "gpu_count", "gpu_model", "gpu_ids"},
        )
        self.assertGreaterEqual(hardware["cpu_count"], 1)
        self.assertEqual((hardware["gpu_count"], hardware["gpu_ids"]), (0, ["0"]))

    def test_a_token_without_a_place_leaves_the_run_and_no_trace(self):
        with self.assertLogs("codecarbon", "WARNING") as said:
            with self.online(electricitymaps_api_token="very-secret") as tracker:
                time.sleep(0.05)
        self.assertGreater(tracker.final_emissions, 0.0)
        self.assertNotIn("JOULEPRINT_ELECTRICITY_MAPS_KEY", os.environ)
        self.assertNotIn("very-secret", json.dumps(tracker.record.data) + "".join(said.output))


if __name__ == "__main__":
    unittest.main()
