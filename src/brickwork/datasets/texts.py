"""Texts as lists of word numbers: what `imdb` and `reuters` have in common."""

from __future__ import annotations

import json
from dataclasses import dataclass
from os import PathLike
from typing import Any

import numpy as np

from .stored import stored


@dataclass(frozen=True)
class Wording:
    """How words are numbered, and which are left out.

    Args:
        num_words: numbers from here on are left out; None: from the largest on.
        skip_top: numbers below this, the most frequent words, are left out.
        start_char: put before each text; None for nothing.
        oov_char: stands for what is left out; None for nothing.
        index_from: added to each word's number.
    """

    num_words: int | None
    skip_top: int
    start_char: int | None
    oov_char: int | None
    index_from: int

    def numbered(self, texts: Any) -> list[list[int]]:
        """The texts with their first word and the numbers that words have here."""
        first = [] if self.start_char is None else [self.start_char]
        return [[*first, *(word + self.index_from for word in text)] for text in texts]

    def kept(self, texts: list) -> np.ndarray:
        """The texts with the words that are wanted, as an array of lists."""
        # The most frequent words have the smallest numbers. Without a limit the largest number
        # itself is left out: so it is in Keras.
        end = self.num_words or max(map(max, texts))
        if self.oov_char is None:
            texts = [[w for w in text if self.skip_top <= w < end] for text in texts]
        else:
            texts = [[w if self.skip_top <= w < end else self.oov_char for w in text]
                     for text in texts]
        return np.array(texts, dtype=object)


def shorter(texts: list, labels: Any, maxlen: int | None) -> tuple[list, np.ndarray]:
    """The texts that are shorter than this, with their labels."""
    if not maxlen:
        return texts, np.asarray(labels)
    kept = [i for i, text in enumerate(texts) if len(text) < maxlen]
    if not kept:
        raise ValueError(f"load_data.maxlen: got {maxlen}, expected more: no text is shorter.")
    return [texts[i] for i in kept], np.asarray(labels)[kept]


def word_index(name: str, path: str | PathLike[str]) -> dict[str, int]:
    """The number of each word, as a file has it."""
    with open(stored(name, path), encoding="utf-8") as file:
        return json.load(file)
