"""Files that a script overwrites are restored; the script itself sees its own versions."""

import os
import shutil
from pathlib import Path
from threading import Thread

import pytest

from brickwork import Sequential
from brickwork.commands.untouched import restoring_files
from brickwork.layers import Dense


def saved(path):
    Sequential([Dense(1, input_dim=2)]).save(path)


def in_a_thread(path):
    thread = Thread(target=path.write_text, args=("new",))
    thread.start()
    thread.join()


def renamed(path):
    path.with_name("other").write_text("new")
    os.replace(path.with_name("other"), path)


def low_level(path):
    file = os.open(path, os.O_WRONLY)
    os.write(file, b"n")
    os.close(file)


def without_its_folder(path):
    shutil.rmtree(path.parent)


CHANGES = {
    "written": lambda path: path.write_text("new"),
    "removed": Path.unlink,
    "added to": lambda path: path.open("a").write("new"),
    "truncated": lambda p: os.truncate(p, 1),
    "renamed away": lambda path: path.rename(path.with_name("away")),
    "replaced": renamed,
    "low": low_level,
    "by a thread": in_a_thread,
    "with its folder": without_its_folder,
    "by a link": lambda path: path.with_name("link.brick").write_text("new"),
    "a model's file": saved,
    "twice": lambda path: (path.write_text("1"), path.write_text("2")),
}


@pytest.mark.filterwarnings("ignore::ResourceWarning")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("way", CHANGES)
def test_files_are_restored(way, tmp_path):
    path = tmp_path / "folder" / "a.brick"
    path.parent.mkdir()
    path.write_text("old")
    os.utime(path, (1, 1))
    path.with_name("link.brick").symlink_to(path)
    restored = []
    with restoring_files(restored):
        CHANGES[way](path)
    assert path.read_text() == "old" and path.stat().st_mtime == 1
    assert restored == [str(path.resolve())]


def test_a_script_sees_its_changes_and_new_files_stay(tmp_path):
    old, new = tmp_path / "old", tmp_path / "new"
    old.write_text("old")
    restored = []
    with pytest.raises(ZeroDivisionError), restoring_files(restored):
        old.write_text("its own")
        assert old.read_text() == "its own"
        new.write_text("new")
        new.write_text("newer")
        raise ZeroDivisionError
    assert (old.read_text(), new.read_text()) == ("old", "newer")
    assert restored == [str(old.resolve())]


def test_files_that_are_only_read_or_unchanged_are_not_reported(tmp_path):
    path = tmp_path / "a"
    path.write_text("old")
    restored = []
    with restoring_files(restored):
        assert path.read_text() == "old"
        path.write_text("old")
    assert restored == []
    path.write_text("after the block")
    assert path.read_text() == "after the block"
