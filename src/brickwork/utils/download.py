"""One file from the net. Apart from `files`, since what speaks to the net is slow to import."""

from __future__ import annotations

import hashlib
import os
import sys
import tempfile
import warnings
from http.client import HTTPException
from time import monotonic
from urllib.error import HTTPError, URLError
from urllib.request import HTTPRedirectHandler, build_opener

from ..screen import rewritable
from ..stack_level import outside

_CHUNK = 1 << 18


def fetch(origin: str, target: str, wanted: str | None, algorithm: str, limit: int) -> None:
    """Download to `target`, which is replaced when all has come and is what was wanted."""
    os.makedirs(os.path.dirname(target), exist_ok=True)
    handle, partial = tempfile.mkstemp(prefix=".download-", dir=os.path.dirname(target))
    try:
        with os.fdopen(handle, "wb") as file:
            found = _download_to(origin, target, file, algorithm, limit)
            file.flush()
            os.fsync(file.fileno())
        if wanted and found != wanted.lower():
            raise ValueError(f"get_file: {origin} gave a file whose {algorithm} is {found}, "
                             f"expected {wanted}. It was thrown away.")
        os.chmod(partial, 0o644)
        os.replace(partial, target)
    except BaseException:
        os.unlink(partial)
        raise
    if not wanted:
        warnings.warn(f"get_file.file_hash: got None, so nobody can tell whether {origin} gave "
                      f"what was meant. What came now has file_hash={found!r}.", UserWarning,
                      stacklevel=outside())


def _download_to(origin: str, target: str, file, algorithm: str, limit: int) -> str:
    """Write the response to an open file; returns its hash."""
    summed, done = hashlib.new(algorithm), 0
    print(f"Downloading data from {origin}")
    try:
        with open_https(origin) as response:
            total = int(response.headers.get("Content-Length") or 0)
            show = _DownloadProgress(total)
            while portion := response.read(_CHUNK):
                done += len(portion)
                if max(done, total) > limit:
                    raise ValueError(f"get_file: {origin} is of {max(done, total)} bytes, expected "
                                     f"at most {limit}. Give max_bytes if it is to be so large.")
                summed.update(portion)
                file.write(portion)
                show(done)
            show.end(done)
        if done < total:
            raise URLError(f"it broke off after {done} of {total} bytes")
    except (URLError, HTTPException, ConnectionError, TimeoutError) as error:
        reason = f"{error.code} {error.reason}" if isinstance(error, HTTPError) else getattr(
            error, "reason", error)
        raise OSError(f"get_file: cannot fetch {origin}: {reason}. Put it at {target} yourself, or "
                      "try again where there is a network.") from error
    return summed.hexdigest()


class _OnlyHttps(HTTPRedirectHandler):
    """Follows nobody who sends us to where the line can be listened to, or to our own files."""

    def redirect_request(self, req, fp, code, msg, headers, newurl):
        if not newurl.startswith("https://"):
            raise URLError(f"it sends us on to {newurl}, which is not https")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def open_https(origin: str):
    """The response of a server, to be read."""
    return build_opener(_OnlyHttps).open(origin, timeout=30)


class _DownloadProgress:
    """Says on a terminal how many megabytes have come."""

    def __init__(self, total: int):
        self.live, self.next = rewritable(sys.stdout), 0.0
        self.of = f"/{total / 1e6:.1f}" if total else ""

    def __call__(self, done: int) -> None:
        if self.live and monotonic() >= self.next:
            self.next = monotonic() + 0.1
            sys.stdout.write(f"\r{done / 1e6:.1f}{self.of} MB")
            sys.stdout.flush()

    def end(self, done: int) -> None:
        if self.live:
            self.next = 0.0
            self(done)
            sys.stdout.write("\n")
