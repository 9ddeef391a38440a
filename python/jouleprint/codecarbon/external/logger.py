"""The logger `codecarbon`, by which users quieten the tracker or send its lines elsewhere.

Nothing is set up at import; the first tracker gives the logger a handler to standard error and a level, unless the user
has disabled it.
"""

import logging
from typing import Optional, Union

logger = logging.getLogger("codecarbon")

_LEVELS = ("CRITICAL", "FATAL", "ERROR", "WARN", "WARNING", "INFO", "DEBUG", "NOTSET")


class _OwnHandler(logging.StreamHandler):  # type: ignore[type-arg]
    """Told apart from handlers that users add, which stay."""


def set_logger_format(custom_preamble: Optional[str] = "") -> None:
    """Lines like `[codecarbon WARNING @ 09:30:00][preamble] message` on standard error."""
    preamble = f"[{custom_preamble}]".replace("%", "%%") if custom_preamble else ""
    handler = _OwnHandler()
    handler.setFormatter(logging.Formatter(f"[%(name)s %(levelname)s @ %(asctime)s]{preamble} %(message)s", "%H:%M:%S"))
    logger.handlers = [other for other in logger.handlers if not isinstance(other, _OwnHandler)] + [handler]
    logger.propagate = False


def set_logger_level(level: Optional[Union[int, str]] = None) -> None:
    """By name (any case) or number; what is neither leaves the level as it is and says so."""
    level = "INFO" if level is None else level
    name = level.upper() if isinstance(level, str) else level
    if name in _LEVELS or (isinstance(name, int) and not isinstance(name, bool) and 0 <= name <= logging.CRITICAL):
        logger.setLevel(name)
    else:
        logger.error("log_level is %r, which is no level of Python's logging; it stays as it is", level)
