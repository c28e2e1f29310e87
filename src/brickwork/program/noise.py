"""Noise drawn for a number of rows that was written down, where the rows of the batch are meant.

``random.normal((100, 2))`` inside of a model whose batches have 100 rows is noise for each row, as
in the first variational autoencoders. A program knows no number of rows; where such noise meets
rows of the batch, it is drawn for them.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from .dims import Dim
from .primitive import PRIMITIVES, apply
from .symbol import Symbol
from .trace import current_trace


def drawn(draw: Callable) -> Callable:
    """A function ``(shape, ...)`` that draws numbers, which remembers how to draw them for other
    rows."""
    @wraps(draw)
    def remembered(shape, *args, **kwargs):
        values = draw(shape, *args, **kwargs)
        trace, dims = current_trace(), getattr(values, "dims", ())
        if trace is not None and dims and isinstance(dims[0], int) and dims[0] > 1:
            trace.noise[id(values)] = values, lambda rows: draw((rows, *dims[1:]), *args, **kwargs)
        return values

    return remembered


def for_the_batch(symbols: tuple[Symbol, ...]) -> tuple[Symbol, ...] | None:
    """The operands of an op that they do not fit, noise among them drawn for the rows of the
    batch; None where there is none."""
    trace = current_trace()
    rows = next((s.dims[0] for s in symbols if s.dims and isinstance(s.dims[0], Dim)), None)
    if trace is None or rows is None or not trace.noise:
        return None
    done: dict[int, Symbol] = {}
    found = tuple(_redrawn(trace.noise, done, symbol, rows) for symbol in symbols)
    return None if all(a is b for a, b in zip(found, symbols, strict=True)) else found


def _redrawn(noise: dict, done: dict[int, Symbol], symbol: Symbol, rows: Dim) -> Symbol:
    """The same of noise for these rows; a symbol that no noise is in stays."""
    if id(symbol) not in done:  # of a value that is used again and again one walk is enough
        done[id(symbol)] = _made_anew(noise, done, symbol, rows)
    return done[id(symbol)]


def _made_anew(noise: dict, done: dict[int, Symbol], symbol: Symbol, rows: Dim) -> Symbol:
    known = noise.get(id(symbol))
    if known is not None:
        if callable(known[1]):  # once: the same noise wherever it is used
            noise[id(symbol)] = known = symbol, known[1](rows)
        return known[1]
    if symbol.op != "matmul" and not getattr(PRIMITIVES.get(symbol.op), "elementwise", False):
        return symbol
    parts = [_redrawn(noise, done, part, rows) for part in symbol.inputs]
    if all(a is b for a, b in zip(parts, symbol.inputs, strict=True)):
        return symbol
    return apply(symbol.op, *parts, **symbol.attrs)
