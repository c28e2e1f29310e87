"""`SpectralNormalization`: a kernel whose largest singular value is 1."""

from __future__ import annotations

from typing import Any

from .. import ops
from ..errors import ArgumentError
from ..fields import field
from ..initializers import TruncatedNormal
from ..program import Variable
from .input_spec import InputSpec
from .layer import registry
from .wrapper import Wrapper


@registry.add
class SpectralNormalization(Wrapper):
    """Divides the kernel of a layer by its largest singular value, at each call during training.

    The value is found by power iteration, which continues from the last call. The kernel itself is
    replaced, so inference uses the kernel that training used. (Keras does so on arrays and with
    TensorFlow. With JAX, its `fit` trains with the divided kernel, but keeps the undivided one and
    predicts with it.)

    Args:
        layer: a built or unbuilt layer with a `kernel` or `embeddings`.
        power_iterations: int >= 1, iterations at each call; default 1.

    Shapes: those of the layer.

    Reference: Miyato et al., arXiv:1802.05957.

    >>> from brickwork.layers import Dense
    >>> layer = SpectralNormalization(Dense(2, kernel_initializer="ones"), power_iterations=9)
    >>> layer([[1.0, 1.0]], training=True).round(3)
    array([[1., 1.]], dtype=float32)
    """

    _by_row = False
    power_iterations: int = field(default=1, kind="int", ge=1)

    def build(self, input_shape: Any) -> None:
        """Build the layer, and create the vector that power iteration starts from."""
        super().build(input_shape)
        self.input_spec = InputSpec(min_ndim=1, axes={-1: input_shape[-1]})
        kernel = getattr(self.layer, "kernel", getattr(self.layer, "embeddings", None))
        if not isinstance(kernel, Variable):
            raise ArgumentError(
                f"{self.name} (SpectralNormalization).layer",
                f"got {type(self.layer).__name__}, expected a layer with a kernel "
                "or embeddings (without LoRA).",
            )
        self.kernel = kernel
        self.vector_u = self.add_weight(
            (1, kernel.shape[-1]), TruncatedNormal(stddev=0.02), trainable=False, name="vector_u"
        )

    def call(self, inputs: Any, training: bool | None = False) -> Any:
        """See the class."""
        if training:
            self._normalize()
        return self.layer(inputs)

    def _normalize(self) -> None:
        weights = ops.reshape(self.kernel, (-1, self.kernel.shape[-1]))
        u = self.vector_u.value
        for _ in range(self.power_iterations):
            v = ops.normalize(ops.matmul(u, ops.transpose(weights)), axis=(0, 1))
            u = ops.normalize(ops.matmul(v, weights), axis=(0, 1))
        u, v = ops.stop_gradient(u), ops.stop_gradient(v)
        largest = ops.sum(ops.matmul(v, weights) * u)
        zero = ops.all(ops.equal(self.kernel, 0))  # its singular values are 0
        self.vector_u.assign(ops.where(zero, self.vector_u, u))
        self.kernel.assign(self.kernel / ops.where(zero, 1.0, largest))

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Return the output shape of the layer."""
        return self.layer.compute_output_shape(input_shape)
