"""Classes whose base belongs to a framework that is not imported before the first instance is made."""
from __future__ import annotations

import sys
from importlib import import_module
from typing import Any, Callable, Sequence

from .._errors import JouleprintError


# One class for each set of bases, so that two instances are of the same.
_made: dict[tuple[type, tuple[type, ...]], type] = {}


class LateBase:
    """A class that becomes a subclass of its framework's when an instance is made.

    `_homes` names the modules that may hold the framework's class, and `_base` that class. Where several of them have
    been imported (lightning.pytorch and pytorch_lightning are two packages with two classes of one kind), the instance
    is of all; where none has, the first that can be imported is. JouleprintError: none can.
    """

    _homes: Sequence[str] = ()
    _base = ""

    def __new__(cls, *_: Any, **__: Any) -> Any:
        return super().__new__(_bound(cls))

    def __reduce_ex__(self, _: Any) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        # The bound class stands in no module, so that pickle would not find it.
        own = next(one for one in type(self).__mro__ if not one.__dict__.get("_is_bound", False))
        return _rebuilt, (own, self.__getstate__())

    def __getstate__(self) -> dict[str, Any]:
        return dict(self.__dict__)


def _rebuilt(cls: type[LateBase], state: dict[str, Any]) -> LateBase:
    instance: LateBase = cls.__new__(cls)
    instance.__dict__.update(state)
    return instance


def _bound(cls: type[LateBase]) -> type[LateBase]:
    loaded = [getattr(sys.modules[home], cls._base) for home in cls._homes if hasattr(sys.modules.get(home), cls._base)]
    return _with_bases(cls, tuple(dict.fromkeys(loaded or [_imported(cls)])))


def _imported(cls: type[LateBase]) -> type:
    faults = []
    for home in cls._homes:
        try:
            base: type = getattr(import_module(home), cls._base)
            return base
        except (ImportError, AttributeError) as fault:
            faults.append(str(fault))
    package = cls._homes[0].split(".", 1)[0]
    raise JouleprintError(f"{cls.__module__} needs {package}, which cannot be imported: {'; '.join(faults)}. "
                          f"Install it, or measure with jouleprint.track")


def _with_bases(cls: type[LateBase], bases: tuple[type, ...]) -> type[LateBase]:
    missing = tuple(base for base in bases if not issubclass(cls, base))
    if not missing:
        return cls
    if (cls, missing) not in _made:
        body = {"__module__": cls.__module__, "__qualname__": cls.__qualname__, "__doc__": cls.__doc__,
                "_is_bound": True}
        _made[cls, missing] = type(cls.__name__, (cls, *missing), body)
    return _made[cls, missing]
