"""Figures as people read them: a unit that fits and three digits."""
from __future__ import annotations

import math
from typing import TYPE_CHECKING, Optional, Sequence

if TYPE_CHECKING:
    from .record import Estimate, Prediction, Record

_JOULES_PER_KWH = 3.6e6
# Largest first, the size of each in the base unit.
_ENERGY = ((1e6, "GWh"), (1e3, "MWh"), (1.0, "kWh"), (1e-3, "Wh"), (1 / _JOULES_PER_KWH, "J"),
           (1e-3 / _JOULES_PER_KWH, "mJ"))
_GRAMS = ((1e6, "t"), (1e3, "kg"), (1.0, "g"), (1e-3, "mg"))
_WATTS = ((1e6, "MW"), (1e3, "kW"), (1.0, "W"), (1e-3, "mW"))
_DIGITS = 3
_MOST_DECIMALS = 3


def _decimals(value: float) -> int:
    if value == 0 or not math.isfinite(value):
        return 0
    exponent = math.floor(math.log10(abs(float(f"{value:.{_DIGITS - 1}e}"))))
    return min(max(0, _DIGITS - 1 - exponent), _MOST_DECIMALS)


def _unit(value: float, units: Sequence[tuple[float, str]]) -> tuple[float, str]:
    for size, name in units:
        # Rounded first, so that 999.6 Wh is 1.00 kWh.
        if abs(float(f"{value / size:.{_DIGITS - 1}e}")) >= 1:
            return size, name
    return units[-1] if value else units[-2]


def _number(value: float, decimals: int) -> str:
    # What is not nothing does not read as nothing.
    text = f"{value:.{decimals}f}"
    return text if float(text) or value <= 0 else f"<{10.0 ** -decimals:.{decimals}f}"


def _amount(value: float, units: Sequence[tuple[float, str]], suffix: str = "") -> str:
    if not math.isfinite(value):
        return "not known"
    size, name = _unit(value, units)
    return f"{_number(value / size, _decimals(value / size))} {name}{suffix}"


def _interval(estimate: Optional[Estimate], units: Sequence[tuple[float, str]], suffix: str = "") -> str:
    if estimate is None or not math.isfinite(estimate.value):
        return "not known"
    size, name = _unit(estimate.value, units)
    decimals = _decimals(estimate.value / size)
    text = f"{_number(estimate.value / size, decimals)} {name}{suffix}"
    low, high = (_number(end / size, decimals) for end in (estimate.low, estimate.high))
    return text if low == high else f"{text} ({low} to {high})"


def energy(estimate: Optional[Estimate]) -> str:
    """Of kWh: "12.3 Wh (11.9 to 12.8)"."""
    return _interval(estimate, _ENERGY)


def energy_value(kwh: float) -> str:
    return _amount(kwh, _ENERGY)


def emissions(estimate: Optional[Estimate]) -> str:
    """Of grams: "0.69 g CO2e (0.61 to 0.78)"."""
    return _interval(estimate, _GRAMS, " CO2e")


def power(watts: float) -> str:
    return _amount(watts, _WATTS)


def duration(seconds: float) -> str:
    """"0.52 s", "41 s", "12 min 3 s", "3 h 20 min", "2 d 4 h"."""
    if not math.isfinite(seconds):
        return "not known"
    if seconds < 59.5:
        return f"{seconds:.{min(_decimals(seconds), 2)}f} s"
    whole = round(seconds)
    for size, name, part_size, part in ((86400, "d", 3600, "h"), (3600, "h", 60, "min"), (60, "min", 1, "s")):
        if whole >= size:
            rest = whole % size // part_size
            return f"{whole // size} {name}" + (f" {rest} {part}" if rest else "")
    return f"{whole} s"


def record_line(record: Record) -> str:
    """The one line at the end of a measured run."""
    if not record:
        return f"nothing was measured: {record.reason}"
    used = record.energy_kwh
    name = f"{record.name}: " if record.name else ""
    basis = f", {used.basis}" if used is not None else ""
    zone = record.data.get("zone") or "unknown"
    where = "for an unknown zone, so the world average" if zone == "unknown" else f"in {zone}"
    return (f"{name}{energy(used)}{basis}; {emissions(record.emissions_gco2e)} {where}; "
            f"{duration(record.duration_s or 0.0)}")


def prediction_line(prediction: Prediction) -> str:
    if not prediction:
        return "nothing was measured"
    seconds = prediction.duration_s
    parts = [f"{prediction.epochs_total} epochs"]
    if seconds is not None:
        parts.append(f"{duration(seconds.value)} ({duration(seconds.low)} to {duration(seconds.high)})")
    if prediction.energy_kwh is not None:
        parts.append(energy(prediction.energy_kwh))
    if prediction.emissions_gco2e is not None:
        parts.append(emissions(prediction.emissions_gco2e))
    return f"{', '.join(parts)}; after {prediction.epochs_seen}"
