"""``brickwork studio``: build, train and look at networks in the browser, with this engine."""

from __future__ import annotations

import contextlib
import errno
import os
import sys
import threading
from importlib.util import find_spec

from ..errors import ArgumentError
from ..studio.limits import Limits
from ..studio.page import PAGE, read

#: The port, if it is free: the lesson's network, 4-8-6-1.
PORT = 4861
#: What the server is made of.
_PACKAGES = ("starlette", "uvicorn", "websockets")
#: Where one of these is set, or on these systems, there is a screen for a browser.
_SCREENS, _SYSTEMS = ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER"), ("darwin", "win32")


def studio_command(given) -> int:
    """Serve the studio until Ctrl-C is pressed.

    Returns:
        The exit status, 0.

    Raises:
        ImportError: if the server's packages are missing; says how to install them, and where the
            page is that opens without.
        ArgumentError, OSError: for a file or a port that cannot be had.
    """
    lacking = [name for name in _PACKAGES if find_spec(name) is None]
    if lacking:
        raise ImportError(
            f"the studio's server needs {', '.join(lacking)}: pip install 'brickwork[studio]'. "
            f"Without it the page opens by itself, and trains by its own engine: {PAGE.as_uri()}"
        )
    if given.max_seconds <= 0:
        raise ArgumentError("--max-seconds", f"got {given.max_seconds:g}, expected more than 0.")
    limits = Limits(seconds=given.max_seconds)
    page, opened = read(), None
    if given.file is not None:
        from ..studio.opening import given_file

        opened = given_file(given.file, limits)
    server = _server(page, given.port, limits, opened)

    def started() -> None:
        print(f"The studio is at {server.address}\nCtrl-C closes it.", flush=True)
        if not given.no_browser and _has_screen():
            import webbrowser

            threading.Thread(target=webbrowser.open, args=(server.address,), daemon=True).start()

    # Ctrl-C is over when the server has closed: how late its signal comes after that is no matter.
    with contextlib.suppress(KeyboardInterrupt):
        server.run(started)
    print("\nThe studio is closed.")
    return 0


def _server(page: str, port: int | None, limits: Limits, opened: dict | None):
    """The server, on the port that was asked for; else on the usual one, or on any that is free."""
    from ..studio.server import Server

    if port is not None and not 0 <= port < 65536:
        raise ArgumentError("--port", f"got {port}, expected 0 to 65535; 0 is any that is free.")
    try:
        return Server(page, PORT if port is None else port, limits, opened)
    except OSError as error:
        if port is not None:
            why = "another program has it" if error.errno == errno.EADDRINUSE else error.strerror
            raise ArgumentError(
                "--port", f"got {port}, but {why}; 0 is any port that is free."
            ) from None
    return Server(page, 0, limits, opened)


def _has_screen() -> bool:
    """Whether a browser has a screen to open on; without one it could take the terminal."""
    return sys.platform in _SYSTEMS or any(map(os.environ.get, _SCREENS))
