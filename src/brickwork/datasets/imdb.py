"""IMDB: positive and negative film reviews (A. L. Maas et al., "Learning Word Vectors for
Sentiment Analysis", 2011)."""

from __future__ import annotations

from os import PathLike

import numpy as np

from ..spelling import accepts_old_arguments
from . import texts
from .stored import TrainTest, arrays_of, shuffled, verified_path


@accepts_old_arguments
def load_data(
    path: str = "imdb.npz",
    num_words: int | None = None,
    skip_top: int = 0,
    maxlen: int | None = None,
    seed: int = 113,
    start_char: int = 1,
    oov_char: int | None = 2,
    index_from: int = 3,
) -> TrainTest:
    """25,000 reviews for training and 25,000 for testing, as lists of word indices.

    Words are indexed by frequency.

    Args:
        path: name of the file in the cache folder, or the path of one that lies elsewhere.
        num_words: words with this index or a larger one are left out.
        skip_top: words with a smaller index than this are left out.
        maxlen: only reviews shorter than this are returned.
        seed: seed of the shuffle, an integer.
        start_char: the first index of each review.
        oov_char: replaces each word that is left out.
        index_from: added to the indices of `get_word_index`.

    Returns:
        ``(x_train, y_train), (x_test, y_test)``: x an array of lists of integers, y of 0 and 1.
    """
    found = arrays_of(verified_path("imdb.npz", path))
    encoding = texts.WordEncoding(num_words, skip_top, start_char, oov_char, index_from)
    parts, rng = [], np.random.RandomState(seed)
    for part in ("train", "test"):
        x, y = shuffled(rng, found[f"x_{part}"], found[f"y_{part}"])
        parts.append(texts.drop_long_texts(encoding.encode(x), y, maxlen))
    (x_train, y_train), (x_test, y_test) = parts
    x = encoding.filter(x_train + x_test)
    return (x[: len(x_train)], y_train), (x[len(x_train) :], y_test)


def get_word_index(path: str | PathLike[str] = "imdb_word_index.json") -> dict[str, int]:
    """The index of each word; `load_data` adds 3 to these."""
    return texts.word_index("imdb_word_index.json", path)
