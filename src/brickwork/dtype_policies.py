"""Dtype policies: the float dtype of the weights and computations of a layer.

There are two, "float32" and "float64". Policies of half precision are accepted, so that scripts
written for GPUs run: they compute in float32, with a warning once per name.
"""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

import numpy as np

from .errors import shown
from .fields import Configurable, encode, field
from .program import floatx
from .registry import Registry
from .stack_level import outside

HALF = ("mixed_float16", "mixed_bfloat16", "float16", "bfloat16")
_warned: set[str] = set()


class PrecisionWarning(UserWarning):
    """A dtype was requested that is not available; a wider one is used instead."""


def float_dtype(value: Any) -> str:
    """Return the float dtype for a dtype, a policy or the config of one; None for the global
    policy.

    Raises:
        ValueError: for quantized dtypes and dtypes other than float.
    """
    if value is None:
        return dtype_policy().variable_dtype
    if isinstance(value, dict):
        value = value.get("config", {}).get("name")
    value = getattr(value, "name", value)
    name = value if isinstance(value, str) else np.dtype(value).name
    if name in HALF:
        warn_half_precision(name)
        return "float32"
    if name not in ("float32", "float64"):
        raise ValueError(
            f"got {shown(value)}, expected 'float32' or 'float64' (brickwork has no "
            "quantized dtypes)."
        )
    return name


def warn_half_precision(name: str) -> None:
    """Warn, once per name, that half precision is computed in float32."""
    if name in _warned:
        return
    _warned.add(name)
    warnings.warn(
        f"{name}: brickwork has no half precision. Computations use float32, which is "
        "as fast on this engine and more accurate.",
        PrecisionWarning,
        stacklevel=outside(),
    )


def repeat_warnings() -> None:
    """Make every warning appear again."""
    _warned.clear()


def _policy_name(value) -> str:
    name = getattr(value, "name", value)
    float_dtype(name)
    return (
        dtype_policy().name
        if name is None
        else name
        if isinstance(name, str)
        else np.dtype(name).name
    )


registry = Registry("dtype policy")


@registry.add(aliases=["Policy"])
class DTypePolicy(Configurable):
    """The dtypes of the weights and computations of a layer.

    Args:
        name: "float32" or "float64"; "mixed_float16", "mixed_bfloat16", "float16" and "bfloat16"
            compute in float32. None for the global policy.

    >>> policy = DTypePolicy("float64")
    >>> policy.compute_dtype, policy.variable_dtype
    ('float64', 'float64')
    """

    name: str | Any = field(default=None, convert=_policy_name)

    @property
    def compute_dtype(self) -> str:
        """Dtype of computations: "float32" for names of half precision."""
        return "float32" if self.name in HALF else self.name

    @property
    def variable_dtype(self) -> str:
        """Dtype of weights."""
        return self.compute_dtype

    @property
    def quantization_mode(self) -> None:
        """None: brickwork has no quantized dtypes."""
        return None

    def __repr__(self) -> str:
        return f'<DTypePolicy "{self.name}">'

    def __eq__(self, other):
        return isinstance(other, DTypePolicy) and self.name == other.name

    def __hash__(self):
        return hash(self.name)


@registry.add
class FloatDTypePolicy(DTypePolicy):
    """The same as `DTypePolicy`, under Keras's other name.

    Args:
        name: see `DTypePolicy`.

    >>> FloatDTypePolicy("float32").name
    'float32'
    """


_global: DTypePolicy | None = None


def dtype_policy() -> DTypePolicy:
    """Return the policy of layers that are created without a dtype.

    Returns:
        The `DTypePolicy` of `set_dtype_policy`; before its first call that of `floatx()`.

    >>> dtype_policy().name
    'float32'
    """
    return _global or DTypePolicy(floatx())


def set_dtype_policy(policy: Any) -> None:
    """Set the policy of layers that are created later without a dtype.

    Args:
        policy: `DTypePolicy`, its name or config.

    Raises:
        ValueError: for anything else.

    >>> set_dtype_policy("float64")
    >>> dtype_policy().name
    'float64'
    >>> set_dtype_policy("float32")
    """
    global _global
    if policy is None:
        raise ValueError("set_dtype_policy: got None, expected a policy or its name.")
    _global = get(policy)


def get(identifier: Any) -> DTypePolicy:
    """Return the policy that an identifier names.

    Args:
        identifier: name, dtype, config or `DTypePolicy`; None for the global policy.

    Returns:
        A `DTypePolicy`.

    Raises:
        ArgumentError (a ValueError): for dtypes other than float32, float64 and half precision.

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


def deserialize(config: Any, custom_objects: dict[str, Any] | None = None) -> DTypePolicy:
    """Return the policy for a config: the inverse of `serialize`.

    Args:
        config: what `serialize` returned.
        custom_objects: custom classes by name, looked up first.

    Returns:
        A `DTypePolicy`.

    >>> deserialize(serialize(DTypePolicy("float64"))).name
    'float64'
    """
    return registry.deserialize(config, custom_objects)


def serialize(dtype_policy: Any) -> dict:
    """Return the entry for a policy in a config.

    Args:
        dtype_policy: `DTypePolicy`.

    Returns:
        ``{"class_name": ..., "config": ...}``.

    >>> serialize(DTypePolicy("float64"))["config"]["name"]
    'float64'
    """
    return encode(dtype_policy)


__all__ = ["DTypePolicy", "FloatDTypePolicy", "deserialize", "get", "serialize"]


if not TYPE_CHECKING:

    def __getattr__(name: str) -> Any:
        from .spelling import attribute

        return attribute(__name__, name)
