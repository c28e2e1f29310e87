"""How much a page may ask for."""

from __future__ import annotations

from typing import NamedTuple


class Limits(NamedTuple):
    """Limits of one page; what is larger is refused in words before any work begins.

    Attributes:
        message: bytes of a message.
        rows: rows of a table.
        inputs: inputs of a wall.
        bricks: bricks of a wall.
        units: units of a brick.
        parameters: weights of a wall.
        epochs: epochs of a training.
        memory: bytes that a training may take, as far as can be estimated.
        seconds: seconds for which a wall trains after each "run".
        requests: requests that wait while one is worked on; then no more are read.
        pages: pages that are open at the same time.
    """

    message: int = 64 << 20
    rows: int = 2_000_000
    inputs: int = 10_000
    bricks: int = 100
    units: int = 10_000
    parameters: int = 10_000_000
    epochs: int = 100_000
    memory: int = 2 << 30
    seconds: float = 3600.0
    requests: int = 16
    pages: int = 4
