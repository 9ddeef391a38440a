"""From a run record of jouleprint to the sums of a CodeCarbon row.

  cpu_energy, gpu_energy, ram_energy  domains of that component
  energy_consumed                     all domains: those three and what only a wall meter or a board's sensor sees
  emissions                           energy_consumed at the price that the record has for its hours, in kg

All with the PUE, as there, but for water: WUE is by definition litres per kWh of the computers alone (ISO/IEC 30134-9).
With tracking_mode "process" each domain counts by the job's share of it.
"""

from typing import Any, FrozenSet, List, Mapping, NamedTuple, Optional, Tuple

JOULES_PER_KWH = 3.6e6
_GRAMS_PER_KG = 1000.0


class Rules(NamedTuple):
    """What the options say about counting."""

    by_share: bool = False
    pue: float = 1.0
    wue: float = 0.0
    ram_w: Optional[float] = None
    gpus: Optional[FrozenSet[int]] = None  # None: all


class Sums(NamedTuple):
    """Energies in kWh and emissions in kg with the PUE, water in litres, duration in seconds."""

    duration_s: float = 0.0
    cpu_kwh: float = 0.0
    gpu_kwh: float = 0.0
    ram_kwh: float = 0.0
    all_kwh: float = 0.0
    emissions_kg: float = 0.0
    water_l: float = 0.0

    def minus(self, other: "Sums") -> "Sums":
        """What was added since `other`; a share that was corrected downwards counts as nothing added."""
        return Sums(*(max(0.0, mine - theirs) for mine, theirs in zip(self, other)))

    def mean_w(self, kwh: float) -> float:
        return kwh * JOULES_PER_KWH / self.duration_s if self.duration_s > 0 else 0.0


def value(estimate: Any) -> float:
    """The middle of an estimate in JSON; 0 where there is none."""
    return float(estimate.get("value") or 0.0) if isinstance(estimate, Mapping) else float(estimate or 0.0)


def _is_counted(domain: Mapping[str, Any], gpus: Optional[FrozenSet[int]]) -> bool:
    name = str(domain.get("name"))
    if domain.get("component") != "gpu" or gpus is None or not name.startswith("gpu-"):
        return True
    return name[len("gpu-") :] in {str(index) for index in gpus}


def _grams_per_kwh(record: Mapping[str, Any], start_s: Optional[float] = None, end_s: Optional[float] = None) -> float:
    """Of the whole run, or between two times of it where the record has its energy by the clock. Without PUE."""
    whole = value(record.get("intensity_g_per_kwh"))
    by_time = record.get("by_time")
    if start_s is None or end_s is None or not by_time:
        return whole
    kwh, grams = 0.0, 0.0
    first_s = _bins_begin_s(record, by_time)
    for index, (energy, intensity) in enumerate(zip(by_time["energy_kwh"], by_time["intensity_g_per_kwh"])):
        begin = first_s + index * by_time["bin_s"]
        if begin < end_s and begin + by_time["bin_s"] > start_s:
            kwh, grams = kwh + energy, grams + energy * intensity
    return grams / kwh if kwh > 0 else whole


def _bins_begin_s(record: Mapping[str, Any], by_time: Mapping[str, Any]) -> float:
    """Seconds from the run's start to the first bin's: 0 or less."""
    import datetime

    def utc(text: str) -> datetime.datetime:
        # Python 3.9 to 3.10 read no Z, and fractions of 3 or 6 digits only; seconds will do for bins of minutes.
        return datetime.datetime.fromisoformat(text.rstrip("Z").split(".")[0])

    return (utc(str(by_time["start"])) - utc(str(record["start"]))).total_seconds()


def _sums(parts: List[Tuple[str, float]], duration_s: float, grams_per_kwh: float, rules: Rules) -> Sums:
    """`parts`: component and kWh without PUE."""
    if rules.ram_w is not None:
        parts = [part for part in parts if part[0] != "memory"] + [
            ("memory", rules.ram_w * duration_s / JOULES_PER_KWH)
        ]
    of = {name: sum(kwh for component, kwh in parts if component == name) for name in ("cpu", "gpu", "memory")}
    computers_kwh = sum(kwh for _, kwh in parts)
    return Sums(
        duration_s=duration_s,
        cpu_kwh=of["cpu"] * rules.pue,
        gpu_kwh=of["gpu"] * rules.pue,
        ram_kwh=of["memory"] * rules.pue,
        all_kwh=computers_kwh * rules.pue,
        emissions_kg=computers_kwh * rules.pue * grams_per_kwh / _GRAMS_PER_KG,
        water_l=computers_kwh * rules.wue,
    )


def of_run(record: Mapping[str, Any], rules: Rules) -> Sums:
    """Of a run record, or of a snapshot: since the start."""
    parts = [
        (
            str(domain.get("component")),
            value(domain["energy_kwh"]) * (float(domain.get("share") or 0) if rules.by_share else 1.0),
        )
        for domain in record.get("domains") or []
        if _is_counted(domain, rules.gpus)
    ]
    machine_kwh = value((record.get("energy_kwh") or {}).get("machine"))
    operational_g = value((record.get("emissions_gco2e") or {}).get("operational"))
    site_kwh = machine_kwh * float(record.get("pue") or 1.0)
    grams_per_kwh = operational_g / site_kwh if site_kwh > 0 else _grams_per_kwh(record)
    return _sums(parts, float(record.get("duration_s") or 0.0), grams_per_kwh, rules)


def of_task(task: Mapping[str, Any], record: Mapping[str, Any], rules: Rules) -> Sums:
    """Of one task of the record, of the whole machine; a share is known of runs only (see Sums.minus)."""
    by_name = {str(domain.get("name")): domain for domain in record.get("domains") or []}
    parts = [
        (str(by_name.get(name, {}).get("component")), float(kwh))
        for name, kwh in (task.get("domain_kwh") or {}).items()
        if _is_counted(by_name.get(name, {"name": name}), rules.gpus)
    ]
    start_s, end_s = float(task["start_s"]), float(task["end_s"])
    return _sums(parts, end_s - start_s, _grams_per_kwh(record, start_s, end_s), rules)
