"""What a picture is made from: a model as plain data, read once and never changed.

`read` returns the `Network` of a model or of a single layer. Scenes, buildings and renderers know
only this, so a picture stays what it was when the training goes on.
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
        inputs, outputs: how many sockets and studs: numbers that come in and go out for one
            sample (for a layer that works along the last axis, that axis).
        dense: whether every input is joined to every output by a weight.
        kernel: the weights, ``(inputs, outputs)``, or None where there are none yet.
        bias: ``(outputs,)``, or None; `biased` tells whether there is one at all.
        activation: its name; "linear" where there is none.
        sources: the bricks that it stands on, by their index; none for what stands on the data.
        note: what else to say of it: a dropout's rate, for instance.
        broken: how many of its weights and biases are not finite.
        parameters: its parameter count; None while it is not built.
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
    broken: int = 0
    parameters: int | None = None
    reused: bool = False

    @property
    def counted(self) -> int | None:
        """Its parameter count: of a layer that is not built as it will be, if that is known."""
        if self.parameters is None and self.dense:
            return self.synapses + self.outputs * self.biased
        return self.parameters

    @property
    def synapses(self) -> int:
        """How many weights join its inputs to its outputs; the bias is not counted."""
        return self.inputs * self.outputs if self.dense else 0

    @cached_property
    def strength(self) -> np.ndarray | None:
        """The weights by their layer's own scale, from -1 to 1.

        The scale is the 98th percentile of their magnitudes, so that one outlier does not make
        all others look weak.
        """
        if self.kernel is None:
            return None
        magnitudes = np.abs(self.kernel)
        scale = float(np.percentile(magnitudes[np.isfinite(magnitudes)], 98)) if np.isfinite(
            magnitudes).any() else 0.0
        return np.clip(self.kernel / (scale or 1.0), -1, 1)

    def influence(self, groups: list[tuple[int, int]]) -> np.ndarray | None:
        """How strongly groups of inputs, each from one up to another, are joined to the outputs:
        the root of the mean square of their weights; 1 is the mean of the layer. NaN where a
        weight is not finite."""
        if self.kernel is None:
            return None
        squares = np.einsum("ij,ij->i", self.kernel, self.kernel) / self.outputs
        finite = squares[np.isfinite(squares)]
        mean = float(finite.mean()) if finite.size else 1.0
        means = np.array([squares[a:b].mean() for a, b in groups]) / (mean or 1.0)
        return np.sqrt(np.where(np.isfinite(means), means, np.nan))


@dataclass(frozen=True, eq=False)
class Network:
    """A model: its bricks in the order in which data passes through them.

    Attributes:
        name: the model's name.
        bricks: its layers.
        columns: the names of its inputs, where it was trained on columns with names.
    """

    name: str
    bricks: tuple[Brick, ...] = field(default=())
    columns: tuple[str, ...] = ()

    @property
    def chain(self) -> bool:
        """Whether each brick stands on the one before it, and on nothing else."""
        return all(b.sources == ((i - 1,) if i else ()) for i, b in enumerate(self.bricks))

    @property
    def synapses(self) -> int:
        """How many weights join inputs to outputs in all of it."""
        return sum(brick.synapses for brick in self.bricks)


def read(model) -> Network:
    """A model, or a layer by itself, as plain data.

    A layer that was told its inputs (``Dense(1, input_dim=3)``) need not be built: its weights
    are then not known, and drawn without a strength.

    Raises:
        ArgumentError: for what is no layer, or does not know its shapes yet.
    """
    if isinstance(model, Network):
        return model
    from ..models.functional import leaves_of_shapes

    name = getattr(model, "name", type(model).__name__)
    wired = _wired(model)
    if wired is not None:
        first: dict[int, int] = {}
        for k, call in enumerate(wired):
            first.setdefault(id(call.layer), k)
        return Network(name, tuple(
            _brick(c.layer, _whole(c.before, c.after), c.after, c.sources, first[id(c.layer)] < k)
            for k, c in enumerate(wired)), _columns(model))
    bricks, shape = [], None
    for i, layer in enumerate(_row(model)):
        before = _before(layer, shape)
        shape = layer.compute_output_shape(before)
        after = leaves_of_shapes(shape)[0]
        whole = _whole(tuple(leaves_of_shapes(before)), after)
        bricks.append(_brick(layer, whole, after, (i - 1,) if i else ()))
    return Network(name, tuple(bricks), _columns(model))


def _columns(model) -> tuple[str, ...]:
    """The names of the columns that a model of one input was trained on."""
    named = [tuple(map(str, names)) for names in getattr(model, "_columns", {}).values() if names]
    return named[0] if len(named) == 1 else ()


def renewed(network: Network, layers: list) -> Network:
    """The network with the weights that its layers have now."""
    return replace(network, bricks=tuple(
        replace(brick, **_weights(layer, brick.dense))
        for brick, layer in zip(network.bricks, layers, strict=True)))


def _wired(model):
    """The calls of a model that is more than a row of layers; None for such a row, and for what
    cannot be looked into."""
    from ..models import Model, Sequential

    if not isinstance(model, Model) or not model.built or (
            isinstance(model, Sequential) and all(map(_in_a_row, model.layers))):
        return None
    from .wiring import calls

    return calls(model) or None


def _in_a_row(layer) -> bool:
    from ..models import Model, Sequential

    if isinstance(layer, Sequential):
        return all(map(_in_a_row, layer.layers))
    return not isinstance(layer, Model)


def _whole(before: tuple, after: tuple) -> tuple:
    """The shape of all that comes in: several inputs lie side by side where they come out so, or
    where they differ; else they lie on one another."""
    if len(before) == 1 or (len(set(before)) == 1 and before[0] == after):
        return before[0]
    return (None, sum(prod(_sizes(shape)) for shape in before))


def _sizes(shape) -> tuple[int, ...]:
    """The extents of one sample; an axis of any extent counts as one."""
    return tuple(1 if d is None else d for d in shape[1:])


def layers_of(model) -> list:
    """The layers whose bricks `read` returns, in the same order."""
    wired = _wired(model)
    return _row(model) if wired is None else [call.layer for call in wired]


def _row(model) -> list:
    """The layers of a Sequential model, those of models inside it included; else the layer."""
    from ..layers import Layer
    from ..models import Sequential

    if not isinstance(model, Layer):
        raise ArgumentError("draw: model", f"got {type(model).__name__}, expected a model or a "
                            "layer.")
    if isinstance(model, Sequential):
        return [inner for layer in model.layers for inner in _row(layer)]
    return [model]


def _before(layer, shape) -> tuple:
    """The shape that a layer was built for or told of, or else that of what it stands on."""
    before = layer.input_shape if layer.built else layer._input_shape or shape
    if before is None:
        raise ArgumentError("draw: model", f"got {layer.name!r}, which does not know its inputs "
                            "yet; expected a layer that does. Begin the model with "
                            "Input(shape=(n,)), write input_dim=n in its first layer, or call "
                            "build((None, n)).")
    return before


def _brick(layer, before, after, sources, reused: bool = False) -> Brick:
    """A layer's brick, from the shapes of what comes in and of what goes out."""
    kernel = getattr(layer, "kernel", None) if layer.built else None
    dense = (hasattr(type(layer), "kernel") if kernel is None else
             tuple(kernel.shape) == (before[-1], after[-1]))
    along = (lambda s: s[-1]) if dense else (lambda s: prod(_sizes(s)))
    # An op between layers is counted anew whenever a model is called.
    op = getattr(layer, "op", None) if type(layer).__name__ == "Operation" else None
    return Brick(
        op or layer.name, op or type(layer).__name__, int(along(before)), int(along(after)), dense,
        biased=bool(getattr(layer, "use_bias", False)),
        activation=_function(layer), sources=sources, note=_note(layer),
        parameters=layer.count_params() if layer.built else None, reused=reused,
        **_weights(layer, dense))


def _weights(layer, dense: bool) -> dict:
    """The numbers of a layer as they are now."""
    if not layer.built:
        return {}
    kernel, bias = (None if v is None else np.array(v, dtype=float) for v in (
        getattr(layer, "kernel", None), getattr(layer, "bias", None)))
    broken = sum(v.size - np.count_nonzero(np.isfinite(v)) for v in (kernel, bias)
                 if v is not None)
    return {"kernel": kernel if dense else None, "bias": bias if dense else None,
            "broken": broken}


#: Layers that are a function and nothing else.
_FUNCTIONS = {"ReLU": "relu", "LeakyReLU": "leaky_relu", "ELU": "elu", "PReLU": "prelu",
              "Softmax": "softmax"}


def _function(layer) -> str:
    """The name of a layer's activation."""
    activation = getattr(layer, "activation", None)
    if activation is None:
        return _FUNCTIONS.get(type(layer).__name__, "linear")
    if isinstance(activation, str):
        return activation
    return getattr(activation, "__name__", None) or getattr(activation, "name", None) or type(
        activation).__name__


def _note(layer) -> str:
    rate = getattr(layer, "rate", None)
    return f"{rate:g}" if isinstance(rate, float) else ""
