"""`get_file`, which is here asked for files of this machine."""

import hashlib
import io
import tarfile
import zipfile

import pytest

from brickwork.utils import get_file


def served(path, content=b"1,2\n"):
    path.write_bytes(content)
    return path.as_uri()


def test_a_file_is_fetched_once(tmp_path):
    origin = served(tmp_path / "data.csv")
    path = get_file("kept.csv", origin, cache_dir=tmp_path)
    assert path == str(tmp_path / "datasets" / "kept.csv")
    served(tmp_path / "data.csv", b"new")
    with open(get_file("kept.csv", origin, cache_dir=tmp_path)) as file:
        assert file.read() == "1,2\n"
    with open(get_file("kept.csv", origin, cache_dir=tmp_path, force_download=True)) as file:
        assert file.read() == "new"
    assert get_file(origin=origin, cache_dir=tmp_path, cache_subdir="x").endswith("x/data.csv")


@pytest.mark.parametrize("name", ["md5", "sha256"])
def test_a_hash_that_is_wrong_keeps_no_file(tmp_path, name):
    right = hashlib.new(name, b"1,2\n").hexdigest()
    origin = served(tmp_path / "data.csv")
    path = get_file("a", origin, file_hash=right, cache_dir=tmp_path)
    (tmp_path / "datasets" / "a").write_bytes(b"spoiled")
    assert get_file("a", origin, file_hash=right, cache_dir=tmp_path) == path
    assert (tmp_path / "datasets" / "a").read_bytes() == b"1,2\n", "fetched again"
    with pytest.raises(ValueError, match=f"has the hash {right}, expected"):
        get_file("b", origin, file_hash="0" * len(right), cache_dir=tmp_path)
    assert [p.name for p in (tmp_path / "datasets").iterdir()] == ["a"]


@pytest.mark.parametrize("kind", ["zip", "tar"])
def test_an_archive_is_unpacked_into_a_folder(tmp_path, kind):
    packed = io.BytesIO()
    if kind == "zip":
        with zipfile.ZipFile(packed, "w") as archive:
            archive.writestr("rows.csv", "1,2\n")
    else:
        with tarfile.open(fileobj=packed, mode="w:gz") as archive:
            info = tarfile.TarInfo("rows.csv")
            info.size = 4
            archive.addfile(info, io.BytesIO(b"1,2\n"))
    origin = served(tmp_path / "all", packed.getvalue())
    folder = get_file(origin=origin, extract=True, cache_dir=tmp_path)
    with open(f"{folder}/rows.csv") as file:
        assert file.read() == "1,2\n"
    with pytest.raises(ValueError, match="no archive of that kind"):
        get_file("csv", served(tmp_path / "csv"), untar=True, cache_dir=tmp_path)


def test_a_file_outside_of_an_archive_s_folder_is_refused(tmp_path):
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        archive.addfile(tarfile.TarInfo("../outside"))
    with pytest.raises(tarfile.FilterError):
        get_file(origin=served(tmp_path / "bad", packed.getvalue()), untar=True,
                 cache_dir=tmp_path)
    assert not (tmp_path / "datasets" / "outside").exists()


@pytest.mark.parametrize(("args", "words"), [
    ((), "origin: got none"), (("../x", "file:///x"), "fname: got '../x'"),
    ((None, "file:///"), "fname: got ''")])
def test_what_is_refused(tmp_path, args, words):
    with pytest.raises(ValueError, match=words):
        get_file(*args, cache_dir=tmp_path)
