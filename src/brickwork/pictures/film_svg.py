"""A film as an animated SVG, and bricks that change their look.

A brick's look is its class, for its green and its sign. If its sign changes, the brick contains
both drawings, and its class determines which is visible. So a film stores only the changes of
class.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from .live import CURVE_HIGH, CURVE_WIDE, Live
from .looks import FORMS
from .text import escape, text_width

#: Seconds for which the last picture is shown before the film restarts.
HOLD = 2.0
_TAG = re.compile(r'<(\w+) class="([^"]*)"([^>]*?)/?>(.*?)(?:</\1>)?$', re.S)
_TITLE = re.compile(r"<title>.*?</title>")
#: CSS rules that show one of a brick's drawings.
FORM_RULES = "".join(
    f".brickwork .{form}>.as-{other}{{display:none}}"
    for form in FORMS
    for other in FORMS
    if form != other
)
#: CSS rules that show the last picture if the user prefers reduced motion.
_STILL = (
    ".brickwork .stays{display:none}@media (prefers-reduced-motion:reduce)"
    "{.brickwork .moves{display:none}.brickwork .stays{display:inline}}"
)
_LINE = 20  # pixels between alternating texts


@dataclass(slots=True)
class Slot:
    """A brick that changes: its element, its drawings, and its class at each picture."""

    tag: str
    attributes: str
    title: str
    drawings: str
    classes: list[str]

    def text(self, inside: str = "", css: str | None = None) -> str:
        """Return its element, with its last class by default."""
        css = self.classes[-1] if css is None else css
        return (
            f'<{self.tag} class="{css}"{self.attributes}>{inside}{self.title}'
            f"{self.drawings}</{self.tag}>"
        )

    def changes(self) -> list[tuple[int, str]]:
        """Return its first class, and each change as ``(picture, class)``."""
        return [
            (0, self.classes[0]),
            *((k + 1, b) for k, (a, b) in enumerate(pairwise(self.classes)) if a != b),
        ]


def slots(live: Live, frames: list) -> list[Slot]:
    """Return the bricks that change in a picture, in document order."""
    values = np.stack([shot.look.values for shot in frames])
    greens = np.stack([shot.look.greens for shot in frames])
    forms = np.where(values >= 0, 0, np.where(values < 0, 1, 2))
    return [
        _slot(live, i, values[:, i], greens[:, i].tolist(), forms[:, i])
        for i in range(values.shape[1])
    ]


def _slot(live: Live, i: int, values, greens: list[int], forms) -> Slot:
    parts, drawn = {}, {}
    for form in sorted({*forms.tolist()}, key=lambda f: f != forms[-1]):
        k = int(np.flatnonzero(forms == form)[-1])  # the last picture of this form
        match = _TAG.match(live.slots[i].text(float(values[k]), greens[k]))
        parts[form] = match
        drawn[form] = _TITLE.sub("", match[4], count=1)
    last = parts[int(forms[-1])]
    title = _TITLE.match(last[4])
    if len({*drawn.values()}) == 1:
        drawings = drawn[int(forms[-1])]
    else:
        drawings = "".join(
            f'<g class="as-{FORMS[form]}">{text}</g>' for form, text in sorted(drawn.items())
        )
    known = {form: parts[form][2] for form in parts}
    classes = [
        re.sub(r"\bs\d", f"s{green}", known[form])
        for form, green in zip(forms.tolist(), greens, strict=True)
    ]
    return Slot(last[1], last[3].rstrip(), title[0] if title else "", drawings, classes)


def svg(film) -> str:
    """Return the film as an SVG with a looping animation."""
    live, frames = film.live, film.frames()
    duration = (len(frames) - 1) / film.fps + HOLD
    times = [f"{k / film.fps / duration:.4g}" for k in range(len(frames))]
    clock = f'dur="{duration:g}s" repeatCount="indefinite"'
    out = [live.between[0]]
    for slot, after in zip(slots(live, frames), live.between[1:], strict=True):
        slot.title = ""  # a title cannot be animated: its value would be wrong
        out += _moving(slot, times, clock), after
    head, mark, text = out.pop().rpartition("<text ")
    curve = live.curve(film.losses(frames))
    path = live.path(curve)
    last = f"{mark}{text}{escape(film.status(frames[-1]))}</text>{path}"
    moving = (
        _texts(live, [film.status(shot) for shot in frames], times, clock)
        + path
        + _curve_cover(live, (len(frames) - 1) / film.fps / duration, clock)
    )
    out += (
        head,
        f'<g class="moves">{moving}</g><g class="stays">{last}</g>',
        live.end.removeprefix("</text>"),
        f"<style>{FORM_RULES}{_STILL}</style></svg>\n",
    )
    return "".join(out)


def _moving(slot: Slot, times: list[str], clock: str) -> str:
    changes = slot.changes()
    if len(changes) == 1:
        return slot.text()
    values, keys = ";".join(css for _, css in changes), ";".join(times[k] for k, _ in changes)
    animate = (
        f'<animate attributeName="class" calcMode="discrete" {clock} values="{values}" '
        f'keyTimes="{keys}"/>'
    )
    still = Slot(
        slot.tag,
        re.sub(r' data-value="[^"]*"', "", slot.attributes),
        "",
        _only(slot.drawings, slot.classes[-1]),
        slot.classes,
    )
    return f'<g class="moves">{slot.text(animate)}</g><g class="stays">{still.text()}</g>'


def _only(drawings: str, css: str) -> str:
    """Return the drawing that a class shows."""
    found = re.search(rf'<g class="as-{css[-3:]}">(.*?)</g>', drawings, re.S)
    return found[1] if found else drawings


def _texts(live: Live, texts: list[str], times: list[str], clock: str) -> str:
    """Return lines of text of which one is visible at a time."""
    wide = max(text_width(text, 12) for text in texts) + 20
    x, y = live.corner[0] + CURVE_WIDE / 2 - wide / 2, live.corner[1] - 8 - 14
    lines = [texts[0]]
    changes = [(0, 0)]
    for k, text in enumerate(texts):
        if text != lines[-1]:
            changes.append((k, len(lines)))
            lines.append(text)
    values = ";".join(f"0 {-_LINE * line}" for _, line in changes)
    keys = ";".join(times[k] for k, _ in changes)
    elements = "".join(
        f'<text class="soft" y="{_LINE * k + 14}">{escape(line)}</text>'
        for k, line in enumerate(lines)
    )
    return (
        f'<svg x="{x:.1f}" y="{y:.1f}" width="{wide:.0f}" height="{_LINE}" '
        f'viewBox="{-wide / 2:.1f} 0 {wide:.0f} {_LINE}"><g font-size="12" '
        f'text-anchor="middle" transform="translate(0 {-_LINE * (len(lines) - 1)})">'
        f'<animateTransform attributeName="transform" type="translate" calcMode="discrete" '
        f'{clock} values="{values}" keyTimes="{keys}"/>{elements}</g></svg>'
    )


def _curve_cover(live: Live, end: float, clock: str) -> str:
    """Return a rectangle that covers the future part of the curve."""
    (x, y), wide = live.corner, CURVE_WIDE + 2
    keys = f'keyTimes="0;{end:.4g};1"'
    return (
        f'<rect class="paper" x="{x + CURVE_WIDE + 1:.1f}" y="{y - 2:.1f}" width="0" '
        f'height="{CURVE_HIGH + 4:.0f}">'
        f'<animate attributeName="x" {clock} values="{x:.1f};{x + wide:.1f};{x + wide:.1f}" '
        f'{keys}/><animate attributeName="width" {clock} values="{wide:.0f};0;0" {keys}/>'
        "</rect>"
    )
