"""What jouleprint raises and warns of. Each message is a sentence or two that name what is wrong and the remedy."""
from __future__ import annotations

import os
import sys


class JouleprintError(Exception):
    """Anything that jouleprint raises."""


class UsageError(JouleprintError, ValueError):
    """A value that makes no sense: an unknown zone, a task that was never begun."""


class NotMeasurableError(JouleprintError):
    """Nothing can be measured here, or it is not permitted. Raised with strict=True only."""


class ForkedError(JouleprintError):
    """The tracker is another process's. Never seen by users: calls then do nothing."""


class BudgetExceeded(JouleprintError):
    """A budget is or will be passed, and on_budget="stop" was asked for.

    `budget`: its entry in the run record (unit, limit, confidence, state).
    """

    def __init__(self, message: str, budget: dict[str, object] | None = None) -> None:
        super().__init__(message)
        self.budget = budget if budget is not None else {}

    def __reduce__(self) -> tuple[type[BudgetExceeded], tuple[str, dict[str, object]]]:
        return type(self), (str(self), self.budget)


class JouleprintWarning(UserWarning):
    """Something could not be measured or kept; the program goes on as if nobody measured."""


_PACKAGE = os.path.dirname(os.path.abspath(__file__)) + os.sep


def warn(message: str) -> None:
    """A JouleprintWarning at the caller's line; printed where warnings are made errors: measuring breaks nothing."""
    import warnings

    level = 2
    frame = sys._getframe(1)
    while frame.f_back is not None and os.path.abspath(frame.f_code.co_filename).startswith(_PACKAGE):
        frame = frame.f_back
        level += 1
    try:
        warnings.warn(message, JouleprintWarning, stacklevel=level)
    except JouleprintWarning:
        say(message)


_told: set[str] = set()


def warn_once(message: str) -> None:
    """As warn(), but the same sentence once in a process."""
    if message not in _told:
        _told.add(message)
        warn(message)


def say(message: str) -> None:
    """One line on standard error, where there is one (a service or a GUI may have none)."""
    if sys.stderr is None:  # print() would take standard output for it
        return
    try:
        print(f"jouleprint: {message}", file=sys.stderr, flush=True)
    except (OSError, ValueError):
        return
