"""`RemoteMonitor`: sends the logs of each epoch to a server."""

from __future__ import annotations

import json
import warnings
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

from ..errors import ArgumentError, shown
from ..stack_level import outside
from ..training.callback import Callback

TIMEOUT = 10.0  # the longest time in seconds that an epoch waits for the server


class RemoteMonitor(Callback):
    """Posts ``{"epoch": 0, "loss": ...}`` to a server after each epoch.

    If the server cannot be reached, it warns once, and training continues.

    Args:
        root: str, first part of the address; default "http://localhost:9000".
        path: str, rest of the address; default "/publish/epoch/end/".
        field: str, field of the form that holds the JSON; default "data".
        headers: dict of HTTP headers of the request; default None.
        send_as_json: whether the body is the JSON itself instead of a form; default False.

    Raises:
        ArgumentError (a ValueError): if `root` is not an http address.

    >>> RemoteMonitor().root
    'http://localhost:9000'
    """

    _tells = True

    def __init__(
        self,
        root: str = "http://localhost:9000",
        path: str = "/publish/epoch/end/",
        field: str = "data",
        headers: dict[str, str] | None = None,
        send_as_json: bool = False,
    ):
        # urlopen opens files too: accept servers only.
        if not isinstance(root, str) or not root.startswith(("http://", "https://")):
            raise ArgumentError(
                "RemoteMonitor.root",
                f"got {shown(root)}, expected the address of a server: http://...",
            )
        self.root, self.path, self.field = root, path, field
        self.headers, self.send_as_json = headers, send_as_json
        self._failed = False

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Send the logs."""
        sent = {"epoch": epoch} | {
            name: getattr(value, "tolist", lambda v=value: v)()
            for name, value in (logs or {}).items()
        }
        text, kind = json.dumps(sent), "application/json"
        if not self.send_as_json:
            text, kind = urlencode({self.field: text}), "application/x-www-form-urlencoded"
        headers = {"Content-Type": kind} | (self.headers or {})
        try:
            urlopen(Request(self.root + self.path, text.encode(), headers), timeout=TIMEOUT).close()
        except HTTPError as error:
            error.close()
            self._warn(f"responded with {error.code}")
        except (OSError, HTTPException) as error:
            self._warn(f"could not be reached ({error})")

    def _warn(self, what: str) -> None:
        if not self._failed:
            warnings.warn(
                f"RemoteMonitor: {self.root} {what}. Training continues.",
                RuntimeWarning,
                stacklevel=outside(),
            )
        self._failed = True
