"""A record as flat rows, for to_pandas()."""
from __future__ import annotations

from typing import TYPE_CHECKING, Any, Mapping, Optional

if TYPE_CHECKING:
    from .record import Estimate, Record


def _columns(name: str, estimate: Optional[Estimate]) -> dict[str, Any]:
    if estimate is None:
        return {name: None, f"{name}_low": None, f"{name}_high": None}
    return {name: estimate.value, f"{name}_low": estimate.low, f"{name}_high": estimate.high}


def _flat(row: Mapping[str, Any]) -> dict[str, Any]:
    """Estimates spread over three columns; other mappings get a column a key."""
    from .record import Estimate

    flat: dict[str, Any] = {}
    for name, value in row.items():
        if isinstance(value, Mapping) and "low" in value:
            flat.update(_columns(name, Estimate.read(value)))
        elif isinstance(value, Mapping):
            flat.update({f"{name}.{key}": inner for key, inner in value.items()})
        else:
            flat[name] = value
    return flat


def _run(record: Record) -> dict[str, Any]:
    energy = record.energy_kwh
    return {
        "run_id": record.run_id,
        "name": record.name,
        "project": record.data.get("project"),
        "start": record.data.get("start"),
        "end": record.data.get("end"),
        "duration_s": record.duration_s,
        **_columns("energy_kwh", energy),
        "basis": None if energy is None else energy.basis,
        **_columns("share_kwh", record.share_kwh),
        **_columns("emissions_gco2e", record.emissions_gco2e),
        "zone": record.data.get("zone"),
        "pue": record.data.get("pue"),
        "epochs": len(record.epochs),
        **{f"tag.{name}": value for name, value in record.tags.items()},
        **{f"metric.{name}": points[-1]["value"] for name, points in record.metrics.items() if points},
    }


def rows(record: Record, table: str) -> list[dict[str, Any]]:
    """The rows of "run", "domains", "epochs", "tasks" or "metrics"."""
    if table == "run":
        return [_run(record)] if record else []
    if table == "metrics":
        return [{"metric": name, **point} for name, points in record.metrics.items() for point in points]
    listed: list[dict[str, Any]] = getattr(record, table)
    return [_flat(row) for row in listed]
