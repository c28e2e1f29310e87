"""Choice of the pitch of studs, so that a picture fits its page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from ..network import Brick, Network
from ..pieces import Style
from .captions import caption
from .rows import span

#: Pitch of studs in pixels: the largest, and the smallest at which weights side by side, and
#: weights in columns, can be told apart.
MOST, LEAST_SLICES, LEAST = 26.0, 10.0, 9.0
MARGIN, GAP = 16.0, 14.0  # in pixels: around a picture, between a layer and its caption
SIGNALS = 40.0  # width in pixels of the names of signals beside columns


def fit_style(network: Network, chosen: list[str], style: Style, panels: int = 1) -> Style:
    """Return the style in which a chain fills the width of its page.

    Weights are side by side if they can be told apart, else in columns. Captions are beside their
    layers if there is room, else below.

    Args:
        network: the chain.
        chosen: the level of each layer.
        style: the style to start from.
        panels: number of copies of the chain, side by side.
    """
    layouts = [
        (columns, beside)
        for columns in (False, True)
        for beside in (True, False)
        if not columns or "synapses" in chosen
    ]
    for columns, beside in layouts:
        tried = replace(style, columns=columns, beside=beside)
        p = _pitch(network, chosen, tried, panels)
        if p >= (LEAST if columns or "synapses" not in chosen else LEAST_SLICES):
            break
    return replace(tried, p=min(MOST, max(LEAST, p)))


def _pitch(network: Network, chosen: list[str], style: Style, panels: int) -> float:
    """Return the pitch at which a chain fills the page: layers centred, captions to their right."""
    spans = _spans(network, chosen, style, width_in_pitches)
    notes = [
        caption(b, 0.0, style, level).width + GAP
        for b, level in zip(network.bricks, chosen, strict=True)
    ]
    room = style.page - 2 * MARGIN - (_name_width(style) * panels if style.columns else 0.0)
    if not style.beside:
        return room / panels / max(spans)
    half = max(spans) / 2
    return min(
        (room - note) / ((2 * panels - 1) * half + s / 2 + 2.5 * (panels - 1))
        for note, s in zip(notes, spans, strict=True)
    )


def _name_width(style: Style) -> float:
    from .columns import WORDS

    return min(style.input_width(), WORDS) + 4 if style.inputs else SIGNALS


def fits(network: Network, chosen: list[str], style: Style, wider: float = 1.0) -> bool:
    """Return whether a chain in this style is at most `wider` times as wide as its page."""
    spans = _spans(network, chosen, style, width_in_pixels)
    room = wider * style.page - 2 * MARGIN
    if not style.beside:
        return max(spans) <= room
    notes = [
        caption(b, 0.0, style, level).width + GAP
        for b, level in zip(network.bricks, chosen, strict=True)
    ]
    return all(max(spans) / 2 + s / 2 + note <= room for s, note in zip(spans, notes, strict=True))


def _spans(
    network: Network, chosen: list[str], style: Style, measure: Callable[[Brick, str, Style], float]
) -> list[float]:
    """Return the widths of a chain's layers; a plate is as wide as the neurons below it."""
    spans: list[float] = []
    for below, brick, level in zip((None, *network.bricks), network.bricks, chosen, strict=False):
        span = measure(brick, level, style)
        on = below is not None and level == "plate" and below.outputs == brick.inputs
        spans.append(max(span, spans[-1]) if on else span)
    return spans


def width_in_pixels(brick: Brick, level: str, style: Style) -> float:
    """Return the width of a layer in pixels."""
    from .columns import cell

    if style.columns and level == "synapses":
        return cell(style, brick.outputs).wide(brick.outputs)
    return width_in_pitches(brick, level, style) * style.p


def width_in_pitches(brick: Brick, level: str, style: Style) -> float:
    """Return the width of a layer in pitches."""
    from .columns import AISLE, COLUMN
    from .levels import slice_gap

    if level != "synapses":
        return max(span(brick.inputs), span(brick.outputs))
    n, u = brick.inputs, brick.outputs
    if style.columns:
        return max(n, u * (COLUMN + AISLE))
    return u * n + (u - 1) * slice_gap(n)


def largest_pitch(
    measure: Callable[[float], float], page: float, most: float = MOST, least: float = LEAST
) -> float:
    """Return the largest pitch at which a picture fits the page.

    If text makes it too wide even at the smallest pitch, return the largest pitch that is not
    wider than that.

    Args:
        measure: returns the width of the picture at a pitch.
        page: width of the page in pixels.
        most, least: largest and smallest pitch in pixels.
    """
    if most <= least:
        return most
    widest = measure(most)
    if widest <= page:
        return most
    narrowest = measure(least)
    if narrowest >= widest:  # text alone is wider than the page, at any pitch
        return most
    room, low, high = max(page, narrowest), least, most
    for share in ((room - narrowest) / (widest - narrowest), 0.5, 0.5, 0.5):
        middle = low + (high - low) * share  # the width is mostly linear in the pitch
        if measure(middle) > room:
            high = middle
        elif share != 0.5:
            return middle
        else:
            low = middle
    return low
