"""Positions of the members of each rank across the flow, chosen to make lines straight.

Each member is attracted by its neighbours in the rank above or below. The stronger weights win, so
that a long line stays straight and the box at its end moves. The order in a rank and a minimum
distance between members are kept.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

SWEEPS = 3


def columns(
    ranks: Sequence[Sequence[int]],
    wide: Callable[[int], float],
    pulls: Sequence[tuple[int, int, float, float]],
    between: float,
) -> dict[int, float]:
    """Return the centres of all members.

    Args:
        ranks: the members of each rank in order.
        wide: returns the width of a member.
        pulls: ``(upper, lower, shift, weight)``: the preferred position of `lower` is that of
            `upper` plus `shift`.
        between: gap between members.

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
    for near, direction in [*sweeps, (above, order), (both, order[::-1]), (both, order)]:
        for members, steps in direction:
            targets = [
                [(x[n] + shift - step, weight) for n, shift, weight in near.get(m, ())]
                or [(x[m] - step, 0.01)]
                for m, step in zip(members, steps, strict=True)
            ]
            x.update(
                {
                    m: at + step
                    for m, at, step in zip(members, _isotonic(targets), steps, strict=True)
                }
            )
    return x


def _isotonic(targets: list[list[tuple[float, float]]]) -> list[float]:
    """Return non-decreasing values as close as possible to the targets of each place.

    This is isotonic regression by pooling adjacent violators: it minimizes the weighted sum of
    absolute differences, so each value is a weighted median.

    >>> _isotonic([[(3, 1)], [(1, 1)], [(5, 1)]])
    [2.0, 2.0, 5.0]
    """
    blocks: list[tuple[float, int, list]] = []
    for target in targets:
        block = (_median(target), 1, target)
        while blocks and blocks[-1][0] > block[0]:
            _, count, more = blocks.pop()
            merged = [*more, *block[2]]
            block = (_median(merged), count + block[1], merged)
        blocks.append(block)
    return [value for value, count, _ in blocks for _ in range(count)]


def _median(targets: list[tuple[float, float]]) -> float:
    """Return the weighted median."""
    targets = sorted(targets)
    half, low, weights = sum(w for _, w in targets) / 2, None, 0.0
    for value, weight in targets:
        if low is not None:
            return (low + value) / 2
        weights += weight
        if weights > half + 1e-9:
            return float(value)
        if weights > half - 1e-9:
            low = value
    return float(targets[-1][0])
