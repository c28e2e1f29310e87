"""`TextVectorization`: texts as indices of their words, or as counts of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Self

import numpy as np

from ...data.texts import as_texts, decoded
from ...errors import ArgumentError, shown
from ...fields import field
from ..layer import registry
from .encoding import counted, encoded, mode, no_sparse
from .host import HostLayer, batches
from .index_lookup import MODES, as_list, from_plain
from .lookup import StringLookup

_MARKS = b"!\"#$%&()*+,-./:;<=>?@[\\]^_`{|}~'"


def _one_of(*options: str) -> Callable[[Any], str]:
    def accepted(value):
        if value is None or callable(value) or value in options:
            return value
        raise ValueError(
            f"got {shown(value)}, expected one of {', '.join(map(repr, options))}, a "
            "function of an array of strings, or None."
        )

    return accepted


def _widths(value):
    if value is None or (isinstance(value, int) and not isinstance(value, bool) and value > 0):
        return value
    if (
        isinstance(value, list | tuple)
        and value
        and all(isinstance(n, int) and not isinstance(n, bool) and n > 0 for n in value)
    ):
        return tuple(value)
    raise ValueError(f"got {shown(value)}, expected an integer >= 1, a tuple of such, or None.")


def _no_ragged(value: Any) -> bool:
    if value:
        raise ValueError(
            "got True, expected False: ragged tensors are not supported. Shorter "
            "texts are padded with 0."
        )
    return False


class TextArguments(HostLayer):
    """The arguments of `TextVectorization`."""

    max_tokens: int | None = field(default=None, kind="int", ge=2)
    standardize: Any = field(
        default="lower_and_strip_punctuation",
        convert=_one_of("lower_and_strip_punctuation", "lower", "strip_punctuation"),
    )
    split: Any = field(default="whitespace", convert=_one_of("whitespace", "character"))
    ngrams: Any = field(default=None, convert=_widths)
    output_mode: str = field(default="int", convert=mode(*MODES))
    output_sequence_length: int | None = field(default=None, kind="int", ge=1)
    pad_to_max_tokens: bool = field(default=False, kind="bool")
    vocabulary: Any = field(default=None, convert=as_list)
    idf_weights: Any = field(default=None, convert=as_list)
    sparse: bool = field(default=False, convert=no_sparse)
    ragged: bool = field(default=False, convert=_no_ragged)
    encoding: str = field(default="utf-8", options=("utf-8",))
    name: str | Any = field(default=None, kind="str", kw_only=True, positional=True)


@registry.add
class TextVectorization(TextArguments):
    """Maps texts to the indices of their words: 0 is padding, 1 is any unknown word.

    Args:
        max_tokens: int >= 2, largest size of the vocabulary, these two included; None (default)
            for no limit.
        standardize: "lower_and_strip_punctuation" (default, of ASCII), "lower",
            "strip_punctuation", None, or a function from an array of strings to another.
        split: "whitespace" (default), "character", None if each text is one token, or a function
            from an array of strings to a list of lists of tokens.
        ngrams: int n adds the n-grams of 2 to n words as tokens; a tuple of ints gives exactly the
            lengths to use. None (default) uses single words.
        output_mode: "int" (default), or "multi_hot", "count" and "tf_idf" as for `StringLookup`.
        output_sequence_length: int >= 1, length of each row of "int"; longer texts are truncated.
            None (default) is that of the longest text of the batch.
        pad_to_max_tokens, vocabulary, idf_weights, sparse, encoding: as for `StringLookup`.
        ragged: False; ragged tensors are not supported.
        name: str, name of the layer; by default the class's name with a number.

    Shapes: ``(batch,)`` or ``(batch, 1)`` -> ``(batch, length)``, or ``(batch, vocabulary)``.

    >>> layer = TextVectorization(output_sequence_length=4)
    >>> layer.adapt(["foo bar", "bar baz", "baz bada boom"])
    >>> layer.get_vocabulary()
    ['', '[UNK]', 'baz', 'bar', 'foo', 'boom', 'bada']
    >>> layer(["Foo, qux bar!", "qux baz"])
    array([[4, 1, 3, 0],
           [1, 2, 0, 0]])
    """

    input_dtype = "string"

    def setup(self) -> None:
        super().setup()
        if self.output_mode != "int" and self.output_sequence_length is not None:
            raise ArgumentError(
                "TextVectorization.output_sequence_length",
                f"got "
                f"{self.output_sequence_length} with output_mode="
                f"{self.output_mode!r}, expected it for 'int' alone.",
            )
        if self.output_mode == "one_hot" and self.split is not None:
            raise ArgumentError(
                "TextVectorization.output_mode",
                "got 'one_hot' for texts of more "
                "than one token, expected 'multi_hot' or 'count'; or split=None.",
            )
        self.lookup = StringLookup(
            self.max_tokens,
            mask_token="",
            vocabulary=self.vocabulary,
            idf_weights=self.idf_weights,
            output_mode=self.output_mode,
            pad_to_max_tokens=self.pad_to_max_tokens,
            name=self.name,
        )
        self.vocabulary = self.lookup.vocabulary

    @property
    def output_dtype(self) -> str:
        """int64 for "int", else `floatx()`."""
        return self.lookup.output_dtype

    @property
    def _pads(self) -> bool:  # type: ignore[override]  # elsewhere an attribute
        tokens = self.split is not None or self.ngrams is not None
        return self.output_mode == "int" and tokens and self.output_sequence_length is None

    # The vocabulary

    def adapt(self, data: Any, batch_size: int | None = None, steps: int | None = None) -> None:
        """Make the vocabulary from texts.

        Args:
            data: array, list or pandas column of texts, or an iterable of such batches.
            batch_size: accepted as in Keras, without effect.
            steps: int, number of batches to use; None (default) for all.
        """
        self.reset_state()
        for batch in batches(data, steps):
            self.update_state(batch)
        self.finalize_state()

    def update_state(self, data: Any) -> None:
        """Count the tokens of a batch.

        Args:
            data: array, list or pandas column of texts, ``(rows,)`` or ``(rows, 1)``.
        """
        self.lookup.count_documents(self._documents(as_texts(data, f"{self.name}.adapt"))[0])

    def finalize_state(self) -> None:
        """Make the vocabulary of the counted tokens."""
        self.lookup.finalize_state()

    def reset_state(self) -> None:
        """Discard the counts."""
        self.lookup.reset_state()

    def get_vocabulary(self, include_special_tokens: bool = True) -> list:
        """Return the tokens in the order of their indices.

        Args:
            include_special_tokens: whether to include "" (padding) and "[UNK]"; default True.

        Returns:
            A list of str.
        """
        return self.lookup.get_vocabulary(include_special_tokens)

    def set_vocabulary(self, vocabulary: Any, idf_weights: Any = None) -> None:
        """Set the vocabulary, in place of `adapt`.

        Args:
            vocabulary: list or array of strings, each once, in the order of their indices; or the
                path of a file with one a line. It may begin with all special tokens.
            idf_weights: list or array of floats, one for each entry of `vocabulary`; for "tf_idf"
                only. Default None.
        """
        self.lookup.set_vocabulary(vocabulary, idf_weights)

    def vocabulary_size(self) -> int:
        """Return the size of the vocabulary, special tokens included.

        Returns:
            An int.
        """
        return self.lookup.vocabulary_size()

    # From texts to tokens

    def _documents(self, texts: np.ndarray) -> tuple[list[list[bytes]], tuple]:
        """The tokens of each row, and the shape of the rows."""
        texts = self._standardized(texts)
        if self.split is None:
            texts = texts.reshape(1) if texts.ndim == 0 else texts
            shape = texts.shape[:-1]
            documents = texts.reshape(-1, texts.shape[-1]).tolist()
        else:
            if texts.ndim > 2 or (texts.ndim == 2 and texts.shape[1] != 1):
                raise ArgumentError(
                    self.name,
                    f"got texts of shape {texts.shape}, expected (rows,)"
                    " or (rows, 1): each row is split into its words.",
                )
            shape = texts.shape[:1]
            documents = self._divided(texts.reshape(-1))
        return [self._with_ngrams(tokens) for tokens in documents], shape

    def _standardized(self, texts: np.ndarray) -> np.ndarray:
        how = self.standardize
        if how is None:
            return texts
        if callable(how):
            return as_texts(how(decoded(texts)), f"{self.name}.standardize")
        flat = texts.reshape(-1).tolist()
        if how.startswith("lower"):
            flat = [text.lower() for text in flat]
        if how.endswith("strip_punctuation"):
            flat = [text.translate(None, _MARKS) for text in flat]
        return as_texts(np.array([*flat, None], object)[:-1].reshape(texts.shape), self.name)

    def _divided(self, texts: np.ndarray) -> list[list[bytes]]:
        if self.split == "whitespace":
            return [text.split() for text in texts.tolist()]
        if self.split == "character":
            return [[c.encode() for c in text] for text in decoded(texts).tolist()]
        return [
            as_texts(list(tokens), f"{self.name}.split").tolist()
            for tokens in self.split(decoded(texts))
        ]

    def _with_ngrams(self, tokens: list[bytes]) -> list[bytes]:
        if self.ngrams is None:
            return tokens
        widths = range(1, self.ngrams + 1) if isinstance(self.ngrams, int) else self.ngrams
        return [
            b" ".join(tokens[i : i + width])
            for width in widths
            for i in range(len(tokens) - width + 1)
        ]

    # From tokens to indices

    def call(self, inputs: Any) -> Any:
        """See the class."""
        lookup, how = self.lookup, self.output_mode
        lookup.need_tokens()
        documents, shape = self._documents(as_texts(inputs, self.name))
        lengths = np.fromiter(map(len, documents), np.int64, len(documents))
        numbers = lookup.find([token for tokens in documents for token in tokens])
        if how in ("int", "one_hot"):
            out = self._padded(numbers, lengths).reshape(*shape, -1 if len(lengths) else 0)
            return encoded(out, how, lookup.depth(), lookup.output_dtype)
        rows = np.arange(len(documents)).repeat(lengths)
        counts = counted(
            rows,
            numbers,
            len(documents),
            "multi_hot" if how == "multi_hot" else "count",
            lookup.depth(),
            lookup.output_dtype,
        )
        return lookup.weighted(counts).reshape(*shape, lookup.depth())

    def _padded(self, numbers: np.ndarray, lengths: np.ndarray) -> np.ndarray:
        """Rows of one length: longer ones are truncated, shorter ones padded with 0."""
        width = self.output_sequence_length
        if width is None:
            width = int(lengths.max(initial=0))
        out = np.zeros((len(lengths), width), np.int64)
        rows = np.arange(len(lengths)).repeat(lengths)
        columns = np.arange(len(numbers)) - (np.cumsum(lengths) - lengths).repeat(lengths)
        kept = columns < width
        out[rows[kept], columns[kept]] = numbers[kept]
        return out

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Return the output's shape; None for a length that depends on the data."""
        shape = tuple(input_shape)
        if self.output_mode == "int":
            if self.split is None and self.ngrams is None and self.output_sequence_length is None:
                return shape
            return (*shape[: 1 if self.split else -1], self.output_sequence_length)
        if self.split is None:
            return self.lookup.compute_output_shape(shape)
        return self.lookup.compute_output_shape((*shape[:1], None))

    def build(self, input_shape: Any) -> None:
        """Become part of a model, which fixes the size of the vocabulary.

        Args:
            input_shape: tuple, shape of the inputs, None for the batch.
        """
        if self.output_mode != "int":
            self.fix_vocabulary_size(self.lookup.depth())
        super().build(input_shape)

    def fix_vocabulary_size(self, size: int | None) -> None:
        """Fix the size of the vocabulary, since a model depends on it.

        Args:
            size: int, size of the vocabulary with special tokens; None for any.
        """
        self.lookup.fix_vocabulary_size(size)

    def get_config(self) -> dict[str, Any]:
        """Return the arguments, and the size of the vocabulary."""
        size = self.lookup.get_config()["vocabulary_size"]
        return {**super().get_config(), "vocabulary_size": size}

    # State, for files

    def get_state(self) -> dict[str, np.ndarray]:
        """Return the vocabulary as numeric arrays.

        Returns:
            A dict from names to arrays, as of `StringLookup`.
        """
        return self.lookup.get_state()

    def set_state(self, state: dict[str, np.ndarray]) -> None:
        """Set the vocabulary, the inverse of `get_state`.

        Args:
            state: dict of arrays, as `get_state` returns it.
        """
        self.lookup.set_state(state)

    def check_state(self, state: dict[str, np.ndarray]) -> None:
        """Check the arrays of a state; raise an ArgumentError if they contradict each other.

        Args:
            state: dict of arrays, as `get_state` returns it.
        """
        self.lookup.check_state(state)

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Self:
        """The inverse of `get_config`; the vocabulary of `adapt` is part of `get_state`."""
        return from_plain(cls, config)
