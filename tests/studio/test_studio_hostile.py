"""Hostile requests (RELIABILITY, T17): all are refused, nothing changes, and nothing is trained."""

import re
import socket
import threading
import time

import numpy as np
import pytest
from pace import in_time
from studio_parts import (
    PAGE,
    asked,
    brick,
    connected,
    dense,
    job,
    raw,
    rows,
    served,
    waited,
    wall,
)
from websockets.exceptions import ConnectionClosed, InvalidStatus

from brickwork.studio.limits import Limits
from brickwork.studio.messages import framed, unframed

#: What hostile pages try within these limits takes no memory here.
LIMITS = Limits(message=100_000, requests=8, seconds=5)


@pytest.fixture(scope="module")
def server():
    with served(limits=LIMITS) as found:
        yield found


@pytest.fixture(autouse=True)
def untouched(server):
    """Whatever is asked, no training is started, and the server goes on."""
    yield
    assert waited(lambda: not sessions())  # a page that left ends within a step
    assert raw(server, get(server)).endswith(PAGE.encode())


def sessions() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "brickwork-studio"]


def get(server, path: str = "/", method: str = "GET", more: str = "", **headers: str) -> bytes:
    given = {"Host": server.host, **{n.replace("_", "-"): v for n, v in headers.items()}}
    lines = [f"{name}: {value}" for name, value in given.items() if value is not None]
    return "\r\n".join([f"{method} {path} HTTP/1.1", *lines, more]).rstrip().encode() + b"\r\n\r\n"


def status(answer: bytes) -> int:
    found = re.match(rb"HTTP/1\.1 (\d{3})", answer)
    assert found, answer[:100]
    return int(found[1])


def port(server) -> str:
    return server.host.split(":")[1]


NAMES = {
    "another name": "evil.example",
    "another name on this port": "evil.example:{port}",
    "a name that leads here (DNS rebinding)": "localtest.me:{port}",
    "localhost, which is not the name": "localhost:{port}",
    "this machine, another port": "127.0.0.1:1",
    "no port": "127.0.0.1",
    "a name that begins like it": "127.0.0.1:{port}.evil.example",
    "another way to write it": "127.1:{port}",
    "in decimal": "2130706433:{port}",
    "version 6": "[::1]:{port}",
    "mapped to version 6": "[::ffff:127.0.0.1]:{port}",
    "with a user": "evil@127.0.0.1:{port}",
    "with a dot": "127.0.0.1.:{port}",
    "all addresses": "0.0.0.0:{port}",
    "empty": "",
}


@pytest.mark.parametrize("name", NAMES)
def test_another_host_is_refused(server, name):
    answer = raw(server, get(server, Host=NAMES[name].format(port=port(server))))
    assert status(answer) == 421 and PAGE.encode() not in answer


@pytest.mark.parametrize("name", NAMES)
def test_another_host_gets_no_socket(server, name):
    host = NAMES[name].format(port=port(server))
    assert status(raw(server, upgrade(server, Host=host))) in (400, 421)


ORIGINS = {
    "another page": "http://evil.example",
    "null": "null",
    "https": "https://{host}",
    "localhost": "http://localhost:{port}",
    "another port": "http://127.0.0.1:1",
    "one that begins like it": "http://{host}.evil.example",
    "with a path": "http://{host}/",
    "a file": "file://",
    "a list": "http://{host} http://evil.example",
}


@pytest.mark.parametrize("name", ORIGINS)
def test_another_origin_is_refused(server, name):
    origin = ORIGINS[name].format(host=server.host, port=port(server))
    assert status(raw(server, get(server, Origin=origin))) == 403
    assert status(raw(server, upgrade(server, Origin=origin))) == 403


PATHS = [
    "/index.html",
    "/studio.html",
    "/../../etc/passwd",
    "/..%2f..%2fetc%2fpasswd",
    "/%2e%2e/%2e%2e/etc/passwd",
    "/.%00./etc/passwd",
    "//etc/passwd",
    "/page/../../../../etc/passwd",
    "/engine",
    "/engine/",
    "/%65ngine",
    "/?file=/etc/passwd",
    "/?",
    "/#token",
    "http://evil.example/",
    "/static/..;/",
    "/\\..\\..\\windows\\win.ini",
    "*",
    "/" + "a" * 5000,
    "/favicon.ico",
    "/.env",
]


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path[:40])
def test_there_are_no_other_paths(server, path):
    answer = raw(server, get(server, path))
    expected = (200, 404) if path == "/?" else (404,)  # a mark without a question is the page
    assert status(answer) in expected and b"root:" not in answer
    if path != "/engine":
        assert status(raw(server, upgrade(server, path=path))) in (403, 404)


METHODS = ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT", "PROPFIND", "get", "X"]


@pytest.mark.parametrize("method", METHODS)
def test_only_get_and_head_are_known(server, method):
    assert status(raw(server, get(server, method=method))) == 405


def test_what_another_page_asks_beforehand_gets_no_permission(server):
    """The question that browsers ask before a request of another page (CORS)."""
    answer = raw(
        server,
        get(
            server,
            method="OPTIONS",
            Origin="http://evil.example",
            Access_Control_Request_Method="POST",
            Access_Control_Request_Private_Network="true",
        ),
    )
    assert status(answer) == 403 and b"access-control" not in answer.lower()


BODIES = {
    "a hundred megabytes": "Content-Length: 104857600",
    "a length that is none": "Content-Length: -5",
    "two lengths": "Content-Length: 5\r\nContent-Length: 6",
    "in chunks": "Transfer-Encoding: chunked",
    "in chunks and with a length": "Transfer-Encoding: chunked\r\nContent-Length: 5",
    "another encoding": "Transfer-Encoding: gzip",
    "a length beyond all numbers": "Content-Length: " + "9" * 400,
    "one that waits for leave": "Content-Length: 5\r\nExpect: 100-continue",
}


@pytest.mark.parametrize("name", BODIES)
def test_bodies_are_refused_unread(server, name):
    begin = time.monotonic()
    answer = raw(server, get(server, more=BODIES[name]))
    assert status(answer) in (400, 413, 501) and in_time(time.monotonic() - begin, 2)


def test_a_body_that_comes_slowly_is_not_waited_for(server):
    host, number = server.host.split(":")
    with socket.create_connection((host, int(number)), timeout=5) as line:
        line.sendall(get(server, method="POST", more="Content-Length: 1000000"))
        line.sendall(b"x")
        assert status(line.recv(4096)) == 405


MALFORMED = {
    "no HTTP": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(50),
    "a line without end": b"GET " + b"/" * 70_000,
    "a header of 100 kB": b"GET / HTTP/1.1\r\nHost: {host}\r\nX: " + b"x" * 100_000,
    "very many headers": b"GET / HTTP/1.1\r\nHost: {host}\r\n" + b"X: y\r\n" * 20_000,
    "a header over two lines": b"GET / HTTP/1.1\r\nHost: {host}\r\nX\x00: y\r\n\r\n",
    "two hosts": b"GET / HTTP/1.1\r\nHost: {host}\r\nHost: evil.example\r\n\r\n",
    "no host": b"GET / HTTP/1.1\r\n\r\n",
    "HTTP 2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "a space too many": b"GET  / HTTP/1.1\r\nHost: {host}\r\n\r\n",
    "two requests at once, one hidden": (
        b"POST / HTTP/1.1\r\nHost: {host}\r\nContent-Length: 44\r\nTransfer-Encoding: chunked\r\n"
        b"\r\n0\r\n\r\nGET /engine HTTP/1.1\r\nHost: {host}\r\n\r\n"
    ),
}


@pytest.mark.parametrize("name", MALFORMED)
def test_what_is_no_request_is_refused(server, name):
    answer = raw(server, MALFORMED[name].replace(b"{host}", server.host.encode()))
    assert not answer or status(answer) in (400, 405, 413, 421, 431)
    assert answer.count(b"HTTP/1.1 ") <= 1


# Sockets.


def upgrade(server, path: str = "/engine", **headers: str | None) -> bytes:
    usual = {
        "Upgrade": "websocket",
        "Connection": "Upgrade",
        "Sec_WebSocket_Key": "dGhlIHNhbXBsZSBub25jZQ==",
        "Sec_WebSocket_Version": "13",
        "Origin": f"http://{server.host}",
        "Sec_WebSocket_Protocol": f"brickwork.studio, {server.token}",
    }
    return get(server, path, **usual | headers)


UPGRADES = {
    "no token": {"Sec_WebSocket_Protocol": "brickwork.studio"},
    "an empty token": {"Sec_WebSocket_Protocol": "brickwork.studio, "},
    "a token of another start": {"Sec_WebSocket_Protocol": "brickwork.studio, " + "A" * 43},
    "half the token": {"Sec_WebSocket_Protocol": "brickwork.studio, {half}"},
    "the token and more": {"Sec_WebSocket_Protocol": "brickwork.studio, {token}x"},
    "the token alone": {"Sec_WebSocket_Protocol": "{token}"},
    "the token as the protocol": {"Sec_WebSocket_Protocol": "{token}, brickwork.studio"},
    "another protocol": {"Sec_WebSocket_Protocol": "graphql-ws, {token}"},
    "three of them": {"Sec_WebSocket_Protocol": "brickwork.studio, {token}, {token}"},
    "no protocol": {"Sec_WebSocket_Protocol": None},
    "the token in the address": {"path": "/engine?token={token}", "Sec_WebSocket_Protocol": None},
    "the token in a cookie": {"Cookie": "token={token}", "Sec_WebSocket_Protocol": None},
    "no origin": {"Origin": None},
    "no key": {"Sec_WebSocket_Key": None},
    "a key that is none": {"Sec_WebSocket_Key": "x"},
    "an old version": {"Sec_WebSocket_Version": "7"},
    "the page as a socket": {"path": "/"},
    "an upgrade to something else": {"Upgrade": "h2c"},
    "by another method": {"method": "POST"},
}


@pytest.mark.parametrize("name", UPGRADES)
def test_sockets_that_are_not_the_pages_own_are_refused(server, name):
    token = server.token
    given = {
        key: value and value.format(token=token, half=token[:20])
        for key, value in UPGRADES[name].items()
    }
    answer = raw(server, upgrade(server, **given))
    assert 400 <= status(answer) < 500
    assert b"Sec-WebSocket-Accept" not in answer


def test_the_pages_own_socket_is_let_in(server):
    """So that the others are refused for what they say."""
    host, number = server.host.split(":")
    with socket.create_connection((host, int(number)), timeout=5) as line:
        line.sendall(upgrade(server))
        assert status(line.recv(4096)) == 101


def answered(server, frame) -> dict:
    """The answer to a message: a message, or the code with which the socket is closed."""
    with connected(server) as line:
        try:
            line.send(frame)
            return unframed(line.recv(timeout=10))
        except ConnectionClosed as closed:
            return {"type": "closed", "code": closed.rcvd.code, "reason": closed.rcvd.reason}


def framed_text(text: bytes, block: bytes = b"") -> bytes:
    text += b" " * (-len(text) % 4)
    return len(text).to_bytes(4, "little") + text + block


FRAMES = {
    "text": "hello",
    "nothing": b"",
    "three bytes": b"abc",
    "random bytes": np.random.default_rng(1).bytes(1000),
    "a length beyond the frame": (1 << 30).to_bytes(4, "little") + b"{}  ",
    "a negative length": b"\xff\xff\xff\xff" + b"{}  ",
    "an odd length": b"\x02\x00\x00\x00{}",
    "no JSON": framed_text(b"{type: run}"),
    "half of a JSON": framed_text(b'{"type": "ru'),
    "no UTF-8": framed_text(b'{"type": "\xff\xfe"}'),
    "a list": framed_text(b"[1, 2]"),
    "a number": framed_text(b"5"),
    "null": framed_text(b"null"),
    "NaN": framed_text(b'{"type": "run", "until": NaN, "pace": null}'),
    "Infinity": framed_text(b'{"type": "run", "until": 1, "pace": Infinity}'),
    "a number of 5000 digits": framed_text(b'{"type": "run", "until": ' + b"9" * 5000 + b"}"),
    "40,000 brackets": framed_text(b'{"type": ' + b"[" * 40_000 + b"]" * 40_000 + b"}"),
    "20 brackets": framed_text(b'{"type": ' + b"[" * 20 + b"]" * 20 + b"}"),
    "an array outside of the block": framed_text(b'{"type": {"floats": [0, 99]}}'),
    "an array that begins before it": framed_text(b'{"x": {"floats": [-4, 1]}}', bytes(8)),
    "an array of negative length": framed_text(b'{"x": {"floats": [0, -1]}}', bytes(8)),
    "an array that is none": framed_text(b'{"x": {"floats": "all"}}', bytes(8)),
    "an array of half a number": framed_text(b'{"x": {"floats": [0.5, 1]}}', bytes(8)),
    "a file": framed_text(b'{"x": {"bytes": [0, 8]}}', bytes(8)),
    "a file, a thousand times": framed_text(
        b'{"x": [' + b",".join([b'{"bytes": [0, 8]}'] * 1000) + b"]}", bytes(8)
    ),
    "one array, two thousand times": framed_text(
        b'{"x": [' + b",".join([b'{"floats": [0, 2]}'] * 2000) + b"]}", bytes(8)
    ),
    "an array of 2**70 numbers": framed_text(b'{"x": {"floats": [0, %d]}}' % 2**70, bytes(8)),
}


@pytest.mark.parametrize("name", FRAMES)
def test_what_is_no_message_closes_the_socket(server, name):
    answer = answered(server, FRAMES[name])
    assert answer["type"] == "closed" and answer["code"] in (1003, 1007), answer
    assert answer["reason"]


def test_a_message_beyond_the_limit_closes_the_socket(server):
    answer = answered(server, bytes(200_000))
    assert answer["type"] == "closed" and answer["code"] == 1009


SCRIPT = '<script>alert("1")</script>'


def with_wall(*bricks, **more) -> dict:
    return {"type": "open", "job": job(wall(*bricks, **more), count=20, valid=0)}


def with_job(**more) -> dict:
    return {"type": "open", "job": job(count=20, valid=0) | more}


WEIGHT = {"name": "kernel", "shape": [4, 1], "values": np.zeros(4, "float32")}
MESSAGES = {
    "no type": {},
    "an unknown type": {"type": "shell"},
    "a type that is a list": {"type": ["open"]},
    "the name of a method": {"type": "_work"},
    "more than a type has": {"type": "pause", "path": "/etc/passwd"},
    "run before anything is open": {"type": "run", "until": 5, "pace": None},
    "step before anything is open": {"type": "step"},
    "weights before anything is open": {"type": "assign", "weights": []},
    "no job": {"type": "open"},
    "a job that is text": {"type": "open", "job": SCRIPT},
    "a job with more": with_job(path="/etc/passwd"),
    "no bricks": with_job(wall=wall() | {"bricks": []}),
    "bricks that are an object": with_job(wall=wall() | {"bricks": {"0": dense(1)}}),
    "a brick that is text": with_job(wall=wall() | {"bricks": [SCRIPT]}),
    "a layer that runs code": with_wall(brick("Lambda", function="print")),
    "a layer that reads files": with_wall(brick("StringLookup", vocabulary="/etc/passwd")),
    "a layer with script in its name": with_wall(brick(SCRIPT)),
    "an argument that a brick has not": with_wall(dense(1, config={"name": SCRIPT})),
    "an activation of another module": with_wall(dense(1, "os.system")),
    "an initializer that is an object": with_wall(
        dense(1, config={"kernel_initializer": {"class_name": "Constant", "config": {}}})
    ),
    "a penalty of another class": with_wall(
        dense(1, config={"kernel_regularizer": {"class_name": "Lambda", "config": {}}})
    ),
    "a penalty that is negative": with_wall(
        dense(1, config={"kernel_regularizer": {"class_name": "L2", "config": {"l2": -1}}})
    ),
    "no units": with_wall(brick("Dense", activation="relu")),
    "units that are negative": with_wall(dense(-1)),
    "units that are none": with_wall(dense(0)),
    "units that are half": with_wall(dense(2.5)),
    "units that are text": with_wall(dense("8")),
    "units that are true": with_wall(dense(True)),
    "more units than memory": with_wall(dense(2**40)),
    "ten thousand units, ten times": with_wall(*[dense(10_000)] * 10),
    "a thousand bricks": with_wall(*[dense(1)] * 1000),
    "a rate above 1": with_wall(dense(1), brick("Dropout", rate=2)),
    "sockets that do not fit": with_wall(dense(3), dense(1, fixed={"inputs": 9, "name": "w"})),
    "weights of another shape": with_wall(dense(1, weights=[WEIGHT | {"shape": [1, 4]}, WEIGHT])),
    "weights that are too few": with_wall(dense(1, weights=[WEIGHT])),
    "weights that are text": with_wall(dense(1, weights=[WEIGHT | {"values": SCRIPT}, WEIGHT])),
    "weights that are NaN": with_wall(
        dense(1, weights=[WEIGHT | {"values": np.full(4, np.nan, "f4")}, WEIGHT])
    ),
    "frozen by text": with_wall(dense(1, trainable="yes")),
    "a loss of another module": with_wall(loss="os.system"),
    "a metric that is script": with_wall(metrics=[SCRIPT]),
    "very many metrics": with_wall(metrics=["accuracy"] * 1000),
    "an optimizer that there is not": with_wall(optimizer={"kind": "Exec", "config": {}}),
    "an optimizer with more": with_wall(optimizer={"kind": "SGD", "config": {"path": "/"}}),
    "a rate that is text": with_wall(optimizer={"kind": "SGD", "config": {"learning_rate": "1"}}),
    "a seed that is negative": with_wall(seed=-1),
    "a seed beyond 32 bits": with_wall(seed=2**32),
    "no inputs": with_job(wall=wall(inputs=0)),
    "inputs beyond the limit": with_job(wall=wall(inputs=10**9)),
    "a batch of nothing": with_wall(batchSize=0),
    "epochs beyond the limit": with_wall(epochs=10**9),
    "no rows": with_job(training=rows(0)),
    "rows that are negative": with_job(training=rows(20) | {"rows": -20}),
    "more rows than come": with_job(training=rows(20) | {"rows": 21}),
    "more rows than memory": with_job(training=rows(20) | {"rows": 10**12}),
    "rows that are text": with_job(training=rows(20) | {"x": SCRIPT}),
    "rows that are a list": with_job(training=rows(20) | {"x": [0.5] * 80}),
    "rows that hold NaN": with_job(training=rows(20) | {"x": np.full(80, np.nan, "f4")}),
    "rows of other inputs": with_job(training=rows(16, inputs=5)),
    "a validation that is text": with_job(validation=SCRIPT),
    "outputs for rows that are negative": {
        "type": "predict",
        "id": 1,
        "x": np.zeros(4, "f4"),
        "rows": -1,
        "all": True,
    },
    "an id that is script": {"type": "predict", "id": SCRIPT, "rows": 1, "all": True, "x": None},
    "a file of another kind": {"type": "export", "id": 1, "wall": wall(), "format": "../../x.py"},
    "a file that the page writes": {"type": "export", "id": 1, "wall": wall(), "format": ".svg"},
    "a file of no wall": {"type": "export", "id": 1, "wall": SCRIPT, "format": ".h5"},
}


@pytest.mark.parametrize("name", MESSAGES)
def test_what_no_page_would_say_is_refused_in_words(server, name):
    with connected(server) as line:
        answer = asked(line, MESSAGES[name], "failed", "snapshot", "exported", "predicted")
        assert answer["type"] == "failed" and ": " in answer["message"]  # what, and why not
        assert "fault of brickwork" not in answer["message"]
        # The page goes on, and nothing is open.
        line.send(framed({"type": "step"}))
        assert "open one first" in unframed(line.recv(timeout=10))["message"]


def test_a_flood_of_messages_is_read_as_it_is_worked_off(server):
    with connected(server) as line:
        asked(line, {"type": "open", "job": job(count=20, valid=0)}, "snapshot")
        for _ in range(3000):
            line.send(framed({"type": "seen"}))
        assert asked(line, {"type": "hello"}, "capabilities")


def test_a_second_job_takes_the_place_of_the_first(server):
    with connected(server) as line:
        for _ in range(5):
            asked(line, {"type": "open", "job": job(count=200, valid=0)}, "snapshot")
            line.send(framed({"type": "run", "until": 100_000, "pace": None}))
        line.send(framed({"type": "close"}))
        asked(line, {"type": "hello"}, "capabilities")
        assert len(sessions()) == 1


def test_a_hostile_page_does_not_hold_up_another(server):
    with connected(server) as good, connected(server) as bad:
        asked(good, {"type": "open", "job": job(count=20, valid=0)}, "snapshot")
        for frame in list(FRAMES.values())[:1]:
            bad.send(frame)
        good.send(framed({"type": "run", "until": 3, "pace": None}))
        while (message := unframed(good.recv(timeout=10)))["type"] != "stopped":
            pass
        assert message["reason"] == "done"


def test_the_handshake_of_another_page_in_a_real_client(server):
    with pytest.raises(InvalidStatus) as refused, connected(server, origin="http://evil.example"):
        pass
    assert refused.value.response.status_code == 403
    assert b"own page" in refused.value.response.body


def test_there_are_enough_of_them():
    """T17 asks for 60."""
    groups = (NAMES, NAMES, ORIGINS, ORIGINS, PATHS, METHODS, BODIES, MALFORMED, UPGRADES, FRAMES)
    assert sum(map(len, (*groups, MESSAGES))) >= 200
