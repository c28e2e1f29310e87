"""Activation functions as layers of their own."""

from __future__ import annotations

from typing import Any

from .. import activations, constraints, initializers, ops, regularizers
from ..errors import ArgumentError
from ..fields import field
from .input_spec import InputSpec
from .layer import Layer, SameShape, registry


@registry.add
class Activation(Layer):
    """``activation(inputs)``, of the inputs' shape.

    Args:
        activation: a name, or a function written in `brickwork.ops`.

    >>> Activation("relu")([[-1.0, 2.0]])
    array([[0., 2.]], dtype=float32)
    """

    activation: Any = field(convert=activations.get)

    def setup(self) -> None:
        super().setup()
        self.supports_masking = True

    def call(self, inputs):
        """See the class."""
        return self.activation(inputs)

    def compute_output_shape(self, input_shape):
        """The inputs' shape; `glu` halves it."""
        return super().compute_output_shape(input_shape)


@registry.add
class ReLU(SameShape):
    """x where x > threshold, else ``negative_slope * (x - threshold)``; at most max_value.

    Args:
        max_value: None for no bound.
        negative_slope: of the part below the threshold.
        threshold: where the upper part begins.

    Shapes: any -> the same.

    >>> ReLU(max_value=3.0, negative_slope=0.5)([[-2.0, 2.0, 4.0]])
    array([[-1.,  2.,  3.]], dtype=float32)
    """

    max_value: float | None = field(None, kind="float", ge=0)
    negative_slope: float = field(0.0, kind="float", ge=0)
    threshold: float = field(0.0, kind="float", ge=0)

    def call(self, inputs):
        """See the class."""
        return activations.relu(inputs, self.negative_slope, self.max_value, self.threshold)


@registry.add
class LeakyReLU(SameShape):
    """x where x >= 0, else ``negative_slope * x``.

    Shapes: any -> the same.

    >>> LeakyReLU()([[-1.0, 2.0]])
    array([[-0.3,  2. ]], dtype=float32)
    """

    negative_slope: float = field(0.3, kind="float", ge=0)

    def call(self, inputs):
        """See the class."""
        return activations.leaky_relu(inputs, self.negative_slope)


@registry.add
class ELU(SameShape):
    """x where x > 0, else ``alpha * (exp(x) - 1)``. Clevert et al., arXiv:1511.07289.

    Shapes: any -> the same.

    >>> ELU()([[0.0, 2.0]])
    array([[0., 2.]], dtype=float32)
    """

    alpha: float = field(1.0, kind="float")

    def call(self, inputs):
        """See the class."""
        return activations.elu(inputs, self.alpha)


@registry.add
class PReLU(SameShape):
    """x where x >= 0, else ``alpha * x`` with a learned alpha. He et al., arXiv:1502.01852.

    Args:
        alpha_initializer, alpha_regularizer, alpha_constraint: of alpha, which has the shape of
            one row.
        shared_axes: axes (1 is the first after the batch) along which all share one alpha.

    Shapes: any -> the same.

    >>> PReLU("ones")([[-1.0, 2.0]])
    array([[-1.,  2.]], dtype=float32)
    """

    alpha_initializer: Any = field("Zeros", convert=initializers.get)
    alpha_regularizer: Any = field(None, convert=regularizers.get)
    alpha_constraint: Any = field(None, convert=constraints.get)
    shared_axes: Any = field(None, kind="axis")

    def setup(self) -> None:
        super().setup()
        if isinstance(self.shared_axes, int):
            self.shared_axes = (self.shared_axes,)

    def build(self, input_shape) -> None:
        """Make alpha for rows of this shape."""
        rank, shared = len(input_shape), self.shared_axes or ()
        if any(not 1 <= axis < rank for axis in shared):
            raise ArgumentError(f"{self.name} (PReLU).shared_axes", f"got {shared} for inputs of "
                                f"shape {input_shape}, expected axes from 1 to {rank - 1}.")
        dims = [1 if axis in shared else input_shape[axis] for axis in range(1, rank)]
        self.alpha = self.add_weight(tuple(dims), self.alpha_initializer, name="alpha",
                                     regularizer=self.alpha_regularizer,
                                     constraint=self.alpha_constraint)
        self.input_spec = InputSpec(ndim=rank, axes={
            axis: input_shape[axis] for axis in range(1, rank) if axis not in shared})

    def call(self, inputs):
        """See the class."""
        return ops.relu(inputs) - self.alpha * ops.relu(-inputs)


@registry.add
class Softmax(SameShape):
    """``exp(x) / sum(exp(x))`` along an axis, or several.

    Called with a mask (True where a value counts, of a shape that broadcasts to the inputs'), it
    shares out among the values that count, and gives the others 0.

    Args:
        axis: along which the outputs sum to 1.

    Shapes: any -> the same.

    >>> Softmax()([[0.0, 0.0]])
    array([[0.5, 0.5]], dtype=float32)
    """

    axis: Any = field(-1, kind="axis")
    activation = staticmethod(activations.softmax)  # what the output is, for checks of the loss

    def call(self, inputs, mask=None):
        """See the class."""
        if mask is not None:
            mask = self._fitting(mask, inputs)
            inputs = ops.where(mask, inputs, -1e9)
        outputs = ops.softmax(inputs, self.axis)
        return outputs if mask is None else ops.where(mask, outputs, 0.0)

    def _fitting(self, mask, inputs):
        shape, wide = mask.shape, inputs.shape
        if len(shape) > len(wide) or any(m not in (1, d) for m, d in zip(
                reversed(shape), reversed(wide), strict=False)):
            raise ArgumentError(f"{self.name} (Softmax).mask", f"got shape {shape} for inputs of "
                                f"shape {wide}, expected one that broadcasts to it.")
        return mask if mask.dtype == "bool" else ops.greater(mask, 0.5)
