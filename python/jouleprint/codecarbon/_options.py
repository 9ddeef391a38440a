"""The options of CodeCarbon's trackers: their defaults, types, and which of them have no use here.

An option comes from the constructor, else from the configuration (core/config.py), else it has its default. Text from
the configuration is converted; what cannot be is left out with an error line, as there. A value of the wrong type in
the constructor raises at once, with the option's name. None stands for "not given".
"""

import math
from typing import Any, Callable, Dict, List, Mapping, NamedTuple, Optional, Tuple

from ._notices import warn_once
from .core.config import parse_gpu_ids
from .external.logger import logger
from .output_methods.base_output import OutputMethod


class _Unset:
    """Not given, which None may also say; its own type so that signatures show it by name."""

    def __repr__(self) -> str:
        return "UNSET"

    def __bool__(self) -> bool:
        return False


UNSET: Any = _Unset()


def _same(value: Any) -> Any:
    return value


def _text(value: Any) -> str:
    if isinstance(value, (bytes, list, tuple, dict, set)):
        raise TypeError("it must be text")
    return str(value)


def _flag(value: Any) -> bool:
    return value if isinstance(value, bool) else str(value).strip().lower() in ("true", "1", "yes", "on")


def _number(value: Any) -> float:
    number = float(value)
    if not math.isfinite(number):
        raise ValueError("it must be a finite number")
    return number


def _positive(value: Any) -> float:
    if _number(value) <= 0:
        raise ValueError("it must be above 0")
    return _number(value)


def _not_negative(value: Any) -> float:
    if _number(value) < 0:
        raise ValueError("it must be 0 or more")
    return _number(value)


def _pue(value: Any) -> float:
    if _number(value) < 1:
        raise ValueError("it must be 1 or more: all that the site uses over what its computers use")
    return _number(value)


def _one_of(*names: str) -> Callable[[Any], str]:
    def convert(value: Any) -> str:
        if value not in names:
            raise ValueError(f"it may be {' or '.join(map(repr, names))}")
        return str(value)

    return convert


def _methods(value: Any) -> List[OutputMethod]:
    names = [name.strip() for name in value.split(",") if name.strip()] if isinstance(value, str) else list(value)
    return [OutputMethod(name.lower() if isinstance(name, str) else name) for name in names]


def _handlers(value: Any) -> List[Any]:
    if isinstance(value, str):
        raise TypeError("it must be a list of objects with a method 'out'")
    return list(value)


class Option(NamedTuple):
    """One option. `unused`: the sentence, said once, where a person sets what has no use here."""

    name: str
    default: Any
    convert: Callable[[Any], Any] = _text
    unused: str = ""


_NO_SERVICE = "results are not sent to CodeCarbon's service; this has no effect"

OPTIONS: Tuple[Option, ...] = (
    Option("project_name", "codecarbon"),
    Option("measure_power_secs", 15.0, _positive),
    Option("api_call_interval", 8, int),
    Option("api_endpoint", "https://api.codecarbon.io", _text, _NO_SERVICE),
    Option("api_key", "api_key", _text, _NO_SERVICE),
    Option("output_dir", "."),
    Option("output_file", "emissions.csv"),
    Option("output_methods", None, _methods),
    Option("save_to_file", True, _flag),
    Option("save_to_api", False, _flag),
    Option("save_to_logger", False, _flag),
    Option("logging_logger", None, _same),
    Option("save_to_prometheus", False, _flag),
    Option("save_to_logfire", False, _flag),
    Option("prometheus_url", "localhost:9091"),
    Option("output_handlers", (), _handlers),
    Option("gpu_ids", None, parse_gpu_ids),
    Option("emissions_endpoint", None),
    Option("experiment_id", "5b0fa12a-3dd7-45bb-9766-cc326314d9f1"),
    Option("experiment_name", "base"),
    Option("electricitymaps_api_token", None),
    Option("co2_signal_api_token", None),
    Option("tracking_mode", "machine", _one_of("machine", "process")),
    Option("log_level", "info", _same),
    Option("on_csv_write", "append", _one_of("append", "update")),
    Option("logger_preamble", ""),
    Option("force_cpu_power", None, _positive),
    Option("force_ram_power", None, _not_negative),
    Option("pue", 1.0, _pue),
    Option("wue", 0.0, _not_negative),
    Option("force_carbon_intensity_g_co2e_kwh", None, _not_negative),
    Option(
        "force_mode_cpu_load",
        False,
        _flag,
        "a counter of energy is read wherever there is one, and a model of the load stands in only where there is none",
    ),
    Option("allow_multiple_runs", True, _flag),
    Option(
        "rapl_include_dram",
        False,
        _flag,
        "memory's counter is read wherever there is one, and stands in ram_energy instead of an estimate",
    ),
    Option("rapl_prefer_psys", False, _flag),
    Option("metadata", None, _same),
)

OFFLINE_OPTIONS: Tuple[Option, ...] = (
    Option("country_iso_code", None),
    Option("region", None),
    Option("cloud_provider", None),
    Option("cloud_region", None),
    Option("country_2letter_iso_code", None),
)

_SAVE_FLAGS = {
    "save_to_file": OutputMethod.CSV,
    "save_to_api": OutputMethod.API,
    "save_to_logger": OutputMethod.LOGGER,
    "save_to_prometheus": OutputMethod.PROMETHEUS,
    "save_to_logfire": OutputMethod.LOGFIRE,
}


def resolve(given: Mapping[str, Any], configured: Mapping[str, str]) -> Dict[str, Any]:
    """All options by name. Raises TypeError or ValueError, with the option's name, for what `given` has wrong."""
    values = {option.name: _value(option, given, configured) for option in OPTIONS + OFFLINE_OPTIONS}
    values["output_methods"] = _resolved_methods(values, given)
    if values["electricitymaps_api_token"] is None and values["co2_signal_api_token"] is not None:
        warn_once("co2_signal_api_token", "this name is old; write electricitymaps_api_token")
        values["electricitymaps_api_token"] = values["co2_signal_api_token"]
    return values


def _value(option: Option, given: Mapping[str, Any], configured: Mapping[str, str]) -> Any:
    value = given.get(option.name, UNSET)
    if value is not UNSET and value is not None:
        result = _from_code(option, value)
    elif value is UNSET and option.name in configured:
        result = _from_configuration(option, configured[option.name])
    else:
        result = list(option.default) if isinstance(option.default, tuple) else option.default
    if option.unused and result != option.default:
        warn_once(option.name, option.unused)
    return result


def _from_code(option: Option, value: Any) -> Any:
    try:
        return option.convert(value)
    except (TypeError, ValueError) as error:
        if option.name == "force_carbon_intensity_g_co2e_kwh":  # there too a wrong one does not end the program
            logger.warning("%s is %r: %s; the grid's own intensity is taken", option.name, value, error)
            return option.default
        raise type(error)(f"{option.name} is {value!r}: {error}") from None


def _from_configuration(option: Option, text: str) -> Any:
    try:
        return option.convert(text)
    except (TypeError, ValueError) as error:
        logger.error("%s is %r in the configuration: %s; it is left out", option.name, text, error)
        return option.default


def _resolved_methods(values: Mapping[str, Any], given: Mapping[str, Any]) -> List[OutputMethod]:
    """output_methods, else what the old save_to_* flags say."""
    if any(given.get(flag, UNSET) is not UNSET for flag in _SAVE_FLAGS):
        import warnings

        warnings.warn(
            "the save_to_* options are old; write output_methods=[OutputMethod.CSV, ...]", DeprecationWarning, 5
        )
    methods: Optional[List[OutputMethod]] = values["output_methods"]
    return methods if methods is not None else [method for flag, method in _SAVE_FLAGS.items() if values[flag]]
