"""What a stream can show: its width, colours and characters, and lines that are written over."""

from __future__ import annotations

import os
import sys

#: What stands for our characters where a stream has none of them.
_ASCII = str.maketrans({
    **dict.fromkeys("━─", "-"), **dict.fromkeys("┃│", "|"),
    **dict.fromkeys("┏┳┓┡╇┩└┴┘├┼┤", "+"), "…": "~", "×": "x", "−": "-", "·": "-",
    "→": ">", "←": "<", "≥": ">=", "≤": "<=", "∞": "inf",
    "▓": "#", "█": "@", "░": ".", "▒": "=", "▂": "_"})


def rewritable(stream) -> bool:
    """Whether a line that was written can be written over: on a terminal (unless it says that it
    is a dumb one) or in a notebook."""
    return type(stream).__module__.startswith("ipykernel") or movable(stream)


def movable(stream) -> bool:
    """Whether a stream leads to a terminal in which one can move up, to lines before the last."""
    return is_terminal(stream) and os.environ.get("TERM") != "dumb" and _takes_commands(stream)


def _takes_commands(stream) -> bool:
    """Whether a terminal obeys the commands for colours and moves. All do but Windows' own, which
    must be told to, and was not able to before Windows 10."""
    if os.name != "nt":
        return True
    import ctypes
    import msvcrt
    from ctypes import wintypes

    mode, obey = wintypes.DWORD(), 4  # ENABLE_VIRTUAL_TERMINAL_PROCESSING
    try:
        console = wintypes.HANDLE(msvcrt.get_osfhandle(stream.fileno()))
    except (AttributeError, OSError, ValueError):
        return False
    kernel = ctypes.windll.kernel32
    return bool(kernel.GetConsoleMode(console, ctypes.byref(mode))
                and kernel.SetConsoleMode(console, mode.value | obey))


def coloured(stream=None) -> bool:
    """Whether a stream (default: the standard output) shows colours and nobody asked for none.

    NO_COLOR and FORCE_COLOR are what users say (no-color.org, force-color.org).
    """
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR", "0") not in ("", "0"):
        return True
    return rewritable(sys.stdout if stream is None else stream)


def columns(stream) -> int | None:
    """Columns of the terminal that a stream leads to, as wide as it is now; None where it leads
    elsewhere: lines of a notebook or a file may be of any length."""
    if not is_terminal(stream):
        return None
    try:
        wide = os.get_terminal_size(stream.fileno()).columns
    except (AttributeError, OSError, ValueError):
        wide = 0
    return wide or usual_columns()


def usual_columns() -> int:
    """Columns of the terminal that the program runs in, or as many as COLUMNS says, or 80."""
    from shutil import get_terminal_size  # which is slow to import

    return get_terminal_size().columns


def is_terminal(stream) -> bool:
    """Whether a stream leads to a terminal; one that is closed, or None, leads nowhere."""
    isatty = getattr(stream, "isatty", None)
    try:
        return bool(isatty and isatty())
    except ValueError:  # a stream that is closed
        return False


def can_encode(stream, text: str) -> bool:
    """Whether a stream has all these characters."""
    try:
        text.encode(getattr(stream, "encoding", None) or "utf-8")
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def encodable(text: str, stream) -> str:
    """The text, in characters that the stream has.

    >>> from types import SimpleNamespace
    >>> encodable("┃ ▓▓ 4 × 8 ┃", SimpleNamespace(encoding="ascii"))
    '| ## 4 x 8 |'
    """
    if stream is None or can_encode(stream, text):
        return text
    coding = stream.encoding
    return text.translate(_ASCII).encode(coding, "replace").decode(coding)


def columns_of(text: str) -> int:
    """Columns of a terminal that a text takes: two for a Hangul syllable."""
    if text.isascii():
        return len(text)
    from unicodedata import combining, east_asian_width

    return sum(0 if combining(c) else 2 if east_asian_width(c) in "WF" else 1 for c in text)


def cut(text: str, room: int) -> str:
    """As much of a text as so many columns hold.

    >>> cut("가나다", 5)
    '가나'
    """
    if len(text) * 2 <= room:
        return text
    while columns_of(text) > max(room, 0):
        text = text[:-1]
    return text


def printable(text: str) -> str:
    """A name without what a terminal would take for a command."""
    return "".join(c if c.isprintable() else " " for c in text)
