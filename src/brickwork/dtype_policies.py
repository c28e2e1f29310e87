"""Dtype policies: the float dtypes of a layer, of its weights and of its computations.

They are one dtype, or float32 for the weights and half precision for the computations: "mixed". A
`DTypePolicyMap` has a policy for each path of a layer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, MutableMapping
from typing import TYPE_CHECKING, Any

import numpy as np

from .errors import ArgumentError, shown
from .fields import Configurable, encode, field
from .program import floatx
from .program.dtypes import FLOATS, numpy_dtype
from .registry import Registry

#: The dtype of computations under each policy whose weights are float32.
MIXED = {"mixed_float16": "float16", "mixed_bfloat16": "bfloat16"}
NAMES = (*FLOATS, *MIXED)


def policy_name(value: Any) -> str:
    """Return the name of a policy, for a name or a dtype; None for that of the global policy.

    Raises:
        ValueError: for quantized dtypes and dtypes other than float.
        ImportError: for bfloat16 where ml_dtypes is not installed.
    """
    if value is None:
        return dtype_policy().name
    value = getattr(value, "name", value)
    name = value if isinstance(value, str) else np.dtype(value).name
    if name not in NAMES:
        raise ValueError(
            f"got {shown(value)}, expected one of {', '.join(map(repr, NAMES))} (brickwork has no "
            "quantized dtypes)."
        )
    numpy_dtype(MIXED.get(name, name))
    return name


def float_dtype(value: Any) -> str | None:
    """Return the name of a float dtype for a dtype, the name of a policy or the config of one: that
    of computations; None for None.

    Raises:
        ValueError: see `policy_name`.
    """
    return None if value is None else get(value).compute_dtype


registry = Registry("dtype policy")


@registry.add(aliases=["Policy"])
class DTypePolicy(Configurable):
    """The dtypes of the weights and computations of a layer.

    Args:
        name: "float32", "float64", "float16" or "bfloat16" for both; "mixed_float16" or
            "mixed_bfloat16" for computations in half precision with weights of float32. None for
            the global policy.

    Raises:
        ImportError: for bfloat16 where the package ml_dtypes is not installed.

    >>> policy = DTypePolicy("mixed_float16")
    >>> policy.compute_dtype, policy.variable_dtype
    ('float16', 'float32')
    """

    name: str | Any = field(default=None, convert=policy_name)

    @property
    def compute_dtype(self) -> str:
        """Dtype of computations."""
        return MIXED.get(self.name, self.name)

    @property
    def variable_dtype(self) -> str:
        """Dtype of weights."""
        return "float32" if self.name in MIXED else self.name

    @property
    def quantization_mode(self) -> None:
        """None: brickwork has no quantized dtypes."""
        return None

    def __repr__(self) -> str:
        return f'<DTypePolicy "{self.name}">'

    def __eq__(self, other: object) -> bool:
        return isinstance(other, DTypePolicy) and self.name == other.name

    def __hash__(self) -> int:
        return hash(self.name)


@registry.add
class FloatDTypePolicy(DTypePolicy):
    """The same as `DTypePolicy`, under Keras's other name.

    Args:
        name: see `DTypePolicy`.

    >>> FloatDTypePolicy("float32").name
    'float32'
    """


@registry.add
class DTypePolicyMap(DTypePolicy, MutableMapping):
    """A policy for each path of a layer, given to layers as their `dtype`.

    The policy of a path is that of the path itself; else that of the one key that matches the
    path as a regular expression; else the default.

    Args:
        default_policy: `DTypePolicy` or its name; None for the global policy at the time of use.
        policy_map: dict of policies by path or regular expression.

    Raises:
        ValueError: if `default_policy` is a map; for a key that is set twice; for a path that
            several keys match.
        TypeError: if `policy_map` is no dict.

    >>> policies = DTypePolicyMap("float32", {"encoder/.*": "mixed_float16"})
    >>> policies["encoder/dense"].name, policies["decoder"].name
    ('mixed_float16', 'float32')
    """

    def __init__(self, default_policy: Any = None, policy_map: dict[str, Any] | None = None):
        if isinstance(default_policy, DTypePolicyMap):
            raise ValueError(
                "DTypePolicyMap.default_policy: got a DTypePolicyMap, expected a policy."
            )
        if policy_map is not None and not isinstance(policy_map, dict):
            raise TypeError(
                f"DTypePolicyMap.policy_map: got {shown(policy_map)}, expected a dict of policies."
            )
        self._default = None if default_policy is None else get(default_policy)
        self._policies = {key: get(policy) for key, policy in (policy_map or {}).items()}

    @property
    def default_policy(self) -> DTypePolicy:
        """The policy of paths that no key matches."""
        if self._default is None and _global is self:
            return DTypePolicy(floatx())
        return self._default or dtype_policy()

    @property
    def name(self) -> str:  # type: ignore[override]
        """ "map_" and the name of the default policy."""
        return f"map_{self.default_policy.name}"

    @property
    def compute_dtype(self) -> str:
        """Dtype of computations under the default policy."""
        return self.default_policy.compute_dtype

    @property
    def variable_dtype(self) -> str:
        """Dtype of weights under the default policy."""
        return self.default_policy.variable_dtype

    def __getitem__(self, path: str) -> DTypePolicy:
        if path in self._policies:
            return self._policies[path]
        matching = [key for key in self._policies if re.fullmatch(key, path)]
        if len(matching) > 1:
            raise ValueError(
                f"DTypePolicyMap: got the path {path!r}, which {' and '.join(map(repr, matching))} "
                "match, expected one key for each path."
            )
        return self._policies[matching[0]] if matching else self.default_policy

    def __setitem__(self, path: str, policy: Any) -> None:
        if path in self._policies:
            raise ValueError(
                f"DTypePolicyMap: got {path!r} again, expected a key that is not in the map. "
                "Delete it first."
            )
        self._policies[path] = get(policy)

    def __delitem__(self, path: str) -> None:
        del self._policies[path]

    def __contains__(self, path: Any) -> bool:
        return path in self._policies

    def __iter__(self) -> Iterator[str]:
        return iter(self._policies)

    def __len__(self) -> int:
        return len(self._policies)

    def __bool__(self) -> bool:
        return True  # a policy, with or without entries

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, DTypePolicyMap)
            and self._default == other._default
            and self._policies == other._policies
        )

    def __hash__(self) -> int:
        return hash(("map", self._default))

    def __repr__(self) -> str:
        mapping = [(key, policy.name) for key, policy in self._policies.items()]
        return f"<DTypePolicyMap default_policy={self._default} mapping={mapping}>"

    def get_config(self) -> dict[str, Any]:
        """Return the policies as plain values.

        Returns:
            A dict, for `from_config`.
        """
        return {
            "default_policy": None if self._default is None else encode(self._default),
            "policy_map": {key: encode(policy) for key, policy in self._policies.items()},
        }


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
        ArgumentError (a ValueError): for dtypes other than those of floats.

    >>> get("float64").name
    'float64'
    """
    if identifier is None:
        return dtype_policy()
    if isinstance(identifier, DTypePolicy):
        return identifier
    if isinstance(identifier, dict):
        if not isinstance(identifier.get("config"), dict):
            raise ArgumentError(
                "dtype",
                f"got {shown(identifier)}, expected the config of a policy, as serialize "
                "returns it.",
            )
        found = deserialize(identifier)
        if not isinstance(found, DTypePolicy):
            raise ArgumentError("dtype", f"got {shown(identifier)}, expected that of a policy.")
        return found
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


__all__ = ["DTypePolicy", "DTypePolicyMap", "FloatDTypePolicy", "deserialize", "get", "serialize"]


if not TYPE_CHECKING:

    def __getattr__(name: str) -> Any:
        from .spelling import attribute

        return attribute(__name__, name)
