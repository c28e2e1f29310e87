"""`Embedding`: numbers of things become vectors that are learned."""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import constraints, initializers, ops, regularizers
from ..errors import ArgumentError, shown
from ..fields import field
from .layer import float_kind, registry
from .lora import Adaptable, no_quantization


class IdError(ArgumentError, IndexError):
    """A number for which there is no vector."""


def _first_values(value):
    """The array of ``weights=``, of which older Keras took a list."""
    if isinstance(value, list | tuple) and len(value) == 1:
        value = value[0]
    if value is not None and np.ndim(value) != 2:
        raise ValueError(f"got {shown(value)}, expected an array (input_dim, output_dim).")
    return value


@registry.add
class Embedding(Adaptable):
    """The row of a table for each id.

    Args:
        input_dim: the number of ids, which are 0 ... input_dim - 1.
        output_dim: the length of the vectors.
        embeddings_initializer, embeddings_regularizer, embeddings_constraint: of the table.
        mask_zero: whether id 0 stands for "nothing", and is masked.
        weights: the first values of the table.
        lora_rank: freeze the table, and train instead a product of two narrow matrices that is
            added to it (Hu et al., arXiv:2106.09685).
        lora_alpha: that product is scaled by ``lora_alpha / lora_rank``; by default by 1.
        quantization_config: None; weights of fewer bits do not exist here.

    Shapes: ids of any shape -> ``(*shape, output_dim)``.

    Raises:
        IdError (an IndexError): for ids that are outside of the table; ArgumentError: for ids with
            fractions.

    >>> Embedding(3, 2, embeddings_initializer="ones")([[0, 2]]).shape
    (1, 2, 2)
    >>> Embedding(3, 2)([[0, 3]])  # doctest: +IGNORE_EXCEPTION_DETAIL
    Traceback (most recent call last):
    brickwork.layers.embedding.IdError: embedding_1 (Embedding): got ids from 0 to 3, expected ...
    """

    adapted = "embeddings"
    field_order = ("input_dim", "output_dim", "embeddings_initializer", "embeddings_regularizer",
                   "embeddings_constraint", "mask_zero", "weights")
    _given_names = ("input_shape", "batch_input_shape", "weights")
    autocast = False
    input_dim: int = field(kind="int", ge=1)
    output_dim: int = field(kind="int", ge=1)
    embeddings_initializer: Any = field("uniform", convert=initializers.get)
    embeddings_regularizer: Any = field(None, convert=regularizers.get)
    embeddings_constraint: Any = field(None, convert=constraints.get)
    mask_zero: bool = field(False, kind="bool")
    weights: Any = field(None, convert=_first_values)

    def setup(self) -> None:
        super().setup()
        self.supports_masking = self.mask_zero
        if self._given.get("weights") is not None:
            self.build()
            self.set_weights([self._given.pop("weights")])

    def build(self, input_shape=None) -> None:
        """Make the table."""
        self._embeddings = self.add_weight((self.input_dim, self.output_dim),
                                           self.embeddings_initializer, name="embeddings",
                                           regularizer=self.embeddings_regularizer,
                                           constraint=self.embeddings_constraint)
        self.built = True
        if self.lora_rank:
            self.enable_lora(self.lora_rank, self.lora_alpha)

    @property
    def _ids(self) -> int:
        """How many ids there are."""
        return self.input_dim

    @property
    def embeddings(self):
        """The table, ``(input_dim, output_dim)``; with LoRA, what it is in sum."""
        return self.adapted_weight()

    def call(self, inputs):
        """See the class."""
        return ops.convert_to_tensor(self.embeddings)[_whole(inputs)]

    def compute_mask(self, inputs, previous_mask):
        """Where the id is not 0, if that means "nothing"."""
        return ops.not_equal(inputs, 0) if self.mask_zero else None

    def compute_output_shape(self, input_shape):
        """The ids' shape, and the vectors' length."""
        return (*input_shape, self.output_dim)

    def _check_arrays(self, inputs, **kwargs) -> None:
        """Refuse ids that are outside of the table, before anything is computed."""
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
            more = f"Give it input_dim={int(high) + 1}, or number" if low >= 0 else "Number"
            raise IdError(who, f"got ids from {low:g} to {high:g}, expected {expected}. {more} the "
                          "things anew from 0.")


def _whole(inputs):
    """Ids as whole numbers, which floats may be."""
    return inputs if inputs.dtype in ("int32", "int64") else ops.cast(inputs, "int32")


@registry.add
class ReversibleEmbedding(Embedding):
    """An embedding that also goes back: ``layer(vectors, reverse=True)`` scores every id.

    Args:
        input_dim, output_dim, embeddings_initializer, embeddings_regularizer,
            embeddings_constraint, mask_zero: as of `Embedding`.
        tie_weights: whether the way back takes the same table, turned over; else it has its own.
        reverse_dtype: the kind of float of the way back, if it is another one.
        logit_soft_cap: scores are kept between its negative and it: ``cap * tanh(x / cap)``.

    Shapes: ids of any shape -> ``(*shape, output_dim)``; in reverse ``(..., output_dim)`` ->
    ``(..., input_dim)``.

    >>> layer = ReversibleEmbedding(3, 2)
    >>> layer(layer([[0, 2]]), reverse=True).shape
    (1, 2, 3)
    """

    field_order = ("input_dim", "output_dim", "tie_weights", "embeddings_initializer",
                   "embeddings_regularizer", "embeddings_constraint", "mask_zero", "reverse_dtype",
                   "logit_soft_cap")
    tie_weights: bool = field(True, kind="bool")
    reverse_dtype: str = field(None, convert=lambda value: None if value is None
                              else float_kind(value))
    logit_soft_cap: float = field(None, kind="float", gt=0)
    weights: Any = field(None, convert=_first_values, keyword=True)
    lora_rank: int | None = field(None, kind="int", ge=1, keyword=True)
    lora_alpha: float | None = field(None, kind="float", keyword=True)
    quantization_config: None = field(None, convert=no_quantization, keyword=True)

    def build(self, input_shape=None) -> None:
        """Make the table, and that of the way back if it is another one."""
        super().build(input_shape)
        if not self.tie_weights:
            self.reverse_embeddings = self.add_weight(
                (self.output_dim, self.input_dim), self.embeddings_initializer,
                name="reverse_embeddings")

    def call(self, inputs, reverse=False):
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

    def compute_mask(self, inputs, previous_mask):
        """None: `call` masks the vectors, and scores have no mask."""
        return None

    def _check_arrays(self, inputs, reverse=False, **kwargs) -> None:
        """Refuse ids that are outside of the table, before anything is computed."""
        if not reverse:
            super()._check_arrays(inputs)

    def compute_output_shape(self, input_shape, reverse=False):
        """The ids' shape and the vectors' length, or in reverse the number of ids in its place."""
        return ((*input_shape[:-1], self.input_dim) if reverse
                else super().compute_output_shape(input_shape))
