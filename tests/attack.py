"""The generated attack on declared arguments (every field against every odd value).

A value must be refused with the argument's name, or kept as something that means the same and
passes the declared checks.
"""

import math

import numpy as np

from brickwork.errors import ArgumentError

ATTACKS = (
    None,
    True,
    -1,
    0,
    2.5,
    float("nan"),
    float("inf"),
    10**30,
    "",
    "x",
    [],
    np.int64(3),
    np.array(3),
)


def attack(cls, name, value, required):
    """Give one field of a class one value; the other required ones are in `required`."""
    field = cls.__fields__[name]
    try:
        kept = getattr(cls(**{**required, name: value}), name)
    except ArgumentError as error:
        message = str(error)
        assert message.startswith(cls.__name__), message
        assert name in message and ("expected" in message or "did you mean" in message), message
        assert not plainly_right(field, value), f"{message} was refused"
        return
    if field.kind in ("int", "float") and kept is not None:
        own_kind = {"int": int, "float": float}[field.kind]
        assert type(kept) is own_kind and not isinstance(value, bool)
        assert math.isfinite(kept) and kept == own_kind(value)
        assert all(holds(kept, bound) for _, holds, bound in field.bounds)
    if field.kind == "bool" and kept is not None:
        assert type(kept) is bool and kept == value
    if field.options is not None:
        assert kept in field.options or (kept is None and field.optional)
    if value is None and field.convert is None:
        assert field.optional


def plainly_right(field, value) -> bool:
    """Whether the value is of the field's own kind and inside its bounds."""
    if value is None:
        return field.optional and field.convert is None
    if field.kind not in ("int", "float") or isinstance(value, bool | str | list):
        return False
    number = value.item() if hasattr(value, "item") else value
    if field.kind == "int" and not isinstance(number, int):
        return False
    in_range = math.isfinite(number) and (field.kind == "float" or abs(number) < 2**63)
    return in_range and all(holds(number, bound) for _, holds, bound in field.bounds)
