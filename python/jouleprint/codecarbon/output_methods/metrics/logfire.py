"""CodeCarbon's Logfire output, which is not done."""

from typing import Any

from ..._notices import warn_once
from ..base_output import BaseOutput


class LogfireOutput(BaseOutput):
    """Takes CodeCarbon's arguments, sends nothing and says so once."""

    def __init__(self, *_: Any, **__: Any) -> None:
        warn_once("output 'logfire'", "nothing is sent to Logfire; output 'prometheus' and output_handlers are there")
