"""Results posted as JSON to an address that the user named, and CodeCarbon's own service, which is not served."""

import getpass
from typing import Any, Optional

from .._notices import warn_once
from .._send import request, to_json
from .base_output import BaseOutput
from .emissions_data import EmissionsData


class HTTPOutput(BaseOutput):
    """Posts every row, with the name of the user, to `endpoint_url`. Blocks for 5 s at most; raises OSError."""

    def __init__(self, endpoint_url: str) -> None:
        self.endpoint_url = endpoint_url

    def out(self, total: EmissionsData, delta: Optional[EmissionsData]) -> None:
        request("POST", self.endpoint_url, to_json(total, user=_user()).encode(), "application/json")


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):  # a container's user may have no name
        return ""


class CodeCarbonAPIOutput(BaseOutput):
    """Takes CodeCarbon's arguments, sends nothing and says so once."""

    def __init__(self, *_: Any, **__: Any) -> None:
        warn_once("output 'api'", "results are not sent to CodeCarbon's service; they stay in this machine's files")
