"""Random legal programs, run by Keras and by brickwork: `make unusual SECONDS=1200`.

Each is drawn by its seed (`unusual_programs`). Both libraries begin with the same weights and see
the same rows, and what comes of it must be the same: the keys and values of History, what callbacks
see, the weights, results of evaluate and predict. Findings are

* a program that Keras runs and brickwork refuses, unless the reason is in `REFUSED`, which is the
  list of docs/safe-training.md;
* an internal error of brickwork (an AttributeError, say), even if Keras fails, too;
* another value, key or shape. If float32 differs and float64 agrees, it was rounding.

What Keras refuses only because of the container (lists, tables with missing values) is run with
plain data. Findings are minimized: as many choices as possible are the plain ones.

    python tests/long/unusual.py 1200        # seconds
    python tests/long/unusual.py 60 512      # first seed
"""

from __future__ import annotations

import collections
import contextlib
import io
import os
import re
import sys
import time
import warnings
from pathlib import Path

os.environ |= {"KERAS_BACKEND": "jax", "JAX_PLATFORMS": "cpu", "JAX_ENABLE_X64": "1"}
sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parents[1] / "models")]

import numpy as np  # noqa: E402
from twins import floatx, jax, keras  # noqa: E402
from unusual_programs import ASPECTS, Program, drawn  # noqa: E402

import brickwork  # noqa: E402

TOLERANCE = {"float32": 2e-4, "float64": 1e-7}
#: What brickwork refuses on purpose, by its words.
REFUSED: dict[str, str] = {
    r"class_weight: got weights of classes for .*, whose targets are quantities": "B15",
    "monitor: got 'val_loss', but there is no validation at this fit": "B17",
    "got a label with a fraction, .* expected class indices": "B3",
    "got labels from .*, the first outside at row": "B2",
    "got values from .* expected 0 to 1 for": "B3",
}


class Stopped(Exception):
    """A library refused the program."""

    def __init__(self, error: Exception, done: list):
        super().__init__(f"{type(error).__name__}: {error}")
        self.error, self.done = error, done


def outcome(program: Program, library, dtype: str, plain: bool = False) -> list:
    """All that comes of a program; raises `Stopped`."""
    done: list = []
    with floatx(dtype), warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        try:
            for name, value in program.run(library, plain):
                done.append((name, value))
        except Exception as error:
            raise Stopped(error, done) from error
    return done


def flat(value, path=""):
    """(path, leaf) of nested lists and dicts, and of (name, value) pairs."""
    if isinstance(value, tuple) and len(value) == 2 and isinstance(value[0], str) and not path:
        yield from flat(value[1], value[0])
    elif isinstance(value, dict):
        for key in sorted(value):
            yield from flat(value[key], f"{path}.{key}")
    elif isinstance(value, list | tuple):
        for i, part in enumerate(value):
            yield from flat(part, f"{path}[{i}]")
    else:
        yield path, value


def difference(ours: list, theirs: list, tolerance: float) -> str | None:
    """The first difference of two outcomes, as text."""
    ours, theirs = ([leaf for pair in side for leaf in flat(pair)] for side in (ours, theirs))
    for (path, a), (other, b) in zip(ours, theirs, strict=False):
        if path != other:
            return f"ours has {path}, Keras {other}"
        if isinstance(a, str) or isinstance(b, str):
            if a != b:
                return f"{path}: {a!r}, Keras {b!r}"
            continue
        a, b = np.asarray(a, float), np.asarray(b, float)
        if a.shape != b.shape:
            return f"{path}: shape {a.shape}, Keras {b.shape}"
        with np.errstate(invalid="ignore", over="ignore"):
            off = np.abs(a - b) / (1 + np.abs(b))
        off = np.where((a == b) | (np.isnan(a) & np.isnan(b)), 0, off)
        if not (off <= tolerance).all():
            return f"{path}: {a.ravel()[:4]}, Keras {b.ravel()[:4]}"
    if len(ours) != len(theirs):
        return f"{len(ours)} values, Keras {len(theirs)}"
    return None


def finite(done: list) -> bool:
    """Whether Keras's training stayed among the numbers; where not, ours ends by design, and what
    runs away multiplies rounding at each step."""
    return all(
        (np.abs(np.asarray(v, float)) < 1e4).all()
        for pair in done
        for _, v in flat(pair)
        if not isinstance(v, str)
    )


def verdict(program: Program) -> tuple[str, str]:
    """What kind of thing happened, and its words."""
    try:
        ours, refusal = outcome(program, brickwork, "float32"), None
    except Stopped as stopped:
        ours, refusal = stopped.done, stopped
    for plain in (False, True):
        try:
            theirs, its = outcome(program, keras, "float32", plain), None
            break
        except Stopped as stopped:
            theirs, its = stopped.done, stopped
    if its is not None and refusal is None:
        return "only Keras refuses", str(its)[:300]
    if refusal is not None:
        if not isinstance(refusal.error, ValueError | TypeError | NotImplementedError):
            return "an error from within", str(refusal)[:300]
        if its is not None:
            return "both refuse", f"{str(refusal)[:150]} | {str(its)[:100]}"
        for words in REFUSED:
            if re.search(words, str(refusal)):
                return "refused on purpose", words
        return "only brickwork refuses", str(refusal)[:400]
    if not finite(theirs):
        return "runs away", ""
    words = difference(ours, theirs, TOLERANCE["float32"])
    if words is None:
        return "the same", ""
    try:
        exact = difference(
            outcome(program, brickwork, "float64", plain),
            outcome(program, keras, "float64", plain),
            TOLERANCE["float64"],
        )
    except Stopped as stopped:
        return "different", f"{words}; in float64 {stopped}"
    return ("different", words) if exact else ("rounding", words)


FINDS = ("only brickwork refuses", "an error from within", "different")


def small(program: Program, kind: str, words: str) -> dict:
    """The choices that a find cannot do without."""
    choices = dict(program.choices)
    for aspect, options in ASPECTS.items():
        if choices[aspect] == options[0]:
            continue
        tried = choices | {aspect: options[0]}
        found, said = verdict(Program(tried, program.seed))
        if found == kind and said[:25] == words[:25]:
            choices = tried
    return {a: v for a, v in choices.items() if v != ASPECTS[a][0]}


def hunt(seconds: float, first: int = 0, write=print) -> dict:
    """Run programs for some seconds; returns the number of each outcome, and the findings."""
    counts, start, seed = collections.Counter(), time.perf_counter(), first
    findings: dict[str, list] = {}
    while time.perf_counter() - start < seconds:
        rng = np.random.default_rng(seed)
        program = Program(drawn(rng), seed)
        kind, words = verdict(program)
        counts[kind] += 1
        key = kind + re.sub(r"[0-9.e+\-]+", "#", words)[:60]
        if key not in findings and kind not in ("the same", "runs away", "refused on purpose"):
            findings[key] = [seed, kind, words]
            needed = (
                small(program, kind, words)
                if kind in FINDS
                else {a: v for a, v in program.choices.items() if v != ASPECTS[a][0]}
            )
            write(f"\n{seed} {kind}: {words}\n    {needed}", flush=True)
        seed += 1
        if seed % 1000 == 0:
            jax.clear_caches()
    return {
        "programs": seed - first,
        "outcomes": dict(counts),
        "findings": [f for f in findings.values() if f[1] in FINDS],
    }


def figures(seconds: float = 1200, first: int = 0) -> dict:
    """How many programs ended how, and in how many kinds of findings."""
    found = hunt(seconds, first, lambda *_, **__: None)
    return {"programs": found["programs"], **found["outcomes"], "findings": len(found["findings"])}


if __name__ == "__main__":
    found = hunt(
        float(sys.argv[1]) if len(sys.argv) > 1 else 1200,
        int(sys.argv[2]) if len(sys.argv) > 2 else 0,
    )
    print(
        f"\n{found['programs']} programs:",
        ", ".join(f"{n} {kind}" for kind, n in sorted(found["outcomes"].items())),
    )
    sys.exit(bool(found["findings"]))
