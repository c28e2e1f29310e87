"""``K.gradients`` between symbols: the gradients become a layer."""

from __future__ import annotations

from ... import ops
from ...layers.calling import leaves
from ...layers.layer import Layer
from ...models import Model
from ...program import State, gradients
from ...utils.graphs import get_source_inputs


class GradientLayer(Layer):
    """d sum(loss) / d each of some values of a model.

    Args:
        model: returns the loss, then those values that are symbols.
        wanted: None for each of these, or a weight.
    """

    def __init__(self, model, wanted):
        super().__init__()
        self.model = model
        self.wanted = list(wanted)
        self.autocast = False

    def call(self, *inputs):
        """The gradients for the model's inputs; zeros where the loss does not depend on a value."""
        loss, *values = leaves(self.model(list(inputs)))
        symbols = iter(values)
        targets = [
            next(symbols) if weight is None else ops.convert_to_tensor(weight)
            for weight in self.wanted
        ]
        found = gradients(ops.sum(loss), targets)
        return [
            ops.zeros_like(target) if gradient is None else gradient
            for gradient, target in zip(found, targets, strict=True)
        ]


def symbolic_gradients(loss, wanted) -> list:
    """A symbol for each of the gradients."""
    inputs = get_source_inputs(loss)
    symbols = [value for value in wanted if not isinstance(value, State)]
    model = Model(inputs, [loss, *symbols])
    return GradientLayer(model, [v if isinstance(v, State) else None for v in wanted])(*inputs)
