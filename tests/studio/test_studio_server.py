"""The server: what it sends with the page, whom it listens to, how it ends; and the command."""

import re
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from pace import in_time
from samples import PYTHON, environment, lesson
from studio_parts import (
    PAGE,
    arrays,
    asked,
    connected,
    dense,
    flat,
    job,
    raw,
    served,
    waited,
    wall,
)
from websockets.exceptions import ConnectionClosed

from brickwork import layers, optimizers
from brickwork.cli import main
from brickwork.commands import studio as command
from brickwork.models import Sequential
from brickwork.saving import load_model
from brickwork.studio import page as page_module
from brickwork.studio.limits import Limits
from brickwork.studio.messages import framed, unframed
from brickwork.studio.opening import given_file
from brickwork.studio.server import Server
from brickwork.utils import set_random_seed


@pytest.fixture(scope="module")
def server():
    with served() as found:
        yield found


def test_the_page_comes_with_its_policy_and_is_kept_by_nobody(server):
    with urllib.request.urlopen(f"http://{server.host}/") as answer:
        assert answer.read().decode() == PAGE
    headers = {name.lower(): value for name, value in answer.headers.items()}
    assert headers["content-security-policy"] == (
        "default-src 'none'; connect-src 'self'; frame-ancestors 'none'"
    )
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert headers["cache-control"] == "no-store"
    assert "server" not in headers and not any("allow-origin" in name for name in headers)


def test_head_is_the_same_without_the_page(server):
    request = urllib.request.Request(f"http://{server.host}/", method="HEAD")
    with urllib.request.urlopen(request) as answer:
        assert answer.status == 200 and answer.read() == b""


@pytest.mark.skipif(sys.platform != "linux", reason="/proc is Linux's")
def test_it_listens_to_this_machine_alone(server):
    port = int(server.host.split(":")[1])
    heard = []
    for file in ("/proc/net/tcp", "/proc/net/tcp6"):
        for line in Path(file).read_text().splitlines()[1:]:
            address, state = line.split()[1], line.split()[3]
            host, number = address.split(":")
            if int(number, 16) == port and state == "0A":  # listening
                heard.append(host)
    assert heard == ["0100007F"]  # 127.0.0.1


def test_a_job_over_the_socket_is_what_fit_does(server):
    given = job(wall(dense(3, "tanh"), dense(1, "sigmoid")))
    with connected(server) as line:
        assert asked(line, {"type": "hello"}, "capabilities")["version"]
        asked(line, {"type": "open", "job": given, "number": 4}, "snapshot")
        line.send(framed({"type": "run", "until": 3, "pace": None}))
        last = None
        while (message := unframed(line.recv(timeout=10)))["type"] == "snapshot":
            last = message["snapshot"]
            line.send(framed({"type": "seen"}))
        assert message == {"type": "stopped", "reason": "done", "number": 4}
    set_random_seed(7)
    model = Sequential(
        [layers.Input((4,)), layers.Dense(3, "tanh"), layers.Dense(1, activation="sigmoid")]
    )
    model.compile(optimizers.Adam(0.01), "binary_crossentropy", metrics=["accuracy"])
    x, y = arrays(given["training"])
    model.fit(x, y, batch_size=10, epochs=3, verbose=0)
    for ours, theirs in zip(flat(last), model.get_weights(), strict=True):
        np.testing.assert_array_equal(ours, theirs.ravel())


def threads() -> int:
    return sum(thread.name == "brickwork-studio" for thread in threading.enumerate())


def test_a_page_that_leaves_ends_its_training(server):
    assert waited(lambda: threads() == 0)
    with connected(server) as line:
        asked(line, {"type": "open", "job": job(count=2000)}, "snapshot")
        asked(line, {"type": "run", "until": 100_000, "pace": None}, "snapshot")
        assert threads() == 1
    assert waited(lambda: threads() == 0)


def test_a_page_that_reads_nothing_holds_up_its_own_training_alone(server):
    given = job(wall(dense(900, "relu"), dense(300, "relu"), dense(1, "sigmoid")))  # 1 MB
    with connected(server) as line, connected(server) as other:
        line.send(framed({"type": "open", "job": given}))
        for _ in range(40):  # answers of a megabyte each, which nobody reads
            line.send(framed({"type": "step"}))
        begin = time.monotonic()
        assert asked(other, {"type": "open", "job": job()}, "snapshot")
        assert in_time(time.monotonic() - begin, 3)


def test_no_more_pages_than_allowed():
    with served(limits=Limits(pages=2)) as server:
        with connected(server), connected(server):
            with connected(server) as third, pytest.raises(ConnectionClosed) as closed:
                third.recv(timeout=5)
            assert closed.value.rcvd.code == 1013 and "2 pages" in closed.value.rcvd.reason
        with connected(server) as again:
            assert waited(lambda: asked(again, {"type": "hello"}, "capabilities"))


def test_a_file_reaches_the_first_page_alone(tmp_path):
    """A page that comes again has the user's work, which the file would replace."""
    (tmp_path / "women.csv").write_text("age,ill\n30,0\n40,1\n")
    with served(given=given_file(str(tmp_path / "women.csv"))) as server:
        with connected(server) as line:
            given = asked(line, {"type": "hello"}, "given")
            assert given["file"] == {"name": "women.csv", "data": b"age,ill\n30,0\n40,1\n"}
        with connected(server) as line:
            asked(line, {"type": "hello"}, "capabilities")
            assert asked(line, {"type": "step"}, "given", "failed")["type"] == "failed"


def test_models_of_keras_reach_the_page_as_brick_files(tmp_path):
    model = lesson()
    for ending in (".keras", ".h5", ".brick"):
        model.save(tmp_path / f"mine{ending}")
        file = given_file(str(tmp_path / f"mine{ending}"))["file"]
        assert file["name"] == "mine.brick"
        (tmp_path / "again.brick").write_bytes(file["data"])
        again = load_model(tmp_path / "again.brick")
        for ours, theirs in zip(again.get_weights(), model.get_weights(), strict=True):
            np.testing.assert_array_equal(ours, theirs)


@pytest.mark.parametrize(
    "name, content, says",
    [
        ("a.exe", b"", "expected a model, a project or a table"),
        ("none.csv", None, "No such file"),
        ("a.csv", b"1" * 5000, "at most 4,000"),
        ("a.keras", b"PK", "a.keras"),
    ],
)
def test_files_that_cannot_be_opened(tmp_path, name, content, says):
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises((ValueError, OSError), match=says):
        given_file(str(tmp_path / name), Limits(message=4000))


def test_a_connection_that_says_nothing_is_closed(monkeypatch):
    monkeypatch.setattr("brickwork.studio.server.PATIENCE", 0.2)
    with served() as server:
        begin = time.monotonic()
        assert raw(server, b"", wait=5) == b""
        assert raw(server, b"GET / HTTP/1.1\r\nHost: 1", wait=5) == b""
        assert in_time(time.monotonic() - begin, 3)
        with connected(server) as line:  # a socket stays
            time.sleep(0.4)
            assert asked(line, {"type": "hello"}, "capabilities")


# The command.

SCRIPT = """
import sys
from brickwork.commands import studio
studio.read = lambda: {page!r}
from brickwork.cli import main
sys.exit(main(["studio", "--no-browser", "--port", "0", *sys.argv[1:]]))
"""


@contextmanager
def started(tmp_path, *arguments):
    (tmp_path / "serve.py").write_text(SCRIPT.format(page=PAGE))
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    command = [*PYTHON, "serve.py", *arguments]
    with subprocess.Popen(command, cwd=tmp_path, env=environment(), **pipes) as process:
        try:
            yield process
        finally:
            process.kill()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has other signals")
def test_the_command_serves_in_no_time_and_ctrl_c_closes_it(tmp_path):
    begin = time.monotonic()
    with started(tmp_path) as process:
        line = process.stdout.readline()
        address = re.search(r"(http://127.0.0.1:\d+/)#token=[\w-]{43}$", line)
        with urllib.request.urlopen(address[1]) as answer:
            assert answer.read().decode() == PAGE
        assert in_time(time.monotonic() - begin, 5)  # 0.3 s on an idle machine
        process.send_signal(signal.SIGINT)
        assert process.wait(10) == 0 and process.stderr.read() == ""
        assert process.stdout.read() == "Ctrl-C closes it.\n\nThe studio is closed.\n"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has other signals")
def test_ctrl_c_closes_it_while_a_page_trains(tmp_path):
    with started(tmp_path) as process:
        address = re.search(r"http://(\S+)/#token=(\S+)", process.stdout.readline())
        server = type("Started", (), {"host": address[1], "token": address[2]})
        with connected(server) as line:
            asked(line, {"type": "open", "job": job(count=2000)}, "snapshot")
            asked(line, {"type": "run", "until": 100_000, "pace": None}, "snapshot")
            process.send_signal(signal.SIGINT)
            assert process.wait(10) == 0
        assert process.stderr.read() == ""


def refused(monkeypatch, capsys, *arguments) -> str:
    monkeypatch.setattr(command, "read", lambda: PAGE)
    monkeypatch.setattr(Server, "run", lambda *_: pytest.fail("it was started"))
    assert main(["studio", "--no-browser", *arguments]) != 0
    return capsys.readouterr().err


def test_what_the_command_refuses(monkeypatch, capsys, tmp_path, server):
    port = server.host.split(":")[1]
    for arguments, says in {
        ("--port", port): "another program has it",
        ("--port", "99999"): "0 to 65535",
        ("--max-seconds", "0"): "more than 0",
        (str(tmp_path / "no.brick"),): "No such file",
        ("lesson.py",): "expected a model, a project or a table",
    }.items():
        assert says in refused(monkeypatch, capsys, *arguments)
    monkeypatch.setattr(command, "find_spec", lambda name: None if name == "uvicorn" else name)
    words = refused(monkeypatch, capsys)
    assert "pip install 'brickwork[studio]'" in words and "studio.html" in words


def test_where_no_port_was_asked_for_any_will_do(monkeypatch):
    monkeypatch.setattr(command, "PORT", 0)
    first = command._server(PAGE, None, Limits(), None)
    monkeypatch.setattr(command, "PORT", int(first.host.split(":")[1]))
    second = command._server(PAGE, None, Limits(), None)
    assert first.host != second.host
    for server in (first, second):
        server.stop()


def test_without_a_page_the_command_says_how_it_is_built(monkeypatch, tmp_path):
    with pytest.raises(FileNotFoundError, match="make studio"):
        page_module.read(tmp_path / "studio.html")
