"""`IndexLookup`, the base of both lookups: a vocabulary, given or made by `adapt`."""

from __future__ import annotations

from collections import Counter
from itertools import chain
from pathlib import Path
from typing import Any, ClassVar, Self, cast

import numpy as np

from ...errors import ArgumentError, shown
from ...fields import field
from ...program import floatx
from .encoding import encoded, encoded_shape, mode, no_sparse
from .fingerprints import buckets
from .hashing import convert_salt
from .host import HostLayer, array_of_integers, batches
from .tokens import arrays_of, tokens_in

MODES = ("int", "one_hot", "multi_hot", "count", "tf_idf")


def as_list(value: Any) -> Any:
    """Convert a field: the items of an array as a list; a path unchanged."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, dict):  # as a config holds an array
        value = value.get("config", {}).get("value")
    value = value.tolist() if hasattr(value, "tolist") else value
    if not isinstance(value, list | tuple):
        raise ValueError(
            f"got {shown(value)}, expected a list, an array, or the path of a file "
            "with one entry a line."
        )
    return list(value)


def from_plain(kind: Any, config: dict) -> Any:
    """Make a layer from a config, which may not name a file to read.

    The config does not hold the vocabulary that `adapt` made, but its size, which the shapes of a
    model depend on.
    """
    if isinstance(config.get("vocabulary"), str):
        raise ArgumentError(
            f"{kind.__name__}.vocabulary",
            "got the path of a file in a config, "
            "expected a list of tokens: a config is not allowed to read files.",
        )
    layer = kind(
        **{
            name: value
            for name, value in config.items()
            if name not in ("vocabulary_size", "has_input_vocabulary")
        }
    )
    if layer.output_mode != "int" and config.get("vocabulary") is None:
        layer.fix_vocabulary_size(config.get("vocabulary_size"))
    return layer


class LookupArguments(HostLayer):
    """The arguments of both lookups."""

    max_tokens: int | Any = field(default=None, kind="int", ge=2)
    num_oov_indices: int = field(default=1, kind="int", ge=0)
    mask_token: Any = field(default=None)
    oov_token: Any = field(default=None)
    vocabulary: Any = field(default=None, convert=as_list)
    idf_weights: Any = field(default=None, convert=as_list, kw_only=True, positional=True)
    invert: bool = field(default=False, kind="bool", kw_only=True, positional=True)
    output_mode: str = field(default="int", convert=mode(*MODES), kw_only=True, positional=True)
    pad_to_max_tokens: bool = field(default=False, kind="bool", kw_only=True, positional=True)
    sparse: bool = field(default=False, convert=no_sparse, kw_only=True, positional=True)
    oov_method: str = field(
        default="floormod", options=("floormod", "farmhash"), kw_only=True, positional=True
    )
    name: str | Any = field(default=None, kind="str", kw_only=True, positional=True)
    salt: Any = field(default=None, convert=convert_salt, kw_only=True, positional=True)


class IndexLookup(LookupArguments):
    """A map from tokens to indices, or back.

    Index 0 is the mask token, if there is one and the output is "int". The out-of-vocabulary
    indices follow, then the vocabulary: by descending frequency in the data of `adapt`, and for
    equal frequencies in descending order of the tokens.

    Attributes:
        tokens: the vocabulary without special tokens, UTF-8 bytes or integers; None before adapt.
    """

    def setup(self) -> None:
        super().setup()
        kind = type(self).__name__
        if self.pad_to_max_tokens and self.max_tokens is None:
            raise ArgumentError(
                f"{kind}.pad_to_max_tokens", "got True without max_tokens, expected both."
            )
        if self.invert and self.output_mode != "int":
            raise ArgumentError(
                f"{kind}.invert", f"got True with output_mode={self.output_mode!r}, expected 'int'."
            )
        for name in ("mask_token", "oov_token"):
            if getattr(self, name) is not None:
                self._key(getattr(self, name), f"{kind}.{name}")
        self.tokens: list | None = None
        self.weights_of_tokens: np.ndarray | None = None
        self._fixed_size: int | None = None
        self._fixed = self.vocabulary is not None
        self.reset_state()
        if self._fixed:
            self.set_vocabulary(self.vocabulary, self.idf_weights)
            if isinstance(self.vocabulary, str):
                self.vocabulary = self.get_vocabulary(include_special_tokens=False)
        elif self.idf_weights is not None:
            raise ArgumentError(
                f"{kind}.idf_weights", "got weights without a vocabulary, expected both."
            )

    # What a subclass defines

    #: "string" or "int64".
    input_kind: ClassVar[str]

    def _keys(self, data: Any, what: str) -> np.ndarray:
        """Tokens as they are stored."""
        raise NotImplementedError

    def _key(self, token: Any, what: str) -> Any:
        return self._keys([token], what).tolist()[0]

    # The vocabulary

    @property
    def output_dtype(self) -> str:
        """int64 for "int", the tokens' dtype with `invert`, else `floatx()`."""
        if self.output_mode == "int":
            return self.input_kind if self.invert else "int64"
        return floatx()

    @property
    def _first(self) -> int:
        """The index of the first token that is not special."""
        return self._first_oov + self.num_oov_indices

    @property
    def _first_oov(self) -> int:
        return int(self.mask_token is not None and self.output_mode == "int")

    def vocabulary_size(self) -> int:
        """Return the size of the vocabulary, special tokens included.

        Returns:
            An int.
        """
        return self._first + len(self.tokens or ())

    def get_vocabulary(self, include_special_tokens: bool = True) -> list:
        """Return the tokens in the order of their indices.

        Args:
            include_special_tokens: whether to include the mask token and the out-of-vocabulary
                tokens; default True.

        Returns:
            A list of str or int.
        """
        tokens = [self._readable(token) for token in self.tokens or ()]
        return self._special() + tokens if include_special_tokens else tokens

    def _special(self, most: int | None = None) -> list:
        """The special tokens, with at most `most` out-of-vocabulary tokens: a config may have any
        number of these."""
        unknown = self.num_oov_indices if most is None else min(self.num_oov_indices, most)
        return [self.mask_token] * self._first_oov + [self.oov_token] * unknown

    def _readable(self, token):
        return token

    def set_vocabulary(self, vocabulary: Any, idf_weights: Any = None) -> None:
        """Set the vocabulary, in place of `adapt`.

        Args:
            vocabulary: list or array of tokens, each once, in the order of their indices; or the
                path of a file with one token a line. It may begin with all special tokens.
            idf_weights: list or array of floats, one for each entry of `vocabulary`; for "tf_idf"
                only. Default None.

        Raises:
            ArgumentError (a ValueError): for no tokens, a token that occurs twice, more than
                `max_tokens`, or weights of another length.
        """
        what = f"{self.name}.set_vocabulary"
        if (self.output_mode == "tf_idf") != (idf_weights is not None):
            raise ArgumentError(
                what,
                f"got idf_weights={shown(idf_weights)} for output_mode="
                f"{self.output_mode!r}, expected weights for 'tf_idf' only.",
            )
        if isinstance(vocabulary, str | Path):
            lines = Path(vocabulary).read_text("utf-8").splitlines()
            vocabulary = lines if self.input_kind == "string" else list(map(int, lines))
        keys = self._keys(vocabulary, what)
        if keys.ndim != 1 or not keys.size:
            raise ArgumentError(
                what, f"got tokens of shape {keys.shape}, expected (tokens,), at least one."
            )
        keys = keys.tolist()
        begins = len(keys) >= self._first and keys[: self._first] == [
            None if token is None else self._key(token, what) for token in self._special()
        ]
        tokens = keys[self._first :] if begins else keys
        self._check_tokens(tokens, what)
        weights = None
        if idf_weights is not None:
            weights = np.asarray(idf_weights, floatx())
            if weights.shape != (len(keys),):
                raise ArgumentError(
                    f"{what}.idf_weights",
                    f"got weights of shape {weights.shape}, "
                    f"expected ({len(keys)},), one for each token.",
                )
            if not begins:
                weights = np.concatenate([np.full(self._first, weights.mean()), weights])
        self._take(tokens, weights)

    def _check_tokens(self, tokens: list, what: str) -> None:
        twice = [self._readable(token) for token, count in Counter(tokens).items() if count > 1]
        if twice:
            raise ArgumentError(what, f"got {shown(twice[0])} twice, expected each token once.")
        for name in ("mask_token", "oov_token"):
            token = getattr(self, name)
            reserved = token is not None and (name == "mask_token" or self.invert)
            if reserved and self._key(token, what) in tokens:
                raise ArgumentError(
                    what,
                    f"got the {name} {token!r} among the tokens, expected it "
                    "left out, or all special tokens at the beginning: "
                    f"{shown(self._special(most=3))}.",
                )
        if self.max_tokens is not None and self._first + len(tokens) > self.max_tokens:
            raise ArgumentError(
                what,
                f"got {len(tokens)} tokens, expected at most "
                f"{self.max_tokens - self._first}: max_tokens is {self.max_tokens},"
                f" {self._first} of them special.",
            )

    def _check_size(self, size: int) -> None:
        """Raise for a vocabulary of another size than the model of the layer was made for."""
        if self._fixed_size not in (None, size) and not self.pad_to_max_tokens:
            raise ArgumentError(
                f"{self.name} ({type(self).__name__})",
                f"got a vocabulary of "
                f"{size}, expected {self._fixed_size} as in the model that it "
                "is part of. Make a new layer, or use pad_to_max_tokens.",
            )

    def _take(self, tokens: list, weights: np.ndarray | None) -> None:
        self._check_size(self._first + len(tokens))
        self.tokens = tokens
        self._numbers = {token: i for i, token in enumerate(tokens, self._first)}
        if weights is not None and self.pad_to_max_tokens:
            weights = np.pad(weights, (0, self.max_tokens - len(weights)))
        self.weights_of_tokens = None if weights is None else weights.astype(floatx())

    # Adapting

    def adapt(self, data: Any, steps: int | None = None) -> None:
        """Make the vocabulary from data.

        Args:
            data: array, list or pandas column of tokens, or an iterable of such batches.
            steps: int, number of batches to use; None (default) for all.

        Raises:
            ArgumentError (a ValueError): if the vocabulary was given, or there are no tokens.
        """
        self.reset_state()
        for batch in batches(data, steps):
            rows = self._keys(batch, f"{self.name}.adapt")
            self.update_state(rows[:, None] if batch is data and rows.ndim == 1 else rows)
        self.finalize_state()

    def update_state(self, data: Any) -> None:
        """Count the tokens of a batch.

        Args:
            data: array of tokens; each row, or a whole vector, is one document for "tf_idf".
        """
        rows = self._keys(data, f"{self.name}.adapt")
        if rows.size:
            self.count_documents(rows.reshape(len(rows) if rows.ndim > 1 else 1, -1).tolist())

    def count_documents(self, documents: list[list]) -> None:
        """Count the tokens of documents.

        Args:
            documents: list of lists of tokens, as they are stored.

        Raises:
            ArgumentError (a ValueError): if the vocabulary was given.
        """
        if self._fixed:
            raise ArgumentError(
                f"{self.name}.adapt",
                "got data for a layer that was given its vocabulary, expected one without.",
            )
        self._counts.update(chain.from_iterable(documents))
        if self.output_mode == "tf_idf":
            self._documents += len(documents)
            for document in documents:
                self._within.update(set(document))

    def finalize_state(self) -> None:
        """Make the vocabulary of the counted tokens.

        Raises:
            ArgumentError (a ValueError): if no tokens were counted.
        """
        for token in (self.mask_token, self.oov_token):
            if token is not None:
                self._counts.pop(self._key(token, self.name), None)
        if not self._counts:
            raise ArgumentError(
                f"{self.name}.adapt", "got no tokens but special ones, expected at least one."
            )
        tokens = sorted(self._counts, key=lambda token: (self._counts[token], token), reverse=True)
        if self.max_tokens is not None:
            tokens = tokens[: self.max_tokens - self._first]
        weights = None
        if self.output_mode == "tf_idf":
            within = np.array([self._within[token] for token in tokens])
            own = np.log(1 + self._documents / (1 + within)).astype(floatx())
            weights = np.concatenate([np.full(self._first, own.mean(), own.dtype), own])
        self._take(tokens, weights)
        self.reset_state()

    def reset_state(self) -> None:
        """Discard the counts; the vocabulary is kept until another one is made."""
        self._counts: Counter = Counter()
        self._within: Counter = Counter()
        self._documents = 0

    # The lookup

    def call(self, inputs: Any) -> Any:
        """See the class."""
        self.need_tokens()
        if self.invert:
            return self._tokens_of(array_of_integers(inputs, self.name))
        keys = self._keys(inputs, self.name)
        numbers = self.find(keys.reshape(-1).tolist()).reshape(keys.shape)
        if self.output_mode == "int":
            return numbers
        how = "count" if self.output_mode == "tf_idf" else self.output_mode
        return self.weighted(encoded(numbers, how, self.depth(), floatx()))

    def need_tokens(self) -> None:
        """Raise an ArgumentError if there is no vocabulary yet."""
        if self.tokens is None:
            raise ArgumentError(
                f"{self.name} ({type(self).__name__})",
                "got data before it has a "
                "vocabulary, expected one: layer.adapt(data) first, or "
                "vocabulary=[...].",
            )

    def find(self, keys: list) -> np.ndarray:
        """Return the index of each token, int64; -1 for a mask token if the mode is not "int"."""
        numbers = np.fromiter(map(self._numbers.get, keys, [-1] * len(keys)), np.int64, len(keys))
        unknown = np.flatnonzero(numbers < 0)
        if self.mask_token is not None:
            mask = self._key(self.mask_token, self.name)
            masked = np.fromiter((key == mask for key in keys), bool, len(keys))
            unknown = unknown[~masked[unknown]]
            numbers[masked] = 0 if self.output_mode == "int" else -1
        if unknown.size:
            numbers[unknown] = self._first_oov + self._oov([keys[i] for i in unknown])
        return numbers

    def _oov(self, keys: list) -> Any:
        """Which of the out-of-vocabulary indices each of these tokens gets."""
        if self.num_oov_indices == 0:
            some = ", ".join(repr(self._readable(key)) for key in list(dict.fromkeys(keys))[:5])
            raise ArgumentError(
                f"{self.name} ({type(self).__name__})",
                f"got tokens that are not "
                f"in the vocabulary: {some}; expected none, since "
                "num_oov_indices is 0. Give num_oov_indices=1 to allow for them.",
            )
        return 0 if self.num_oov_indices == 1 else self._hashed(keys)

    def _hashed(self, keys: list) -> np.ndarray:
        return buckets(keys, self.num_oov_indices, self.salt)

    def _tokens_of(self, numbers: np.ndarray) -> np.ndarray:
        """The token of each index; the oov token for an index outside of the vocabulary."""
        table = [*self.get_vocabulary(), self.oov_token]
        known = (numbers >= 0) & (numbers < len(table) - 1)
        return np.array(table)[np.where(known, numbers, -1)]

    # Output modes other than "int"

    def depth(self) -> int:
        """Return the last extent of the output, for modes other than "int"."""
        if self.tokens is None and not self.pad_to_max_tokens:
            return cast(int, self._fixed_size)
        return self.depth_for(self.tokens)

    def depth_for(self, tokens: list | Any) -> int:
        """Return what `depth` would return with these tokens."""
        return self.max_tokens if self.pad_to_max_tokens else self._first + len(tokens)

    def weighted(self, counts: np.ndarray) -> np.ndarray:
        """Return the counts; for "tf_idf" times the weights of the tokens."""
        return counts * self.weights_of_tokens if self.output_mode == "tf_idf" else counts

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Return the inputs' shape for "int", else with the vocabulary's size as last extent."""
        if self.output_mode == "int":
            return tuple(input_shape)
        if not self.pad_to_max_tokens and self._fixed_size is None:
            self.need_tokens()
        how = "count" if self.output_mode == "tf_idf" else self.output_mode
        return encoded_shape(input_shape, how, self.depth())

    def build(self, input_shape: Any) -> None:
        """See `HostLayer.build`; it also fixes the size of the vocabulary."""
        if self.output_mode != "int":
            self.fix_vocabulary_size(self.depth())
        super().build(input_shape)

    def fix_vocabulary_size(self, size: int | None) -> None:
        """Fix the size of the vocabulary, since a model depends on it.

        Args:
            size: int, size of the vocabulary with special tokens; None for any.
        """
        self._fixed_size = size

    def get_config(self) -> dict[str, Any]:
        """Return the arguments, and the size of the vocabulary."""
        size = self._fixed_size if self.tokens is None else self.vocabulary_size()
        return {**super().get_config(), "vocabulary_size": size}

    # State, for files

    def get_state(self) -> dict[str, np.ndarray]:
        """Return the vocabulary as numeric arrays.

        Returns:
            A dict from names to arrays: "tokens", "ends" for strings, "idf_weights" for "tf_idf".
            Empty before `adapt`.
        """
        if self.tokens is None:
            return {}
        state = arrays_of(self.tokens, self.input_kind)
        if self.weights_of_tokens is not None:
            state["idf_weights"] = self.weights_of_tokens.copy()
        return state

    def set_state(self, state: dict[str, np.ndarray]) -> None:
        """Set the vocabulary, the inverse of `get_state`.

        Args:
            state: dict of arrays, as `get_state` returns it.

        Raises:
            ArgumentError (a ValueError): for arrays that contradict each other, or the arguments.
        """
        if state:
            self._take(*self.check_state(state))

    def check_state(self, state: dict[str, np.ndarray]) -> tuple[list, np.ndarray | None]:
        """Check the arrays of a state.

        Args:
            state: dict of arrays, as `get_state` returns it.

        Returns:
            The tokens, and their weights or None.

        Raises:
            ArgumentError (a ValueError): for arrays that contradict each other, or the arguments.
        """
        what = f"{self.name}.set_state"
        expected = (
            {"tokens"}
            | ({"ends"} if self.input_kind == "string" else set())
            | ({"idf_weights"} if self.output_mode == "tf_idf" else set())
        )
        if state.keys() != expected:
            raise ArgumentError(
                what, f"got arrays {shown(sorted(state))}, expected {', '.join(sorted(expected))}."
            )
        tokens = tokens_in(state, what)
        if not tokens:
            raise ArgumentError(what, "got no tokens, expected at least one.")
        self._check_tokens(tokens, what)
        self._check_size(self._first + len(tokens))
        if "idf_weights" not in state:
            return tokens, None
        weights = state["idf_weights"]
        if (
            not np.issubdtype(weights.dtype, np.floating)
            or not np.isfinite(weights).all()
            or (weights.shape != (self.depth_for(tokens),))
        ):
            raise ArgumentError(
                what,
                f"got weights of {weights.dtype} and shape {weights.shape}, "
                f"expected finite floats of shape ({self.depth_for(tokens)},).",
            )
        return tokens, weights[: self._first + len(tokens)]

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Self:
        """The inverse of `get_config`; the vocabulary of `adapt` is part of `get_state`."""
        return from_plain(cls, config)
