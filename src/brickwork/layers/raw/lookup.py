"""`StringLookup` and `IntegerLookup`: categories as the numbers of a vocabulary."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...data.texts import as_texts
from ...errors import ArgumentError
from ...fields import field
from ..layer import registry
from .fingerprints import buckets
from .host import array_of_integers
from .index_lookup import IndexLookup


@registry.add
class StringLookup(IndexLookup):
    """The number of each string in a vocabulary.

    Args:
        max_tokens: the greatest size of the vocabulary, special tokens included.
        num_oov_indices: how many numbers unknown strings share, by their hash; with 0 they are
            refused.
        mask_token: a string that gets the number 0 and in other outputs leaves no trace.
        oov_token: what unknown strings are called, and numbers become with `invert`.
        vocabulary: a list, or the path of a file; else `adapt` finds it.
        idf_weights: a weight for each entry of `vocabulary`, for "tf_idf".
        invert: numbers in, strings out.
        output_mode: "int"; "one_hot", "multi_hot" or "count" as in `CategoryEncoding`; or
            "tf_idf", counts times how rare a string is.
        pad_to_max_tokens: make rows of `max_tokens`, however large the vocabulary is.
        sparse: such tensors do not exist here.
        encoding: of what is given as bytes; only "utf-8".
        name: of the layer.
        salt: an integer or two, for another hash of unknown strings.

    Shapes: any -> the same for "int". Outputs are int64, or floats for the other modes.

    >>> layer = StringLookup()
    >>> layer.adapt([["a", "c", "d"], ["d", "z", "b"]])
    >>> layer.get_vocabulary()
    ['[UNK]', 'd', 'z', 'c', 'b', 'a']
    >>> layer([["a", "sea"]])
    array([[5, 0]])
    """

    field_order = ("max_tokens", "num_oov_indices", "mask_token", "oov_token", "vocabulary",
                   "idf_weights", "invert", "output_mode", "pad_to_max_tokens", "sparse",
                   "encoding", "name", "salt")
    oov_token: Any = field("[UNK]")
    encoding: str = field("utf-8", options=("utf-8",))
    oov_method: str = field("floormod", options=("floormod", "farmhash"), keyword=True)
    input_kind = "string"

    @property
    def input_dtype(self) -> str:
        """Strings, or integers with `invert`."""
        return "int64" if self.invert else "string"

    def _keys(self, data, what: str) -> np.ndarray:
        return as_texts(data, what)

    def _shown(self, token) -> str:
        return token.decode("utf-8", "replace")


@registry.add
class IntegerLookup(IndexLookup):
    """The number of each integer in a vocabulary.

    Args:
        vocabulary_dtype: "int64".
        oov_method: how unknown integers share `num_oov_indices` numbers: "floormod" by their
            remainder, "farmhash" by their hash.
        salt: an integer or two, for another hash with "farmhash".

    The others are those of `StringLookup`, with -1 as the `oov_token`.

    >>> layer = IntegerLookup(vocabulary=[12, 36, 1138, 42])
    >>> layer([[12, 1138, 42], [42, 1000, 36]])
    array([[1, 3, 4],
           [4, 0, 2]])
    """

    field_order = ("max_tokens", "num_oov_indices", "mask_token", "oov_token", "vocabulary",
                   "vocabulary_dtype", "idf_weights", "invert", "output_mode", "sparse",
                   "pad_to_max_tokens", "oov_method", "salt", "name")
    oov_token: Any = field(-1)
    vocabulary_dtype: str = field("int64", options=("int64",))
    input_kind = input_dtype = "int64"

    def setup(self) -> None:
        if self.salt is not None and self.oov_method != "farmhash":
            raise ArgumentError("IntegerLookup.salt", f"got a salt with oov_method="
                                f"{self.oov_method!r}, expected 'farmhash'.")
        super().setup()

    def _keys(self, data, what: str) -> np.ndarray:
        return array_of_integers(data, what)

    def _hashed(self, keys: list) -> np.ndarray:
        if self.oov_method == "floormod":
            return np.array(keys, np.int64) % self.num_oov_indices
        return buckets([b"%d" % key for key in keys], self.num_oov_indices, self.salt)
