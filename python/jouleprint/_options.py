"""A tracker's arguments: what they may be, and how they are put to the library. Nothing here starts anything."""
from __future__ import annotations

import math
import os
from typing import Any, Mapping, Optional, Sequence, Union

Path = Union[str, "os.PathLike[str]"]
Budget = Union[str, Mapping[str, Any]]

# A zone says what a region says, so that one displaces the other where it was given in a weaker place.
_PLACES = ("zone", "region")


def text(name: str, value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{name} is {_kind(value)}, and must be text")
    if "\0" in value:
        raise ValueError(f"{name} holds a zero byte; leave it out")
    return value


def number(name: str, value: Any) -> float:
    """What counts as a number: int, float, and whatever turns itself into one (numpy, torch); not text, not bool."""
    if isinstance(value, (str, bytes, bool)) or not hasattr(value, "__float__") and not hasattr(value, "__index__"):
        raise TypeError(f"{name} is {_kind(value)}, and must be a number")
    try:
        return float(value)
    except OverflowError:
        return math.copysign(math.inf, value)


def finite(name: str, value: Any) -> float:
    said = number(name, value)
    if not math.isfinite(said):
        raise ValueError(f"{name} is {said}, and must be finite")
    return said


def positive(name: str, value: Any) -> float:
    said = finite(name, value)
    if said <= 0:
        raise ValueError(f"{name} is {said:g}, and must be above 0")
    return said


def not_negative(name: str, value: Any) -> float:
    said = finite(name, value)
    if said < 0:
        raise ValueError(f"{name} is {said:g}, and must be 0 or more")
    return said


def count(name: str, value: Any) -> int:
    """A whole number from 1."""
    if isinstance(value, bool) or not hasattr(value, "__index__"):
        raise TypeError(f"{name} is {_kind(value)}, and must be a whole number")
    said = int(value.__index__())
    if said < 1:
        raise ValueError(f"{name} is {said}, and must be 1 or more")
    return said


def flag(name: str, value: object) -> bool:
    if not isinstance(value, bool):
        raise TypeError(f"{name} is {_kind(value)}, and must be True or False")
    return value


def path(name: str, value: object) -> str:
    if not isinstance(value, (str, os.PathLike)):
        raise TypeError(f"{name} is {_kind(value)}, and must be a path")
    said = os.fspath(value)
    if not isinstance(said, str):
        raise TypeError(f"{name} is bytes, and must be a path as text")
    return text(name, said)


def text_or_number(name: str, value: object) -> Union[str, float]:
    return text(name, value) if isinstance(value, str) else not_negative(name, value)


def kilograms(name: str, value: object) -> Union[str, float, list[float]]:
    if isinstance(value, (list, tuple)):
        return [not_negative(f"{name}[{i}]", one) for i, one in enumerate(value)]
    return text_or_number(name, value)


def tags(name: str, value: object) -> dict[str, str]:
    if not isinstance(value, Mapping):
        raise TypeError(f"{name} is {_kind(value)}, and must be a mapping of names to text")
    return {text(f"a name in {name}", key): tag(f"{name}[{key!r}]", said) for key, said in value.items()}


def tag(name: str, value: object) -> str:
    if not isinstance(value, (str, int, float)):
        raise TypeError(f"{name} is {_kind(value)}, and must be text or a number")
    return text(name, str(value))


def words(name: str, value: object) -> list[str]:
    if isinstance(value, (str, bytes)) or not isinstance(value, Sequence):
        raise TypeError(f"{name} is {_kind(value)}, and must be a list of words")
    return [path(f"{name}[{i}]", word) for i, word in enumerate(value)]


def budgets(name: str, value: object) -> list[dict[str, Any]]:
    several = value if isinstance(value, (list, tuple)) else [value]
    return [_budget(name, one) for one in several]


def _budget(name: str, value: object) -> dict[str, Any]:
    if isinstance(value, Mapping):
        if "limit" not in value:
            raise ValueError(f"{name} has no 'limit'; write {{'limit': '500g', 'confidence': 0.9}}")
        return {**value, "limit": text(f"{name}['limit']", value["limit"])}
    if isinstance(value, str):
        return {"limit": text(name, value)}
    raise TypeError(f"{name} is {_kind(value)}, and must be text as '500g', '2kWh' or '3h', or a list of such")


def intensity(value: Any) -> dict[str, Any]:
    """A number: g/kWh. A path, or several: series files."""
    if isinstance(value, (str, os.PathLike)):
        return {"intensity_series": [path("intensity", value)]}
    if isinstance(value, (list, tuple)):
        return {"intensity_series": [path(f"intensity[{i}]", one) for i, one in enumerate(value)]}
    return {"intensity_g_per_kwh": not_negative("intensity", value)}


def _kind(value: object) -> str:
    return "None" if value is None else f"of type {type(value).__name__}"


# Argument: the library's option, and what checks it.
_PLAIN = {
    "name": ("name", text),
    "project": ("project", text),
    "tags": ("tags", tags),
    "zone": ("zone", text),
    "region": ("region", text),
    "pue": ("pue", positive),
    "wue": ("wue_l_per_kwh", not_negative),
    "interval": ("interval_s", positive),
    "baseline": ("baseline", text_or_number),
    "epochs": ("epochs", count),
    "budget": ("budgets", budgets),
    "cpu_idle_w": ("cpu_idle_w", not_negative),
    "cpu_max_w": ("cpu_max_w", positive),
    "embodied": ("embodied", kilograms),
    "sysroot": ("sysroot", path),
    "store": ("store", path),
    "keep": ("keep", flag),
    "command": ("command", words),
    "group": ("group", text),
}


def checked(arguments: Mapping[str, Any], more: Optional[Mapping[str, Any]]) -> dict[str, Any]:
    """The options that were given (not None), as the library's. TypeError and ValueError name the argument."""
    options: dict[str, Any] = {}
    if more is not None:
        if not isinstance(more, Mapping):
            raise TypeError(f"options is {_kind(more)}, and must be a mapping")
        options.update(more)
    for name, value in arguments.items():
        if value is None:
            continue
        if name == "intensity":
            options.update(intensity(value))
        else:
            option, check = _PLAIN[name]
            options[option] = check(name, value)
    return options


def merged(settings: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """Arguments win over settings."""
    displaced = _PLACES if any(place in given for place in _PLACES) else ()
    return {**{name: value for name, value in settings.items() if name not in displaced}, **given}
