"""The forward and backward pass of one sample, with all intermediate values.

The values come from the model's program. The model is traced on one row, and its layers are then
called individually in the same trace. An op that was already recorded gives the same symbol, so
sums and products are those of the program and not computed separately. Gradients are those of the
compiled loss, as in training, but with Dropout and similar layers inactive.
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
    """The values in one layer.

    Attributes:
        inputs, outputs: the inputs and outputs, as 1-D arrays.
        products: each input times each weight, shape ``(inputs, units)``; None without weights.
        weighted: the sums of the products, shape ``(units,)``.
        sums: `weighted` plus the bias, which is the input of the activation.
        kernel_gradient, bias_gradient, sum_gradient: gradients of the loss; None without a target.
    """

    inputs: np.ndarray
    outputs: np.ndarray
    products: np.ndarray | None = None
    weighted: np.ndarray | None = None
    sums: np.ndarray | None = None
    kernel_gradient: np.ndarray | None = None
    bias_gradient: np.ndarray | None = None
    sum_gradient: np.ndarray | None = None

    # Old names, kept for compatibility.
    kernel_slopes = property(lambda self: self.kernel_gradient)
    bias_slopes = property(lambda self: self.bias_gradient)
    sum_slopes = property(lambda self: self.sum_gradient)


@dataclass(frozen=True, eq=False)
class Steps:
    """The values of one sample: a stage for each layer, and the loss if there is a target.

    Attributes:
        stages: a `Stage` for each layer.
        loss: the loss; None without a target.
        target: the target as a 1-D array, or None.
    """

    stages: tuple[Stage, ...]
    loss: float | None = None
    target: np.ndarray | None = None

    @property
    def prediction(self) -> np.ndarray:
        """The outputs of the last layer."""
        return self.stages[-1].outputs


def stepped(
    model: Any, network: Network, sample: Any, target: Any, neuron: Any, **options: Any
) -> Any:
    """Return the scene for `draw(model, sample=...)`."""
    from .scene.steps import steps_scene

    if sample is None:
        _refuse("sample", "got None with a target or a neuron, expected one row of inputs.")
    if getattr(model, "_host", False):
        _refuse(
            "model",
            f"got {model.name!r}, which preprocesses raw data outside the engine, "
            "with a sample; expected a model of numeric inputs. Draw it without a sample.",
        )
    if not network.chain:
        _refuse(
            "model",
            f"got {network.name!r}, whose layers branch, with a sample; expected a "
            "chain of layers. Draw it without a sample: model.draw().",
        )
    if options["view"] != "front":
        _refuse(
            "view",
            f"got {options['view']!r} with a sample, expected 'front': only there "
            "bricks have room for numbers.",
        )
    chosen = None if neuron is None else find_neuron(network, neuron)
    del options["view"]
    return steps_scene(network, steps(model, sample, target), chosen, **options)


def steps(model: Any, sample: Any, target: Any = None) -> Steps:
    """Compute the values of one row in a model.

    Args:
        model: a built chain of layers, or a built layer.
        sample: one row of inputs, with or without the batch axis.
        target: its target; the model must then be compiled. None for no loss and gradients.

    Returns:
        Steps: the values in each layer.

    Raises:
        ArgumentError: for several rows, a row of another shape, a model without weights, or a
            target for a model without a loss.

    >>> from brickwork.layers import Dense
    >>> from brickwork.models import Sequential
    >>> model = Sequential([Dense(1, input_dim=2, kernel_initializer="ones")])
    >>> steps(model, [3, 4]).stages[0].sums.tolist()
    [7.0]
    """
    layers = layers_of(model)
    if not all(layer.built for layer in layers) or not any(layer.weights for layer in layers):
        _refuse(
            "model",
            f"got {model.name!r} with a sample, but it has no weights; expected a "
            "built model. Begin it with Input(shape=(n,)), or train it first.",
        )
    row = tuple(layers[0].input_shape[1:])
    x = _one_row(sample, row)
    if target is None:
        from ..program import BATCH, standard

        dtype = standard(layers[0].compute_dtype)
        return _run(model, layers, [((BATCH, *x.shape[1:]), dtype)], [x])
    return _run(model, layers, *_with_target(model, x, target))


def _with_target(model, x, target):
    """Return the signatures and arrays of an input and a target, checked as in training."""
    from .. import data
    from ..training.feeding import feeds_of, signatures_of

    if not getattr(model, "compiled", False) or model._compiled.loss is None:
        _refuse(
            "target",
            "got one for a model that has no loss, expected a compiled model. Call "
            "model.compile(optimizer=..., loss=...) first.",
        )
    out = tuple(model.compute_output_shape((None, *x.shape[1:]))[1:])
    y = np.asarray(target)
    y = y[None] if y.ndim == 0 or (y.shape == out and y.shape != (1,)) else y
    if y.shape[0] != 1:
        _refuse(
            "target",
            f"got {shown(target)}, expected the target of one row, as for fit: "
            f"the shape {out} or a class index.",
        )
    batch = model._prepared(partial(data.for_batch, "draw"), x, y)
    xs, ys, weights = signatures_of(batch, model._expectation())
    return [s for s in (*xs, *ys, *weights) if s is not None], feeds_of(batch)


def _run(model, layers, signatures, arrays) -> Steps:
    from ..program import Program, run, trace_function

    traced = trace_function(partial(_traced, model, layers), signatures, training=False)
    program = Program(traced.inputs, traced.outputs, {}, traced.structure)  # updates no variables
    values = [
        np.asarray(a, s.dtype, order="C") for a, s in zip(arrays, program.inputs, strict=True)
    ]
    loss, stages = program.rebuild(run(program, values))
    results = tuple(
        Stage(**{k: _without_batch(k, v) for k, v in stage.items()}) for stage in stages
    )
    if loss is None:
        return Steps(results)
    return Steps(results, float(loss), np.asarray(arrays[1]).reshape(-1))


def _without_batch(name: str, value):
    return value if value is None or name in ("products", "kernel_gradient") else value.reshape(-1)


def _traced(model, layers, x, y=None):
    """Record one pass, and gradients if there is a target; return ``(loss, stages)``."""
    from ..program import current_trace

    trace = current_trace()
    prediction = model(x, training=False)
    losses = list(trace.losses)
    stages, value = [], x
    for layer in layers:
        stage = _record_layer(layer, value)
        value = stage["outputs"]
        stages.append(stage)
    if value is not prediction:
        _refuse(
            "model",
            f"got {model.name!r}, which does more than call its layers in sequence; "
            "expected a chain of layers.",
        )
    trace.losses[:] = losses  # drop losses of layers that were recorded twice
    if y is None:
        return None, stages
    total = model._plans.objective([y], [prediction], [None])
    _add_gradients(total, layers, stages)
    return total, stages


def _record_layer(layer, value) -> dict:
    """Record one layer; return its symbols by field of `Stage`."""
    from .. import ops
    from ..layers import Dense

    out = layer(value, training=False)
    if not isinstance(layer, Dense):
        if getattr(layer, "kernel", None) is not None:
            _refuse(
                "sample",
                f"got a model whose layer {layer.name!r} is {type(layer).__name__}, "
                "whose products are not shown one by one, expected Dense.",
            )
        return {"inputs": value, "outputs": out}
    if value.ndim != 2:
        _refuse(
            "sample",
            f"got a model whose layer {layer.name!r} works along the last of several "
            "axes, expected layers on rows of numbers. Put Flatten() before it.",
        )
    value = ops.cast(value, layer.compute_dtype)
    weighted = ops.matmul(value, layer.kernel)
    sums = weighted if layer.bias is None else weighted + layer.bias
    if layer.activation(sums) is not out:
        _refuse(
            "model",
            f"got a layer {layer.name!r} with its own computation, expected an unmodified Dense.",
        )
    products = ops.expand_dims(value[0], -1) * layer.kernel
    return {
        "inputs": value,
        "outputs": out,
        "products": products,
        "weighted": weighted,
        "sums": sums,
    }


def _add_gradients(total, layers, stages) -> None:
    """Record the gradients of the loss."""
    from ..program import as_symbol, gradients

    requests = []
    for layer, stage in zip(layers, stages, strict=True):
        if "sums" in stage:
            requests.append((stage, "sum_gradient", stage["sums"]))
            requests.append((stage, "kernel_gradient", as_symbol(layer.kernel)))
            if layer.bias is not None:
                requests.append((stage, "bias_gradient", as_symbol(layer.bias)))
    found = gradients(total, [symbol for *_, symbol in requests])
    for (stage, name, _), gradient in zip(requests, found, strict=True):
        stage[name] = gradient


def _one_row(sample, row: tuple) -> np.ndarray:
    from ..data import as_array
    from ..layers.input_spec import shapes_match

    x = as_array(sample, "draw.sample")
    x = x[None] if shapes_match(row, x.shape) else x
    if not shapes_match((1, *row), x.shape):
        several = shapes_match(row, x.shape[1:])
        _refuse(
            "sample",
            f"got {shown(x)}, expected one row: {row} or {(1, *row)}."
            + (f" These are {x.shape[0]} rows; give one of them, x[0]." if several else ""),
        )
    if not np.isfinite(x).all():
        _refuse("sample", "got values that are not finite, expected finite numbers.")
    return x


def find_neuron(network: Network, neuron: Any) -> tuple[int, int]:
    """Return ``(index of the layer, unit)`` of a neuron given by layer name or index."""
    if not isinstance(neuron, tuple | list) or len(neuron) != 2:
        _refuse(
            "neuron",
            f"got {shown(neuron)}, expected (layer, unit), such as (0, 2) or "
            f"({network.bricks[-1].name!r}, 0).",
        )
    layer, unit = neuron
    names = [b.name for b in network.bricks]
    index = names.index(layer) if layer in names else layer
    if (
        isinstance(index, bool)
        or not isinstance(index, int | np.integer)
        or not (-len(names) <= index < len(names))
    ):
        _refuse(
            "neuron",
            f"got the layer {shown(layer)}, expected an index below {len(names)} or "
            f"one of: {', '.join(names)}.",
        )
    brick: Brick = network.bricks[index]
    if not brick.dense:
        _refuse(
            "neuron",
            f"got the layer {brick.name!r}, which has no weights, expected one of: "
            f"{', '.join(b.name for b in network.bricks if b.dense)}.",
        )
    if (
        isinstance(unit, bool)
        or not isinstance(unit, int | np.integer)
        or not (0 <= unit < brick.outputs)
    ):
        _refuse(
            "neuron",
            f"got unit {shown(unit)} of {brick.name!r}, expected 0 to {brick.outputs - 1}.",
        )
    return int(index) % len(names), int(unit)


def _refuse(what: str, problem: str):
    raise ArgumentError(f"draw: {what}", problem)
