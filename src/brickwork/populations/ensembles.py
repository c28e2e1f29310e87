"""The mean of several models as one model."""

from __future__ import annotations

from collections.abc import Sequence

from ..errors import ArgumentError
from ..layers import Average, Input
from ..models import Functional, Model, Sequential
from ..models.cloning import compiled_like
from ..tree import flatten, pack_sequence_as


def mean_of(members: Sequence[Model], name: str) -> Model:
    """A model whose outputs are the means of the members' outputs.

    Args:
        members: models of equal inputs and outputs, which are copied.
        name: the model's name.

    Raises:
        ArgumentError (a ValueError): for members of the user's own class, whose copies nobody
            knows how to make, and for those that are not built.
    """
    first = members[0]
    if not all(isinstance(m, Sequential | Functional) and m.built for m in members):
        raise ArgumentError(
            "Population.ensemble", "expected Sequential or functional models that are built."
        )
    many = len(first.inputs) > 1
    symbols = [
        Input(port.shape[1:], dtype=port.dtype, name=port.name if many else None)
        for port in first.inputs
    ]
    given = symbols if len(symbols) > 1 else symbols[0]
    outputs: list[list] = []
    for index, member in enumerate(members):
        copy = type(member).from_config({**member.get_config(), "name": f"member_{index}"})
        found = copy(given)
        copy.set_weights(member.get_weights())
        outputs.append(flatten(found))
    means = [
        parts[0] if len(members) == 1 else Average()(list(parts))
        for parts in zip(*outputs, strict=True)
    ]
    model = Model(symbols if many else symbols[0], pack_sequence_as(found, means), name=name)
    return compiled_like(first, model)
