"""Runs whole scripts of the studio, and returns the arrays that they have made.

Reads `[{"code", "files", "runs_with"}]`; the script of `runs_with` "keras" is run by Keras itself,
all others as `brickwork run` does it.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import sys
import tempfile
import warnings
from pathlib import Path

import numpy as np
import takeover

ARRAYS = "x_train", "y_train", "x_val", "y_val"


def run(code: str, files: dict[str, str]) -> dict:
    """Run a script beside its files; return its arrays, what it prints, and its weights."""
    said = io.StringIO()
    names: dict = {"__name__": "__main__"}
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        for name, text in files.items():
            Path(name).write_text(text, "utf-8")
        with contextlib.redirect_stdout(said):
            exec(compile(code, "script.py", "exec"), names)
    return {
        "arrays": {
            name: np.asarray(names[name], float).reshape(len(names[name]), -1).tolist()
            for name in ARRAYS
            if name in names
        },
        "said": said.getvalue(),
        "predicted": predicted(names),
        "weights": [np.asarray(w).ravel().tolist() for w in names["model"].get_weights()],
    }


def predicted(names: dict) -> list | None:
    """Answers for the row that a script writes out, and for the same row of its arrays."""
    if "answers" not in names:
        return None
    rows = names.get("x_val", names["x_train"])
    taken = names["model"].predict(rows[:1], verbose=0)
    return [np.asarray(names["answers"]).tolist(), np.asarray(taken).tolist()]


def main() -> None:
    """Answer for all scripts."""
    warnings.simplefilter("ignore")
    os.environ["KERAS_BACKEND"] = "jax"
    scripts = json.load(sys.stdin)
    answers = {}
    for i, script in enumerate(scripts):
        if script["runs_with"] == "keras":
            answers[i] = run(script["code"], script["files"])
    takeover.install()
    for i, script in enumerate(scripts):
        if i not in answers:
            answers[i] = run(script["code"], script["files"])
    json.dump([answers[i] for i in range(len(scripts))], sys.stdout)


main()
