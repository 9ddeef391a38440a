"""CodeCarbon's BoAmps report, which is not written: its fields want figures that a tracker does not know."""

from typing import Any

from .._notices import warn_once
from .base_output import BaseOutput


class BoAmpsOutput(BaseOutput):
    """Takes CodeCarbon's arguments, writes nothing and says so once."""

    def __init__(self, *_: Any, **__: Any) -> None:
        warn_once("output 'boamps'", "no BoAmps report is written; 'jouleprint report' has formats for a model's card")

    @classmethod
    def from_dict(cls, *_: Any, **__: Any) -> "BoAmpsOutput":
        return cls()
