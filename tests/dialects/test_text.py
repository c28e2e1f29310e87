"""``keras.preprocessing.text`` of older Keras, compared with what Keras 3 still has of it."""

import importlib
import json

import numpy as np
import pytest
from keras.src.legacy.preprocessing import text as theirs

import brickwork
from brickwork.dialects import text as ours

TEXTS = [
    "The sea, the SKY;  the hill!",
    "a sea\nand a sky",
    "바다는 넓다. 바다는 푸르다!",
    "",
    "moon - moon",
]
NEW_TEXTS = ["the moon and the sea", "하늘과 바다는", "", "it's"]
OPTIONS = [
    {},
    {"num_words": 4},
    {"oov_token": "?"},
    {"num_words": 4, "oov_token": "?"},
    {"char_level": True},
    {"lower": False},
    {"split": "e", "filters": "a"},
    {"analyzer": str.split},
]


def fitted(module, kwargs):
    tokenizer = module.Tokenizer(**kwargs)
    tokenizer.fit_on_texts(TEXTS)
    tokenizer.fit_on_texts([["sea", "wave"]])
    return tokenizer


@pytest.mark.parametrize("kwargs", OPTIONS, ids=range(len(OPTIONS)))
def test_the_tokenizer_is_keras_s(kwargs):
    mine, right = fitted(ours, kwargs), fitted(theirs, kwargs)
    for name in (
        "word_counts",
        "word_docs",
        "index_docs",
        "word_index",
        "index_word",
        "document_count",
    ):
        assert dict_or_plain(getattr(mine, name)) == dict_or_plain(getattr(right, name))
    sequences = mine.texts_to_sequences(NEW_TEXTS)
    assert sequences == right.texts_to_sequences(NEW_TEXTS)
    assert mine.sequences_to_texts(sequences) == right.sequences_to_texts(sequences)
    assert mine.sequences_to_texts([[1, 99]]) == right.sequences_to_texts([[1, 99]])
    for mode in ours.MODES:
        np.testing.assert_array_equal(
            mine.texts_to_matrix(NEW_TEXTS, mode), right.texts_to_matrix(NEW_TEXTS, mode)
        )
    config, other = (json.loads(t.to_json()) for t in (mine, right))
    assert config["config"].keys() == other["config"].keys()
    again = ours.tokenizer_from_json(right.to_json())
    assert again.word_index == mine.word_index
    if "analyzer" not in kwargs:
        assert again.texts_to_sequences(NEW_TEXTS) == sequences


def dict_or_plain(value):
    return dict(value) if hasattr(value, "items") else value


def test_words_and_their_hashes():
    for text in TEXTS:
        assert ours.text_to_word_sequence(text) == theirs.text_to_word_sequence(text)
        assert ours.hashing_trick(text, 30, "md5") == theirs.hashing_trick(text, 30, "md5")
        assert ours.one_hot(text, 30) == theirs.one_hot(text, 30)
    with pytest.raises(ValueError, match="a list of texts"):
        ours.Tokenizer().fit_on_texts("one text")
    with pytest.raises(ValueError, match="fit_on_texts"):
        ours.Tokenizer().texts_to_matrix(["a"])
    with pytest.raises(ValueError, match="'binary', 'count'"):
        fitted(ours, {}).texts_to_matrix(["a"], "many")


@pytest.mark.filterwarnings("ignore::UserWarning", "ignore::DeprecationWarning")
def test_places_of_older_keras():
    for name in ("layers.experimental.preprocessing", "layers.experimental"):
        assert importlib.import_module(f"brickwork.{name}") is brickwork.layers
    assert importlib.import_module("brickwork.preprocessing.text") is ours
    assert brickwork.layers.experimental.preprocessing.StringLookup is brickwork.layers.StringLookup
