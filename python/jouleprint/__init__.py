"""Energy and carbon of what a Python program does, each figure with its interval and what it rests on.

    import jouleprint

    with jouleprint.track("train", zone="FR") as t:
        for epoch in range(10):
            train()
            t.epoch()
    print(t.record.energy_kwh, t.record.emissions_gco2e)

Importing this module loads nothing: everything below is fetched when it is first used. The manual is docs/python.md.
"""
from __future__ import annotations

TYPE_CHECKING = False  # typing's own costs an import; type checkers know this one by its name as well
if TYPE_CHECKING:
    from . import callbacks as callbacks
    from . import carbontracker as carbontracker
    from . import codecarbon as codecarbon
    from ._errors import BudgetExceeded as BudgetExceeded
    from ._errors import JouleprintError as JouleprintError
    from ._errors import JouleprintWarning as JouleprintWarning
    from ._errors import NotMeasurableError as NotMeasurableError
    from ._errors import UsageError as UsageError
    from .record import Estimate as Estimate
    from .record import Prediction as Prediction
    from .record import Record as Record
    from .record import predict as predict
    from .tracker import Tracker as Tracker
    from .tracker import track as track

    __version__: str

_HOMES = {
    "BudgetExceeded": "_errors",
    "Estimate": "record",
    "JouleprintError": "_errors",
    "JouleprintWarning": "_errors",
    "NotMeasurableError": "_errors",
    "Prediction": "record",
    "Record": "record",
    "Tracker": "tracker",
    "UsageError": "_errors",
    "predict": "record",
    "track": "tracker",
}
_SUBMODULES = ("callbacks", "carbontracker", "codecarbon")

__all__ = ["__version__", *_HOMES, *_SUBMODULES]


def __getattr__(name: str) -> object:
    # PEP 562. What was fetched is kept, so that this runs once for each name.
    from importlib import import_module

    value: object
    if name in _HOMES:
        value = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    elif name in _SUBMODULES:
        value = import_module(f"{__name__}.{name}")
    elif name == "__version__":
        value = _version()
    else:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    globals()[name] = value
    return value


def _version() -> str:
    # Asked of the library, which has it from the file VERSION. Who looks at all modules' versions must not fall
    # over a library that cannot be loaded.
    from ._errors import JouleprintError
    from ._library import library

    try:
        return library().version()
    except JouleprintError as fault:
        raise AttributeError(str(fault)) from fault


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
