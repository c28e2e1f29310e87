"""Dense layers that only Keras 1 had: `MaxoutDense` and `Highway`."""

from __future__ import annotations

from .. import initializers, ops
from ..errors import ArgumentError
from ..fields import field
from ..layers import Dense
from ..layers.layer import registry


@registry.add(in_keras=False)
class MaxoutDense(Dense):
    """The maximum of several linear maps: ``max_k(inputs @ W[k] + b[k])``.

    Its weights have the shapes ``(nb_feature, inputs, units)`` and ``(nb_feature, units)``.

    Reference: Goodfellow et al., 2013, Maxout Networks.

    >>> MaxoutDense(1, nb_feature=2, kernel_initializer="ones")([[1.0, 2.0]])
    array([[3.]], dtype=float32)
    """

    field_order = ("units", "nb_feature")
    nb_feature: int = field(default=4, kind="int", ge=1)

    def build(self, input_shape) -> None:
        """Make the maps for inputs whose last axis has this extent."""
        inputs, maps = input_shape[-1], self.nb_feature

        def kernels(shape, dtype=None):
            # Drawn as one matrix: with a seed, separate draws would all be the same.
            drawn = self.kernel_initializer((inputs, maps * self.units), dtype=dtype)
            return drawn.reshape(inputs, maps, self.units).transpose(1, 0, 2)

        self._kernel = self.add_weight(
            (maps, inputs, self.units),
            kernels,
            name="kernel",
            regularizer=self.kernel_regularizer,
            constraint=self.kernel_constraint,
        )
        if self.use_bias:
            self.bias = self.add_weight(
                (maps, self.units),
                self.bias_initializer,
                name="bias",
                regularizer=self.bias_regularizer,
                constraint=self.bias_constraint,
            )
        self.built = True

    def call(self, inputs):
        """See the class."""
        outputs = ops.einsum("ni,kio->nko", inputs, self._kernel)
        return ops.max(outputs if self.bias is None else outputs + self.bias, axis=1)


@registry.add(in_keras=False)
class Highway(Dense):
    """``t * activation(x @ W + b) + (1 - t) * x`` with ``t = sigmoid(x @ W_carry + b_carry)``.

    The number of outputs is that of the inputs.

    Args:
        transform_bias: the initial value of ``b_carry``; below 0, most of the input is carried.

    Reference: Srivastava et al., 2015, Highway Networks.
    """

    field_order = ("transform_bias",)
    units: int = field(default=None, kind="int", ge=1, kw_only=True)
    transform_bias: float = field(default=-2.0, kind="float")

    def build(self, input_shape) -> None:
        """Make the weights for inputs whose last axis has this extent."""
        inputs = input_shape[-1]
        if self.units not in (None, inputs):
            raise ArgumentError(
                "Highway.units",
                f"got {self.units} for {inputs} inputs; leave it out: there are as many outputs.",
            )
        self.units = inputs
        super().build(input_shape)
        self.carry = self.add_weight(
            (inputs, inputs),
            self.kernel_initializer,
            regularizer=self.kernel_regularizer,
            constraint=self.kernel_constraint,
            name="carry_kernel",
        )
        if self.use_bias:
            first = initializers.Constant(self.transform_bias)
            self.carry_bias = self.add_weight(
                (inputs,),
                first,
                name="carry_bias",
                regularizer=self.bias_regularizer,
                constraint=self.bias_constraint,
            )

    def call(self, inputs):
        """See the class."""
        gate = ops.matmul(inputs, self.carry)
        gate = ops.sigmoid(gate + self.carry_bias if self.use_bias else gate)
        return gate * super().call(inputs) + (1 - gate) * inputs

    def compute_output_shape(self, input_shape):
        """Return the shape of the inputs."""
        return tuple(input_shape)
