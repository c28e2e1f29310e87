"""Downloading a file. Separate from `files`, since network modules are slow to import."""

from __future__ import annotations

import hashlib
import os
import sys
import tempfile
import warnings
from http.client import HTTPException, HTTPResponse
from time import monotonic
from urllib.error import HTTPError, URLError
from urllib.request import HTTPRedirectHandler, build_opener

from ..screen import rewritable
from ..stack_level import outside

_CHUNK = 1 << 18


def fetch(origin: str, target: str, expected: str | None, algorithm: str, limit: int) -> None:
    """Download to `target`, which is replaced once the file is complete and its hash is checked."""
    os.makedirs(os.path.dirname(target), exist_ok=True)
    handle, partial = tempfile.mkstemp(prefix=".download-", dir=os.path.dirname(target))
    try:
        with os.fdopen(handle, "wb") as file:
            found = _download_to(origin, target, file, algorithm, limit)
            file.flush()
            os.fsync(file.fileno())
        if expected and found != expected.lower():
            raise ValueError(
                f"get_file: got a file from {origin} with the {algorithm} {found}, "
                f"expected {expected}. The file was discarded."
            )
        os.chmod(partial, 0o644)
        os.replace(partial, target)
    except BaseException:
        os.unlink(partial)
        raise
    if not expected:
        warnings.warn(
            f"get_file.file_hash: got None, so the file from {origin} cannot be "
            f"verified. The downloaded file has file_hash={found!r}.",
            UserWarning,
            stacklevel=outside(),
        )


def _download_to(origin: str, target: str, file, algorithm: str, limit: int) -> str:
    """Write the response to an open file, and return its hash."""
    summed, done = hashlib.new(algorithm), 0
    print(f"Downloading data from {origin}")
    try:
        with open_https(origin) as response:
            total = int(response.headers.get("Content-Length") or 0)
            show = _DownloadProgress(total)
            while chunk := response.read(_CHUNK):
                done += len(chunk)
                if max(done, total) > limit:
                    raise ValueError(
                        f"get_file: {origin} has {max(done, total)} bytes, expected "
                        f"at most {limit}. Set max_bytes to allow more."
                    )
                summed.update(chunk)
                file.write(chunk)
                show(done)
            show.end(done)
        if done < total:
            raise URLError(f"the connection ended after {done} of {total} bytes")
    except (URLError, HTTPException, ConnectionError, TimeoutError) as error:
        reason = (
            f"{error.code} {error.reason}"
            if isinstance(error, HTTPError)
            else getattr(error, "reason", error)
        )
        raise OSError(
            f"get_file: cannot download {origin}: {reason}. Save it as {target} by hand, "
            "or try again with a network connection."
        ) from error
    return summed.hexdigest()


class _OnlyHttps(HTTPRedirectHandler):
    """Refuses redirects to addresses that are not encrypted, or to local files."""

    def redirect_request(self, req, fp, code, msg, headers, newurl):
        if not newurl.startswith("https://"):
            raise URLError(f"got a redirect to {newurl}, which is not https")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def open_https(origin: str) -> HTTPResponse:
    """Open an https address; redirects to other protocols are refused."""
    return build_opener(_OnlyHttps).open(origin, timeout=30)


class _DownloadProgress:
    """Shows the downloaded megabytes on a terminal."""

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
