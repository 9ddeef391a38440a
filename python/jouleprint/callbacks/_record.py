"""A record as the trackers of experiments take it: flat numbers, rows per epoch, and a few words."""
from __future__ import annotations

import contextlib
from typing import Any, Callable, Iterator, Mapping, Optional

from ..record import Record
from ..tracker import Tracker
from ._guarded import figures_of

_COMPONENTS = ("cpu", "memory", "gpu")


def totals_of(record: Record) -> dict[str, float]:
    """figures_of, and the parts: jouleprint_share_kwh (the program's own), jouleprint_duration_s,
    jouleprint_operational_gco2e, jouleprint_embodied_gco2e, jouleprint_cpu_energy_kwh, ..., the bounds of the energy
    and of the emissions."""
    totals = figures_of(record)
    if record.duration_s is not None:
        totals["jouleprint_duration_s"] = record.duration_s
    parts = {"jouleprint_share_kwh": record.share_kwh, "jouleprint_operational_gco2e": record.operational_gco2e,
             "jouleprint_embodied_gco2e": record.embodied_gco2e,
             **{f"jouleprint_{name}_energy_kwh": record.energy_of(name) for name in _COMPONENTS}}
    totals.update({name: part.value for name, part in parts.items() if part is not None})
    for name, figure in (("energy_kwh", record.energy_kwh), ("emissions_gco2e", record.emissions_gco2e)):
        if figure is not None:
            totals[f"jouleprint_{name}_low"] = figure.low
            totals[f"jouleprint_{name}_high"] = figure.high
    return totals


def epochs_of(record: Record) -> Iterator[tuple[int, dict[str, float]]]:
    """Each epoch's number and what it took: jouleprint_epoch_energy_kwh and jouleprint_epoch_duration_s; of an
    evaluation
    with "eval" for "epoch"."""
    for epoch in record.epochs:
        kind = "eval" if epoch.get("kind") == "eval" else "epoch"
        figures = {f"jouleprint_{kind}_duration_s": epoch["end_s"] - epoch["start_s"]}
        if epoch.get("energy_kwh") is not None:
            figures[f"jouleprint_{kind}_energy_kwh"] = epoch["energy_kwh"]
        yield int(epoch["epoch"]), figures


def tags_of(record: Record) -> dict[str, str]:
    """What a reader needs to judge the figures: which run, where, what was measured and what it rests on."""
    data: dict[str, Any] = record.data
    intensity = data.get("intensity_g_per_kwh") or {}
    said = {
        "jouleprint.run_id": record.run_id,
        "jouleprint.zone": data.get("zone"),
        "jouleprint.boundary": ", ".join(map(str, data.get("boundary") or [])),
        "jouleprint.basis": record.energy_kwh.basis if record.energy_kwh else None,
        "jouleprint.intensity_source": intensity.get("source"),
        "jouleprint.version": data.get("version"),
    }
    return {name: str(value) for name, value in said.items() if value}


@contextlib.contextmanager
def tracked(tracker: Optional[Tracker], options: Mapping[str, Any],
            publish: Callable[[Record], object]) -> Iterator[Tracker]:
    """Measures the block, by `tracker` or by one with these options, and publishes its record, also when an exception
    passes. One that was running runs on. TypeError, ValueError: an option makes no sense; nothing was started."""
    if tracker is not None and options:
        raise TypeError(f"give either a tracker or options for one, and not both; options given: {', '.join(options)}")
    measuring = Tracker(**options) if tracker is None else tracker
    with contextlib.ExitStack() as stack:
        if not measuring.running:
            measuring.start()
            stack.callback(lambda: publish(measuring.record))
            stack.push(measuring.__exit__)
        else:
            stack.callback(lambda: publish(measuring.record))
        yield measuring
