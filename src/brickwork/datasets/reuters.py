"""News of Reuters of 1987, by topic (Reuters-21578, D. D. Lewis)."""

from __future__ import annotations

from os import PathLike
from typing import TYPE_CHECKING

from ..spelling import older_words
from . import texts
from .stored import arrays_of, parted, shuffled, stored

if TYPE_CHECKING:
    from .stored import TrainTest


@older_words
def load_data(path: str = "reuters.npz", num_words: int | None = None, skip_top: int = 0,
              maxlen: int | None = None, test_split: float = 0.2, seed: int = 113,
              start_char: int = 1, oov_char: int | None = 2, index_from: int = 3) -> TrainTest:
    """11,228 pieces of news as numbers of words, and their topics, 0 to 45.

    Words are numbered by how frequent they are.

    Args:
        path: name of the file in the cache folder, or the path of one that lies elsewhere.
        num_words: only numbers below this are kept.
        skip_top: only numbers from this on.
        maxlen: only news shorter than this.
        test_split: part of them that is for testing.
        seed: of the order in which they are shuffled before.
        start_char: the first number of each.
        oov_char: stands for each word left out.
        index_from: added to the numbers that `get_word_index` has.

    Returns:
        ``(x_train, y_train), (x_test, y_test)``: x an array of lists of integers, y of topics.
    """
    found = arrays_of(stored("reuters.npz", path))
    wording = texts.Wording(num_words, skip_top, start_char, oov_char, index_from)
    x, y = shuffled(seed, found["x"], found["y"])
    x, y = texts.shorter(wording.numbered(x), y, maxlen)
    return parted(wording.kept(x), y, test_split)


def get_word_index(path: str | PathLike[str] = "reuters_word_index.json") -> dict[str, int]:
    """The number of each word, to which `load_data` adds 3."""
    return texts.word_index("reuters_word_index.json", path)


def get_label_names() -> tuple[str, ...]:
    """The topics, in the order of their numbers.

    >>> get_label_names()[3]
    'earn'
    """
    return tuple(
        "cocoa grain veg-oil earn acq wheat copper housing money-supply coffee sugar trade "
        "reserves ship cotton carcass crude nat-gas cpi money-fx interest gnp meal-feed alum "
        "oilseed gold tin strategic-metal livestock retail ipi iron-steel rubber heat jobs lei "
        "bop zinc orange pet-chem dlr gas silver wpi hog lead".split())
