"""Where the first number came from that is not finite: what one wants to know when a loss is NaN.

The step is done once more by the formulas of its ops, in plain NumPy, and every value that goes
from one layer to another is looked at.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..program import Program, Symbol, interpret, is_float


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What is wrong with a step.

    Attributes:
        what: which thing is not finite: "loss", "gradient" or "update".
        where: the first value that is not finite.
        norm: of the gradient of all weights.
    """

    what: str
    where: str
    norm: float


def diagnose(model, batch) -> Diagnosis:
    """What is not finite in a step on a batch, by the weights as they are now."""
    from .feeding import feeds_of

    program = model._plans.loss_and_gradients(batch)
    total, *slopes = program.outputs
    order = program.order()
    values = interpret(Program(program.inputs, order), feeds_of(batch))
    known = {id(s): v for s, v in zip(order, values, strict=True)}
    gradients = [known[id(s)].astype(np.float64) for s in slopes]
    with np.errstate(all="ignore"):
        norm = float(np.sqrt(sum(np.square(g).sum() for g in gradients)))
    lost = not np.isfinite(known[id(total)])
    forward = Program([], [total]).order()
    if lost:
        return Diagnosis("loss", _first(forward, program, known) or "the loss", norm)
    if not np.isfinite(norm):
        passed = {id(s) for s in forward}
        backward = [s for s in order if id(s) not in passed]
        return Diagnosis("gradient", "the gradient " + (
            _first(backward, program, known, "in") or "of the weights"), norm)
    return Diagnosis("update", "the weights after their update", norm)


def _first(order: list[Symbol], program: Program, known: dict, of: str = "the output of"):
    """The first value, of those that a layer gives to others, which is not finite."""
    users: dict[int, set] = {id(s): {None} for s in program.outputs}
    for symbol in program.order():
        for source in symbol.inputs:
            users.setdefault(id(source), set()).add(symbol.layer)
    for symbol in order:
        if not is_float(symbol.dtype) or symbol.op in ("input", "const") or (
                np.isfinite(known[id(symbol)]).all()):
            continue
        if symbol.op == "read":
            return f"the weight {symbol.attrs['state'].path!r}"
        if symbol.layer is None or users[id(symbol)] == {symbol.layer}:
            continue
        if symbol.layer.startswith("loss"):
            return f"the {symbol.layer}" if of != "in" else "of the loss"
        return f"{of} layer {symbol.layer!r}"
    return None
