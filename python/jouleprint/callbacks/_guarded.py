"""One measured training as the callbacks see it: a tracker of its own or the caller's, out of which no fault comes."""
from __future__ import annotations

import functools
import math
import time
from typing import Any, Callable, Mapping, Optional, TypeVar

from .._errors import BudgetExceeded, warn, warn_once
from ..record import Estimate, Prediction, Record
from ..tracker import Tracker

_Result = TypeVar("_Result")

# A trainer may log at every step, and a snapshot reads the meters.
_FIGURES_KEPT_S = 1.0


def harmless(default: Any) -> Callable[[Callable[..., _Result]], Callable[..., _Result]]:
    """Of a GuardedTracker's method: what goes wrong becomes a warning, once, and `default`; a budget that is passed is
    heeded."""
    def decorate(method: Callable[..., _Result]) -> Callable[..., _Result]:
        @functools.wraps(method)
        def guarded(self: Any, *args: Any, **keywords: Any) -> Any:
            try:
                return method(self, *args, **keywords)
            except BudgetExceeded as passed:
                self.heed(str(passed))
            except Exception as fault:  # pylint: disable=broad-except
                warn_once(f"measuring failed and the training goes on: {type(fault).__name__}: {fault}")
            return default
        return guarded
    return decorate


class GuardedTracker:
    """Begins and ends with a training, any number of times in a row; all between does nothing while it is not running.

    `tracker`: the caller's, left running where it was running. Else `options`, a Tracker's keyword arguments, of which
    `on_budget` is "stop" by default: `over_budget` says so, and the framework ends its training itself.
    TypeError, ValueError: both are given, or an option makes no sense. For one thread at a time.
    """

    def __init__(self, tracker: Optional[Tracker], options: Mapping[str, Any]) -> None:
        if tracker is not None and not isinstance(tracker, Tracker):
            raise TypeError(f"tracker is of type {type(tracker).__name__}, and must be a jouleprint.Tracker")
        if tracker is not None and options:
            raise TypeError(f"give either a tracker or options for one, not both; options given: {', '.join(options)}")
        self._options = dict(options)
        self._stops = self._options.setdefault("on_budget", "stop") == "stop"
        self._given = tracker
        self._tracker = tracker
        self._owns_run = False
        self._over = ""
        self._epochs: Optional[int] = None
        self._epochs_ended = 0
        self._task: Optional[int] = None
        self._figures: dict[str, float] = {}
        self._figures_until = 0.0
        if tracker is None:
            Tracker(**self._options)  # a mistake in the options is said now, and not when hours of training begin

    def __getstate__(self) -> dict[str, Any]:
        # What a training is measured with stays in its process; a copy elsewhere measures its own.
        return {**self.__dict__, "_given": None, "_tracker": None, "_owns_run": False, "_task": None}

    @property
    def tracker(self) -> Optional[Tracker]:
        return self._tracker

    @property
    def _live(self) -> Optional[Tracker]:
        return self._tracker if self._tracker is not None and self._tracker.running else None

    @property
    def may_stop(self) -> bool:
        """The caller could have given a budget that ends the training: the same in all processes of a job."""
        return self._given is not None or self._stops and self._options.get("budget") is not None

    @property
    def over_budget(self) -> bool:
        """A budget is passed, or the prediction says that it will be, and the caller wants the training to end then. A
        tracker of the caller's wants it with on_budget="stop"."""
        return bool(self._over)

    @property
    def record(self) -> Optional[Record]:
        """The run's, a snapshot while it lasts; None before the first one."""
        return None if self._tracker is None else self.safely(lambda: self._tracker.record)

    @harmless(None)
    def safely(self, call: Callable[..., Any], *args: Any, **keywords: Any) -> Any:
        return call(*args, **keywords)

    @harmless(None)
    def begin(self, epochs: Optional[int] = None, quiet: bool = False, **more: Any) -> None:
        """A training of `epochs` begins; one that never ended (an exception went through it) ends here.

        `quiet`: another process speaks for this one. `more`: options, of which the caller's take precedence.
        """
        self.end()
        self._over, self._epochs_ended, self._task, self._figures_until = "", 0, None, 0.0
        self._epochs = epochs if epochs is not None and epochs > 0 else None
        tracker = self._given
        if tracker is None:
            options = {"epochs": self._epochs, **more, **self._options}
            if self._stops:
                # A tracker's own "stop" is an exception, which no training loop expects.
                options["on_budget"] = self.heed
            tracker = Tracker(**({**options, "quiet": True} if quiet else options))
        self._tracker = tracker
        if not tracker.running:
            self._owns_run = True
            tracker.start()

    @harmless(None)
    def end(self) -> None:
        self.end_task()
        live = self._live
        if live is not None and self._owns_run:
            self._owns_run = False
            live.stop()

    @harmless(None)
    def end_epoch(self, evaluation: bool = False) -> None:
        """It began where the one before it ended."""
        live = self._live
        if live is not None:
            self._figures_until = 0.0
            live.epoch(eval=evaluation)
            self._epochs_ended += not evaluation

    @harmless(None)
    def begin_task(self, name: str) -> None:
        """One at a time; for what interrupts an epoch."""
        live = self._live
        if live is not None and self._task is None:
            self._task = live.begin_task(name)

    @harmless(None)
    def end_task(self) -> None:
        live, task, self._task = self._live, self._task, None
        if live is not None and task is not None:
            live.end_task(task)

    @harmless(None)
    def log(self, metrics: Mapping[str, Any]) -> None:
        """Those that are finite numbers, but for our own figures."""
        live = self._live
        values = {name: _number(value) for name, value in metrics.items() if not name.startswith("jouleprint_")}
        known = {name: value for name, value in values.items() if value is not None}
        if live is not None and known:
            live.log(**known)

    @harmless({})
    def figures(self) -> dict[str, float]:
        """So far, and what all epochs will take; at most a second old. See figures_of."""
        live = self._live
        if live is not None and time.monotonic() >= self._figures_until:
            self._figures = figures_of(live.record)
            if self._epochs is not None and self._epochs_ended > 0:
                self._figures.update(_predicted(live.predict(epochs=self._epochs)))
            self._figures_until = time.monotonic() + _FIGURES_KEPT_S
        return dict(self._figures)

    def heed(self, notice: str) -> None:
        """A budget is passed: said once, and kept with the run."""
        if self._over:
            return
        self._over = notice
        warn(f"{notice}; the training is asked to end")
        if self._tracker is not None:
            self.safely(self._tracker.tag, stopped_because=notice)


def figures_of(record: Record) -> dict[str, float]:
    """A record as flat numbers, each absent where it is not known: jouleprint_energy_kwh (the machine's) and
    jouleprint_emissions_gco2e. While epochs go by, GuardedTracker.figures() adds what all of them will take:
    jouleprint_predicted_energy_kwh and jouleprint_predicted_emissions_gco2e."""
    return _known({"jouleprint_energy_kwh": record.energy_kwh, "jouleprint_emissions_gco2e": record.emissions_gco2e})


def _predicted(prediction: Prediction) -> dict[str, float]:
    return _known({"jouleprint_predicted_energy_kwh": prediction.energy_kwh,
                   "jouleprint_predicted_emissions_gco2e": prediction.emissions_gco2e})


def _known(figures: Mapping[str, Optional[Estimate]]) -> dict[str, float]:
    return {name: estimate.value for name, estimate in figures.items() if estimate is not None}


def _number(value: Any) -> Optional[float]:
    """A finite number that it is or holds (a tensor of one element), else None."""
    if isinstance(value, (str, bytes, bool)) or not hasattr(value, "__float__"):
        return None
    try:
        number = float(value)
    except (TypeError, ValueError, RuntimeError):
        return None
    return number if math.isfinite(number) else None
