"""What a page of README or docs has its reader type, and a reader who types it.

An indented block is for the shell, a line a command. A block in ```python is for Python, and goes
on from those above it. Where its first line is ``# NAME.py`` the reader saves it as that file; if
the page also says ``python NAME.py``, the blocks below continue it. Other blocks (```text, ```json
...) are to be looked at.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import threading
from pathlib import Path

_BLOCK = re.compile(
    r"^```(\w*)\n(?P<fenced>.*?)^```$"
    r"|(?<=\n\n)(?P<indented>(?: {4}[^\n]*\S[^\n]*\n)+)",
    re.M | re.S,
)


def steps(page: str) -> list[tuple[str, str]]:
    """``("shell", line)``, ``("python", block)`` and ``("lesson.py", text)``, in their order.

    >>> steps('A\\n\\n    make run  # all\\n\\n```python\\n# a.py\\nx = 1\\n```\\n')
    [('shell', 'make run'), ('a.py', '# a.py\\nx = 1\\n')]
    """
    found: list[tuple[str, str]] = []
    for block in _BLOCK.finditer(page):
        if block["indented"]:
            found += [
                ("shell", re.sub(r"\s+# .*", "", line.strip()))
                for line in block["indented"].splitlines()
            ]
        elif block[1] == "python":
            name = re.match(r"# (\S+\.py)\n", block["fenced"])
            found.append((name[1] if name else "python", block["fenced"]))
    return found


class _Typed:
    """A program that reads what is typed, and what it says back."""

    def __init__(self, arguments: list[str], folder: Path, environment: dict):
        self.process = subprocess.Popen(
            arguments,
            cwd=folder,
            env=environment,
            text=True,
            encoding="utf-8",
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )

    def type(self, text: str) -> tuple[int, str]:
        """The status of what was typed, and what was said."""
        try:
            self.process.stdin.write(text)
            self.process.stdin.flush()
        except BrokenPipeError:
            return -1, "it had ended before"
        said, patience = [], threading.Timer(PATIENCE, self.process.kill)
        patience.start()
        try:
            for line in self.process.stdout:
                if line.startswith(DONE):
                    return int(line.split()[1]), "".join(said)
                said.append(line)
        finally:
            patience.cancel()
        return -1, "".join(said)

    def close(self):
        """Leave it."""
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait()


DONE = "--done--"
SAY_DONE = f"printf '\\n%s %s\\n' '{DONE}' $?\n"
#: Seconds after which a line is given up.
PATIENCE = 120

_SESSION = f"""
import json, sys, traceback
names = {{"__name__": "__main__"}}
for line in sys.stdin:
    try:
        exec(compile(json.loads(line), "the page", "exec"), names)
        status = 0
    except BaseException:
        status = traceback.print_exc() or 1
    print("\\n{DONE}", status, flush=True)
"""


class Reader:
    """Types in a new shell, in a folder where `make run` has left its `.venv`.

    Args:
        folder: where that is.
        more: programs and variables of the environment beside the system's.
    """

    def __init__(self, folder: Path, **more: str):
        self.folder = folder
        (folder / ".venv").symlink_to(sys.prefix, target_is_directory=True)
        self.environment = {
            "PATH": os.defpath,
            "HOME": str(folder),
            "LANG": "C.UTF-8",
            "PYTHONIOENCODING": "utf-8",
            **more,
        }
        self.shell = _Typed(["bash", "--norc"], folder, self.environment)
        self.session: _Typed | None = None

    def do(self, kind: str, text: str) -> tuple[int, str]:
        """One step: its status and what was said."""
        if kind == "shell":
            return self.shell.type(f"{{ {text}\n}} </dev/null\n{SAY_DONE}")
        if kind != "python":
            self.save(kind, text)
        if self.session is None:
            self.session = _Typed(
                [sys.executable, "-W", "error", "-c", _SESSION], self.folder, self.environment
            )
        return self.session.type(json.dumps(text) + "\n")

    def save(self, name: str, text: str) -> tuple[int, str]:
        """Save a block as a file and no more."""
        (self.folder / name).write_text(text, "utf-8")
        return 0, ""

    def __enter__(self) -> Reader:
        return self

    def __exit__(self, *_) -> None:
        self.shell.type("kill $(jobs -p) 2>/dev/null\n" + SAY_DONE)
        self.shell.close()
        if self.session is not None:
            self.session.close()
