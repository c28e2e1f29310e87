"""A save leaves the old file or the new one, whatever the disk, the system or a kill does."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

import faulty_disk
import good_files
import numpy as np
import pytest
from pace import SLOWER

import brickwork
from brickwork.saving import atomic


@cache
def _calls(turns: int) -> dict:
    with tempfile.TemporaryDirectory() as folder:
        return faulty_disk.run("calls", Path(folder), turns)


@cache
def _kills(count: int) -> dict:
    with tempfile.TemporaryDirectory() as folder:
        return faulty_disk.run("kills", Path(folder), count, 1, round(250 * SLOWER))


def figures(turns: int = 20, kills: int = 8) -> dict:
    """The results of failing calls (one in `turns`) and of kills; `make crash-tests` does all
    calls and 500 kills."""
    failed, killed = _calls(turns), _kills(kills)
    return {
        "points": failed["points"],
        "raised": failed["raised"],
        "kills": killed["kills"],
        "within_a_save": killed["within"],
        "strays_removed": killed["strays_removed"],
        "wrong": len(failed["wrong"]) + len(killed["wrong"]),
    }


def test_every_call_may_fail():
    found = _calls(20)
    assert found["wrong"] == []
    assert found["points"] > 30 and found["raised"] > 15
    assert {"open", "write", "fsync", "close"} <= found["calls"].keys()


def test_a_kill_at_any_time():
    found = _kills(8)
    assert found["wrong"] == []
    assert found["within"] >= 0.6 * found["kills"]


@pytest.fixture
def model():
    return good_files.small()


def _same(path, model) -> bool:
    return all(map(np.array_equal, brickwork.load_model(path).get_weights(), model.get_weights()))


def test_links_are_followed(model, tmp_path):
    there, link, chain = (tmp_path / name for name in ("there.brick", "link.brick", "chain.brick"))
    (tmp_path / "folder").mkdir()
    there.write_bytes(b"old")
    link.symlink_to("there.brick")
    chain.symlink_to(tmp_path / "folder" / ".." / "link.brick")
    model.save(chain)
    assert link.is_symlink() and chain.is_symlink() and _same(there, model)
    hanging = tmp_path / "hanging.brick"
    hanging.symlink_to(tmp_path / "new.brick")
    model.save(hanging)
    assert hanging.is_symlink() and _same(tmp_path / "new.brick", model)


def test_a_ring_of_links_is_refused(model, tmp_path):
    (tmp_path / "a.brick").symlink_to("b.brick")
    (tmp_path / "b.brick").symlink_to("a.brick")
    with pytest.raises(OSError, match="points to itself"):
        model.save(tmp_path / "a.brick")
    assert (tmp_path / "a.brick").is_symlink()


@pytest.mark.parametrize("nameless", [True, False])
def test_modes_and_the_umask_are_kept(nameless, model, tmp_path, monkeypatch):
    if not nameless:
        monkeypatch.delattr(os, "O_TMPFILE")
    path = tmp_path / "m.brick"
    before = os.umask(0o027)
    try:
        model.save(path)
    finally:
        os.umask(before)
    assert path.stat().st_mode & 0o777 == 0o640
    path.chmod(0o604)
    model.save(path)
    assert path.stat().st_mode & 0o777 == 0o604


def test_what_is_no_file_is_left_alone(model, tmp_path):
    os.mkfifo(tmp_path / "pipe.brick")
    (tmp_path / "null.brick").symlink_to(os.devnull)
    (tmp_path / "folder.brick").mkdir()
    for name, says in (
        ("pipe", "a device or a pipe"),
        ("null", "a device or a pipe"),
        ("folder", "a folder"),
    ):
        with pytest.raises(OSError, match=says):
            model.save(tmp_path / f"{name}.brick")
    with pytest.raises(FileNotFoundError, match="no such folder"):
        model.save(tmp_path / "nowhere" / "m.brick")
    with pytest.raises(OSError):
        model.save("/proc/m.brick")
    assert sorted(os.listdir(tmp_path)) == ["folder.brick", "null.brick", "pipe.brick"]


def test_a_folder_that_cannot_be_synced(model, tmp_path, monkeypatch):
    real = os.fsync

    def fsync(file):
        if os.path.isdir(f"/proc/self/fd/{file}"):
            raise OSError(errno.EINVAL, "Invalid argument")
        real(file)

    monkeypatch.setattr(os, "fsync", fsync)
    model.save(tmp_path / "m.brick")
    assert _same(tmp_path / "m.brick", model)


@pytest.mark.parametrize(
    "name",
    [
        "x" * 249 + ".brick",
        "한" * 83 + ".brick",
        "모델 하나.brick",
        "a*b[c]?.brick",
        "-rf.brick",
        os.fsdecode(b"\xff\xfe.brick"),
        "new\nline.brick",
    ],
    ids=range(7),
)
@pytest.mark.parametrize("nameless", [True, False])
def test_names_of_every_sort(name, nameless, model, tmp_path, monkeypatch):
    if not nameless:
        monkeypatch.delattr(os, "O_TMPFILE")
    model.save(tmp_path / name)
    model.save(tmp_path / name)
    assert os.listdir(tmp_path) == [name] and _same(tmp_path / name, model)
    there = os.fsencode(tmp_path / name)
    model.save(there)
    assert _same(there, model)


def test_only_what_was_left_behind_is_removed(model, tmp_path, monkeypatch):
    path = tmp_path / "m.brick"
    kept = [
        ".m.brick.notes.tmp",
        ".m.brick.0123456789abcdef.tmp.more",
        ".m.brick",
        ".m.brick.x.0123456789abcdef.tmp",
        ".n.brick.0123456789abcdef.tmp",
    ]
    left, new = ".m.brick.0123456789abcdef.tmp", ".m.brick.fedcba9876543210.tmp"
    for name in (*kept, left, new):
        (tmp_path / name).write_bytes(b"")
        os.utime(tmp_path / name, (0, 0) if name != new else None)
    model.save(path)
    assert sorted(os.listdir(tmp_path)) == sorted([*kept, new, path.name])


def test_a_file_that_another_process_writes_is_no_left_behind(tmp_path, monkeypatch):
    monkeypatch.delattr(os, "O_TMPFILE")
    monkeypatch.setattr(atomic, "_LEFT_BEHIND", -1.0)
    path = tmp_path / "m.brick"

    def parts():
        yield b"slow"
        atomic.write(path, [b"quick"])

    atomic.write(path, parts())
    assert path.read_bytes() == b"slow" and os.listdir(tmp_path) == [path.name]


def test_processes_that_save_to_one_name(model, tmp_path):
    path = tmp_path / "m.brick"
    script = (
        "import sys, good_files\nmodel = good_files.small()\n"
        "for _ in range(4): model.save(sys.argv[1])"
    )
    paths = os.pathsep.join([*sys.path])
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", script, path], env={**os.environ, "PYTHONPATH": paths}
        )
        for _ in range(3)
    ]
    loaded = 0
    while any(writer.poll() is None for writer in writers):
        if path.exists():
            assert len(brickwork.load_model(path).layers) == 3
            loaded += 1
    assert [writer.wait() for writer in writers] == [0, 0, 0]
    assert loaded > 0 and os.listdir(tmp_path) == [path.name]
