"""What a tracker does when the library says that a budget is or will be passed."""
from __future__ import annotations

from typing import TYPE_CHECKING, Any, Callable, Union

from ._errors import BudgetExceeded, say

if TYPE_CHECKING:
    from ._session import Session

OnBudget = Union[str, Callable[[str], object]]
_KEPT = "kept"


def checked(on_budget: object) -> OnBudget:
    if isinstance(on_budget, str):
        if on_budget not in ("warn", "stop"):
            raise ValueError(f"on_budget is {on_budget!r}, and must be 'warn', 'stop' or a function of the notice")
        return on_budget
    if not callable(on_budget):
        raise TypeError(f"on_budget is of type {type(on_budget).__name__}, and must be 'warn', 'stop' or a function")
    return on_budget


class Watch:
    """Acts once for each budget. Looked at from epoch() and log(); one look at a time matters, others find nothing new.
    """

    def __init__(self, on_budget: OnBudget) -> None:
        self._on_budget = on_budget
        self._acted: set[int] = set()

    def look(self, session: Session) -> None:
        """BudgetExceeded: a budget has turned since the last look, and "stop" was asked for."""
        notices = session.notices()
        if not notices:
            return
        turned = self._turned(session)
        if not turned:
            for notice in notices:
                session.say(notice)
            return
        message = " ".join(notices)
        if self._on_budget == "stop":
            raise BudgetExceeded(message, turned)
        if callable(self._on_budget):
            self._on_budget(message)
        else:
            say(message)  # asked for by whoever set a budget, so said to the quiet as well

    def _turned(self, session: Session) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for i, budget in enumerate(session.record().data.get("budgets", [])):
            if budget.get("state") != _KEPT and i not in self._acted:
                self._acted.add(i)
                found = found or dict(budget)
        return found
