#!/usr/bin/env python3
"""Makes data/hardware/embodied.csv: what making computers and their parts emitted, kgCO2e.

    tools/make_embodied.py DATA_FOLDER > data/hardware/embodied.csv

DATA_FOLDER holds facts/hardware.csv with the die areas and memory sizes of graphics cards. Few cards have a
published footprint. For the others the parts are summed up and the sum is scaled by how much larger the
published figures are than the same sum for their cards; data/hardware/README.md says more.
"""
import csv
import math
import re
import sys
from pathlib import Path

# kgCO2e: per cm2 of die, per card, per GB of memory (2.2 per cm2 of DRAM at 1.8762 GB per cm2).
KG_PER_DIE_CM2, KG_PER_CARD, KG_PER_GB = 1.97, 26.97, 2.2 / 1.8762
PARTS = "die and memory by Groeger 2021 and card by Loubet 2023 (both through GA-data@5266cab)"
BOAVIZTA = "component model of boaviztapi@15878f0"
# Of cards: words of the name, kgCO2e, ends where somebody has published others, and who. One figure alone is
# taken to be right within a factor of two, as far as two methods are apart on one card.
PUBLISHED = {
    "h100": (164, 14.65, 463, "NVIDIA HGX H100 product carbon footprint / 8 boards; low: MLCarbon@dbd96b7 (die "
             "only); high: arXiv:2503.05804"),
    "a100": (150, None, None, "arXiv:2211.02001; " + BOAVIZTA + " gives 202"),
    "p100": (106, None, None, BOAVIZTA),
    "l4": (89, None, None, BOAVIZTA),
    "gtx 1080 ti": (78, None, None, BOAVIZTA),
    "titan rtx": (138, None, None, BOAVIZTA),
    "rtx a4500": (119, None, None, BOAVIZTA),
}
# Cards with several GPUs, each of which the driver names like the card.
GPUS_PER_CARD = {"k10": 2, "k80": 2, "m10": 4, "m60": 2, "a16": 4, "grid k520": 2, "gtx 690": 2, "gtx titan z": 2}
# Two dies, each near the largest that can be exposed at once (26 mm x 33 mm); the maker gives no area.
TWO_LARGEST_DIES_CM2 = 2 * 8.0
TWO_DIES = {"b100", "b200", "gb200", "b300", "gb300"}
# Cards with another's die, and memory of their own.
SAME_DIE = {"h800": "h100", "h20": "h100", "h200": "h100", "gh200": "h100", "a800": "a100"}
# Its footprint is published for the usual size of memory only.
LEFT_OUT = {"NVIDIA Tesla P100 PCIe 12GB"}
# What is said in names and makes no difference here.
NOT_THE_MODEL = {"nvidia", "amd", "intel", "tesla", "geforce", "radeon", "instinct", "quadro", "pcie", "sxm", "sxm2", "sxm3",
                 "sxm4", "sxm5", "nvl", "maxwell", "per", "gpu", "data", "center", "workstation", "server"}

# kind, item, kgCO2e, low, high, source
OTHERS = [
    ("gpu", "a GPU that no other row names", 120, 40, 463,
     "between the smallest and the largest published figure of a card"),
    ("server", "server: case and board and power supplies", 370, 220, 1000,
     "Groeger 2021 through GA-data@5266cab: board 66.1 + case 150 + assembly 6.7 + two supplies of 3 kg at 24.3 per "
     "kg; high: Teads through cloud-carbon-coefficients@dda7621"),
    ("gpu_server", "server for many GPUs without them", 2500, 1000, 5700,
     "arXiv:2211.02001; high: ecologits@2d0a1c7 (p5.48xlarge by BoaviztAPI); low: a server by Teads"),
    ("cpu", "processor", 30, 12, 100,
     "Groeger 2021 through GA-data@5266cab: 9.14 + 1.97 per cm2 of die (1.5 to 11 cm2); high: Teads through "
     "cloud-carbon-coefficients@dda7621"),
    ("memory", "GiB of memory", 1.35, 0.68, 2.7,
     "Groeger 2021 through GA-data@5266cab: 2.2 per cm2 at 1.8762 GB per cm2 + 5.22 per module of 32 GB; Teads has "
     "1.39; half to double"),
    ("vcpu", "virtual CPU of a shared server", 3.4, 1.1, 25,
     "the server and two processors of this table over 128 (256 to 48) virtual CPUs"),
    ("desktop", "desktop computer with a screen", 267.2, 133.6, 534.4,
     "ADEME through GA-data@5266cab; half to double"),
    ("laptop", "laptop computer", 170, 85, 340, "ADEME through GA-data@5266cab; half to double"),
    ("computer", "computer of a kind that is not known", 270, 85, 1000, "from the laptop to the server of this table"),
]
FIELDS = ["kind", "match", "item", "kgco2e", "low_kgco2e", "high_kgco2e", "source"]


def words_of(name):
    return [w for w in re.split(r"[^a-z0-9]+", name.lower()) if w and w not in NOT_THE_MODEL]


def is_memory(word):
    return re.fullmatch(r"\d+gb", word) is not None


def cards(rows):
    """By the words of the model: die area and memory of one GPU. Of sizes that the name tells, each; the
    model alone is the smallest."""
    found = {}
    for row in rows:
        words = words_of(row["name"])
        model = " ".join(w for w in words if not is_memory(w))
        if row["kind"] not in ("gpu", "superchip") or not row["memory_gb"] or row["name"] in LEFT_OUT:
            continue
        die_cm2 = TWO_LARGEST_DIES_CM2 if model in TWO_DIES else float(row["die_mm2"] or 0) / 100
        if die_cm2 == 0:
            continue
        gpus = GPUS_PER_CARD.get(model, 1)
        memory_gb = float(row["memory_gb"])
        names = {model} | {" ".join(words)} if any(map(is_memory, words)) else {model}
        for name in names:
            if name not in found or memory_gb / gpus < found[name][1]:
                found[name] = (die_cm2 / gpus, memory_gb / gpus, gpus)
    # A size in the name that is the smallest says no more than the model.
    return {name: card for name, card in found.items()
            if not is_memory(name.split()[-1]) or card != found[" ".join(w for w in name.split() if not is_memory(w))]}


def sum_of_parts(card):
    die_cm2, memory_gb, gpus = card
    return KG_PER_DIE_CM2 * die_cm2 + KG_PER_CARD / gpus + KG_PER_GB * memory_gb


def kg(value):
    return f"{float(f'{value:.3g}'):g}"


def of_published(name, found):
    """Value, low, high and source of a card with a published footprint, or with such a card's die."""
    model = " ".join(word for word in name.split() if not is_memory(word))
    base = SAME_DIE.get(model, model)
    if base not in PUBLISHED:
        return None
    value, low, high, source = PUBLISHED[base]
    more_gb = found[name][1] - found[base][1]
    more = value / sum_of_parts(found[base]) * KG_PER_GB * more_gb
    if base != model:
        source += f"; as {base.upper()}"
    if more_gb:
        source += f"; {more_gb:g} GB more memory"
    return value + more, low, high and high + more, source


def gpu_rows(found):
    ratios = [PUBLISHED[name][0] / sum_of_parts(found[name]) for name in PUBLISHED]
    factor = math.exp(sum(map(math.log, ratios)) / len(ratios))
    for name, card in sorted(found.items()):
        value, low, high, source = of_published(name, found) or (
            factor * sum_of_parts(card), None, None,
            f"{PARTS}: {card[0]:g} cm2 and {card[1]:g} GB; times {factor:.2f}")
        if not low:
            low, high, source = value / 2, 2 * value, source + "; half to double"
        yield {"kind": "gpu", "match": name, "item": "GPU", "kgco2e": kg(value), "low_kgco2e": kg(low),
               "high_kgco2e": kg(high), "source": source}


def main(folder):
    with open(Path(folder) / "facts" / "hardware.csv", encoding="utf-8") as file:
        found = cards(csv.DictReader(file))
    table = list(gpu_rows(found))
    table += [dict(zip(FIELDS, (kind, "", item, value, low, high, source)))
              for kind, item, value, low, high, source in OTHERS]
    out = csv.DictWriter(sys.stdout, FIELDS, lineterminator="\n", quoting=csv.QUOTE_NONE)
    out.writeheader()
    for row in table:
        if any("," in str(cell) for cell in row.values()):
            sys.exit(f"a comma in {row}")
        out.writerow(row)


if __name__ == "__main__":
    main(*sys.argv[1:])
