"""Layered graph drawing: the rank of each node, and the order in each rank.

A node is one rank after the last of its sources. An edge that passes ranks gets a lane in each of
them, so that it never runs through a node. Nodes and lanes of a rank are sorted by the mean
position of their neighbours, so that few edges cross.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise


def layered(sources: Sequence[Sequence[int]]) -> tuple[list[list[int]], dict]:
    """Return the ranks of a graph.

    Args:
        sources: for each node, the indices of its sources, which are lower than its own.

    Returns:
        The nodes and lanes of each rank, in order, where lanes are numbered after the nodes; and
        for each edge ``(source, target)`` the nodes and lanes on it, both ends included.

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
    """A graph whose edges from the same box share lanes.

    Attributes:
        edges: ``(source, target, box, box)``: two nodes and the boxes in them that the edge joins.
            If target is None, the edge leads out after the last rank.
        ranks: the nodes and lanes of each rank in order; lanes are numbered after the nodes.
        rank: the rank of each node.
        lanes: the lanes of each net, by rank.
        place: the position of each node and lane in its rank.
    """

    edges: list[tuple]
    ranks: list[list[int]]
    rank: list[int]
    lanes: dict[tuple, dict[int, int]]
    place: dict[int, float] = field(default_factory=dict)

    def net(self, edge: int) -> tuple:
        """Return the net of an edge: its source node and box."""
        source, _, box, _ = self.edges[edge]
        return source, box.id

    def back(self, edge: int) -> bool:
        """Return whether an edge leads back; a layer called twice may follow a later one."""
        source, target, *_ = self.edges[edge]
        return target is not None and source >= target

    def path(self, edge: int) -> list[int]:
        """Return the nodes and lanes on an edge that does not lead back, both ends included."""
        source, target, *_ = self.edges[edge]
        lanes = self.lanes.get(self.net(edge), {})
        end = len(self.ranks) if target is None else self.rank[target]
        between = [lanes[at] for at in range(self.rank[source] + 1, end)]
        return [source, *between, *([] if target is None else [target])]


def wired(count: int, edges: list[tuple], sources: Sequence[Sequence[int]]) -> Wires:
    """Return ranks and order of a graph whose edges from the same box share lanes.

    Args:
        count: number of nodes.
        edges: as in `Wires`; a box has an ``id``.
        sources: for each node, its sources with a lower index.
    """
    rank = _ranks(sources)
    ranks: list[list[int]] = [[] for _ in range(max(rank, default=-1) + 1)]
    for node, at in enumerate(rank):
        ranks[at].append(node)
    wires, number = Wires(edges, ranks, rank, {}), count
    forward = [edge for edge in range(len(edges)) if not wires.back(edge)]
    for edge in forward:
        source, target, *_ = edges[edge]
        lanes = wires.lanes.setdefault(wires.net(edge), {})
        for at in range(rank[source] + 1, len(ranks) if target is None else rank[target]):
            if at not in lanes:
                lanes[at] = number
                ranks[at].append(number)
                number += 1
    _order(ranks, [wires.path(edge) for edge in forward])
    for members in ranks:
        _number(members, wires.place)
    return wires


def _ranks(sources: Sequence[Sequence[int]]) -> list[int]:
    rank: list[int] = []
    for before in sources:
        rank.append(1 + max((rank[i] for i in before), default=-1))
    return rank


def _order(ranks: list[list[int]], paths) -> None:
    """Sort each rank by the mean position of the neighbours before, then after, it."""
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
                middle = {
                    m: sum(place[n] for n in near[m]) / len(near[m]) if m in near else place[m]
                    for m in members
                }
                members.sort(key=middle.__getitem__)
                _number(members, place)


def _number(members: list[int], place: dict[int, float]) -> None:
    for i, member in enumerate(members):
        place[member] = i - (len(members) - 1) / 2
