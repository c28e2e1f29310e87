"""On which rank of a drawing each node of a graph stands, and in which order.

A node stands one rank behind the last of those it follows. An edge that passes ranks gets a lane in
each of them, so that it never runs through a node. Nodes and lanes of a rank are ordered near the
middle of their neighbours, so that few edges cross.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise


def layered(sources: Sequence[Sequence[int]]) -> tuple[list[list[int]], dict]:
    """The ranks of a graph.

    Args:
        sources: for each node the nodes that it follows, all of them before it.

    Returns:
        The numbers of the nodes of each rank, in order, lanes being numbered on from the nodes;
        and for each edge ``(source, target)`` the numbers that it passes, both ends included.

    >>> layered([(), (0,), (1, 0)])
    ([[0], [1, 3], [2]], {(0, 1): [0, 1], (1, 2): [1, 2], (0, 2): [0, 3, 2]})
    """
    rank = _ranks(sources)
    ranks: list[list[int]] = [[] for _ in range(max(rank, default=-1) + 1)]
    for node, at in enumerate(rank):
        ranks[at].append(node)
    paths, lanes = {}, len(sources)
    for target, before in enumerate(sources):
        for source in dict.fromkeys(before):
            between = range(rank[source] + 1, rank[target])
            for at, lane in zip(between, range(lanes, lanes + len(between)), strict=True):
                ranks[at].append(lane)
            paths[source, target] = [source, *range(lanes, lanes + len(between)), target]
            lanes += len(between)
    _order(ranks, paths.values())
    return ranks, paths


@dataclass(slots=True)
class Wires:
    """A graph whose edges from the same box share their lanes.

    Attributes:
        edges: source, target, and the boxes in them that the edge joins; where there is no target
            it leads out behind the last rank.
        ranks: the nodes and, numbered on from them, the lanes of each rank in order.
        rank: that of each node.
        place: where each node and lane stands in its rank.
        lanes: those of each net, by rank.
    """

    edges: list[tuple]
    ranks: list[list[int]]
    rank: list[int]
    lanes: dict[tuple, dict[int, int]]
    place: dict[int, float] = field(default_factory=dict)

    def net(self, edge: int) -> tuple:
        """What an edge is a part of."""
        source, _, box, _ = self.edges[edge]
        return source, box.id

    def back(self, edge: int) -> bool:
        """Whether an edge leads back: a layer that is called twice may follow a later one."""
        source, target, *_ = self.edges[edge]
        return target is not None and source >= target

    def path(self, edge: int) -> list[int]:
        """The nodes and lanes that an edge passes that does not lead back, both ends included."""
        source, target, *_ = self.edges[edge]
        lanes = self.lanes.get(self.net(edge), {})
        end = len(self.ranks) if target is None else self.rank[target]
        between = [lanes[at] for at in range(self.rank[source] + 1, end)]
        return [source, *between, *([] if target is None else [target])]


def wired(count: int, edges: list[tuple], sources: Sequence[Sequence[int]]) -> Wires:
    """Ranks and order of a graph whose edges from one box share lanes.

    Args:
        count: how many nodes there are.
        edges: as in `Wires`; a box has an ``id``.
        sources: for each node those of its sources that are before it.
    """
    rank = _ranks(sources)
    ranks: list[list[int]] = [[] for _ in range(max(rank, default=-1) + 1)]
    for node, at in enumerate(rank):
        ranks[at].append(node)
    wires, number = Wires(edges, ranks, rank, {}), count
    onward = [edge for edge in range(len(edges)) if not wires.back(edge)]
    for edge in onward:
        source, target, *_ = edges[edge]
        lanes = wires.lanes.setdefault(wires.net(edge), {})
        for at in range(rank[source] + 1, len(ranks) if target is None else rank[target]):
            if at not in lanes:
                lanes[at] = number
                ranks[at].append(number)
                number += 1
    _order(ranks, [wires.path(edge) for edge in onward])
    for members in ranks:
        _number(members, wires.place)
    return wires


def _ranks(sources: Sequence[Sequence[int]]) -> list[int]:
    rank: list[int] = []
    for before in sources:
        rank.append(1 + max((rank[i] for i in before), default=-1))
    return rank


def _order(ranks: list[list[int]], paths) -> None:
    """Put each member of a rank near the middle of those before it, then of those behind it."""
    before: dict[int, list[int]] = {}
    behind: dict[int, list[int]] = {}
    for path in paths:
        for a, b in pairwise(path):
            before.setdefault(b, []).append(a)
            behind.setdefault(a, []).append(b)
    place: dict[int, float] = {}
    for members in ranks:
        _number(members, place)
    for _ in range(4):
        for near, walk in ((before, ranks), (behind, ranks[::-1])):
            for members in walk:
                middle = {m: sum(place[n] for n in near[m]) / len(near[m]) if m in near
                          else place[m] for m in members}
                members.sort(key=middle.__getitem__)
                _number(members, place)


def _number(members: list[int], place: dict[int, float]) -> None:
    for i, member in enumerate(members):
        place[member] = i - (len(members) - 1) / 2
