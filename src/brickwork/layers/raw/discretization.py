"""`Discretization`: maps amounts to the indices of bins."""

from __future__ import annotations

from typing import Any, Self

import numpy as np

from ... import ops
from ...errors import ArgumentError, shown
from ...fields import field
from ..layer import Layer, registry
from .encoding import encoded_by_ops, encoded_shape, mode, no_sparse
from .host import batches


def _boundaries(value):
    if value is None:
        return None
    array = np.asarray(value)
    if (
        array.ndim != 1
        or array.dtype.kind not in "iuf"
        or not array.size
        or (not np.isfinite(array).all())
        or (np.diff(array) < 0).any()
    ):
        raise ValueError(f"got {shown(value)}, expected numbers in ascending order.")
    return [float(number) for number in array]


@registry.add
class Discretization(Layer):
    """Maps each amount to the index of its bin, from 0 to the number of boundaries.

    Args:
        bin_boundaries: list of floats in ascending order; bin i starts at boundary i - 1, which
            belongs to it. None (default) if `num_bins` is given.
        num_bins: int >= 1, number of bins that `adapt` makes, with about equally many amounts
            each. None (default) if `bin_boundaries` is given.
        epsilon: float, 0 < epsilon <= 1, error of `adapt`'s quantiles, as a fraction of the number
            of amounts; default 0.01.
        output_mode: "int" (default), or "one_hot", "multi_hot", "count" as for `CategoryEncoding`.
        sparse: False; sparse tensors are not supported.
        dtype: dtype of the output of modes other than "int"; default `floatx()`.
        name: str, name of the layer; by default the class's name with a number.

    Shapes: any -> the same for "int".

    >>> Discretization([0.0, 1.0, 2.0])([[-1.5, 1.0, 3.4, 0.5]])
    array([[0, 2, 3, 1]], dtype=int32)
    """

    field_order = (
        "bin_boundaries",
        "num_bins",
        "epsilon",
        "output_mode",
        "sparse",
        "dtype",
        "name",
    )
    bin_boundaries: Any = field(default=None, convert=_boundaries)
    num_bins: int | Any = field(default=None, kind="int", ge=1)
    epsilon: float = field(default=0.01, kind="float", gt=0, le=1)
    output_mode: str = field(default="int", convert=mode("int", "one_hot", "multi_hot", "count"))
    sparse: bool = field(default=False, convert=no_sparse)
    dtype: str | Any = field(
        default=None, convert=Layer.__fields__["dtype"].convert, kw_only=True, positional=True
    )
    name: str | Any = field(default=None, kind="str", kw_only=True, positional=True)

    def setup(self) -> None:
        super().setup()
        if (self.num_bins is None) == (self.bin_boundaries is None):
            raise ArgumentError(
                "Discretization.bin_boundaries",
                "got both or none of bin_boundaries and num_bins, expected one.",
            )
        self.summary = np.zeros((2, 0), "float32")

    def adapt(self, data: Any, steps: int | None = None) -> None:
        """Set the boundaries so that about equally many of the data are in each bin.

        Args:
            data: array, list or pandas column of numbers, or an iterable of such batches.
            steps: int, number of batches to use; None (default) for all.

        Raises:
            ArgumentError (a ValueError): if `bin_boundaries` were given, or there are no data.
        """
        if self.num_bins is None:
            raise ArgumentError(
                f"{self.name}.adapt",
                "got data for a layer with bin_boundaries, expected one with num_bins.",
            )
        self.reset_state()
        for batch in batches(data, steps):
            self.update_state(batch)
        if not self.summary.size:
            raise ArgumentError(f"{self.name}.adapt", "got no data, expected at least one number.")
        self.finalize_state()

    def update_state(self, data: Any) -> None:
        """Add a batch to the summary that `finalize_state` computes boundaries from.

        Args:
            data: array, list or pandas column of numbers, of any shape.
        """
        from ...data.adapt_data import data_to_adapt

        amounts = np.sort(data_to_adapt(data, f"{self.name}.adapt").astype("float32"), axis=None)
        step = max(amounts.size * self.epsilon, 1)
        chosen = amounts[int(step - 1) :: int(step)]
        own = np.stack([chosen, np.full_like(chosen, step)])
        both = np.concatenate([own, self.summary], axis=1)
        self.summary = _compressed(both[:, np.argsort(both[0])], self.epsilon)

    def finalize_state(self) -> None:
        """Compute the boundaries from the batches of `update_state`."""
        self.bin_boundaries = _compressed(self.summary, 1 / self.num_bins)[0, :-1].tolist()

    def reset_state(self) -> None:
        """Discard the batches of `update_state`."""
        self.summary = np.zeros((2, 0), "float32")

    def call(self, inputs: Any) -> Any:
        """See the class."""
        if self.bin_boundaries is None:
            raise ArgumentError(
                f"{self.name} (Discretization)",
                "got data before adapt, expected "
                "to be adapted first: layer.adapt(data). Or give bin_boundaries.",
            )
        float_dtype = inputs.dtype if inputs.dtype.startswith("float") else self.compute_dtype
        bounds = np.asarray(self.bin_boundaries, float_dtype)
        above = ops.expand_dims(ops.cast(inputs, float_dtype), -1) >= bounds
        indices = ops.sum(ops.cast(above, "int32"), axis=-1)
        return encoded_by_ops(indices, self.output_mode, len(bounds) + 1, self.output_dtype)

    @property
    def output_dtype(self) -> str:
        """The dtype of the output: "int32" for indices, else that of the layer."""
        return "int32" if self.output_mode == "int" else self.compute_dtype

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Return the inputs' shape for "int", else that of the encoding."""
        bounds = self.bin_boundaries
        depth = self.num_bins if bounds is None else len(bounds) + 1
        return encoded_shape(input_shape, self.output_mode, depth)

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Self:
        """The inverse of `get_config`, with the boundaries that `adapt` had computed."""
        bounds = config.get("bin_boundaries")
        if bounds is None or config.get("num_bins") is None:
            return cls(**config)
        layer = cls(**{**config, "bin_boundaries": None})
        layer.bin_boundaries = _boundaries(bounds)
        return layer


def _compressed(summary: np.ndarray, share: float) -> np.ndarray:
    """A summary (amounts, and how many each stands for) reduced to about ``1 / share`` columns.

    The quantiles are interpolated, as in Keras.
    """
    if summary.shape[1] * share < 1:
        return summary
    wanted = share + np.arange(0.0, 1.0, share)
    below = summary[1].cumsum()
    part = below / below[-1]
    counts = np.interp(wanted, part, below)
    return np.stack([np.interp(wanted, part, summary[0]), np.diff(counts, prepend=0.0)]).astype(
        "float32"
    )
