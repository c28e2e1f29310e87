"""Where the picture of a training is shown: in a file, in a notebook, in a terminal.

Each screen has ``show(live, look, status, logs)``, which updates the picture to the look, and
``close``, after which output appears below the picture.
"""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path
from typing import Any, ClassVar
from uuid import uuid4

from ..screen import coloured, is_terminal, movable

#: Seconds after which a notebook is sent the whole picture again, for pages that run no scripts.
WHOLE = 2.0
#: Updates the picture in the page: changed bricks, values, the status line and the curve.
_SCRIPT = """\
(function(id,slots,status,curve){
var box=document.getElementById(id);if(!box)return;
var all=box.querySelectorAll("[data-value]"),svg=box.querySelector("svg");
slots.forEach(function(s){var e=all[s[0]],t;if(!e)return;
if(s[1][0]=="<"){e.outerHTML=s[1];return}
e.setAttribute("data-value",s[1]);t=e.querySelector("title");
if(t)t.textContent=t.textContent.replace(/\\S*$/,s[1])});
box.querySelector(".status").textContent=status;
var line=box.querySelector(".curve");
if(line)line.outerHTML=curve;else svg.insertAdjacentHTML("beforeend",curve)})"""


class FileScreen:
    """An SVG file that is replaced atomically: readers always find a complete picture."""

    def __init__(self, path: Path):
        self.path = path

    def show(self, live: Any, look: Any, status: str, logs: dict[str, Any] | None) -> None:
        from ..pictures import saving

        saving.put(self.path, live.filled(look, status, live.curve()), durable=False)

    def close(self) -> None:
        pass


class NotebookScreen:
    """A picture below the cell. It is sent to the page once; then a script in an output of its own
    applies the changes.

    Attributes:
        display: `IPython.display`.
    """

    def __init__(self, display: Any, clock: Any):
        self.display, self._clock = display, clock
        self._name = f"brickwork-{uuid4().hex}"
        self._picture = self._changes = self._last_picture = None
        self._whole_at = 0.0

    def show(self, live: Any, look: Any, status: str, logs: dict[str, Any] | None) -> None:
        now, curve = self._clock(), live.curve()
        self._last = live, look, status, curve
        if self._last_picture is not None and self._last_picture[1] == live.layouts:
            if self._changes is None:
                self._changes = self.display.display(_Bundle(""), display_id=True)
            slots = live.changes(self._last_picture[0], look)
            call = f"{_SCRIPT}({json.dumps([self._name, slots, status, live.path(curve)])[1:-1]})"
            self._changes.update(_Bundle(f"<script>{call}</script>"))
        self._last_picture = look, live.layouts
        if self._picture is None or now >= self._whole_at:
            self._show_whole(now)

    def _show_whole(self, now: float, more: bool = False) -> None:
        live, look, status, curve = self._last
        svg = live.filled(look, status, curve)
        bundle = _Bundle(f'<div id="{self._name}">{svg}</div>', svg if more else None)
        if self._picture is None:
            self._picture = self.display.display(bundle, display_id=True)
        else:
            self._picture.update(bundle)
        self._whole_at = now + WHOLE

    def close(self) -> None:
        """Leave the last picture in the notebook, also as SVG for other programs."""
        if self._picture is not None:
            self._show_whole(0.0, more=True)
        if self._changes is not None:
            self._changes.update(_Bundle(""))


class _Bundle:
    """The representations of a picture that are sent to a notebook."""

    def __init__(self, html: str, svg: str | None = None):
        self.data = {"text/html": html, "text/plain": "<Bricks>"}
        if svg is not None:
            self.data["image/svg+xml"] = svg

    def _repr_mimebundle_(self, include=None, exclude=None):
        return self.data

    def __repr__(self) -> str:
        return "<Bricks>"


class TerminalScreen:
    """Coloured characters, redrawn in place: only the lines that changed. Other output appears
    above them. Of several pictures one is visible at a time."""

    #: The open screens, and the streams that notify them of other output.
    _open: ClassVar[list[TerminalScreen]] = []
    _beside: ClassVar[dict[str, _StreamAbovePicture]] = {}

    def __init__(self, stream: Any):
        self._stream = stream
        self._lines: list[str] = []
        self._size = None
        self._in_a_line = False  # whether other output has an unfinished line

    def show(self, live: Any, look: Any, status: str, logs: dict[str, Any] | None) -> None:
        from ..pictures.cells import cells, spark

        self._make_room()
        size = shutil.get_terminal_size()
        lines = cells(
            live.network,
            size.columns - 1,
            size.lines - 2,
            coloured(self._stream),
            "ko" if live.words.korean else "en",
        )
        lines += ["", f"{status} {spark(live.losses)}"]
        if size != self._size or len(lines) != len(self._lines):
            text = "\n" * self._in_a_line + "".join(f"{line}\n" for line in lines)
            self._in_a_line = False
        else:
            text = _redraw(self._lines, lines)
        self._size, self._lines = size, lines
        known = getattr(self._stream, "encoding", None) or "utf-8"
        for other in self._open:
            if other is not self:
                other.lift("\n")  # a picture ends at the start of a line
        self._stream.write(text.encode(known, "replace").decode(known))
        self._stream.flush()

    def _make_room(self) -> None:
        """Register the screen to be notified of other output."""
        if self not in self._open:
            self._open.append(self)
        for name in ("stdout", "stderr"):
            stream = getattr(sys, name)
            if name not in self._beside and is_terminal(stream):
                self._beside[name] = _StreamAbovePicture(self._open, stream)
                setattr(sys, name, self._beside[name])

    def lift(self, text: str) -> None:
        """Erase the picture for other output; it is drawn again below that."""
        if self._lines and text:
            self._stream.write(f"\x1b[{len(self._lines)}A\r\x1b[J")
            self._stream.flush()
            self._lines = []
        self._in_a_line = not text.endswith("\n") if text else self._in_a_line

    def close(self) -> None:
        self._lines = []
        if self in self._open:
            self._open.remove(self)
        if not self._open:
            for name, beside in self._beside.items():
                if getattr(sys, name) is beside:
                    setattr(sys, name, beside.stream)
            self._beside.clear()


class _StreamAbovePicture:
    """A stream that notifies screens of what is written to it."""

    def __init__(self, screens: list[TerminalScreen], stream):
        self.screens, self.stream = screens, stream

    def write(self, text: str):
        for screen in self.screens:
            screen.lift(text)
        return self.stream.write(text)

    def __getattr__(self, name: str):
        return getattr(self.stream, name)


def _redraw(before: list[str], lines: list[str]) -> str:
    """The escape sequences that turn lines into others; the cursor is below them."""
    out, up = [], 0
    for k in range(len(lines)):
        if before[k] != lines[k]:
            rise = len(lines) - k if not out else 0
            out.append(
                (f"\x1b[{rise}A" if rise else f"\x1b[{k - up}B" if k > up else "")
                + f"\r{lines[k]}\x1b[K"
            )
            up = k
    return "".join(out) + f"\x1b[{len(lines) - up}B\r" if out else ""


def screens(file: Path | None, clock: Any) -> list:
    """The screens to show a picture on: the live file, the current notebook, or, without a file,
    the terminal."""
    found: list = []
    display = notebook()
    if display is not None:
        found.append(NotebookScreen(display, clock))
    elif file is None and movable(sys.stdout):
        found.append(TerminalScreen(sys.stdout))
    if file is not None and file.suffix.lower() == ".svg":
        found.append(FileScreen(file))
    return found


def notebook() -> Any:
    """`IPython.display` if this process is the kernel of a notebook, else None."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    if getattr(shell, "kernel", None) is None:
        return None
    from IPython import display

    return display
