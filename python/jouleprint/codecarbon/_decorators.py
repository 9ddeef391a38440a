"""Functions and blocks as runs and tasks: track_emissions, track_task_emissions, TaskEmissionsTracker."""

import functools
import inspect
from typing import Any, Callable, List, Optional

from . import _trackers as trackers
from ._options import OFFLINE_OPTIONS, OPTIONS, UNSET

_LOCATION = [option.name for option in OFFLINE_OPTIONS]
# In this order they may be given by position, as there.
_BEFORE_LOCATION = [option.name for option in OPTIONS[: [option.name for option in OPTIONS].index("force_cpu_power")]]
_AFTER_LOCATION = [option.name for option in OPTIONS[len(_BEFORE_LOCATION) :]]
_NAMES = [*_BEFORE_LOCATION, "offline", *_LOCATION, *_AFTER_LOCATION]
_SIGNATURE = inspect.Signature(
    [inspect.Parameter("fn", inspect.Parameter.POSITIONAL_OR_KEYWORD, default=None)]
    + [inspect.Parameter(name, inspect.Parameter.POSITIONAL_OR_KEYWORD, default=UNSET) for name in _NAMES]
)


def track_emissions(fn: Optional[Callable[..., Any]] = None, *args: Any, **kwargs: Any) -> Any:
    """Measures each call of a function as a run of its own: `@track_emissions`, or with options in brackets.

    Options: those of EmissionsTracker, with `offline=True` those of OfflineEmissionsTracker. Coroutine functions are
    measured until they are done. What the function raises passes, and the row is written. Raises TypeError for an
    option that is none.
    """
    bound = _SIGNATURE.bind(fn, *args, **kwargs)
    options = {name: value for name, value in bound.arguments.items() if name != "fn" and value is not UNSET}
    if fn is None:
        return lambda function: _tracked(function, lambda: _tracker(dict(options)), _run_begin, _run_end)
    return _tracked(fn, lambda: _tracker(dict(options)), _run_begin, _run_end)


track_emissions.__signature__ = _SIGNATURE  # type: ignore[attr-defined]


def _tracker(options: "dict[str, Any]") -> Any:
    offline = options.pop("offline", False)
    location = {name: value for name in _LOCATION if (value := options.pop(name, None)) is not None}
    if not offline and not location:
        return trackers.EmissionsTracker(**options)
    if offline and not location.get("country_iso_code") and not location.get("cloud_provider"):
        raise ValueError("offline=True wants country_iso_code, the three letters of the country, such as 'FRA'")
    return trackers.OfflineEmissionsTracker(**location, **options)


def _run_begin(tracker: Any) -> None:
    tracker.start()


def _run_end(tracker: Any) -> None:
    tracker.stop()


def _tracked(
    function: Callable[..., Any], make: Callable[[], Any], begin: Callable[[Any], None], end: Callable[[Any], None]
) -> Callable[..., Any]:
    """`function`, with `begin` before each call and `end` after it, also after one that raises."""
    if inspect.iscoroutinefunction(function):

        @functools.wraps(function)
        async def measured_coroutine(*args: Any, **kwargs: Any) -> Any:
            tracker = make()
            begin(tracker)
            try:
                return await function(*args, **kwargs)
            finally:
                end(tracker)

        return measured_coroutine

    @functools.wraps(function)
    def measured(*args: Any, **kwargs: Any) -> Any:
        tracker = make()
        begin(tracker)
        try:
            return function(*args, **kwargs)
        finally:
            end(tracker)

    return measured


def track_task_emissions(fn: Optional[Callable[..., Any]] = None, tracker: Any = None, task_name: str = "") -> Any:
    """Measures each call of a function as a task of `tracker`; without one, as the only task of a run of its own."""

    def end(used: Any) -> None:
        used.stop_task()
        if tracker is None:
            used.stop()

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        return _tracked(
            function, lambda: tracker or trackers.EmissionsTracker(), lambda used: used.start_task(task_name), end
        )

    return decorate if fn is None else decorate(fn)


class TaskEmissionsTracker:
    """A block as a task of `tracker`; without one, as the only task of a run of its own."""

    def __init__(self, task_name: str, tracker: Any = None) -> None:
        self.is_default_tracker = tracker is None
        self.tracker = trackers.EmissionsTracker() if tracker is None else tracker
        self.task_name = task_name

    def __enter__(self) -> "TaskEmissionsTracker":
        self.tracker.start_task(self.task_name)
        return self

    def __exit__(self, *_: object) -> None:
        self.tracker.stop_task()
        if self.is_default_tracker:
            self.tracker.stop()


__all__: List[str] = ["TaskEmissionsTracker", "track_emissions", "track_task_emissions"]
