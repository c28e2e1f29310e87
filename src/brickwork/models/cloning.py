"""`clone_model`: a copy of a model's layers and connections, with new weights."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from ..errors import ArgumentError
from ..layers.operation import Operation
from ..layers.tracking import distinct
from ..optimizers import LossScaleOptimizer
from ..program import Symbol
from ..training.compiled import each
from ..tree import flatten as leaves, is_nested, map_structure as mapped
from .functional import Functional
from .model import Model
from .sequential import Sequential

M = TypeVar("M", bound=Model)


def clone_model(
    model: M,
    input_tensors: Any = None,
    clone_function: Callable | None = None,
    call_function: Callable | None = None,
    recursive: bool = False,
    **kwargs: Any,
) -> M:
    """Return a copy of a model with new weights.

    Args:
        model: `Sequential` or functional model, or one of a custom class with a `get_config`.
        input_tensors: symbol or list of symbols that the copy starts from; None (default) makes
            inputs like the model's.
        clone_function: function ``layer -> layer`` that copies each layer but the inputs; None
            (default) makes it from the layer's config.
        call_function: function ``(layer, *args, **kwargs) -> output`` that calls each layer of a
            functional model; None (default) is ``layer(*args, **kwargs)``.
        recursive: whether `clone_function` is also applied to the layers of models inside the
            model; default False.
        kwargs: none are accepted.

    Returns:
        A model of the same class. It is compiled as the model was, with an optimizer and metrics
        of its own, unless it has other outputs, is of a custom class, or uses one without a config.

    Raises:
        ArgumentError (a ValueError): for an argument that the kind of model does not support.

    >>> from brickwork.layers import Dense
    >>> one = Sequential([Dense(2, input_dim=3)])
    >>> two = clone_model(one)
    >>> two.output_shape, two.layers[0] is one.layers[0]
    ((None, 2), False)
    """
    if kwargs:
        raise ArgumentError("clone_model", f"got an unknown argument {next(iter(kwargs))!r}.")

    def made(layer):
        if recursive and isinstance(layer, Sequential | Functional):
            return clone_model(layer, None, clone_function, call_function, True)
        if clone_function is None or isinstance(layer, Operation):
            return layer.__class__.from_config(layer.get_config())
        return clone_function(layer)

    if isinstance(model, Sequential):
        return compiled_like(model, _sequential(model, input_tensors, made))
    if isinstance(model, Functional):
        return compiled_like(model, _functional(model, input_tensors, made, call_function))
    if not isinstance(model, Model):
        raise ArgumentError("clone_model.model", f"got {type(model).__name__}, expected a model.")
    if input_tensors is not None or clone_function is not None:
        raise ArgumentError(
            "clone_model",
            f"got a {type(model).__name__}, whose layers only its "
            "own code knows; expected a Sequential or functional model for "
            "input_tensors and clone_function.",
        )
    return type(model).from_config(model.get_config())


def compiled_like(model: Model, clone: Model) -> Any:
    """The clone, compiled as the model is."""
    if not model.compiled or (model.built and clone.output_shape != model.output_shape):
        return clone
    arguments = model._compiled.arguments
    try:
        again = {name: each(_alike, value) for name, value in arguments.items()}
    except (TypeError, ValueError, KeyError, AttributeError, NotImplementedError):
        return clone  # a class of the user's without a config that fits
    clone.compile(
        **again,
        steps_per_execution=model.steps_per_execution,
        auto_scale_loss=isinstance(model.optimizer, LossScaleOptimizer),
    )
    return clone


def _alike(part: Any) -> Any:
    """An optimizer, loss or metric like another one, with state of its own."""
    return type(part).from_config(part.get_config()) if hasattr(part, "get_config") else part


def _sequential(model, input_tensors, made):
    if input_tensors is not None:
        only = leaves(input_tensors)
        if len(only) != 1 or not isinstance(only[0], Symbol):
            raise ArgumentError("clone_model.input_tensors", "expected the symbol of one input.")
        first = [only[0].history.layer]
    else:
        first = (
            []
            if model._first is None
            else [type(model._first).from_config(model._first.get_config())]
        )
    clones = {id(layer): made(layer) for layer in distinct(model.layers)}  # one may come twice
    clone = Sequential(
        [*first, *(clones[id(layer)] for layer in model.layers)],
        name=model.name,
        trainable=model.trainable,
    )
    if not clone.built and model.built:
        clone.build(model._built_shape)
    return clone


def _functional(model, input_tensors, made, call_function):
    graph = model._graph
    if input_tensors is None:
        symbols = [
            type(layer).from_config(layer.get_config()).symbol() for layer in graph.input_layers
        ]
    else:
        symbols = leaves(input_tensors)
        alike = is_nested(input_tensors) and is_nested(graph.inputs)
        if alike and isinstance(input_tensors, dict) != isinstance(graph.inputs, dict):
            raise ArgumentError(
                "clone_model.input_tensors",
                f"got a {type(input_tensors).__name__}, expected a "
                f"{type(graph.inputs).__name__}, as the model's inputs.",
            )
        if len(symbols) != len(graph.input_layers):
            raise ArgumentError(
                "clone_model.input_tensors",
                f"got {len(symbols)}, expected {len(graph.input_layers)}.",
            )
    clones = {id(layer): made(layer) for layer in graph.operations if not layer.is_input}

    owned = graph.owned_variables()

    def own(x):
        """A weight of the clone for one of the model, which an op between layers may be given."""
        if id(x) not in owned:
            return x
        layer, index = owned[id(x)]
        return clones[id(layer)].weights[index]

    def call(layer, args, kwargs):
        clone = clones[id(layer)]
        args, kwargs = mapped(own, (args, kwargs))
        return (
            clone(*args, **kwargs)
            if call_function is None
            else call_function(clone, *args, **kwargs)
        )

    inputs = mapped(lambda place: symbols[place.index], graph.inputs)
    known: dict = {}
    clone = Functional(
        inputs, graph.run(symbols, call, known), name=model.name, trainable=model.trainable
    )
    return clone.with_aside([known[place] for place in graph.aside()])
