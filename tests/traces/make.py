#!/usr/bin/env python3
"""Makes the traces that ship as test data, from the made-up machine, with the record that each run wrote beside it.

    tests/traces/make.py BUILD_DIR

tests/job/replay_test.cc replays NAME.trace and holds the figures against NAME.json to the last bit. Both are
made anew together only: when the trace's format or a figure's formula changes.
"""
import json
import os
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
# Counters of 1 kJ: at 100 W one goes round every ten seconds.
SMALL = "range=1000000000"
SCENES = {
    # Two sockets with their memory and two GPUs, all at constant power.
    "steady": (["package-0=80", "dram=6,in=package-0", "package-1=60", "dram=4,in=package-1"], {}, 12),
    # The same with a square wave, and counters that wrap on the way.
    "square": ([f"package-0=square:160:20:1.5,{SMALL},start=999000000", f"dram=square:9:3:1.5,in=package-0,{SMALL}",
                f"package-1=square:140:30:0.9,{SMALL},start=990000000", "dram=5,in=package-1"],
               {"WATTS": "square:350:60:1.2,300"}, 12),
    # One socket vanishes and returns, one stands still, one GPU is lost, the counter of the other begins again.
    "faults": (["package-0=90,vanish=4,back=8", "dram=6,in=package-0", "package-1=stuck", "dram=4,in=package-1"],
               {"FAULT": "lost_after:5:1,energy_resets:6:0"}, 12),
}


def make(name, build, zones, nvml, seconds):
    with tempfile.TemporaryDirectory() as folder:
        record = pathlib.Path(folder) / "record.json"
        machine = subprocess.Popen([build / "fakes" / "fake_powercap", f"{folder}/machine", "--vendor", "GenuineIntel",
                                    "--model", "Fake CPU", "--cpus", "16", "--memory", "128", "--load", "0.4", *zones],
                                   stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        machine.stdout.readline()
        environment = {**os.environ, "JP_FAKE_NVML_GPUS": "2",
                       **{f"JP_FAKE_NVML_{key}": value for key, value in nvml.items()}}
        subprocess.run([build / "bin" / "jouleprint", "run", "-q", "--no-store", "--zone", "FR", "--sysroot",
                        f"{folder}/machine", "--nvml", build / "fakes" / "libnvidia-ml.so.1", "--trace",
                        HERE / f"{name}.trace", "--json-file", record, "--", "sleep", str(seconds)],
                       env=environment, check=True)
        machine.communicate()
        figures = json.loads(record.read_text(encoding="utf-8"))
    kept = {key: figures[key] for key in ("run_id", "duration_s", "energy_kwh", "emissions_gco2e", "baseline", "gaps",
                                          "warnings", "dropped", "domains", "boundary")}
    (HERE / f"{name}.json").write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")


def main():
    build = pathlib.Path(sys.argv[1]).resolve()
    for name, (zones, nvml, seconds) in SCENES.items():
        make(name, build, zones, nvml, seconds)
        print(name, (HERE / f"{name}.trace").stat().st_size, "bytes")


if __name__ == "__main__":
    main()
