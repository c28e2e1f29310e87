"""Assignment of sideways lines between two ranks to tracks: no overlaps, few crossings."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

NEAR = 6.0  # lines at a smaller distance overlap


@dataclass(slots=True)
class Crossing:
    """A line between two ranks.

    Attributes:
        net: the net it belongs to.
        tops: positions where it comes from above.
        feet: positions where it goes down.
        side: position of an edge beside the boxes that it reaches, or None.
    """

    net: Hashable
    tops: list[float]
    feet: list[float]
    side: float | None = None

    def reach(self) -> tuple[float, float]:
        """Return its left and right end."""
        ends = [*self.tops, *self.feet, *([] if self.side is None else [self.side])]
        return min(ends), max(ends)

    def key(self) -> tuple[bool, float]:
        """Return the sort key: of lines to the right the rightmost is on top, and vice versa."""
        low, high = self.reach()
        start = self.tops[0] if self.tops else high
        right = high - start > start - low
        return right, -start if right else start


def tracks(lines: Sequence[Crossing]) -> dict[Hashable, int]:
    """Return the track of each line that is not straight, from 0 at the top.

    >>> tracks([Crossing("a", [0], [100]), Crossing("b", [50], [150]), Crossing("c", [7], [7])])
    {'b': 0, 'a': 1}
    """
    unassigned = sorted(
        (line for line in lines if line.reach()[1] - line.reach()[0] > 0.5), key=Crossing.key
    )
    over = {
        line.net: {other.net for other in unassigned if other is not line and _over(other, line)}
        for line in unassigned
    }
    found: dict[Hashable, int] = {}
    ends: list[tuple[float, float, int]] = []  # (left, right, track) of lines with a track
    while unassigned:
        line = next((line for line in unassigned if over[line.net] <= found.keys()), unassigned[0])
        unassigned.remove(line)
        low, high = line.reach()
        found[line.net] = 1 + max(
            max((found[net] for net in over[line.net] if net in found), default=-1),
            max(
                (track for left, right, track in ends if left - NEAR < high and low < right + NEAR),
                default=-1,
            ),
        )
        ends.append((low, high, found[line.net]))
    return found


def _over(one: Crossing, two: Crossing) -> bool:
    """Return whether one must be above the other: it starts where the other goes down."""
    return any(abs(top - foot) < NEAR for top in one.tops for foot in two.feet)
