"""Dtype policies: which kind of float a layer's weights and computation are of.

There are two, "float32" and "float64". The names of policies with half precision are understood,
so that scripts written for graphics cards run; what they name is computed in float32, and a
warning says so once.
"""

from __future__ import annotations

import warnings

import numpy as np

from .errors import shown
from .fields import Configurable, encode, field
from .program import floatx
from .registry import Registry
from .stack_level import outside

HALF = ("mixed_float16", "mixed_bfloat16", "float16", "bfloat16")
_said: set[str] = set()


class PrecisionWarning(UserWarning):
    """A kind of number was asked for that is computed in a wider one."""


def float_kind(value) -> str:
    """The kind of float for a dtype, or a policy, or the config of one; None is that of the
    global policy.

    Raises:
        ValueError: for quantised kinds and numbers that are no floats.
    """
    if value is None:
        return dtype_policy().variable_dtype
    if isinstance(value, dict):
        value = value.get("config", {}).get("name")
    value = getattr(value, "name", value)
    name = value if isinstance(value, str) else np.dtype(value).name
    if name in HALF:
        tell_half(name)
        return "float32"
    if name not in ("float32", "float64"):
        raise ValueError(f"got {shown(value)}, expected 'float32' or 'float64' (quantised kinds do "
                         "not exist here).")
    return name


def tell_half(name: str) -> None:
    """Say, once for each name, that half precision is computed in float32."""
    if name in _said:
        return
    _said.add(name)
    warnings.warn(f"{name}: half precision does not exist here; float32 is computed in its place, "
                  "which is as fast on this engine and more exact.", PrecisionWarning,
                  stacklevel=outside())


def repeat_warnings() -> None:
    """Let every warning be said again."""
    _said.clear()


def _policy_name(value) -> str:
    name = getattr(value, "name", value)
    float_kind(name)
    return floatx() if name is None else name if isinstance(name, str) else np.dtype(name).name


registry = Registry("dtype policy")


@registry.add(aliases=["Policy"])
class DTypePolicy(Configurable):
    """A kind of float by its name.

    Args:
        name: "float32" or "float64"; "mixed_float16", "mixed_bfloat16", "float16" and "bfloat16"
            are computed in float32. None is `floatx()`.

    >>> policy = DTypePolicy("float64")
    >>> policy.compute_dtype, policy.variable_dtype
    ('float64', 'float64')
    """

    name: str = field(None, convert=_policy_name)

    @property
    def compute_dtype(self) -> str:
        """What is computed in: "float32" where the name says half precision."""
        return "float32" if self.name in HALF else self.name

    @property
    def variable_dtype(self) -> str:
        """What weights are of."""
        return self.compute_dtype

    @property
    def quantization_mode(self) -> None:
        """Quantised kinds do not exist here."""
        return None

    def __eq__(self, other):
        return isinstance(other, DTypePolicy) and self.name == other.name

    def __hash__(self):
        return hash(self.name)


@registry.add
class FloatDTypePolicy(DTypePolicy):
    """The same as `DTypePolicy`.

    >>> FloatDTypePolicy("float32").name
    'float32'
    """


_global: DTypePolicy | None = None


def dtype_policy() -> DTypePolicy:
    """The policy of layers that are made without a dtype: `floatx()`'s unless set otherwise.

    >>> dtype_policy().name
    'float32'
    """
    return _global or DTypePolicy(floatx())


def set_dtype_policy(policy) -> None:
    """Make this the policy of every layer made from now on without a dtype.

    Args:
        policy: a `DTypePolicy`, or its name.

    >>> set_dtype_policy("float32")
    """
    global _global
    _global = get(policy)


def get(identifier) -> DTypePolicy:
    """A policy for its name, its config or itself; None is the global one.

    >>> get("float64").name
    'float64'
    """
    if identifier is None:
        return dtype_policy()
    if isinstance(identifier, DTypePolicy):
        return identifier
    if isinstance(identifier, dict):
        return deserialize(identifier)
    return DTypePolicy(identifier)


def deserialize(config, custom_objects=None) -> DTypePolicy:
    """The policy that `serialize` described.

    >>> deserialize(serialize(DTypePolicy("float64"))).name
    'float64'
    """
    return registry.deserialize(config, custom_objects)


def serialize(dtype_policy) -> dict:
    """What a config holds for a policy.

    >>> serialize(DTypePolicy("float64"))["config"]["name"]
    'float64'
    """
    return encode(dtype_policy)


__all__ = ["DTypePolicy", "FloatDTypePolicy", "deserialize", "get", "serialize"]


def __getattr__(name: str):
    from .spelling import attribute

    return attribute(__name__, name)
