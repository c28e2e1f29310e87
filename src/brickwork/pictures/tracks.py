"""Which lines between two ranks go from side to side on which track, so that none lies on another
and few cross."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

NEAR = 6.0  # lines that are nearer lie on one another


@dataclass(slots=True)
class Crossing:
    """A line between two ranks.

    Attributes:
        net: whose it is.
        tops: where it comes from above.
        feet: where it goes down.
        side: how far it reaches beside.
    """

    net: Hashable
    tops: list[float]
    feet: list[float]
    side: float | None = None

    def reach(self) -> tuple[float, float]:
        """From where to where it goes."""
        ends = [*self.tops, *self.feet, *([] if self.side is None else [self.side])]
        return min(ends), max(ends)

    def key(self) -> tuple[bool, float]:
        """Of lines to the right the rightmost is above the others, and likewise to the left."""
        low, high = self.reach()
        start = self.tops[0] if self.tops else high
        right = high - start > start - low
        return right, -start if right else start


def tracks(lines: Sequence[Crossing]) -> dict[Hashable, int]:
    """The track of each line that is not straight, from 0 at the top.

    >>> tracks([Crossing("a", [0], [100]), Crossing("b", [50], [150]), Crossing("c", [7], [7])])
    {'b': 0, 'a': 1}
    """
    waiting = sorted((line for line in lines if line.reach()[1] - line.reach()[0] > 0.5),
                     key=Crossing.key)
    over = {line.net: {other.net for other in waiting if other is not line and _over(other, line)}
            for line in waiting}
    found: dict[Hashable, int] = {}
    ends: list[tuple[float, float, int]] = []  # of those that have a track
    while waiting:
        line = next((line for line in waiting if over[line.net] <= found.keys()), waiting[0])
        waiting.remove(line)
        low, high = line.reach()
        found[line.net] = 1 + max(
            max((found[net] for net in over[line.net] if net in found), default=-1),
            max((track for left, right, track in ends
                 if left - NEAR < high and low < right + NEAR), default=-1))
        ends.append((low, high, found[line.net]))
    return found


def _over(one: Crossing, two: Crossing) -> bool:
    """Whether one must be above the other, since it comes down where the other goes on down."""
    return any(abs(top - foot) < NEAR for top in one.tops for foot in two.feet)
