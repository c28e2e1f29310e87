"""Drawing of boxes and arrows as SVG, without Graphviz."""

from __future__ import annotations

from .boxes import PAD, RULE, TEXT, TITLE, Box, Group, box_size, cell_widths, runs_width
from .layout import Point, Rect, layout
from .palette import FONT
from .text import escape

EDGE = 4  # margin of the picture
BEND = 6  # radius of an arrow's bends
TIP = 10  # length of an arrowhead


def svg(model: Group, rankdir: str = "TB", unit: str = "pt") -> str:
    """Return boxes and arrows as SVG.

    Args:
        model: the model to draw; inner groups get a dashed frame with their name.
        rankdir: direction of the data flow: "TB", "BT", "LR" or "RL".
        unit: unit of width and height.
    """
    plan = layout(model, rankdir, box_size)
    width, height = plan.width + 2 * EDGE, plan.height + 2 * EDGE
    about = f"{model.name}: " + ", ".join(_box_text(box) for box in model.boxes())
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" width="{width:.0f}{unit}" '
        f'height="{height:.0f}{unit}" viewBox="-{EDGE} -{EDGE} {_n(width)} {_n(height)}" '
        f'font-family="{FONT}">',
        f"<title>{escape(model.name)}</title>",
        f"<desc>{escape(about)}</desc>",
        f'<rect x="-{EDGE}" y="-{EDGE}" width="{_n(width)}" height="{_n(height)}" fill="white"/>',
    ]
    for _, place in plan.frames:
        lines.append(_rect(*place, "none", ' stroke="black" stroke-dasharray="5,2"'))
    paths: dict[str, list[str]] = {}  # by source: shared segments are drawn once
    for source, _, corners in plan.routes:
        paths.setdefault(source.id, []).append(_arrow_path(corners))
    lines += [
        f'<path d="{"".join(parts)}" fill="none" stroke="black" stroke-width="2"/>'
        for parts in paths.values()
    ]
    lines += [_tip(*corners[-2:]) for *_, corners in plan.routes]
    for group, (x, y, *_) in plan.frames:
        lines.append(_text([(group.name, False)], TEXT, x + 8, y + TEXT + 4, "black", "start"))
    for box in model.boxes():
        lines += _box(box, plan.at[box.id])
    return "\n".join([*lines, "</svg>", ""])


def _box_text(box: Box) -> str:
    cells = [f"{c.label}{c.value}" for row in box.rows for c in row]
    return "; ".join(["".join(text for text, _ in box.heading()), *cells])


def _n(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")


def _box(box: Box, place: Rect) -> list[str]:
    x, y, w, h = place
    top = y + (h - box_size(box)[1]) / 2
    lines = [
        f"<g><title>{escape(box.name or box.kind)}</title>",
        _rect(x, y, w, h, "black"),
        _text(box.heading(), TITLE, x + w / 2, top + RULE + PAD + TITLE, "white"),
    ]
    y = top + TITLE + 8 + 2 * PAD - RULE
    for row in box.rows:
        y += RULE
        widths = cell_widths(row)
        spare = (w - 2 * RULE - RULE * (len(row) - 1) - sum(widths)) / max(1, len(row))
        left, tall = x + RULE, TEXT + 3 + 2 * PAD
        for cell, width in zip(row, widths, strict=True):
            lines.append(_rect(left, y, width + spare, tall, cell.fill))
            ink = "black" if cell.fill == "white" else "white"
            lines.append(
                _text(cell.runs(), TEXT, left + (width + spare) / 2, y + PAD + TEXT - 1, ink)
            )
            left += width + spare + RULE
        y += tall
    return [*lines, "</g>"]


def _text(runs, size: float, x: float, y: float, ink: str, anchor: str = "middle") -> str:
    """Return consecutive runs of text, which never overlap.

    Other fonts than Helvetica may be wider; textLength keeps the text in its cell if the renderer
    supports it.
    """
    pieces = "".join(
        f'<tspan font-weight="bold">{escape(text)}</tspan>'
        if bold
        else f"<tspan>{escape(text)}</tspan>"
        for text, bold in runs
    )
    return (
        f'<text x="{_n(x)}" y="{_n(y)}" font-size="{size}" fill="{ink}" '
        f'text-anchor="{anchor}" textLength="{_n(runs_width(runs, size))}" '
        f'lengthAdjust="spacingAndGlyphs" xml:space="preserve">{pieces}</text>'
    )


def _arrow_path(corners: list[Point]) -> str:
    """Return a line with rounded corners, up to the arrowhead."""
    points = [*corners[:-1], _neck(*corners[-2:])]
    path = [f"M{_at(points[0])}"]
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        begin, end = (_toward(corner, point) for point in (before, after))
        path.append(f"L{_at(begin)}Q{_at(corner)} {_at(end)}")
    return "".join([*path, f"L{_at(points[-1])}"])


def _toward(corner: Point, point: Point) -> Point:
    """Return where the bend at a corner meets the line to the next or previous point."""
    far = abs(point[0] - corner[0]) + abs(point[1] - corner[1])
    part = min(BEND, far / 2) / max(far, 1e-9)
    return tuple(c + (p - c) * part for c, p in zip(corner, point, strict=True))


def _neck(before: Point, end: Point) -> Point:
    dx, dy = _direction(before, end)
    return end[0] - TIP * dx, end[1] - TIP * dy


def _direction(before: Point, end: Point) -> Point:
    far = max(abs(end[0] - before[0]) + abs(end[1] - before[1]), 1e-9)
    return (end[0] - before[0]) / far, (end[1] - before[1]) / far


def _tip(before: Point, end: Point) -> str:
    (dx, dy), (x, y) = _direction(before, end), _neck(before, end)
    corners = [end, (x - 4 * dy, y - 4 * dx), (x + 4 * dy, y + 4 * dx)]
    return f'<polygon points="{" ".join(map(_at, corners))}" fill="black"/>'


def _at(point: Point) -> str:
    return f"{_n(point[0])},{_n(point[1])}"


def _rect(x: float, y: float, w: float, h: float, fill: str, more: str = "") -> str:
    return f'<rect x="{_n(x)}" y="{_n(y)}" width="{_n(w)}" height="{_n(h)}" fill="{fill}"{more}/>'
