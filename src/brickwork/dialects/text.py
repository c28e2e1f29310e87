"""``keras.preprocessing.text`` of Keras 1 and 2: words as integers; now TextVectorization."""

from __future__ import annotations

import json
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterator

import numpy as np

from ..errors import ArgumentError, shown

FILTERS = '!"#$%&()*+,-./:;<=>?@[\\]^_`{|}~\t\n'
MODES = ("binary", "count", "freq", "tfidf")


def text_to_word_sequence(
    input_text: str, filters: str = FILTERS, lower: bool = True, split: str = " "
) -> list[str]:
    """Return the words of a text.

    >>> text_to_word_sequence("The sea, the sky!")
    ['the', 'sea', 'the', 'sky']
    """
    if not isinstance(input_text, str):
        raise ArgumentError("text_to_word_sequence", f"got {shown(input_text)}, expected a string.")
    text = input_text.lower() if lower else input_text
    return [
        word
        for word in text.translate(dict.fromkeys(map(ord, filters), split)).split(split)
        if word
    ]


def hashing_trick(
    text,
    n: int,
    hash_function=None,
    filters: str = FILTERS,
    lower: bool = True,
    split: str = " ",
    analyzer: Callable | None = None,
) -> list[int]:
    """Return the words of a text as integers from 1 to ``n - 1``, by a hash.

    Args:
        hash_function: "md5", which is the same in every process, or a function of a word; by
            default Python's own, which is not.
        analyzer: a function that returns the words, in place of `text_to_word_sequence`.

    >>> hashing_trick("the sea, the sky", 50, "md5")
    [43, 30, 43, 14]
    """
    if isinstance(hash_function, str):
        if hash_function != "md5":
            raise ArgumentError(
                "hashing_trick.hash_function",
                f"got {hash_function!r}, expected 'md5' or a function.",
            )
        hash_function = _md5
    words = analyzer(text) if analyzer else text_to_word_sequence(text, filters, lower, split)
    return [(hash_function or hash)(word) % (n - 1) + 1 for word in words]


def one_hot(
    input_text,
    n: int,
    filters: str = FILTERS,
    lower: bool = True,
    split: str = " ",
    analyzer: Callable | None = None,
) -> list[int]:
    """Return `hashing_trick` with Python's built-in hash."""
    return hashing_trick(input_text, n, hash, filters, lower, split, analyzer)


def _md5(word: str) -> int:
    from hashlib import md5

    return int(md5(word.encode(), usedforsecurity=False).hexdigest(), 16)


class Tokenizer:
    """Maps words to integers from 1, the most frequent first.

    Args:
        num_words: only the ``num_words - 1`` most frequent words are used.
        filters: characters that are no part of words.
        lower: whether texts are made lower case.
        split: what is between words.
        char_level: whether each character is a word.
        oov_token: a word for all unknown ones; else they are left out.
        analyzer: a function that returns the words of a text.

    >>> tokenizer = Tokenizer()
    >>> tokenizer.fit_on_texts(["the sea", "the sky"])
    >>> tokenizer.texts_to_sequences(["sky the moon"])
    [[3, 1]]
    """

    def __init__(
        self,
        num_words=None,
        filters=FILTERS,
        lower=True,
        split=" ",
        char_level=False,
        oov_token=None,
        analyzer=None,
        document_count=0,
        nb_words=None,
    ):
        self.num_words = num_words if nb_words is None else nb_words
        self.filters, self.lower, self.split = filters, lower, split
        self.char_level, self.oov_token, self.analyzer = char_level, oov_token, analyzer
        self.document_count = document_count
        self.word_counts: OrderedDict[str, int] = OrderedDict()
        self.word_docs: Counter = Counter()
        self.index_docs: Counter = Counter()
        self.word_index: dict[str, int] = {}
        self.index_word: dict[int, str] = {}

    def _words(self, text):
        if self.char_level or isinstance(text, list):
            if not self.lower:
                return text
            return [w.lower() for w in text] if isinstance(text, list) else text.lower()
        if self.analyzer is not None:
            return self.analyzer(text)
        return text_to_word_sequence(text, self.filters, self.lower, self.split)

    def fit_on_texts(self, texts) -> None:
        """Count the words of texts (or of lists of words), and assign indices."""
        if isinstance(texts, str):
            raise ArgumentError(
                "Tokenizer.fit_on_texts", "got one string, expected a list of texts: [text]."
            )
        for text in texts:
            words = self._words(text)
            self.document_count += 1
            for word in words:
                self.word_counts[word] = self.word_counts.get(word, 0) + 1
            self.word_docs.update(set(words))
        order = sorted(self.word_counts, key=self.word_counts.__getitem__, reverse=True)
        first = [] if self.oov_token is None else [self.oov_token]
        self.word_index = {word: i for i, word in enumerate([*first, *order], 1)}
        self.index_word = {i: word for word, i in self.word_index.items()}
        self.index_docs.update({self.word_index[w]: 0 for w in self.word_docs})
        for word, count in self.word_docs.items():
            self.index_docs[self.word_index[word]] = count

    def fit_on_sequences(self, sequences) -> None:
        """Count in how many of these sequences each index occurs, for "tfidf"."""
        self.document_count += len(sequences)
        for sequence in sequences:
            self.index_docs.update(set(sequence))

    def _known(self, index: int | None) -> int | None:
        """Return the index, or that of unknown words if it is None or too large."""
        if index is None or (self.num_words and index >= self.num_words):
            return self.word_index.get(self.oov_token)
        return index

    def texts_to_sequences(self, texts) -> list[list[int]]:
        """Return the word indices of each text."""
        return list(self.texts_to_sequences_generator(texts))

    def texts_to_sequences_generator(self, texts) -> Iterator[list[int]]:
        """Yield the word indices of each text."""
        for text in texts:
            found = (self._known(self.word_index.get(word)) for word in self._words(text))
            yield [index for index in found if index is not None]

    def sequences_to_texts(self, sequences) -> list[str]:
        """Return the words of each sequence of indices, joined by spaces."""
        return list(self.sequences_to_texts_generator(sequences))

    def sequences_to_texts_generator(self, sequences) -> Iterator[str]:
        """Yield the words of each sequence of indices, joined by spaces."""
        for sequence in sequences:
            found = (self._known(i if i in self.index_word else None) for i in sequence)
            yield " ".join(self.index_word[i] for i in found if i is not None)

    def texts_to_matrix(self, texts, mode: str = "binary") -> np.ndarray:
        """Return a row of ``num_words`` values for each text; see `sequences_to_matrix`."""
        return self.sequences_to_matrix(self.texts_to_sequences(texts), mode)

    def sequences_to_matrix(self, sequences, mode: str = "binary") -> np.ndarray:
        """Return a row for each sequence of indices, with a value per word by `mode`.

        Args:
            mode: "binary", whether it is there; "count", how often; "freq", which part of the
                list it is; "tfidf", ``(1 + log(count)) * log(1 + texts / (1 + texts with it))``.
        """
        if mode not in MODES:
            raise ArgumentError(
                "Tokenizer.sequences_to_matrix.mode",
                f"got {shown(mode)}, expected one of {', '.join(map(repr, MODES))}.",
            )
        width = self.num_words or (len(self.word_index) + 1 if self.word_index else 0)
        if not width or (mode == "tfidf" and not self.document_count):
            raise ArgumentError(
                "Tokenizer",
                "got asked for a matrix before it has seen texts, "
                "expected fit_on_texts(texts) first.",
            )
        out = np.zeros((len(sequences), width))
        for row, sequence in zip(out, sequences, strict=True):
            for index, count in Counter(i for i in sequence if i < width).items():
                if mode == "tfidf":
                    rare = np.log(1 + self.document_count / (1 + self.index_docs.get(index, 0)))
                    row[index] = (1 + np.log(count)) * rare
                else:
                    row[index] = {"binary": 1, "count": count, "freq": count / len(sequence)}[mode]
        return out

    def get_config(self) -> dict:
        """Return arguments and counts, in Keras's form."""
        kept = ("word_counts", "word_docs", "index_docs", "index_word", "word_index")
        names = (
            "num_words",
            "filters",
            "lower",
            "split",
            "char_level",
            "oov_token",
            "document_count",
        )
        return {
            **{name: getattr(self, name) for name in names},
            **{name: json.dumps(getattr(self, name)) for name in kept},
        }

    def to_json(self, **kwargs) -> str:
        """Return the config as JSON, for `tokenizer_from_json`."""
        return json.dumps(
            {"class_name": type(self).__name__, "config": self.get_config()}, **kwargs
        )


def tokenizer_from_json(json_string: str) -> Tokenizer:
    """Return the tokenizer that `Tokenizer.to_json` described."""
    config = json.loads(json_string)["config"]
    counts = {
        name: json.loads(config.pop(name))
        for name in ("word_counts", "word_docs", "index_docs", "index_word", "word_index")
    }
    tokenizer = Tokenizer(**config)
    tokenizer.word_counts = OrderedDict(counts["word_counts"])
    tokenizer.word_docs = Counter(counts["word_docs"])
    tokenizer.index_docs = Counter({int(i): n for i, n in counts["index_docs"].items()})
    tokenizer.index_word = {int(i): word for i, word in counts["index_word"].items()}
    tokenizer.word_index = counts["word_index"]
    return tokenizer
