"""What came out: Record (a measured run), Estimate (a figure with its interval), Prediction.

All are plain values: they may be copied, pickled, and used from any thread. Units are in the names: `_s` seconds,
`_kwh` kilowatt-hours, `_w` watts, `_gco2e` grams of CO2 equivalent. What is not known is None, never 0.
"""
from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Iterable, Mapping, NamedTuple, Optional, Sequence, Union

from . import _options
from ._errors import JouleprintError

if TYPE_CHECKING:
    import pandas  # type: ignore[import-untyped, import-not-found, unused-ignore]

# Strongest first, as in include/jouleprint/estimate.h: of a sum, the weakest is said.
_BASES = ("metered", "counter", "sampled", "calibrated", "modelled", "assumed")
_TABLES = ("run", "domains", "epochs", "tasks", "metrics")


class Estimate(NamedTuple):
    """A figure; `low` and `high` bound its 90 % interval, `basis` is what it rests on. float(estimate) is its value."""

    value: float
    low: float
    high: float
    basis: str

    @classmethod
    def read(cls, data: Optional[Mapping[str, Any]]) -> Optional[Estimate]:
        """From a record's {"value", "low", "high", "basis"}; None where there is none."""
        if not data or data.get("value") is None:
            return None
        value = float(data["value"])
        low, high = data.get("low"), data.get("high")
        return cls(value, value if low is None else float(low), value if high is None else float(high),
                   str(data.get("basis", "")))

    def __float__(self) -> float:
        return self.value

    def __str__(self) -> str:
        return f"{self.value:.4g} ({self.low:.4g} to {self.high:.4g}, {self.basis})"


def _sum(estimates: Iterable[Optional[Estimate]]) -> Optional[Estimate]:
    # Domains of one component are read by one kind of meter and err together, so their half-widths add.
    known = [one for one in estimates if one is not None]
    if not known:
        return None
    weakest = max((one.basis for one in known), key=lambda basis: _BASES.index(basis) if basis in _BASES else -1)
    return Estimate(sum(one.value for one in known), sum(one.low for one in known), sum(one.high for one in known),
                    weakest)


class Prediction:
    """What all epochs will take. False where nothing was measured that it could rest on."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self.data: dict[str, Any] = dict(data)

    @property
    def epochs_seen(self) -> int:
        return int(self.data.get("epochs_seen", 0))

    @property
    def epochs_total(self) -> int:
        return int(self.data.get("epochs_total", 0))

    @property
    def duration_s(self) -> Optional[Estimate]:
        """Seconds, from the start of the run."""
        return Estimate.read(self.data.get("duration_s"))

    @property
    def energy_kwh(self) -> Optional[Estimate]:
        """Of the machine."""
        return Estimate.read(self.data.get("energy_kwh"))

    @property
    def emissions_gco2e(self) -> Optional[Estimate]:
        """Operational and, where known, embodied."""
        return Estimate.read(self.data.get("emissions_gco2e"))

    def __bool__(self) -> bool:
        return bool(self.data)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Prediction) and self.data == other.data

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        from ._words import prediction_line

        return f"<jouleprint.Prediction: {prediction_line(self)}>"


class Record:
    """A measured run. `data` is the run record itself, as docs/record.schema.json describes it.

    A record of nothing (nothing could be measured here, or another process measures) is false: its figures are None,
    its lists empty, and `reason` says why.
    """

    def __init__(self, data: Optional[Mapping[str, Any]] = None, reason: str = "") -> None:
        self.data: dict[str, Any] = dict(data or {})
        self.reason = reason

    @property
    def run_id(self) -> str:
        return str(self.data.get("run_id", ""))

    @property
    def name(self) -> str:
        return str(self.data.get("name", ""))

    @property
    def tags(self) -> dict[str, str]:
        return dict(self.data.get("tags", {}))

    @property
    def duration_s(self) -> Optional[float]:
        """Seconds, on a clock that counts suspend and never steps."""
        duration = self.data.get("duration_s")
        return None if duration is None else float(duration)

    def _estimate(self, group: str, figure: str) -> Optional[Estimate]:
        return Estimate.read((self.data.get(group) or {}).get(figure))

    @property
    def energy_kwh(self) -> Optional[Estimate]:
        """All that the machine used meanwhile."""
        return self._estimate("energy_kwh", "machine")

    @property
    def share_kwh(self) -> Optional[Estimate]:
        """The part of it that is this program's and its children's."""
        return self._estimate("energy_kwh", "share")

    @property
    def emissions_gco2e(self) -> Optional[Estimate]:
        """Operational (of energy_kwh, with PUE) and, where known, embodied."""
        return self._estimate("emissions_gco2e", "total")

    @property
    def operational_gco2e(self) -> Optional[Estimate]:
        return self._estimate("emissions_gco2e", "operational")

    @property
    def embodied_gco2e(self) -> Optional[Estimate]:
        return self._estimate("emissions_gco2e", "embodied")

    @property
    def domains(self) -> list[dict[str, Any]]:
        """What was measured, part by part: name, component, basis, energy_kwh, mean_power_w, ..."""
        return list(self.data.get("domains", []))

    @property
    def tasks(self) -> list[dict[str, Any]]:
        """In the order in which they began: name, parent, start_s, end_s, energy_kwh, domain_kwh, cpu_s."""
        return list(self.data.get("tasks", []))

    @property
    def epochs(self) -> list[dict[str, Any]]:
        """epoch, kind ("train" or "eval"), start_s, end_s, energy_kwh."""
        return list(self.data.get("epochs", []))

    @property
    def metrics(self) -> dict[str, list[dict[str, float]]]:
        """By name, what was logged, oldest first: t_s from the start, value."""
        return {name: list(metric.get("points", [])) for name, metric in self.data.get("metrics", {}).items()}

    @property
    def prediction(self) -> Optional[Prediction]:
        """The last one made, or None."""
        data = self.data.get("prediction")
        return Prediction(data) if data else None

    @property
    def warnings(self) -> list[str]:
        return list(self.data.get("warnings", []))

    def energy_of(self, component: str) -> Optional[Estimate]:
        """kWh of "cpu", "memory", "gpu", "board" or "other"; None where it was not measured.

        The half-widths of its domains are added, since meters of one kind err together.
        """
        return _sum(Estimate.read(domain.get("energy_kwh")) for domain in self.domains
                    if domain.get("component") == component)

    def to_dict(self) -> dict[str, Any]:
        """A copy of the run record, free to be changed."""
        copied: dict[str, Any] = json.loads(json.dumps(self.data))
        return copied

    def to_json(self, indent: Optional[int] = 2) -> str:
        """The run record as `jouleprint runs show --json` prints it."""
        return json.dumps(self.data, indent=indent, ensure_ascii=False)

    def to_text(self) -> str:
        """As `jouleprint report` prints it; of a record of nothing, why it is one."""
        if not self:
            return f"Nothing was measured: {self.reason}\n"
        from ._library import library

        return library().render(self.data, "text")

    def to_pandas(self, table: str = "run") -> pandas.DataFrame:
        """A DataFrame: one row for the "run", or a row for each of its "domains", "epochs", "tasks" or "metrics" (a
        logged value each). Estimates become three columns (energy_kwh, energy_kwh_low, energy_kwh_high).
        JouleprintError: pandas is not installed.
        """
        if table not in _TABLES:
            raise ValueError(f"table is {table!r}, and must be one of {', '.join(_TABLES)}")
        try:
            import pandas
        except ImportError as fault:
            raise JouleprintError("to_pandas() needs pandas, which is not installed: pip install pandas") from fault
        from ._tables import rows

        frame: pandas.DataFrame = pandas.DataFrame(rows(self, table))
        return frame

    def __bool__(self) -> bool:
        return bool(self.data)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Record) and self.data == other.data

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        from ._words import record_line

        return f"<jouleprint.Record: {record_line(self)}>"

    def _repr_html_(self) -> str:
        from ._html import record_html

        return record_html(self)


def predict(units: Sequence[Union[Mapping[str, Any], Sequence[float]]], total_epochs: int) -> Prediction:
    """What `total_epochs` epochs will take, from those that have ended.

    `units`: of each, oldest first, {"duration_s": s, "energy_kwh": kWh, "kind": "train" or "eval"}, or (s, kWh), or
    (s,); kWh may be None. A record's `epochs` do as well. The prediction has no emissions: nobody said where.
    TypeError, ValueError: what is given makes no sense.
    """
    total = _options.count("total_epochs", total_epochs)
    from ._library import library

    return Prediction(library().predict([_unit(i, unit) for i, unit in enumerate(units)], total))


def _unit(index: int, unit: Union[Mapping[str, Any], Sequence[float]]) -> dict[str, Any]:
    name = f"units[{index}]"
    if isinstance(unit, Mapping):
        said = dict(unit)
        if "duration_s" not in said and "start_s" in said and "end_s" in said:
            said["duration_s"] = said["end_s"] - said["start_s"]
    elif isinstance(unit, Sequence) and not isinstance(unit, str) and 1 <= len(unit) <= 2:
        said = dict(zip(("duration_s", "energy_kwh"), unit))
    else:
        raise TypeError(f"{name} is neither a mapping nor (duration_s, energy_kwh)")
    if "duration_s" not in said:
        raise ValueError(f"{name} has no duration_s")
    energy = said.get("energy_kwh")
    return {
        "duration_s": _options.finite(f"{name}['duration_s']", said["duration_s"]),
        "energy_kwh": None if energy is None else _options.finite(f"{name}['energy_kwh']", energy),
        "kind": _options.text(f"{name}['kind']", said.get("kind", "train")),
    }
