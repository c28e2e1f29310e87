"""results.svg: every contestant's step as a multiple of the job's floor, on a logarithmic axis."""

from __future__ import annotations

import math
from html import escape

from harness import ENTRIES
from jobs import JOBS
from targets import MODES, floor_of, number

# Okabe and Ito's colours: told apart without colour vision; shapes tell the rest apart.
STYLES = {
    "brickwork": ("#D55E00", "brick"),
    "mlpack": ("#0072B2", "square"),
    "jax": ("#009E73", "circle"),
    "numpy": ("#666666", "cross"),
    "sklearn": ("#56B4E9", "diamond"),
    "torch": ("#CC79A7", "circle"),
    "keras-jax": ("#009E73", "triangle"),
    "keras-torch": ("#CC79A7", "triangle"),
    "keras-tensorflow": ("#E69F00", "triangle"),
}
LEFT, RIGHT, WIDTH, BAND, TOP = 230, 120, 1120, 48, 88
LANES = (-13, -7, 7, 13)  # above and below the line, so that close marks stay apart
GROUND, INK, FAINT = "#ffffff", "#222222", "#d8d8d8"


def text(x: float, y: float, words: str, size: int = 13, anchor: str = "start", **more) -> str:
    """A line of text."""
    extra = "".join(f' {key.replace("_", "-")}="{value}"' for key, value in more.items())
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" text-anchor="{anchor}"{extra}>'
        f"{escape(words)}</text>"
    )


def duration(us: float) -> str:
    """Microseconds as people say them."""
    return f"{number(us)} us" if us < 1000 else f"{number(us / 1000)} ms"


def mark(x: float, y: float, name: str) -> str:
    """A contestant's sign; brickwork's is a brick with two studs."""
    colour, shape = STYLES[name]
    paint = f'fill="{colour}" stroke="{GROUND}" stroke-width="1"'
    if shape == "brick":
        studs = "".join(
            f'<rect x="{x + dx:.1f}" y="{y - 9:.1f}" width="6" height="4" fill="{colour}"/>'
            for dx in (-8, 2)
        )
        return f'{studs}<rect x="{x - 11:.1f}" y="{y - 6:.1f}" width="22" height="13" {paint}/>'
    if shape == "circle":
        return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="6" {paint}/>'
    if shape == "cross":
        d = f"M{x - 5:.1f} {y - 5:.1f}l10 10m0 -10l-10 10"
        return f'<path d="{d}" stroke="{colour}" stroke-width="2.5" fill="none"/>'
    sides = {
        "square": "m-6 -6h12v12h-12z", "diamond": "m0 -8l7 8l-7 8l-7 -8z",
        "triangle": "m0 -7l7 13h-14z",
    }[shape]  # fmt: skip
    return f'<path d="M{x:.1f} {y:.1f}{sides}" {paint}/>'


class Axis:
    """Multiples of the floor to pixels."""

    def __init__(self, most: float):
        self.most = max(10.0, most) * 1.2

    def x(self, ratio: float) -> float:
        """Where a multiple stands; 1 is a little in from the left edge."""
        share = math.log(max(ratio, 0.8) / 0.8) / math.log(self.most / 0.8)
        return LEFT + share * (WIDTH - LEFT - RIGHT)

    def ticks(self) -> list[float]:
        """1, 2, 5, 10 ... as far as the axis goes."""
        found = [step * 10**power for power in range(6) for step in (1, 2, 5)]
        return [tick for tick in found if tick <= self.most]


def band(job: str, table: dict, mode: str, axis: Axis, middle: float) -> list[str]:
    """One job: its floor, and everybody's multiple of it."""
    floor = floor_of(table, mode)
    if floor is None:
        return []
    about = JOBS[job]
    lines = [
        text(LEFT - 16, middle - 2, job, 14, "end", font_weight="bold"),
        text(LEFT - 16, middle + 14, f"{about.network}, batch {about.batch}", 11, "end"),
        text(WIDTH - RIGHT + 12, middle + 4, f"1x = {duration(floor[0])}", 12),
        f'<path d="M{LEFT} {middle}H{WIDTH - RIGHT}" stroke="{FAINT}"/>',
    ]
    drawn = [name for name in STYLES if name in table and table[name].get("agrees", True)]
    for name in reversed(drawn):  # brickwork last, on top
        ratio = table[name][mode]["us"] / floor[0]
        height = 0 if name == "brickwork" else LANES[list(STYLES).index(name) % len(LANES)]
        label = f"{ENTRIES[name].label}, {job}: {duration(table[name][mode]['us'])}"
        shape = mark(axis.x(ratio), middle + height, name)
        lines.append(f"<g><title>{escape(label)}, {ratio:.2f}x</title>{shape}</g>")
    return lines


def panel(results: dict, mode: str, axis: Axis, top: float) -> tuple[list[str], float]:
    """All jobs in one kind of training; answers the lines and where the panel ends."""
    jobs = results["jobs"]
    bottom = top + 22 + BAND * len(jobs)
    lines = [text(LEFT, top, f"A step of training, {MODES[mode]}", 15, font_weight="bold")]
    for tick in axis.ticks():
        x = axis.x(tick)
        width = 2 if tick == 1 else 1
        path = f'<path d="M{x:.1f} {top + 12}V{bottom}"'
        lines.append(f'{path} stroke="{INK if tick == 1 else FAINT}" stroke-width="{width}"/>')
        if axis.most < 1000 or math.log10(tick).is_integer():  # room for the words
            lines.append(text(x, bottom + 16, f"{tick:,}x", 12, "middle"))
    for i, (job, table) in enumerate(jobs.items()):
        lines += band(job, table, mode, axis, top + 22 + BAND * (i + 0.5))
    lines.append(text(LEFT, bottom + 36, "times the floor (logarithmic; less is better)", 12))
    return lines, bottom + 72


def legend(results: dict) -> list[str]:
    """Signs and names, five a line."""
    present = [n for n in STYLES if any(n in table for table in results["jobs"].values())]
    lines = []
    for i, name in enumerate(present):
        x, y = 52 + (i % 5) * 212, 52 + (i // 5) * 26
        lines += [mark(x, y, name), text(x + 18, y + 5, ENTRIES[name].label)]
    return lines


def svg(results: dict) -> str:
    """The picture."""
    ratios = [
        row[mode]["us"] / floor_of(table, mode)[0]
        for table in results["jobs"].values()
        for mode in MODES
        if floor_of(table, mode)
        for name, row in table.items()
        if name in STYLES
    ]
    axis = Axis(max(ratios, default=10.0))
    body, top = legend(results), TOP + 24
    for mode in MODES:
        lines, top = panel(results, mode, axis, top)
        body += lines
    about = results["machine"]
    note = f"{about['processor']}, {about['cores']} cores, {results['date']}. "
    note += "Floor: the job in C++ specialised at compile time, or the step's bare matrix products."
    body += [
        text(40, top - 10, note, 11),
        text(40, 24, "brickwork beside its peers", 17, font_weight="bold"),
    ]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {top + 8:.0f}" '
        f'font-family="DejaVu Sans, Helvetica, Arial, sans-serif" fill="{INK}">'
        f'<rect width="100%" height="100%" fill="{GROUND}"/>{"".join(body)}</svg>\n'
    )
