"""tqdm: the progress bar of a training says what it has used and what all of it will.

    for epoch in jouleprint.callbacks.tqdm.epochs(range(90), zone="FR"):
        train(epoch)

     3%|#         | 3/90 [01:12<34:49, J=4.31e+03, gCO2=0.067, predicted=0.0359 kWh, 2.01 gCO2]
"""
from __future__ import annotations

from typing import Any, Generic, Iterable, Iterator, Mapping, Optional, TypeVar

from .._errors import warn_once
from ..record import Record
from ..tracker import Tracker
from ._guarded import GuardedTracker

_Item = TypeVar("_Item")

_JOULES_PER_KWH = 3.6e6


class epochs(Generic[_Item]):  # pylint: disable=invalid-name
    """Iterates over `iterable` under a tqdm bar; each round is an epoch of a run, which ends with the loop, a `break`
    or an exception.

    `tracker`, or a Tracker's keyword arguments; `total` where len(iterable) is not known; `bar`: more arguments of
    tqdm. `on_budget="stop"` (the default) ends the loop before the next round as soon as a budget is or will be
    passed. `record`: the run's, a snapshot while it lasts. Without tqdm there is no bar, and all else works.
    """

    def __init__(self, iterable: Iterable[_Item], tracker: Optional[Tracker] = None, *, total: Optional[int] = None,
                 bar: Optional[Mapping[str, Any]] = None, **options: Any) -> None:
        self._iterable = iterable
        self._total = total if total is not None else _length(iterable)
        self._bar_options = dict(bar or {})
        self._measuring = GuardedTracker(tracker, options)

    @property
    def tracker(self) -> Optional[Tracker]:
        """For tasks and metrics inside of a round; None before the first."""
        return self._measuring.tracker

    @property
    def record(self) -> Optional[Record]:
        return self._measuring.record

    def __len__(self) -> int:
        if self._total is None:
            raise TypeError("how many rounds there are is not known; give total=")
        return self._total

    def __iter__(self) -> Iterator[_Item]:
        bar = _bar(self._iterable, self._total, self._bar_options)
        # tqdm draws its bar again when it is asked for the next item: by then the figures must be set.
        rounds = iter(bar)
        self._measuring.begin(self._total)
        try:
            for item in rounds:
                yield item
                self._measuring.end_epoch()
                if hasattr(bar, "set_postfix"):
                    show(bar, self._measuring.figures())
                if self._measuring.over_budget:
                    break
        finally:
            self._measuring.end()
            if hasattr(bar, "close"):
                bar.close()


def show(bar: Any, figures: Mapping[str, float]) -> None:
    """Figures (see _guarded.figures_of) as the postfix of a tqdm bar: joules, grams, and what the end will be."""
    said = {}
    if "jouleprint_energy_kwh" in figures:
        said["J"] = f"{figures['jouleprint_energy_kwh'] * _JOULES_PER_KWH:.3g}"
    if "jouleprint_emissions_gco2e" in figures:
        said["gCO2"] = f"{figures['jouleprint_emissions_gco2e']:.3g}"
    predicted = [f"{figures[name]:.3g} {unit}"
                 for name, unit in (("jouleprint_predicted_energy_kwh", "kWh"),
                                    ("jouleprint_predicted_emissions_gco2e", "gCO2")) if name in figures]
    if predicted:
        said["predicted"] = ", ".join(predicted)
    if said:
        bar.set_postfix(said, refresh=False)


def _length(iterable: Iterable[Any]) -> Optional[int]:
    try:
        return len(iterable)  # type: ignore[arg-type]
    except TypeError:
        return None


def _bar(iterable: Iterable[_Item], total: Optional[int], options: Mapping[str, Any]) -> Any:
    try:
        from tqdm.auto import tqdm
    except ImportError:
        warn_once("tqdm is not installed, so that there is no progress bar")
        return iterable
    return tqdm(iterable, **{"total": total, **options})
