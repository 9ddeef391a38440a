#!/usr/bin/env python3
"""Makes data/hardware/cpus.csv: rated power and core count of processors, each row with its source.

    tools/make_cpu_table.py DATA_FOLDER > data/hardware/cpus.csv
    tools/make_cpu_table.py DATA_FOLDER --rules     # watts per core, for processors that hide their name

DATA_FOLDER holds facts/hardware.csv, facts/cpu_tdp.csv, power-traces/specpower/servers.csv and
power-traces/mlperf-inference-wall/runs.csv. Names are kept the way the vendor writes them, without marks
and frequencies, and are unique after normalise(), which src/meters/model/cpu_table.cc repeats in C++.
"""
import csv
import re
import statistics
import sys
from pathlib import Path

CODECARBON = "mlco2/codecarbon@b05965e4 (MIT)"
SPECPOWER = "cores: SPECpower_ssj2008 results through green-coding-solutions/cloud-energy@6a25a2b (MIT)"
MLPERF = "cores: MLCommons inference_results_v2.1@91f7859 (Apache-2.0)"
VENDOR = "cores: vendor's published specification"

# Parts that clouds and clusters rent out most, whose core count no table above has.
VENDOR_CORES = {
    "Intel Xeon E5-2680 v4": 14, "Intel Xeon E5-2690 v4": 14, "Intel Xeon E5-2650 v4": 12,
    "Intel Xeon E5-2630 v4": 10, "Intel Xeon E5-2620 v4": 8, "Intel Xeon E5-2620 v3": 6,
    "Intel Xeon E5-2680 v3": 12, "Intel Xeon E5-2690 v3": 12, "Intel Xeon E5-2698 v4": 20,
    "Intel Xeon Gold 6130": 16, "Intel Xeon Gold 6140": 18, "Intel Xeon Gold 6148": 20,
    "Intel Xeon Gold 6154": 18, "Intel Xeon Gold 6226R": 16, "Intel Xeon Gold 6230": 20,
    "Intel Xeon Gold 6240": 18, "Intel Xeon Gold 6248": 20, "Intel Xeon Gold 6248R": 24,
    "Intel Xeon Gold 6326": 16, "Intel Xeon Gold 6330": 28, "Intel Xeon Gold 6338": 32,
    "Intel Xeon Gold 6342": 24, "Intel Xeon Gold 6348": 28, "Intel Xeon Silver 4310": 12,
    "Intel Xeon Silver 4314": 16, "Intel Xeon Platinum 8168": 24, "Intel Xeon Platinum 8268": 24,
    "Intel Xeon Platinum 8352V": 36, "Intel Xeon Platinum 8358": 32, "Intel Xeon Platinum 8362": 32,
    "Intel Xeon Platinum 8368": 38, "Intel Xeon Platinum 8462Y+": 32, "Intel Xeon Platinum 8468": 48,
    "Intel Xeon Platinum 8470": 52, "Intel Xeon Platinum 8480+": 56, "Intel Xeon Platinum 8490H": 60,
    "Intel Xeon Platinum 8558": 48, "Intel Xeon Platinum 8568Y+": 48, "Intel Xeon Platinum 8580": 60,
    "Intel Xeon Platinum 8592+": 64, "Intel Xeon Gold 6430": 32, "Intel Xeon Gold 6448Y": 32,
}
# AMD's EPYC 9004 and 9005, which GA-data lists as "Embedded" or not at all.
VENDOR_CORES |= {
    "AMD EPYC 7302": 16, "AMD EPYC 7352": 24, "AMD EPYC 7402": 24, "AMD EPYC 7452": 32, "AMD EPYC 7502": 32,
    "AMD EPYC 7662": 64, "AMD EPYC 9124": 16, "AMD EPYC 9254": 24, "AMD EPYC 9334": 32, "AMD EPYC 9354": 32,
    "AMD EPYC 9454": 48, "AMD EPYC 9534": 64, "AMD EPYC 9554": 64, "AMD EPYC 9634": 84, "AMD EPYC 9654": 96,
    "AMD EPYC 9684X": 96, "AMD EPYC 9754": 128, "AMD EPYC 9755": 128, "AMD EPYC 9965": 192,
}
# Where sources disagree, the tables typed in from vendors' pages come before the collected one.
RANK = ("GA-data@5266cab v4.0", "codecarbon", "GA-data@5266cab v3.0")


def normalise(name):
    """The key under which a name is found; keep equal to NormaliseCpuName() in src/meters/model/cpu_table.cc."""
    name = re.sub(r"\((r|tm)\)", " ", name.lower())
    name = re.split(r"@| with | w/|\(|,| model | rev | radeon ", name)[0]
    name = re.sub(r"^\s*\d+(st|nd|rd|th) gen ", "", name)
    return " ".join(word for word in name.split() if not is_filler(word))


def is_filler(word):
    return word.lower() in ("cpu", "processor", "apu", "soc") or word.lower().endswith("-core")


def specpower_key(name):
    """As normalise(), for names typed by hand: a bare frequency, "processor", "E5-2660V2"."""
    key = re.sub(r"\b\d+(\.\d+)? ?ghz.*", "", normalise(name)).strip()
    return re.sub(r"(\d)v(\d)$", r"\1 v\2", key)


def rated_power(folder):
    """{key: (name, tdp_w, source)} of x86 parts and boards whose name says what they are."""
    rows = []
    for r in csv.DictReader(open(folder / "facts/hardware.csv")):
        if r["kind"] == "cpu" and r["tdp_w"]:
            rows.append((r["name"], float(r["tdp_w"]), r["source"].replace(" cpu_power.csv", "")))
    for r in csv.DictReader(open(folder / "facts/cpu_tdp.csv")):
        if r["vendor"] in ("Intel", "AMD"):
            rows.append((r["name"], float(r["tdp_w"]), CODECARBON))
    found = {}
    for name, tdp, source in rows:
        name = re.sub(r"^AMD \d+th Gen (AMD )?|^\d+th Gen AMD ", "AMD ", name)
        rank = next(i for i, part in enumerate(RANK) if part in source)
        # "(95W)" beside "(125W)": one name, two powers; the kernel's name cannot tell them apart.
        key = normalise(name)
        if tdp <= 0 or not re.search(r"\d", key) or re.search(r"\(\d+W\)", name):
            continue
        clean = re.sub(r"^\d+th Gen ", "", re.split(r" ?[(@,]| with | Radeon ", name)[0])
        clean = " ".join(word for word in clean.split() if not is_filler(word))
        if key not in found or rank < found[key][0]:
            found[key] = (rank, clean, tdp, source)
    return {key: row[1:] for key, row in found.items()}


def core_counts(folder):
    """{key: (cores, threads or None, source or None)}; the strongest source comes last and wins."""
    found = {}
    for r in csv.DictReader(open(folder / "power-traces/mlperf-inference-wall/runs.csv")):
        if r["host_cpu"].startswith(("AMD", "Intel")) and int(r["cores_per_socket"]) <= 128:
            found[normalise(r["host_cpu"])] = (int(r["cores_per_socket"]), None, MLPERF)
    for r in csv.DictReader(open(folder / "power-traces/specpower/servers.csv")):
        sockets = int(float(r["sockets"] or 0))
        if sockets and r["cores_total"] and int(float(r["cores_total"])) % sockets == 0:
            threads = int(float(r["threads_total"])) // sockets if r["threads_total"] else None
            key = specpower_key(r["cpu"])
            # Some results were made with the second thread of each core switched off.
            if key in found and (found[key][1] or 0) >= (threads or 0):
                continue
            found[key] = (int(float(r["cores_total"])) // sockets, threads, SPECPOWER)
    for name, cores in VENDOR_CORES.items():
        found[normalise(name)] = (cores, 2 * cores, VENDOR)
    for r in csv.DictReader(open(folder / "facts/hardware.csv")):
        if r["kind"] == "cpu" and r["cores"]:
            key = normalise(r["name"])
            cores = int(r["cores"])
            known = found.get(key)
            found[key] = (cores, known[1] if known and known[0] == cores else None, None)
    # All EPYC and all Xeon Scalable parts run two threads per core.
    for key, (cores, threads, source) in found.items():
        if threads is None and re.match(r"amd epyc|intel xeon (platinum|gold|silver)", key):
            found[key] = (cores, 2 * cores, source)
    return found


def watts_per_core(table):
    """Rated watts per core: server parts since 2017, which clouds rent out by the core, and desktops and laptops.

    Every part counts as often as it has cores: a guest's core is a core drawn from somewhere, and the
    parts with many cores are where most cores are.
    """
    groups = {"Intel": r"intel xeon (platinum|gold|silver)", "AMD": r"amd epyc (7|9)",
              "clients": r"intel core|amd ryzen [3579]"}
    for vendor, pattern in groups.items():
        parts = [(float(r[3]) / r[1], r[1]) for r in table if r[1] and re.match(pattern, normalise(r[0]))]
        values = [watts for watts, cores in parts for _ in range(cores)]
        cuts = statistics.quantiles(values, n=20)
        print(f"{vendor}: {len(parts)} parts, median {statistics.median(values):.2f} W/core, "
              f"5 % {cuts[0]:.2f}, 95 % {cuts[-1]:.2f}")


def make_table(folder):
    cores = core_counts(folder)
    table = []
    for key, (name, tdp, source) in rated_power(folder).items():
        count, threads, core_source = cores.get(key, (None, None, None))
        both = f"{source}; {core_source}" if core_source else source
        table.append((name, count or "", threads or "", f"{tdp:g}", both))
    return sorted(table, key=lambda row: normalise(row[0]))


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    table = make_table(Path(sys.argv[1]))
    if "--rules" in sys.argv:
        watts_per_core(table)
        return
    out = csv.writer(sys.stdout, lineterminator="\n")
    out.writerow(("name", "cores", "threads", "tdp_w", "source"))
    out.writerows(table)


if __name__ == "__main__":
    main()
