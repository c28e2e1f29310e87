"""How much a page may ask for."""

from __future__ import annotations

from typing import NamedTuple

from . import catalogue


class Limits(NamedTuple):
    """Limits of one page; what is larger is refused in words before any work begins.

    Those of tables and walls are the page's own: whatever it opens, it can train here.

    Attributes:
        message: bytes of a message: room for 20,000,000 numbers of a table, the most that a page
            prepares, and all weights of a wall.
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

    message: int = 128 << 20
    rows: int = catalogue.MOST_ROWS
    inputs: int = catalogue.MOST_INPUTS
    bricks: int = catalogue.MOST_BRICKS
    units: int = int(catalogue.RANGES["units"].high)
    parameters: int = catalogue.MOST_PARAMETERS
    epochs: int = catalogue.MOST_EPOCHS
    memory: int = 2 << 30
    seconds: float = 3600.0
    requests: int = 16
    pages: int = 4
