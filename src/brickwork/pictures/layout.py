"""Layout of boxes and arrows. Arrows go straight down if possible, around boxes on lanes, and
sideways on tracks between two ranks, like wires on a circuit board.

The layout is computed for downward flow and then turned to the requested direction.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise

from .boxes import GAP, GROUP_PAD, LANE, SIDE, TEXT, Box, Group, ends_between, side
from .layered import wired
from .rank_positions import columns
from .text import clean, text_width
from .tracks import Crossing, tracks

STUB = 13  # length of an arrow before and after the tracks
TRACK = 10  # between two tracks
PORT, TIGHT = 14, 9  # between two arrows that end at one box: preferred, minimum
MARGIN = 8  # between arrows and the corner of their box
LID = TEXT + 4  # height of a frame's name
PULL = (4.0, 1.0, 1000.0)  # alignment weights: two lanes, a lane and a box, two boxes

Point = tuple[float, float]
Rect = tuple[float, float, float, float]  # position and size, across and along the flow


@dataclass(slots=True)
class Layout:
    """Boxes, frames and arrows in a picture of `width` by `height`.

    Attributes:
        width, height: size of the picture.
        at: x, y, width and height of each box, by its id.
        frames: each inner group with its frame.
        routes: the two boxes and the corners of each arrow.
    """

    width: float = 0.0
    height: float = 0.0
    at: dict[str, Rect] = field(default_factory=dict)
    frames: list[tuple[Group, Rect]] = field(default_factory=list)
    routes: list[tuple[Box, Box, list[Point]]] = field(default_factory=list)


def layout(model: Group, rankdir: str, size: Callable[[Box], tuple[float, float]]) -> Layout:
    """Return the layout of a model.

    Args:
        model: the model.
        rankdir: "TB", "BT", "LR" or "RL".
        size: returns width and height of a box.
    """
    down, back = rankdir in ("TB", "BT"), rankdir in ("BT", "RL")
    lid = (0.0, 0.0, LID, 0.0) if not back else (0.0, 0.0, 0.0, LID)
    placed = _Placed(
        model,
        (lambda box: size(box) if down else size(box)[::-1]),
        lid if down else (LID, 0.0, 0.0, 0.0),
        down,
    )

    def turned(x: float, y: float) -> Point:
        y = placed.tall - y if back else y
        return (x, y) if down else (y, x)

    def rect(place: Rect) -> Rect:
        x, y, w, h = place
        return (*turned(x, y + h if back else y), *((w, h) if down else (h, w)))

    drawn = Layout(*((placed.wide, placed.tall) if down else (placed.tall, placed.wide)))
    drawn.at = {key: rect(place) for key, place in placed.at.items()}
    drawn.frames = [(group, rect(place)) for group, place in placed.frames]
    drawn.routes = [
        (a, b, [turned(*point) for point in corners]) for a, b, corners in placed.routes
    ]
    return drawn


class _Placed:
    """The layout of a group with downward flow, from (0, 0); inner groups are placed first."""

    def __init__(self, group: Group, size, lid, down: bool):
        self.group, self.size, self.lid, self.down = group, size, lid, down
        self.inner = {
            i: _Placed(item, size, lid, down)
            for i, item in enumerate(group.items)
            if isinstance(item, Group)
        }
        self.at: dict[str, Rect] = {}
        self.frames: list[tuple[Group, Rect]] = []
        self.routes: list[tuple[Box, Box, list[Point]]] = []
        self.exits: dict[str, list[Point]] = {}  # path of a box's output out of its item
        self.wires = wired(len(group.items), self._edges(), group.forward_sources())
        into = {(target, self.wires.net(i)) for i, (_, target, *_) in enumerate(self.wires.edges)}
        self.arrivals = Counter(target for target, _ in into)
        self.ports = self._ports()
        self.x = columns(self.wires.ranks, self._wide, self._pulls(), SIDE)
        self._place_along_flow()

    def extent(self, item: int) -> tuple[float, float]:
        """Return the size of an item or lane, across and along the flow."""
        if item >= len(self.group.items):
            return LANE, 0.0
        if item not in self.inner:
            wide, tall = self.size(self.group.items[item])
            return max(wide, 2 * MARGIN + 2 * TIGHT * (self.arrivals[item] // 2)), tall
        inner, (left, right, over, under) = self.inner[item], self.lid
        name = text_width(clean(self.group.items[item].name), TEXT) + 16
        wide, tall = (
            (max(inner.wide, name), inner.tall)
            if self.down
            else (inner.wide, max(inner.tall, name))
        )
        return wide + left + right + 2 * GROUP_PAD, tall + over + under + 2 * GROUP_PAD

    def _wide(self, member: int) -> float:
        return self.extent(member)[0]

    def _reach(self, item: int, box: Box) -> float:
        """Return the width of a box in an item, across the flow."""
        return self.inner[item].at[box.id][2] if item in self.inner else self._wide(item)

    def _edges(self) -> list[tuple]:
        items = self.group.items
        inside = [
            (source, target, a, b)
            for target, sources in enumerate(self.group.sources)
            for source in sources
            for a, b in ends_between(items[source], items[target])
        ]
        ends = [end % len(items) for end in self.group.ends] if items else []
        return inside + [(end, None, box, None) for end in ends for box in side(items[end], "ends")]

    def _port_offset(self, item: int, box: Box, out: bool) -> float:
        """Return the offset from an item's centre of the output or input of a box in it."""
        if item not in self.inner:
            return 0.0
        x, _, w, _ = self.inner[item].at[box.id]
        at = self.inner[item].exits[box.id][-1][0] if out else x + w / 2
        return self._shift(item)[0] + at - self._wide(item) / 2

    def _shift(self, item: int) -> Point:
        """Return the offset of an inner group's items from the corner of its frame."""
        inner, (left, right, over, under) = self.inner[item], self.lid
        wide, tall = self.extent(item)
        return (
            left + (wide - left - right - inner.wide) / 2,
            over + (tall - over - under - inner.tall) / 2,
        )

    def _ports(self) -> list[tuple[float, float]]:
        """Return where each edge leaves and enters, as offsets from the items' centres.

        Arrows that enter the same box are side by side, with a straight one in the middle.
        """
        wires, ports = self.wires, []
        ends: dict[str, dict] = {}  # by box and net (with its position): the edges
        for number, (source, target, a, b) in enumerate(wires.edges):
            ports.append((self._port_offset(source, a, True), 0.0))
            if target is not None:
                before = source if wires.back(number) else wires.path(number)[-2]
                lane = before != source or wires.back(number)
                ends.setdefault(b.id, {}).setdefault(
                    (wires.place[before], lane, wires.net(number)), []
                ).append(number)
        for nets in ends.values():
            arriving = sorted(nets)
            straight = [i for i, (_, lane, _) in enumerate(arriving) if not lane]
            middle = straight[len(straight) // 2] if straight else (len(arriving) - 1) / 2
            for i, net in enumerate(arriving):
                for number in nets[net]:
                    _, target, _, b = wires.edges[number]
                    half = self._reach(target, b) / 2 - MARGIN
                    step = min(PORT, half / max(middle, len(arriving) - 1 - middle, 1))
                    into = self._port_offset(target, b, False) + (i - middle) * step
                    ports[number] = ports[number][0], into
        return ports

    def _pulls(self) -> list[tuple[int, int, float, float]]:
        """Return which members should align: ``(upper, lower, shift, weight)``."""
        pulls = []
        for number, (source, target, *_) in enumerate(self.wires.edges):
            if self.wires.back(number):
                continue
            out, into = self.ports[number]
            path = self.wires.path(number)
            for upper, lower in pairwise(path):
                ends = (upper == source) + (lower == target)
                shift = (out if upper == source else 0.0) - (into if lower == target else 0.0)
                pulls.append((upper, lower, shift, PULL[ends]))
        return pulls

    def _place_along_flow(self) -> None:
        """Compute the positions of ranks, tracks and boxes along the flow."""
        count = len(self.wires.ranks)
        lines = self._crossings()
        heights = [max(self.extent(m)[1] for m in members) for members in self.wires.ranks]
        lanes = {gap: tracks(wires) for gap, wires in lines.items()}
        left = min(
            (self.x[m] - self._wide(m) / 2 for rank in self.wires.ranks for m in rank), default=0.0
        )
        right = max(
            (self.x[m] + self._wide(m) / 2 for rank in self.wires.ranks for m in rank), default=0.0
        )
        self.x = {m: x - left for m, x in self.x.items()}
        backs = len(self._backward_edges())
        self.wide = right - left + (SIDE / 2 + TRACK * backs) * bool(backs)
        top, self.tops, self.feet, self.rails = 0.0, [], [], {}
        for gap in range(-1, count):
            used = 1 + max(lanes.get(gap, {}).values(), default=-1)
            tall = 2 * STUB + TRACK * max(used - 1, 0) if used else 0.0
            if 0 <= gap < count - 1:
                tall = max(tall, GAP)
            spare = (tall - TRACK * max(used - 1, 0)) / 2
            self.rails.update(
                {
                    (gap, net): top + spare + TRACK * track
                    for net, track in lanes.get(gap, {}).items()
                }
            )
            top += tall
            if gap < count - 1:
                self.tops.append(top)
                top += heights[gap + 1]
                self.feet.append(top)
        self.tall = top
        self._place(right - left)

    def _backward_edges(self) -> list[int]:
        return [number for number in range(len(self.wires.edges)) if self.wires.back(number)]

    def _ends(self, edge: int) -> Point:
        """Return x where an edge leaves its source and enters its target; 0 for no target."""
        source, target, *_ = self.wires.edges[edge]
        out, into = self.ports[edge]
        return self.x[source] + out, 0.0 if target is None else self.x[target] + into

    def _crossings(self) -> dict[int, list[Crossing]]:
        """Return the sideways lines in each gap between ranks; gap -1 is above the first rank."""
        found: dict[int, dict] = {}
        far = 1e6
        for number, (source, target, *_) in enumerate(self.wires.edges):
            out, into = self._ends(number)
            if self.wires.back(number):
                for gap, tops, feet in (
                    (self.wires.rank[source], [out], []),
                    (self.wires.rank[target] - 1, [], [into]),
                ):
                    line = found.setdefault(gap, {}).setdefault(
                        ("back", number), Crossing(("back", number), [], [], far)
                    )
                    line.tops += tops
                    line.feet += feet
                continue
            net, path = self.wires.net(number), self.wires.path(number)
            for gap, (upper, lower) in enumerate(pairwise(path), self.wires.rank[source]):
                line = found.setdefault(gap, {}).setdefault(net, Crossing(net, [], []))
                top, foot = (
                    out if upper == source else self.x[upper],
                    into if lower == target else self.x[lower],
                )
                if foot not in line.feet:  # edges that share a lane
                    line.feet.append(foot)
                line.tops = [top]
        return {gap: list(lines.values()) for gap, lines in found.items()}

    def _place(self, width: float) -> None:
        for rank, members in enumerate(self.wires.ranks):
            for member in members:
                if member >= len(self.group.items):
                    continue
                wide, tall = self.extent(member)
                x = self.x[member] - wide / 2
                y = self.tops[rank] + (self.feet[rank] - self.tops[rank] - tall) / 2
                item = self.group.items[member]
                if isinstance(item, Box):
                    self.at[item.id] = x, y, wide, tall
                    self.exits[item.id] = [(x + wide / 2, y + tall)]
                else:
                    frame = x, y, wide, tall
                    self._add_inner(item, self.inner[member], frame, self._shift(member))
        routes = [(edge, self._route(i, width)) for i, edge in enumerate(self.wires.edges)]
        for (_, target, a, b), corners in routes:
            if target is None:
                self.exits[a.id] = corners
            else:
                self.routes.append((a, b, corners))

    def _add_inner(self, item: Group, inner: _Placed, place: Rect, shift: Point) -> None:
        """Copy the layout of an inner group to its place."""
        dx, dy = place[0] + shift[0], place[1] + shift[1]
        self.frames.append((item, place))
        self.frames += [(g, (x + dx, y + dy, w, h)) for g, (x, y, w, h) in inner.frames]
        self.at |= {key: (x + dx, y + dy, w, h) for key, (x, y, w, h) in inner.at.items()}
        for key, corners in inner.exits.items():
            path = [(x + dx, y + dy) for x, y in corners]
            self.exits[key] = _straight([*path, (path[-1][0], place[1] + place[3])])
        self.routes += [
            (a, b, [(x + dx, y + dy) for x, y in corners]) for a, b, corners in inner.routes
        ]

    def _route(self, number: int, width: float) -> list[Point]:
        """Return the corners of an edge."""
        source, target, a, b = self.wires.edges[number]
        out, into = self._ends(number)
        corners = list(self.exits[a.id])
        if self.wires.back(number):
            far = width + SIDE / 2 + TRACK * self._backward_edges().index(number)
            under = self.rails[self.wires.rank[source], ("back", number)]
            over = self.rails[self.wires.rank[target] - 1, ("back", number)]
            corners += [(out, under), (far, under), (far, over), (into, over)]
        else:
            for gap, lower in enumerate(self.wires.path(number)[1:], self.wires.rank[source]):
                to = into if lower == target else self.x[lower]
                rail = self.rails.get((gap, self.wires.net(number)))
                if rail is not None and abs(to - corners[-1][0]) > 0.5:
                    corners += [(corners[-1][0], rail), (to, rail)]
        corners.append((corners[-1][0], self.tall) if target is None else (into, self.at[b.id][1]))
        return _straight(corners)


def _straight(corners: list[Point]) -> list[Point]:
    """Return the corners without those on a straight line."""
    kept = corners[:1]
    for before, point, after in zip(corners, corners[1:], [*corners[2:], None], strict=False):
        if after is not None and (
            abs(before[0] - point[0]) < 0.01 and abs(point[0] - after[0]) < 0.01
        ):
            continue
        if point != kept[-1]:
            kept.append(point)
    return kept
