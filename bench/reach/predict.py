"""Rows "predict": the total of a training run, foretold from its first units, held against what it took.

Real runs: MLPerf training with a meter at the wall, and epoch durations of many systems. A unit is an epoch, a block
of steps or the stretch to the next evaluation; each run's total is the sum of its units. Errors are means of means:
of runs, then of system x benchmark (energy) or of benchmarks (time). A run with a meter counts while it has units to
come; of runs without one, those with fewer units are asked after all but their last. Where the first unit of a run with
a meter holds several times the samples of the others, its cost by their number of samples is what is shown to every
predictor; what it cost in all is part of the total.
"""
import collections
import csv
import gzip
import json
import statistics
import subprocess
from pathlib import Path

from .figures import Row

DATA = Path(__file__).resolve().parents[2] / "../shared/data/power-traces"
POWER, DURATIONS = DATA / "mlperf-training-power", DATA / "mlperf-training-durations"
JOULES_PER_KWH = 3.6e6
SEEN = (1, 2, 3, 5, 10)
REACH_ENERGY, REACH_TIME = {2: 1.75, 3: 1.25}, {2: 4.6, 3: 3.8, 5: 3.1}
# Of runs without a meter: first units that are several times larger by an unknown number of samples, and runs of two
# units.
NOT_COMPARABLE = {"llama2_70b_lora", "gnn"}
UNEQUAL_FIRST = {"llama2_70b_lora"}
# Blocks of 20 epochs; evaluations begin after epoch 1000.
LATE_BENCHMARK, LATE_FROM = "unet3d", 52


class Run:
    def __init__(self, system, benchmark, seconds, kwh=(), first_weight=1.0):
        """`first_weight`: how many times the samples of the other units the first one holds."""
        self.system, self.benchmark, self.first_weight = system, benchmark, first_weight
        self._costs = {"time": list(seconds), "energy": list(kwh)}
        self.seconds, self.kwh = self._by_samples("time"), self._by_samples("energy")
        self.answer = None

    def _by_samples(self, what):
        first, *others = self._costs[what] or [None]
        return [] if first is None else [first / self.first_weight, *others]

    def counts(self, what, seen):
        """Whether units are to come after so many; a short run without a meter is asked earlier instead."""
        return what == "time" or len(self.seconds) > seen

    def clipped(self, seen):
        return min(seen, len(self.seconds) - 1)

    def costs(self, what):
        return self.seconds if what == "time" else self.kwh

    def _beyond(self, what):
        """What the first unit cost beyond that of the others' samples."""
        return self._costs[what][0] * (1 - 1 / self.first_weight)

    def error(self, what, seen, predictor=None):
        """Of the predicted total, in percent, signed."""
        costs = self.costs(what)
        if predictor:
            weights = [self.first_weight] + [1] * (seen - 1)
            total = sum(costs[:seen]) + (len(costs) - seen) * predictor(costs[:seen], weights)
        else:
            total = self.answer[what][seen - 1][1]
        return 100 * ((total + self._beyond(what)) / sum(self._costs[what]) - 1)

    def covered(self, what, seen):
        _, _, low, high = self.answer[what][seen - 1]
        total = sum(self.costs(what))
        return low * (1 - 1e-9) <= total <= high * (1 + 1e-9)


def _drop_first(costs):
    return costs[1:] or costs


def _linear(costs, weights):
    return sum(cost * weight for cost, weight in zip(costs, weights)) / sum(weights)


SIMPLE = {"linear": _linear, "median": lambda costs, _: statistics.median(costs), "last": lambda costs, _: costs[-1],
          "w/o first": lambda costs, _: statistics.mean(_drop_first(costs)),
          "its median": lambda costs, _: statistics.median(_drop_first(costs))}


def rows(arena, _amount):
    if not POWER.is_dir() or not DURATIONS.is_dir():
        return [Row("predict: error of the total", "%", {"jouleprint": "no data"})]
    metered, timed = _metered(), _timed()
    _ask(arena, metered + timed)
    return [*_error_rows(metered, "energy", REACH_ENERGY, lambda run: (run.system, run.benchmark)),
            *_error_rows(timed, "time", REACH_TIME, lambda run: run.benchmark),
            *_late_rows(metered, timed), *_coverage_rows(metered, "energy"), *_coverage_rows(timed, "time"),
            _speed_row(metered + timed)]


def _units(path):
    by_run = collections.defaultdict(list)
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt") as text:
        for row in csv.DictReader(text):
            by_run[row["run"]].append(row)
    return by_run


def _metered():
    units = _units(POWER / "units.csv")
    runs = []
    for row in csv.DictReader(open(POWER / "runs.csv")):
        mine = units.get(row["run"], [])
        if row["status"] != "success" or row["log_covers_run"] != "1" or len(mine) < 2:
            continue
        runs.append(Run(row["system"], row["benchmark"], [float(u["t_end_s"]) - float(u["t_start_s"]) for u in mine],
                        [float(u["energy_j"]) / JOULES_PER_KWH for u in mine],
                        _first_weight(mine) if row["benchmark"] in UNEQUAL_FIRST else 1.0))
    return runs


def _first_weight(units):
    samples = [float(unit["progress_end"]) - float(unit["progress_start"]) for unit in units]
    return samples[0] / statistics.median(samples[1:])


def _timed():
    units = _units(DURATIONS / "units.csv.gz")
    return [Run(row["system"], row["benchmark"], [float(u["duration_s"]) for u in units[row["run"]]])
            for row in csv.DictReader(open(DURATIONS / "runs.csv"))
            if row["status"] == "success" and row["benchmark"] not in NOT_COMPARABLE and len(units[row["run"]]) > 1]


def _ask(arena, runs):
    lines = "\n".join(" ".join(map(repr, (len(run.seconds), *run.seconds, *run.kwh))) for run in runs)
    done = subprocess.run([str(arena.program("epoch_forecasts"))], input=lines, text=True, capture_output=True, check=True)
    for run, line in zip(runs, done.stdout.splitlines()):
        run.answer = json.loads(line)


def _mean_error(runs, what, seen, group_of, predictor=None):
    by_group = collections.defaultdict(list)
    for run in runs:
        if run.counts(what, seen):
            by_group[group_of(run)].append(abs(run.error(what, run.clipped(seen), predictor)))
    return statistics.mean(statistics.mean(errors) for errors in by_group.values())


def _error_rows(runs, what, reach, group_of):
    rows_ = []
    for seen in SEEN:
        able = [run for run in runs if run.counts(what, seen)]
        title = f"predict: error of the {what} after {seen} of {len(able)} runs"
        row = Row(title, "%", reach=reach.get(seen), decimals=2)
        row.add("jouleprint", _mean_error(able, what, seen, group_of))
        early = [run for run in able if run.benchmark != LATE_BENCHMARK]
        others = Row(f"   without {LATE_BENCHMARK}", "%", decimals=2)
        others.add("jouleprint", _mean_error(early, what, seen, group_of))
        rows_ += [row, others]
        for name, predictor in SIMPLE.items():
            if seen == 1 and name != "linear":
                continue
            simple = Row(f"   {name}{' (carbontracker)' if name == 'linear' else ''}", "%", decimals=2)
            simple.add("jouleprint", _mean_error(able, what, seen, group_of, predictor))
            rows_.append(simple)
    return rows_


def _late_rows(metered, timed):
    rows_ = []
    for runs, what in ((metered, "energy"), (timed, "time")):
        late = [run for run in runs if run.benchmark == LATE_BENCHMARK and len(run.seconds) > LATE_FROM + 1]
        row = Row(f"predict: {LATE_BENCHMARK}, {what}, once evaluations have begun", "%", reach=5, decimals=2)
        row.add("jouleprint", statistics.mean(abs(run.error(what, LATE_FROM)) for run in late))
        worst = Row("   the worst of them", "%", decimals=2)
        worst.add("jouleprint", max(abs(run.error(what, LATE_FROM)) for run in late))
        linear = Row("   linear (carbontracker)", "%", decimals=2)
        linear.add("jouleprint", statistics.mean(abs(run.error(what, LATE_FROM, _linear)) for run in late))
        rows_ += [row, worst, linear]
    return rows_


def _coverage_rows(runs, what):
    rows_ = []
    for seen in SEEN:
        able = [run for run in runs if len(run.seconds) > seen]
        row = Row(f"predict: {what} inside the 90 % interval after {seen}", "%", reach=85, at_least=True, decimals=1)
        row.add("jouleprint", 100 * statistics.mean(run.covered(what, seen) for run in able))
        rows_.append(row)
    return rows_


def _speed_row(runs):
    row = Row("predict: one prediction", "us", decimals=1)
    row.add("jouleprint", statistics.mean(run.answer["us"] for run in runs))
    return row
