"""A process on a disk that fails (faulty_disk.c): it saves, and reports what became of the files.

    python faulty_disk.py compile FOLDER              prints the path of the library
    python faulty_disk.py calls FOLDER TURNS          one line of JSON: each call failed in turn
    python faulty_disk.py kills FOLDER COUNT SEED MS  one line of JSON: processes killed at a save

The last two need the library before the C library: LD_PRELOAD.
"""

from __future__ import annotations

import ctypes
import errno
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from itertools import product
from pathlib import Path

ONCE, LASTING, SHORT, SPOILT = range(4)
#: What goes wrong with a call.
FAULTS = [
    *(
        (name, getattr(errno, name), how)
        for name in ("ENOSPC", "EIO", "EACCES")
        for how in (ONCE, LASTING)
    ),
    ("EINTR", errno.EINTR, ONCE),
    ("short", 0, SHORT),
    ("spoilt", 0, SPOILT),
]


def compiled(folder: Path) -> Path:
    """The library."""
    library = folder / "faulty_disk.so"
    subprocess.run(
        ["cc", "-shared", "-fPIC", "-O1", "-o", library, Path(__file__).with_suffix(".c"), "-ldl"],
        check=True,
    )
    return library


def _disk(folder: Path) -> ctypes.CDLL:
    disk = ctypes.CDLL(None)
    disk.faulty_failed.restype = ctypes.c_char_p
    disk.faulty_watch(os.fsencode(folder))
    return disk


def _two_models():
    """Two models of the same kind, with their files."""
    import good_files

    import brickwork

    brickwork.utils.set_random_seed(1)
    old = good_files.small()
    brickwork.utils.set_random_seed(2)
    return old, good_files.small()


def _bytes_of(model, path: Path) -> bytes:
    model.save(path)
    return path.read_bytes()


def _most_calls(disk, model, path: Path) -> int:
    """How many calls a save takes."""
    disk.faulty_arm(0, 0, 0)
    model.save(path)
    return disk.faulty_calls()


def calls(folder: Path, turns: int) -> dict:
    """Fail every call of a save in turn, in all ways (one in `turns` of them).

    Returns the number of points by call, and what went wrong, which should be nothing.
    """
    import numpy as np

    import brickwork

    disk, path = _disk(folder), folder / "m.brick"
    old, new = _two_models()
    old_bytes = _bytes_of(old, path)
    new_bytes = _bytes_of(new, path)
    weights = [w.copy() for w in new.get_weights()]
    points, raised, wrong = Counter(), 0, []

    def problem() -> str | None:
        found = sorted(p.name for p in folder.iterdir())
        if found != [path.name]:
            return f"files {found}"
        if path.read_bytes() not in (old_bytes, new_bytes):
            return "neither the old file nor the new"
        if not all(map(np.array_equal, new.get_weights(), weights)):
            return "the model has changed"
        return None

    draw = random.Random(0)
    for nameless, there in product((True, False), repeat=2):
        disk.faulty_nameless(nameless)
        for k, (name, error, how) in product(range(1, _most_calls(disk, new, path) + 1), FAULTS):
            if draw.random() * turns > 1:
                continue
            for stray in folder.iterdir():
                stray.unlink()
            if there:
                path.write_bytes(old_bytes)
            disk.faulty_arm(k, error, how)
            said = None
            try:
                new.save(path)
            except OSError as failure:
                said = failure
            failed = disk.faulty_failed().decode()
            disk.faulty_arm(0, 0, 0)
            if not failed:
                continue
            points[failed] += 1
            raised += said is not None
            if there or path.exists():
                what = problem()
            else:
                what = "a stray file" if list(folder.iterdir()) else None
            if what is None and said is None and path.read_bytes() != new_bytes:
                what = "said nothing, but did not save"
            if what is not None:
                wrong.append(
                    f"{failed}, call {k}, {name} {how}, nameless {nameless}, a file "
                    f"there {there}: {what} ({said})"
                )
    disk.faulty_nameless(True)
    path.write_bytes(old_bytes)
    new.save(path)
    loaded = brickwork.load_model(path).get_weights()
    if problem() is not None or not all(map(np.array_equal, loaded, weights)):
        wrong.append("a save after all of them")
    return {"points": sum(points.values()), "calls": dict(points), "raised": raised, "wrong": wrong}


def kills(folder: Path, count: int, seed: int, longest: int) -> dict:
    """Kill processes that save repeatedly, after up to `longest` milliseconds; returns how many
    during a save."""
    from brickwork.saving import atomic

    disk, path = _disk(folder), folder / "m.brick"
    models = _two_models()
    files = [_bytes_of(model, path) for model in models]
    draw, within, strays, wrong = random.Random(seed), 0, 0, []
    atomic._LEFT_BEHIND = -1.0  # unlocked files are removed at once
    for number in range(count):
        disk.faulty_nameless(number % 2)
        child = os.fork()
        if child == 0:
            try:
                disk.faulty_slow(500)
                while True:
                    for model in models:
                        model.save(path)
            finally:
                os._exit(1)
        time.sleep(draw.uniform(0.24, 1) * longest / 1000)
        os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        if not os.WIFSIGNALED(status):
            wrong.append(f"{number}: the process ended by itself")
        within += disk.faulty_stage()
        disk.faulty_watch(os.fsencode(folder))
        if path.read_bytes() not in files:
            wrong.append(f"{number}: neither of the files")
        strays += len(list(folder.iterdir())) - 1
        atomic.remove_left_behind(path)
        if [p.name for p in folder.iterdir()] != [path.name]:
            wrong.append(f"{number}: stray files {[p.name for p in folder.iterdir()]}")
    return {"kills": count, "within": within, "strays_removed": strays, "wrong": wrong}


def run(what: str, folder: Path, *arguments: int) -> dict:
    """One of the functions above, in a process with the library."""
    library = compiled(folder)
    disk = folder / "disk"
    disk.mkdir(exist_ok=True)
    done = subprocess.run(
        [sys.executable, __file__, what, disk, *map(str, arguments)],
        check=True,
        env={**os.environ, "LD_PRELOAD": str(library)},
        stdout=subprocess.PIPE,
    )
    return json.loads(done.stdout.splitlines()[-1])


if __name__ == "__main__":
    made = {"calls": calls, "kills": kills}[sys.argv[1]]
    print(json.dumps(made(Path(sys.argv[2]), *map(int, sys.argv[3:]))))
