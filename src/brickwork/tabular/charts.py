"""Small charts as SVG for a report: no library, colours by the page's style sheet."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from math import ceil, floor, log10

import numpy as np

WIDTH, HEIGHT = 460, 300
LEFT, RIGHT, TOP, BOTTOM = 58, 12, 12, 44
#: More points than this are drawn as a sample.
POINTS = 1500


class Axes:
    """The frame of a chart, and its scales.

    Args:
        x, y: the lowest and highest value on each axis.
        x_label, y_label: HTML that names them.
    """

    def __init__(self, x: tuple[float, float], y: tuple[float, float], x_label: str, y_label: str):
        self.x, self.y = _opened(x), _opened(y)
        self.parts = [
            *(self._tick(value, horizontal=True) for value in ticks(*self.x)),
            *(self._tick(value, horizontal=False) for value in ticks(*self.y)),
            f'<foreignObject x="{LEFT}" y="{HEIGHT - 22}" width="{WIDTH - LEFT - RIGHT}" '
            f'height="22"><p class="axis">{x_label}</p></foreignObject>',
            f'<foreignObject x="0" y="0" width="{HEIGHT - BOTTOM}" height="20" '
            f'transform="translate(0 {HEIGHT - BOTTOM}) rotate(-90)"><p class="axis">{y_label}</p>'
            "</foreignObject>",
        ]

    def at(self, x: float, y: float) -> tuple[float, float]:
        """Return the place of a value, in pixels."""
        (x0, x1), (y0, y1) = self.x, self.y
        return (
            LEFT + (x - x0) / (x1 - x0) * (WIDTH - LEFT - RIGHT),
            HEIGHT - BOTTOM - (y - y0) / (y1 - y0) * (HEIGHT - TOP - BOTTOM),
        )

    def _tick(self, value: float, horizontal: bool) -> str:
        if horizontal:
            x, _ = self.at(value, self.y[0])
            return (
                f'<path class="grid" d="M{x:.1f} {TOP}V{HEIGHT - BOTTOM}"/>'
                f'<text x="{x:.1f}" y="{HEIGHT - BOTTOM + 15}" class="mid">{number(value)}</text>'
            )
        _, y = self.at(self.x[0], value)
        return (
            f'<path class="grid" d="M{LEFT} {y:.1f}H{WIDTH - RIGHT}"/>'
            f'<text x="{LEFT - 6}" y="{y + 4:.1f}" class="end">{number(value)}</text>'
        )

    def line(self, xs: Sequence[float], ys: Sequence[float], style: str) -> None:
        """Add a line through points."""
        places = (self.at(x, y) for x, y in zip(xs, ys, strict=True) if y == y)
        path = "L".join(f"{x:.1f} {y:.1f}" for x, y in places)
        self.parts.append(f'<path class="{style}" d="M{path}"/>' if path else "")

    def points(self, xs: Sequence[float], ys: Sequence[float], style: str, radius: float) -> None:
        """Add a circle at each point."""
        for x, y in zip(xs, ys, strict=True):
            cx, cy = self.at(x, y)
            self.parts.append(f'<circle class="{style}" cx="{cx:.1f}" cy="{cy:.1f}" r="{radius}"/>')

    def svg(self, label: str) -> str:
        """Return the chart; `label` describes it to who cannot see it."""
        return (
            f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(label)}">'
            + "".join(self.parts)
            + "</svg>"
        )


def _opened(bounds: tuple[float, float]) -> tuple[float, float]:
    low, high = bounds
    return (low, high) if high > low else (low - 0.5, high + 0.5)


def ticks(low: float, high: float, most: int = 6) -> list[float]:
    """Return round numbers within bounds, at most `most` of them.

    >>> ticks(0, 1)
    [0.0, 0.2, 0.4, 0.6, 0.8, 1.0]
    """
    step = 10.0 ** floor(log10((high - low) / most))
    step = next(step * k for k in (1, 2, 5, 10, 20) if (high - low) / (step * k) <= most - 1)
    first = ceil(low / step - 1e-9)
    return [
        round(k * step, 12) if step > 1e-9 else k * step
        for k in range(first, floor(high / step + 1e-9) + 1)
    ]


def number(value: float) -> str:
    """Return a number for a chart: short, zero without a sign.

    >>> number(-0.0), number(0.30000000000000004), number(12000)
    ('0', '0.3', '12,000')
    """
    value = value + 0.0
    return f"{value:,.0f}" if abs(value) >= 1000 and value % 1 == 0 else f"{value:.4g}"


def curves(
    histories: Sequence[tuple[Sequence[float], Sequence[float]]], epoch: str, loss: str
) -> str:
    """Return learning curves.

    Args:
        histories: for each network the losses of its epochs, in training and in validation.
        epoch, loss: HTML that names the axes.
    """
    finite = [v for both in histories for line in both for v in line if np.isfinite(v)]
    longest = max(len(both[0]) for both in histories)
    high = float(np.quantile(finite, 0.995)) if finite else 1.0
    low = min(finite, default=0.0)
    axes = Axes((1, max(2, longest)), (low - 0.05 * (high - low), high), epoch, loss)
    for style, which in (("pale", 0), ("dark", 1)):
        for both in histories:
            shown = [min(value, high) for value in both[which]]
            axes.line(range(1, len(shown) + 1), shown, style)
    return axes.svg("learning curves")


def reliability(y: np.ndarray, p: np.ndarray, predicted: str, share: str) -> str:
    """Return how often something is so, by the probability predicted for it.

    Args:
        y: whether it is, ``(rows,)``.
        p: its probability, ``(rows,)``.
        predicted, share: HTML that names the axes.
    """
    axes = Axes((0, 1), (0, 1), predicted, share)
    axes.line([0, 1], [0, 1], "guide")
    order = np.argsort(p, kind="stable")
    bins = np.array_split(order, max(2, min(10, len(p) // 15)))
    bins = [rows for rows in bins if len(rows)]
    xs, ys = [float(p[rows].mean()) for rows in bins], [float(y[rows].mean()) for rows in bins]
    for x, share_of_bin, rows in zip(xs, ys, bins, strict=True):
        low, high = wilson(share_of_bin, len(rows))
        axes.line([x, x], [low, high], "whisker")
    axes.line(xs, ys, "dark")
    axes.points(xs, ys, "dot", 4)
    return axes.svg("calibration")


def wilson(share: float, count: int, z: float = 1.96) -> tuple[float, float]:
    """Return the 95 % interval of a share. Wilson, Journal of the ASA 22 (1927).

    >>> low, high = wilson(0.5, 100)
    >>> round(low, 3), round(high, 3)
    (0.404, 0.596)
    """
    middle = (share + z * z / (2 * count)) / (1 + z * z / count)
    half = z / (1 + z * z / count) * (share * (1 - share) / count + z * z / (4 * count**2)) ** 0.5
    return max(0.0, middle - half), min(1.0, middle + half)


def scatter(y: np.ndarray, p: np.ndarray, predicted: str, true: str) -> str:
    """Return predicted and true numbers as points.

    Args:
        y, p: ``(rows,)``.
        predicted, true: HTML that names the axes.
    """
    if len(y) > POINTS:
        rows = np.random.Generator(np.random.Philox(0)).choice(len(y), POINTS, replace=False)
        y, p = y[rows], p[rows]
    low, high = float(min(y.min(), p.min())), float(max(y.max(), p.max()))
    axes = Axes((low, high), (low, high), predicted, true)
    axes.line([low, high], [low, high], "guide")
    axes.points(p.tolist(), y.tolist(), "point", 2.5)
    return axes.svg("predicted and true")


def bars(names: Sequence[str], values: Sequence[float], spreads: Sequence[float]) -> str:
    """Return horizontal bars with their spread, the longest first.

    Args:
        names: of the bars.
        values: their lengths.
        spreads: standard deviations.
    """
    order = np.argsort(values)[::-1][:20]
    ends = [value + spread for value, spread in zip(values, spreads, strict=True)]
    most = max(*ends, 1e-12)
    height, name_width, width = 24 * len(order) + 8, 190, 460
    room = width - name_width - 70
    parts = []
    for row, index in enumerate(order):
        y, length = 24 * row + 4, max(0.0, values[index] / most) * room
        name = names[index] if len(names[index]) <= 26 else names[index][:25] + "…"
        low, high = (
            name_width + max(0.0, (values[index] + k * spreads[index]) / most) * room
            for k in (-1, 1)
        )
        parts.append(
            f'<text x="{name_width - 8}" y="{y + 13}" class="end">{escape(name)}</text>'
            f'<rect class="bar" x="{name_width}" y="{y}" width="{length:.1f}" height="17" rx="2"/>'
            f'<path class="whisker" d="M{low:.1f} {y + 8.5}H{high:.1f}"/>'
            f'<text x="{max(high, name_width) + 6:.1f}" y="{y + 13}">{values[index]:.3g}</text>'
        )
    return (
        f'<svg viewBox="0 0 {width} {height}" role="img" aria-label="importance">'
        + "".join(parts)
        + "</svg>"
    )


def intervals(rows: Sequence[tuple[float, float, float]]) -> list[str]:
    """Return an interval with its value for each row, all on one scale.

    Args:
        rows: low, value and high of each.
    """
    low, high = min(row[0] for row in rows), max(row[2] for row in rows)
    span = (high - low) or 1.0
    found = []
    for row in rows:
        a, b, c = (6 + (value - low) / span * 128 for value in row)
        found.append(
            '<svg viewBox="0 0 140 18" class="interval" aria-hidden="true">'
            f'<path class="grid" d="M6 9H134"/><path class="range" d="M{a:.1f} 9H{c:.1f}"/>'
            f'<circle class="dot" cx="{b:.1f}" cy="9" r="4"/></svg>'
        )
    return found
