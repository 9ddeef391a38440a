"""The CodeCarbon drop-in from start to stop: its numbers on a machine whose joules are known, its place, and bad
input."""

import asyncio
import os
import pathlib
import threading
import time
import unittest

from codecarbon_support import DropInTest, Listener
from support import true_joules

from jouleprint.codecarbon import EmissionsTracker, track_emissions


class NumbersTest(DropInTest):
    def test_energy_is_that_of_the_counters_by_component(self):
        machine = self.machine("package-0=80", "dram=6,in=package-0")
        tracker = self.offline()
        tracker.start()
        time.sleep(0.5)
        kg = tracker.stop()
        data, record = tracker.final_emissions_data, tracker.record.data
        self.assert_joules(data.energy_consumed, true_joules(machine, record))
        self.assert_joules(data.ram_energy, true_joules(machine, record, zones=["intel-rapl:0:0"]))
        self.assert_near(data.cpu_energy + data.ram_energy + data.gpu_energy, data.energy_consumed)
        self.assertEqual(kg, data.emissions)
        self.assert_near(kg, record["emissions_gco2e"]["operational"]["value"] / 1000)
        self.assert_near(kg, data.energy_consumed * record["intensity_g_per_kwh"]["value"] / 1000)

    def test_powers_are_energy_by_time(self):
        self.machine("package-0=80", "dram=6,in=package-0")
        with self.offline(pue=1.5) as tracker:
            time.sleep(0.3)
        data = tracker.final_emissions_data
        self.assert_near(data.cpu_power, data.cpu_energy * 3.6e6 / data.duration)
        self.assertAlmostEqual(data.cpu_power, 80 * 1.5, delta=2)
        self.assertAlmostEqual(data.ram_power, 6 * 1.5, delta=1)
        self.assert_near(data.emissions_rate, data.emissions / data.duration)

    def test_pue_is_in_all_energies_and_water_is_of_the_computers_alone(self):
        machine = self.machine("package-0=80")
        with self.offline(pue=1.5, wue=2.0, force_carbon_intensity_g_co2e_kwh=100) as tracker:
            time.sleep(0.4)
        data = tracker.final_emissions_data
        self.assert_joules(data.energy_consumed, 1.5 * true_joules(machine, tracker.record.data))
        self.assert_near(data.emissions, data.energy_consumed * 0.1)
        self.assert_near(data.water_consumed, data.energy_consumed / 1.5 * 2.0)
        self.assertEqual((data.pue, data.wue), (1.5, 2.0))

    def test_the_intensity_may_be_nothing(self):
        self.machine()
        with self.offline(force_carbon_intensity_g_co2e_kwh=0) as tracker:
            time.sleep(0.1)
        self.assertEqual(tracker.final_emissions, 0.0)
        self.assertGreater(tracker.final_emissions_data.energy_consumed, 0.0)

    def test_process_mode_is_the_share_and_machine_mode_the_machine(self):
        self.machine("package-0=80")
        process, machine = self.offline(tracking_mode="process", output_file="p.csv"), self.offline()
        for tracker in (process, machine):
            tracker.start()
        end = time.monotonic() + 0.3
        while time.monotonic() < end:
            pass
        for tracker in (process, machine):
            tracker.stop()
        self.assert_near(process.final_emissions_data.energy_consumed, process.record.share_kwh.value)
        self.assert_near(machine.final_emissions_data.energy_consumed, machine.record.energy_kwh.value)
        self.assertGreater(process.final_emissions_data.energy_consumed, 0.0)
        self.assertEqual(self.rows("p.csv")[0]["tracking_mode"], "process")

    def test_ranks_of_one_machine_are_told_that_each_has_all_of_it(self):
        self.machine()
        os.environ.update(RANK="1", LOCAL_RANK="1", WORLD_SIZE="4", LOCAL_WORLD_SIZE="4", TORCHELASTIC_RUN_ID="job")
        with self.assertLogs("codecarbon", "WARNING") as said, self.offline():
            pass
        self.assertIn("4 processes", "\n".join(said.output))

    def test_utilisation_is_between_nothing_and_all(self):
        self.machine()
        with self.offline() as tracker:
            sum(range(2_000_000))
        data = tracker.final_emissions_data
        for percent in (data.cpu_utilization_percent, data.ram_utilization_percent):
            self.assertGreaterEqual(percent, 0.0)
            self.assertLessEqual(percent, 100.0)

    def test_the_row_is_what_the_tracker_says(self):
        self.machine()
        with self.offline(project_name="p", experiment_id="e", measure_power_secs=0.2) as tracker:
            time.sleep(0.2)
        (row,), data = self.rows(), tracker.final_emissions_data
        for name in ("duration", "emissions", "energy_consumed", "cpu_power", "ram_total_size"):
            self.assertEqual(float(row[name]), getattr(data, name), name)
        self.assertEqual((row["run_id"], row["project_name"], row["experiment_id"]), (str(tracker.run_id), "p", "e"))
        self.assertRegex(row["codecarbon_version"], r"^3\.\d+\.\d+\+jouleprint")
        self.assertEqual((row["longitude"], row["latitude"], row["on_cloud"]), ("", "", "N"))

    def test_the_record_in_the_store_names_the_run(self):
        self.machine()
        with self.offline(project_name="p", experiment_name="e") as tracker:
            pass
        kept = self.kept()
        self.assertEqual(kept["tags"]["codecarbon_run_id"], str(tracker.run_id))
        self.assertEqual((kept["project"], kept["name"]), ("p", "e"))


class PlaceTest(DropInTest):
    def row_of(self, tracker):
        with tracker:
            time.sleep(0.05)
        return tracker.final_emissions_data, tracker.record.data

    def test_a_country_is_known_by_three_letters(self):
        self.machine()
        data, record = self.row_of(self.offline(country_iso_code="FRA"))
        self.assertEqual(
            (data.country_name, data.country_iso_code, data.region, record["zone"]), ("France", "FRA", None, "FR")
        )

    def test_a_region_has_its_own_grid(self):
        self.machine()
        data, record = self.row_of(self.offline(country_iso_code="USA", region="California"))
        self.assertEqual((data.country_iso_code, data.region, record["zone"]), ("USA", "california", "US-CAL-CISO"))
        data, record = self.row_of(self.offline(country_iso_code="CAN", region="quebec"))
        self.assertEqual(record["zone"], "CA-QC")

    def test_a_region_without_a_grid_of_its_own_has_its_country_s(self):
        self.machine()
        for region in ("illinois", "georgia", "atlantis"):  # several grids; also a country; neither
            with self.subTest(region), self.assertLogs("codecarbon", "WARNING") as said:
                data, record = self.row_of(self.offline(country_iso_code="USA", region=region))
                self.assertEqual((data.country_name, record["zone"]), ("United States", "US"))
                self.assertIn(region, "\n".join(said.output))
            from jouleprint.codecarbon import _notices

            _notices.forget()

    def test_a_cloud_s_region_says_where_it_is(self):
        self.machine()
        data, record = self.row_of(
            self.offline(country_iso_code=None, cloud_provider="gcp", cloud_region="europe-west1")
        )
        self.assertEqual((data.on_cloud, data.cloud_provider, data.cloud_region), ("Y", "gcp", "europe-west1"))
        self.assertEqual((data.country_name, data.country_iso_code, record["zone"]), ("Belgium", "BEL", "BE"))
        self.assertEqual(data.pue, 1.0)

    def test_a_cloud_region_that_is_not_known_leaves_the_country(self):
        self.machine()
        with self.assertLogs("codecarbon", "WARNING") as said:
            data, record = self.row_of(self.offline(cloud_provider="gcp", cloud_region="moon-west1"))
        self.assertIn("moon-west1", "\n".join(said.output))
        self.assertEqual((data.country_iso_code, record["zone"], data.cloud_region), ("FRA", "FR", "moon-west1"))

    def test_nobody_s_place_is_no_country(self):
        self.machine()
        with self.assertLogs("codecarbon", "WARNING") as said:
            for _ in range(2):
                data, record = self.row_of(self.online())
        self.assertEqual(
            (data.country_name, data.country_iso_code, data.region, record["zone"]), (None, None, None, "unknown")
        )
        self.assertEqual(sum("JOULEPRINT_ZONE" in line for line in said.output), 1)
        self.assertGreater(data.emissions, 0.0)
        self.assertEqual(self.rows()[0]["country_name"], "")

    def test_jouleprint_s_own_setting_is_a_place_too(self):
        self.machine()
        os.environ["JOULEPRINT_ZONE"] = "DE"
        data, record = self.row_of(self.online())
        self.assertEqual((data.country_name, data.country_iso_code, record["zone"]), ("Germany", "DEU", "DE"))

    def test_the_offline_tracker_asks_for_a_country(self):
        self.machine()
        with self.assertLogs("codecarbon", "WARNING") as said:
            data, _ = self.row_of(self.offline(country_iso_code=None))
        self.assertIn("country_iso_code", "\n".join(said.output))
        self.assertIsNone(data.country_iso_code)
        with self.assertRaisesRegex(ValueError, "country_iso_code"):
            track_emissions(offline=True)(lambda: None)()


class DecoratorTest(DropInTest):
    def test_with_and_without_brackets(self):
        self.machine()

        @track_emissions
        def plain(value):
            """Doubles."""
            return 2 * value

        @track_emissions(offline=True, country_iso_code="FRA", project_name="p", log_level="error")
        def dressed(value):
            return 3 * value

        self.assertEqual((plain(2), dressed(value=2), plain.__name__, plain.__doc__), (4, 6, "plain", "Doubles."))
        self.assertEqual(
            [(row["project_name"], row["country_iso_code"]) for row in self.rows()], [("codecarbon", ""), ("p", "FRA")]
        )

    def test_each_call_is_a_run(self):
        self.machine()
        function = track_emissions(log_level="error")(lambda: None)
        function()
        function()
        self.assertEqual(len({row["run_id"] for row in self.rows()}), 2)

    def test_what_the_function_raises_passes_and_the_row_stays(self):
        self.machine()

        @track_emissions(log_level="error")
        def fails():
            raise KeyError("mine")

        with self.assertRaisesRegex(KeyError, "mine"):
            fails()
        self.assertEqual(len(self.rows()), 1)

    def test_a_coroutine_is_measured_until_it_is_done(self):
        self.machine()

        @track_emissions(log_level="error")
        async def slow():
            await asyncio.sleep(0.2)
            return "done"

        self.assertEqual(asyncio.run(slow()), "done")
        self.assertGreaterEqual(float(self.rows()[0]["duration"]), 0.2)

    def test_unknown_options_are_refused(self):
        with self.assertRaisesRegex(TypeError, "colour"):
            track_emissions(colour="green")


class BadInputTest(DropInTest):
    def test_stop_without_start(self):
        self.machine()
        with self.assertLogs("codecarbon", "WARNING"):
            self.assertIsNone(self.offline().stop())
        self.assertEqual(self.rows(), [])

    def test_flush_without_start(self):
        with self.assertLogs("codecarbon", "ERROR"):
            self.assertIsNone(self.offline().flush())

    def test_a_second_stop_gives_the_figure_and_writes_nothing(self):
        self.machine()
        tracker = self.offline()
        tracker.start()
        time.sleep(0.05)
        first = tracker.stop()
        with self.assertLogs("codecarbon", "WARNING"):
            self.assertEqual(tracker.stop(), first)
        self.assertEqual(len(self.rows()), 1)

    def test_a_second_start_goes_on_with_the_first(self):
        self.machine()
        tracker = self.offline()
        tracker.start()
        time.sleep(0.1)
        with self.assertLogs("codecarbon", "WARNING"):
            tracker.start()
        tracker.stop()
        self.assertGreaterEqual(tracker.final_emissions_data.duration, 0.1)
        self.assertEqual(len(self.rows()), 1)

    def test_a_start_after_stop_is_another_run(self):
        self.machine()
        tracker = self.offline()
        for _ in range(2):
            tracker.start()
            tracker.stop()
        self.assertEqual(len({row["run_id"] for row in self.rows()}), 2)

    def test_what_the_block_raises_passes_and_the_row_stays(self):
        self.machine()
        with self.assertRaises(ZeroDivisionError), self.offline():
            raise ZeroDivisionError
        self.assertEqual(len(self.rows()), 1)

    def test_a_machine_with_nothing_to_measure_ends_nothing(self):
        self.bare_machine()
        tracker = self.offline()
        with self.assertLogs("codecarbon", "WARNING") as said:
            tracker.start()
            tracker.start_task("t")
            self.assertIsNone(tracker.stop_task())
            self.assertIsNone(tracker.stop())
        self.assertIn("nothing is measured", "\n".join(said.output))
        self.assertEqual(self.rows(), [])

    def test_a_file_that_cannot_be_written_costs_the_row_only(self):
        self.machine()
        pathlib.Path("emissions.csv").mkdir()
        listener = Listener()
        tracker = self.offline(output_handlers=[listener])
        tracker.start()
        with self.assertLogs("codecarbon", "WARNING") as said:
            self.assertGreater(tracker.stop(), 0.0)
        self.assertIn("emissions.csv", "\n".join(said.output))
        self.assertEqual((len(listener.rows), listener.exits), (1, 1))

    def test_the_end_of_the_interpreter_writes_the_row(self):
        self.machine()
        done = self.python(
            "import time; from jouleprint.codecarbon import OfflineEmissionsTracker as T\n"
            "t = T(country_iso_code='FRA', output_dir='work'); t.start(); time.sleep(0.1)"
        )
        self.assertEqual(len(self.rows()), 1, done.stderr)
        self.assertGreater(float(self.rows()[0]["energy_consumed"]), 0.0)

    def test_a_forked_child_ends_nothing(self):
        self.machine()
        done = self.python(
            "import os, sys\nfrom jouleprint.codecarbon import OfflineEmissionsTracker as T\n"
            "t = T(country_iso_code='FRA', output_dir='work'); t.start()\n"
            "child = os.fork()\n"
            "if child == 0: sys.exit(0 if t.stop() is None and t.flush() is None else 9)\n"
            "print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), t.stop() > 0)"
        )
        self.assertEqual(done.stdout, "0 True\n")
        self.assertEqual(len(self.rows()), 1)

    def test_calls_from_many_threads_at_once(self):
        self.machine()
        tracker = self.offline(on_csv_write="update")
        tracker.start()
        threads = [threading.Thread(target=call) for call in [tracker.flush] * 6 + [tracker.start] * 2]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertGreater(tracker.stop(), 0.0)
        self.assertEqual(len(self.rows()), 1)

    def test_a_constructor_alone_leaves_nothing(self):
        EmissionsTracker(log_level="error")
        self.assertEqual(os.listdir(self.work), [])


if __name__ == "__main__":
    unittest.main()
