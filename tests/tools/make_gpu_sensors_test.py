"""tools/make_gpu_sensors.py over a survey of our own, and the shipped table against the real one."""
import csv
import io
import pathlib
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
SURVEY = "power-traces/nvml-vs-inline-meter/sensor_characteristics.csv"
HEADER = ("gpu,driver,field,inline_meter,update_period_ms,rise_ms,delay_ms,gradient,intercept_w,r2,"
          "steady_state_err_pct,avg_window_ms,avg_window_median_ms,energy_err_mean_pct,energy_err_std_pct\n")


def make(folder):
    return subprocess.run([sys.executable, ROOT / "tools/make_gpu_sensors.py", folder], check=True, text=True,
                          capture_output=True).stdout


def table_of(*rows):
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / SURVEY
        path.parent.mkdir(parents=True)
        path.write_text(HEADER + "".join(row + "\n" for row in rows), encoding="utf-8")
        return {row["name"]: row for row in csv.DictReader(io.StringIO(make(folder)))}


class MakeGpuSensorsTest(unittest.TestCase):
    def test_boards_of_one_name_are_averaged_whoever_built_them(self):
        card = table_of("NVIDIA Card,535,power.draw.instant,1,100,,,0.9,0,1,-10,80,,,",
                        "Alienware NVIDIA Card,535,power.draw.instant,1,100,,,1.0,2,1,-2,100,,,",
                        "Alienware NVIDIA Card,535,power.draw.instant,1,100,,,1.1,4,1,0,90,,,")["NVIDIA Card"]
        self.assertEqual(card["boards_metered"], "3")
        self.assertEqual(float(card["error_percent"]), -4)
        self.assertEqual((float(card["error_lowest_percent"]), float(card["error_highest_percent"])), (-10, 0))
        self.assertEqual((float(card["gradient"]), float(card["offset_w"])), (1, 2))
        self.assertEqual(float(card["window_ms"]), 90)

    def test_a_mean_over_a_second_does_not_pass_for_the_sensor(self):
        card = table_of("Card,535,power.draw,1,100,,,1,0,1,-1,,,,",
                        "Card,535,power.draw.average,1,100,,,1,0,1,-1,,,,",
                        "Card,535,power.draw.instant,1,20,,,1,0,1,-5,10,,,")["Card"]
        self.assertEqual(float(card["error_percent"]), -5)
        self.assertEqual(float(card["update_ms"]), 20)

    def test_without_a_meter_there_is_no_error_and_it_is_not_zero(self):
        card = table_of("Card,525,power.draw,0,100,,,,,,,25,,,")["Card"]
        self.assertEqual((card["boards_metered"], card["error_percent"]), ("0", ""))
        self.assertEqual(float(card["window_ms"]), 25)

    def test_the_shipped_table_is_what_the_survey_gives(self):
        data = ROOT.parent / "shared/data"
        if not (data / SURVEY).exists():
            self.skipTest("skipped: the sensor survey is not here")
        self.assertEqual(make(data), (ROOT / "data/hardware/gpu_sensors.csv").read_text(encoding="utf-8"))


if __name__ == "__main__":
    unittest.main()
