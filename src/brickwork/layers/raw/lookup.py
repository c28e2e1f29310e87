"""`StringLookup` and `IntegerLookup`: categories as indices of a vocabulary."""

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
    """Maps strings to their indices in a vocabulary.

    Args:
        max_tokens: int >= 2, largest size of the vocabulary, special tokens included; None
            (default) for no limit.
        num_oov_indices: int >= 0, number of indices for out-of-vocabulary strings, which share
            them by a hash; with 0 such strings raise an error. Default 1.
        mask_token: str, a string that gets index 0, and is ignored in modes other than "int";
            default None.
        oov_token: str, the out-of-vocabulary token in the vocabulary, and the string of unknown
            indices with `invert`; default "[UNK]".
        vocabulary: list or array of strings, or the path of a file with one a line; None
            (default): `adapt` makes it.
        idf_weights: list or array of floats, one for each entry of `vocabulary`, for "tf_idf".
        invert: whether to map indices to strings instead; default False.
        output_mode: "int" (default); "one_hot", "multi_hot" or "count" as for `CategoryEncoding`;
            or "tf_idf", counts times the inverse document frequency.
        pad_to_max_tokens: whether vectors have `max_tokens` elements, whatever the vocabulary's
            size; default False.
        sparse: False; sparse tensors are not supported.
        encoding: "utf-8", the encoding of bytes.
        name: str, name of the layer; by default the class's name with a number.
        salt: int or two ints, key of the hash of out-of-vocabulary strings; default None.
        oov_method: accepted as in Keras; strings are always hashed.

    Shapes: any -> the same for "int". The output is int64 for "int", else of dtype `floatx()`.

    >>> layer = StringLookup()
    >>> layer.adapt([["a", "c", "d"], ["d", "z", "b"]])
    >>> layer.get_vocabulary()
    ['[UNK]', 'd', 'z', 'c', 'b', 'a']
    >>> layer([["a", "sea"]])
    array([[5, 0]])
    """

    field_order = (
        "max_tokens",
        "num_oov_indices",
        "mask_token",
        "oov_token",
        "vocabulary",
        "idf_weights",
        "invert",
        "output_mode",
        "pad_to_max_tokens",
        "sparse",
        "encoding",
        "name",
        "salt",
    )
    oov_token: Any = field(default="[UNK]")
    encoding: str = field(default="utf-8", options=("utf-8",), kw_only=True, positional=True)
    oov_method: str = field(default="floormod", options=("floormod", "farmhash"), kw_only=True)
    input_kind = "string"

    @property
    def input_dtype(self) -> str:  # type: ignore[override]  # elsewhere an attribute
        """ "string", or "int64" with `invert`."""
        return "int64" if self.invert else "string"

    def _keys(self, data: Any, what: str) -> np.ndarray:
        return as_texts(data, what)

    def _readable(self, token: Any) -> str:
        return token.decode("utf-8", "replace")


@registry.add
class IntegerLookup(IndexLookup):
    """Maps integers to their indices in a vocabulary.

    Args:
        max_tokens, num_oov_indices, idf_weights, invert, output_mode, sparse, pad_to_max_tokens,
            name: as for `StringLookup`.
        mask_token: int, an integer that gets index 0, and is ignored in modes other than "int";
            default None.
        oov_token: int, the out-of-vocabulary token in the vocabulary, and the integer of unknown
            indices with `invert`; default -1.
        vocabulary: list or array of ints, or the path of a file with one a line; None (default):
            `adapt` makes it.
        vocabulary_dtype: "int64".
        oov_method: how out-of-vocabulary integers share `num_oov_indices` indices: "floormod"
            (default) by their remainder, "farmhash" by their hash.
        salt: int or two ints, key of the hash with "farmhash"; default None.

    Shapes: any -> the same for "int". The output is int64 for "int", else of dtype `floatx()`.

    >>> layer = IntegerLookup(vocabulary=[12, 36, 1138, 42])
    >>> layer([[12, 1138, 42], [42, 1000, 36]])
    array([[1, 3, 4],
           [4, 0, 2]])
    """

    field_order = (
        "max_tokens",
        "num_oov_indices",
        "mask_token",
        "oov_token",
        "vocabulary",
        "vocabulary_dtype",
        "idf_weights",
        "invert",
        "output_mode",
        "sparse",
        "pad_to_max_tokens",
        "oov_method",
        "salt",
        "name",
    )
    oov_token: Any = field(default=-1)
    vocabulary_dtype: str = field(
        default="int64", options=("int64",), kw_only=True, positional=True
    )
    input_kind = input_dtype = "int64"

    def setup(self) -> None:
        if self.salt is not None and self.oov_method != "farmhash":
            raise ArgumentError(
                "IntegerLookup.salt",
                f"got a salt with oov_method={self.oov_method!r}, expected 'farmhash'.",
            )
        super().setup()

    def _keys(self, data: Any, what: str) -> np.ndarray:
        return array_of_integers(data, what)

    def _hashed(self, keys: list) -> np.ndarray:
        if self.oov_method == "floormod":
            return np.array(keys, np.int64) % self.num_oov_indices
        return buckets([b"%d" % key for key in keys], self.num_oov_indices, self.salt)
