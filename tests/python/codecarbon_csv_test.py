"""emissions.csv and the task file of the CodeCarbon drop-in: columns, append and update, backups, several writers at
once."""

import csv
import dataclasses
import math
import multiprocessing
import os
import pathlib
import tempfile
import unittest

import support  # noqa: F401 (puts the package on the path)
from jouleprint.codecarbon.output import EmissionsData, FileOutput, TaskEmissionsData

# What readers of CodeCarbon 3.x's file count on.
COLUMNS = (
    "timestamp project_name run_id experiment_id duration emissions emissions_rate cpu_power gpu_power ram_power "
    "cpu_energy gpu_energy ram_energy energy_consumed water_consumed country_name country_iso_code region "
    "cloud_provider cloud_region os python_version codecarbon_version cpu_count cpu_model gpu_count gpu_model "
    "longitude latitude ram_total_size tracking_mode cpu_utilization_percent gpu_utilization_percent "
    "ram_utilization_percent ram_used_gb on_cloud pue wue"
).split()


def a_row(**changes):
    values = {field.name: 0.5 if field.type is float else "x" for field in dataclasses.fields(EmissionsData)}
    return EmissionsData(**{**values, **changes})


def read(path):
    with open(path, newline="") as file:
        return list(csv.DictReader(file))


def append_rows(folder, run_id, mode, count):
    output = FileOutput("emissions.csv", folder, mode)
    for number in range(count):
        row = a_row(run_id=run_id, duration=float(number), cpu_model="a name, with a comma " * 20)
        output.out(row, row)


class CsvTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.path = pathlib.Path(self.folder, "emissions.csv")

    def write(self, mode="append", **changes):
        row = a_row(**changes)
        FileOutput("emissions.csv", self.folder, mode).out(row, row)

    def test_a_new_file_has_the_38_columns_in_their_order(self):
        self.write()
        self.assertEqual(self.path.read_text().splitlines()[0].split(","), COLUMNS)
        self.assertEqual(len(COLUMNS), 38)

    def test_what_is_absent_is_an_empty_cell_and_shifts_nothing(self):
        self.write(run_id="first")
        self.write(
            run_id="second", country_name=None, longitude=None, latitude=None, gpu_utilization_percent=math.nan, wue=1.5
        )
        second = read(self.path)[1]
        self.assertEqual(
            [second[name] for name in ("country_name", "longitude", "latitude", "gpu_utilization_percent")], [""] * 4
        )
        self.assertEqual((second["run_id"], second["wue"], second["on_cloud"]), ("second", "1.5", "x"))
        self.assertNotIn(None, second)

    def test_text_with_commas_quotes_and_line_breaks_comes_back_as_it_was(self):
        name = 'a "quoted", long\nname – ü'
        self.write(project_name=name)
        self.assertEqual(read(self.path)[0]["project_name"], name)

    def test_numbers_lose_no_digit(self):
        self.write(emissions=1.2345678901234567e-11)
        self.assertEqual(float(read(self.path)[0]["emissions"]), 1.2345678901234567e-11)

    def test_append_follows_the_order_that_the_file_has(self):
        self.path.write_text(",".join(reversed(COLUMNS)) + "\n")
        self.write(run_id="mine", pue=1.25)
        self.assertEqual((read(self.path)[0]["run_id"], read(self.path)[0]["pue"]), ("mine", "1.25"))
        self.assertEqual(self.path.read_text().splitlines()[0].split(",")[0], "wue")

    def test_append_adds_a_row_for_each_write_of_a_run(self):
        for duration in (1.0, 2.0):
            self.write(run_id="mine", duration=duration)
        self.assertEqual([row["duration"] for row in read(self.path)], ["1.0", "2.0"])

    def test_update_replaces_the_row_of_its_run_and_no_other(self):
        self.write(run_id="other", duration=9.0)
        for duration in (1.0, 2.0):
            self.write("update", run_id="mine", duration=duration)
        self.assertEqual({row["run_id"]: row["duration"] for row in read(self.path)}, {"other": "9.0", "mine": "2.0"})
        self.assertEqual(len(read(self.path)), 2)

    def test_update_of_a_run_with_several_rows_adds_one(self):
        for duration in (1.0, 2.0):
            self.write(run_id="mine", duration=duration)
        with self.assertLogs("codecarbon", "WARNING"):
            self.write("update", run_id="mine", duration=3.0)
        self.assertEqual([row["duration"] for row in read(self.path)], ["1.0", "2.0", "3.0"])

    def test_update_keeps_a_link_and_the_mode_of_the_file(self):
        real = pathlib.Path(self.folder, "real.csv")
        self.path.symlink_to(real)
        self.write(run_id="mine", duration=1.0)
        real.chmod(0o640)
        self.write("update", run_id="mine", duration=2.0)
        self.assertTrue(self.path.is_symlink())
        self.assertEqual(real.stat().st_mode & 0o777, 0o640)
        self.assertEqual(read(real)[0]["duration"], "2.0")

    def test_a_file_with_other_columns_is_kept_under_another_name(self):
        for old in ("a,b\n1,2\n", "c\n3\n", "d\n4\n"):
            self.path.write_text(old)
            with self.assertLogs("codecarbon", "WARNING"):
                self.write(run_id="mine")
            self.assertEqual([row["run_id"] for row in read(self.path)], ["mine"])
        kept = {
            name: pathlib.Path(self.folder, name).read_text()
            for name in os.listdir(self.folder)
            if name.endswith(".bak")
        }
        self.assertEqual(
            kept, {"emissions.csv.bak": "a,b\n1,2\n", "emissions.csv_0.bak": "c\n3\n", "emissions.csv_1.bak": "d\n4\n"}
        )

    def test_an_empty_file_is_a_new_one(self):
        self.path.touch()
        self.write(run_id="mine")
        self.assertEqual(os.listdir(self.folder), ["emissions.csv"])
        self.assertEqual(read(self.path)[0]["run_id"], "mine")

    def test_a_row_that_a_crash_cut_off_costs_no_other_row(self):
        self.write(run_id="first")
        self.path.write_text(self.path.read_text() + "2026-01-01T00:00:00,cut")
        self.write(run_id="second")
        self.assertEqual([row["run_id"] for row in read(self.path)], ["first", None, "second"])

    def test_rows_of_processes_at_once_do_not_mix(self):
        for mode, expected in (("append", 4 * 25), ("update", 4)):
            with self.subTest(mode):
                folder = pathlib.Path(self.folder, mode)
                folder.mkdir()
                context = multiprocessing.get_context("fork")
                writers = [
                    context.Process(target=append_rows, args=(str(folder), f"run-{n}", mode, 25)) for n in range(4)
                ]
                for writer in writers:
                    writer.start()
                for writer in writers:
                    writer.join()
                rows = read(folder / "emissions.csv")
                self.assertEqual(len(rows), expected)
                self.assertEqual({row["run_id"] for row in rows}, {f"run-{n}" for n in range(4)})
                self.assertTrue(all(row["wue"] == "0.5" and None not in row for row in rows))
                self.assertEqual(os.listdir(folder), ["emissions.csv"])

    def test_wrong_mode_and_missing_folder_are_refused(self):
        with self.assertRaisesRegex(ValueError, "on_csv_write"):
            FileOutput("emissions.csv", self.folder, "overwrite")
        with self.assertRaisesRegex(OSError, "nowhere"):
            FileOutput("emissions.csv", os.path.join(self.folder, "nowhere"))

    def test_the_task_file_names_experiment_and_run_and_holds_all_tasks(self):
        tasks = [
            TaskEmissionsData.of(name, a_row(run_id="r1", longitude=None, duration=2.0)) for name in ("load", "fit")
        ]
        output = FileOutput("emissions.csv", self.folder)
        for _ in range(2):  # the second write replaces the first
            output.task_out(tasks, "base")
        rows = read(os.path.join(self.folder, "emissions_base_r1.csv"))
        self.assertEqual(
            list(rows[0]), ["task_name"] + [c for c in COLUMNS if c not in ("experiment_id", "pue", "wue")]
        )
        self.assertEqual(
            [(row["task_name"], row["duration"], row["longitude"]) for row in rows],
            [("load", "2.0", ""), ("fit", "2.0", "")],
        )

    def test_what_was_added_since_the_row_before(self):
        delta = a_row(duration=5.0, emissions=3.0, cpu_energy=2.0, cpu_power=7.0).since(
            a_row(duration=3.0, emissions=1.0, cpu_energy=0.5)
        )
        self.assertEqual(
            (delta.duration, delta.emissions, delta.emissions_rate, delta.cpu_energy, delta.cpu_power),
            (2.0, 2.0, 1.0, 1.5, 7.0),
        )


if __name__ == "__main__":
    unittest.main()
