"""Runs scripts as Python does, with ``keras`` meaning brickwork."""

from __future__ import annotations

import builtins
import os
import signal
import sys
from contextlib import AbstractContextManager, nullcontext, suppress
from types import ModuleType

from .importing import install


def run_script(path: str, arguments: list[str]) -> int:
    """Run a file as ``python path *arguments`` would.

    Args:
        path: the script.
        arguments: what the script finds in ``sys.argv[1:]``.

    Returns:
        The exit status: 0, 1 after an exception (its traceback is printed), or what the script
        gave to ``sys.exit``.
    """
    return run_and_return_names(path, arguments)[0]


def run_and_return_names(
    path: str, arguments: list[str], within: AbstractContextManager | None = None
) -> tuple[int, dict]:
    """Run a file like `run_script`, inside the context `within`.

    Returns:
        The exit status and the script's global names.
    """
    try:
        with open(path, "rb") as file:
            source = file.read()
    except OSError as error:
        print(f"brickwork: can't open {path!r}: {error.strerror}.", file=sys.stderr)
        return 2, {}
    install()
    place = os.path.abspath(path)
    main = ModuleType("__main__")
    main.__file__ = place
    main.__builtins__ = builtins
    sys.modules["__main__"] = main
    sys.argv = [path, *arguments]
    if not sys.flags.safe_path:
        sys.path[0] = os.path.dirname(place)
    return _executed(source, place, main, within or nullcontext()), main.__dict__


def _executed(source: bytes, place: str, main: ModuleType, within) -> int:
    """Run the code; show exceptions as Python does, without brickwork's frames."""
    try:
        with within:
            exec(compile(source, place, "exec", dont_inherit=True), main.__dict__)
    except SystemExit as stop:
        return _status(stop.code)
    except KeyboardInterrupt as error:
        _show(error)
        return end_by_interrupt()
    except BaseException as error:
        _show(error)
        return 1
    return 0


#: The exit status of a program that Ctrl-C ends on Windows, where signals end none.
_ENDED_BY_CTRL_C = 0xC000013A - (1 << 32)


def end_by_interrupt() -> int:
    """End the process by SIGINT, so that the calling shell sees that Ctrl-C ended it."""
    with suppress(OSError, ValueError):
        sys.stdout.flush()
    if os.name == "nt":
        return _ENDED_BY_CTRL_C
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    os.kill(os.getpid(), signal.SIGINT)
    return 130


def _show(error: BaseException) -> None:
    error.__traceback__ = error.__traceback__.tb_next  # the first frame is ours
    sys.excepthook(type(error), error, error.__traceback__)


def show_traceback_from(path: str, error: BaseException) -> None:
    """Show an error as Python does, from the user's file on."""
    place, path = error.__traceback__, os.path.abspath(path)
    while place and os.path.abspath(place.tb_frame.f_code.co_filename) != path:
        place = place.tb_next
    error.__traceback__ = place
    sys.excepthook(type(error), error, place)


def _status(code) -> int:
    """Return the exit status for an argument of ``sys.exit``."""
    if code is None or isinstance(code, int):
        return code or 0
    print(code, file=sys.stderr)
    return 1
