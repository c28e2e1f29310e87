"""What a layer asks of its inputs, and the message where they do not meet it."""

from __future__ import annotations

from ..fields import ArgumentError


class InputSpec:
    """Rank, kind and extents that an input must have; None asks for nothing.

    Args:
        dtype: the kind of number.
        shape: the whole shape, None where any extent will do.
        ndim, max_ndim, min_ndim: the number of axes.
        axes: ``{axis: extent}``; negative axes count from the end.
        optional: whether None may come in its place.

    >>> InputSpec(min_ndim=2, axes={-1: 4}).problem((None, 3), "float32")
    'expected 4 on axis -1'
    """

    def __init__(self, dtype=None, shape=None, ndim=None, max_ndim=None, min_ndim=None, axes=None,
                 allow_last_axis_squeeze=False, name=None, optional=False):
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
        """What is wrong with an input, in words; None where nothing is."""
        rank = len(shape)
        if self.ndim is not None and rank != self.ndim and not self.allow_last_axis_squeeze:
            return f"expected {self.ndim} axes"
        if self.max_ndim is not None and rank > self.max_ndim:
            return f"expected at most {self.max_ndim} axes"
        if self.min_ndim is not None and rank < self.min_ndim:
            return f"expected at least {self.min_ndim} axes"
        if self.dtype is not None and dtype != self.dtype:
            return f"expected numbers of kind {self.dtype}"
        for axis, extent in self.axes.items():
            if not -rank <= axis < rank or extent not in (None, shape[axis]):
                if not -rank <= axis < rank or shape[axis] is not None:
                    return f"expected {extent} on axis {axis}"
        if self.shape is not None and not _alike(self.shape, shape, self.allow_last_axis_squeeze):
            return f"expected {self.shape}"
        return None

    def __repr__(self) -> str:
        asked = {k: v for k, v in vars(self).items() if v not in (None, {}, False)}
        return f"InputSpec({', '.join(f'{k}={v!r}' for k, v in asked.items())})"


def _alike(wanted: tuple, shape: tuple, squeeze: bool) -> bool:
    if squeeze:
        wanted, shape = (s[:-1] if s[-1:] == (1,) else s for s in (wanted, shape))
    return len(wanted) == len(shape) and all(
        w is None or s is None or w == s for w, s in zip(wanted, shape, strict=True))


def check_inputs(layer, shapes: list[tuple | None], dtypes: list[str | None]) -> None:
    """Refuse inputs that do not fit: *what, got, expected, do this*."""
    specs = layer.input_spec
    if not specs:
        return
    specs = list(specs) if isinstance(specs, list | tuple) else [specs]
    if len(specs) != len(shapes):
        raise ArgumentError(layer.name, f"got {len(shapes)} inputs, expected {len(specs)}.")
    for spec, shape, dtype in zip(specs, shapes, dtypes, strict=True):
        if spec is None or (shape is None and spec.optional):
            continue
        problem = spec.problem(shape, dtype)
        if problem:
            raise ArgumentError(f"{layer.name} ({type(layer).__name__})",
                                f"got inputs of shape {shape}, {problem}. {_advice(layer, shape)}")


def _advice(layer, shape) -> str:
    """What to do about it."""
    if len(shape) == 1:
        return ("The first axis counts the rows: for one row write x[None, :], for one feature "
                "x[:, None].")
    if getattr(layer, "_built_shape", None) is not None:
        return (f"Its weights were made for inputs of shape {layer._built_shape}: give it such "
                "inputs, or make a new layer for these.")
    return "Reshape the inputs, or the layer before it."
