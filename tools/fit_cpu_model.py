#!/usr/bin/env python3
"""Fits the load curve of src/meters/cpu_power_model.cc and says how wrong it is on machines it has not seen.

    tools/fit_cpu_model.py DATA_FOLDER

The curve, as a fraction of the rated power (TDP) of all sockets, u being the busy share of all logical CPUs:
    P(u) / TDP = idle + (max - idle) * (1 + c) u / (1 + c u)
DATA_FOLDER holds power-traces/cpu-load-vs-rapl-vs-plug/profiles.csv (package counters under stress-ng, 30 s
per step) and power-traces/specpower/servers.csv (wall power at eleven shares of the full throughput).
"""
import csv
import itertools
import math
import statistics
import sys
from pathlib import Path

# Rated watts of all sockets. The folder E5-1240 is left out: it holds the same processor as E3-1240 at twice
# the watts, above its rating of 69 W, so its counter was added up twice.
TDP_W = {"AMD_EPYC_8024P_8C": 90, "AMD_Threadripper": 180, "E3-1240": 69, "E5-2620": 2 * 85}
# The first step of each profile reads 0.2 to 1.4 W: a counter's difference over no time, not an idle package.
LOWEST_LOAD = 0.06
# Share of a server's rise above idle, seen at the wall, that is the processor package: supply 0.92, voltage
# regulators 0.9, and a tenth for memory and fans, which rise too (0.92 * 0.9 * 0.9 = 0.745).
PACKAGE_SHARE_OF_WALL_RISE = 0.745

# What cpu_power_model.cc ships.
IDLE, MAX, C = 0.04, 0.70, 2.0
LOW_FACTOR, HIGH_FACTOR = 0.33, 1.65


def shape(u, c):
    return (1 + c) * u / (1 + c * u)


def curve(u, idle, top, c):
    return idle + (top - idle) * shape(u, c)


def read_profiles(folder):
    points = []
    for r in csv.DictReader(open(folder / "power-traces/cpu-load-vs-rapl-vs-plug/profiles.csv")):
        load = float(r["cpu_load_pct"]) / 100
        if r["profile"] in TDP_W and load >= LOWEST_LOAD:
            points.append((r["profile"], load, float(r["rapl_w"]) / TDP_W[r["profile"]]))
    return points


def read_servers(folder):
    """(rated watts, [wall watts at idle, 10 %, ... 100 %])"""
    columns = ["idle_w"] + [f"load{i}_w" for i in range(10, 101, 10)]
    servers = []
    for r in csv.DictReader(open(folder / "power-traces/specpower/servers.csv")):
        if all(r[c] for c in columns) and r["tdp_w_per_socket"] and r["sockets"]:
            servers.append((float(r["tdp_w_per_socket"]) * float(r["sockets"]), [float(r[c]) for c in columns]))
    return servers


def loss(points, parameters):
    """Mean over machines of the mean |log(model / counter)|: over and under by a factor cost the same."""
    by_machine = {}
    for machine, u, y in points:
        by_machine.setdefault(machine, []).append(abs(math.log(curve(u, *parameters) / y)))
    return statistics.mean(map(statistics.mean, by_machine.values()))


def best_of(points, grid):
    return min(grid, key=lambda parameters: loss(points, parameters))


def leave_one_out(points, grid):
    """[(machine, load, model / counter)] with the machine's own points never in the fit."""
    ratios = []
    for machine in TDP_W:
        best = best_of([p for p in points if p[0] != machine], grid)
        held = [(m, u, curve(u, *best) / y) for m, u, y in points if m == machine]
        print(f"    without {machine:18} idle {best[0]:.2f} max {best[1]:.2f} c {best[2]:.1f}: "
              f"median |error| {statistics.median(abs(r - 1) for _, _, r in held):.0%}, "
              f"bias {statistics.mean(r - 1 for _, _, r in held):+.0%}")
        ratios += held
    return ratios


def interval_from_others(points):
    """Share of held-out points inside the 5 % to 95 % band that the other machines' residuals give."""
    inside = 0
    for machine in TDP_W:
        others = sorted(y / curve(u, IDLE, MAX, C) for m, u, y in points if m != machine)
        low, high = others[int(0.05 * len(others))], others[int(0.95 * len(others))]
        inside += sum(low <= y / curve(u, IDLE, MAX, C) <= high for m, u, y in points if m == machine)
    return inside / len(points)


def summary(label, ratios):
    errors = [abs(r - 1) for r in ratios]
    logs = [abs(math.log(r)) for r in ratios]
    print(f"{label}: n {len(ratios)}, median |error| {statistics.median(errors):.1%}, mean |error| "
          f"{statistics.mean(errors):.1%}, typical factor {math.exp(statistics.mean(logs)):.2f}")


def coverage(ratios):
    inside = [LOW_FACTOR <= 1 / r <= HIGH_FACTOR for r in ratios]
    return sum(inside) / len(inside)


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    folder = Path(sys.argv[1])
    points, servers = read_profiles(folder), read_servers(folder)

    rise = statistics.median((wall[10] - wall[0]) / tdp for tdp, wall in servers)
    print(f"SPECpower, {len(servers)} servers: rise above idle at the wall is {rise:.2f} x TDP in the median, so about "
          f"{rise * PACKAGE_SHARE_OF_WALL_RISE:.2f} x TDP in the package")
    # Below 4 % of its rating no package goes while a core is awake; the fits would run to 0 on these loads.
    idles = [i / 100 for i in range(4, 17)]
    tops = [m / 100 for m in range(40, 101, 2)]
    curvatures = [0, 0.5, 1, 1.5, 2, 3]
    print("leave one machine out, idle, max and c fitted:")
    summary("  held out", [r for _, _, r in leave_one_out(points, list(itertools.product(idles, tops, curvatures)))])
    print(f"leave one machine out, c = {C:g}, idle and max fitted:")
    summary("  held out", [r for _, _, r in leave_one_out(points, list(itertools.product(idles, tops, [C])))])
    print(f"leave one machine out, c = {C:g}, max = {MAX} from SPECpower, idle fitted:")
    held = [r for _, _, r in leave_one_out(points, list(itertools.product(idles, [MAX], [C])))]
    summary("  held out", held)
    spread = sorted(1 / r for r in held)
    print(f"  counter / model: 5 % {spread[int(0.05 * len(spread))]:.2f}, 95 % {spread[int(0.95 * len(spread))]:.2f}; "
          f"inside the shipped interval {coverage(held):.0%}")
    print(f"  inside an interval made from the other machines only: {interval_from_others(points):.0%}")

    shipped = [curve(u, IDLE, MAX, C) / y for _, u, y in points]
    summary(f"as shipped (idle {IDLE}, max {MAX}, c {C:g})", shipped)
    print(f"  inside the shipped interval: {coverage(shipped):.0%}; by machine: " + ", ".join(
        f"{name} {coverage([curve(u, IDLE, MAX, C) / y for m, u, y in points if m == name]):.0%}" for name in TDP_W))
    summary("cubic law 0.1 + 0.9 u^3", [(0.1 + 0.9 * u ** 3) / y for _, u, y in points])
    print("SPECpower with each server's own idle and full power known (load there is a share of throughput, not time):")
    for label, c in (("straight line", 0.0), ("c 0.5", 0.5), ("shipped c", C)):
        errors = [abs((w[0] + (w[10] - w[0]) * shape(k / 10, c)) / w[k] - 1) for _, w in servers for k in range(1, 10)]
        print(f"  {label}: mean |error| {statistics.mean(errors):.1%}")


if __name__ == "__main__":
    main()
