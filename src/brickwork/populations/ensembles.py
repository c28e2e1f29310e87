"""The mean of several models as one model."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

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
    many = len(first.inputs) > 1 or isinstance(first.input, dict)
    symbols = [
        Input(port.shape[1:], dtype=port.dtype, name=port.name if many else None)
        for port in first.inputs
    ]
    given: Any = symbols if many else symbols[0]
    if isinstance(first.input, dict):
        given = dict(zip(first.input, symbols, strict=True))
    outputs: list[list] = []
    tables: dict[str, Any] = {}
    for index, member in enumerate(members):
        copy = type(member).from_config({**member.get_config(), "name": f"member_{index}"})
        if isinstance(copy, Sequential) and copy.layers[0]._encoders:
            found = _behind_table(copy, given, tables)
        else:
            found = copy(given)
        copy.set_weights(member.get_weights())
        outputs.append(flatten(found))
    means = [
        parts[0] if len(members) == 1 else Average()(list(parts))
        for parts in zip(*outputs, strict=True)
    ]
    model = Model(given, pack_sequence_as(found, means), name=name)
    return compiled_like(first, model)


def _behind_table(member: Sequential, given: dict[str, Any], tables: dict[str, Any]) -> Any:
    """The output of a member that begins with a table, of which equal ones are one.

    Args:
        member: the model, whose layers are called one by one.
        given: a symbol for each column.
        tables: the outputs of the tables so far, by their config.
    """
    table, *rest = member.layers
    key = json.dumps({**table.get_config(), "name": None}, sort_keys=True, default=str)
    if table.weights or key not in tables:
        table.name = table.name if not tables else f"{table.name}_{member.name}"
        tables[key] = table(given)
    return Sequential(rest, name=member.name)(tables[key])
