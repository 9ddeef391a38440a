"""Tracker and track: measuring this process and its children between two moments.

A tracker may be called from any thread, also from several at once, and any number of trackers may run at once: the
library reads the meters once for all of them. It belongs to the process that started it: in a forked child its calls do
nothing, and the child may start its own.
"""
from __future__ import annotations

import math
import sys
import weakref
from types import TracebackType
from typing import TYPE_CHECKING, Any, Callable, Mapping, Optional, Sequence, TypeVar, Union, overload

from . import _budgets, _options, _tasks
from ._errors import JouleprintError, UsageError, warn_once
from ._session import Session
from .record import Prediction, Record

if TYPE_CHECKING:
    from ._budgets import OnBudget
    from ._options import Budget, Path

F = TypeVar("F", bound=Callable[..., Any])


class Tracker:
    """Measures once, from start() to stop(), or for a `with` block, or for each call of a function that it decorates.

    name, project, tags   what the run is called; tags are text by name
    zone, region          where: "FR", "US-CAL-CISO"; "gcp:europe-west4". Unknown: the world's average, said so
    pue, wue              the facility's overhead (1 or more), its litres of water per kWh
    intensity             g/kWh, or a file (or files) of intensities by time
    interval              seconds between readings; each meter's own where absent
    baseline              seconds to watch the idle machine before the start, its power ("150W"), or "off"; where
                          absent nobody waits, and only a model knows what is idle
    epochs                how many there will be, for predict() and budgets
    budget, on_budget     "500g", "2kWh", "3h", or several; "warn", "stop" (BudgetExceeded out of epoch() or log()), or
                          a function that is called with the notice
    cpu_idle_w, cpu_max_w watts of the processors at rest and busy, for machines without a counter
    embodied              kgCO2e of making the machine, (low, high), "auto", or "off"
    sysroot, store        read /sys and /proc below it; keep the record there
    keep                  False: the record is not stored
    command, group        what the record says was run (this program's command line); a name that ranks share
    quiet                 True: nothing is printed
    strict                True: a machine that cannot be measured is an error instead of a warning
    options               any other option of jp_tracker_start (include/jouleprint/capi.h)

    What is not given comes from JOULEPRINT_* variables and jouleprint.toml, then from the defaults.
    TypeError, ValueError: an argument makes no sense; nothing was started.
    """

    def __init__(self, name: Optional[str] = None, *, project: Optional[str] = None,
                 tags: Optional[Mapping[str, str]] = None, zone: Optional[str] = None, region: Optional[str] = None,
                 pue: Optional[float] = None, wue: Optional[float] = None,
                 intensity: Union[float, Path, Sequence[Path], None] = None, interval: Optional[float] = None,
                 baseline: Union[str, float, None] = None, epochs: Optional[int] = None,
                 budget: Union[Budget, Sequence[Budget], None] = None, on_budget: OnBudget = "warn",
                 cpu_idle_w: Optional[float] = None, cpu_max_w: Optional[float] = None,
                 embodied: Union[str, float, Sequence[float], None] = None, sysroot: Optional[Path] = None,
                 store: Optional[Path] = None, keep: Optional[bool] = None, command: Optional[Sequence[str]] = None,
                 group: Optional[str] = None, quiet: bool = False, strict: bool = False,
                 options: Optional[Mapping[str, Any]] = None) -> None:
        given = {argument: value for argument, value in locals().items()
                 if argument not in ("self", "on_budget", "quiet", "strict", "options")}
        self._given = _options.checked(given, options)
        self._on_budget = _budgets.checked(on_budget)
        self._quiet = _options.flag("quiet", quiet)
        self._strict = _options.flag("strict", strict)
        self._session: Optional[Session] = None
        self._watch = _budgets.Watch(self._on_budget)

    def start(self) -> Tracker:
        """Begins to measure. UsageError (a ValueError): an option that the library refuses. JouleprintError: it was
        started before. Where nothing can be measured it warns, and the record is one of nothing (see Record)."""
        if self._session is not None:
            raise JouleprintError("this tracker was started before; a tracker measures once, so make another one")
        session = Session.start(self._given, self._quiet, self._strict)
        self._session = session
        collected = weakref.finalize(self, session.collect)
        collected.atexit = False  # _session.py sees to the interpreter's end
        return self

    def stop(self) -> Record:
        """Ends, keeps the record and gives it back. Again, or from several threads: the same record. Never raises for a
        fault of measuring or keeping. JouleprintError: it was never started."""
        return self._started("stop").stop()

    def _started(self, what: str) -> Session:
        if self._session is None:
            raise JouleprintError(f"{what}() was called before start(); use 'with', or call start() first")
        return self._session

    @property
    def started(self) -> bool:
        """start() was called and has not been refused; stays so after stop()."""
        return self._session is not None

    @property
    def running(self) -> bool:
        """Between start() and stop(), in the process that started it."""
        session = self._session
        return session is not None and not session.stopped and not session.foreign

    @property
    def record(self) -> Record:
        """As if the run ended now; after stop(), the record. JouleprintError: it was never started."""
        return self._started("record").record()

    @property
    def kept(self) -> Optional[str]:
        """The file or database that the record is kept in, after stop(); None where it is kept nowhere."""
        return None if self._session is None else self._session.kept

    def begin_epoch(self) -> None:
        """An epoch begins here, and not where the one before it ended."""
        session = self._started("begin_epoch")
        session.call(lambda lib, handle: lib.tracker_begin_epoch(handle), None)

    def epoch(self, number: Optional[int] = None, *, eval: bool = False) -> None:
        """An epoch, or an evaluation, ended. `number`: from 1; the next one where absent. Meters are read.
        BudgetExceeded: see on_budget."""
        session = self._started("epoch")
        which = 0 if number is None else _options.count("number", number)
        evaluation = _options.flag("eval", eval)
        session.ask(lambda lib, handle: lib.tracker_end_epoch(handle, which, evaluation))
        self._watch.look(session)

    def task(self, name: str) -> _tasks.Task:
        """A named stretch: `with t.task("load") as task:`, and then task.energy_kwh. Meters are read at both ends.
        Tasks inside it, in this thread or asyncio task, lie in it, and its energy has theirs in it."""
        return _tasks.Task(self, self._started("task"), _options.text("name", name))

    def begin_task(self, name: str) -> int:
        """task() without a block: the number for end_task(). It lies in the task() around it; others don't in it."""
        return _tasks.begin(self._started("begin_task"), _options.text("name", name))

    def end_task(self, id: int) -> dict[str, Any]:
        """Its record: name, start_s, end_s, energy_kwh (an estimate), domain_kwh, cpu_s. Empty where nothing is
        measured. UsageError: there is no such task, or it has ended."""
        if isinstance(id, bool) or not isinstance(id, int):
            raise TypeError(f"id is of type {type(id).__name__}, and must be what begin_task() gave")
        return _tasks.end(self._started("end_task"), id)

    def log(self, /, **metrics: float) -> None:
        """Values of metrics, now: t.log(loss=0.3, accuracy=0.9). What is not finite is left out, with a warning.
        BudgetExceeded: see on_budget."""
        session = self._started("log")
        values = {name: _options.number(name, value) for name, value in metrics.items()}
        for name, value in values.items():
            if math.isfinite(value):
                session.call(lambda lib, handle: lib.tracker_log(handle, name, value), None)
            else:
                warn_once(f"{name} was logged as {value}; values that are not finite are left out of the record")
        self._watch.look(session)

    def tag(self, /, **tags: str) -> None:
        """Tags of the run: t.tag(model="resnet50"). A tag given again is replaced; numbers become text."""
        session = self._started("tag")
        for name, value in _options.tags("tags", tags).items():
            session.call(lambda lib, handle: lib.tracker_tag(handle, name, value), None)

    def predict(self, epochs: Optional[int] = None) -> Prediction:
        """What all `epochs` (of the arguments, where absent) will take. False (see Prediction) where nothing is
        measured. UsageError: no epoch has ended yet, or nobody said how many there will be."""
        session = self._started("predict")
        total = 0 if epochs is None else _options.count("epochs", epochs)
        if session.stopped:
            return session.record().prediction or Prediction({})
        return Prediction(session.ask(lambda lib, handle: lib.tracker_predict(handle, total)))

    def __enter__(self) -> Tracker:
        return self.start()

    def __exit__(self, kind: Optional[type[BaseException]], fault: Optional[BaseException],
                 trace: Optional[TracebackType]) -> None:
        # A generator that is closed early and sys.exit(0) are ends, not faults.
        fine = kind is None or issubclass(kind, GeneratorExit) or isinstance(fault, SystemExit) and not fault.code
        session = self._started("stop")
        if kind is not None and not fine and session.measures:
            try:
                self.tag(exception=kind.__name__)
            except UsageError as refused:
                warn_once(str(refused))
        session.stop()

    async def __aenter__(self) -> Tracker:
        return await _beside_the_loop(self.start)

    async def __aexit__(self, kind: Optional[type[BaseException]], fault: Optional[BaseException],
                        trace: Optional[TracebackType]) -> None:
        await _beside_the_loop(lambda: self.__exit__(kind, fault, trace))

    def __call__(self, function: F) -> F:
        """As a decorator: each call is measured by a tracker of its own, with these arguments; a function's name is the
        run's where none is given. `function.record` is the record of the last call that ended."""
        if not callable(function) or isinstance(function, type):
            raise TypeError(f"track decorates functions, not {function!r}")
        from ._decorate import wrap

        name = getattr(function, "__name__", type(function).__name__)
        wrapped: Any = wrap(function, lambda: self._again(name))
        return wrapped  # type: ignore[no-any-return]

    def _again(self, name: str) -> Tracker:
        fresh = Tracker(on_budget=self._on_budget, quiet=self._quiet, strict=self._strict)
        fresh._given = {"name": name, **self._given}
        return fresh

    def __getstate__(self) -> dict[str, Any]:
        # Objects that hold a tracker are copied and sent to other processes; a copy of a started one does nothing.
        return {**self.__dict__, "_session": None, "_watch": None, "_elsewhere": self._session is not None}

    def __setstate__(self, state: dict[str, Any]) -> None:
        started = state.pop("_elsewhere")
        self.__dict__.update(state)
        self._session = Session.elsewhere() if started else None
        self._watch = _budgets.Watch(self._on_budget)

    def __repr__(self) -> str:
        state = "not started" if self._session is None else "running" if self.running else "stopped"
        return f"<jouleprint.Tracker {self._given.get('name', '')!r}, {state}>"

    def _repr_html_(self) -> Optional[str]:
        return None if self._session is None else self.record._repr_html_()


T = TypeVar("T")


async def _beside_the_loop(work: Callable[[], T]) -> T:
    """Opening meters and storing take their time; other tasks go on meanwhile. Without asyncio's loop: right here."""
    asyncio = sys.modules.get("asyncio")  # whose loop cannot run where nobody has loaded it
    try:
        if asyncio is None:
            return work()
        asyncio.get_running_loop()
    except RuntimeError:
        return work()
    done: T = await asyncio.to_thread(work)
    return done


@overload
def track(function: F, /) -> F: ...


@overload
def track(name: Optional[str] = None, *, project: Optional[str] = None, tags: Optional[Mapping[str, str]] = None,
          zone: Optional[str] = None, region: Optional[str] = None, pue: Optional[float] = None,
          wue: Optional[float] = None, intensity: Union[float, Path, Sequence[Path], None] = None,
          interval: Optional[float] = None, baseline: Union[str, float, None] = None, epochs: Optional[int] = None,
          budget: Union[Budget, Sequence[Budget], None] = None, on_budget: OnBudget = "warn",
          cpu_idle_w: Optional[float] = None, cpu_max_w: Optional[float] = None,
          embodied: Union[str, float, Sequence[float], None] = None, sysroot: Optional[Path] = None,
          store: Optional[Path] = None, keep: Optional[bool] = None, command: Optional[Sequence[str]] = None,
          group: Optional[str] = None, quiet: bool = False, strict: bool = False,
          options: Optional[Mapping[str, Any]] = None) -> Tracker: ...


def track(name: Any = None, **arguments: Any) -> Any:
    """A Tracker, with its arguments: `with track("train", zone="FR") as t:`, `@track("train")`, or `@track` alone."""
    if callable(name):
        return Tracker(**arguments)(name)
    return Tracker(name, **arguments)
