"""Batches of several lengths of ``tf.data``: as TensorFlow's documentation says they are."""

import numpy as np
import pytest

import brickwork
from brickwork import layers
from brickwork.dialects.pipelines import Dataset
from brickwork.errors import ArgumentError

LENGTHS = (1, 3, 2, 6, 4, 5)


def sequences():
    rows = [(np.arange(1, n + 1), n % 2) for n in LENGTHS]
    return Dataset.from_generator(lambda: iter(rows), output_signature=None)


def shapes(dataset):
    return [np.shape(x) for x, _ in dataset]


def test_batches_are_padded_to_their_longest_row():
    (first, y), *_ = sequences().padded_batch(4)
    assert np.asarray(first)[:2].tolist() == [[1, 0, 0, 0, 0, 0], [1, 2, 3, 0, 0, 0]]
    assert np.asarray(y).tolist() == [1, 1, 0, 0]
    assert shapes(sequences().padded_batch(4, drop_remainder=True)) == [(4, 6)]
    assert shapes(sequences().padded_batch(4, ([7], []))) == [(4, 7), (2, 7)]
    assert shapes(sequences().padded_batch(3, ((None,), ()))) == [(3, 3), (3, 6)]
    other, _ = next(iter(sequences().padded_batch(2, padding_values=(-1, 0))))
    assert np.asarray(other)[0].tolist() == [1, -1, -1]


def test_texts_are_padded_with_empty_ones():
    rows = [np.array(["a"], object), np.array(["b", "c"], object)]
    (batch,) = Dataset.from_generator(lambda: iter(rows), output_signature=None).padded_batch(2)
    assert np.asarray(batch).tolist()[0][1] in ("", b"")


def test_buckets_hold_similar_lengths():
    found = sequences().bucket_by_sequence_length(
        lambda x, y: len(x), [3, 5], [2, 2, 2], pad_to_bucket_boundary=False
    )
    assert shapes(found) == [(2, 2), (2, 4), (2, 6)]
    padded = sequences().bucket_by_sequence_length(
        lambda x, y: len(x), [3, 5, 7], [2, 2, 2, 2], pad_to_bucket_boundary=True
    )
    assert shapes(padded) == [(2, 2), (2, 4), (2, 6)]


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda d: d.padded_batch(4, ([2], [])), "expected at least as much"),
        (lambda d: d.padded_batch(4, ([2, 2], [])), "an extent for each axis"),
        (lambda d: d.padded_batch(4, padding_values=(0, 0, 0)), "one for each"),
        (lambda d: d.bucket_by_sequence_length(lambda x, y: 1, [3], [2]), "expected one more"),
        (
            lambda d: d.bucket_by_sequence_length(
                lambda x, y: len(x), [3], [1, 1], pad_to_bucket_boundary=True
            ),
            "which has no end",
        ),
    ],
)
def test_what_cannot_be_padded(make, message):
    with pytest.raises(ArgumentError, match=message):
        list(make(sequences()))


def test_a_model_is_trained_on_padded_batches():
    model = brickwork.Sequential(
        [
            layers.Input((None,), dtype="int32"),
            layers.Embedding(8, 3, mask_zero=True),
            layers.GlobalAveragePooling1D(),
            layers.Dense(1),
        ]
    )
    model.compile("adam", "mse")
    history = model.fit(sequences().padded_batch(2), epochs=2, verbose=0).history
    assert len(history["loss"]) == 2 and np.isfinite(history["loss"]).all()
