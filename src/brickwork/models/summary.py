"""The table of ``model.summary()``, in plain text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from math import prod
from typing import Any

from ..errors import ArgumentError
from ..screen import coloured, columns_of, usual_columns

HEADER = ("Layer (type)", "Output Shape", "Param #")
POSITIONS = (0.45, 0.80, 1.0)
WIRED_POSITIONS = (0.34, 0.58, 0.73, 1.0)
ITEM_SIZE = {
    "float16": 2,
    "bfloat16": 2,
    "float32": 4,
    "int32": 4,
    "float64": 8,
    "int64": 8,
    "bool": 1,
}
_NARROWEST, _READABLE = 5, 7  # characters with padding; "Param" fits in 7


def summary_text(
    model: Any,
    line_length: int | None = None,
    positions: Sequence[float] | None = None,
    show_trainable: bool = False,
    expand_nested: bool = False,
    layer_range: Sequence[str] | None = None,
    bricks: bool = False,
    stream: Any = None,
) -> str:
    """Return each layer with its output shape and parameter count, and the totals.

    Args:
        model: has `name`, `layers`, `trainable_weights`, `non_trainable_weights`.
        line_length: width of the table in characters; by default 88, or less if the terminal is
            narrower.
        positions: the ends of the columns, as fractions of the line or in characters.
        show_trainable: whether to add a column that shows if a layer is trainable.
        expand_nested: whether to show the layers of models inside the model.
        layer_range: names (or patterns) of the first and the last layer to show.
        bricks: whether to draw a brick beside each layer, as wide as its inputs and outputs:
            green if there are weights, and below it, blue, the activation.
        stream: where the text is to be printed; bricks are coloured if it shows colours.

    Returns:
        A str of several lines.

    Raises:
        ValueError: for a line that is too short, or a `layer_range` that matches no layer.
    """
    graph = getattr(model, "_graph", None)
    below = None if graph is None or graph.is_chain() else graph.sources()
    positions = list(positions or (POSITIONS if below is None else WIRED_POSITIONS))
    header = [*HEADER, "Connected to"] if below is not None else list(HEADER)
    screen = usual_columns()
    length = line_length or min(88 + 12 * show_trainable + 18 * (below is not None), screen - 4)
    if show_trainable:
        header.append("Trainable")
        # Keras leaves a tenth of the line, which is too narrow for the word.
        rest = 1 - 13 / max(length, 26)
        positions = [p * rest for p in positions] + [positions[-1]]
    layers, rows = [], []
    for layer in layers_between(listed(model), layer_range):
        for inner, row in _rows(layer, show_trainable, expand_nested):
            if below is not None:
                row.insert(3, _wires(below.get(inner.name, ()) if inner is layer else ()))
            layers.append(inner)
            rows.append(row)
    beside, taken = _bricks(layers, screen, stream) if bricks else ([("", "")] * len(rows), 0)
    if line_length is None:
        length = max(min(length, screen - taken), (_NARROWEST + 1) * len(header) + 1)
    widths = _widths(positions, length, len(header))
    if line_length is None:
        _make_room(widths, max((len(row[2]) for row in rows), default=0))
    if min(widths) < _NARROWEST:
        raise ArgumentError(
            "summary.line_length", f"got {length}, too short for {len(header)} columns."
        )
    align = [str.ljust, str.ljust, str.rjust, *[str.ljust] * (below is not None), str.center]
    named, totals = f'Model: "{model.name}"', _totals(model)
    if line_length is None:
        named, *totals = ("\n".join(_wrapped(line, screen)) for line in (named, *totals))
    return "\n".join([named, *_table(header, rows, widths, align, beside), *totals])


def listed(model: Any) -> Sequence[Any]:
    """What a model is a table of: its layers and, as in Keras, the ops between them."""
    return model.operations if hasattr(model, "operations") else getattr(model, "layers", ())


def _bricks(layers: Iterable[Any], screen: int, stream: Any) -> tuple[list[tuple[str, str]], int]:
    """The bricks beside the rows, and their width in characters."""
    from ..pictures import terminal

    wide = max((len(line) for layer in layers for line in terminal.bars(layer)), default=0)
    room = max(screen // 10, screen - 90, 4)
    scale = min(1.0, room / max(wide, 1))
    colour = stream is not None and coloured(stream)
    return [terminal.bars(layer, colour, scale) for layer in layers], 2 + min(wide, room)


def _wires(origins: Any) -> str:
    """``dense[0][0], dense[1][0]``: layers, the indices of their calls and of the outputs."""
    return ", ".join(f"{name}[{call}][{output}]" for name, call, output in origins) or "-"


def layers_between(layers: Sequence[Any], layer_range: Sequence[str] | None = None) -> list:
    """The layers from the first that matches one name to the last that matches the other."""
    if layer_range is None:
        return list(layers)
    if (
        isinstance(layer_range, str)
        or len(layer_range) != 2
        or not all(isinstance(name, str) for name in layer_range)
    ):
        raise ArgumentError("summary.layer_range", f"got {layer_range!r}, expected two names.")
    found = [
        [i for i, layer in enumerate(layers) if re.match(name, layer.name)] for name in layer_range
    ]
    if not all(found):
        names = ", ".join(layer.name for layer in layers)
        raise ArgumentError(
            "summary.layer_range",
            f"got {tuple(layer_range)}, expected names (or "
            f"patterns) of layers of this model: {names}.",
        )
    first, last = sorted((found[0], found[1]), key=min)
    return list(layers[min(first) : max(last) + 1])


def shape_text(shape: Any) -> str:
    """``(None, 8)``, also for shapes in lists and dicts; "?" for None, which is unknown."""
    if shape is None:
        return "?"
    if isinstance(shape, dict):
        return ", ".join(f"{key}: {shape_text(value)}" for key, value in shape.items())
    if isinstance(shape, list) or any(isinstance(d, tuple | list) for d in shape):
        return "[" + ", ".join(map(shape_text, shape)) + "]"
    return f"({', '.join(map(str, shape))}{',' if len(shape) == 1 else ''})"


def shapes_of(layer: Any) -> tuple:
    """The input and output shapes of a layer; None where unknown."""
    return tuple(_shape(getattr(layer, side, None)) for side in ("input", "output"))


def _shape(value):
    if isinstance(value, dict):
        return {key: _shape(v) for key, v in value.items()}
    if isinstance(value, list | tuple):
        return [_shape(v) for v in value]
    return getattr(value, "shape", None)


def _rows(
    layer: Any, show_trainable: bool, expand_nested: bool, level: int = 0
) -> Iterator[tuple[Any, list[str]]]:
    indent = "   " * level + "\u2514 " if level else ""
    row = [
        f"{indent}{layer.name} ({type(layer).__name__})",
        shape_text(shapes_of(layer)[1]),
        f"{layer.count_params():,}" if layer.built else "0 (unbuilt)",
    ]
    if show_trainable:
        row.append(("Y" if layer.trainable else "N") if layer.weights else "-")
    yield layer, row
    if expand_nested:
        for inner in listed(layer):
            yield from _rows(inner, show_trainable, expand_nested, level + 1)


def _widths(positions: Any, line_length: int, columns: int) -> list[int]:
    """The width of each column in characters, with one space of padding at either side."""
    if len(positions) < columns:
        raise ArgumentError("summary.positions", f"got {len(positions)}, expected {columns}.")
    ends = [int(p * line_length) if positions[-1] <= 1 else int(p) for p in positions[:columns]]
    widths = [end - start for start, end in zip([0, *ends], ends, strict=False)]
    # The ends leave no room for rules and padding; each column gives its share of them.
    excess = sum(widths) + 3 * columns + 1 - line_length
    widths = [width + 2 for width in widths]
    for i in range(columns):
        share = round(excess / (columns - i))
        widths[i], excess = widths[i] - share, excess - share
    return widths


def _make_room(widths: list[int], digits: int) -> None:
    """Move width from wide columns to those that are too narrow for a word, or, the third, for
    its numbers: a number over two lines would be read as two."""
    total, others = sum(widths), len(widths) - 1
    word = next(
        (w for w in (_READABLE, _NARROWEST) if w * others + max(w, digits + 2) <= total), _NARROWEST
    )
    least = [word] * len(widths)
    least[2] = max(word, min(digits + 2, total - word * others))
    for i, needed in enumerate(least):
        while widths[i] < needed:
            spare = [width - need for width, need in zip(widths, least, strict=True)]
            widths[spare.index(max(spare))] -= 1
            widths[i] += 1


def _table(header: Any, rows: Any, widths: Any, align: Any, beside: Any) -> list[str]:
    """The lines of the table; `beside` is the text right of each row, and of the line below it."""

    def rule(left: str, line: str, cross: str, right: str) -> str:
        return left + cross.join(line * width for width in widths) + right

    def text(cells: Any, bar: str, low: bool = False) -> list[str]:
        wrapped = [_wrapped(cell, width - 2) for cell, width in zip(cells, widths, strict=True)]
        if low:  # as in Keras the header is aligned at the bottom
            most = max(map(len, wrapped))
            wrapped = [[""] * (most - len(cell)) + cell for cell in wrapped]
        return [
            bar
            + bar.join(
                f" {_aligned(cell[i] if i < len(cell) else '', width - 2, how)} "
                for cell, width, how in zip(wrapped, widths, align, strict=False)
            )
            + bar
            for i in range(max(map(len, wrapped)))
        ]

    lines = [
        rule("\u250f", "\u2501", "\u2533", "\u2513"),
        *text(header, "\u2503", low=True),
        rule("\u2521", "\u2501", "\u2547", "\u2529"),
    ]
    for i, row in enumerate(rows):
        first, *more = text(row, "\u2502")
        last = i == len(rows) - 1
        below = (
            rule("\u2514", "\u2500", "\u2534", "\u2518")
            if last
            else rule("\u251c", "\u2500", "\u253c", "\u2524")
        )
        lines += [f"{first}  {beside[i][0]}".rstrip(), *more, f"{below}  {beside[i][1]}".rstrip()]
    return lines if rows else [*lines, rule("\u2514", "\u2500", "\u2534", "\u2518")]


def _aligned(text: str, width: int, how: Any) -> str:
    # ljust and its like count characters, not columns.
    return how(text, width - (columns_of(text) - len(text)))


def _wrapped(text: str, width: int) -> list[str]:
    """The text in lines of this width, broken between words if possible."""
    lines = [""]
    for word in re.findall(r"\s*\S+", text):
        if columns_of(lines[-1] + word) <= width:
            lines[-1] += word
            continue
        if lines[-1]:
            lines.append("")
            word = word.lstrip()
        for character in word:
            if columns_of(lines[-1] + character) > width:
                lines.append("")
            lines[-1] += character
    return lines


def _totals(model: Any) -> list[str]:
    trainable = _size(model.trainable_weights)
    fixed = _size(model.non_trainable_weights)
    optimizer = getattr(model, "optimizer", None)
    slots = _size(optimizer.variables) if optimizer and optimizer.built else (0, 0)
    total = tuple(map(sum, zip(trainable, fixed, slots, strict=True)))
    named = [("Total", total), ("Trainable", trainable), ("Non-trainable", fixed)]
    if slots[0]:
        named.append(("Optimizer", slots))
    lines = [f" {name} params: {count:,} ({bytes_text(size)})" for name, (count, size) in named]
    programs = getattr(model, "_model_programs", None)
    if programs is not None and programs.choice.why:  # not the native engine by itself
        lines.append(f" Engine: {programs.choice}")
    return lines


def _size(variables: Any) -> tuple[int, int]:
    """The number of elements and of bytes of these variables; each counts once."""
    once = {id(v): (prod(v.shape), ITEM_SIZE[v.dtype]) for v in variables}.values()
    return sum(count for count, _ in once), sum(count * size for count, size in once)


def bytes_text(size: float) -> str:
    """``404.00 B``, ``1.21 KB``."""
    for unit in ("B", "KB", "MB", "GB"):
        if size < 1024:
            return f"{size:.2f} {unit}"
        size /= 1024
    return f"{size:.2f} TB"
