"""Whether a model may handle missing values: NaN in its inputs, or masked targets. Data with
missing values are then accepted."""

from __future__ import annotations

from ..custom_objects import is_user_defined

#: Ops that detect NaN, or choose between values.
_NAN_OPS = frozenset(("isnan", "isfinite", "isinf", "where", "nan_to_num"))


def missing_value_support(layer) -> tuple[bool, bool]:
    """Return `may_handle_nan` and `may_mask` of a layer."""
    return may_handle_nan(layer), may_mask(layer)


def may_handle_nan(layer) -> bool:
    """Whether a layer, or one inside it, is user-defined, calls a user-defined function, or
    chooses between values.

    >>> from brickwork import Sequential, layers, ops
    >>> model = Sequential([layers.Dense(3), layers.Dense(1)])
    >>> may_handle_nan(model)
    False
    >>> model.add(layers.Lambda(ops.nan_to_num))
    >>> may_handle_nan(model)
    True
    """
    for part in layer.family():
        if is_user_defined(type(part)):
            return True
        if any(_is_of_nan(getattr(one, "op", "")) for one in _held(part, "operations") or ()):
            return True
        for name in ("function", "activation"):
            called = _held(part, name)
            if called is not None and _function_may_handle_nan(called):
                return True
    return False


def may_mask(layer) -> bool:
    """Whether a layer, or one inside it, may make a mask.

    >>> from brickwork import Sequential, layers
    >>> may_mask(Sequential([layers.Masking(), layers.Dense(1)]))
    True
    """
    return any(
        type(part).__name__ == "Masking" or _held(part, "mask_zero") or is_user_defined(type(part))
        for part in layer.family()
    )


def _held(layer, name: str):
    """An attribute of a layer, or None: it is not asked for an old name, which takes tables."""
    return getattr(layer, name) if name in vars(layer) or hasattr(type(layer), name) else None


def _function_may_handle_nan(function) -> bool:
    return is_user_defined(function) or _is_of_nan(getattr(function, "__name__", ""))


def _is_of_nan(op: str) -> bool:
    """Whether an op of this name detects NaN, leaves it out, or chooses between values."""
    return op in _NAN_OPS or op.startswith("nan")
