"""Calls a function every so often, on a thread of its own, until it is stopped."""

import threading
from typing import Callable


class Ticker:
    """The thread is a daemon: it never keeps the interpreter from ending. The function must not raise."""

    def __init__(self, interval_s: float, function: Callable[[], None]) -> None:
        self._interval_s = interval_s
        self._function = function
        self._stopped = threading.Event()
        threading.Thread(target=self._run, name="jouleprint-codecarbon", daemon=True).start()

    def _run(self) -> None:
        while not self._stopped.wait(self._interval_s):
            self._function()

    def stop(self) -> None:
        """Returns at once; a call that has begun ends by itself."""
        self._stopped.set()
