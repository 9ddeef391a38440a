"""The outputs of one tracker: made from its options, and called so that none can hurt the run or another output."""

import re
from typing import Any, Callable, List, Mapping

from ._notices import warn_once
from .external.logger import logger
from .output_methods.base_output import BaseOutput, OutputMethod
from .output_methods.emissions_data import EmissionsData, TaskEmissionsData
from .output_methods.file import FileOutput
from .output_methods.http import CodeCarbonAPIOutput, HTTPOutput


def _logger_outputs(handler: Any) -> List[Any]:
    if handler is None:
        warn_once(
            "output 'logger'", "no logging_logger is given, so that nothing is logged; give it LoggerOutput(logger)"
        )
        return []
    return [handler]


def _prometheus(options: Mapping[str, Any]) -> Any:
    from .output_methods.metrics.prometheus import PrometheusOutput

    job = re.sub(r"[^a-zA-Z0-9_-]", "_", f"{options['project_name']}_{options['experiment_name']}")
    return PrometheusOutput(options["prometheus_url"], job)


def _logfire() -> Any:
    from .output_methods.metrics.logfire import LogfireOutput

    return LogfireOutput()


def _boamps() -> Any:
    from .output_methods.boamps import BoAmpsOutput

    return BoAmpsOutput()


class Outputs:
    """The user's own first, then those that the options name. Raises as FileOutput does."""

    def __init__(self, options: Mapping[str, Any]) -> None:
        methods = set(options["output_methods"])
        self._handlers: List[Any] = list(options["output_handlers"])
        if OutputMethod.CSV in methods:
            self._handlers.append(FileOutput(options["output_file"], options["output_dir"], options["on_csv_write"]))
        if OutputMethod.LOGGER in methods:
            self._handlers += _logger_outputs(options["logging_logger"])
        if options["emissions_endpoint"]:
            self._handlers.append(HTTPOutput(options["emissions_endpoint"]))
        if OutputMethod.API in methods:
            CodeCarbonAPIOutput()
        if OutputMethod.PROMETHEUS in methods:
            self._handlers.append(_prometheus(options))
        if OutputMethod.LOGFIRE in methods:
            _logfire()
        if OutputMethod.BOAMPS in methods:
            _boamps()

    @property
    def any_live(self) -> bool:
        """Whether one of them wants rows while the run goes on."""
        return any(self._overrides(handler, "live_out") for handler in self._handlers)

    @staticmethod
    def _overrides(handler: Any, name: str) -> bool:
        return getattr(type(handler), name, None) is not getattr(BaseOutput, name)

    def out(
        self, total: EmissionsData, delta: EmissionsData, tasks: List[TaskEmissionsData], experiment_name: str
    ) -> None:
        for handler in self._handlers:
            self._call(handler, "out", lambda each: each.out(total, delta))
            if tasks:
                self._call(handler, "task_out", lambda each: each.task_out(tasks, experiment_name))

    def live_out(self, total: EmissionsData, delta: EmissionsData) -> None:
        for handler in self._handlers:
            self._call(handler, "live_out", lambda each: each.live_out(total, delta))

    def exit(self) -> None:
        for handler in self._handlers:
            self._call(handler, "exit", lambda each: each.exit())

    @staticmethod
    def _call(handler: Any, name: str, call: Callable[[Any], None]) -> None:
        if not hasattr(handler, name):  # an object with `out` alone is an output too
            return
        try:
            call(handler)
        except Exception as error:  # whatever a user's output raises, the measured program goes on
            logger.warning(
                "%s.%s failed, and the run goes on: %s: %s", type(handler).__name__, name, type(error).__name__, error
            )
