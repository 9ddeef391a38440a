#!/usr/bin/env python3
"""Makes data/hardware/gpu_sensors.csv: what a survey found out about the power sensors of GPU models.

    tools/make_gpu_sensors.py DATA_FOLDER > data/hardware/gpu_sensors.csv

DATA_FOLDER holds power-traces/nvml-vs-inline-meter/sensor_characteristics.csv: GPUs' own power readings
beside a meter between the board and its supply. One row of ours is one name as NVML gives it, over all
boards of that name that were surveyed, whoever built them.
"""
import csv
import statistics
import sys
from collections import defaultdict
from pathlib import Path

SURVEY = "JimZeyuYang/GPU_Power_Benchmark@4b5c944 (MIT; arXiv 2312.02741)"
# A reading that is a mean over a second hides the window of the sensor itself.
LONGEST_WINDOW_MS = 500


# The survey's names are typed by hand; these are the ones that a driver says otherwise.
DRIVER_NAMES = {
    "NVIDIA GeForce RTX 1080": "NVIDIA GeForce GTX 1080",
    "NVIDIA GeForce RTX 1080 Ti": "NVIDIA GeForce GTX 1080 Ti",
    "NVIDIA TITAN X Pascal": "NVIDIA TITAN X (Pascal)",
}


def nvml_name(survey_name):
    """The survey puts the maker in front where it tells two boards of one model apart."""
    name = survey_name.removeprefix("Alienware ")
    return DRIVER_NAMES.get(name, name)


def number(text):
    return float(text) if text else None


def of_the_sensor(rows):
    """The rows that show the sensor and not its mean over a second: "instant" where the driver has it."""
    instant = [r for r in rows if r["field"] == "power.draw.instant"]
    averaged = {r["driver"] for r in rows if r["field"] == "power.draw.average"}
    return instant or [r for r in rows if r["field"] == "power.draw" and r["driver"] not in averaged]


def boards_in(rows):
    """A board has one row for each driver and field; as many rows of one kind are as many boards."""
    kinds = defaultdict(int)
    for row in rows:
        kinds[row["driver"], row["field"]] += 1
    return max(kinds.values(), default=0)


def mean(values, digits):
    return f"{statistics.fmean(values):.{digits}f}" if values else ""


def median(values):
    return f"{statistics.median(values):g}" if values else ""


def gain_columns(by_survey_name):
    """boards, mean error, its range, gradient and offset, each board of a name counting once."""
    errors, gradients, offsets, boards = [], [], [], 0
    for rows in by_survey_name.values():
        metered = [r for r in of_the_sensor(rows) if r["inline_meter"] == "1" and r["steady_state_err_pct"]]
        count = boards_in(metered)
        boards += count
        if not count:
            continue
        last_driver = max(r["driver"] for r in metered)
        newest = [r for r in metered if r["driver"] == last_driver]
        errors += [float(r["steady_state_err_pct"]) for r in newest]
        gradients += [float(r["gradient"]) for r in newest]
        offsets += [float(r["intercept_w"]) for r in newest]
    if not errors:
        return [0, "", "", "", "", ""]
    return [boards, mean(errors, 2), f"{min(errors):.2f}", f"{max(errors):.2f}", mean(gradients, 4),
            mean(offsets, 1)]


def make_table(path):
    surveyed = defaultdict(lambda: defaultdict(list))
    with open(path, encoding="utf-8") as file:
        for row in csv.DictReader(file):
            surveyed[nvml_name(row["gpu"])][row["gpu"]].append(row)
    table = []
    for name, by_survey_name in surveyed.items():
        rows = [row for rows in by_survey_name.values() for row in of_the_sensor(rows)]
        windows = [w for w in (number(r["avg_window_ms"]) for r in rows) if w and w < LONGEST_WINDOW_MS]
        updates = [float(r["update_period_ms"]) for r in rows if r["update_period_ms"]]
        drivers = " ".join(sorted({row["driver"] for row in rows}))
        table.append([name, *gain_columns(by_survey_name), median(windows), median(updates),
                      f"{SURVEY}; drivers {drivers}"])
    return sorted(table)


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    out = csv.writer(sys.stdout, lineterminator="\n")
    out.writerow(("name", "boards_metered", "error_percent", "error_lowest_percent", "error_highest_percent",
                  "gradient", "offset_w", "window_ms", "update_ms", "source"))
    out.writerows(make_table(
        Path(sys.argv[1]) / "power-traces/nvml-vs-inline-meter/sensor_characteristics.csv"))


if __name__ == "__main__":
    main()
