"""`RemoteMonitor`: the logs of each epoch, sent to a server."""

from __future__ import annotations

import json
import warnings
from http.client import HTTPException
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

from ..errors import ArgumentError, shown
from ..stack_level import outside
from ..training.callback import Callback

TIMEOUT = 10.0  # seconds that an epoch waits for the server at most


class RemoteMonitor(Callback):
    """Posts ``{"epoch": 0, "loss": ...}`` to a server after each epoch. A server that does not
    answer is warned of once; training goes on.

    Args:
        root, path: the address, in two parts.
        field: the form's field that holds the JSON.
        headers: of the request, a dict.
        send_as_json: whether the JSON is the whole body instead.

    >>> RemoteMonitor().root
    'http://localhost:9000'
    """

    def __init__(self, root: str = "http://localhost:9000", path: str = "/publish/epoch/end/",
                 field: str = "data", headers: dict[str, str] | None = None,
                 send_as_json: bool = False):
        # urlopen opens files, too: a root must be a server's.
        if not isinstance(root, str) or not root.startswith(("http://", "https://")):
            raise ArgumentError("RemoteMonitor.root", f"got {shown(root)}, expected the address "
                                "of a server: http://...")
        self.root, self.path, self.field = root, path, field
        self.headers, self.send_as_json = headers, send_as_json
        self._failed = False

    def on_epoch_end(self, epoch, logs=None):
        """Send the logs."""
        sent = {"epoch": epoch} | {name: getattr(value, "tolist", lambda v=value: v)()
                                   for name, value in (logs or {}).items()}
        text, kind = json.dumps(sent), "application/json"
        if not self.send_as_json:
            text, kind = urlencode({self.field: text}), "application/x-www-form-urlencoded"
        headers = {"Content-Type": kind} | (self.headers or {})
        try:
            urlopen(Request(self.root + self.path, text.encode(), headers), timeout=TIMEOUT).close()
        except HTTPError as error:
            error.close()
            self._warn(f"answered {error.code}")
        except (OSError, HTTPException) as error:
            self._warn(f"could not be reached ({error})")

    def _warn(self, what: str) -> None:
        if not self._failed:
            warnings.warn(f"RemoteMonitor: {self.root} {what}. Training goes on.", RuntimeWarning,
                          stacklevel=outside())
        self._failed = True
