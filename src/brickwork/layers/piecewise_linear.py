"""`PiecewiseLinear`: ramps of the inputs beside the inputs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Self

import numpy as np

from .. import ops
from ..errors import ArgumentError, shown, whole_number
from ..fields import field
from ..program.dtypes import numpy_dtype, widened
from .column_indices import check_indices, indices
from .input_spec import InputSpec
from .layer import Layer, registry


def quantile_edges(values: np.ndarray, ramps: int) -> list[float]:
    """Return the edges of ramps between quantiles, without those that nearly meet.

    Args:
        values: ``(rows,)`` finite numbers.
        ramps: int, how many; fewer where quantiles are equal.

    Returns:
        Increasing floats; a single one for one value throughout.
    """
    found = np.unique(np.quantile(values, np.linspace(0, 1, ramps + 1)))
    apart = np.diff(found) > 1e-6 * max(float(np.abs(found).max()), 1e-30)
    return found[np.concatenate([[True], apart])].tolist()


def _edges(value: Any) -> tuple[tuple[float, ...], ...]:
    expected = "expected lists of at least two increasing finite numbers, one for each column."
    if isinstance(value, str | bytes) or not isinstance(value, Iterable):
        raise ValueError(f"got {shown(value)}, {expected}")
    found = []
    for own in value:
        numbers = np.asarray(own)
        if numbers.ndim != 1 or numbers.dtype.kind not in "iuf" or len(numbers) < 2:
            raise ValueError(f"got {shown(own)}, {expected}")
        if not np.isfinite(numbers).all() or (np.diff(numbers) <= 0).any():
            raise ValueError(f"got {shown(own)}, {expected}")
        found.append(tuple(map(float, numbers)))
    if not found:
        raise ValueError(f"got none, {expected}")
    return tuple(found)


@registry.add(in_keras=False)
class PiecewiseLinear(Layer):
    """Adds ramps of inputs to the inputs: for edges a < b < c of an input,
    ``clip((input - a) / (b - a), 0, 1)`` and ``clip((input - b) / (c - b), 0, 1)``.

    What a network adds up of ramps is linear between two edges and bends at each of them, so that
    it learns from them what changes at certain values of an input, as decision trees do. Gorishniy,
    Rubachev, Babenko, "On embeddings for numerical features in tabular deep learning",
    arXiv:2203.05556, section 3.2.

    Args:
        edges: for each column a list of increasing floats; `of_quantiles` finds them.
        columns: list of ints, the inputs that have ramps, such as those that are numbers and no
            categories; None (default): all.

    Shapes: ``(batch, ..., n)`` -> ``(batch, ..., n + ramps)``; a column has a ramp fewer than
    edges.

    Raises:
        ArgumentError (a ValueError): for edges that do not increase, and columns that the inputs do
            not have.

    >>> PiecewiseLinear([[0, 1, 3]], columns=[1])([[7.0, 2.0]]).tolist()
    [[7.0, 2.0, 1.0, 0.5]]
    """

    edges: Sequence[Sequence[float]] = field(convert=_edges)
    columns: Sequence[int] | None = field(default=None, convert=indices)

    @classmethod
    def of_quantiles(
        cls, x: Any, ramps: int = 8, columns: Sequence[int] | None = None, **kwargs: Any
    ) -> Self:
        """Return a layer whose edges are quantiles of data.

        Args:
            x: ``(rows, n)``.
            ramps: int >= 1, how many for each column; fewer where quantiles are equal.
            columns: list of ints; None (default): all. Of one value throughout there is no ramp.
            kwargs: other arguments of the layer.

        Returns:
            A `PiecewiseLinear`.

        Raises:
            ArgumentError (a ValueError): if every column has one value throughout, and for missing
                values.

        >>> PiecewiseLinear.of_quantiles([[0.0], [1.0], [2.0], [4.0]], ramps=2).edges
        ((0.0, 1.5, 4.0),)
        """
        what = "PiecewiseLinear.of_quantiles"
        x, ramps = np.asarray(x, np.float64), whole_number(ramps, f"{what}.ramps")
        if x.ndim != 2 or not len(x) or not np.isfinite(x).all():
            raise ArgumentError(
                what, f"got {shown(x)}, expected rows (rows, n) of numbers, none missing."
            )
        chosen = range(x.shape[1]) if columns is None else indices(columns) or ()
        check_indices(chosen, x.shape[1], f"{what}.columns")
        found = {index: quantile_edges(x[:, index], ramps) for index in chosen}
        known = {index: edges for index, edges in found.items() if len(edges) > 1}
        if not known:
            raise ArgumentError(what, "got columns of one value throughout.")
        return cls(list(known.values()), list(known), **kwargs)

    def setup(self) -> None:
        super().setup()
        self.supports_masking = True
        self.input_spec = InputSpec(min_ndim=2)
        if self.columns is not None and len(self.columns) != len(self.edges):
            raise ArgumentError(
                "PiecewiseLinear.columns",
                f"got {len(self.columns)}, expected {len(self.edges)}, as many as lists of edges.",
            )

    def build(self, input_shape: Any) -> None:
        """Check the columns."""
        inputs = input_shape[-1]
        if self.columns is None and inputs != len(self.edges):
            raise ArgumentError(
                "PiecewiseLinear.edges",
                f"got {len(self.edges)} lists, expected one for each of the {inputs} inputs.",
            )
        check_indices(self.columns, inputs, "PiecewiseLinear.columns")
        tiny = float(np.finfo(numpy_dtype(widened(self.compute_dtype))).tiny)
        if self.compute_dtype == "float16":
            tiny = 2.0**-14  # its own, though it is computed in float32
        closest = min(float(np.diff(own).min()) for own in self.edges)
        if closest < tiny:
            raise ArgumentError(
                "PiecewiseLinear.edges",
                f"two edges are {closest:g} apart, which {self.compute_dtype} cannot tell.",
            )

    def call(self, inputs: Any) -> Any:
        """Return the inputs and the ramps, side by side."""
        columns = range(len(self.edges)) if self.columns is None else self.columns
        counts = [len(own) - 1 for own in self.edges]
        places = np.repeat(list(columns), counts).tolist()
        low = np.concatenate([own[:-1] for own in self.edges]).astype(self.compute_dtype)
        width = np.concatenate([np.diff(own) for own in self.edges]).astype(self.compute_dtype)
        ramps = ops.clip((ops.take(inputs, places, axis=-1) - low) / width, 0.0, 1.0)
        return ops.concatenate([inputs, ramps], axis=-1)

    def compute_output_shape(self, input_shape: Any) -> Any:
        """``(batch, ..., n + ramps)``."""
        ramps = sum(len(own) - 1 for own in self.edges)
        return (*input_shape[:-1], input_shape[-1] + ramps)
