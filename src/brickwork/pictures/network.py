"""Immutable data of a model from which pictures are drawn.

`read` returns the `Network` of a model or of a single layer. Scenes, buildings and renderers use
only this, so a picture does not change during later training.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from math import prod

import numpy as np

from ..errors import ArgumentError


@dataclass(frozen=True, eq=False)
class Brick:
    """One layer.

    Attributes:
        name, kind: the layer's name and the name of its class.
        inputs, outputs: numbers of sockets and studs: the sizes of input and output for one
            sample (for a Dense layer, of the last axis).
        dense: whether every input is connected to every output by a weight.
        kernel: the weights, shape ``(inputs, outputs)``; None if not built.
        bias: the biases, shape ``(outputs,)``; None if not built.
        biased: whether the layer has a bias.
        activation: name of the activation; "linear" for none.
        sources: indices of the bricks it gets its inputs from; empty for the model's inputs.
        note: additional text, such as a dropout rate.
        non_finite: number of weights and biases that are not finite.
        parameters: the parameter count; None if not built.
        reused: whether an earlier brick is the same layer: they share their weights.
    """

    name: str
    kind: str
    inputs: int
    outputs: int
    dense: bool = False
    kernel: np.ndarray | None = None
    bias: np.ndarray | None = None
    biased: bool = False
    activation: str = "linear"
    sources: tuple[int, ...] = ()
    note: str = ""
    non_finite: int = 0
    parameters: int | None = None
    reused: bool = False

    @property
    def counted(self) -> int | None:
        """Its parameter count; for a layer that is not built, the future count if it is known."""
        if self.parameters is None and self.dense:
            return self.synapses + self.outputs * self.biased
        return self.parameters

    @property
    def synapses(self) -> int:
        """The number of weights between inputs and outputs, without biases."""
        return self.inputs * self.outputs if self.dense else 0

    @cached_property
    def strength(self) -> np.ndarray | None:
        """The weights relative to the layer's scale, from -1 to 1.

        The scale is the 98th percentile of their magnitudes, so that an outlier does not make
        all others look weak.
        """
        if self.kernel is None:
            return None
        magnitudes = np.abs(self.kernel)
        scale = (
            float(np.percentile(magnitudes[np.isfinite(magnitudes)], 98))
            if np.isfinite(magnitudes).any()
            else 0.0
        )
        return np.clip(self.kernel / (scale or 1.0), -1, 1)

    def influence(self, groups: list[tuple[int, int]]) -> np.ndarray | None:
        """Return how strongly groups of inputs are connected to the outputs.

        This is the root mean square of their weights, relative to the layer's. It is NaN if a
        weight is not finite.

        Args:
            groups: ranges of inputs ``(first, last + 1)``.
        """
        if self.kernel is None:
            return None
        squares = np.einsum("ij,ij->i", self.kernel, self.kernel) / self.outputs
        finite = squares[np.isfinite(squares)]
        mean = float(finite.mean()) if finite.size else 1.0
        means = np.array([squares[a:b].mean() for a, b in groups]) / (mean or 1.0)
        return np.sqrt(np.where(np.isfinite(means), means, np.nan))


@dataclass(frozen=True, eq=False)
class Network:
    """A model: its bricks in the order of the data flow.

    Attributes:
        name: the model's name.
        bricks: its layers.
        columns: the names of its inputs, if it was trained on named columns.
    """

    name: str
    bricks: tuple[Brick, ...] = field(default=())
    columns: tuple[str, ...] = ()

    @property
    def chain(self) -> bool:
        """Whether the only source of each brick is the previous one."""
        return all(b.sources == ((i - 1,) if i else ()) for i, b in enumerate(self.bricks))

    @property
    def synapses(self) -> int:
        """The number of weights between inputs and outputs, of all layers."""
        return sum(brick.synapses for brick in self.bricks)


def read(model) -> Network:
    """Return a model, or a single layer, as plain data.

    A layer with a known input shape (``Dense(1, input_dim=3)``) need not be built: its weights
    are then unknown and drawn without strength.

    Raises:
        ArgumentError: for a model that is not a layer, or whose shapes are unknown.
    """
    if isinstance(model, Network):
        return model
    from ..layers.input_spec import leaves_of_shapes

    name = getattr(model, "name", type(model).__name__)
    calls = _layer_calls(model)
    if calls is not None:
        first: dict[int, int] = {}
        for k, call in enumerate(calls):
            first.setdefault(id(call.layer), k)
        return Network(
            name,
            tuple(
                _brick(
                    c.layer,
                    _combined_shape(c.before, c.after),
                    c.after,
                    c.sources,
                    first[id(c.layer)] < k,
                )
                for k, c in enumerate(calls)
            ),
            _columns(model),
        )
    bricks, shape = [], None
    for i, layer in enumerate(_layers_in_sequence(model)):
        before = _input_shape(layer, shape)
        shape = layer.compute_output_shape(before)
        after = leaves_of_shapes(shape)[0]
        joined = _combined_shape(tuple(leaves_of_shapes(before)), after)
        bricks.append(_brick(layer, joined, after, (i - 1,) if i else ()))
    return Network(name, tuple(bricks), _columns(model))


def _columns(model) -> tuple[str, ...]:
    """Return the column names that a model with one input was trained on."""
    named = [tuple(map(str, names)) for names in getattr(model, "_columns", {}).values() if names]
    return named[0] if len(named) == 1 else ()


def with_current_weights(network: Network, layers: list) -> Network:
    """Return the network with the current weights of its layers."""
    return replace(
        network,
        bricks=tuple(
            replace(brick, **_weights(layer, brick.dense))
            for brick, layer in zip(network.bricks, layers, strict=True)
        ),
    )


def _layer_calls(model):
    """Return the layer calls of a model that is not a plain sequence of layers.

    None for a plain sequence, and for a model whose calls cannot be read.
    """
    from ..models import Model, Sequential

    if (
        not isinstance(model, Model)
        or not model.built
        or (isinstance(model, Sequential) and all(map(_is_sequence, model.layers)))
    ):
        return None
    from .wiring import calls

    return calls(model) or None


def _is_sequence(layer) -> bool:
    from ..models import Model, Sequential

    if isinstance(layer, Sequential):
        return all(map(_is_sequence, layer.layers))
    return not isinstance(layer, Model)


def _combined_shape(before: tuple, after: tuple) -> tuple:
    """Return the combined shape of the inputs.

    Several inputs are side by side, unless all have the shape of the output (as in Add).
    """
    if len(before) == 1 or (len(set(before)) == 1 and before[0] == after):
        return before[0]
    return (None, sum(prod(_sizes(shape)) for shape in before))


def _sizes(shape) -> tuple[int, ...]:
    """Return the sizes of one sample; an axis of unknown size counts as 1."""
    return tuple(1 if d is None else d for d in shape[1:])


def layers_of(model) -> list:
    """Return the layers of the bricks that `read` returns, in the same order."""
    calls = _layer_calls(model)
    return _layers_in_sequence(model) if calls is None else [call.layer for call in calls]


def _layers_in_sequence(model) -> list:
    """Return the layers of a Sequential model, including nested ones; else the layer itself."""
    from ..layers import Layer
    from ..models import Sequential

    if not isinstance(model, Layer):
        raise ArgumentError(
            "draw: model", f"got {type(model).__name__}, expected a model or a layer."
        )
    if isinstance(model, Sequential):
        return [inner for layer in model.layers for inner in _layers_in_sequence(layer)]
    return [model]


def _input_shape(layer, shape) -> tuple:
    """Return the input shape of a layer: its own if known, else the given one."""
    before = layer._built_shape or layer._input_shape or shape
    if before is None:
        raise ArgumentError(
            "draw: model",
            f"got {layer.name!r}, whose input shape is unknown; "
            "expected a known input shape. Begin the model with "
            "Input(shape=(n,)), set input_dim=n in its first layer, or call "
            "build((None, n)).",
        )
    return before


def _brick(layer, before, after, sources, reused: bool = False) -> Brick:
    """Return a layer's brick, given its input and output shapes."""
    kernel = getattr(layer, "kernel", None) if layer.built else None
    dense = _is_dense(layer, kernel, (before[-1], after[-1]))
    along = (lambda s: s[-1]) if dense else (lambda s: prod(_sizes(s)))
    # The name of an op between layers has a counter that changes with each call.
    op = getattr(layer, "op", None)
    return Brick(
        op or layer.name,
        op or type(layer).__name__,
        int(along(before)),
        int(along(after)),
        dense,
        biased=bool(getattr(layer, "use_bias", False)),
        activation=_activation_name(layer),
        sources=sources,
        note=_note(layer),
        parameters=layer.count_params() if layer.built else None,
        reused=reused,
        **_weights(layer, dense),
    )


def _is_dense(layer, kernel, shape: tuple[int, int]) -> bool:
    """Return whether each input is connected to each output by one weight of the kernel.

    A layer with a kernel of this shape and further weights (a gate, say) is no such layer.
    """
    from ..layers import Dense, EinsumDense

    kind = type(layer)
    as_dense = kind.call in (Dense.call, EinsumDense.call)
    if kernel is None:
        return hasattr(kind, "kernel") and (
            as_dense or kind.build in (Dense.build, EinsumDense.build)
        )
    drawn = (kernel, getattr(layer, "bias", None))
    return tuple(kernel.shape) == shape and (
        as_dense or all(any(weight is one for one in drawn) for weight in layer.weights)
    )


def _weights(layer, dense: bool) -> dict:
    """Return the current weights of a layer."""
    if not layer.built:
        return {}
    kernel, bias = (
        None if v is None else np.array(v, dtype=float)
        for v in (getattr(layer, "kernel", None), getattr(layer, "bias", None))
    )
    non_finite = sum(
        v.size - int(np.count_nonzero(np.isfinite(v))) for v in (kernel, bias) if v is not None
    )
    return {
        "kernel": kernel if dense else None,
        "bias": bias if dense else None,
        "non_finite": non_finite,
    }


#: Layers that only apply a function.
_FUNCTIONS = {
    "ReLU": "relu",
    "LeakyReLU": "leaky_relu",
    "ELU": "elu",
    "PReLU": "prelu",
    "Softmax": "softmax",
}


def _activation_name(layer) -> str:
    """Return the name of a layer's activation."""
    activation = getattr(layer, "activation", None)
    if activation is None:
        return _FUNCTIONS.get(type(layer).__name__, "linear")
    if isinstance(activation, str):
        return activation
    return (
        getattr(activation, "__name__", None)
        or getattr(activation, "name", None)
        or type(activation).__name__
    )


def _note(layer) -> str:
    rate = getattr(layer, "rate", None)
    return f"{rate:g}" if isinstance(rate, float) else ""
