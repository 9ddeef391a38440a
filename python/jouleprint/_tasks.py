"""Tasks lie in one another by where the code stands: each thread and each asyncio task has its own nesting."""
from __future__ import annotations

from contextvars import ContextVar
from types import TracebackType
from typing import TYPE_CHECKING, Any, Optional

from .record import Estimate

if TYPE_CHECKING:
    from ._session import Session

# Of all trackers, outermost first: the session's serial number and the task's.
_open: ContextVar[tuple[tuple[int, int], ...]] = ContextVar("jouleprint_tasks", default=())


def innermost(session: Session) -> int:
    """The task that code here lies in; -1 none."""
    for serial, task in reversed(_open.get()):
        # An asyncio task may outlive the block that it was started in.
        if serial == session.serial and task in session.open_tasks:
            return task
    return -1


class Task:
    """What `with t.task("name") as task:` gives. After the block: `record`, `energy_kwh`, `duration_s`."""

    def __init__(self, tracker: object, session: Session, name: str) -> None:
        self.name = name
        self._tracker = tracker  # which must not be collected while a task of it is open
        self.record: dict[str, Any] = {}
        self._session = session
        self._id = -1

    @property
    def energy_kwh(self) -> Optional[Estimate]:
        """Of the machine during the task; None before its end, and where nothing was measured."""
        return Estimate.read(self.record.get("energy_kwh"))

    @property
    def duration_s(self) -> Optional[float]:
        if not self.record:
            return None
        return float(self.record["end_s"]) - float(self.record["start_s"])

    def __enter__(self) -> Task:
        self._id = begin(self._session, self.name)
        _open.set((*_open.get(), (self._session.serial, self._id)))
        return self

    def __exit__(self, kind: Optional[type[BaseException]], fault: Optional[BaseException],
                 trace: Optional[TracebackType]) -> None:
        # Not reset by token: a generator's block may end in another context than it began in.
        _open.set(tuple(one for one in _open.get() if one != (self._session.serial, self._id)))
        if self._id in self._session.open_tasks and not self._session.stopped:
            self.record = end(self._session, self._id)

    def __repr__(self) -> str:
        return f"<jouleprint task {self.name!r}>"


def begin(session: Session, name: str) -> int:
    parent = innermost(session)
    task = session.call(lambda lib, handle: lib.tracker_begin_task(handle, name, parent), -1)
    if task >= 0:
        session.open_tasks.add(task)
    return task


def end(session: Session, task: int) -> dict[str, Any]:
    session.open_tasks.discard(task)
    if task < 0:
        return {}
    return session.ask(lambda lib, handle: lib.tracker_end_task(handle, task))
