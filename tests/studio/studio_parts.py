"""What the studio's tests are made of: walls, jobs, a page without a browser, a running server."""

from __future__ import annotations

import json
import queue
import socket
import threading
import time
from contextlib import contextmanager

import numpy as np
from pace import slower

from brickwork.studio.limits import Limits
from brickwork.studio.messages import framed
from brickwork.studio.session import Session

#: A page with all that the server looks for.
PAGE = (
    '<!doctype html><html lang="en"><head><meta http-equiv="Content-Security-Policy" '
    "content=\"default-src 'none'; connect-src 'self'\"><title>studio</title></head><body>"
    '<script type="application/json" id="given">null</script></body></html>'
)


def dense(units: int, activation: str = "linear", **more) -> dict:
    config = {"units": units, "activation": activation, **more.pop("config", {})}
    return {"id": f"d{units}", "kind": "Dense", "config": config, **more}


def brick(kind: str, **config) -> dict:
    return {"id": kind, "kind": kind, "config": config}


def wall(*bricks: dict, inputs: int = 4, **more) -> dict:
    """The lesson's network, or one of these bricks."""
    return {
        "inputs": inputs,
        "bricks": [*(bricks or (dense(8, "relu"), dense(6, "relu"), dense(1, "sigmoid")))],
        "loss": "binary_crossentropy",
        "optimizer": {"kind": "Adam", "config": {"learning_rate": 0.01}},
        "metrics": ["accuracy"],
        "batchSize": 10,
        "epochs": 5,
        "seed": 7,
        **more,
    }


def rows(count: int, inputs: int = 4, seed: int = 0) -> dict:
    x = np.random.default_rng(seed).normal(size=(count, inputs)).astype("float32")
    return {"rows": count, "x": x.ravel(), "inputs": inputs, "y": (x.sum(1) > 0).astype("float32")}


def job(given: dict | None = None, count: int = 95, valid: int = 23) -> dict:
    given = given or wall()
    inputs = given["inputs"]
    return {
        "wall": given,
        "training": rows(count, inputs),
        "validation": rows(valid, inputs, seed=1) if valid else None,
    }


def arrays(part: dict) -> tuple[np.ndarray, np.ndarray]:
    return part["x"].reshape(part["rows"], -1), part["y"].reshape(-1, 1)


class Page:
    """A page that speaks to a session without a socket, and sees every snapshot at once."""

    def __init__(self, limits: Limits | None = None, sees: bool = True, given: list | None = None):
        self.messages: queue.Queue = queue.Queue()
        self.sees = sees
        self.session = Session(self._get, limits or Limits(), given)

    def _get(self, message: dict) -> None:
        if message["type"] == "snapshot" and self.sees:
            self.session.hear({"type": "seen"}, wait=False)
        self.messages.put(message)

    def ask(self, kind: str, **more) -> None:
        assert self.session.hear({"type": kind, **more})

    def get(self, *kinds: str) -> dict:
        """The next message of one of these kinds; others before it are dropped."""
        return self.until(*kinds)[-1]

    def until(self, *kinds: str) -> list[dict]:
        """All messages up to the first of one of these kinds."""
        found = []
        while not found or found[-1]["type"] not in kinds:
            found.append(self.messages.get(timeout=20))
        return found

    def run(self, until: int, pace: float | None = None) -> dict:
        """Train until so many epochs are done; returns the last snapshot."""
        self.ask("run", until=until, pace=pace)
        return self.stop()[0]

    def stop(self) -> tuple[dict, dict]:
        """The last snapshot before it stops, and what is said then."""
        *before, stopped = self.until("stopped", "failed")
        assert stopped["type"] == "stopped", stopped
        return before[-1]["snapshot"], stopped

    def close(self) -> None:
        self.session.close(10)


@contextmanager
def page(*args, **kwargs):
    made = Page(*args, **kwargs)
    try:
        yield made
    finally:
        made.close()


def flat(snapshot: dict) -> list[np.ndarray]:
    """The weights of a snapshot, brick by brick."""
    return [weight["values"] for weights in snapshot["weights"] for weight in weights]


@contextmanager
def served(**kwargs):
    """A server that runs in a thread."""
    from brickwork.studio.server import Server

    server = Server(PAGE, **kwargs)
    started = threading.Event()
    thread = threading.Thread(target=server.run, args=(started.set,), daemon=True)
    thread.start()
    assert started.wait(10)
    try:
        yield server
    finally:
        server.stop()
        thread.join(10)
        assert not thread.is_alive()


def connected(server, **kwargs):
    """A socket to the engine, as the page opens it."""
    from websockets.sync.client import connect

    usual = {
        "origin": f"http://{server.host}",
        "subprotocols": ["brickwork.studio", server.token],
        "compression": None,
        "max_size": None,
        "open_timeout": 5,
        "close_timeout": 1,
    }
    return connect(f"ws://{server.host}/engine", **usual | kwargs)


def answer_of(frame: bytes) -> dict:
    """The message in a frame of the server, as a page reads it: with files."""
    head = 4 + int.from_bytes(frame[:4], "little")

    def restored(value: dict) -> object:
        if value.keys() == {"floats"}:
            return np.frombuffer(frame, "<f4", value["floats"][1], head + value["floats"][0])
        if value.keys() == {"bytes"}:
            begin, count = value["bytes"]
            return frame[head + begin : head + begin + count]
        return value

    return json.loads(frame[4:head], object_hook=restored)


def asked(websocket, message: dict, *kinds: str) -> dict:
    """Send a request, and return the first answer of one of these kinds."""
    websocket.send(framed(message))
    while True:
        answer = answer_of(websocket.recv(timeout=10))
        if answer["type"] == "snapshot":
            websocket.send(framed({"type": "seen"}))
        if answer["type"] in kinds:
            return answer


def raw(server, request: bytes, wait: float = 5.0) -> bytes:
    """What the server answers to these bytes, until it closes the connection."""
    host, port = server.host.split(":")
    with socket.create_connection((host, int(port)), timeout=wait) as line:
        line.sendall(request)
        found = b""
        try:
            while part := line.recv(1 << 16):
                found += part
        except (ConnectionResetError, TimeoutError):
            pass
        return found


def waited(condition, seconds: float = 5.0) -> bool:
    """Whether a condition comes true in time."""
    end = time.monotonic() + seconds * slower()
    while not condition() and time.monotonic() < end:
        time.sleep(0.01)
    return bool(condition())
