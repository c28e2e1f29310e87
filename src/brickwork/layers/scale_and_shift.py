"""The trained scale and shift of normalization layers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .. import constraints, initializers, ops, regularizers
from ..errors import ArgumentError
from ..fields import field
from .layer import SameShape

if TYPE_CHECKING:
    from ..program import Variable
    from ..program.types import Axes
    from .layer import Layer


class Affine(SameShape):
    """A layer that ends with ``normalized * gamma + beta``."""

    epsilon: float = field(default=1e-3, kind="float", ge=0, kw_only=True, positional=True)
    center: bool = field(default=True, kind="bool", kw_only=True, positional=True)
    scale: bool = field(default=True, kind="bool", kw_only=True, positional=True)
    beta_initializer: Any = field(
        default="zeros", convert=initializers.get, kw_only=True, positional=True
    )
    gamma_initializer: Any = field(
        default="ones", convert=initializers.get, kw_only=True, positional=True
    )
    beta_regularizer: Any = field(
        default=None, convert=regularizers.get, kw_only=True, positional=True
    )
    gamma_regularizer: Any = field(
        default=None, convert=regularizers.get, kw_only=True, positional=True
    )
    beta_constraint: Any = field(
        default=None, convert=constraints.get, kw_only=True, positional=True
    )
    gamma_constraint: Any = field(
        default=None, convert=constraints.get, kw_only=True, positional=True
    )

    def setup(self) -> None:
        super().setup()
        self.gamma: Variable | Any = None
        self.beta: Variable | Any = None

    def make_affine(self, shape: tuple, scale: bool, center: bool) -> None:
        """Create gamma, if the layer scales, and beta, if it centers."""
        if scale:
            self.gamma = self.add_weight(
                shape,
                self.gamma_initializer,
                name="gamma",
                regularizer=self.gamma_regularizer,
                constraint=self.gamma_constraint,
                autocast=False,
            )
        if center:
            self.beta = self.add_weight(
                shape,
                self.beta_initializer,
                name="beta",
                regularizer=self.beta_regularizer,
                constraint=self.beta_constraint,
                autocast=False,
            )


def known_axes(layer: Layer, axis: Axes, input_shape: Any) -> tuple[int, ...]:
    """The axes, sorted and counted from the front; weights on them make sure that they are known.

    Raises:
        ArgumentError: if the inputs have no such axis, or it is the batch.
    """
    rank = len(input_shape)
    axes = axis if isinstance(axis, list | tuple) else (axis,)
    for one in axes:
        if not -rank <= one < rank or (one % rank == 0 and input_shape[0] is None):
            raise ArgumentError(
                f"{layer.name} ({type(layer).__name__}).axis",
                f"got {axis} for inputs of shape {input_shape}, expected axes "
                f"from 1 to {rank - 1}, or counted from the end.",
            )
    return tuple(sorted(one % rank for one in axes))


def axes_for(axis: Axes, inputs: Any) -> tuple[int, ...]:
    """The axes of inputs of any rank, which may differ from that for which the layer was built."""
    axes, rank = axis if isinstance(axis, list | tuple) else (axis,), len(inputs.shape)
    return tuple(sorted(one % rank for one in axes))


def broadcastable(axes: tuple[int, ...], inputs: Any, value: Any) -> Any:
    """A weight with the extents of these axes, reshaped to broadcast with the inputs."""
    return ops.reshape(value, [d if i in axes else 1 for i, d in enumerate(inputs.shape)])
