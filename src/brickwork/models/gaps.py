"""Whether a model may know what to do with NaN in its inputs, so that they are not refused."""

from __future__ import annotations

from functools import cache

#: Ops that tell NaN from numbers, or choose between values.
_CHOOSING = frozenset(("isnan", "isfinite", "isinf", "where", "nan_to_num"))


def may_handle_nan(layer) -> bool:
    """Whether a layer is of the user's making, or calls a function that is, or chooses between
    values; or one that it is made of.

    >>> from brickwork import Sequential, layers, ops
    >>> model = Sequential([layers.Dense(3), layers.Dense(1)])
    >>> may_handle_nan(model)
    False
    >>> model.add(layers.Lambda(ops.nan_to_num))
    >>> may_handle_nan(model)
    True
    """
    stack = [layer]
    while stack:
        layer = stack.pop()
        if _foreign(type(layer)) or getattr(layer, "op", None) in _CHOOSING:
            return True
        for name in ("function", "activation"):
            called = getattr(layer, name, None)
            if called is not None and _may(called):
                return True
        stack.extend(getattr(layer, "layers", ()))
        stack.extend(filter(None, [getattr(layer, "layer", None)]))  # of a wrapper
    return False


@cache
def _foreign(kind: type) -> bool:
    return not kind.__module__.startswith(_PACKAGE)


def _may(function) -> bool:
    module = getattr(function, "__module__", None) or type(function).__module__
    return not module.startswith(_PACKAGE) or getattr(function, "__name__", "") in _CHOOSING


_PACKAGE = __name__.partition(".")[0] + "."
