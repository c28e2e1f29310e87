"""The scene of one sample's way: a network's bricks with the numbers of a `Steps` on them.

The network is drawn as always, with studs far enough apart for a number; then the numbers take the
place of the signs.
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
from .choice import MOST_LINES, choose, few
from .columns import Cell
from .fit import fits
from .formula import formula, short
from .parts import function, one_bar
from .tower import tower, with_labels

#: "auto" shows single synapses up to so many in a layer, and in the picture, and so many inputs or
#: outputs: each takes the room of a number.
MOST_IN_LAYER, MOST_IN_PICTURE, MOST_SIGNALS = 64, 128, 16
SMALL, LEAST_PITCH, LEADING = 11.0, 44.0, 18.0
#: How many times as wide as its page a picture may be before it shows less.
WIDER = 1.1
#: The pitch of a picture whose neurons are columns: it says how high studs and feet are.
LOW = 24.0


def steps_scene(network: Network, steps: Steps, neuron: tuple[int, int] | None, level: str,
                labels: str, weights: bool, apart: bool, bias: bool, page: float) -> Scene:
    """The scene of `draw(model, sample=...)`; `neuron` is the place of its layer, and its unit."""
    words = Words(labels)
    for chosen in _tries(network, level):
        style = _fitted(network, steps, chosen,
                        Style(words, 0.0, weights, bias, page=page, feet=True))
        if fits(network, chosen, style, WIDER):
            break
    built = tower(network, chosen, style, apart)
    for i, (brick, drawn, stage) in enumerate(zip(network.bricks, built.layers, steps.stages,
                                                  strict=True)):
        _write(drawn, brick, stage, style, i)
    shapes = with_labels(network, chosen, built, style)
    result = said(network, steps, words)
    middle = (built.layers[-1].studs.left + built.layers[-1].studs.right) / 2
    shapes.append(Text(middle, around(shapes)[1] - 9, result, TEXT, "", "middle", True))
    if neuron is not None:
        outline = _outline(built.layers[neuron[0]].piece, neuron[1], style)
        shapes.append(outline)
        left, _, right, bottom = around(shapes)
        shapes += _paragraphs(formula(network, steps, *neuron, words), left, bottom + 12,
                              max(right - left, 480.0))
    said_below = []
    if _biases_in_sums(built.layers, network, style):
        said_below.append("Σ: 곱과 편향의 합" if words.korean else
                          "Σ: the sum of the products and the bias")
    if steps.loss is not None:
        said_below.append("∂: 이 수가 1 커질 때 손실 L이 변하는 정도 (기울기)" if words.korean else
                          "∂: by how much the loss L grows for each 1 that this number grows")
    for text in said_below:
        left, _, right, bottom = around(shapes)
        shapes.append(Text(left, bottom + LEADING, text, TEXT, "soft"))
    told = f"{description(network, words)} {result}."
    return Scene(shapes, title(network, words), told)


def _tries(network: Network, level: str) -> list[list[str]]:
    """The levels of the layers; "auto" shows less where numbers would be wider than the page."""
    first = levels_for(network, level)
    less = ("lines", "bricks") if level == "auto" and "synapses" in first else ()
    return [first, *(choose(network, name) for name in less)]


def levels_for(network: Network, level: str) -> list[str]:
    """At which level each layer is drawn; see `choose`, but numbers need more room."""
    if level != "auto" or few(network, MOST_IN_LAYER, MOST_IN_PICTURE, MOST_SIGNALS):
        return choose(network, level if level != "auto" else "synapses")
    return [("lines" if b.synapses <= MOST_LINES else "bricks") if b.dense else "plate"
            for b in network.bricks]


def said(network: Network, steps: Steps, words: Words) -> str:
    """The prediction, and the target and loss where there are any."""
    values = steps.prediction
    if len(values) <= 4:
        text = ", ".join(map(short, values))
    else:
        best = int(values.argmax())
        text = (f"{len(values):,}개 중 유닛 {best}번이 가장 큼 ({short(values[best])})"
                if words.korean else
                f"unit {best} is the largest of {len(values):,} ({short(values[best])})")
    parts = [f"{'예측' if words.korean else 'prediction'}{':' * (len(values) > 4)} {text}"]
    if steps.loss is not None:
        shown = steps.target if len(steps.target) <= 10 else steps.target[:10]
        target = ", ".join(map(short, shown)) + (", …" if len(steps.target) > 10 else "")
        parts += [f"{'정답' if words.korean else 'target'} {target}",
                  f"{'손실' if words.korean else 'loss'} {short(steps.loss)}"]
    return " · ".join(parts)


def _fitted(network: Network, steps: Steps, chosen: list[str], style: Style) -> Style:
    """Studs so far apart that every number fits between them; where a layer is then wider than
    the page its neurons are columns."""
    rooms = _rooms(network, steps, chosen)
    p = max(LEAST_PITCH, *(room + 9 for room in rooms.values()))
    made = replace(style, p=p)
    if "synapses" not in chosen:
        return replace(made, beside=fits(network, chosen, made))
    gradients = steps.loss is not None
    weight, multiply = max(rooms["weight"] + 8, 34.0), max(rooms["multiply"] + 16, 34.0)
    tag = max(rooms["signal"], rooms["output"]) + text_width("x15 ", SMALL) + 8
    cell = Cell(weight, multiply, 6.0, 30.0 if gradients else 19.0, 4.0,
                36.0 if gradients else 22.0, tag, 7.0, 17.0)
    across = any(not b.dense or one_bar(b) for b in network.bricks)
    columns = replace(made, p=LOW, columns=True, cell=cell, least_blue=36.0 if across else 21.0)
    tries = [replace(one, beside=beside) for one in (made, columns) for beside in (True, False)]
    return next((one for one in tries if fits(network, chosen, one)), tries[-1])


def _rooms(network: Network, steps: Steps, chosen: list[str]) -> dict[str, float]:
    """The width of the widest number of each kind, in pixels."""
    rooms = dict.fromkeys(("signal", "output", "weight", "multiply", "sum"), 0.0)

    def add(kind: str, values, size: float, sign: str = "") -> None:
        rooms[kind] = max([rooms[kind], *(text_width(sign + short(v), size, size == TEXT)
                                          for v in values[:4096])])

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
    """A number as ``data-value`` has it."""
    return f"{float(number) + 0.0:.9g}"


def _write(drawn, brick: Brick, stage: Stage, style: Style, index: int) -> None:
    """Put the numbers on the pieces of a layer."""
    whole = _with_bias(drawn, brick, stage, style)
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
            _sum(piece, stage, style, whole)
        elif kind == "bias":
            _bias(piece, brick, stage)
        elif kind == "activation" and unit is not None:
            _activation(piece, brick, stage.outputs[unit], style)
        elif kind in ("activation", "plate", "signal") and (not brick.dense or one_bar(brick)):
            _across(piece, brick, stage, drawn.studs, style)


def _emptied(piece: Piece, style: Style) -> tuple[float, float, float, float]:
    """Take signs and words off a brick: the middle of its face, its top, bottom and width, the
    sockets left out."""
    holes = any(isinstance(p, Rect) and p.css == "hole" for p in piece.parts)
    piece.parts = [p for p in piece.parts if not _is_sign(p)]
    body = max((p for p in piece.parts if isinstance(p, Rect) and not p.css),
               key=lambda r: r.w * r.h)
    bottom = body.y + body.h - (SOCKET * style.p if holes else 0)
    return body.x + body.w / 2, body.y, bottom, body.w


def _is_sign(part) -> bool:
    return isinstance(part, Text) or (isinstance(part, Line) and part.css.startswith("sign"))


def _signal(piece: Piece, number, name: str, style: Style) -> None:
    tag = next((p for p in piece.parts if isinstance(p, Rect) and p.css == "tag"), None)
    x, top, bottom, _ = _emptied(piece, style)
    piece.data["value"] = value(number)
    y, text = (top + bottom) / 2, short(number)
    if tag is not None:  # the foot says which one it is, the tag its number too
        place = name or str(piece.data["row"])
        piece.parts += [centred(place, x, y, SMALL, "soft"),
                        centred(place, tag.x + 11, tag.y + tag.h / 2, SMALL, "soft"),
                        centred(text, tag.x + tag.w / 2 + 9, tag.y + tag.h / 2, SMALL, "", True)]
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
    x, top, bottom, _ = _emptied(piece, style)
    piece.data["value"] = value(weight)
    y = (top + bottom) / 2 + (0 if style.columns else 1)
    if gradients is not None:
        piece.parts.append(centred(f"∂ {short(gradients[row, unit])}", x, y + 7.5, SMALL, "dark"))
        y -= 7
    sign = "+" if weight > 0 else ""
    piece.parts.append(centred(sign + short(weight), x, y, TEXT, "dark", True))


def _multiply(piece: Piece, number, style: Style) -> None:
    x, top, bottom, wide = _emptied(piece, style)
    piece.data["value"] = value(number)
    y = (top + bottom) / 2
    if style.columns:
        piece.parts += [times(x - wide / 2 + 7, y, 2.8),
                        centred(short(number), x + 5, y, SMALL, "dark")]
    else:
        piece.parts += [times(x, y - 6, 3.6), centred(short(number), x, y + 6, SMALL, "dark")]


def _biases_in_sums(layers: list, network: Network, style: Style) -> bool:
    """Whether a sum has a bias in it that is not to be seen."""
    hidden = [b.name for b in network.bricks if b.bias is not None and b.bias.any()]
    return not style.bias and any(
        piece.data["layer"] in hidden and not any(
            isinstance(part, Text) and "=" in part.text for part in piece.parts)
        for drawn in layers for piece in drawn.piece.parts
        if isinstance(piece, Piece) and piece.css == "sum")


def _with_bias(drawn, brick: Brick, stage: Stage, style: Style) -> dict[int, str]:
    """What the red bricks of a layer say, "0.4 + 0.1 = 0.5", if there is room for it on each."""
    reds = [p for p in drawn.piece.parts if isinstance(p, Piece) and p.css == "sum"]
    if brick.bias is None or style.bias or not reds:
        return {}
    said, room = {}, min(max(r.w for r in p.parts if isinstance(r, Rect)) for p in reds) - 34
    for unit in (p.data["unit"] for p in reds):
        b = short(brick.bias[unit])
        plus = f"− {b[1:]}" if b.startswith("−") else f"+ {b}"
        said[unit] = f"{short(stage.weighted[unit])} {plus} = {short(stage.sums[unit])}"
    return said if all(text_width(text, TEXT, True) <= room for text in said.values()) else {}


def _sum(piece: Piece, stage: Stage, style: Style, whole: dict[int, str]) -> None:
    """The sum, the bias in it where all of a layer say that, and its gradient. Where the bias has a
    brick of its own the red one shows the sum before it."""
    unit = piece.data["unit"]
    x, top, bottom, width = _emptied(piece, style)
    number = stage.weighted[unit] if style.bias else stage.sums[unit]
    piece.data["value"] = value(number)
    text = whole.get(unit, short(number))
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
    piece.parts.append(centred(text, body.x + body.w / 2, body.y + body.h / 2, SMALL, "dark",
                               True))


def _activation(piece: Piece, brick: Brick, number, style: Style) -> None:
    x, top, bottom, width = _emptied(piece, style)
    piece.data["value"] = value(number)
    y = (top + bottom) / 2
    if style.columns:
        sign = curve(brick.activation, x - width / 2 + 14, y, 12.0, 9.0)
        piece.parts += [*sign, centred(short(number), x + 8, y, TEXT, "white", True)]
        return
    small = Style(style.words, 24.0)
    sign = function(brick.activation, x, y - 8, width, small)
    piece.parts += [*sign, centred(short(number), x, y + (9 if sign else 0), TEXT, "white", True)]


def _across(piece: Piece, brick: Brick, stage: Stage, studs, style: Style) -> None:
    """A brick over all units: its name above, a number under each stud."""
    x, top, bottom, width = _emptied(piece, style)
    y, css = (top + bottom) / 2, piece.css.split(" ")[0]
    if brick.activation != "linear":
        piece.parts += function(brick.activation, x, y - 6.5, width, Style(style.words, 23.0))
    else:
        name = f"{brick.kind} {brick.note}".strip()
        if text_width(name, SMALL, True) + 6 <= width:
            piece.parts.append(centred(name, x, y - 6.5, SMALL, "", True))
    for unit in studs.shown:
        data = {"layer": brick.name, "unit": unit, "value": value(stage.outputs[unit])}
        text = centred(short(stage.outputs[unit]), studs.xs[unit], y + 7, SMALL,
                       "white" if css == "activation" else "", True)
        piece.parts.append(Piece("number", data, [text]))


def _outline(layer: Piece, unit: int, style: Style) -> Rect:
    """A frame around one neuron; its stud sticks out, into what has a number of its own."""
    own = [p for p in layer.parts if isinstance(p, Piece) and p.data.get("unit") == unit
           and "strand" not in p.css and p.css not in ("way", "outlet")]
    left, top, right, bottom = around(own)
    pad = 4 if any(p.css == "multiply" for p in own) else 0  # without slices they adjoin
    top += STUD * style.p
    return Rect(left - pad, top, right - left + 2 * pad, bottom - top, "chosen", pad)


def _paragraphs(lines: list[list[str]], left: float, top: float, width: float) -> list[Text]:
    """Lines of words that belong together, broken where they would leave the canvas; the first
    is bold."""
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
