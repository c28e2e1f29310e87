"""Hostile files are refused, quickly, with little memory, and touch nothing else."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path
from time import process_time

import attacks
import good_files
import numpy as np
import pytest
from brick_files import closed, opened
from pace import SLOWER, in_time

import brickwork
from brickwork.saving import DamagedFile, FileError, MismatchedFile, NewerFile, NotAModelFile

SECONDS, MEGABYTES = 1.0, 64.0


@cache
def results() -> list[tuple[attacks.Attack, dict]]:
    """Every attack with its effects on a separate process (refuse.py)."""
    listed = list(attacks.attacks())
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for i, attack in enumerate(listed):
            (folder / f"{i}.brick").write_bytes(attack.make())
        (folder / "attacks.json").write_text(json.dumps([[a.how, a.victim] for a in listed]))
        child = Path(__file__).with_name("refuse.py")
        subprocess.run(
            [sys.executable, child, folder, str(5 * SLOWER)], check=True, timeout=250 * SLOWER
        )
        return list(zip(listed, json.loads((folder / "results.json").read_text()), strict=True))


def figures() -> dict:
    """What all attacks came to."""
    found = [result for _, result in results()]
    return {
        "files": len(found),
        "refused": sum(r["outcome"] == "refused" for r in found),
        "rows": len({attack.row for attack, _ in results()}),
        "slowest_s": round(max(r["seconds"] for r in found), 3),
        "most_mb": round(max(r["megabytes"] for r in found), 1),
        "foreign": sum(len(r["seen"]) for r in found),
    }


#: What may not be true of an attack.
BREACHES = {
    "not refused": lambda r: r["outcome"] != "refused",
    "opened, ran or requested something else": lambda r: r["seen"],
    "slow": lambda r: not in_time(r["seconds"], SECONDS, process_time),
    "much memory": lambda r: r["megabytes"] > MEGABYTES,
    "the model has changed": lambda r: not r["unharmed"],
    "a message that is none, or too long": lambda r: not 30 < r["letters"] < 900,
}


def test_all_are_refused():
    """One test, so that one process makes the attacks."""
    assert len(results()) >= 80
    assert sum(attack.how == "weights" for attack, _ in results()) > 10
    assert [
        (breach, attack.row, attack.name[:60], result)
        for attack, result in results()
        for breach, holds in BREACHES.items()
        if holds(result)
    ] == []


@pytest.mark.parametrize("name", good_files.MODELS)
def test_what_is_put_together_by_hand_is_a_file(name, tmp_path):
    """So that attacks are refused for what was changed, not for how they are written."""
    path = tmp_path / "m.brick"
    path.write_bytes(closed(*opened(good_files.file_of(name))))
    brickwork.load_model(path)


def _outputs(model):
    return [
        model.to_json(),
        *model.get_weights(),
        model.predict(np.linspace(-1, 1, 8, dtype="float32").reshape(2, 4), verbose=0),
    ]


def test_a_flipped_bit_is_noticed_or_changes_nothing(tmp_path):
    """In every third byte."""
    path, good = tmp_path / "m.brick", good_files.file_of("operation")
    path.write_bytes(good)
    expected, refused = _outputs(brickwork.load_model(path)), 0
    places = range(1, len(good), 3)
    for i, bit in zip(places, np.random.default_rng(0).integers(0, 8, len(places)), strict=True):
        path.write_bytes(good[:i] + bytes([good[i] ^ (1 << bit)]) + good[i + 1 :])
        try:
            model = brickwork.load_model(path)
        except FileError:
            refused += 1
            continue
        assert all(map(np.array_equal, _outputs(model), expected)), (i, bit)
    assert refused > 0.97 * len(places)  # the writer's name and spaces may be anything


@pytest.mark.parametrize(
    ("make", "kind", "says"),
    [
        (lambda good: None, FileNotFoundError, "there is no such file"),
        (lambda good: b"", NotAModelFile, "got an empty file, expected a .brick file"),
        (lambda good: b"\x89HDF\r\n\x1a\n" + bytes(90), NotAModelFile, "got an HDF5 file"),
        (lambda good: closed(*opened(good), format="pt"), NotAModelFile, "not a .brick file"),
        (lambda good: closed(*opened(good), min_reader="2"), NewerFile, "Update brickwork"),
        (lambda good: good[:-3], DamagedFile, "the file is truncated"),
        (
            lambda good: good[:-1] + b"!",
            DamagedFile,
            r"'probe/outputs/0', 16 bytes from byte [0-9,]+ of the file on, has changed",
        ),
        (lambda good: good_files.weights_of("operation"), MismatchedFile, "holds only weights"),
    ],
)
def test_errors_have_different_classes(make, kind, says, tmp_path):
    path, file = tmp_path / "m.brick", make(good_files.file_of("operation"))
    if file is not None:
        path.write_bytes(file)
    with pytest.raises(kind, match=says) as said:
        brickwork.load_model(path)
    assert str(path) in str(said.value)
