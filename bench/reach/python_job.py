"""Runs inside one tool's own interpreter: a real small training, measured by that tool through its Python interface.

python_job.py TOOL EPOCHS SECONDS_AN_EPOCH DIGITS.CSV    prints one JSON object: what each step cost, in seconds; what the
tool says of the whole and of each task or epoch, in joules; and when the training began and ended, on the clock that
the made-up machine's counters follow.
"""
import json
import math
import os
import resource
import sys
import time

JOULES_PER_KWH = 3.6e6
# carbontracker multiplies what it reports by this, always (constants.py, PUE_2023).
CARBONTRACKER_PUE = 1.58
CLASSES = 10


def read_digits(path):
    with open(path, encoding="utf-8") as file:
        rows = [[int(cell) for cell in line.split(",")] for line in file if line[0].isdigit()]
    return [([value / 16 for value in row[:-1]], row[-1]) for row in rows]


def train_for(seconds, digits, weights):
    """Softmax regression, one digit after the other, until the time is over."""
    end = time.monotonic() + seconds
    i = 0
    while time.monotonic() < end:
        pixels, label = digits[i % len(digits)]
        scores = [sum(w * x for w, x in zip(row, pixels)) for row in weights]
        highest = max(scores)
        powers = [math.exp(score - highest) for score in scores]
        whole = sum(powers)
        for k, row in enumerate(weights):
            step = 0.1 * ((k == label) - powers[k] / whole)
            for j, x in enumerate(pixels):
                row[j] += step * x
        i += 1


class Clock:
    """Wall time and the process's own processor time of each step."""

    def __init__(self):
        self.steps = {}

    def time(self, name, step):
        wall, cpu = time.monotonic(), time.process_time()
        answer = step()
        seen = {"wall_s": time.monotonic() - wall, "cpu_s": time.process_time() - cpu}
        self.steps.setdefault(name, []).append(seen)
        return answer


class Jouleprint:
    def load(self):
        import jouleprint
        self.module = jouleprint

    def start(self, epochs):
        self.tracker = self.module.Tracker(epochs=epochs, zone="FR", keep=False, quiet=True,
                                           sysroot=os.environ.get("BENCH_SYSROOT"))
        self.tracker.start()

    def epoch_begins(self, i):
        self.task = self.tracker.begin_task(f"epoch {i}")

    def epoch_ends(self):
        self.tracker.end_task(self.task)

    def stop(self):
        self.record = self.tracker.stop()

    def joules(self):
        return (self.record.data["energy_kwh"]["machine"]["value"] * JOULES_PER_KWH,
                [task["energy_kwh"]["value"] * JOULES_PER_KWH for task in self.record.data["tasks"]])


class CodeCarbon:
    module_name = "codecarbon"

    def load(self):
        import importlib
        self.module = importlib.import_module(self.module_name)

    def start(self, epochs):
        # In tasks: the whole is their sum then, which is this tool's way to tell epochs apart.
        self.tracker = self.module.OfflineEmissionsTracker(country_iso_code="FRA", measure_power_secs=1,
                                                           save_to_file=False, log_level="critical")
        self.tasks = []

    def epoch_begins(self, i):
        self.tracker.start_task(f"epoch {i}")

    def epoch_ends(self):
        self.tasks.append(self.tracker.stop_task())

    def stop(self):
        self.tracker.stop()

    def joules(self):
        each = [task.cpu_energy * JOULES_PER_KWH for task in self.tasks]
        return sum(each), each


class ThroughOurDropIn(CodeCarbon):
    module_name = "jouleprint.codecarbon"


class CarbonTracker:
    def load(self):
        from carbontracker.tracker import CarbonTracker as Tracker
        self.Tracker = Tracker

    def start(self, epochs):
        self.tracker = self.Tracker(epochs=epochs, epochs_before_pred=0, update_interval=1, verbose=0)
        self.inner = self.tracker.tracker  # it is let go of with the last epoch

    def epoch_begins(self, i):
        self.tracker.epoch_start()

    def epoch_ends(self):
        self.tracker.epoch_end()

    def stop(self):
        self.tracker.stop()

    def joules(self):
        each = [float(kwh) * JOULES_PER_KWH / CARBONTRACKER_PUE for kwh in self.inner.total_energy_per_epoch()]
        return sum(each), each


TOOLS = {"jouleprint": Jouleprint, "codecarbon": CodeCarbon, "carbontracker": CarbonTracker,
         "drop-in": ThroughOurDropIn}


def main():
    tool = TOOLS[sys.argv[1]]()
    epochs, seconds, digits = int(sys.argv[2]), float(sys.argv[3]), read_digits(sys.argv[4])
    weights = [[0.0] * len(digits[0][0]) for _ in range(CLASSES)]
    clock = Clock()
    clock.time("import", tool.load)
    clock.time("start", lambda: tool.start(epochs))
    windows = []
    for i in range(epochs):
        clock.time("epoch begins", lambda: tool.epoch_begins(i))
        begin_ns = time.clock_gettime_ns(time.CLOCK_BOOTTIME)
        train_for(seconds, digits, weights)
        windows.append((begin_ns, time.clock_gettime_ns(time.CLOCK_BOOTTIME)))
        clock.time("epoch ends", tool.epoch_ends)
    clock.time("stop", tool.stop)
    whole_j, each_j = tool.joules()
    print(json.dumps({"steps": clock.steps, "windows_boot_ns": windows, "joules": whole_j, "epoch_joules": each_j,
                      "peak_rss_kib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss}))


if __name__ == "__main__":
    main()
