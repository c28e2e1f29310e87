"""Activation functions as layers."""

from __future__ import annotations

from typing import Any

from .. import activations, constraints, initializers, ops, regularizers
from ..errors import ArgumentError
from ..fields import field
from .input_spec import InputSpec
from .layer import Layer, SameShape, registry


@registry.add
class Activation(Layer):
    """Applies an activation function: ``activation(inputs)``.

    Args:
        activation: name of an activation, or a function written in `brickwork.ops`.

    Shapes: any -> the same; `glu` halves the last axis.

    >>> Activation("relu")([[-1.0, 2.0]])
    array([[0., 2.]], dtype=float32)
    """

    activation: Any = field(convert=activations.get)

    def setup(self) -> None:
        super().setup()
        self.supports_masking = True

    def call(self, inputs: Any) -> Any:
        """See the class."""
        return self.activation(inputs)

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Return the inputs' shape; `glu` halves its last axis."""
        return super().compute_output_shape(input_shape)


@registry.add
class ReLU(SameShape):
    """Rectified linear unit: x where x > threshold, else ``negative_slope * (x - threshold)``.

    Args:
        max_value: float >= 0, upper bound of the output; None (default) for no bound.
        negative_slope: float >= 0, slope below the threshold; default 0.0.
        threshold: float, inputs above it are passed through; default 0.0.

    Shapes: any -> the same.

    >>> ReLU(max_value=3.0, negative_slope=0.5)([[-2.0, 2.0, 4.0]])
    array([[-1.,  2.,  3.]], dtype=float32)
    """

    max_value: float | None = field(default=None, kind="float", ge=0)
    negative_slope: float = field(default=0.0, kind="float", ge=0)
    threshold: float = field(default=0.0, kind="float", ge=0)

    def call(self, inputs: Any) -> Any:
        """See the class."""
        return activations.relu(inputs, self.negative_slope, self.max_value, self.threshold)


@registry.add
class LeakyReLU(SameShape):
    """Leaky rectified linear unit: x where x >= 0, else ``negative_slope * x``.

    Args:
        negative_slope: float >= 0, slope for x < 0; default 0.3.

    Shapes: any -> the same.

    >>> LeakyReLU()([[-1.0, 2.0]])
    array([[-0.3,  2. ]], dtype=float32)
    """

    negative_slope: float = field(default=0.3, kind="float", ge=0)

    def call(self, inputs: Any) -> Any:
        """See the class."""
        return activations.leaky_relu(inputs, self.negative_slope)


@registry.add
class ELU(SameShape):
    """Exponential linear unit: x where x > 0, else ``alpha * (exp(x) - 1)``.

    Args:
        alpha: float, the output approaches ``-alpha`` for x -> -inf; default 1.0.

    Shapes: any -> the same.

    Reference: Clevert et al., arXiv:1511.07289.

    >>> ELU()([[0.0, 2.0]])
    array([[0., 2.]], dtype=float32)
    """

    alpha: float = field(default=1.0, kind="float")

    def call(self, inputs: Any) -> Any:
        """See the class."""
        return activations.elu(inputs, self.alpha)


@registry.add
class PReLU(SameShape):
    """Parametric rectified linear unit: x where x >= 0, else ``alpha * x`` with a trained alpha.

    Args:
        alpha_initializer: initial values of alpha, which has the shape of one row; default "zeros".
        alpha_regularizer: penalty on alpha, added to the loss; default None.
        alpha_constraint: projection of alpha after each update; default None.
        shared_axes: axis or axes along which alpha is shared; axis 1 is the first after the
            batch. None (default) shares along none.

    Shapes: any -> the same.

    Reference: He et al., arXiv:1502.01852.

    >>> PReLU("ones")([[-1.0, 2.0]])
    array([[-1.,  2.]], dtype=float32)
    """

    alpha_initializer: Any = field(default="Zeros", convert=initializers.get)
    alpha_regularizer: Any = field(default=None, convert=regularizers.get)
    alpha_constraint: Any = field(default=None, convert=constraints.get)
    shared_axes: Any = field(default=None, kind="axis")

    def setup(self) -> None:
        super().setup()
        if isinstance(self.shared_axes, int):
            self.shared_axes = (self.shared_axes,)

    def build(self, input_shape: Any) -> None:
        """Create alpha for rows of this shape."""
        rank, shared = len(input_shape), self.shared_axes or ()
        if any(not 1 <= axis < rank for axis in shared):
            raise ArgumentError(
                f"{self.name} (PReLU).shared_axes",
                f"got {shared} for inputs of "
                f"shape {input_shape}, expected axes from 1 to {rank - 1}.",
            )
        dims = [1 if axis in shared else input_shape[axis] for axis in range(1, rank)]
        self.alpha = self.add_weight(
            tuple(dims),
            self.alpha_initializer,
            name="alpha",
            regularizer=self.alpha_regularizer,
            constraint=self.alpha_constraint,
        )
        self.input_spec = InputSpec(
            ndim=rank,
            axes={axis: input_shape[axis] for axis in range(1, rank) if axis not in shared},
        )

    def call(self, inputs: Any) -> Any:
        """See the class."""
        return ops.relu(inputs) - self.alpha * ops.relu(-inputs)


@registry.add
class Softmax(SameShape):
    """Softmax: ``exp(x) / sum(exp(x))`` along one axis or several.

    With a boolean mask (True for values to use, of a shape that broadcasts to the inputs'), the
    sum is over the unmasked values, and the outputs of masked values are 0.

    Args:
        axis: axis or axes along which the outputs sum to 1; default -1.

    Shapes: any -> the same.

    >>> Softmax()([[0.0, 0.0]])
    array([[0.5, 0.5]], dtype=float32)
    """

    axis: Any = field(default=-1, kind="axis")
    activation = staticmethod(activations.softmax)  # read by the checks of losses

    def call(self, inputs: Any, mask: Any = None) -> Any:
        """See the class."""
        if mask is not None:
            mask = self._fitting(mask, inputs)
            inputs = ops.where(mask, inputs, -3e4 if inputs.dtype == "float16" else -1e9)
        outputs = ops.softmax(inputs, self.axis)
        return outputs if mask is None else ops.where(mask, outputs, 0.0)

    def _fitting(self, mask, inputs):
        shape, wide = mask.shape, inputs.shape
        if len(shape) > len(wide) or any(
            m not in (1, d) for m, d in zip(reversed(shape), reversed(wide), strict=False)
        ):
            raise ArgumentError(
                f"{self.name} (Softmax).mask",
                f"got shape {shape} for inputs of "
                f"shape {wide}, expected one that broadcasts to it.",
            )
        return mask if mask.dtype == "bool" else ops.greater(mask, 0.5)
