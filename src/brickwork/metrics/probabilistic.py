"""Probabilistic losses as metrics."""

from __future__ import annotations

from ..fields import field
from ..losses import crossentropy, probabilistic
from .metric import Function
from .metric_names import registry


@registry.add
class KLDivergence(Function):
    """`losses.kl_divergence`, averaged over all rows.

    Args:
        name, dtype: see `Metric`.

    >>> float(KLDivergence()([[0.5, 0.5]], [[0.5, 0.5]]))
    0.0
    """

    function = staticmethod(probabilistic.kl_divergence)
    name = "kl_divergence"


@registry.add
class Poisson(Function):
    """`losses.poisson`, averaged over all rows.

    Args:
        name, dtype: see `Metric`.

    >>> float(Poisson()([[0.0]], [[1.5]]))
    1.5
    """

    function = staticmethod(probabilistic.poisson)
    name = "poisson"


@registry.add(aliases=["bce", "BCE"])
class BinaryCrossentropy(Function):
    """`losses.binary_crossentropy`, averaged over all rows.

    Args:
        from_logits: whether the outputs are logits rather than probabilities.
        label_smoothing: float s from 0 to 1; the targets become ``t (1 - s) + s / 2``.
        name, dtype: see `Metric`.

    >>> float(BinaryCrossentropy()([[1.0]], [[0.5]]))
    0.6931471824645996
    """

    function = staticmethod(crossentropy.binary_crossentropy)
    arguments = ("from_logits", "label_smoothing")
    field_order = ("name", "dtype", "from_logits", "label_smoothing")
    name = "binary_crossentropy"
    from_logits: bool = field(default=False, kind="bool", kw_only=True, positional=True)
    label_smoothing: float = field(
        default=0, kind="float", ge=0, le=1, kw_only=True, positional=True
    )


@registry.add
class CategoricalCrossentropy(Function):
    """`losses.categorical_crossentropy`, averaged over all rows.

    Args:
        from_logits: whether the outputs are logits rather than probabilities.
        label_smoothing: float s from 0 to 1; the targets become ``t (1 - s) + s / classes``.
        axis: axis of the classes, int.
        name, dtype: see `Metric`.

    >>> float(CategoricalCrossentropy()([[0.0, 1.0]], [[0.5, 0.5]]))
    0.6931471824645996
    """

    function = staticmethod(crossentropy.categorical_crossentropy)
    arguments = ("from_logits", "label_smoothing", "axis")
    field_order = ("name", "dtype", "from_logits", "label_smoothing", "axis")
    name = "categorical_crossentropy"
    from_logits: bool = field(default=False, kind="bool", kw_only=True, positional=True)
    label_smoothing: float = field(
        default=0, kind="float", ge=0, le=1, kw_only=True, positional=True
    )
    axis: int = field(default=-1, kind="int", kw_only=True, positional=True)


@registry.add
class SparseCategoricalCrossentropy(Function):
    """`losses.sparse_categorical_crossentropy`, averaged over all rows.

    Args:
        from_logits: whether the outputs are logits rather than probabilities.
        ignore_class: class index whose rows count with loss 0, int; None for none.
        axis: axis of the classes, int.
        name, dtype: see `Metric`.

    >>> float(SparseCategoricalCrossentropy()([1], [[0.5, 0.5]]))
    0.6931471824645996
    """

    function = staticmethod(crossentropy.sparse_categorical_crossentropy)
    arguments = ("from_logits", "ignore_class", "axis")
    field_order = ("name", "dtype", "from_logits", "ignore_class", "axis")
    name = "sparse_categorical_crossentropy"
    from_logits: bool = field(default=False, kind="bool", kw_only=True, positional=True)
    ignore_class: int | None = field(default=None, kind="int", kw_only=True, positional=True)
    axis: int = field(default=-1, kind="int", kw_only=True, positional=True)
