"""Sums over epochs of the parts of the machine that count, and how carbontracker writes them."""
from __future__ import annotations

import math
from typing import Any, Dict, List, Mapping, NamedTuple, Optional, Set

from ..record import Estimate, Prediction, Record

JOULES_PER_KWH = 3.6e6
# data/equivalences.csv, car_km: EU, 2019, of GreenAlgorithms/GA-data@5266cab (BEIS 2019 factors).
CAR_G_PER_KM = 175


class Epoch(NamedTuple):
    duration_s: float
    energy_kwh: Dict[str, float]  # by domain, without PUE


class Domains:
    """Which domains of a record count, and as what."""

    def __init__(self, record: Record, chosen: Optional[Set[str]], used_only: bool) -> None:
        """`chosen`: components; None: all. `used_only`: GPUs that the program has not used do not count."""
        self.names: Dict[str, List[str]] = {}
        for domain in record.domains:
            component = str(domain.get("component", ""))
            if chosen is not None and component not in chosen:
                continue
            if used_only and component == "gpu" and domain.get("share") == 0:
                continue
            self.names.setdefault(_theirs(component), []).append(str(domain["name"]))
        # carbontracker names the GPU first, and its report wants that order.
        order = sorted(self.names, key=lambda name: (name != "gpu", name))
        self.names = {name: self.names[name] for name in order}

    def kwh(self, epoch: Epoch, component: Optional[str] = None) -> float:
        counted = [self.names[component]] if component else list(self.names.values())
        return sum(epoch.energy_kwh.get(name, 0.0) for names in counted for name in names)

    def found(self) -> str:
        """As carbontracker lists components and their devices."""
        return " ".join(f"{component.upper()} with device(s) {', '.join(names)}."
                        for component, names in self.names.items())


def _theirs(component: str) -> str:
    # To carbontracker a processor's memory is part of it.
    return "cpu" if component in ("cpu", "memory") else component or "other"


def factors(estimate: Optional[Estimate]) -> Estimate:
    """A figure as factors of itself: how sure a part of it is."""
    if estimate is None or estimate.value <= 0:
        return Estimate(1.0, 1.0, 1.0, "assumed")
    return Estimate(1.0, estimate.low / estimate.value, estimate.high / estimate.value, estimate.basis)


def scaled(estimate: Estimate, factor: float) -> Estimate:
    return Estimate(estimate.value * factor, estimate.low * factor, estimate.high * factor, estimate.basis)


def predicted_grams(said: Prediction, record: Record) -> Optional[Estimate]:
    """Of the electricity alone, as carbontracker counts: without making the hardware, whose share goes by time."""
    total, duration_s, energy = said.emissions_gco2e, said.duration_s, said.energy_kwh
    embodied = record.embodied_gco2e
    if total is None or duration_s is None or energy is None or embodied is None or not record.duration_s:
        return total
    value = max(0.0, total.value - embodied.value * duration_s.value / record.duration_s)
    sides = factors(record.operational_gco2e), factors(energy)
    low = max(0.0, 1 - math.hypot(*(1 - side.low for side in sides)))
    high = 1 + math.hypot(*(side.high - 1 for side in sides))
    return Estimate(value, value * low, value * high, total.basis)


def clock(seconds: float, hundredths: bool = False) -> str:
    """ "1:02:03", or "1:02:03.45"."""
    units = 100 if hundredths else 1
    whole = round(seconds * units)  # rounded first, so that 59.996 s is a minute
    minutes, rest = divmod(whole, 60 * units)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest / 100:05.2f}" if hundredths else f"{hours}:{minutes:02d}:{rest:02d}"


def block(title: str, duration_s: Estimate, energy_kwh: Estimate, gco2e: Optional[Estimate], *, decimals: int,
          interpretable: bool) -> str:
    """A consumption as carbontracker prints it. The ranges stand where its parser passes over them."""
    grams = float("nan") if gco2e is None else gco2e.value
    ranges = []
    if clock(duration_s.low) != clock(duration_s.high):
        ranges.append(f"time {clock(duration_s.low)} to {clock(duration_s.high)}")
    ranges.append(f"energy {energy_kwh.low:.{decimals}f} to {energy_kwh.high:.{decimals}f} kWh")
    if gco2e is not None:
        ranges.append(f"CO2eq {gco2e.low:.{decimals}f} to {gco2e.high:.{decimals}f} g")
    lines = ["", title, f"\tTime:\t{clock(duration_s.value)}", f"\tEnergy:\t{energy_kwh.value:.{decimals}f} kWh",
             f"\t90 % range ({energy_kwh.basis}):\t" + ", ".join(ranges), f"\tCO2eq:\t{grams:.{decimals}f} g"]
    if interpretable and gco2e is not None:
        lines += ["\tThis is equivalent to:", f"\t{grams / CAR_G_PER_KM:.{decimals}f} km travelled by car"]
    return "\n".join(lines)


def intensity(record: Record) -> Optional[Estimate]:
    """g/kWh."""
    figure: Any = record.data.get("intensity_g_per_kwh")
    return Estimate.read(figure) if isinstance(figure, Mapping) else None
