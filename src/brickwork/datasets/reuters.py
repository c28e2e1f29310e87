"""Reuters-21578: newswires of 1987, by topic (D. D. Lewis)."""

from __future__ import annotations

from os import PathLike

from ..spelling import accepts_old_arguments
from . import texts
from .stored import TrainTest, arrays_of, shuffled, train_test_split, verified_path


@accepts_old_arguments
def load_data(
    path: str = "reuters.npz",
    num_words: int | None = None,
    skip_top: int = 0,
    maxlen: int | None = None,
    test_split: float = 0.2,
    seed: int = 113,
    start_char: int = 1,
    oov_char: int | None = 2,
    index_from: int = 3,
) -> TrainTest:
    """11,228 newswires as lists of word indices, and their topics, 0 to 45.

    Words are indexed by frequency.

    Args:
        path: name of the file in the cache folder, or the path of one that lies elsewhere.
        num_words: words with this index or a larger one are left out.
        skip_top: words with a smaller index than this are left out.
        maxlen: only newswires shorter than this are returned.
        test_split: fraction of the newswires for testing.
        seed: seed of the shuffle before the split, an integer.
        start_char: the first index of each newswire.
        oov_char: replaces each word that is left out.
        index_from: added to the indices of `get_word_index`.

    Returns:
        ``(x_train, y_train), (x_test, y_test)``: x an array of lists of integers, y of topics.
    """
    found = arrays_of(verified_path("reuters.npz", path))
    encoding = texts.WordEncoding(num_words, skip_top, start_char, oov_char, index_from)
    x, y = shuffled(seed, found["x"], found["y"])
    x, y = texts.drop_long_texts(encoding.encode(x), y, maxlen)
    return train_test_split(encoding.filter(x), y, test_split)


def get_word_index(path: str | PathLike[str] = "reuters_word_index.json") -> dict[str, int]:
    """The index of each word; `load_data` adds 3 to these."""
    return texts.word_index("reuters_word_index.json", path)


def get_label_names() -> tuple[str, ...]:
    """The names of the topics, by index.

    >>> get_label_names()[3]
    'earn'
    """
    return tuple(
        "cocoa grain veg-oil earn acq wheat copper housing money-supply coffee sugar trade "
        "reserves ship cotton carcass crude nat-gas cpi money-fx interest gnp meal-feed alum "
        "oilseed gold tin strategic-metal livestock retail ipi iron-steel rubber heat jobs lei "
        "bop zinc orange pet-chem dlr gas silver wpi hog lead".split()
    )
