"""A page's session: its requests, heard one after the other in a thread of its own."""

from __future__ import annotations

import atexit
import sys
import threading
import time
import traceback
from collections.abc import Callable
from queue import Empty, Full, Queue
from typing import Any

from ..errors import ArgumentError
from . import values
from .exports import exported
from .jobs import job_of
from .limits import Limits
from .snapshots import Snapshots
from .training import FPS, Training
from .walls import BrickError, floats

#: Errors whose message is for the user.
_WITH_MESSAGE = (ValueError, TypeError, OSError, ImportError, NotImplementedError, IndexError)
#: Seconds after which a request that waits for room looks whether the session has ended.
_PATIENCE = 0.2
#: What a request may hold beside its type.
_FIELDS = {
    "hello": (),
    "open": ("job", "number"),
    "close": (),
    "run": ("until", "pace"),
    "step": (),
    "pause": (),
    "assign": ("weights",),
    "predict": ("id", "x", "rows", "all"),
    "seen": (),
    "export": ("id", "wall", "format"),
}


class Gone(Exception):
    """The page is gone: what a session's `send` raises then."""


class _Replaced(Exception):
    """A request that ends the training which is under way."""


class Session:
    """Trains and exports walls for one page.

    Args:
        send: sends a message to the page, called in the session's thread; raises `Gone` if the
            page is.
        limits: what the page may ask for.
        given: further messages for a page that says hello. Each is taken out of the list, which
            sessions share, so that it reaches one page, once: a page that comes again has the
            user's work, which a file would replace.
    """

    def __init__(
        self,
        send: Callable[[dict], None],
        limits: Limits | None = None,
        given: list[dict] | None = None,
    ):
        self.limits = limits or Limits()
        self.training: Training | None = None
        self._send_message = send
        self._given = [] if given is None else given
        self.number = 0  # the page's, of the job that is open; with every message
        self._requests: Queue = Queue(self.limits.requests)
        self._first: dict | None = None  # a request that is heard before all others
        self._ended = self._inside = False
        self._announced = True  # that the training has stopped
        self._thread = threading.Thread(target=self._work, name="brickwork-studio", daemon=True)
        atexit.register(self.close)  # a training ends before Python does
        self._thread.start()

    def hear(self, request: dict[str, Any], wait: bool = True) -> bool:
        """Hand over a request.

        Args:
            request: the message.
            wait: whether to wait for room, as long as the session has not ended.

        Returns:
            Whether it was taken.
        """
        while self._thread.is_alive():
            try:
                self._requests.put(request, block=wait, timeout=_PATIENCE)
                return True
            except Full:
                if not wait:
                    break
        return False

    def end(self) -> None:
        """End the session. A training that is running ends after its current step."""
        self._ended = True
        self.hear({}, wait=False)  # wakes the thread if it waits for a request

    def close(self, seconds: float = 2.0) -> None:
        """End the session, and wait until its thread has ended, at most so long."""
        self.end()
        self._thread.join(seconds)

    # In the session's thread.

    def _send(self, message: dict) -> None:
        self._send_message({**message, "number": self.number})

    def _work(self) -> None:
        try:
            while True:
                self._attend()
                self._train()
        except Gone:
            self.training = None
        finally:
            atexit.unregister(self.close)

    def _train(self) -> None:
        training, self._inside = self.training, True
        try:
            training.train()
        except _Replaced:
            pass  # what replaces it is heard next
        except Gone:
            raise
        except Exception as error:
            training.stop()
            self._announced = True
            self._fail(error)
        finally:
            self._inside = False

    def _attend(self) -> None:
        """Do what is asked for, until there is a training that is to go on."""
        while True:
            self._show()
            training = self.training
            if training is not None and training.stepping:
                return  # before the next request is heard
            going = training is not None and training.going
            left = max(0.0, training.due - time.perf_counter()) if going else None
            # A step that is long in coming leaves time to show the one before.
            request = self._next(min(left, 1 / FPS) if going else None)
            if request is None:
                if left <= 1 / FPS:
                    return
                continue
            try:
                self._do(request)
            except (_Replaced, Gone):
                raise
            except Exception as error:
                self._fail(error)

    def _next(self, wait: float | None) -> dict | None:
        """The next request; None if there is none within so many seconds."""
        request, self._first = self._first, None
        if request is None:
            try:
                request = self._requests.get(block=wait != 0, timeout=wait)
            except Empty:
                pass
        if self._ended:
            raise Gone
        return request

    def _show(self) -> None:
        """Show the training if that is due, and say so once it has stopped."""
        training = self.training
        if training is None:
            return
        if training.going:
            if self._snapshots.due():
                self._send(self._snapshots.take(whole=False))
        elif not self._announced:
            self._announced = True
            reason, words = training.stopped
            self._send(self._snapshots.take(whole=True))
            self._send({"type": "stopped", "reason": reason} | ({"detail": words} if words else {}))

    def _fail(self, error: Exception, **more: int) -> None:
        if isinstance(error, MemoryError):
            message = "There is not enough memory for that."
        elif isinstance(error, _WITH_MESSAGE):
            message = str(error)
        else:
            traceback.print_exception(error, file=sys.stderr)
            message = f"{type(error).__name__}: {error}. That is a fault of brickwork."
        if isinstance(error, BrickError):
            more["brick"] = error.brick
        self._send({"type": "failed", "message": message, **more})

    # Requests.

    def _do(self, request: dict) -> None:
        kind = values.choice(request.get("type"), "message.type", _FIELDS)
        values.mapping(request, f"message.{kind}", ("type", *_FIELDS[kind]))
        if kind in ("open", "close") and self._inside:
            self._first = request
            raise _Replaced
        getattr(self, f"_{kind}")(request)

    def _hello(self, request: dict) -> None:
        self._send(capabilities(self.limits))
        try:
            message = self._given.pop()
        except IndexError:  # there is none, or another page has it
            return
        try:
            self._send(message)
        except Gone:
            self._given.append(message)  # for the next page
            raise

    def _opened(self) -> Training:
        if self.training is None:
            raise ArgumentError("message", "there is no wall to train: open one first.")
        return self.training

    def _open(self, request: dict) -> None:
        self.training = None  # whose memory is free for the next one
        self.number = values.whole(request.get("number", 0), "open.number", 0, 2**53)
        job = job_of(request.get("job"), self.limits)
        self.training = Training(job, self.limits.seconds, self._attend)
        self._snapshots = Snapshots(self.training)
        self._announced = True
        self._send(self._snapshots.take(whole=True))

    def _close(self, request: dict) -> None:
        self.training = None

    def _run(self, request: dict) -> None:
        until = values.whole(request.get("until"), "run.until", 0, self.limits.epochs)
        pace = request.get("pace")
        if pace is not None:
            pace = values.number(pace, "run.pace", 0.01, 1e12)
        self._opened().run(until, pace)
        self._announced = False

    def _step(self, request: dict) -> None:
        self._opened().take_step()
        self._announced = False

    def _pause(self, request: dict) -> None:
        if self._opened().going:
            self._opened().stop()

    def _assign(self, request: dict) -> None:
        given = values.sequence(request.get("weights"), "assign.weights", 8 * self.limits.bricks)
        self._opened().assign(given)
        self._send(self._snapshots.take(whole=True))

    def _predict(self, request: dict) -> None:
        identity = values.whole(request.get("id"), "predict.id", 0, 2**53)
        rows = values.whole(request.get("rows"), "predict.rows", 1, self.limits.rows)
        every = values.boolean(request.get("all"), "predict.all")
        training, outputs = self.training, []
        # A request that another wall has overtaken is answered with no outputs.
        if training is not None and getattr(request.get("x"), "size", 0) == rows * training.inputs:
            x = floats(request["x"], "predict.x", rows * training.inputs)
            widths = [layer.output_shape[-1] for layer in training.model.layers]
            size = 4 * rows * (sum(widths) if every else widths[-1])
            if size > self.limits.message:
                raise ArgumentError(
                    "predict.rows", f"got {rows:,}, whose outputs would take {size:,} bytes."
                )
            outputs = training.outputs(x.reshape(rows, -1), every)
        answer = {"type": "predicted", "id": identity}
        self._send(answer | {"outputs": [array.ravel() for array in outputs]})

    def _seen(self, request: dict) -> None:
        if self.training is not None:
            self._snapshots.seen()

    def _export(self, request: dict) -> None:
        identity = values.whole(request.get("id"), "export.id", 0, 2**53)
        try:
            data = exported(request.get("wall"), request.get("format"), self.limits)
        except Exception as error:
            self._fail(error, id=identity)
        else:
            self._send({"type": "exported", "id": identity, "data": data})


def capabilities(limits: Limits) -> dict[str, Any]:
    """Return the message that says what is lent: engine, threads, version, limits."""
    from .. import _engine
    from .._version import __version__
    from ..engines.threads import cores

    return {
        "type": "capabilities",
        "version": __version__,
        "engine": _engine.isa,
        "threads": cores(),
        "limits": limits._asdict(),
    }
