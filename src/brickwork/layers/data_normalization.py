"""`Normalization`: shifts and scales features to mean 0 and variance 1 of the data."""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import ops
from ..errors import ArgumentError, shown
from ..fields import field
from ..program.dtypes import epsilon
from .layer import SameShape, registry


def _axes(value: Any) -> tuple[int, ...]:
    axes = () if value is None else (value,) if not isinstance(value, list | tuple) else value
    return tuple(field(kind="int").accept("Normalization", "axis", axis) for axis in axes)


def _statistic(value):
    if value is None:
        return None
    array = np.asarray(value)
    if array.dtype.kind not in "biuf":
        raise ValueError(f"got {shown(value)}, expected a number, an array of numbers, or None.")
    return array.tolist()


class NormalizationArguments(SameShape):
    """The arguments of `Normalization`; its attributes `mean` and `variance` differ from them."""

    _given_names = (*SameShape._given_names, "mean", "variance")
    axis: tuple | Any = field(default=-1, convert=_axes)
    mean: Any = field(default=None, convert=_statistic)
    variance: Any = field(default=None, convert=_statistic)
    invert: bool = field(default=False, kind="bool")


@registry.add
class Normalization(NormalizationArguments):
    """``(inputs - mean) / sqrt(variance)``, with the mean and variance of data seen by `adapt`.

    Args:
        axis: axis or axes of the features, each of which has a mean; None for one mean of all
            values. Default -1.
        mean: float or array, the mean if it is known; default None: computed by `adapt`.
        variance: float or array, the variance; to be given together with `mean`.
        invert: whether to apply the inverse, ``inputs * sqrt(variance) + mean``; default False.

    Shapes: any -> the same.

    >>> layer = Normalization()
    >>> layer.adapt([[1.0, 10.0], [3.0, 30.0]])
    >>> layer([[3.0, 10.0]])
    array([[ 1., -1.]], dtype=float32)
    """

    def setup(self) -> None:
        super().setup()
        self.input_mean, self.input_variance = (self._given[name] for name in ("mean", "variance"))
        shapes = [np.shape(self.input_mean), np.shape(self.input_variance)]
        if (
            (self.input_mean is None) != (self.input_variance is None)
            or shapes[0] != shapes[1]
            or (len(shapes[0]) > len(self.axis))
        ):
            raise ArgumentError(
                "Normalization.mean",
                f"got mean={shown(self.input_mean)} and "
                f"variance={shown(self.input_variance)}, expected both or none, of "
                f"one shape, with at most {len(self.axis)} axes.",
            )

    def build(self, input_shape: Any) -> None:
        """Create the statistics as weights that are not trained, unless they were given."""
        rank = len(input_shape)
        if any(not -rank <= axis < rank or input_shape[axis] is None for axis in self.axis):
            raise ArgumentError(
                f"{self.name} (Normalization).axis",
                f"got {self.axis} for inputs "
                f"of shape {input_shape}, expected axes of known extent.",
            )
        self._kept = tuple(sorted(axis % rank for axis in self.axis))
        self._others = tuple(axis for axis in range(rank) if axis not in self._kept)
        if self.input_mean is None:
            shape = tuple(input_shape[axis] for axis in self._kept)
            self.adapt_mean, self.adapt_variance, self.count = (
                self.add_weight(of, first, kind, trainable=False, name=name)
                for of, first, kind, name in (
                    (shape, "zeros", None, "mean"),
                    (shape, "ones", None, "variance"),
                    ((), "zeros", "int32", "count"),
                )
            )

    @property  # type: ignore[misc]  # a field
    def mean(self) -> Any:
        """The mean of each feature; None before the layer is built."""
        return self._for_each("mean")

    @property  # type: ignore[misc]  # a field
    def variance(self) -> Any:
        """The variance of each feature; None before the layer is built."""
        return self._for_each("variance")

    def _for_each(self, name: str) -> Any:
        """A statistic of each feature, also where one was given for all of them."""
        if not self.built or self._given[name] is None:
            return self._known(name) if self.built else None
        axes = range(len(self._kept) + len(self._others))
        whole = [self._built_shape[axis] if axis in self._kept else 1 for axis in axes]
        return ops.broadcast_to(self._known(name), whole)

    def _known(self, name: str) -> Any:
        """A statistic as it is known, in a shape that broadcasts to the inputs'."""
        value = self._given[name]
        value = (
            getattr(self, f"adapt_{name}").value
            if value is None
            else np.asarray(value, self.compute_dtype)
        )
        # Given statistics may cover only the last of the kept axes.
        extents = list(value.shape)
        shape = [1] * (len(self._kept) + len(self._others))
        for axis in reversed(self._kept):
            shape[axis] = extents.pop() if extents else 1
        return ops.reshape(value, shape)

    def adapt(self, data: Any) -> None:
        """Compute mean and variance of the data.

        Args:
            data: array or table of numbers, ``(rows, ...)``, or an iterable of such batches.

        Raises:
            TypeError: for data that are not numeric.
            ValueError: for NaN and inf, for data of another shape than the layer's, for no rows,
                and if `mean` and `variance` were given.
        """
        if self.input_mean is not None:
            raise ValueError(
                f"{self.name}.adapt: got data for a layer that was given its mean, "
                "expected one without."
            )
        from ..data.adapt_data import data_to_adapt

        count, mean, variance = 0, 0.0, 0.0
        for batch in _batches(data):
            rows = data_to_adapt(
                batch[0] if isinstance(batch, tuple) else batch, f"{self.name}.adapt"
            )
            if not self.axis and len(getattr(batch, "shape", ())) == 1:  # a column as it was
                rows = rows.reshape(-1)
            if not rows.size:
                continue
            if not self.built:
                self.build((None, *rows.shape[1:]))
            kept = [axis for axis in self._kept if axis < rows.ndim]
            extents = tuple(rows.shape[axis] for axis in kept)
            if rows.ndim != len(self._kept) + len(self._others) or (
                extents != self.adapt_mean.shape
            ):
                raise ArgumentError(
                    f"{self.name}.adapt",
                    f"got data of shape {rows.shape}, expected it as in {self.input_shape}.",
                )
            rows = rows.astype(np.float64)
            number = rows.size // int(np.prod(extents))
            own_mean, own_variance = rows.mean(self._others), rows.var(self._others)
            # Chan, Golub and LeVeque, 1979: mean and variance of two sets as one.
            count, share = count + number, number / (count + number)
            apart = own_mean - mean
            mean = mean + share * apart
            variance = (
                (1 - share) * variance
                + share * own_variance
                + (share * (1 - share) * apart * apart)
            )
        if not count:
            raise ArgumentError(f"{self.name}.adapt", "got no rows, expected at least one.")
        self.adapt_mean.assign(mean)
        self.adapt_variance.assign(variance)

    def call(self, inputs: Any) -> Any:
        """See the class."""
        inputs = ops.cast(inputs, self.compute_dtype)
        mean, variance = self._known("mean"), self._known("variance")
        deviation = ops.maximum(ops.sqrt(variance), epsilon())
        return mean + inputs * deviation if self.invert else (inputs - mean) / deviation

    def get_config(self) -> dict[str, Any]:
        """Return the arguments; the statistics of `adapt` are weights."""
        return {**super().get_config(), "mean": self.input_mean, "variance": self.input_variance}


def _batches(data):
    """The batches of the data: an array or a table is one batch; else each item is one."""
    if hasattr(data, "__array__"):
        return [data]
    batches = isinstance(data, list) and any(
        hasattr(item[0] if isinstance(item, tuple) and item else item, "shape") for item in data
    )
    return [np.asarray(data)] if isinstance(data, list | tuple) and not batches else data
