"""Data that are larger than memory, as windows of rows that follow each other.

A pass over the data is a sequence of windows, each of which has as many rows as fit easily in
memory and are a multiple of the batch size. Rows are shuffled as in memory where the data can be
read at any row and about fit in memory. Otherwise blocks of neighbouring rows (row groups of
Parquet files) come in random order, and the rows of each window are shuffled.
"""

from __future__ import annotations

from concurrent.futures import Future
from contextlib import suppress
from contextvars import copy_context
from math import prod
from threading import Thread

import numpy as np

from .._engine import shuffle_order
from . import facts
from .checks import check_batch
from .facts import Arrays, Call, Expectation
from .free import check_free
from .notices import gathered, warn_once
from .rows import Rows

#: About the bytes of a window, and of a block where the data have none of their own.
WINDOW, BLOCK = 1 << 26, 1 << 20


class Window:
    """Some rows of a pass over the data, in the order in which they are used.

    Args:
        first: the first row's place in the pass.
        arrays: the rows.
        order: their order, uint32 ``(rows,)``; None for the one that they are in.
    """

    __slots__ = ("arrays", "first", "order")

    def __init__(self, first: int, arrays: Arrays, order: np.ndarray | None = None):
        self.first, self.arrays, self.order = first, arrays, order

    def batch(self, start: int, stop: int) -> Arrays:
        """Return the rows of these places in the pass."""
        rows = slice(start - self.first, stop - self.first)
        return self.arrays.batch(rows if self.order is None else self.order[rows])


class Windows:
    """The windows of some passes over the data; the next one is read while one is used.

    Args:
        source: the data, `in_windows`.
        expects: the facts about the model.
        call: the current call, for messages.
        batch: rows of a batch.
        seed: of the orders of rows; None for the one that they are in.
        turns: how many passes there are; None if unknown.
        nan: "propagate" lets NaN and inf through.

    Attributes:
        rows: rows of a window.
    """

    def __init__(
        self,
        source: Arrays,
        expects: Expectation,
        call: Call,
        batch: int,
        seed: int | None = None,
        turns: int | None = None,
        nan: str = "raise",
    ):
        self.source, self.expects, self.call, self.nan = source, expects, call, nan
        self.batch, self.seed, self.turns = batch, seed, turns
        parts = [a for a in (*source.x, *source.y, *source.weight) if a is not None]
        width = sum(prod(a.shape[1:]) * a.dtype.itemsize for a in parts)
        self.rows = max(1, WINDOW // max(width, 1) // batch) * batch
        self._offset = max((a.first for a in parts if isinstance(a, Rows)), default=0)
        cuts = [a.cuts for a in parts if isinstance(a, Rows) and a.cuts is not None]
        if not cuts and (seed is None or facts.fits(source.rows * width)):
            self.blocks = None  # any row can be read as well as any other
        elif cuts:
            self.blocks = np.array(cuts[0])
            self._warn_of_large_blocks()
        else:
            step = max(1, BLOCK // max(width, 1))
            self.blocks = np.array([*range(0, source.rows, step), source.rows])
        self._held: tuple[tuple[int, int], Window] | None = None
        self._orders: tuple[int, np.ndarray] | None = None
        self._said: set[str] = set()
        self._next: tuple[tuple[int, int], Future] | None = None

    def _warn_of_large_blocks(self) -> None:
        """Warn where a window has rows of one row group alone, which may be alike."""
        largest = int(np.diff(self.blocks).max(initial=0))
        if self.seed is not None and len(self.blocks) > 2 and largest > self.rows:
            warn_once(
                "row groups",
                f"{self.call.name('x')}: got row groups of {largest} rows, and windows of "
                f"{self.rows}: rows that follow each other in the file come together. Write "
                f"smaller ones where it is sorted: row_group_size={max(1, self.rows // 16)}.",
            )

    def none(self) -> Arrays:
        """Return no rows, of the shapes and dtypes of the data."""
        return self.source.batch(slice(0, 0))

    def at(self, turn: int, row: int) -> Window:
        """Return the window with a row of a pass over the data.

        Args:
            turn: the number of the pass.
            row: the row's place in it.

        Raises:
            ValueError, TypeError: for rows that are not what the model takes.
        """
        number = row // self.rows
        wanted = self._key(turn, number)
        if self._held is not None and self._held[0] == wanted:
            return self._held[1]
        ahead, self._next = self._next, None
        if ahead is not None and ahead[0] == wanted:
            found, said = ahead[1].result()
        else:
            found, said = self._read(*wanted)
        for hazard, *notice in said:
            if hazard not in self._said:  # each block has it, maybe, and names other rows
                warn_once(hazard, *notice)
            self._said.add(hazard)
        self._held = wanted, found
        self._read_ahead(turn, number + 1)
        return found

    def _key(self, turn: int, number: int) -> tuple[int, int]:
        """What tells windows apart: in the order of the rows those of all passes are the same."""
        return (turn if self.seed is not None else 0), number

    def _read_ahead(self, turn: int, number: int) -> None:
        if number * self.rows >= self.source.rows:
            turn, number = turn + 1, 0
            if self.turns is not None and turn >= self.turns:
                return
        wanted = self._key(turn, number)
        if self._held is not None and self._held[0] == wanted:
            return
        found: Future = Future()

        def read() -> None:
            try:
                found.set_result(self._read(*wanted))
            except BaseException as error:
                found.set_exception(error)

        thread = Thread(target=copy_context().run, args=(read,), name="brickwork-reader")
        with suppress(RuntimeError):  # Python ends: it is read when it is needed
            thread.start()
            self._next = wanted, found

    def _read(self, turn: int, number: int) -> tuple[Window, list]:
        """Read a window, and what is to be said of it."""
        first = number * self.rows
        last = min(first + self.rows, self.source.rows)
        order = None
        with gathered() as said:
            if self.seed is None:
                found = self._checked(self.source.batch(slice(first, last)), first)
            elif self.blocks is None:
                rows = self._order(turn, self.source.rows)[first:last]
                found = self._checked(self.source.batch(rows), first)
            else:
                found, order = self._mixed(turn, number, first, last)
        return Window(first, found, order), said

    def _order(self, turn: int, count: int) -> np.ndarray:
        """The order of the rows, or blocks, of a pass."""
        known = self._orders  # of another pass in the next line, maybe: the reader's
        if known is None or known[0] != turn:
            known = self._orders = turn, shuffle_order(count, self.seed, turn)
        return known[1]

    def _checked(self, arrays: Arrays, first: int) -> Arrays:
        """The rows, if they are what the model takes; a message names the batch."""
        try:
            self._check(arrays, self.call)
        except (ValueError, TypeError):
            for start in range(0, arrays.rows, self.batch):
                rows = arrays.batch(slice(start, start + self.batch))
                self._check(rows, self.call.batch((first + start) // self.batch + 1))
            raise
        return arrays

    def _check(self, arrays: Arrays, call: Call) -> None:
        if arrays.nest is None:
            check_batch(arrays, self.expects, call, self.nan)
        else:
            check_free(arrays, call)

    def _mixed(self, turn: int, number: int, first: int, last: int) -> tuple[Arrays, np.ndarray]:
        """Rows of some blocks, and a random order of them."""
        starts, stops = self.blocks[:-1], self.blocks[1:]
        order = self._order(turn, len(starts))
        ends = np.cumsum((stops - starts)[order])
        pieces, at = [], first
        while at < last:
            k = int(np.searchsorted(ends, at, "right"))
            block = int(order[k])
            begin = int(stops[block] - (ends[k] - at))
            end = int(min(stops[block], begin + last - at))
            piece = self.source.batch(slice(begin, end))
            place = f" (rows from {self._offset + begin} on)"
            self._check(piece, Call(self.call.method, self.call.prefix, place))
            pieces.append(piece)
            at += end - begin
        count = -(-self.source.rows // self.rows)
        return joined(pieces), shuffle_order(last - first, self.seed, turn * count + number)


def joined(pieces: list[Arrays]) -> Arrays:
    """Return the rows of several pieces, one after the other."""
    one = pieces[0]
    if len(pieces) == 1:
        return one
    x, y, weight = (
        [None if parts[0] is None else np.concatenate(parts) for parts in zip(*group, strict=True)]
        for group in zip(*([p.x, p.y, p.weight] for p in pieces), strict=True)
    )
    return Arrays(x, y, weight, len(x[0]), one.columns, given=x, nest=one.nest)
