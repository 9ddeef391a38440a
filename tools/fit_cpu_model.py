#!/usr/bin/env python3
"""Fits src/meters/model/cpu_power_model.cc and server_shape.cc, and says how wrong they are on what they have not seen.

    tools/fit_cpu_model.py DATA_FOLDER [--tables]

DATA_FOLDER holds power-traces/cpu-load-vs-rapl-vs-plug/profiles.csv (package counters under stress-ng, 30 s per
step: the rated model) and power-traces/specpower/servers.csv (wall power at eleven shares of the full throughput:
the shape between a known idle and full power). --tables prints the numbers of server_shape.cc.
"""
import csv
import math
import re
import statistics
import sys
from collections import defaultdict
from pathlib import Path

# Rated watts of all sockets and the highest clock, MHz, as the makers publish them, and whether the part is sold
# for desktops. The folder E5-1240 is left out: it holds the same processor as E3-1240 at twice the watts, above its
# rating of 69 W, so its counter was added up twice.
MACHINES = {"AMD_EPYC_8024P_8C": (90, 3000, False), "AMD_Threadripper": (180, 4000, True),
            "E3-1240": (69, 3800, False), "E5-2620": (2 * 85, 3200, False)}
RATED_MHZ = {"AMD_EPYC_8024P_8C": 2400, "AMD_Threadripper": 3400, "E3-1240": 3400, "E5-2620": 2400}
# The first step of each profile reads 0.2 to 1.4 W: a counter's difference over no time, not an idle package.
LOWEST_LOAD = 0.06
# Share of a server's rise above idle, seen at the wall, that is the processor package: supply 0.92, voltage
# regulators 0.9, and a tenth for memory and fans, which rise too (0.92 * 0.9 * 0.9 = 0.745).
PACKAGE_SHARE_OF_WALL_RISE = 0.745

# What cpu_power_model.cc ships; SERVER and DESKTOP are not fitted, see docs/meters/model.md.
SERVER, DESKTOP = 0.70, 1.00
ONE_THREAD = 0.8
IDLE, CLOCK_POWER = 0.05, 0.5
IDLES = [i / 100 for i in range(2, 21)]
CLOCK_POWERS = [0, 0.3, 0.5, 0.7, 1]
# A prior of so many servers of no difference, so that five servers do not make a shape.
PRIOR_SERVERS = 3


# ---- the rated model ------------------------------------------------------------------------------------------

class Step:
    def __init__(self, row):
        self.machine, self.kind = row["profile"], row["load_type"]
        self.tdp_w, top_mhz, desktop = MACHINES[self.machine]
        self.max_w = self.tdp_w * (DESKTOP if desktop else SERVER)
        self.load = float(row["cpu_load_pct"]) / 100
        self.watts = float(row["rapl_w"])
        self.mhz = float(row["cpu_mhz"])
        self.clock = min(1, self.mhz / top_mhz)
        self.rated_clock = min(1, self.mhz / RATED_MHZ[self.machine])
        self.even = even_capacity(self.load)
        # Busy threads go to cores of their own as long as there are any.
        whole = 2 * ONE_THREAD * self.load if self.load < 0.5 else 1 - 2 * (1 - ONE_THREAD) * (1 - self.load)
        self.capacity = whole if self.kind == "some_cores" else self.even


def even_capacity(u):
    """Two threads per core, each busy for the share u of the time, whatever the other does."""
    return ONE_THREAD * (1 - (1 - u) ** 2) + (1 - ONE_THREAD) * u * u


def read_steps(folder):
    rows = csv.DictReader(open(folder / "power-traces/cpu-load-vs-rapl-vs-plug/profiles.csv"))
    return [Step(r) for r in rows if r["profile"] in MACHINES and float(r["cpu_load_pct"]) / 100 >= LOWEST_LOAD]


def rated(step, parameters):
    activity, power, idle = parameters
    clock = step.rated_clock if activity == "rated clock" else step.clock
    use = {"load": step.load, "even": step.even}.get(activity, step.capacity)
    return step.max_w * (idle + (1 - idle) * use * clock ** power)


def machine_mean(steps, error):
    by_machine = defaultdict(list)
    for step in steps:
        by_machine[step.machine].append(error(step))
    return statistics.mean(map(statistics.mean, by_machine.values()))


def best(steps, choices):
    return min(choices, key=lambda c: machine_mean(steps, lambda s: abs(rated(s, c) / s.watts - 1)))


def held_out(steps, choices, say=False):
    """{step: modelled watts}, the step's machine never in the fit."""
    watts = {}
    for machine in MACHINES:
        chosen = best([s for s in steps if s.machine != machine], choices)
        if say:
            print(f"    without {machine:18} {chosen[0]}, clock^{chosen[1]:g}, idle {chosen[2]:.2f}")
        watts.update({s: rated(s, chosen) for s in steps if s.machine == machine})
    return watts


def held_out_scale(steps, choices):
    """As held_out, with full power as a share of the rating, one for all parts, fitted as well."""
    watts = {}
    for machine in MACHINES:
        rest = [s for s in steps if s.machine != machine]
        fits = []
        for scale in [i / 100 for i in range(40, 121, 2)]:
            for step in steps:
                step.max_w = step.tdp_w * scale
            chosen = best(rest, choices)
            error = machine_mean(rest, lambda s: abs(rated(s, chosen) / s.watts - 1))
            fits.append((error, {s: rated(s, chosen) for s in steps if s.machine == machine}))
        watts.update(min(fits, key=lambda fit: fit[0])[1])
    return watts


def summary(label, watts):
    errors = {s: abs(w / s.watts - 1) for s, w in watts.items()}
    series = defaultdict(list)
    for s, error in errors.items():
        series[s.machine, s.kind].append(error)
    factor = math.exp(statistics.mean(abs(math.log(w / s.watts)) for s, w in watts.items()))
    of_series = statistics.median(map(statistics.mean, series.values()))
    print(f"{label:60} median {statistics.median(errors.values()):5.1%}  series {of_series:5.1%}"
          f"  mean {statistics.mean(errors.values()):5.1%}  factor {factor:.2f}")


def t95(df):
    """95 % point of Student's t: Cornish and Fisher's expansion about the normal, good to 1 % from 5 degrees on."""
    z = 1.6449
    return z + (z ** 3 + z) / (4 * df) + (5 * z ** 5 + 16 * z ** 3 + 3 * z) / (96 * df * df)


def band(watts):
    """90 % band of log(counter / model) for a machine not seen: its own offset (spread between the machines) and
    the steps' scatter, with Satterthwaite's degrees of freedom for their sum."""
    logs = defaultdict(list)
    for s, w in watts.items():
        logs[s.machine].append(math.log(s.watts / w))
    means = [statistics.mean(v) for v in logs.values()]
    between = statistics.variance(means) * (1 + 1 / len(means))
    within = statistics.mean(map(statistics.pvariance, logs.values()))
    steps = sum(len(v) - 1 for v in logs.values())
    df = (between + within) ** 2 / (between ** 2 / (len(means) - 1) + within ** 2 / steps)
    half = t95(df) * math.sqrt(between + within)
    return statistics.mean(means) - half, statistics.mean(means) + half


def inside(watts, low, high):
    return sum(low <= math.log(s.watts / w) <= high for s, w in watts.items()) / len(watts)


def held_out_coverage(steps, choices):
    """Share of the steps inside bands that are made without their machine, from the others held out in turn."""
    watts = held_out(steps, choices)
    hits = 0
    for machine in MACHINES:
        rest = [s for s in steps if s.machine != machine]
        others = {}
        for other in {s.machine for s in rest}:
            chosen = best([s for s in rest if s.machine != other], choices)
            others.update({s: rated(s, chosen) for s in rest if s.machine == other})
        mine = {s: w for s, w in watts.items() if s.machine == machine}
        hits += inside(mine, *band(others)) * len(mine)
    return hits / len(steps)


def report_intervals(label, steps, choices):
    low, high = band(held_out(steps, choices))
    shipped = {s: rated(s, (choices[0][0], choices[0][1], IDLE)) for s in steps}
    print(f"  interval, {label}: factors {math.exp(low):.2f} and {math.exp(high):.2f}; made without the machine it "
          f"holds {held_out_coverage(steps, choices):.0%} of its steps, as shipped {inside(shipped, low, high):.0%}")


def report_rated(folder):
    steps = read_steps(folder)
    print(f"Package counters, {len(steps)} steps of {len(MACHINES)} machines, each machine held out in turn.")
    print("median: of all steps' |error|; series: median over the 8 series of each one's mean |error|\n")
    summary("cubic law, TDP (0.1 + 0.9 u^3), nothing fitted", {s: s.tdp_w * (0.1 + 0.9 * s.load ** 3) for s in steps})
    old = {s: s.tdp_w * (0.04 + 0.66 * 3 * s.load / (1 + 2 * s.load)) for s in steps}
    summary("before: one scale, 3u / (1 + 2u), nothing fitted", old)
    activities = ("load", "even", "capacity")
    for activity, power, label in (("load", 0, "load alone"), ("even", 0, "capacity if evenly spread"),
                                   ("capacity", 0, "capacity core by core"), ("load", CLOCK_POWER, "load, clock"),
                                   ("even", CLOCK_POWER, "capacity if evenly spread, clock"),
                                   ("capacity", CLOCK_POWER, "capacity core by core, clock: shipped"),
                                   ("rated clock", CLOCK_POWER, "the same, clock over the rated one")):
        summary(f"{label}; idle fitted", held_out(steps, [(activity, power, i) for i in IDLES]))
    everything = [(a, p, i) for a in activities for p in CLOCK_POWERS for i in IDLES]
    summary("activity, clock's power and idle chosen without the machine", held_out(steps, everything, say=True))
    summary("one scale for all parts, fitted too", held_out_scale(steps, [("capacity", CLOCK_POWER, i) for i in IDLES]))
    for step in steps:
        step.max_w = step.tdp_w * SERVER
    summary("shipped, but the desktop part rated as a server",
            held_out(steps, [("capacity", CLOCK_POWER, i) for i in IDLES]))
    steps = read_steps(folder)
    summary(f"as shipped, idle {IDLE}", {s: rated(s, ("capacity", CLOCK_POWER, IDLE)) for s in steps})
    summary(f"as shipped where no clock is told, idle {IDLE}", {s: rated(s, ("capacity", 0, IDLE)) for s in steps})
    report_intervals("clock known", steps, [("capacity", CLOCK_POWER, i) for i in IDLES])
    report_intervals("no clock", steps, [("capacity", 0, i) for i in IDLES])


# ---- the shape between idle and full --------------------------------------------------------------------------

LEVELS = range(1, 10)
FAMILIES = ("core", "nehalem", "sandy_bridge", "haswell", "skylake", "ice_lake", "small_xeon", "opteron", "zen1",
            "zen2", "zen3")


def family(name):
    """As FamilyOf in server_shape.cc."""
    words = re.split(r"[@(,]|\bw/|\bwith\b", name.lower().replace("(r)", " ").replace("(tm)", " "))[0].split()
    words = [w for w in words if w not in ("cpu", "processor")]
    for before, word, after in zip([""] + words, words, words[1:] + [""]):
        if word == "opteron":
            return "opteron"
        if before == "epyc":
            return {"1": "zen1", "2": "zen2", "3": "zen3"}.get(word[3:4]) if word[0] == "7" else None
        if before in ("platinum", "gold", "silver", "bronze"):
            return {"1": "skylake", "2": "skylake", "3": "ice_lake"}.get(word[1:2])
        if word.startswith("e-2"):
            return "small_xeon"
        if re.match(r"e[357]-\d", word):
            version = re.search(r"v(\d)", word[3:] + " " + after)
            number = int(version[1]) if version else 1
            if word.startswith("e7") and not version:
                return "nehalem"
            return "sandy_bridge" if number <= 2 else "haswell" if number <= 4 else "small_xeon"
        digits = word[1:] if word[0] in "xelw" else word
        if "xeon" in words and re.fullmatch(r"[3567]\d{3}", digits):
            return "nehalem" if digits[:2] in ("34", "35", "55", "56", "65", "75") else "core"
    return None


class Server:
    def __init__(self, row):
        self.wall = [float(row["idle_w"])] + [float(row[f"load{i}_w"]) for i in range(10, 101, 10)]
        self.rise = self.wall[10] - self.wall[0]
        self.idle_share = self.wall[0] / self.wall[10]
        self.shape = [(w - self.wall[0]) / self.rise for w in self.wall]
        self.processor = re.sub(r"[^a-z0-9]", "", re.split(r"[@(]", row["cpu"].lower())[0])
        self.family = family(row["cpu"])
        self.amd = row["cpu_make"] == "amd"
        self.tdp_w = float(row["tdp_w_per_socket"] or "nan") * float(row["sockets"] or "nan")

    def error(self, shape, level):
        return (self.wall[0] + self.rise * shape[level]) / self.wall[level] - 1


def read_servers(folder):
    rows = csv.DictReader(open(folder / "power-traces/specpower/servers.csv"))
    return [Server(r) for r in rows if all(r[c] for c in ["idle_w"] + [f"load{i}_w" for i in range(10, 101, 10)])]


def solve(matrix, right):
    """Gauss, for the few unknowns of a fit."""
    rows = [list(r) + [b] for r, b in zip(matrix, right)]
    for i in range(len(rows)):
        pivot = max(range(i, len(rows)), key=lambda k: abs(rows[k][i]))
        rows[i], rows[pivot] = rows[pivot], rows[i]
        for k in range(len(rows)):
            if k != i:
                factor = rows[k][i] / rows[i][i]
                rows[k] = [a - factor * b for a, b in zip(rows[k], rows[i])]
    return [rows[i][-1] / rows[i][i] for i in range(len(rows))]


class Shapes:
    """For a family that is known: the servers' mean shape. For others: a + b idle/full + c if AMD, per level. Fits
    minimise the squared relative error of the watts."""

    def __init__(self, servers):
        self.other = [[0, 0, 0]] + [self._fit(servers, k) for k in LEVELS] + [[1, 0, 0]]
        self.of_family = {}
        for name in FAMILIES:
            mine = [s for s in servers if s.family == name]
            if mine:
                self.of_family[name] = [0] + [self._mean(mine, servers, k) for k in LEVELS] + [1]

    @staticmethod
    def _weight(server, level):
        return (server.rise / server.wall[level]) ** 2

    def _fit(self, servers, level):
        terms = [(1, s.idle_share, s.amd) for s in servers]
        weights = [self._weight(s, level) for s in servers]
        matrix = [[sum(w * t[i] * t[j] for w, t in zip(weights, terms)) for j in range(3)] for i in range(3)]
        right = [sum(w * t[i] * s.shape[level] for w, t, s in zip(weights, terms, servers)) for i in range(3)]
        return solve(matrix, right)

    def _mean(self, mine, servers, level):
        weights = [self._weight(s, level) for s in mine]
        prior = PRIOR_SERVERS * statistics.mean(weights)
        fallback = statistics.mean(self.general(s)[level] for s in mine)
        return (sum(w * s.shape[level] for w, s in zip(weights, mine)) + prior * fallback) / (sum(weights) + prior)

    def general(self, server):
        return [a + b * server.idle_share + c * server.amd for a, b, c in self.other]

    def shape(self, server):
        return self.of_family.get(server.family) or self.general(server)


def say_errors(label, pairs):
    """pairs: (server, shape that was made without it). mean and median over the nine loads; eleven: mean with the
    two ends, which are right by construction."""
    ratios = [1 + server.error(shape, k) for server, shape in pairs for k in LEVELS]
    errors = [abs(r - 1) for r in ratios]
    logs = sorted(-math.log(r) for r in ratios)
    low, high = logs[round(0.05 * (len(logs) - 1))], logs[round(0.95 * (len(logs) - 1))]
    print(f"{label:60} median {statistics.median(errors):5.2%}  mean {statistics.mean(errors):5.2%}  eleven "
          f"{statistics.mean(errors) * 9 / 11:5.2%}  5 %, 95 %: {math.exp(low):.3f} {math.exp(high):.3f}")


def without_group(servers, groups, shape_of):
    pairs = []
    for group in sorted(set(groups)):
        fitted = Shapes([s for s, g in zip(servers, groups) if g != group])
        pairs += [(s, shape_of(fitted, s)) for s, g in zip(servers, groups) if g == group]
    return pairs


def folds_of(servers):
    """A tenth each, in an order that has nothing to do with names; servers of one processor stay together."""
    names = sorted({s.processor for s in servers})
    names.sort(key=lambda name: sum(ord(c) * (i + 7) for i, c in enumerate(name)) % 1009)
    return [names.index(s.processor) % 10 for s in servers]


def band_coverage(servers, folds):
    """Share of points inside 5 % to 95 % bands that the other folds' own held-out residuals give."""
    logs = defaultdict(list)
    for fold in set(folds):
        fitted = Shapes([s for s, f in zip(servers, folds) if f != fold])
        mine = [s for s, f in zip(servers, folds) if f == fold]
        logs[fold] = [-math.log(1 + s.error(fitted.shape(s), k)) for s in mine for k in LEVELS]
    hits = 0
    for fold, mine in logs.items():
        others = sorted(x for f, v in logs.items() if f != fold for x in v)
        low, high = others[round(0.05 * (len(others) - 1))], others[round(0.95 * (len(others) - 1))]
        hits += sum(low <= x <= high for x in mine)
    return hits / sum(map(len, logs.values()))


def report_shapes(folder, tables):
    servers = read_servers(folder)
    rated_ones = [s for s in servers if s.tdp_w > 0]
    rise = statistics.median(s.rise / s.tdp_w for s in rated_ones)
    print(f"\nSPECpower, {len(rated_ones)} servers with a rating: rise above idle at the wall is {rise:.2f} x TDP in "
          f"the median, so about {rise * PACKAGE_SHARE_OF_WALL_RISE:.2f} x TDP in the package")
    print(f"{len(servers)} servers, own idle and full power known; servers of a processor held out together, "
          "a tenth at a time:\n")
    folds = folds_of(servers)
    say_errors("straight line", [(s, [k / 10 for k in range(11)]) for s in servers])
    mean = [statistics.mean(s.shape[k] for s in servers) for k in range(11)]
    say_errors("one mean shape for all, nothing held out", [(s, mean) for s in servers])
    say_errors("a + b idle/full + c if AMD", without_group(servers, folds, Shapes.general))
    say_errors("by family of processors: shipped", without_group(servers, folds, Shapes.shape))
    print(f"  bands made without the fold hold {band_coverage(servers, folds):.1%} of its points")
    known = [s for s in servers if s.family]
    say_errors("family never seen: a + b idle/full + c if AMD",
               without_group(known, [s.family for s in known], Shapes.general))
    say_errors("before: 3u / (1 + 2u)", [(s, [3 * k / (10 + 2 * k) for k in range(11)]) for s in servers])
    report_shapes_by_load(folder, Shapes(servers))
    if tables:
        fitted = Shapes(servers)
        for name, shape in fitted.of_family.items():
            print(f"{name} ({sum(s.family == name for s in servers)}): " + ", ".join(f"{v:.3f}" for v in shape))
        for label, i in (("a", 0), ("b", 1), ("c", 2)):
            print(f"{label}: " + ", ".join(f"{t[i]:.3f}" for t in fitted.other))


def report_shapes_by_load(folder, shapes):
    """The same shapes where load is time in proc/stat: full power from each series, idle taken as a tenth of it."""
    print("\nthe shapes on the package counters above, each series' full power known, idle a tenth of it:")
    steps = read_steps(folder)
    names = {"AMD_EPYC_8024P_8C": "AMD EPYC 8024P", "AMD_Threadripper": "AMD Ryzen Threadripper 1950X",
             "E3-1240": "Intel Xeon E3-1240 V2", "E5-2620": "Intel Xeon E5-2620 v3"}
    for label, use in (("load as a share of throughput", lambda s: s.load),
                       ("and what an uneven load uses more: shipped", lambda s: s.load + s.capacity - s.even),
                       ("capacity as a share of throughput", lambda s: s.capacity)):
        watts = {}
        for step in steps:
            series = [s.watts for s in steps if (s.machine, s.kind) == (step.machine, step.kind) and s.load > 0.95]
            part = Part(names[step.machine])
            rise = between(shapes.shape(part), use(step))
            watts[step] = statistics.mean(series) * (part.idle_share + (1 - part.idle_share) * rise)
        summary(label, watts)


class Part:
    """What a shape depends on."""
    idle_share = 0.1

    def __init__(self, name):
        self.family, self.amd = family(name), name.startswith("AMD")


def between(shape, use):
    below = min(9, int(10 * use))
    return shape[below] + (shape[below + 1] - shape[below]) * (10 * use - below)


def main():
    arguments = [a for a in sys.argv[1:] if a != "--tables"]
    if len(arguments) != 1:
        sys.exit(__doc__)
    report_rated(Path(arguments[0]))
    report_shapes(Path(arguments[0]), "--tables" in sys.argv)


if __name__ == "__main__":
    main()
