"""`Embedding`: trained vectors for integer ids."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from .. import constraints, initializers, ops, regularizers
from ..dtype_policies import float_dtype
from ..errors import ArgumentError, shown
from ..fields import field
from .layer import registry
from .lora import Adaptable, no_quantization


class IdError(ArgumentError, IndexError):
    """An id outside of an embedding's table."""


def _first_values(value):
    """The array given as ``weights=``; old Keras took a list of one."""
    if isinstance(value, list | tuple) and len(value) == 1:
        value = value[0]
    if value is not None and np.ndim(value) != 2:
        raise ValueError(f"got {shown(value)}, expected an array (input_dim, output_dim).")
    return value


@registry.add
class Embedding(Adaptable):
    """Maps integer ids to trained vectors.

    Args:
        input_dim: int >= 1, number of ids: they are 0 ... input_dim - 1.
        output_dim: int >= 1, length of the vectors.
        embeddings_initializer: initial values of the table, shape ``(input_dim, output_dim)``;
            default "uniform".
        embeddings_regularizer: penalty on the table, added to the loss; default None.
        embeddings_constraint: projection of the table after each update; default None.
        mask_zero: whether id 0 is padding, to be masked; default False.
        weights: array ``(input_dim, output_dim)``, initial values in place of the initializer's;
            default None.
        lora_rank: int >= 1; the table is frozen, and a product of matrices of this rank is
            trained and added to it (Hu et al., arXiv:2106.09685). Default None: no LoRA.
        lora_alpha: float, the product is scaled by ``lora_alpha / lora_rank``; None (default) is
            `lora_rank`.
        quantization_config: None; quantized weights are not supported.

    Shapes: ids of any shape -> ``(*shape, output_dim)``.

    Raises:
        IdError (an IndexError): for ids outside of the table.
        ArgumentError (a ValueError): for ids that are not whole numbers.

    >>> Embedding(3, 2, embeddings_initializer="ones")([[0, 2]]).shape
    (1, 2, 2)
    >>> Embedding(3, 2)([[0, 3]])  # doctest: +IGNORE_EXCEPTION_DETAIL
    Traceback (most recent call last):
    brickwork.layers.embedding.IdError: embedding_1 (Embedding): got ids from 0 to 3, expected ...
    """

    adapted = "embeddings"
    field_order: ClassVar[tuple[str, ...]] = (
        "input_dim",
        "output_dim",
        "embeddings_initializer",
        "embeddings_regularizer",
        "embeddings_constraint",
        "mask_zero",
        "weights",
    )
    _given_names = ("input_shape", "batch_input_shape", "weights")
    autocast = False
    input_dim: int = field(kind="int", ge=1)
    output_dim: int = field(kind="int", ge=1)
    embeddings_initializer: Any = field(
        default="uniform", convert=initializers.get, kw_only=True, positional=True
    )
    embeddings_regularizer: Any = field(
        default=None, convert=regularizers.get, kw_only=True, positional=True
    )
    embeddings_constraint: Any = field(
        default=None, convert=constraints.get, kw_only=True, positional=True
    )
    mask_zero: bool = field(default=False, kind="bool", kw_only=True, positional=True)
    weights: Any = field(default=None, convert=_first_values, kw_only=True, positional=True)

    def setup(self) -> None:
        super().setup()
        self.supports_masking = self.mask_zero
        if self._given.get("weights") is not None:
            self.build()
            self.set_weights([self._given.pop("weights")])

    def build(self, input_shape: Any = None) -> None:
        """Create the table."""
        self._embeddings = self.add_weight(
            (self.input_dim, self.output_dim),
            self.embeddings_initializer,
            name="embeddings",
            regularizer=self.embeddings_regularizer,
            constraint=self.embeddings_constraint,
        )
        self.built = True
        if self.lora_rank:
            self.enable_lora(self.lora_rank, self.lora_alpha)

    @property
    def _ids(self) -> int:  # type: ignore[override]  # elsewhere an attribute
        """The number of ids."""
        return self.input_dim

    @property
    def embeddings(self) -> Any:
        """The table, shape ``(input_dim, output_dim)``; with LoRA, the sum of table and product."""
        return self.adapted_weight()

    def call(self, inputs: Any) -> Any:
        """See the class."""
        return ops.cast(ops.convert_to_tensor(self.embeddings)[_whole(inputs)], self.compute_dtype)

    def compute_mask(self, inputs: Any, previous_mask: Any = None) -> Any:
        """Return a mask of the ids that are not 0 with `mask_zero`, else None."""
        return ops.not_equal(inputs, 0) if self.mask_zero else None

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Return the ids' shape with the vectors' length appended."""
        return (*input_shape, self.output_dim)

    def _check_arrays(self, inputs: Any, **kwargs: Any) -> None:
        """Raise for ids outside of the table, before anything is computed."""
        ids = np.asarray(inputs)
        who, expected = f"{self.name} (Embedding)", f"ids from 0 to {self.input_dim - 1}"
        if ids.dtype.kind not in "biuf":
            raise ArgumentError(who, f"got {ids.dtype}, expected {expected}.")
        if not ids.size:
            return
        if ids.dtype.kind == "f" and (ids != np.floor(ids)).any():
            raise ArgumentError(who, f"got {ids.dtype} with fractions or NaN, expected {expected}.")
        low, high = ids.min(), ids.max()
        if low < 0 or high >= self.input_dim:
            remedy = f"Set input_dim={int(high) + 1}, or renumber" if low >= 0 else "Renumber"
            raise IdError(
                who,
                f"got ids from {low:g} to {high:g}, expected {expected}. {remedy} the ids from 0.",
            )


def _whole(inputs):
    """Ids as integers; floats are cast."""
    return inputs if inputs.dtype in ("int32", "int64") else ops.cast(inputs, "int32")


@registry.add
class ReversibleEmbedding(Embedding):
    """An embedding with a reverse projection: ``layer(vectors, reverse=True)`` returns logits.

    Args:
        input_dim, output_dim, embeddings_initializer, embeddings_regularizer,
            embeddings_constraint, mask_zero, weights: as for `Embedding`.
        tie_weights: whether the reverse projection uses the transposed table; False gives it a
            matrix of its own. Default True.
        reverse_dtype: float dtype of the reverse projection; None (default) is
            the layer's.
        logit_soft_cap: float > 0, limits logits to (-cap, cap) by ``cap * tanh(x / cap)``; None
            (default) for no limit.
        lora_rank, lora_alpha, quantization_config: as for `Embedding`.

    Shapes: ids of any shape -> ``(*shape, output_dim)``; in reverse ``(..., output_dim)`` ->
    ``(..., input_dim)``.

    >>> layer = ReversibleEmbedding(3, 2)
    >>> layer(layer([[0, 2]]), reverse=True).shape
    (1, 2, 3)
    """

    field_order = (
        "input_dim",
        "output_dim",
        "tie_weights",
        "embeddings_initializer",
        "embeddings_regularizer",
        "embeddings_constraint",
        "mask_zero",
        "reverse_dtype",
        "logit_soft_cap",
    )
    tie_weights: bool = field(default=True, kind="bool", kw_only=True, positional=True)
    reverse_dtype: str | None = field(
        default=None,
        convert=float_dtype,
        kw_only=True,
        positional=True,
    )
    logit_soft_cap: float | None = field(
        default=None, kind="float", gt=0, kw_only=True, positional=True
    )
    weights: Any = field(default=None, convert=_first_values, kw_only=True)
    lora_rank: int | None = field(default=None, kind="int", ge=1, kw_only=True)
    lora_alpha: float | None = field(default=None, kind="float", kw_only=True)
    quantization_config: None = field(default=None, convert=no_quantization, kw_only=True)

    def build(self, input_shape: Any = None) -> None:
        """Create the table, and without `tie_weights` the matrix of the reverse projection."""
        super().build(input_shape)
        if not self.tie_weights:
            self.reverse_embeddings = self.add_weight(
                (self.output_dim, self.input_dim),
                self.embeddings_initializer,
                name="reverse_embeddings",
            )

    def call(self, inputs: Any, reverse: bool = False) -> Any:
        """See the class."""
        if not reverse:
            vectors = super().call(inputs)
            vectors.mask = super().compute_mask(inputs, None)
            return vectors
        table = ops.transpose(self.embeddings) if self.tie_weights else self.reverse_embeddings
        kind = self.reverse_dtype or self.compute_dtype
        scores = ops.matmul(ops.cast(inputs, kind), ops.cast(table, kind))
        cap = self.logit_soft_cap
        return scores if cap is None else cap * ops.tanh(scores / cap)

    def compute_mask(self, inputs: Any, previous_mask: Any = None) -> Any:
        """Return None: `call` sets the mask of the vectors, and logits have no mask."""
        return None

    def _check_arrays(self, inputs: Any, reverse: Any = False, **kwargs: Any) -> None:
        """Raise for ids outside of the table, before anything is computed."""
        if not reverse:
            super()._check_arrays(inputs)

    def compute_output_shape(self, input_shape: Any, reverse: bool = False) -> Any:
        """Return the shape of the vectors, or in reverse that of the logits."""
        return (
            (*input_shape[:-1], self.input_dim)
            if reverse
            else super().compute_output_shape(input_shape)
        )
