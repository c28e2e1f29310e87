"""`get_file`: what comes is checked, complete or not there, and stays in its folder."""

import hashlib
import inspect
import io
import os
import stat
import tarfile
import warnings
import zipfile
from urllib.error import HTTPError, URLError
from urllib.request import Request

import pytest

from brickwork.utils import archives, download, get_file

URL = "https://example.org/data/rows.bin?x=1"
CONTENT = b"rows" * 1000
SHA, MD5 = hashlib.sha256(CONTENT).hexdigest(), hashlib.md5(CONTENT).hexdigest()


class Response(io.BytesIO):
    def __init__(self, content, length=None):
        super().__init__(content)
        self.headers = {} if length == "" else {"Content-Length": str(length or len(content))}


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    monkeypatch.setattr(download, "open_https", lambda origin: pytest.fail("used the network"))
    return tmp_path / "datasets"


@pytest.fixture
def net(monkeypatch):
    """Sets the response of the network: bytes, a response, or an error."""
    requested = []

    def responds(what):
        def opened(origin):
            requested.append(origin)
            if isinstance(what, BaseException):
                raise what
            return what if isinstance(what, Response) else Response(what)

        monkeypatch.setattr(download, "open_https", opened)
        return requested

    return responds


def test_arguments_are_keras_s():
    from keras.utils import get_file as theirs

    ours, wanted = (
        [p.replace(annotation=p.empty) for p in inspect.signature(f).parameters.values()]
        for f in (get_file, theirs)
    )
    assert ours[:-1] == wanted
    assert ours[-1].name == "max_bytes"


@pytest.mark.parametrize(
    "hashes",
    [
        {"file_hash": SHA},
        {"md5_hash": MD5},
        {"file_hash": MD5},
        {"file_hash": SHA.upper(), "hash_algorithm": "sha256"},
    ],
)
def test_downloaded_once(net, cache, hashes, capsys):
    requested = net(CONTENT)
    path = get_file(origin=URL, **hashes)
    assert path == str(cache / "rows.bin") and (cache / "rows.bin").read_bytes() == CONTENT
    assert get_file(None, URL, **hashes) == path and requested == [URL]
    assert capsys.readouterr().out == f"Downloading data from {URL}\n"
    get_file(origin=URL, force_download=True, **hashes)
    assert len(requested) == 2 and os.listdir(cache) == ["rows.bin"]


def test_without_a_hash_it_is_said(net):
    net(CONTENT)
    with pytest.warns(UserWarning, match=SHA) as said:
        path = get_file("mine", URL)
    assert said[0].filename == __file__
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert get_file("mine", URL) == path


@pytest.mark.parametrize(
    "wrong, says",
    [
        (b"other", "expected " + SHA),
        (Response(CONTENT[:99], 4000), "ended after 99 of 4000"),
        (URLError("no route"), "no route. Save it as .*rows.bin by hand"),
        (HTTPError(URL, 404, "Not Found", {}, None), "404 Not Found"),
        (ConnectionResetError("reset"), "reset"),
        (TimeoutError("timed out"), "timed out"),
        (Response(b"x" * 9000, ""), "9000 bytes, expected at most 5000"),
        (Response(b"x", 10**12), "1000000000000 bytes, expected at most 5000"),
        (KeyboardInterrupt(), ""),
    ],
)
@pytest.mark.parametrize("before", [None, b"old"])
def test_what_goes_wrong_leaves_nothing(net, cache, wrong, says, before):
    if before:
        cache.mkdir()
        (cache / "rows.bin").write_bytes(before)
    if isinstance(wrong, Response):
        wrong = Response(wrong.getvalue(), wrong.headers.get("Content-Length", ""))
    net(wrong)
    kind = KeyboardInterrupt if isinstance(wrong, KeyboardInterrupt) else (ValueError, OSError)
    with pytest.raises(kind, match=says or None):
        get_file(origin=URL, file_hash=SHA, max_bytes=5000)
    assert [p.read_bytes() for p in cache.iterdir()] == ([before] if before else [])


def test_another_file_in_the_cache_is_replaced(net, cache, capsys):
    cache.mkdir()
    (cache / "rows.bin").write_bytes(b"half")
    net(CONTENT)
    get_file(origin=URL, file_hash=SHA)
    assert (cache / "rows.bin").read_bytes() == CONTENT
    assert "has another sha256" in capsys.readouterr().out
    assert stat.S_IMODE((cache / "rows.bin").stat().st_mode) == 0o644


@pytest.mark.parametrize(
    "arguments, says",
    [
        ({"origin": "http://example.org/a"}, "begins with https"),
        ({"origin": "file:///a"}, "https"),
        ({}, r"origin: got None"),
        ({"fname": "a/b", "origin": URL}, "without folders"),
        ({"fname": "..", "origin": URL}, "without folders"),
        ({"origin": "https://example.org/"}, "name of a file"),
        ({"origin": URL, "file_hash": "abc"}, "64 hexadecimal"),
        ({"origin": URL, "file_hash": SHA, "hash_algorithm": "md5"}, "64 hexadecimal"),
        ({"origin": URL, "file_hash": SHA, "hash_algorithm": "sha1"}, "'auto'"),
    ],
)
def test_refused_before_any_request(arguments, says):
    with pytest.raises(ValueError, match=says):
        get_file(**arguments)


def test_only_https_is_followed():
    follow = download._OnlyHttps().redirect_request
    request = Request(URL)
    assert follow(request, None, 302, "", {}, "https://b.org/c").full_url == "https://b.org/c"
    for place in ("http://b.org/c", "ftp://b.org/c", "file:///etc/passwd"):
        with pytest.raises(URLError, match="not https"):
            follow(request, None, 302, "", {}, place)


# Archives


def tarred(*members, mode="w:gz"):
    held = io.BytesIO()
    with tarfile.open(fileobj=held, mode=mode) as archive:
        for name, content in members:
            info = content if isinstance(content, tarfile.TarInfo) else tarfile.TarInfo(name)
            info.name = name
            data = b"" if isinstance(content, tarfile.TarInfo) else content
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return held.getvalue()


def zipped(*members):
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for info, content in members:
            archive.writestr(info, content)
    return held.getvalue()


def special(kind, target=""):
    info = tarfile.TarInfo()
    info.type, info.linkname = kind, target
    return info


def symlink(name):
    info = zipfile.ZipInfo(name)
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    return info


GOOD = [("set/a.txt", b"one"), ("set/deep/b.txt", b"two")]


@pytest.mark.parametrize("make", [tarred, zipped])
@pytest.mark.parametrize(
    "name, archive, folder",
    [
        (None, "rows.bin_archive", "rows.bin"),
        ("set.tar.gz", "set.tar.gz", "set_extracted"),
        ("set", "set_archive", "set"),
    ],
)
def test_unpacked_where_keras_does(net, cache, make, name, archive, folder):
    content = make(*GOOD)
    requested = net(content)
    arguments = {"file_hash": hashlib.sha256(content).hexdigest(), "extract": True}
    path = get_file(name, URL, **arguments)
    assert path == str(cache / folder) and (cache / archive).read_bytes() == content
    assert (cache / folder / "set" / "deep" / "b.txt").read_bytes() == b"two"
    assert sorted(os.listdir(cache)) == sorted([archive, folder])
    (cache / folder / "set" / "a.txt").write_bytes(b"mine")
    assert get_file(name, URL, **arguments) == path and len(requested) == 1
    assert (cache / folder / "set" / "a.txt").read_bytes() == b"mine"
    get_file(name, URL, force_download=True, **arguments)
    assert (cache / folder / "set" / "a.txt").read_bytes() == b"one"


@pytest.mark.parametrize(
    "content, says",
    [
        (tarred(*GOOD, ("../out", b"x")), "outside"),
        (tarred(("/out", b"x")), "a path outside"),
        (tarred(("a/../../out", b"x")), "outside"),
        (tarred(("C:\\out", b"x")), "a path outside"),
        (tarred(("..\\out", b"x")), "outside"),
        (tarred(("a", special(tarfile.SYMTYPE, "/etc")), ("a/passwd", b"x")), "'a', a link"),
        (tarred(("a", special(tarfile.SYMTYPE, "b"))), "a link"),
        (tarred(("a", special(tarfile.LNKTYPE, "/etc/passwd"))), "a link"),
        (tarred(("a", special(tarfile.CHRTYPE))), "a device"),
        (tarred(("a", special(tarfile.FIFOTYPE))), "a device"),
        (zipped(("../out", b"x")), "outside"),
        (zipped(("/out", b"x")), "a path outside"),
        (zipped((symlink("a"), "/etc")), "a link"),
        (tarred(("a", b"0" * 200_000)), "more than 100000 bytes"),
        (zipped(("a", b"0" * 60_000), ("b", b"0" * 60_000)), "more than 100000 bytes"),
        (b"no archive", "expected an archive"),
    ],
)
def test_what_leads_out_is_refused(tmp_path, content, says):
    (tmp_path / "held").write_bytes(content)
    with pytest.raises(ValueError, match=says):
        archives.unpack(str(tmp_path / "held"), str(tmp_path / "to"), limit=100_000)
    assert os.listdir(tmp_path) == ["held"] and not (tmp_path.parent / "out").exists()


def test_formats(tmp_path):
    (tmp_path / "held").write_bytes(zipped(*GOOD))
    with pytest.raises(ValueError, match="of the format tar"):
        archives.unpack(str(tmp_path / "held"), str(tmp_path / "to"), "tar")
    with pytest.raises(ValueError, match="got 'rar'"):
        archives.unpack(str(tmp_path / "held"), str(tmp_path / "to"), "rar")
    archives.unpack(str(tmp_path / "held"), str(tmp_path / "to"), ["zip"])
    assert os.listdir(tmp_path / "to") == ["set"]
