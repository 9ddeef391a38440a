"""Requests to addresses that the user named, and rows as JSON. The only file here that opens a connection."""

import dataclasses
import json
import math
from typing import Any, Optional

TIMEOUT_S = 5.0


def to_json(row: Any, **more: Any) -> str:
    """The row as JSON, where a value that is absent is null."""
    values = {**dataclasses.asdict(row), **more}
    clean = {name: None if isinstance(v, float) and not math.isfinite(v) else v for name, v in values.items()}
    return json.dumps(clean, default=str)


def request(
    method: str, url: str, body: Optional[bytes], content_type: str, authorization: Optional[str] = None
) -> None:
    """Sends and waits for the answer, TIMEOUT_S at most. Raises OSError where it fails or the answer is not 2xx."""
    import urllib.request  # it takes longer to load than all else here, and most trackers send nothing

    if not url.startswith(("http://", "https://")):
        raise OSError(f"{url!r} is not an http or https address")
    headers = {"Content-Type": content_type, "User-Agent": "jouleprint"}
    if authorization is not None:
        headers["Authorization"] = authorization
    message = urllib.request.Request(url, data=body, headers=headers, method=method)
    with urllib.request.urlopen(message, timeout=TIMEOUT_S):
        pass
