"""What the checks come to, for later arrays of the same shapes and dtypes: a look at each.

`limits_of` says between which bounds values are beyond doubt; `_engine.within` looks at them. An
array that is not within may still be right: then the checks themselves decide, and say what is
wrong.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ..._engine import within
from ...program.masks import plain_array
from ..facts import Arrays, Expectation, Port
from ..scans import largest


class Limits(NamedTuple):
    """Arguments of `_engine.within`."""

    low: float
    high: float
    whole: bool = False
    least: float = 0.0
    shares: bool = False


#: The dtypes of ports that the limits know; those of half precision take float32.
FLOATS = ("float32", "float64")
ANY = Limits(-np.inf, np.inf)
#: The number of kinds that are remembered for a model.
KINDS = 256


def of_known_kind(x, y, expects: Expectation) -> Arrays | None:
    """Plain arrays as data, if others of their kind were checked and their values are beyond
    doubt."""
    if not expects._kinds:
        return None
    x, y = plain_array(x), plain_array(y)
    if x is None or y is None:
        return None
    kind = x.shape, x.dtype, y.shape, y.dtype
    limits = expects._kinds.get(kind)
    if limits is None or not (within(x, *limits[0]) and within(y, *limits[1])):
        return None
    return Arrays([x], [y], [None], len(x), [None], False, [x], kind=kind)


def note_kind(x, y, data: Arrays, expects: Expectation) -> None:
    """Remember the kind of data that were checked, if they are used as they came."""
    x, y = plain_array(x), plain_array(y)
    if x is None or y is None or data.deferred or len(data.x) != 1 or data.y[0] is None:
        return
    kind = x.shape, x.dtype, y.shape, y.dtype
    if kind != (data.x[0].shape, data.x[0].dtype, data.y[0].shape, data.y[0].dtype):
        return
    limits = limits_of(data, expects)
    if limits is not None and len(expects._kinds) < KINDS:
        expects._kinds[kind] = limits


def limits_of(batch: Arrays, expects: Expectation) -> tuple[Limits, Limits] | None:
    """The limits for the inputs and the targets of batches like a checked one.

    None where there are several inputs or outputs, or something that the limits cannot say.
    """
    if len(batch.x) != 1 or len(expects.outputs) != 1 or expects.host_part is not None:
        return None
    if expects.outputs[0].dtype not in FLOATS:
        return None
    x = _of_input(batch.x[0], expects)
    y = None if batch.y[0] is None else _of_target(batch.y[0], expects)
    return None if x is None or y is None else (x, y)


def _finite(array: np.ndarray, dtype: str) -> Limits:
    """Finite values that stay so in a dtype."""
    if array.dtype.kind != "f":
        return ANY
    end = largest(array.dtype, dtype)
    return Limits(-end, end)


def _of_input(array: np.ndarray, expects: Expectation) -> Limits | None:
    port = expects.inputs[0]
    if port.dtype.startswith("int"):
        return None if port.ids is None else Limits(0, port.ids - 1, whole=True)
    if port.dtype not in FLOATS:
        return None
    if array.dtype.kind in "iu":
        exact = float(1 << (24 if port.dtype == "float32" else 53))
        return ANY if array.dtype.itemsize <= 2 else Limits(-exact, exact)
    if array.dtype.kind != "f":
        return ANY if array.dtype.kind == "b" else None
    # Where NaN may be intended nothing is asked of the values.
    return ANY if expects.handles_nan else _finite(array, port.dtype)


def _of_target(array: np.ndarray, expects: Expectation) -> Limits | None:
    port, loss = expects.outputs[0], expects.loss(0)
    if hasattr(loss, "choose_by_shapes"):
        return None
    labels = getattr(loss, "labels", None)
    if loss is None or labels is None:
        return ANY
    finite = _finite(array, port.dtype)
    return {
        "values": lambda: finite,
        "divisors": lambda: finite._replace(least=np.nextafter(0, 1)),
        "amounts": lambda: finite._replace(low=0),
        "ids": lambda: finite._replace(whole=True),
        "classes": lambda: _of_classes(port, loss),
        "signs": lambda: (
            Limits(0, 1, whole=True)
            if not (array < 0).any()
            else Limits(-1, 1, whole=True, least=1)
        ),
        "probability": lambda: Limits(0, 1),
    }.get(labels, lambda: _of_shares(array, loss))()


def _of_classes(port: Port, loss) -> Limits | None:
    axis = getattr(loss, "axis", -1)
    classes = port.shape[axis if axis < 0 else axis - 1] if port.shape else None
    return None if classes is None else Limits(0, classes - 1, whole=True)


def _of_shares(array: np.ndarray, loss) -> Limits | None:
    last = getattr(loss, "axis", -1) in (-1, array.ndim - 1)
    return Limits(0, 1, shares=True) if last and array.ndim > 1 else None
