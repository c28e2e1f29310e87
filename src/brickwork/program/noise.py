"""Noise drawn for a fixed number of rows, where the rows of the batch are meant.

``random.normal((100, 2))`` in a model whose batches have 100 rows is noise for each row, as in the
first variational autoencoders. A program does not know the batch size; where an op combines such
noise with rows of the batch, it is drawn again with the batch size as its number of rows.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from .dims import Dim
from .primitive import PRIMITIVES, apply
from .symbol import Symbol
from .trace import current_trace


def redrawable(draw: Callable) -> Callable:
    """Decorate a function ``(shape, ...)`` so that a trace records how to draw other rows."""

    @wraps(draw)
    def recorded(shape, *args, **kwargs):
        values = draw(shape, *args, **kwargs)
        trace, dims = current_trace(), getattr(values, "dims", ())
        if trace is not None and dims and isinstance(dims[0], int) and dims[0] > 1:
            trace.noise[id(values)] = values, lambda rows: draw((rows, *dims[1:]), *args, **kwargs)
        return values

    return recorded


def redrawn_for_batch(symbols: tuple[Symbol, ...]) -> tuple[Symbol, ...] | None:
    """The operands of an op whose shapes do not fit, with noise redrawn for the rows of the batch.

    None if there is no noise among them.
    """
    trace = current_trace()
    rows = next((s.dims[0] for s in symbols if s.dims and isinstance(s.dims[0], Dim)), None)
    if trace is None or rows is None or not trace.noise:
        return None
    done: dict[int, Symbol] = {}
    found = tuple(_redrawn(trace.noise, done, symbol, rows) for symbol in symbols)
    return None if all(a is b for a, b in zip(found, symbols, strict=True)) else found


def _redrawn(noise: dict, done: dict[int, Symbol], symbol: Symbol, rows: Dim) -> Symbol:
    """The symbol computed from noise with this number of rows; unchanged without noise in it."""
    if id(symbol) not in done:  # a value that is used repeatedly is visited once
        done[id(symbol)] = _redraw(noise, done, symbol, rows)
    return done[id(symbol)]


def _redraw(noise: dict, done: dict[int, Symbol], symbol: Symbol, rows: Dim) -> Symbol:
    entry = noise.get(id(symbol))
    if entry is not None:
        if callable(entry[1]):  # drawn once: the same noise wherever it is used
            noise[id(symbol)] = entry = symbol, entry[1](rows)
        return entry[1]
    if symbol.op != "matmul" and not getattr(PRIMITIVES.get(symbol.op), "elementwise", False):
        return symbol
    parts = [_redrawn(noise, done, part, rows) for part in symbol.inputs]
    if all(a is b for a, b in zip(parts, symbol.inputs, strict=True)):
        return symbol
    return apply(symbol.op, *parts, **symbol.attrs)
