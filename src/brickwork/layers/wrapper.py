"""Layers that wrap another layer."""

from __future__ import annotations

from typing import Any, Self

from .. import ops
from ..errors import ArgumentError, shown
from ..fields import field
from .calling import call_arguments
from .layer import Layer, registry


def _layer(value: Any) -> Layer:
    if isinstance(value, dict):
        return registry.deserialize(value)
    if not isinstance(value, Layer):
        raise ValueError(f"got {shown(value)}, expected a layer, such as Dense(3).")
    return value


@registry.add
class Wrapper(Layer):
    """Base of layers that wrap another layer.

    Args:
        layer: the wrapped `Layer`.

    >>> from brickwork.layers import Dense
    >>> class Twice(Wrapper):
    ...     def call(self, inputs):
    ...         return 2 * self.layer(inputs)
    >>> Twice(Dense(1, kernel_initializer="ones"))([[1.0, 2.0]])
    array([[6.]], dtype=float32)
    """

    layer: Layer = field(convert=_layer)

    def build(self, input_shape: Any) -> None:
        """Build the wrapped layer for the same inputs."""
        if not self.layer.built:
            self.layer.build(input_shape)

    @classmethod
    def from_config(
        cls, config: dict[str, Any], custom_objects: dict[str, Any] | None = None
    ) -> Self:
        """The inverse of `get_config`."""
        return cls(**{**config, "layer": registry.deserialize(config["layer"], custom_objects)})


@registry.add
class TimeDistributed(Wrapper):
    """Applies one layer, with the same weights, to every step.

    All steps are passed to the layer at once, as rows. If the layer's rows depend on each other
    (`BatchNormalization`) or may do so (custom layers), it is called once per step.

    Args:
        layer: `Layer` for inputs of shape ``(batch, ...)``.

    Shapes: ``(batch, steps, ...)`` -> ``(batch, steps, ...)``.

    >>> from brickwork.layers import Dense
    >>> TimeDistributed(Dense(1, kernel_initializer="ones"))([[[1.0, 2.0], [3.0, 4.0]]])
    array([[[3.],
            [7.]]], dtype=float32)
    """

    def setup(self) -> None:
        super().setup()
        self.supports_masking = True

    def _of_a_step(self, shape: Any) -> tuple:
        if len(shape) < 3:
            raise ArgumentError(
                f"{self.name} (TimeDistributed)",
                f"got inputs of shape {shape}, "
                "expected (batch, steps, ...) with at least three axes.",
            )
        return (shape[0], *shape[2:])

    def build(self, input_shape: Any) -> None:
        """Build the wrapped layer for one step."""
        if not self.layer.built:
            self.layer.build(self._of_a_step(tuple(input_shape)))

    def call(self, inputs: Any, training: bool | None = None, mask: Any = None) -> Any:
        """See the class."""
        dims = ops.shape(inputs)
        if mask is not None and mask.shape[:2] != inputs.shape[:2]:
            raise ArgumentError(
                f"{self.name} (TimeDistributed).mask",
                f"got shape {mask.shape}, "
                f"expected (batch, steps) of inputs of shape {inputs.shape}.",
            )
        if not all(layer._by_row for layer in self.layer.family()):
            steps = [
                self._inside(inputs[:, i], training, None if mask is None else mask[:, i])
                for i in range(dims[1])
            ]
            return ops.stack(steps, axis=1)
        rows = dims[0] * dims[1]
        if mask is not None:
            mask = ops.reshape(mask, (rows, *ops.shape(mask)[2:]))
        outputs = self._inside(ops.reshape(inputs, (rows, *dims[2:])), training, mask)
        return ops.reshape(outputs, (*dims[:2], *ops.shape(outputs)[1:]))

    def _inside(self, inputs, training, mask):
        if "mask" in call_arguments(type(self.layer)):
            inputs.mask = mask
        return self.layer(inputs, training=training)

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Return the wrapped layer's output shape with the axis of the steps inserted."""
        shape = self.layer.compute_output_shape(self._of_a_step(tuple(input_shape)))
        return (shape[0], input_shape[1], *shape[1:])
