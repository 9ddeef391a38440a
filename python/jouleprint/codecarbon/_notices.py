"""Sentences that are said once per process, on the logger `codecarbon`."""

import threading
from typing import Set

from .external.logger import logger

_lock = threading.Lock()
_said: Set[str] = set()


def warn_once(what: str, sentence: str) -> None:
    """Warns that `what` (an option, an output) is `sentence`, the first time only."""
    with _lock:
        if what in _said:
            return
        _said.add(what)
    logger.warning("%s: %s", what, sentence)


def forget() -> None:
    """Lets all be said again."""
    with _lock:
        _said.clear()
