"""`InputSpec`: what a layer requires of its inputs, and the error messages if it is not met."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NoReturn

from ..errors import ArgumentError
from ..tree import ordered_keys

if TYPE_CHECKING:
    from .layer import Layer


class InputSpec:
    """The rank, dtype and extents that an input must have; None means any.

    Args:
        dtype: str, the required dtype.
        shape: tuple, the required shape; None in it for any extent.
        ndim: int, the required number of axes.
        max_ndim: int, the largest number of axes.
        min_ndim: int, the smallest number of axes.
        axes: dict ``{axis: extent}``; negative axes count from the end.
        allow_last_axis_squeeze: whether a last axis of extent 1 may be missing, or be there;
            default False.
        name: str, name of the input; default None.
        optional: whether None may be passed; default False.

    >>> InputSpec(min_ndim=2, axes={-1: 4}).problem((None, 3), "float32")
    'expected 4 on axis -1'
    """

    def __init__(
        self,
        dtype: str | None = None,
        shape: Sequence[int | None] | None = None,
        ndim: int | None = None,
        max_ndim: int | None = None,
        min_ndim: int | None = None,
        axes: Mapping[int, int | None] | None = None,
        allow_last_axis_squeeze: bool = False,
        name: str | None = None,
        optional: bool = False,
    ):
        self.dtype = dtype
        self.shape = None if shape is None else tuple(shape)
        self.ndim = len(self.shape) if self.shape is not None else ndim
        self.max_ndim = max_ndim
        self.min_ndim = min_ndim
        self.axes = {int(axis): extent for axis, extent in (axes or {}).items()}
        self.allow_last_axis_squeeze = allow_last_axis_squeeze
        self.name = name
        self.optional = optional

    def problem(self, shape: tuple, dtype: str) -> str | None:
        """Return what is wrong with an input.

        Args:
            shape: tuple, shape of the input with the batch; None in it where unknown.
            dtype: str, dtype of the input.

        Returns:
            What was expected, as a part of an error message; None if the input fits.
        """
        rank = len(shape)
        if self.ndim is not None and rank != self.ndim and not self.allow_last_axis_squeeze:
            return f"expected {self.ndim} axes"
        if self.max_ndim is not None and rank > self.max_ndim:
            return f"expected at most {self.max_ndim} axes"
        if self.min_ndim is not None and rank < self.min_ndim:
            return f"expected at least {self.min_ndim} axes"
        if self.dtype is not None and dtype != self.dtype:
            return f"expected dtype {self.dtype}"
        for axis, extent in self.axes.items():
            if not -rank <= axis < rank or extent not in (None, shape[axis]):
                if not -rank <= axis < rank or shape[axis] is not None:
                    return f"expected {extent} on axis {axis}"
        if self.shape is not None and not shapes_match(
            self.shape, shape, self.allow_last_axis_squeeze
        ):
            return f"expected {self.shape}"
        return None

    def __repr__(self) -> str:
        required = {k: v for k, v in vars(self).items() if v not in (None, {}, False)}
        return f"InputSpec({', '.join(f'{k}={v!r}' for k, v in required.items())})"


def shapes_match(wanted: tuple, shape: tuple, squeeze: bool = False) -> bool:
    """Whether two shapes are equal wherever both are known."""
    if squeeze:
        wanted, shape = (s[:-1] if s[-1:] == (1,) else s for s in (wanted, shape))
    return len(wanted) == len(shape) and all(
        w is None or s is None or w == s for w, s in zip(wanted, shape, strict=True)
    )


def check_inputs(layer: Layer, shapes: list[Any], dtypes: list[Any]) -> None:
    """Raise an ArgumentError for inputs that do not fit the layer."""
    if layer._has_no_shape() and len(shapes) == 1:
        check_declared_shape(layer, layer._input_shape, shapes[0])
    declared: Any = layer.input_spec
    if not declared:
        return
    specs = list(declared) if isinstance(declared, list | tuple) else [declared]
    if len(specs) != len(shapes):
        raise ArgumentError(layer.name, f"got {len(shapes)} inputs, expected {len(specs)}.")
    for spec, shape, dtype in zip(specs, shapes, dtypes, strict=True):
        if spec is None or (shape is None and spec.optional):
            continue
        problem = spec.problem(shape, dtype)
        if problem:
            raise ArgumentError(
                f"{layer.name} ({type(layer).__name__})",
                f"got inputs of shape {shape}, {problem}. {_advice(layer, shape)}",
            )


def refuse_unknown(layer: Layer, got: str) -> NoReturn:
    """Raise for an unknown extent of the inputs, on which a weight would depend."""
    raise ArgumentError(
        f"{layer.name} ({type(layer).__name__})",
        f"got {got}, expected known extents. The length of rows may be None, the number of their "
        "features may not: Input((None, 16)). After a TextVectorization give "
        "output_sequence_length, or put an Embedding between.",
    )


def check_declared_shape(layer: Layer, declared: tuple | None, shape: tuple | None) -> None:
    """Raise for inputs of another shape than declared at construction (``input_dim=3``).

    Shapes are compared from their last axis on, as far as both reach and both are known: a layer
    that works along the last axis may declare that alone. Keras does not check this. So in a
    script with ``import keras`` it is a warning, and for a model from a file there is none.
    """
    pairs = list(zip(reversed(declared or ()), reversed(shape or ()), strict=False))
    if all(a == b or a is None or b is None for a, b in pairs):
        return
    from ..spelling import translation as spelling

    given, (wanted, came) = layer.__dict__.get("_given", {}), pairs[0]
    name = next((k for k in _REMEDIES if given.get(k) is not None), "Input")
    source = f"{name}={given[name]}" if name in given else f"its Input has {declared}"
    what = f"{layer.name} ({type(layer).__name__})"
    got = f"got inputs of shape {shape}, but {source}"
    if wanted == came:
        problem = (
            f"{got}. Leave {name} out: only a model's first layer needs it; or reshape what "
            "lies below."
        )
    else:
        remedy = _REMEDIES.get(name, "Begin it with Input(shape=({},))").format(came)
        problem = (
            f"{got}: {came:,} outputs do not fit {wanted:,} inputs. {remedy}; or give the "
            f"layer below {wanted:,} units. brickwork.pictures.misfit(lower, upper) draws "
            "it."
        )
    if name == "Input" or not spelling.is_tolerated(what, problem):
        raise ArgumentError(what, problem)


_ELSE = "or leave it out (only a model's first layer needs it)"
#: What to do about each argument that declares a layer's inputs; the first one given is used.
_REMEDIES = {
    "batch_input_shape": f"Let batch_input_shape end in {{}}, {_ELSE}",
    "input_shape": f"Let input_shape end in {{}}, {_ELSE}",
    "input_dim": f"Write input_dim={{}}, {_ELSE}",
}


def _advice(layer: Any, shape: Any) -> str:
    """What to do about inputs of this shape."""
    if len(shape) == 1:
        return (
            "The first axis counts the rows: for one row write x[None, :], for one feature "
            "x[:, None]."
        )
    if getattr(layer, "_built_shape", None) is not None:
        return (
            f"Its weights were made for inputs of shape {layer._built_shape}: give it such "
            "inputs, or make a new layer for these."
        )
    return "Reshape the inputs, or the layer before it."


def leaves_of_shapes(shapes: Any) -> list[tuple]:
    """The shapes in nested lists, tuples and dicts of shapes, in order."""
    if isinstance(shapes, dict):
        shapes = [shapes[key] for key in ordered_keys(shapes)]
    if all(d is None or isinstance(d, int) for d in shapes):
        return [tuple(shapes)]
    return [shape for part in shapes for shape in leaves_of_shapes(part)]
