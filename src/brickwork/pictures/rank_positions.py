"""Where the members of each rank stand across the flow, so that lines run straight.

Each member is pulled by its neighbours in the next rank up or down; what pulls more wins, so that
a long line stays straight and the box at its end moves. The order in a rank stays as it is, and
none comes nearer to the next than it may.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

SWEEPS = 3


def columns(ranks: Sequence[Sequence[int]], wide: Callable[[int], float],
            pulls: Sequence[tuple[int, int, float, float]], between: float) -> dict[int, float]:
    """The middles of all members.

    Args:
        ranks: the members of each rank in their order.
        wide: how much place a member takes.
        pulls: ``(upper, lower, shift, weight)``: `lower` would stand at `upper` plus `shift`.
        between: how far members are apart.

    >>> columns([[0], [1, 2]], lambda member: 10, [(0, 1, 0, 1), (0, 2, 0, 1)], 4)
    {0: 5.0, 1: -2.0, 2: 12.0}
    """
    above: dict[int, list[tuple[int, float, float]]] = {}
    below: dict[int, list[tuple[int, float, float]]] = {}
    for upper, lower, shift, weight in pulls:
        above.setdefault(lower, []).append((upper, shift, weight))
        below.setdefault(upper, []).append((lower, -shift, weight))
    apart = [[0.0] for _ in ranks]
    for steps, members in zip(apart, ranks, strict=True):
        for a, b in pairwise(members):
            steps.append(steps[-1] + (wide(a) + wide(b)) / 2 + between)
    x: dict[int, float] = {}
    for steps, members in zip(apart, ranks, strict=True):
        x.update({m: step + wide(members[0]) / 2 for m, step in zip(members, steps, strict=True)})
    order = list(zip(ranks, apart, strict=True))
    both = {m: [*above.get(m, ()), *below.get(m, ())] for m in x}
    sweeps = [(above, order), (below, order[::-1])] * SWEEPS
    for near, way in [*sweeps, (above, order), (both, order[::-1]), (both, order)]:
        for members, steps in way:
            wants = [[(x[n] + shift - step, weight) for n, shift, weight in near.get(m, ())]
                     or [(x[m] - step, 0.01)] for m, step in zip(members, steps, strict=True)]
            x.update({m: at + step for m, at, step in zip(members, _rising(wants), steps,
                                                          strict=True)})
    return x


def _rising(wants: list[list[tuple[float, float]]]) -> list[float]:
    """Numbers that never fall, as near to what each place wants as can be; distances count by
    their weights, so that a number is a weighted median.

    >>> _rising([[(3, 1)], [(1, 1)], [(5, 1)]])
    [2.0, 2.0, 5.0]
    """
    blocks: list[tuple[float, int, list]] = []
    for want in wants:
        block = (_median(want), 1, want)
        while blocks and blocks[-1][0] > block[0]:
            _, count, more = blocks.pop()
            merged = [*more, *block[2]]
            block = (_median(merged), count + block[1], merged)
        blocks.append(block)
    return [value for value, count, _ in blocks for _ in range(count)]


def _median(wants: list[tuple[float, float]]) -> float:
    """The middle of all numbers between which the weights are balanced."""
    wants = sorted(wants)
    half, low, weights = sum(w for _, w in wants) / 2, None, 0.0
    for value, weight in wants:
        if low is not None:
            return (low + value) / 2
        weights += weight
        if weights > half + 1e-9:
            return float(value)
        if weights > half - 1e-9:
            low = value
    return float(wants[-1][0])
