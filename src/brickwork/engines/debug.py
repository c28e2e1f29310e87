"""``BRICKWORK_DEBUG=1``: the instructions of every plan, and how long they take.

Printed to stderr when the process ends: for each plan that ran, its instructions with layer and
ops, their shapes, the bytes that they access, the time of a call and, for products, the rate.
Measuring costs about 25 ns for each instruction.
"""

from __future__ import annotations

import atexit
import os
import sys

ON = os.environ.get("BRICKWORK_DEBUG", "0") not in ("", "0")
_watched: list[tuple] = []


def watch(executable, layout, threads: int) -> None:
    """Measure the instructions of a plan from now on."""
    if not _watched:
        atexit.register(report)
    executable.plan.timed = True
    _watched.append((executable.plan, layout, threads))


def report(stream=None) -> None:
    """Print the tables of all measured plans."""
    stream = stream or sys.stderr
    for number, (plan, layout, threads) in enumerate(_watched, 1):
        rows = plan.timings()
        if any(calls for _, _, calls, *_ in rows):
            stream.write(table(number, rows, layout, threads))


def table(number: int, rows, layout, threads: int) -> str:
    """The table of one plan, with a line for each instruction."""
    total = sum(seconds / calls for _, _, calls, seconds, *_ in rows if calls)
    states = sum(state.array.nbytes for state in layout.states)
    lines = [
        f"\nplan {number}: {len(rows)} instructions, {threads} thread(s), "
        f"{len(layout.states)} states of {states:,} bytes, {total * 1e6:.2f} us a step",
        f"{'kernel':13} {'shape':>18} {'bytes':>11} {'calls':>9} {'us':>9} {'%':>4} "
        f"{'GFLOP/s':>8}  layer/ops",
    ]
    for (label, kernel, calls, seconds, size, flops), instruction in zip(
        rows, layout.instructions, strict=True
    ):
        if not calls:
            lines.append(
                f"{kernel:13} {_shape(layout, instruction):>18} {'':>11} {'once':>9} "
                f"{'':>9} {'':>4} {'':>8}  {label}"
            )
            continue
        each = seconds / calls
        rate = f"{flops / seconds / 1e9:8.1f}" if flops and seconds else " " * 8
        lines.append(
            f"{kernel:13} {_shape(layout, instruction):>18} {int(size / calls):>11,} "
            f"{calls:>9,} {each * 1e6:9.3f} {100 * each / total:4.0f} {rate}  {label}"
        )
    return "\n".join(lines) + "\n"


def _shape(layout, instruction) -> str:
    buffers = instruction.outs or instruction.ins
    dims = layout.buffers[buffers[0]][2]
    return "x".join(map(str, dims)) or "1"
