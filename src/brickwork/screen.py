"""What a stream supports: its width, colours, characters, and whether lines can be rewritten."""

from __future__ import annotations

import os
import sys

#: ASCII replacements for streams that cannot encode our characters.
_ASCII = str.maketrans(
    {
        **dict.fromkeys("━─", "-"),
        **dict.fromkeys("┃│", "|"),
        **dict.fromkeys("┏┳┓┡╇┩└┴┘├┼┤", "+"),
        "…": "~",
        "×": "x",
        "−": "-",
        "·": "-",
        "→": ">",
        "←": "<",
        "≥": ">=",
        "≤": "<=",
        "∞": "inf",
        "▓": "#",
        "█": "@",
        "░": ".",
        "▒": "=",
        "▂": "_",
    }
)


def rewritable(stream) -> bool:
    """Whether the last line can be rewritten: on a terminal (not a dumb one) or notebook."""
    return type(stream).__module__.startswith("ipykernel") or movable(stream)


def movable(stream) -> bool:
    """Whether a stream is a terminal in which the cursor can move up to earlier lines."""
    return is_terminal(stream) and os.environ.get("TERM") != "dumb" and _takes_commands(stream)


def _takes_commands(stream) -> bool:
    """Whether a terminal understands escape sequences for colours and moves. All do except those of
    Windows, where the mode has to be set, which needs Windows 10."""
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
    return bool(
        kernel.GetConsoleMode(console, ctypes.byref(mode))
        and kernel.SetConsoleMode(console, mode.value | obey)
    )


def coloured(stream=None) -> bool:
    """Whether to write colours to a stream (default: standard output).

    The environment variables NO_COLOR and FORCE_COLOR override the default (no-color.org,
    force-color.org).
    """
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR", "0") not in ("", "0"):
        return True
    return rewritable(sys.stdout if stream is None else stream)


def columns(stream) -> int | None:
    """Return the current width of a stream's terminal in columns; None if it is not a terminal,
    since lines of a notebook or a file may have any length."""
    if not is_terminal(stream):
        return None
    try:
        wide = os.get_terminal_size(stream.fileno()).columns
    except (AttributeError, OSError, ValueError):
        wide = 0
    return wide or usual_columns()


def usual_columns() -> int:
    """Return the width of the program's terminal in columns, or that of COLUMNS, or 80."""
    from shutil import get_terminal_size  # which is slow to import

    return get_terminal_size().columns


def is_terminal(stream) -> bool:
    """Whether a stream is a terminal; False for a closed stream or None."""
    isatty = getattr(stream, "isatty", None)
    try:
        return bool(isatty and isatty())
    except ValueError:  # a stream that is closed
        return False


def can_encode(stream, text: str) -> bool:
    """Whether a stream can encode all these characters."""
    try:
        text.encode(getattr(stream, "encoding", None) or "utf-8")
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def encodable(text: str, stream) -> str:
    """Return the text with only characters that the stream can encode.

    >>> from types import SimpleNamespace
    >>> encodable("┃ ▓▓ 4 × 8 ┃", SimpleNamespace(encoding="ascii"))
    '| ## 4 x 8 |'
    """
    if stream is None or can_encode(stream, text):
        return text
    coding = stream.encoding
    return text.translate(_ASCII).encode(coding, "replace").decode(coding)


def columns_of(text: str) -> int:
    """Return how many terminal columns a text takes: two for a Hangul syllable."""
    if text.isascii():
        return len(text)
    from unicodedata import combining, east_asian_width

    return sum(0 if combining(c) else 2 if east_asian_width(c) in "WF" else 1 for c in text)


def cut(text: str, room: int) -> str:
    """Return the start of a text that fits into this many columns.

    >>> cut("가나다", 5)
    '가나'
    """
    if len(text) * 2 <= room:
        return text
    while columns_of(text) > max(room, 0):
        text = text[:-1]
    return text


def printable(text: str) -> str:
    """Return a text without control characters, which a terminal would execute."""
    return "".join(c if c.isprintable() else " " for c in text)
