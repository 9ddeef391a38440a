"""The only file that knows the C ABI (include/jouleprint/capi.h): finds libjouleprint-c.so, loads it by ctypes on first
use, and offers its functions with Python's types. What is not JP_OK becomes an exception of _errors.py.

Any function may be called from any thread. ctypes lets other threads run meanwhile.
"""
from __future__ import annotations

import ctypes
import json
import os
import sys
from typing import Any, Mapping, Optional, Sequence

from ._errors import ForkedError, JouleprintError, NotMeasurableError, UsageError

ABI_VERSION = 1
FILE_NAME = "libjouleprint-c.so"

_ERRORS = {1: UsageError, 2: NotMeasurableError, 3: JouleprintError, 4: ForkedError}

# A function's arguments by letters: t text, h tracker (handle), d double, i int32, I int64. `*`: an answer as text
# behind them; `#`: an int64. All of these give back a status.
_SIGNATURES = {
    "jp_settings": "t*",
    "jp_tracker_begin_epoch": "h",
    "jp_tracker_end_epoch": "hIi*",
    "jp_tracker_begin_task": "htI#",
    "jp_tracker_end_task": "hI*",
    "jp_tracker_log": "htd",
    "jp_tracker_tag": "htt",
    "jp_tracker_snapshot": "h*",
    "jp_tracker_predict": "hI*",
    "jp_tracker_notices": "h*",
    "jp_tracker_stop": "h*",
    "jp_tracker_kept": "h*",
    "jp_predict": "tI*",
    "jp_render": "tt*",
    "jp_zone": "t*",
    "jp_host": "t*",
    "jp_store_save": "tt",
    "jp_store_find": "tt*",
    "jp_store_list": "ttI*",
    "jp_merge": "t*",
}
_TYPES: Mapping[str, Any] = {
    "t": ctypes.c_char_p,
    "h": ctypes.c_void_p,
    "d": ctypes.c_double,
    "i": ctypes.c_int32,
    "I": ctypes.c_int64,
    "*": ctypes.POINTER(ctypes.c_void_p),
    "#": ctypes.POINTER(ctypes.c_int64),
}


def _bytes(text: Optional[str]) -> Optional[bytes]:
    # A name that came from an undecodable file name must not end a run.
    return None if text is None else text.encode("utf-8", "replace")


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "replace")


class Library:
    """libjouleprint-c.so. A tracker is the address that tracker_start() gave."""

    def __init__(self, path: str) -> None:
        try:
            self._c = ctypes.CDLL(path)
            abi = int(self._c.jp_abi_version())
        except (OSError, AttributeError) as fault:
            raise JouleprintError(
                f"{path} cannot be loaded: {fault}. Install the package on this machine with 'pip install .', or name "
                f"a {FILE_NAME} in JOULEPRINT_LIBRARY"
            ) from fault
        if abi != ABI_VERSION:
            raise JouleprintError(
                f"{path} has ABI {abi} and this package needs {ABI_VERSION}. Install package and library together"
            )
        self.path = path
        self._declare()

    def _declare(self) -> None:
        for name, letters in _SIGNATURES.items():
            function = getattr(self._c, name)
            function.argtypes = [_TYPES[letter] for letter in letters]
            function.restype = ctypes.c_int
        self._c.jp_tracker_start.argtypes = [ctypes.c_char_p, ctypes.POINTER(ctypes.c_void_p)]
        self._c.jp_tracker_start.restype = ctypes.c_int
        for name in ("jp_free", "jp_tracker_free"):
            getattr(self._c, name).argtypes = [ctypes.c_void_p]
            getattr(self._c, name).restype = None
        for name in ("jp_last_error", "jp_version"):
            getattr(self._c, name).argtypes = []
            getattr(self._c, name).restype = ctypes.c_char_p

    def _check(self, status: int) -> None:
        if status == 0:
            return
        said = (self._c.jp_last_error() or b"").decode("utf-8", "replace")
        raise _ERRORS.get(status, JouleprintError)(said or f"the library answered with status {status}")

    def _do(self, name: str, *arguments: Any) -> None:
        self._check(getattr(self._c, name)(*arguments))

    def _text(self, name: str, *arguments: Any) -> str:
        answer = ctypes.c_void_p()
        self._check(getattr(self._c, name)(*arguments, ctypes.byref(answer)))
        try:
            return ctypes.string_at(answer.value or 0).decode("utf-8", "replace") if answer.value else ""
        finally:
            self._c.jp_free(answer)

    def _answer(self, name: str, *arguments: Any) -> Any:
        text = self._text(name, *arguments)
        return json.loads(text) if text else None

    def version(self) -> str:
        return str((self._c.jp_version() or b"").decode("ascii", "replace"))

    def settings(self, file: Optional[str] = None) -> dict[str, Any]:
        """JOULEPRINT_* variables and the configuration file, as options of tracker_start()."""
        return dict(self._answer("jp_settings", _bytes(file)) or {})

    def tracker_start(self, options: Mapping[str, Any]) -> int:
        tracker = ctypes.c_void_p()
        self._do("jp_tracker_start", _json(options), ctypes.byref(tracker))
        return int(tracker.value or 0)

    def tracker_begin_epoch(self, tracker: int) -> None:
        self._do("jp_tracker_begin_epoch", tracker)

    def tracker_end_epoch(self, tracker: int, number: int, evaluation: bool) -> dict[str, Any]:
        return dict(self._answer("jp_tracker_end_epoch", tracker, number, int(evaluation)) or {})

    def tracker_begin_task(self, tracker: int, name: str, parent: int) -> int:
        task = ctypes.c_int64(-1)
        self._do("jp_tracker_begin_task", tracker, _bytes(name), parent, ctypes.byref(task))
        return int(task.value)

    def tracker_end_task(self, tracker: int, task: int) -> dict[str, Any]:
        return dict(self._answer("jp_tracker_end_task", tracker, task) or {})

    def tracker_log(self, tracker: int, metric: str, value: float) -> None:
        self._do("jp_tracker_log", tracker, _bytes(metric), value)

    def tracker_tag(self, tracker: int, name: str, value: str) -> None:
        self._do("jp_tracker_tag", tracker, _bytes(name), _bytes(value))

    def tracker_snapshot(self, tracker: int) -> dict[str, Any]:
        return dict(self._answer("jp_tracker_snapshot", tracker) or {})

    def tracker_predict(self, tracker: int, epochs: int) -> dict[str, Any]:
        return dict(self._answer("jp_tracker_predict", tracker, epochs) or {})

    def tracker_notices(self, tracker: int) -> list[str]:
        text = self._text("jp_tracker_notices", tracker)
        return [] if text in ("", "[]") else list(json.loads(text))

    def tracker_stop(self, tracker: int) -> dict[str, Any]:
        return dict(self._answer("jp_tracker_stop", tracker) or {})

    def tracker_kept(self, tracker: int) -> Optional[str]:
        path = (self._answer("jp_tracker_kept", tracker) or {}).get("path")
        return str(path) if path else None

    def tracker_free(self, tracker: int) -> None:
        self._c.jp_tracker_free(tracker)

    def predict(self, units: Sequence[Mapping[str, Any]], total_epochs: int) -> dict[str, Any]:
        return dict(self._answer("jp_predict", _json(list(units)), total_epochs) or {})

    def render(self, record: Mapping[str, Any], form: str) -> str:
        return self._text("jp_render", _json(record), _bytes(form))

    def zone(self, name: str) -> dict[str, Any]:
        return dict(self._answer("jp_zone", _bytes(name)) or {})

    def host(self, options: Optional[Mapping[str, Any]] = None) -> dict[str, Any]:
        return dict(self._answer("jp_host", _json(options or {})) or {})

    def store_save(self, path: Optional[str], record: Mapping[str, Any]) -> None:
        self._do("jp_store_save", _bytes(path), _json(record))

    def store_find(self, path: Optional[str], name: str) -> dict[str, Any]:
        return dict(self._answer("jp_store_find", _bytes(path), _bytes(name)) or {})

    def store_list(self, path: Optional[str], project: Optional[str] = None, limit: int = 0) -> list[dict[str, Any]]:
        return list((self._answer("jp_store_list", _bytes(path), _bytes(project), limit) or {}).get("runs", []))

    def merge(self, records: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        return dict(self._answer("jp_merge", _json(list(records))) or {})


_loaded: dict[str, Library] = {}


def _path() -> str:
    # Beside this file; where the package is installed to be edited, only the library is among the installed files.
    beside = os.path.join(os.path.dirname(os.path.abspath(__file__)), FILE_NAME)
    installed = (os.path.join(folder, "jouleprint", FILE_NAME) for folder in sys.path)
    return next((path for path in (beside, *installed) if os.path.exists(path)), beside)


def library() -> Library:
    """The library, loaded once. JouleprintError: there is none, or it cannot be loaded."""
    path = os.environ.get("JOULEPRINT_LIBRARY") or _path()
    if path not in _loaded:
        # Two threads may both load it: the system gives both the same.
        _loaded[path] = Library(path)
    return _loaded[path]
