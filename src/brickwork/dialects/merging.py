"""How Keras 1 joined branches: ``merge`` of symbols, and ``Merge`` of whole models."""

from __future__ import annotations

from .. import layers
from ..errors import ArgumentError
from ..models import Functional

_TODAY = {"sum": "add", "mul": "multiply", "ave": "average", "max": "maximum"}


def merge(
    inputs,
    mode="sum",
    concat_axis=-1,
    dot_axes=-1,
    output_shape=None,
    output_mask=None,
    arguments=None,
    name=None,
):
    """Keras 1's function of symbols: today each mode is a function of its own."""
    if callable(mode):
        return layers.Lambda(mode, output_shape, output_mask, arguments, name=name)(inputs)
    if mode in _TODAY:
        return getattr(layers, _TODAY[mode])(inputs, name=name)
    if mode == "concat":
        return layers.concatenate(inputs, axis=concat_axis, name=name)
    if mode in ("dot", "cos"):
        axes = dot_axes
        while isinstance(axes, list | tuple) and len(axes) == 1:
            axes = axes[0]
        if isinstance(axes, list | tuple):  # [[1], [2]], an axis of each
            axes = tuple(a[0] if isinstance(a, list | tuple) else a for a in axes)
        return layers.dot(inputs, axes, normalize=mode == "cos", name=name)
    raise ArgumentError(
        "merge.mode",
        f"got {mode!r}, expected 'sum', 'mul', 'concat', 'ave', 'max', 'dot', 'cos' or a function.",
    )


def joined(branches=None, mode="sum", **kwargs):
    """``Merge(branches, mode)``: the outputs of several models or layers, merged.

    Args:
        branches: models, or layers of models; without them a function of symbols is returned.
        mode, kwargs: as of `merge`.
    """
    if branches is None:
        return lambda inputs: merge(inputs, mode, **kwargs)
    inputs: list = []
    for branch in branches:
        own = branch.inputs if hasattr(branch, "inputs") else [branch.input]
        inputs += [x for x in own if all(x is not known for known in inputs)]
    return Joint(inputs, merge([branch.output for branch in branches], mode, **kwargs))


class Joint(Functional):
    """A model of merged branches, to which layers can be added."""

    def _begin(self, model) -> None:
        """Turn an empty `Sequential` model, to which this is added, into a `Joint`."""
        name, trainable = model.name, model.trainable
        model.__class__ = Joint
        model.__init__(self.input, self.output, name=name, trainable=trainable)

    def add(self, layer) -> None:
        """Add a layer on top."""
        self._take(self.input, layer(self.output))
        self._forget_programs()
