"""One sample's way through a model: every number that comes up, forward and backward.

The numbers are the program's own. The model is traced on one row; its layers are then called one
by one in the same trace, where an op that was recorded before is the same symbol again, so that
sums and products are found in the program and not computed beside it. The gradients are those
that training would use, of the compiled loss, with Dropout and its like at rest.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from ..errors import ArgumentError, shown
from .network import Brick, Network, layers_of


@dataclass(frozen=True, eq=False)
class Stage:
    """What happens in one layer.

    Attributes:
        inputs, outputs: the numbers that come in and go out, in a row.
        products: each input times each weight, ``(inputs, units)``; None without weights.
        weighted: the products' sums, ``(units,)``; `sums` has the bias added, and is what the
            activation sees.
        kernel_gradient, bias_gradient, sum_gradient: gradients of the loss, or None.
    """

    inputs: np.ndarray
    outputs: np.ndarray
    products: np.ndarray | None = None
    weighted: np.ndarray | None = None
    sums: np.ndarray | None = None
    kernel_gradient: np.ndarray | None = None
    bias_gradient: np.ndarray | None = None
    sum_gradient: np.ndarray | None = None

    # Their first names.
    kernel_slopes = property(lambda self: self.kernel_gradient)
    bias_slopes = property(lambda self: self.bias_gradient)
    sum_slopes = property(lambda self: self.sum_gradient)


@dataclass(frozen=True, eq=False)
class Steps:
    """A sample's way: a stage for each layer, and the loss and its target where there is one."""

    stages: tuple[Stage, ...]
    loss: float | None = None
    target: np.ndarray | None = None

    @property
    def prediction(self) -> np.ndarray:
        """What comes out at the top."""
        return self.stages[-1].outputs


def stepped(model: Any, network: Network, sample: Any, target: Any, neuron: Any,
            **options: Any) -> Any:
    """The scene for `draw(model, sample=...)`."""
    from .scene.steps import steps_scene

    if sample is None:
        _refuse("sample", "got none beside a target or a neuron, expected one row of inputs.")
    if getattr(model, "_host", False):
        _refuse("model", f"got {model.name!r}, a part of which makes numbers of raw data before "
                "the engine, with a sample; expected numbers all the way. Draw it without one.")
    if not network.chain:
        _refuse("model", f"got {network.name!r}, whose layers branch, with a sample; expected a "
                "chain. Draw it without one: model.draw().")
    if options["view"] != "front":
        _refuse("view", f"got {options['view']!r} with a sample, expected 'front', where numbers "
                "can be written on bricks.")
    chosen = None if neuron is None else find_neuron(network, neuron)
    del options["view"]
    return steps_scene(network, steps(model, sample, target), chosen, **options)


def steps(model: Any, sample: Any, target: Any = None) -> Steps:
    """Pass one row through a model.

    Args:
        model: a built chain of layers, or a layer.
        sample: one row of inputs, with or without the batch's axis.
        target: what should have come out; the model must be compiled.

    Raises:
        ArgumentError: for several rows, rows of another shape, a model without weights or a loss.

    >>> from brickwork.layers import Dense
    >>> from brickwork.models import Sequential
    >>> model = Sequential([Dense(1, input_dim=2, kernel_initializer="ones")])
    >>> steps(model, [3, 4]).stages[0].sums.tolist()
    [7.0]
    """
    layers = layers_of(model)
    if not all(layer.built for layer in layers) or not any(layer.weights for layer in layers):
        _refuse("model", f"got {model.name!r} with a sample, but it has no weights yet; expected a "
                "built one. Begin it with Input(shape=(n,)), or train it first.")
    row = tuple(layers[0].input_shape[1:])
    x = _one_row(sample, row)
    if target is None:
        from ..program import BATCH, standard

        dtype = standard(layers[0].compute_dtype)
        return _run(model, layers, [((BATCH, *row), dtype)], [x])
    return _run(model, layers, *_with_target(model, x, target))


def _with_target(model, x, target):
    """The signatures and arrays of an input and a target, checked as training would."""
    from .. import data
    from ..training.feeding import feeds_of, signatures_of

    if getattr(model, "compiled", None) is None or model.compiled.loss is None:
        _refuse("target", "got one for a model that has no loss, expected a compiled model. Call "
                "model.compile(optimizer=..., loss=...) first.")
    out = tuple(model.compute_output_shape((None, *x.shape[1:]))[1:])
    y = np.asarray(target)
    y = y[None] if y.ndim == 0 or (y.shape == out and y.shape != (1,)) else y
    if y.shape[0] != 1:
        _refuse("target", f"got {shown(target)}, expected the target of one row, like {out} or a "
                "class's number, as fit would take it for a row.")
    batch = model._prepared(partial(data.for_batch, "draw"), x, y)
    xs, ys, weights = signatures_of(batch, model._expectation())
    return [s for s in (*xs, *ys, *weights) if s is not None], feeds_of(batch)


def _run(model, layers, signatures, arrays) -> Steps:
    from ..program import Program, run, trace_function

    traced = trace_function(partial(_traced, model, layers), signatures, training=False)
    program = Program(traced.inputs, traced.outputs, {}, traced.structure)  # nothing is written
    values = [np.asarray(a, s.dtype, order="C")
              for a, s in zip(arrays, program.inputs, strict=True)]
    loss, stages = program.rebuild(run(program, values))
    made = tuple(Stage(**{k: _without_batch(k, v) for k, v in stage.items()}) for stage in stages)
    if loss is None:
        return Steps(made)
    return Steps(made, float(loss), np.asarray(arrays[1]).reshape(-1))


def _without_batch(name: str, value):
    return value if value is None or name in ("products", "kernel_gradient") else value.reshape(-1)


def _traced(model, layers, x, y=None):
    """Record one pass, and the gradients where there is a target: ``(loss, stages)``."""
    from ..program import current_trace

    trace = current_trace()
    prediction = model(x, training=False)
    losses = list(trace.losses)
    stages, value = [], x
    for layer in layers:
        stage = _recorded(layer, value)
        value = stage["outputs"]
        stages.append(stage)
    if value is not prediction:
        _refuse("model", f"got {model.name!r}, which does more than call its layers one after the "
                "other; expected a chain, whose steps can be written down.")
    trace.losses[:] = losses  # what layers add to the loss was recorded twice
    if y is None:
        return None, stages
    total = model._plans.objective([y], [prediction], [None])
    _add_gradients(total, layers, stages)
    return total, stages


def _recorded(layer, value) -> dict:
    """The symbols of one layer."""
    from .. import ops
    from ..layers import Dense

    out = layer(value, training=False)
    if not isinstance(layer, Dense):
        if getattr(layer, "kernel", None) is not None:
            _refuse("sample", f"got a model whose layer {layer.name!r} is {type(layer).__name__}, "
                    "whose products are not shown one by one, expected Dense.")
        return {"inputs": value, "outputs": out}
    if value.ndim != 2:
        _refuse("sample", f"got a model whose layer {layer.name!r} works along the last of several "
                "axes, expected layers on rows of numbers. Put Flatten() before it.")
    value = ops.cast(value, layer.compute_dtype)
    weighted = ops.matmul(value, layer.kernel)
    sums = weighted if layer.bias is None else weighted + layer.bias
    if layer.activation(sums) is not out:
        _refuse("model", f"got a layer {layer.name!r} that computes something of its own, expected "
                "Dense as it is.")
    products = ops.expand_dims(value[0], -1) * layer.kernel
    return {"inputs": value, "outputs": out, "products": products, "weighted": weighted,
            "sums": sums}


def _add_gradients(total, layers, stages) -> None:
    """Record the derivatives of the loss."""
    from ..program import as_symbol, gradients

    wanted = []
    for layer, stage in zip(layers, stages, strict=True):
        if "sums" in stage:
            wanted.append((stage, "sum_gradient", stage["sums"]))
            wanted.append((stage, "kernel_gradient", as_symbol(layer.kernel)))
            if layer.bias is not None:
                wanted.append((stage, "bias_gradient", as_symbol(layer.bias)))
    found = gradients(total, [symbol for *_, symbol in wanted])
    for (stage, name, _), gradient in zip(wanted, found, strict=True):
        stage[name] = gradient


def _one_row(sample, row: tuple) -> np.ndarray:
    from ..data import as_array

    x = as_array(sample, "draw.sample")
    x = x[None] if x.shape == row else x
    if x.shape != (1, *row):
        several = x.shape[1:] == row
        _refuse("sample", f"got {shown(x)}, expected one row: {row} or {(1, *row)}."
                + (f" These are {x.shape[0]} rows; give one of them, x[0]." if several else ""))
    if not np.isfinite(x).all():
        _refuse("sample", "got numbers that are not finite, expected finite ones.")
    return x


def find_neuron(network: Network, neuron: Any) -> tuple[int, int]:
    """(place of the layer, unit) of a neuron that was given by name or place."""
    if not isinstance(neuron, tuple | list) or len(neuron) != 2:
        _refuse("neuron", f"got {shown(neuron)}, expected (layer, unit), such as (0, 2) or "
                f"({network.bricks[-1].name!r}, 0).")
    layer, unit = neuron
    names = [b.name for b in network.bricks]
    index = names.index(layer) if layer in names else layer
    if isinstance(index, bool) or not isinstance(index, int | np.integer) or not (
            -len(names) <= index < len(names)):
        _refuse("neuron", f"got the layer {shown(layer)}, expected a place below {len(names)} or "
                f"one of: {', '.join(names)}.")
    brick: Brick = network.bricks[index]
    if not brick.dense:
        _refuse("neuron", f"got the layer {brick.name!r}, which has no weights, expected one of: "
                f"{', '.join(b.name for b in network.bricks if b.dense)}.")
    if isinstance(unit, bool) or not isinstance(unit, int | np.integer) or not (
            0 <= unit < brick.outputs):
        _refuse("neuron", f"got unit {shown(unit)} of {brick.name!r}, expected 0 to "
                f"{brick.outputs - 1}.")
    return int(index) % len(names), int(unit)


def _refuse(what: str, problem: str):
    raise ArgumentError(f"draw: {what}", problem)
