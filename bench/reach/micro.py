"""The micro-benchmarks' figures, taken from their own programs."""
import json
import subprocess
import sys

from .figures import Row

NS_PER_UNIT = {"ns": 1, "us": 1e3, "ms": 1e6}
US_PER_NS = 1e-3
PROGRAMS = ("sampling_bench", "record_bench", "meters_bench", "series_bench")


def parts(arena, amount):
    rows = []
    for program in PROGRAMS:
        path = arena.program(program)
        try:
            done = subprocess.run([path, "--benchmark_format=json", f"--benchmark_repetitions={amount.repeats}",
                                   f"--benchmark_min_time={amount.micro_s}"], cwd=arena.scratch, text=True,
                                  capture_output=True, check=True)
        except FileNotFoundError:
            print(f"bench/run: {path} was not built (libbenchmark-dev); its rows are left out", file=sys.stderr)
            continue
        rows += _rows(json.loads(done.stdout)["benchmarks"])
    return rows


def _rows(results):
    rows = {}
    for result in results:
        if result["run_type"] != "iteration":
            continue
        row = rows.setdefault(result["run_name"], Row(f"   {result['run_name']}", "us", decimals=3))
        time_us = result["real_time"] * NS_PER_UNIT[result["time_unit"]] * US_PER_NS
        row.add("jouleprint", time_us)
    return list(rows.values())
