"""The three logs of a tracker, and what it says on the screen, in the shapes that carbontracker's parser and report
read.

A log that cannot be written is given up with one warning. Any function may be called from any thread.
"""
from __future__ import annotations

import os
import random
import sys
import threading
import time
from typing import IO, Dict, Optional

from .._errors import warn_once

_SAYS = "CarbonTracker: "


class Logs:
    def __init__(self, log_dir: Optional[str], prefix: str, verbose: int) -> None:
        """`log_dir` None: no files. `verbose` 0: nothing on the screen but errors."""
        self._verbose = verbose
        self._lock = threading.Lock()
        self._files: Dict[str, IO[str]] = {}
        self._stem: Optional[str] = None
        if log_dir is None:
            return
        # carbontracker's own names: local time, whatever the Z says.
        run = f"{os.getpid()}.{random.randint(1, 999999)}_{time.strftime('%Y-%m-%dT%H%M%SZ')}"
        self._stem = os.path.join(log_dir, f"{prefix}_{run}" if prefix else run)
        try:
            os.makedirs(log_dir, exist_ok=True)
        except OSError as fault:
            self._give_up(fault)

    def info(self, message: str) -> None:
        """Into the standard log."""
        self._write("_carbontracker.log", f"{_now()} - {message}")

    def output(self, message: str) -> None:
        """Into the output log, and on the screen."""
        self._write("_carbontracker_output.log", f"{_now()} - {_SAYS}{message}")
        if self._verbose > 0:
            self._print(_SAYS + message)

    def error(self, message: str, level: str = "WARNING") -> None:
        """Into the error log, and on the screen."""
        thread = threading.current_thread().name
        milliseconds = int(time.time() * 1000) % 1000
        self._write("_carbontracker_err.log", f"{_now()},{milliseconds:03d} - {thread} - {level} - {message}")
        self._print(f"{_SAYS}{level} - {message}", sys.stderr)

    def close(self) -> None:
        with self._lock:
            for file in self._files.values():
                file.close()
            self._files.clear()

    def _write(self, end: str, line: str) -> None:
        if self._stem is None:
            return
        try:
            with self._lock:
                file = self._files.get(end)
                if file is None:
                    file = open(self._stem + end, "a", encoding="utf-8", errors="replace", buffering=1)
                    self._files[end] = file
                file.write(line + "\n")
        except (OSError, ValueError) as fault:
            self._give_up(fault)

    def _give_up(self, fault: Exception) -> None:
        self._stem = None
        warn_once(f"carbontracker's logs cannot be written: {fault}. Name a folder that can be written to in log_dir")

    @staticmethod
    def _print(text: str, to: Optional[IO[str]] = None) -> None:
        try:
            print(text, file=to if to is not None else sys.stdout, flush=True)
        except (AttributeError, OSError, ValueError):
            return  # a service or a GUI may have no such stream


def _now() -> str:
    return time.strftime("%Y-%m-%d %H:%M:%S")
