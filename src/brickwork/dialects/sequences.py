"""``keras.preprocessing.sequence`` of Keras 1 and 2: pairs of words, and windows over time."""

from __future__ import annotations

import random

import numpy as np

from ..errors import ArgumentError
from ..utils.streams import PyDataset

_EULER = 0.577  # as word2vec's readers of Zipf's law wrote it, and Keras with them


def make_sampling_table(size: int, sampling_factor: float = 1e-5) -> np.ndarray:
    """Return the sampling probability of each word by its frequency rank; rare words are likelier.

    ``min(1, sqrt(factor / frequency))``, with the frequency by Zipf's law.

    Reference: Mikolov et al., 2013, arXiv:1310.4546.

    >>> make_sampling_table(3, 0.01).round(3).tolist()
    [0.1, 0.1, 0.173]
    """
    rank = np.maximum(np.arange(size), 1)
    rarity = rank * (np.log(rank) + _EULER) + 0.5 - 1 / (12 * rank)
    return np.minimum(1.0, np.sqrt(sampling_factor * rarity))


def skipgrams(
    sequence,
    vocabulary_size: int,
    window_size: int = 4,
    negative_samples: float = 1.0,
    shuffle: bool = True,
    categorical: bool = False,
    sampling_table=None,
    seed=None,
):
    """Return pairs of nearby words, labelled 1, and of random words, labelled 0.

    Args:
        sequence: word indices; 0 means no word.
        vocabulary_size: random word indices are below it.
        window_size: how many words before and after a word count as nearby.
        negative_samples: random pairs per real pair, a float.
        shuffle: whether to shuffle the pairs.
        categorical: whether labels are ``[0, 1]`` and ``[1, 0]``.
        sampling_table: sampling probability of each word; see `make_sampling_table`.
        seed: the seed of the shuffle.

    Returns:
        Pairs and labels, two lists of the same length.

    >>> skipgrams([5, 7], 9, negative_samples=0, shuffle=False)
    ([[5, 7], [7, 5]], [1, 1])
    """
    pairs = []
    for place, word in enumerate(sequence):
        # Random numbers are drawn as in Keras, so that random.seed gives the same pairs.
        if not word or (sampling_table is not None and sampling_table[word] < random.random()):
            continue
        for near in range(max(0, place - window_size), min(len(sequence), place + window_size + 1)):
            if near != place and sequence[near]:
                pairs.append([word, sequence[near]])
    real, wrong = len(pairs), int(len(pairs) * negative_samples)
    if wrong > 0:
        words = [word for word, _ in pairs]
        random.shuffle(words)
        pairs += [[words[i % real], random.randint(1, vocabulary_size - 1)] for i in range(wrong)]
    yes, no = ([0, 1], [1, 0]) if categorical else (1, 0)
    labels = [yes] * real + [no] * max(wrong, 0)
    if shuffle:
        seed = random.randint(0, 10**7) if seed is None else seed
        for mixed in (pairs, labels):
            random.seed(seed)
            random.shuffle(mixed)
    return pairs, labels


class TimeseriesGenerator(PyDataset):
    """Batches of windows over a time series, each with the target that follows it; replaced by
    `utils.timeseries_dataset_from_array`.

    Args:
        data, targets: arrays of the same length.
        length: steps from the start of a window to its target.
        sampling_rate: steps between successive elements of a window.
        stride: steps between successive windows.
        start_index, end_index: the first and the last step to use.
        shuffle: whether windows are drawn at random instead of in order.
        reverse: whether windows are in reverse order of time.
        batch_size: windows per batch.

    >>> windows = TimeseriesGenerator(np.arange(6), np.arange(6), length=3, batch_size=2)
    >>> [part.tolist() for part in windows[0]]
    [[[0, 1, 2], [1, 2, 3]], [3, 4]]
    """

    def __init__(
        self,
        data,
        targets,
        length: int,
        sampling_rate: int = 1,
        stride: int = 1,
        start_index: int = 0,
        end_index: int | None = None,
        shuffle: bool = False,
        reverse: bool = False,
        batch_size: int = 128,
        **kwargs,
    ):
        super().__init__(**kwargs)
        self.data, self.targets = np.asarray(data), np.asarray(targets)
        if len(self.data) != len(self.targets):
            raise ArgumentError(
                "TimeseriesGenerator",
                f"got {len(self.data)} steps of data and "
                f"{len(self.targets)} targets, expected a target for each step.",
            )
        self.length, self.sampling_rate, self.stride = length, sampling_rate, stride
        self.start_index = start_index + length
        self.end_index = len(self.data) - 1 if end_index is None else end_index
        self.shuffle, self.reverse, self.batch_size = shuffle, reverse, batch_size
        if self.start_index > self.end_index:
            raise ArgumentError(
                "TimeseriesGenerator.length",
                f"got {length} for steps "
                f"{start_index} to {self.end_index}, expected fewer than these.",
            )

    def __len__(self) -> int:
        windows = -(-(self.end_index + 1 - self.start_index) // self.stride)
        return -(-windows // self.batch_size)

    def __getitem__(self, index: int):
        if self.shuffle:
            ends = np.random.randint(self.start_index, self.end_index + 1, size=self.batch_size)
        else:
            ends = np.arange(self.start_index, self.end_index + 1, self.stride)
            ends = ends[index * self.batch_size : (index + 1) * self.batch_size]
        steps = np.arange(-self.length, 0, self.sampling_rate)
        windows = self.data[np.add.outer(ends, steps[::-1] if self.reverse else steps)]
        return windows, self.targets[ends]
