"""One measurement between start and stop: the library's tracker, the process that it belongs to, and its end.

A Tracker has one; whatever ends first ends it: stop(), the block, the garbage collector, or the interpreter's exit.
Calls in a process that was forked off do nothing, without touching a lock that a thread of the parent may hold.
"""
from __future__ import annotations

import atexit
import itertools
import os
import sys
import threading
from typing import Any, Callable, Mapping, Optional, TypeVar

from . import _words
from ._errors import ForkedError, JouleprintError, UsageError, say, warn, warn_once
from ._library import Library, library
from ._options import merged
from .record import Record

T = TypeVar("T")

_FOREIGN_PID = -1
_serials = itertools.count()
_running: set[Session] = set()


class Session:
    def __init__(self, lib: Optional[Library], handle: int, quiet: bool, reason: str = "") -> None:
        """`handle` 0: nothing is measured, for `reason`."""
        self.serial = next(_serials)
        self.open_tasks: set[int] = set()
        self._lib = lib
        self._handle = handle
        self._quiet = quiet
        self._reason = reason
        self._pid = os.getpid()
        self._stopping = False
        self._final: Optional[Record] = None
        # A signal's handler may stop a tracker whose stop() it interrupts.
        self._lock = threading.RLock()
        _running.add(self)

    @classmethod
    def start(cls, given: Mapping[str, Any], quiet: bool, strict: bool) -> Session:
        """UsageError: an option makes no sense. What else goes wrong is raised where `strict`, else warned of."""
        try:
            lib = library()
            options = {"command": _command_line(), **merged(lib.settings(), given)}
            return cls(lib, _start(lib, options, strict), quiet)
        except UsageError:
            raise
        except JouleprintError as fault:
            if strict:
                raise
            warn_once(f"nothing is measured: {fault}")
            return cls(None, 0, quiet, str(fault))

    @classmethod
    def elsewhere(cls) -> Session:
        """What a copy of a tracker has that another process, or the original, runs."""
        session = cls(None, 0, True)
        session._pid = _FOREIGN_PID
        _running.discard(session)
        return session

    @property
    def foreign(self) -> bool:
        return self._pid != os.getpid()

    @property
    def stopped(self) -> bool:
        return self._final is not None

    @property
    def measures(self) -> bool:
        return self._handle != 0 and self._final is None and not self.foreign

    def call(self, function: Callable[[Library, int], T], otherwise: T) -> T:
        """Asks the library. A measuring fault becomes a warning and `otherwise`; UsageError is the caller's."""
        if self.foreign or self._handle == 0 or self._lib is None:
            return otherwise
        if self._final is not None:
            warn_once("a tracker was used after its stop(); such calls do nothing")
            return otherwise
        try:
            return function(self._lib, self._handle)
        except ForkedError:
            return otherwise
        except JouleprintError as fault:
            # Another thread may have stopped it meanwhile, which is nobody's mistake.
            if self._stopping:
                return otherwise
            if isinstance(fault, UsageError):
                raise
            warn(str(fault))
            return otherwise

    def ask(self, function: Callable[[Library, int], dict[str, Any]]) -> dict[str, Any]:
        """call(), of what answers with an object; {} where there is no answer."""
        nothing: dict[str, Any] = {}
        return self.call(function, nothing)

    def notices(self) -> list[str]:
        """Sentences for a person since the last call."""
        return self.call(lambda lib, handle: lib.tracker_notices(handle), [])

    def say(self, message: str) -> None:
        if not self._quiet:
            say(message)

    def _nothing(self) -> Record:
        if self.foreign:
            return Record(reason="this tracker belongs to another process, which goes on measuring")
        return Record(reason=self._reason)

    def record(self) -> Record:
        """As if it ended now; after the end, the record."""
        if self._final is not None:
            return self._final
        data = self.ask(lambda lib, handle: lib.tracker_snapshot(handle))
        return Record(data) if data else self._nothing()

    def stop(self) -> Record:
        if self.foreign:
            return self._nothing()
        with self._lock:
            if self._final is not None:
                return self._final
            self._stopping = True
            final, kept = self._end()
            self._final = final
        _running.discard(self)
        self._tell(final, kept)
        return final

    def _end(self) -> tuple[Record, Optional[str]]:
        lib, handle = self._lib, self._handle
        if lib is None or handle == 0:
            return self._nothing(), None
        try:
            record = Record(lib.tracker_stop(handle))
            for notice in lib.tracker_notices(handle):
                self.say(notice)
            return record, lib.tracker_kept(handle)
        except JouleprintError as fault:
            warn(f"the record may be incomplete: {fault}")
        try:
            return Record(lib.tracker_snapshot(handle)), None
        except JouleprintError as fault:
            return Record(reason=str(fault)), None

    def _tell(self, record: Record, kept: Optional[str]) -> None:
        # Of several ranks on a machine one speaks.
        rank = record.data.get("rank") or {}
        if record and rank.get("measures_node", True):
            where = f"; kept as {record.run_id}" if kept else ""
            self.say(_words.record_line(record) + where)

    @property
    def kept(self) -> Optional[str]:
        if self._lib is None or self._handle == 0 or self.foreign:
            return None
        return self._lib.tracker_kept(self._handle)

    def collect(self) -> None:
        """Its tracker is gone, so nobody can call any more: the end, and the library's memory back."""
        if self.foreign:
            return
        self.stop()
        if self._lib is not None and self._handle != 0:
            self._lib.tracker_free(self._handle)
            self._handle = 0


def _command_line() -> list[str]:
    # Python 3.9 does not know what it was called with; an embedded interpreter may have been called with nothing.
    said: list[str] = getattr(sys, "orig_argv", None) or [sys.executable or "python", *getattr(sys, "argv", [])]
    return list(said)


def _start(lib: Library, options: dict[str, Any], strict: bool) -> int:
    try:
        return lib.tracker_start(options)
    except JouleprintError as fault:
        if strict or not options.get("keep", True):
            raise
        # A record that cannot be kept is better than none; where it was not the store, this is refused as well.
        try:
            tracker = lib.tracker_start({**options, "keep": False})
        except JouleprintError:
            raise fault from None
        warn(f"the record will not be kept: {fault}")
        return tracker


def _stop_all() -> None:
    # A daemon thread may still be calling, so nothing is freed here.
    for session in list(_running):
        try:
            session.stop()
        except Exception as fault:  # the others' records must be kept whatever happens to this one
            say(f"a run could not be ended: {fault}")


atexit.register(_stop_all)
