"""One-hot and norms, compared with Keras."""

import copy
import pickle
import random

import keras
import numpy as np
import pytest

import brickwork
from brickwork.dialects import DialectWarning
from brickwork.layers import Dense
from brickwork.spelling.translation import repeat_warnings
from brickwork.utils import clear_session, normalize, set_random_seed, to_categorical


@pytest.fixture
def theirs(monkeypatch):
    monkeypatch.setenv("KERAS_BACKEND", "jax")
    from keras import utils

    return utils


@pytest.mark.parametrize(
    "x",
    [
        [0, 2, 1],
        [[0], [3]],
        [[0, 1], [2, 0]],
        np.array([0.0, 1.0]),
        np.array([True, False]),
        3,
        np.array([2, 0], np.uint8),
    ],
)
@pytest.mark.parametrize("classes", [None, 5])
def test_to_categorical_is_keras_s(theirs, x, classes):
    ours, expected = to_categorical(x, classes), theirs.to_categorical(x, classes)
    assert ours.dtype == expected.dtype and np.array_equal(ours, expected)
    assert ours.shape == expected.shape


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (([0, 1, 3], 3), "got classes from 0 to 3, expected 0 to 2"),
        (([-1, 0],), "from -1 to 0"),
        (([0.5],), "got fractions"),
        ((["a"],), "np.unique"),
        (([],), "pass num_classes"),
        (([0], 0), "num_classes: got 0"),
        (([0], True), "num_classes: got True"),
        (([np.nan],), "got fractions"),
    ],
)
def test_what_is_no_class_is_refused(args, words):
    with pytest.raises(ValueError, match=words):
        to_categorical(*args)


def test_old_words():
    repeat_warnings()
    with pytest.warns(DialectWarning, match="nb_classes is num_classes, y is x"):
        assert to_categorical(y=[1], nb_classes=3).tolist() == [[0, 1, 0]]
    assert to_categorical([1], 2, dtype="float32").dtype == np.float32
    assert to_categorical([], 2).shape == (0, 2)


@pytest.mark.parametrize("kwargs", [{}, {"axis": 0}, {"order": 1}, {"axis": 1, "order": np.inf}])
def test_normalize_is_keras_s(theirs, kwargs):
    x = np.random.default_rng(0).normal(size=(3, 4))
    x[:, 1] = 0
    if kwargs.get("axis") != 0:  # Keras takes axis 0 for -1
        assert np.allclose(normalize(x, **kwargs), theirs.normalize(x, **kwargs))
    order = kwargs.get("order", 2)
    norms = np.linalg.norm(normalize(x, **kwargs), order, axis=kwargs.get("axis", -1))
    assert np.allclose(norms[norms > 0], 1)


def test_one_seed_for_all():
    def draw():
        set_random_seed(5)
        return random.random(), np.random.rand()

    assert draw() == draw()
    for wrong in (-1, 2**32, True, 0.5, None, "5"):
        with pytest.raises(ValueError, match=r"set_random_seed\.seed: got"):
            set_random_seed(wrong)


def test_clear_session_counts_names_anew():
    clear_session()
    assert [Dense(1).name, Dense(1).name] == ["dense", "dense_1"]
    clear_session()
    assert Dense(1).name == "dense"


def test_config_is_keras_s():
    def steps(library):
        config = library.utils.Config(rate=0.1, momentum=0.9)
        config.ema, config["seed"] = True, 3
        config.update({"rate": 0.2}, name="x")
        yield list(config.items()), config.as_dict(), config.to_json(), config.get("none", 7)
        yield config.pop("seed"), list(config.keys()), list(config.values()), "ema" in config
        assert len(config) == 4 and config.ema is True and set(config) == set(config.keys())
        config.freeze()
        for change in (
            lambda: setattr(config, "rate", 1),
            lambda: config.pop("rate"),
            lambda: config.update(rate=1),
            lambda: config.__setitem__("rate", 1),
        ):
            with pytest.raises(ValueError, match="frozen"):
                change()
        yield config.frozen, config.rate
        config.unfreeze()
        config.rate = 5
        del config["name"]
        yield config.frozen, config.as_dict()
        with pytest.raises(AttributeError, match="rate"):
            config.ratte  # noqa: B018

    assert list(steps(brickwork)) == list(steps(keras))
    again = copy.deepcopy(brickwork.utils.Config(a=[1]))
    assert again.as_dict() == {"a": [1]} == pickle.loads(pickle.dumps(again)).as_dict()
