"""A terminal, as far as progress bars and tables need one; and processes that have one."""

import os
import re
import subprocess
from unicodedata import combining, east_asian_width

from samples import PYTHON, environment

CONTROL = re.compile(r"\x1b\[[\d;]*m|.", re.S)


class Screen:
    """What a terminal with a number of columns shows.

    Attributes:
        rows: the rows, without the blanks at their ends.
        wraps: how many rows were begun because one was full.
    """

    def __init__(self, columns):
        self.columns, self.wraps, self.column, self._cells = columns, 0, 0, [[]]

    def feed(self, text):
        for token in CONTROL.findall(text):
            if token == "\n":
                self._cells.append([])
                self.column = 0
            elif token == "\r":
                self.column = 0
            elif not token.startswith("\x1b"):
                self._put(token)

    def _put(self, character):
        wide = 0 if combining(character) else 2 if east_asian_width(character) in "WF" else 1
        if self.column + wide > self.columns:
            self.wraps += 1
            self._cells.append([])
            self.column = 0
        row = self._cells[-1]
        row.extend(" " * (self.column + wide - len(row)))
        row[self.column : self.column + wide] = [character, *[""] * (wide - 1)]
        self.column += wide

    @property
    def rows(self):
        return ["".join(row).rstrip() for row in self._cells]


def in_terminal(arguments, columns, cwd, after=None, **variables):
    """Run Python in a terminal with a number of columns; returns what it wrote and its exit status.

    Args:
        arguments: for Python.
        columns: of the terminal.
        cwd: the folder.
        after: (text, columns): when that was said the terminal becomes so wide.
        variables: of the environment; None where there is to be none.
    """
    import pty
    import termios

    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (40, columns))
    merged = {
        **environment(),
        "TERM": "xterm-256color",
        "COLUMNS": None,
        "NO_COLOR": None,
        "FORCE_COLOR": None,
        **variables,
    }
    child = subprocess.Popen(
        [*PYTHON, *arguments],
        cwd=cwd,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
        env={k: v for k, v in merged.items() if v is not None},
    )
    os.close(theirs)
    parts = []
    try:
        while True:
            if after and after[0].encode() in b"".join(parts):
                termios.tcsetwinsize(ours, (40, after[1]))
                after = None
            parts.append(os.read(ours, 4096))
            if not parts[-1]:
                break
    except OSError:  # Linux's way of saying that the other side is closed
        pass
    finally:
        os.close(ours)
    return b"".join(parts).decode().replace("\r\n", "\n"), child.wait(60)
