"""The scene of one sample: a network's bricks with the values of a `Steps` on them.

The network is drawn as usual, with studs far enough apart for a number. Then numbers replace the
signs.
"""

from __future__ import annotations

from dataclasses import replace

from ..network import Brick, Network
from ..pieces import SOCKET, STUD, TEXT, Style, centred, curve, sigma, times
from ..sample import Stage, Steps
from ..shapes import Line, Piece, Rect, Scene, Text, around
from ..text import text_width
from ..words import Words
from . import description, title
from .choice import MOST_LINES, choose, few_synapses
from .columns import Cell
from .fit import fits
from .formula import formula, short
from .parts import function, spans_units
from .tower import tower, with_labels

#: Limits up to which "auto" shows every synapse: synapses in a layer, in the picture, and inputs or
#: outputs of a layer. They are lower than in `choice`, since each brick has a number.
MOST_IN_LAYER, MOST_IN_PICTURE, MOST_SIGNALS = 64, 128, 16
SMALL, LEAST_PITCH, LEADING = 11.0, 44.0, 18.0
#: "auto" shows less if a picture is wider than its page by this factor.
WIDER = 1.1
#: Pitch of pictures with columns; it sets the height of studs and signals.
LOW = 24.0


def steps_scene(
    network: Network,
    steps: Steps,
    neuron: tuple[int, int] | None,
    level: str,
    labels: str,
    weights: bool,
    apart: bool,
    bias: bool,
    page: float,
) -> Scene:
    """Return the scene of `draw(model, sample=...)`.

    Args:
        network: the network to draw.
        steps: the values.
        neuron: indices of the layer and unit whose formula is shown; None for none.
        level, labels, weights, apart, bias, page: as in `scene.make_scene`.
    """
    words = Words(labels)
    for chosen in _levels_to_try(network, level):
        style = _style_for_numbers(
            network, steps, chosen, Style(words, 0.0, weights, bias, page=page, feet=True)
        )
        if fits(network, chosen, style, WIDER):
            break
    stack = tower(network, chosen, style, apart)
    for i, (brick, drawn, stage) in enumerate(
        zip(network.bricks, stack.layers, steps.stages, strict=True)
    ):
        _write(drawn, brick, stage, style, i)
    shapes = with_labels(network, chosen, stack, style)
    result = result_text(network, steps, words)
    middle = (stack.layers[-1].studs.left + stack.layers[-1].studs.right) / 2
    shapes.append(Text(middle, around(shapes)[1] - 9, result, TEXT, "", "middle", True))
    if neuron is not None:
        outline = _neuron_frame(stack.layers[neuron[0]].piece, neuron[1], style)
        shapes.append(outline)
        left, _, right, bottom = around(shapes)
        shapes += _paragraphs(
            formula(network, steps, *neuron, words), left, bottom + 12, max(right - left, 480.0)
        )
    notes = []
    if _biases_in_sums(stack.layers, network, style):
        notes.append(
            "Σ: 곱과 편향의 합" if words.korean else "Σ: the sum of the products and the bias"
        )
    if steps.loss is not None:
        notes.append(
            "∂: 이 수가 1 커질 때 손실 L이 변하는 정도 (기울기)"
            if words.korean
            else "∂: by how much the loss L grows for each 1 that this number grows"
        )
    for text in notes:
        left, _, right, bottom = around(shapes)
        shapes.append(Text(left, bottom + LEADING, text, TEXT, "soft"))
    return Scene(shapes, title(network, words), f"{description(network, words)} {result}.")


def _levels_to_try(network: Network, level: str) -> list[list[str]]:
    """Return choices of the layers' levels; "auto" shows less if numbers do not fit the page."""
    first = levels_for(network, level)
    less = ("lines", "bricks") if level == "auto" and "synapses" in first else ()
    return [first, *(choose(network, name) for name in less)]


def levels_for(network: Network, level: str) -> list[str]:
    """Return a level for each layer; as `choose`, but numbers need more room."""
    if level != "auto" or few_synapses(network, MOST_IN_LAYER, MOST_IN_PICTURE, MOST_SIGNALS):
        return choose(network, level if level != "auto" else "synapses")
    return [
        ("lines" if b.synapses <= MOST_LINES else "bricks") if b.dense else "plate"
        for b in network.bricks
    ]


def result_text(network: Network, steps: Steps, words: Words) -> str:
    """Return the prediction, and the target and loss if there is a target."""
    values = steps.prediction
    if len(values) <= 4:
        text = ", ".join(map(short, values))
    else:
        best = int(values.argmax())
        text = (
            f"{len(values):,}개 중 유닛 {best}번이 가장 큼 ({short(values[best])})"
            if words.korean
            else f"unit {best} is the largest of {len(values):,} ({short(values[best])})"
        )
    parts = [f"{'예측' if words.korean else 'prediction'}{':' * (len(values) > 4)} {text}"]
    if steps.loss is not None:
        shown = steps.target if len(steps.target) <= 10 else steps.target[:10]
        target = ", ".join(map(short, shown)) + (", …" if len(steps.target) > 10 else "")
        parts += [
            f"{'정답' if words.korean else 'target'} {target}",
            f"{'손실' if words.korean else 'loss'} {short(steps.loss)}",
        ]
    return " · ".join(parts)


def _style_for_numbers(network: Network, steps: Steps, chosen: list[str], style: Style) -> Style:
    """Return the style whose pitch leaves room for every number.

    If a layer is then wider than the page, neurons become columns.
    """
    rooms = _widest_numbers(network, steps, chosen)
    p = max(LEAST_PITCH, *(room + 9 for room in rooms.values()))
    slices = replace(style, p=p)
    if "synapses" not in chosen:
        return replace(slices, beside=fits(network, chosen, slices))
    gradients = steps.loss is not None
    weight, multiply = max(rooms["weight"] + 8, 34.0), max(rooms["multiply"] + 16, 34.0)
    tag = max(rooms["signal"], rooms["output"]) + text_width("x15 ", SMALL) + 8
    cell = Cell(
        weight,
        multiply,
        6.0,
        30.0 if gradients else 19.0,
        4.0,
        36.0 if gradients else 22.0,
        tag,
        7.0,
        17.0,
    )
    across = any(not b.dense or spans_units(b) for b in network.bricks)
    columns = replace(slices, p=LOW, columns=True, cell=cell, least_blue=36.0 if across else 21.0)
    styles = [replace(one, beside=beside) for one in (slices, columns) for beside in (True, False)]
    return next((one for one in styles if fits(network, chosen, one)), styles[-1])


def _widest_numbers(network: Network, steps: Steps, chosen: list[str]) -> dict[str, float]:
    """Return the width of the widest number on each kind of brick, in pixels."""
    rooms = dict.fromkeys(("signal", "output", "weight", "multiply", "sum"), 0.0)

    def add(kind: str, values, size: float, sign: str = "") -> None:
        rooms[kind] = max(
            [rooms[kind], *(text_width(sign + short(v), size, size == TEXT) for v in values[:4096])]
        )

    for brick, stage, level in zip(network.bricks, steps.stages, chosen, strict=True):
        add("signal", stage.inputs, SMALL)
        add("output", stage.outputs, TEXT)
        if level == "synapses":
            add("multiply", stage.products.ravel(), SMALL)
            add("weight", brick.kernel.ravel(), TEXT, "+")
            if stage.kernel_gradient is not None:
                add("weight", stage.kernel_gradient.ravel(), SMALL, "∂ ")
        if level in ("synapses", "lines"):
            add("sum", stage.sums, TEXT)
            if stage.sum_gradient is not None:
                add("sum", stage.sum_gradient, SMALL, "∂ ")
    return rooms


def value(number) -> str:
    """Return a number as written in ``data-value``."""
    return f"{float(number) + 0.0:.9g}"


def _write(drawn, brick: Brick, stage: Stage, style: Style, index: int) -> None:
    """Write the numbers on the pieces of a layer."""
    sum_texts = _sums_with_bias(drawn, brick, stage, style)
    for piece in drawn.piece.parts:
        if not isinstance(piece, Piece) or " more" in piece.css:
            continue
        kind = piece.css.split(" ")[0]
        row, unit = piece.data.get("row"), piece.data.get("unit")
        if kind == "signal" and row is not None:
            _signal(piece, stage.inputs[row], f"x{row}" if index == 0 else "", style)
        elif kind == "weight":
            _weight(piece, brick, stage, style)
        elif kind == "multiply":
            _multiply(piece, stage.products[row, unit], style)
        elif kind == "sum":
            _sum(piece, stage, style, sum_texts)
        elif kind == "bias":
            _bias(piece, brick, stage)
        elif kind == "activation" and unit is not None:
            _activation(piece, brick, stage.outputs[unit], style)
        elif kind in ("activation", "plate", "signal") and (not brick.dense or spans_units(brick)):
            _write_units(piece, brick, stage, drawn.studs, style)


def _clear_face(piece: Piece, style: Style) -> tuple[float, float, float, float]:
    """Remove signs and text from a brick.

    Returns:
        x of the centre of its face, its top, its bottom without sockets, and its width.
    """
    holes = any(isinstance(p, Rect) and p.css == "hole" for p in piece.parts)
    piece.parts = [p for p in piece.parts if not _is_sign(p)]
    body = max(
        (p for p in piece.parts if isinstance(p, Rect) and not p.css), key=lambda r: r.w * r.h
    )
    bottom = body.y + body.h - (SOCKET * style.p if holes else 0)
    return body.x + body.w / 2, body.y, bottom, body.w


def _is_sign(part) -> bool:
    return isinstance(part, Text) or (isinstance(part, Line) and part.css.startswith("sign"))


def _signal(piece: Piece, number, name: str, style: Style) -> None:
    tag = next((p for p in piece.parts if isinstance(p, Rect) and p.css == "tag"), None)
    x, top, bottom, _ = _clear_face(piece, style)
    piece.data["value"] = value(number)
    y, text = (top + bottom) / 2, short(number)
    if tag is not None:  # the foot has the name, the tag the name and the number
        place = name or str(piece.data["row"])
        piece.parts += [
            centred(place, x, y, SMALL, "soft"),
            centred(place, tag.x + 11, tag.y + tag.h / 2, SMALL, "soft"),
            centred(text, tag.x + tag.w / 2 + 9, tag.y + tag.h / 2, SMALL, "", True),
        ]
        return
    if name:
        piece.parts.append(centred(name, x, y - 5.5, SMALL, "soft"))
        y += 6.5
    piece.parts.append(centred(text, x, y, SMALL, "", True))


def _weight(piece: Piece, brick: Brick, stage: Stage, style: Style) -> None:
    row, unit = piece.data["row"], piece.data["unit"]
    gradients = stage.kernel_gradient
    if gradients is not None:
        piece.data["gradient"] = value(gradients[row, unit])
    if not style.weights or "strand" in piece.css:
        return
    weight = brick.kernel[row, unit]
    x, top, bottom, _ = _clear_face(piece, style)
    piece.data["value"] = value(weight)
    y = (top + bottom) / 2 + (0 if style.columns else 1)
    if gradients is not None:
        piece.parts.append(centred(f"∂ {short(gradients[row, unit])}", x, y + 7.5, SMALL, "dark"))
        y -= 7
    sign = "+" if weight > 0 else ""
    piece.parts.append(centred(sign + short(weight), x, y, TEXT, "dark", True))


def _multiply(piece: Piece, number, style: Style) -> None:
    x, top, bottom, wide = _clear_face(piece, style)
    piece.data["value"] = value(number)
    y = (top + bottom) / 2
    if style.columns:
        piece.parts += [
            times(x - wide / 2 + 7, y, 2.8),
            centred(short(number), x + 5, y, SMALL, "dark"),
        ]
    else:
        piece.parts += [times(x, y - 6, 3.6), centred(short(number), x, y + 6, SMALL, "dark")]


def _biases_in_sums(layers: list, network: Network, style: Style) -> bool:
    """Return whether a sum includes a bias that is not shown."""
    hidden = [b.name for b in network.bricks if b.bias is not None and b.bias.any()]
    return not style.bias and any(
        piece.data["layer"] in hidden
        and not any(isinstance(part, Text) and "=" in part.text for part in piece.parts)
        for drawn in layers
        for piece in drawn.piece.parts
        if isinstance(piece, Piece) and piece.css == "sum"
    )


def _sums_with_bias(drawn, brick: Brick, stage: Stage, style: Style) -> dict[int, str]:
    """Return texts such as "0.4 + 0.1 = 0.5" by unit, if they fit on every sum of the layer."""
    reds = [p for p in drawn.piece.parts if isinstance(p, Piece) and p.css == "sum"]
    if brick.bias is None or style.bias or not reds:
        return {}
    texts, room = {}, min(max(r.w for r in p.parts if isinstance(r, Rect)) for p in reds) - 34
    for unit in (p.data["unit"] for p in reds):
        b = short(brick.bias[unit])
        plus = f"− {b[1:]}" if b.startswith("−") else f"+ {b}"
        texts[unit] = f"{short(stage.weighted[unit])} {plus} = {short(stage.sums[unit])}"
    return texts if all(text_width(text, TEXT, True) <= room for text in texts.values()) else {}


def _sum(piece: Piece, stage: Stage, style: Style, texts: dict[int, str]) -> None:
    """Write the sum and its gradient, with the bias if `texts` has it.

    If the bias has its own brick, the red one shows the sum without it.
    """
    unit = piece.data["unit"]
    x, top, bottom, width = _clear_face(piece, style)
    number = stage.weighted[unit] if style.bias else stage.sums[unit]
    piece.data["value"] = value(number)
    text = texts.get(unit, short(number))
    rows = [(text, TEXT, True)]
    if stage.sum_gradient is not None:
        piece.data["gradient"] = value(stage.sum_gradient[unit])
        rows.append((f"∂ {short(stage.sum_gradient[unit])}", SMALL, False))
    beside = width > 1.5 * style.p or style.columns
    y = (top + bottom) / 2 - 7 * (len(rows) - 1) + (0 if beside else 7.5)
    if beside:
        left = x - text_width(text, TEXT, True) / 2
        piece.parts.append(sigma(left - 1, y, 6.5))
    else:
        piece.parts.append(sigma(x, y - 14.5, 5.5))
    for k, (line, size, bold) in enumerate(rows):
        aside = 9 if beside and not k else 0
        piece.parts.append(centred(line, x + aside, y + 14.5 * k, size, "white", bold))


def _bias(piece: Piece, brick: Brick, stage: Stage) -> None:
    unit = piece.data["unit"]
    body = max((p for p in piece.parts if isinstance(p, Rect)), key=lambda r: r.w * r.h)
    piece.parts = [p for p in piece.parts if not _is_sign(p)]
    piece.data["value"] = value(brick.bias[unit])
    b = short(brick.bias[unit])
    text = b if b.startswith("−") else f"+{b}"
    for longer in (f"b {text}", f"b {text} = {short(stage.sums[unit])}"):
        if text_width(longer, SMALL, True) + 6 <= body.w:
            text = longer
    if stage.bias_gradient is not None:
        piece.data["gradient"] = value(stage.bias_gradient[unit])
    piece.parts.append(centred(text, body.x + body.w / 2, body.y + body.h / 2, SMALL, "dark", True))


def _activation(piece: Piece, brick: Brick, number, style: Style) -> None:
    x, top, bottom, width = _clear_face(piece, style)
    piece.data["value"] = value(number)
    y = (top + bottom) / 2
    if style.columns:
        sign = curve(brick.activation, x - width / 2 + 14, y, 12.0, 9.0)
        piece.parts += [*sign, centred(short(number), x + 8, y, TEXT, "white", True)]
        return
    small = Style(style.words, 24.0)
    sign = function(brick.activation, x, y - 8, width, small)
    piece.parts += [*sign, centred(short(number), x, y + (9 if sign else 0), TEXT, "white", True)]


def _write_units(piece: Piece, brick: Brick, stage: Stage, studs, style: Style) -> None:
    """Write on a brick over all units: its name, and a number below each stud."""
    x, top, bottom, width = _clear_face(piece, style)
    y, css = (top + bottom) / 2, piece.css.split(" ")[0]
    if brick.activation != "linear":
        piece.parts += function(brick.activation, x, y - 6.5, width, Style(style.words, 23.0))
    else:
        name = f"{brick.kind} {brick.note}".strip()
        if text_width(name, SMALL, True) + 6 <= width:
            piece.parts.append(centred(name, x, y - 6.5, SMALL, "", True))
    for unit in studs.shown:
        data = {"layer": brick.name, "unit": unit, "value": value(stage.outputs[unit])}
        text = centred(
            short(stage.outputs[unit]),
            studs.xs[unit],
            y + 7,
            SMALL,
            "white" if css == "activation" else "",
            True,
        )
        piece.parts.append(Piece("number", data, [text]))


def _neuron_frame(layer: Piece, unit: int, style: Style) -> Rect:
    """Draw a frame around one neuron without its stud, which is inside the next piece."""
    neuron_pieces = [
        p
        for p in layer.parts
        if isinstance(p, Piece)
        and p.data.get("unit") == unit
        and "strand" not in p.css
        and p.css not in ("way", "outlet")
    ]
    left, top, right, bottom = around(neuron_pieces)
    pad = 4 if any(p.css == "multiply" for p in neuron_pieces) else 0  # else neurons touch
    top += STUD * style.p
    return Rect(left - pad, top, right - left + 2 * pad, bottom - top, "chosen", pad)


def _paragraphs(lines: list[list[str]], left: float, top: float, width: float) -> list[Text]:
    """Draw lines of words wrapped to the width; the first line is bold."""
    texts: list[Text] = []
    y = top
    for k, words in enumerate(lines):
        indent, line = 0.0, ""
        for word in words:
            longer = f"{line} {word}" if line else word
            if line and text_width(longer, TEXT, k == 0) > width - indent:
                y += LEADING
                texts.append(Text(left + indent, y, line, TEXT, "", "start", k == 0))
                indent, longer = 24.0, word
            line = longer
        y += LEADING
        texts.append(Text(left + indent, y, line, TEXT, "", "start", k == 0))
    return texts
