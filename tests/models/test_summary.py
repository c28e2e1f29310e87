"""The summary, compared with the one that Keras prints."""

import io
import re

import pytest
from samples import chain, dense, lesson

from brickwork.layers import Concatenate, Dense, Dropout, Input
from brickwork.models import Model, Sequential
from brickwork.models.summary import bytes_text, summary_text
from brickwork.screen import columns_of


@pytest.fixture
def keras(monkeypatch):
    monkeypatch.setenv("KERAS_BACKEND", "jax")
    import keras

    return keras


@pytest.fixture
def theirs(keras):
    def model(name="sequential", last="dense_2"):
        return keras.Sequential(
            [
                keras.layers.Input((4,)),
                keras.layers.Dense(8, name="dense"),
                keras.layers.Dense(6, name="dense_1"),
                keras.layers.Dense(1, name=last),
            ],
            name=name,
        )

    return model


def keras_text(model, **kwargs):
    said = []
    model.summary(print_fn=said.append, **kwargs)
    return said[0].rstrip("\n")


@pytest.mark.parametrize("columns", [40, 50, 60, 80, 200])
@pytest.mark.parametrize(
    "kwargs",
    [
        {},
        {"line_length": 60},
        {"line_length": 77},
        {"positions": [0.3, 0.7, 1.0]},
        {"layer_range": ["dense_1", "dense_2"]},
    ],
)
def test_the_table_is_keras_s(theirs, monkeypatch, kwargs, columns):
    if columns < 80 and ("line_length" in kwargs or "positions" in kwargs):
        columns = 80  # Keras cuts tables that the terminal is too narrow for
    monkeypatch.setenv("COLUMNS", str(columns))
    assert summary_text(lesson(), **kwargs) == keras_text(theirs(), **kwargs)


@pytest.mark.parametrize(
    "name",
    ["[bold]" + "\uac00\ub098\ub2e4\ub77c\ub9c8" * 2, "two words and some more of them still"],
)
def test_names_wrap_as_in_keras(theirs, monkeypatch, name):
    monkeypatch.setenv("COLUMNS", "80")
    assert summary_text(lesson(name)) == keras_text(theirs(last=name))


def test_a_name_too_long_for_its_column_is_broken_and_not_cut(monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    name = "a-name-that-is-far-too-long-for-its-column" * 3
    cells = [
        line.split("\u2502")[1].strip()
        for line in summary_text(lesson(name)).splitlines()
        if line.startswith("\u2502")
    ]
    assert name in "".join(cells)


@pytest.mark.parametrize("expand", [True, False])
def test_nested_models(keras, theirs, monkeypatch, expand):
    monkeypatch.setenv("COLUMNS", "80")
    ours = chain(4, lesson(name="inner"), dense("last", 2), name="outer")
    both = keras.Sequential([theirs("inner"), keras.layers.Dense(2, name="last")], name="outer")
    both.build((None, 4))
    assert summary_text(ours, expand_nested=expand) == keras_text(both, expand_nested=expand)


def test_what_is_not_built_is_said_so(keras, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    theirs = keras.Sequential([keras.layers.Dense(3, name="dense")], name="sequential")
    ours = Sequential([Dense(3, name="dense")], name="sequential")
    assert summary_text(ours) == keras_text(theirs)
    empty = keras.Sequential(name="sequential")
    assert summary_text(Sequential(name="sequential")) == keras_text(empty)


def test_optimizer_and_layers_without_weights_or_frozen():
    model = chain(4, Dropout(0.5), Dense(2, use_bias=False, trainable=False), Dense(1))
    model.compile("adam", "mse")
    model.optimizer.build(model.trainable_weights)
    text = summary_text(model, show_trainable=True)
    assert " Trainable params: 3 (12.00 B)\n Non-trainable params: 8 (32.00 B)" in text
    assert " Optimizer params: 8 (" in text
    assert " Trainable " in text
    marks = [line.split("\u2502")[-2].strip() for line in text.splitlines() if "(D" in line]
    assert marks == ["-", "N", "Y"]


def test_absolute_positions_as_in_keras_1():
    text = summary_text(lesson(), line_length=100, positions=[33, 55, 100])
    assert len({len(line) for line in text.splitlines()[1:9]}) == 1
    assert len(text.splitlines()[1]) == 100


@pytest.mark.parametrize(
    ("kwargs", "words"),
    [
        (
            {"layer_range": ["nothing", "dense"]},
            "names .or patterns. of layers of this model: dense",
        ),
        ({"layer_range": "dense"}, "expected two names"),
        ({"line_length": 9}, "too short"),
        ({"positions": [0.5, 1.0]}, "positions: got 2, expected 3"),
    ],
)
def test_what_cannot_be_shown_is_refused(kwargs, words):
    with pytest.raises(ValueError, match=words):
        summary_text(lesson(), **kwargs)


def test_small_bricks_stand_beside_the_table(monkeypatch):
    monkeypatch.setenv("COLUMNS", "100")
    plain, shown = summary_text(lesson()), summary_text(lesson(), bricks=True)
    rows = list(zip(plain.splitlines(), shown.splitlines(), strict=True))
    beside = [there.removeprefix(line).strip() for line, there in rows]
    assert [b for b in beside if b] == ["▓" * 8, "█" * 8, "▓" * 8, "█" * 6, "▓" * 6, "█"]
    assert all(there.startswith(line) for line, there in rows)


def test_bricks_of_layers_without_weights_or_shapes():
    model = Sequential([Input((4,)), Dense(2), Dropout(0.5), Sequential([Dense(3, "relu")])])
    lines = summary_text(model, bricks=True).splitlines()
    ends = [line.split("│")[-1].strip() for line in lines if line.startswith("│")]
    assert ends == ["▓▓▓▓", "▒▒", "▓▓▓"]
    assert "▓" not in summary_text(Sequential([Dense(3)]), bricks=True)


def wired():
    a, b = Input((784,), name="pictures"), Input((30,), name="words")
    joined = Concatenate(name="joined")([Dense(512, name="seen")(a), Dense(64, name="read")(b)])
    return Model([a, b], Dense(10, "softmax", name="said")(joined), name="a_model_of_two_inputs")


@pytest.mark.parametrize("bricks", [False, True])
@pytest.mark.parametrize("show_trainable", [False, True])
@pytest.mark.parametrize(
    "make",
    [
        wired,
        lambda: chain(
            784,
            dense("wide", 512),
            dense("이름이-긴-층" * 3, 64),
            lesson_on(64, "inner"),
            name="outer",
        ),
    ],
)
def test_no_line_is_wider_than_the_terminal(monkeypatch, make, show_trainable, bricks):
    model = make()
    for columns in [*range(31, 60), 80, 97, 100, 120, 200]:
        monkeypatch.setenv("COLUMNS", str(columns))
        text = summary_text(model, show_trainable=show_trainable, bricks=bricks, expand_nested=True)
        assert max(columns_of(line) for line in text.splitlines()) <= columns + bricks * 6 * (
            columns < 40
        ), columns
        if columns >= 44:
            assert "401,920" in text, "a number in two lines is read as two"


def lesson_on(inputs, name):
    return chain(inputs, dense("dense", 8), dense("dense_1", 1, "sigmoid"), name=name)


def test_bricks_shrink_together_where_there_is_less_room(monkeypatch):
    sizes = {}
    for columns in (50, 200):
        monkeypatch.setenv("COLUMNS", str(columns))
        sizes[columns] = [
            len(part)
            for part in re.findall(
                r"▓+", summary_text(chain(400, Dense(12), Dense(3)), bricks=True)
            )
        ]
    assert sizes[200] == [22, 12] and sizes[50] == [5, 2]


@pytest.mark.parametrize("print_fn", [None, list.append])
def test_where_it_is_printed_decides_of_colours_and_characters(monkeypatch, print_fn):
    for coding, said in (("utf-8", "┃ Layer (type)"), ("ascii", "| Layer (type)")):
        out = io.TextIOWrapper(io.BytesIO(), coding)
        monkeypatch.setattr("sys.stdout", out)
        monkeypatch.setenv("FORCE_COLOR", "1")
        monkeypatch.delenv("NO_COLOR", raising=False)
        texts = []
        lesson().summary(bricks=True, print_fn=texts.append if print_fn else None)
        out.flush()
        text = texts[0] if print_fn else out.buffer.getvalue().decode(coding)
        assert ("\x1b[" in text) is (print_fn is None)
        assert ("┃ Layer (type)" if print_fn else said) in text


def test_bytes():
    assert [bytes_text(n) for n in (0, 404, 1023, 1024, 5.5 * 1024**2, 1024**4)] == [
        "0.00 B",
        "404.00 B",
        "1023.00 B",
        "1.00 KB",
        "5.50 MB",
        "1.00 TB",
    ]
