"""Texts as lists of word indices, for `imdb` and `reuters`."""

from __future__ import annotations

import json
from dataclasses import dataclass
from os import PathLike
from typing import Any

import numpy as np

from .stored import verified_path


@dataclass(frozen=True)
class WordEncoding:
    """How words are indexed, and which are left out.

    Args:
        num_words: indices from this on are left out; None means from the largest on.
        skip_top: indices below this, the most frequent words, are left out.
        start_char: put before each text; None for nothing.
        oov_char: replaces each word that is left out; None for nothing.
        index_from: added to each index.
    """

    num_words: int | None
    skip_top: int
    start_char: int | None
    oov_char: int | None
    index_from: int

    def encode(self, texts: Any) -> list[list[int]]:
        """The texts with `start_char` before them and `index_from` added."""
        first = [] if self.start_char is None else [self.start_char]
        return [[*first, *(word + self.index_from for word in text)] for text in texts]

    def filter(self, texts: list) -> np.ndarray:
        """The texts without the words that are left out, as an array of lists."""
        # The most frequent words have the smallest indices. Without a limit the largest index
        # itself is left out, as in Keras.
        end = self.num_words or max(map(max, texts))
        if self.oov_char is None:
            texts = [[w for w in text if self.skip_top <= w < end] for text in texts]
        else:
            texts = [
                [w if self.skip_top <= w < end else self.oov_char for w in text] for text in texts
            ]
        return np.array(texts, dtype=object)


def drop_long_texts(texts: list, labels: Any, maxlen: int | None) -> tuple[list, np.ndarray]:
    """The texts shorter than `maxlen`, with their labels."""
    if not maxlen:
        return texts, np.asarray(labels)
    kept = [i for i, text in enumerate(texts) if len(text) < maxlen]
    if not kept:
        raise ValueError(
            f"load_data.maxlen: got {maxlen}, expected more: no text is shorter than that."
        )
    return [texts[i] for i in kept], np.asarray(labels)[kept]


def word_index(name: str, path: str | PathLike[str]) -> dict[str, int]:
    """The index of each word, read from a file."""
    with open(verified_path(name, path), encoding="utf-8") as file:
        return json.load(file)
