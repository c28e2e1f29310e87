"""`Dense`: the fully connected layer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .. import activations, constraints, initializers, ops, regularizers
from ..fields import field
from .input_spec import InputSpec
from .layer import registry
from .lora import Adaptable

if TYPE_CHECKING:
    from ..program import Variable


@registry.add
class Dense(Adaptable):
    """Fully connected layer: ``activation(inputs @ kernel + bias)``.

    Args:
        units: int >= 1, number of outputs.
        activation: name or function; None (default) is linear.
        use_bias: whether to add a bias; default True.
        kernel_initializer: initial values of the kernel, shape ``(inputs, units)``; an
            initializer, its name or a function. Default "glorot_uniform".
        bias_initializer: initial values of the bias, shape ``(units,)``; default "zeros".
        kernel_regularizer, bias_regularizer: penalties on the weights, added to the loss; default
            None.
        activity_regularizer: penalty on the output, added to the loss; default None.
        kernel_constraint, bias_constraint: projections of the weights after each update; default
            None.
        lora_rank: int >= 1; the kernel is frozen, and a product of matrices of this rank is
            trained and added to it (Hu et al., arXiv:2106.09685). Default None: no LoRA.
        lora_alpha: float, the product is scaled by ``lora_alpha / lora_rank``; None (default) is
            `lora_rank`.
        quantization_config: None; quantized weights are not supported.

    Shapes: ``(batch, ..., n)`` -> ``(batch, ..., units)``.

    Raises:
        ArgumentError (a ValueError): for inputs of fewer than two axes, or whose last axis has
            another extent than the layer was built for.

    >>> Dense(3, kernel_initializer="ones")([[1.0, 2.0]])
    array([[3., 3., 3.]], dtype=float32)
    """

    field_order = (
        "units",
        "activation",
        "use_bias",
        "kernel_initializer",
        "bias_initializer",
        "kernel_regularizer",
        "bias_regularizer",
        "activity_regularizer",
        "kernel_constraint",
        "bias_constraint",
    )
    units: int = field(kind="int", ge=1)
    activation: Any = field(default=None, convert=activations.get)
    use_bias: bool = field(default=True, kind="bool")
    kernel_initializer: Any = field(default="glorot_uniform", convert=initializers.get)
    bias_initializer: Any = field(default="zeros", convert=initializers.get)
    kernel_regularizer: Any = field(default=None, convert=regularizers.get)
    bias_regularizer: Any = field(default=None, convert=regularizers.get)
    activity_regularizer: Any = field(
        default=None, convert=regularizers.get, kw_only=True, positional=True
    )
    kernel_constraint: Any = field(
        default=None, convert=constraints.get, kw_only=True, positional=True
    )
    bias_constraint: Any = field(
        default=None, convert=constraints.get, kw_only=True, positional=True
    )

    def setup(self) -> None:
        super().setup()
        self.supports_masking = True
        self.input_spec = InputSpec(min_ndim=2)
        self.bias: Variable | Any = None

    def build(self, input_shape: Any) -> None:
        """Create kernel and bias for inputs whose last axis has this extent."""
        inputs = input_shape[-1]
        self._kernel = self.add_weight(
            (inputs, self.units),
            self.kernel_initializer,
            regularizer=self.kernel_regularizer,
            constraint=self.kernel_constraint,
            name="kernel",
        )
        if self.use_bias:
            self.bias = self.add_weight(
                (self.units,),
                self.bias_initializer,
                regularizer=self.bias_regularizer,
                constraint=self.bias_constraint,
                name="bias",
            )
        self.input_spec = InputSpec(min_ndim=2, axes={-1: inputs})
        self.built = True
        if self.lora_rank:
            self.enable_lora(self.lora_rank, self.lora_alpha)

    @property
    def kernel(self) -> Any:
        """The kernel, shape ``(inputs, units)``; with LoRA, the sum of kernel and product."""
        return self.adapted_weight()

    def call(self, inputs: Any) -> Any:
        """See the class."""
        outputs = ops.matmul(inputs, self.kernel)
        if self.bias is not None:
            outputs = outputs + self.bias
        return outputs if self.activation is None else self.activation(outputs)

    def compute_output_shape(self, input_shape: Any) -> Any:
        """``(batch, ..., units)``."""
        return (*input_shape[:-1], self.units)
