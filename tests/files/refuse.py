"""A process that loads attacks one after the other, and reports the effect of each.

    python refuse.py FOLDER SECONDS    reads FOLDER/attacks.json, writes FOLDER/results.json

For each: whether and how it was refused, the seconds, the additional megabytes of memory, and
what the interpreter opened, ran or connected to other than the file (by an audit hook).
"""

from __future__ import annotations

import json
import signal
import sys
import time
import warnings
from pathlib import Path

import good_files

import brickwork
from brickwork.errors import ArgumentError
from brickwork.saving import FileError

WATCHED = (
    "open",
    "os.",
    "socket.",
    "subprocess.",
    "exec",
    "compile",
    "import",
    "ctypes.",
    "marshal.",
    "pickle.",
    "shutil.",
    "urllib.",
    "pty.",
    "glob.",
    "code.",
)
#: What Python itself does without leaving the process.
HARMLESS = ("os.putenv", "os.unsetenv")


class Late(BaseException):
    """An attack was not refused in time."""


def _late(*_):
    raise Late


class Watch:
    """What happens between `begin` and `end`."""

    def __init__(self):
        self.own: str | None = None
        self.seen: list[str] = []
        sys.addaudithook(self._hook)

    def _hook(self, event: str, args: tuple) -> None:
        if self.own is None or not event.startswith(WATCHED) or event in HARMLESS:
            return
        if event == "open" and args[0] == self.own:
            return
        self.seen.append(f"{event} {args!r:.200}")


def peak() -> int:
    """The most memory since it was last forgotten, in kB."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM"):
            return int(line.split()[1])
    raise OSError("no VmHWM")


def forget_peak() -> None:
    Path("/proc/self/clear_refs").write_text("5")


def warm_up() -> None:
    """Load every module that loading may need, so that no import is seen later."""
    from brickwork import (
        activations,
        callbacks,
        constraints,
        initializers,
        layers,
        losses,
        metrics,
        optimizers,
        regularizers,
    )
    from brickwork.optimizers import schedules

    for catalogue in (
        activations,
        constraints,
        initializers,
        layers,
        losses,
        metrics,
        optimizers,
        regularizers,
        schedules,
    ):
        catalogue.registry.names()
    assert callbacks.__all__
    from brickwork import dialects

    assert dialects
    try:
        layers.Dense(2, evil=1)
    except ArgumentError:
        pass
    for name in good_files.MODELS:
        good_files.file_of(name), good_files.weights_of(name)


def main(folder: Path, patience: float) -> None:
    """Makes the attacks; one that takes more than `patience` seconds counts as successful."""
    warnings.simplefilter("ignore")
    signal.signal(signal.SIGALRM, _late)
    listed = json.loads((folder / "attacks.json").read_text())
    warm_up()
    for name in good_files.MODELS:
        path = folder / f"good_{name}.brick"
        path.write_bytes(good_files.file_of(name))
        brickwork.load_model(path)
    watch, results = Watch(), []
    for number, (how, victim) in enumerate(listed):
        path = str(folder / f"{number}.brick")
        model = good_files.MODELS[victim]() if how == "weights" else None
        before = None if model is None else [w.copy() for w in model.get_weights()]
        forget_peak()
        start_memory = peak()
        watch.seen.clear()
        started = time.process_time()  # others may be at work on this machine
        signal.setitimer(signal.ITIMER_REAL, patience)
        watch.own = path
        outcome, said = "loaded", ""
        try:
            if model is None:
                brickwork.load_model(path)
            else:
                model.load_weights(path)
        except (FileError, ArgumentError, NotImplementedError) as error:
            outcome, said = "refused", f"{type(error).__name__}: {error}"
        except BaseException as error:
            outcome, said = "failed", f"{type(error).__name__}: {error}"
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
        watch.own = None
        seconds = time.process_time() - started
        same = before is None or all(
            (a == b).all() for a, b in zip(before, model.get_weights(), strict=True)
        )
        results.append(
            {
                "outcome": outcome,
                "said": said[:2000],
                "letters": len(said),
                "seconds": seconds,
                "megabytes": (peak() - start_memory) / 1024,
                "seen": list(watch.seen),
                "unharmed": same,
            }
        )
        (folder / "results.json").write_text(json.dumps(results))


if __name__ == "__main__":
    main(Path(sys.argv[1]), float(sys.argv[2]))
