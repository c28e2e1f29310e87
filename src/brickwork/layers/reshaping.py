"""Layers that change the shape of a row, or the order of its axes."""

from __future__ import annotations

import operator
from math import prod
from typing import Any

from .. import ops
from ..errors import ArgumentError, shown
from ..fields import field
from ..program.dims import Trial
from .input_spec import InputSpec
from .layer import Layer, SameShape, registry


def _target(value: Any) -> tuple[int, ...]:
    try:
        dims = tuple(-1 if d is None else operator.index(d) for d in value)
    except TypeError:
        dims = (-1, -1)
    if isinstance(value, str):
        dims = (-1, -1)
    if dims.count(-1) > 1 or min(dims, default=0) < -1:
        raise ValueError(
            f"got {shown(value)}, expected a tuple of integers >= 0, of which one may be -1."
        )
    return dims


@registry.add
class Reshape(Layer):
    """Reshapes each row; the order of the values is kept.

    Args:
        target_shape: tuple of ints, shape of a row, without the batch; one extent may be -1 (or
            None), to be computed from the others.

    Shapes: ``(batch, ...)`` -> ``(batch, *target_shape)``.

    >>> Reshape((-1, 2))([[1.0, 2.0, 3.0, 4.0]])
    array([[[1., 2.],
            [3., 4.]]], dtype=float32)
    """

    target_shape: tuple | Any = field(convert=_target)

    def call(self, inputs: Any) -> Any:
        """See the class."""
        dims = ops.shape(inputs)
        if any(isinstance(d, Trial) for d in dims[1:]):  # the shape alone matters
            row = self.target_shape if -1 not in self.target_shape else self._of_unknown(dims)
            return ops.zeros((dims[0], *row), inputs.dtype)
        return ops.reshape(inputs, (dims[0], *self._row(inputs.shape)))

    def _of_unknown(self, dims: tuple) -> tuple:
        """The target shape where an extent of the inputs is unknown, and so divisible by any."""
        rest = max(1, prod(d for d in self.target_shape if d != -1))
        return tuple(max(1, prod(dims[1:]) // rest) if d == -1 else d for d in self.target_shape)

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Return the batch and the target shape."""
        return (input_shape[0], *self._row(input_shape))

    def _row(self, shape: Any) -> tuple:
        """The target shape with every extent known, if the inputs' are."""
        if None in shape[1:]:
            return tuple(None if d == -1 else d for d in self.target_shape)
        values, rest = prod(shape[1:]), prod(d for d in self.target_shape if d != -1)
        fits = values == rest if -1 not in self.target_shape else rest and values % rest == 0
        if not fits:
            raise ArgumentError(
                f"{self.name} (Reshape).target_shape",
                f"got {self.target_shape} "
                f"for rows of shape {tuple(shape[1:])}, expected a shape of "
                f"{values} values.",
            )
        return tuple(values // rest if d == -1 else d for d in self.target_shape)


def _order(value: Any) -> tuple[int, ...]:
    order = tuple(value) if isinstance(value, list | tuple) else ()
    if not order or sorted(order) != list(range(1, len(order) + 1)):
        raise ValueError(f"got {shown(value)}, expected the axes 1, 2, ... in another order.")
    return order


@registry.add
class Permute(Layer):
    """Permutes the axes of each row.

    Args:
        dims: tuple of ints, the axes in their new order, such as ``(2, 1)``; 1 is the first axis
            after the batch.

    Shapes: ``(batch, a, b)`` -> ``(batch, b, a)`` for ``(2, 1)``.

    >>> Permute((2, 1))([[[1.0, 2.0]]]).shape
    (1, 2, 1)
    """

    dims: tuple | Any = field(convert=_order)

    def setup(self) -> None:
        super().setup()
        self.input_spec = InputSpec(ndim=len(self.dims) + 1)

    def call(self, inputs: Any) -> Any:
        """See the class."""
        return ops.transpose(inputs, (0, *self.dims))

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Return the extents in their new order."""
        return (input_shape[0], *(input_shape[axis] for axis in self.dims))


@registry.add
class RepeatVector(Layer):
    """Repeats each row n times, as steps.

    Args:
        n: int >= 1, number of repetitions.

    Shapes: ``(batch, features)`` -> ``(batch, n, features)``.

    >>> RepeatVector(2)([[1.0, 2.0]])
    array([[[1., 2.],
            [1., 2.]]], dtype=float32)
    """

    n: int = field(kind="int", ge=1)

    def setup(self) -> None:
        super().setup()
        self.input_spec = InputSpec(ndim=2)

    def call(self, inputs: Any) -> Any:
        """See the class."""
        return ops.repeat(ops.expand_dims(inputs, 1), self.n, axis=1)

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Return the shape with n steps."""
        return (input_shape[0], self.n, input_shape[1])


@registry.add
class Identity(SameShape):
    """Returns its inputs.

    Shapes: any -> the same.

    >>> Identity()([[1.0, 2.0]])
    array([[1., 2.]], dtype=float32)
    """

    def call(self, inputs: Any) -> Any:
        """See the class."""
        return inputs


@registry.add
class Flatten(Layer):
    """Flattens each row to one axis.

    Args:
        data_format: "channels_last" (default) or "channels_first", which moves axis 1 to the end
            before flattening, so that both give the same order.

    Shapes: ``(batch, a, b, ...)`` -> ``(batch, a * b * ...)``; ``(batch,)`` -> ``(batch, 1)``.

    >>> Flatten()([[[1.0, 2.0], [3.0, 4.0]]])
    array([[1., 2., 3., 4.]], dtype=float32)
    """

    data_format: str | None = field(default=None, options=("channels_last", "channels_first"))

    def setup(self) -> None:
        super().setup()
        self.data_format = self.data_format or "channels_last"
        self.input_spec = InputSpec(min_ndim=1)

    def call(self, inputs: Any) -> Any:
        """See the class."""
        rank = len(inputs.shape)
        if self.data_format == "channels_first" and rank > 1:
            inputs = ops.transpose(inputs, (0, *range(2, rank), 1))
        dims = ops.shape(inputs)
        return ops.reshape(inputs, (dims[0], prod(dims[1:])))

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Return the batch and the number of values of a row."""
        row = input_shape[1:]
        return (input_shape[0], None if None in row else prod(row))
