"""How far apart studs are, so that a picture fits the page that it is laid out for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from ..network import Brick, Network
from ..pieces import Style
from .captions import caption
from .rows import span

#: The pitch of studs in pixels: the largest, and below which weights side by side, and in columns,
#: cannot be told apart any more.
MOST, LEAST_SLICES, LEAST = 26.0, 10.0, 9.0
MARGIN, GAP = 16.0, 14.0  # pixels around a picture; between a layer and its caption
SIGNALS = 40.0  # pixels for the names of signals beside columns


def fitted(network: Network, chosen: list[str], style: Style, panels: int = 1) -> Style:
    """The style in which a chain is as wide as its page.

    Weights stand side by side while they can be told apart, else in columns; captions beside their
    layers, else below.

    Args:
        network: the chain.
        chosen: the level of each layer.
        style: what is known already.
        panels: how often the chain is drawn, side by side.
    """
    tries = [(columns, beside) for columns in (False, True) for beside in (True, False)
             if not columns or "synapses" in chosen]
    for columns, beside in tries:
        made = replace(style, columns=columns, beside=beside)
        p = _pitch(network, chosen, made, panels)
        if p >= (LEAST if columns or "synapses" not in chosen else LEAST_SLICES):
            break
    return replace(made, p=min(MOST, max(LEAST, p)))


def _pitch(network: Network, chosen: list[str], style: Style, panels: int) -> float:
    """The pitch at which a chain is as wide as the page: each layer around the same middle, its
    caption at its right."""
    spans = _spans(network, chosen, style, width)
    notes = [caption(b, 0.0, style, level).width + GAP
             for b, level in zip(network.bricks, chosen, strict=True)]
    room = style.page - 2 * MARGIN - (_signals(style) * panels if style.columns else 0.0)
    if not style.beside:
        return room / panels / max(spans)
    half = max(spans) / 2
    return min((room - note) / ((2 * panels - 1) * half + s / 2 + 2.5 * (panels - 1))
               for note, s in zip(notes, spans, strict=True))


def _signals(style: Style) -> float:
    from .columns import WORDS

    return min(style.input_width(), WORDS) + 4 if style.inputs else SIGNALS


def fits(network: Network, chosen: list[str], style: Style, wider: float = 1.0) -> bool:
    """Whether a chain is no wider than its page, or than so many pages, with the measures that
    the style has."""
    spans = _spans(network, chosen, style, pixels)
    room = wider * style.page - 2 * MARGIN
    if not style.beside:
        return max(spans) <= room
    notes = [caption(b, 0.0, style, level).width + GAP
             for b, level in zip(network.bricks, chosen, strict=True)]
    return all(max(spans) / 2 + s / 2 + note <= room
               for s, note in zip(spans, notes, strict=True))


def _spans(network: Network, chosen: list[str], style: Style,
           measure: Callable[[Brick, str, Style], float]) -> list[float]:
    """How wide the layers of a chain are drawn: a plate as wide as the neurons that it lies on."""
    spans: list[float] = []
    for below, brick, level in zip((None, *network.bricks), network.bricks, chosen, strict=False):
        span = measure(brick, level, style)
        on = below is not None and level == "plate" and below.outputs == brick.inputs
        spans.append(max(span, spans[-1]) if on else span)
    return spans


def pixels(brick: Brick, level: str, style: Style) -> float:
    """How many pixels wide a layer is drawn."""
    from .columns import cell

    if style.columns and level == "synapses":
        return cell(style, brick.outputs).wide(brick.outputs)
    return width(brick, level, style) * style.p


def width(brick: Brick, level: str, style: Style) -> float:
    """How many pitches wide a layer is drawn."""
    from .columns import AISLE, COLUMN
    from .levels import slice_gap

    if level != "synapses":
        return max(span(brick.inputs), span(brick.outputs))
    n, u = brick.inputs, brick.outputs
    if style.columns:
        return max(n, u * (COLUMN + AISLE))
    return u * n + (u - 1) * slice_gap(n)


def scaled(measure: Callable[[float], float], page: float, most: float = MOST,
           least: float = LEAST) -> float:
    """The largest pitch at which what `measure` says the width of is no wider than a page, or than
    it is at the least pitch: texts do not become smaller with the pitch."""
    if most <= least:
        return most
    widest = measure(most)
    if widest <= page:
        return most
    narrowest = measure(least)
    if narrowest >= widest:  # words alone are wider than the page, whatever the pitch
        return most
    room, low, high = max(page, narrowest), least, most
    for share in ((room - narrowest) / (widest - narrowest), 0.5, 0.5, 0.5):
        middle = low + (high - low) * share  # mostly widths grow evenly, and the first one fits
        if measure(middle) > room:
            high = middle
        elif share != 0.5:
            return middle
        else:
            low = middle
    return low
