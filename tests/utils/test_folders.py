"""Folders of texts: the files, their order and labels as Keras finds them."""

import os
import sys

import numpy as np
import pytest
from keras.src.utils import dataset_utils as theirs

from brickwork import Sequential, layers
from brickwork.utils import text_dataset_from_directory

opened: list = []
watching = False


def _watch(event, arguments):
    if watching and event == "open":
        opened.append(arguments[0])


sys.addaudithook(_watch)


@pytest.fixture
def folder(tmp_path):
    """Three classes with files at several depths, and much that is none of them."""
    for name in (
        "b/2.txt",
        "b/10.txt",
        "b/A.TXT",
        "b/deep/er/x.txt",
        "b/deep-er/y.txt",
        "a/1.txt",
        "a/0.txt",
        "a/no.csv",
        "c/z.txt",
        "c/w.txt",
        ".hidden/1.txt",
        "root.txt",
    ):
        path = tmp_path / "texts" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"text of {name}", encoding="utf-8")
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "far.txt").write_text("far")
    os.symlink(tmp_path / "elsewhere", tmp_path / "texts" / "c" / "link")
    return str(tmp_path / "texts")


@pytest.mark.parametrize("shuffle", [False, True])
@pytest.mark.parametrize(
    "given",
    [
        {},
        {"class_names": ["c", "a"]},
        {"labels": None},
        {"follow_links": True},
        {"labels": [3, 1, 3, 1, 0, 3, 3, 1, 1, 0, 1]},
    ],
    ids=str,
)
def test_files_and_labels_are_keras_s(folder, given, shuffle):
    arguments = {"labels": "inferred", **given}
    labels = arguments["labels"]
    paths, labels, names = theirs.index_directory(
        folder,
        formats=(".txt",),
        shuffle=shuffle,
        seed=4,
        verbose=False,
        **{**arguments, "labels": list(labels) if isinstance(labels, list) else labels},
    )
    ours = text_dataset_from_directory(folder, shuffle=shuffle, seed=4, verbose=False, **given)
    assert [os.path.realpath(p) for p in ours.file_paths] == [os.path.realpath(p) for p in paths]
    assert ours.class_names == names
    if labels is None:
        assert ours.labels is None
    else:
        np.testing.assert_array_equal(ours.labels, labels)


@pytest.mark.parametrize("subset", ["training", "validation"])
def test_parts_are_keras_s(folder, subset):
    paths, labels, _ = theirs.index_directory(folder, "inferred", (".txt",), seed=2, verbose=False)
    paths, labels = theirs.get_training_or_validation_split(paths, labels, 0.3, subset)
    ours = text_dataset_from_directory(folder, seed=2, validation_split=0.3, subset=subset)
    both = text_dataset_from_directory(folder, seed=2, validation_split=0.3, subset="both")
    for part in (ours, both[subset == "validation"]):
        assert part.file_paths == paths
        np.testing.assert_array_equal(part.labels, labels)


def test_batches_hold_texts_and_labels(folder, capsys):
    texts = text_dataset_from_directory(folder, shuffle=False, batch_size=4)
    assert capsys.readouterr().out == "Found 9 files belonging to 3 classes.\n"
    assert [len(texts[i][0]) for i in range(len(texts))] == [4, 4, 1]
    x, y = texts[0]
    assert x.tolist() == [
        "text of a/0.txt",
        "text of a/1.txt",
        "text of b/10.txt",
        "text of b/2.txt",
    ]
    assert y.tolist() == [0, 0, 1, 1] and y.dtype == "int32"
    given = dict(shuffle=False, verbose=False)
    one_hot = text_dataset_from_directory(folder, label_mode="categorical", **given)[0][1]
    assert one_hot.dtype == "float32" and one_hot[2].tolist() == [0, 1, 0]
    binary = text_dataset_from_directory(
        folder, label_mode="binary", class_names=["a", "b"], **given
    )[0][1]
    assert binary.shape == (7, 1) and binary.dtype == "float32"
    alone = text_dataset_from_directory(
        folder, label_mode=None, max_length=6, batch_size=None, **given
    )
    assert alone[0] == "text o" and len(alone) == 11
    assert capsys.readouterr().out == ""


def test_orders_are_new_in_each_epoch_and_lose_nothing(folder):
    texts = text_dataset_from_directory(folder, batch_size=20, seed=1, verbose=False)
    first, labels = texts[0]
    texts.on_epoch_end()
    then, others = texts[0]
    assert first.tolist() != then.tolist()
    assert sorted(zip(first, labels, strict=True)) == sorted(zip(then, others, strict=True))
    again = text_dataset_from_directory(folder, batch_size=20, seed=1, verbose=False)
    again.set_state(texts.get_state())
    for stream in (texts, again):
        stream.on_epoch_end()
    assert again[0][0].tolist() == texts[0][0].tolist() != then.tolist()
    given = dict(batch_size=20, seed=1, verbose=False, validation_split=0.5)
    _, kept = text_dataset_from_directory(folder, subset="both", **given)
    before = kept[0][0].tolist()
    kept.on_epoch_end()
    assert kept[0][0].tolist() == before


def test_only_files_below_are_opened(folder):
    global watching
    texts = text_dataset_from_directory(folder, batch_size=2, verbose=False)
    opened.clear()
    watching = True
    try:
        for i in range(len(texts)):
            texts[i]
    finally:
        watching = False
    assert sorted(opened) == sorted(texts.file_paths) and len(opened) == 9


def test_letters_are_not_cut_and_other_bytes_are_refused(tmp_path):
    (tmp_path / "a.txt").write_text("바다", encoding="utf-8")
    given = dict(labels=None, verbose=False)
    assert text_dataset_from_directory(tmp_path, max_length=4, **given)[0].tolist() == ["바"]
    (tmp_path / "a.txt").write_bytes(b"caf\xe9 au lait")
    with pytest.raises(ValueError, match=r"a\.txt: got bytes that are not UTF-8"):
        text_dataset_from_directory(tmp_path, **given)[0]


def test_a_model_learns_from_a_folder(tmp_path):
    for kind, words in (("bad", "dull grey slow"), ("good", "joy bright quick")):
        (tmp_path / kind).mkdir()
        for i, word in enumerate(words.split() * 4):
            (tmp_path / kind / f"{i}.txt").write_text(f"it is {word}")
    texts = text_dataset_from_directory(tmp_path, batch_size=8, label_mode="binary", seed=0)
    vectorize = layers.TextVectorization(output_mode="multi_hot")
    vectorize.adapt(np.concatenate([texts[i][0] for i in range(len(texts))]))
    model = Sequential([vectorize, layers.Dense(1, activation="sigmoid")])
    model.compile("adam", loss="binary_crossentropy", metrics=["accuracy"])
    model.optimizer.learning_rate = 0.1
    model.fit(texts, epochs=20, verbose=0)
    assert model.evaluate(texts, verbose=0)[1] == 1.0
    assert model.predict(np.array(["it is joy", "it is dull"], object), verbose=0)[0, 0] > 0.5


@pytest.mark.parametrize(
    "given, words",
    [
        ({"labels": "other"}, "labels: got 'other'"),
        ({"labels": [1, 2]}, "got 2 labels, expected 11"),
        ({"labels": [0.5] * 11}, "expected integers"),
        ({"label_mode": "one"}, "label_mode: got 'one'"),
        ({"label_mode": "binary"}, "expected two"),
        ({"class_names": ["a", "q"]}, "'q'"),
        ({"labels": None, "class_names": ["a"]}, "class_names: got"),
        ({"validation_split": 0.2}, "subset: got None"),
        ({"subset": "both"}, "subset: got 'both'"),
        ({"validation_split": 0.2, "subset": "both"}, "seed: got None"),
        ({"validation_split": 1.5, "subset": "both"}, "validation_split: got 1.5"),
        ({"validation_split": 0.01, "subset": "validation", "seed": 1}, "more for validation"),
        ({"batch_size": 0}, "batch_size: got 0"),
        ({"max_length": -1}, "max_length: got -1"),
    ],
    ids=str,
)
def test_mistakes_are_refused_in_words(folder, given, words):
    with pytest.raises(ValueError, match=words):
        text_dataset_from_directory(folder, verbose=False, **given)


def test_a_folder_without_texts_is_refused(tmp_path):
    with pytest.raises(ValueError, match=r"0 \.txt files, expected one"):
        text_dataset_from_directory(tmp_path, verbose=False)
