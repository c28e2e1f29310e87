"""``optimizer.get_updates``: training by a function instead of by ``fit``."""

from __future__ import annotations

from ... import ops
from ...errors import ArgumentError
from ...layers import Identity
from ...models import Functional
from ...program import Symbol


class Updates:
    """That an optimizer makes a loss smaller by some weights, whenever a function is called.

    Args:
        optimizer: whose steps they are.
        args: Keras 2's ``loss, params``, or Keras 1's ``params, constraints, loss``.
        loss: a symbol; its sum is made smaller.
        params: the weights.
    """

    def __init__(self, optimizer, *args, loss=None, params=None, constraints=None):
        for value in args:
            if isinstance(value, Symbol):
                loss = value
            elif isinstance(value, list | tuple) and value:
                params = value
        if loss is None or not params:
            raise ArgumentError(
                "Optimizer.get_updates", "expected a symbol as loss, and the weights as params."
            )
        self.optimizer, self.loss, self.params = optimizer, loss, list(params)

    def trainer(self, inputs: list[Symbol]):
        """The function of arrays for these inputs that makes one step."""
        model = Trained(inputs, Identity()(inputs[0]))
        model._wanted, model._chosen = self.loss, self.params
        model.compile(self.optimizer)
        return lambda arrays: model.train_on_batch(arrays)


class Trained(Functional):
    """A model whose loss is a symbol, and of which the chosen weights are trained."""

    _wanted: Symbol
    _chosen: list

    @property
    def trainable_variables(self) -> list:
        """The chosen weights."""
        return self._chosen

    def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
        """The value of the symbol for these inputs."""
        return ops.sum(self._wanted)
