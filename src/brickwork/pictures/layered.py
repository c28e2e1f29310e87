"""On which rank of a drawing each node of a graph stands, and in which order.

A node stands one rank behind the last of those it follows. An edge that passes ranks gets a lane in
each of them, so that it never runs through a node. Nodes and lanes of a rank are ordered near the
middle of their neighbours, so that few edges cross.
"""

from __future__ import annotations

from collections.abc import Sequence
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
    rank: list[int] = []
    for before in sources:
        rank.append(1 + max((rank[i] for i in before), default=-1))
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
