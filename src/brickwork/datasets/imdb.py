"""Reviews of films, liked or not: A. L. Maas et al., "Learning Word Vectors for Sentiment
Analysis", 2011."""

from __future__ import annotations

from os import PathLike
from typing import TYPE_CHECKING

import numpy as np

from ..spelling import older_words
from . import texts
from .stored import arrays_of, shuffled, stored

if TYPE_CHECKING:
    from .stored import TrainTest


@older_words
def load_data(path: str = "imdb.npz", num_words: int | None = None, skip_top: int = 0,
              maxlen: int | None = None, seed: int = 113, start_char: int = 1,
              oov_char: int | None = 2, index_from: int = 3) -> TrainTest:
    """25,000 reviews to train on and 25,000 to test, as numbers of words.

    Words are numbered by how frequent they are.

    Args:
        path: name of the file in the cache folder, or the path of one that lies elsewhere.
        num_words: only numbers below this are kept.
        skip_top: only numbers from this on.
        maxlen: only reviews shorter than this.
        seed: of the order in which they are shuffled.
        start_char: the first number of each.
        oov_char: stands for each word left out.
        index_from: added to the numbers that `get_word_index` has.

    Returns:
        ``(x_train, y_train), (x_test, y_test)``: x an array of lists of integers, y of 0 and 1.
    """
    found = arrays_of(stored("imdb.npz", path))
    wording = texts.Wording(num_words, skip_top, start_char, oov_char, index_from)
    parts, chance = [], np.random.RandomState(seed)
    for part in ("train", "test"):
        x, y = shuffled(chance, found[f"x_{part}"], found[f"y_{part}"])
        parts.append(texts.shorter(wording.numbered(x), y, maxlen))
    (x_train, y_train), (x_test, y_test) = parts
    x = wording.kept(x_train + x_test)
    return (x[:len(x_train)], y_train), (x[len(x_train):], y_test)


def get_word_index(path: str | PathLike[str] = "imdb_word_index.json") -> dict[str, int]:
    """The number of each word, to which `load_data` adds 3."""
    return texts.word_index("imdb_word_index.json", path)
