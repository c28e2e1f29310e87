"""What goes wrong in a command: one line that says what to do, and an exit status."""

from __future__ import annotations

import os
import sys
import warnings
from collections.abc import Callable
from errno import EINVAL
from shlex import quote

FAILED, USAGE = 1, 2
CLOSED = 141  # what a shell shows for a program that wrote into a pipe nobody reads
#: Shows where in brickwork an error was raised, for reports.
TRACEBACK = "BRICKWORK_TRACEBACK"
#: Errors with a message for the user; of others the message would say little.
_WITH_MESSAGE = (ValueError, TypeError, OSError, ImportError, NotImplementedError)


def run_guarded(name: Callable[[], str], command: Callable[[], int]) -> int:
    """Run a command; returns its exit status: 1 where it failed, 2 where the command line cannot
    be right. Errors are a line on the standard error; Ctrl-C ends as the shell expects.

    Args:
        name: returns what users typed, ``brickwork predict``, as far as it is known.
        command: returns an exit status.
    """
    try:
        try:
            status = command()
        except SystemExit as stop:  # argparse has said what there is to say
            status = stop.code
        if not getattr(sys.stdout, "closed", True):  # a script may have put anything there
            sys.stdout.flush()
        return status
    except KeyboardInterrupt:
        from ..dialects.run import end_by_interrupt

        return end_by_interrupt()
    except Exception as error:
        if _is_broken_pipe(error):
            _discard_output()
            return CLOSED
        if os.environ.get(TRACEBACK):
            sys.excepthook(type(error), error, error.__traceback__)
        broken = _discard_output(only_broken=True)
        print_error(f"{name()}: {message_of(error, 'standard output' if broken else '')}")
        return _status(error)


def message_of(error: BaseException, place: str = "") -> str:
    """Return the message of an error in one line.

    Args:
        error: of a command.
        place: what was written to or read, for system errors that name no file.

    >>> message_of(FileNotFoundError(2, "No such file or directory", "m.brick"))
    'm.brick: No such file or directory.'
    """
    from ..screen import printable

    if isinstance(error, MemoryError):
        text = "there is not enough memory for that" + (f": {error}" if str(error) else ".")
    elif isinstance(error, OSError) and error.strerror:
        place = os.fsdecode(error.filename) if error.filename else place
        text = f"{place}{': ' * bool(place)}{error.strerror.rstrip('.')}."
    else:
        text = str(error)
        if not isinstance(error, _WITH_MESSAGE):
            text = (
                f"{type(error).__name__}: {text.rstrip('.')}. That is a fault of brickwork: "
                f"please report it with what {TRACEBACK}=1 shows."
            )
    return printable(" ".join(text.split()))


def _status(error: Exception) -> int:
    from ..errors import ArgumentError
    from ..registry import UnknownName

    return (
        USAGE
        if isinstance(error, ArgumentError) and not isinstance(error, UnknownName)
        else (FAILED)
    )


def _is_broken_pipe(error: Exception) -> bool:
    """Whether an error says that the output leads into a pipe that nobody reads; Windows calls
    that an invalid argument, of no file."""
    return isinstance(error, BrokenPipeError) or (
        os.name == "nt"
        and isinstance(error, OSError)
        and error.errno == EINVAL
        and error.filename is None
    )


def _discard_output(only_broken: bool = False) -> bool:
    """Discard output that cannot be written to a closed pipe or a full disk, since Python would
    report it again at exit. Return whether there was any."""
    if sys.stdout is None:
        return False
    try:
        if only_broken:
            sys.stdout.flush()
            return False
    except (OSError, ValueError):
        pass
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)
    return True


def print_error(text: str) -> None:
    """Print a line to standard error, if there is one."""
    if sys.stderr is not None:
        print(text, file=sys.stderr)


def note(text: str) -> None:
    """Print a note to standard error, beside the results."""
    print_error(f"note: {' '.join(text.split())}")


def show_warnings_as_notes() -> None:
    """Show warnings as one-line notes, without a source location."""

    def show(message, category, filename, lineno, file=None, line=None):
        note(str(message))

    warnings.showwarning = show


def check_writable(path: str, what: str, ends: tuple[str, ...] = ("",)) -> None:
    """Refuse a file that could not be written, before the work begins.

    Args:
        path: the file's name.
        what: the name of the argument, for messages.
        ends: the allowed extensions.

    Raises:
        ArgumentError: for another extension, or a folder that is missing or not writable.
    """
    from ..errors import ArgumentError

    folder = os.path.dirname(path) or "."
    if not path.endswith(ends):
        raise ArgumentError(what, f"got {path!r}, expected a name that ends in {', '.join(ends)}.")
    if not os.path.isdir(folder):
        there = folder
        while not os.path.lexists(there):
            there = os.path.dirname(there) or "."
        why = (
            f"there is no folder {folder!r}. Make it first: mkdir -p {quote(folder)}"
            if os.path.isdir(there)
            else f"{there!r} is a file."
        )
        raise ArgumentError(what, f"got {path!r}, expected a name in a folder that is there: {why}")
    if os.path.isdir(path):
        raise ArgumentError(what, f"got {path!r}, which is a folder, expected the name of a file.")
    if not os.access(folder, os.W_OK):
        raise ArgumentError(
            what,
            f"got {path!r}, expected a name in a folder that you may write to: {folder!r} is not.",
        )
