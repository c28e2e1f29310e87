"""Options of fit that Keras does not have: which rows judge, and what a last batch counts."""

import numpy as np
import pytest

from brickwork.callbacks import LambdaCallback
from brickwork.data import facts, for_fit
from brickwork.data.split import _classes, _of_each_class
from brickwork.layers import Dense, Input
from brickwork.models import Sequential

RNG = np.random.default_rng(3)
X = RNG.normal(size=(50, 4)).astype("float32")
Y = np.r_[np.zeros(35), np.ones(10), np.full(5, 2)].astype("int64")  # sorted: the worst case


def build():
    np.random.seed(1)
    model = Sequential([Input((4,)), Dense(3, activation="softmax")])
    model.compile("sgd", "sparse_categorical_crossentropy")
    return model


def trained(x=X, y=Y, **options):
    model = build()
    history = model.fit(x, y, verbose=0, **{"epochs": 3, "batch_size": 16} | options)
    return model.get_weights(), history


def same(ours, theirs):
    assert all(np.allclose(a, b, rtol=1e-5, atol=1e-7) for a, b in zip(ours, theirs, strict=True))


@pytest.fixture(params=["whole", "by batches"])
def path(request, monkeypatch):
    """Data that are looked at at once, and data too large for that."""
    if request.param == "by batches":
        monkeypatch.setattr(facts, "LARGE", 100)
        monkeypatch.setattr(facts, "memory", lambda: 0)


@pytest.mark.usefixtures("path")
class TestLastBatch:
    def test_dropped(self):
        ours, history = trained(last_batch="drop", shuffle=False)
        same(ours, trained(X[:48], Y[:48], shuffle=False)[0])
        assert history.params["steps"] == 3

    def test_dropped_of_shuffled_rows_it_is_another_in_each_epoch(self):
        """A target that is left out gets no gradient: in 20 epochs each row is trained on."""
        x = np.eye(10, dtype="float32")
        model = Sequential([Input((10,)), Dense(1, use_bias=False, kernel_initializer="zeros")])
        model.compile("sgd", "mse")
        model.fit(x, np.ones(10), batch_size=4, epochs=1, last_batch="drop", verbose=0)
        assert np.count_nonzero(model.get_weights()[0]) == 8
        model.fit(x, np.ones(10), batch_size=4, epochs=20, last_batch="drop", verbose=0)
        assert np.count_nonzero(model.get_weights()[0]) == 10

    def test_scaled_to_its_part(self):
        """As if each of its rows weighed 2/16 of one in a full batch."""
        part = np.r_[np.ones(48), np.full(2, 2 / 16)]
        ours, history = trained(last_batch="scale", shuffle=False)
        same(ours, trained(sample_weight=part, shuffle=False)[0])
        kept, as_keras = trained(shuffle=False)
        assert not all(map(np.allclose, ours, kept))
        losses, unscaled = history.history["loss"], as_keras.history["loss"]
        assert losses[0] == unscaled[0] and losses[1] != unscaled[1], "its gradient, not its loss"

    @pytest.mark.parametrize("last_batch", ["drop", "scale"])
    def test_an_only_batch_is_a_full_one(self, last_batch):
        options = {"batch_size": 64, "shuffle": False}
        same(trained(last_batch=last_batch, **options)[0], trained(**options)[0])

    @pytest.mark.filterwarnings("ignore:.*batches")
    def test_epochs_of_some_steps(self):
        seen = []
        hook = LambdaCallback(on_train_batch_end=lambda batch, logs: seen.append(batch))
        trained(
            last_batch="drop",
            batch_size=10,
            steps_per_epoch=3,
            x=X[:48],
            y=Y[:48],
            callbacks=[hook],
            epochs=2,
        )
        assert seen == [0, 1, 2, 0]


def test_streams_know_no_last_batch():
    with pytest.raises(ValueError, match=r"fit.last_batch: got 'drop' for a stream"):
        build().fit(iter([(X, Y)]), last_batch="drop", verbose=0)


def validation_rows(split, share=0.2, y=Y):
    """Row numbers that training and validation see."""
    out = for_fit(
        np.c_[X[:, :3], np.arange(50.0)],
        y,
        expects=build()._expectation(),
        validation_split=share,
        split=split,
    )
    rows = [d.x[0][:, 3].astype(int) for d in (out.data, out.validation.data)]
    assert sorted([*rows[0], *rows[1]]) == list(range(50))
    assert all((np.diff(r) > 0).all() for r in rows), "in the data's order"
    assert np.array_equal(out.data.y[0].ravel(), y[rows[0]])
    return rows


def test_shuffled_rows_judge():
    _, valid = validation_rows("shuffle")
    assert len(valid) == 10 and not np.array_equal(valid, np.arange(40, 50))
    assert np.array_equal(validation_rows("shuffle")[1], valid), "the same at every fit"


@pytest.mark.parametrize(
    ("share", "counts"), [(0.2, [7, 2, 1]), (0.5, [18, 5, 2]), (0.1, [4, 1, 0]), (0.02, [1, 0, 0])]
)
def test_each_class_has_its_share(share, counts):
    _, valid = validation_rows("stratify", share)
    assert np.abs(np.bincount(Y[valid], minlength=3) - counts).max() <= 1
    assert len(valid) == 50 - int(50 * (1 - share))


def test_a_class_of_one_row_is_trained_on():
    aside = _of_each_class(np.r_[np.zeros(20), np.ones(20), 2], 10, np.random.default_rng(0))
    assert 40 not in aside and len(aside) == 10


@pytest.mark.parametrize(
    "y", [np.eye(3, dtype=int)[Y], Y[:, None], np.c_[Y == 0, Y == 1, Y > 0].astype(int)]
)
def test_classes_of_any_form(y):
    class Data:
        pass

    Data.y = [y]
    aside = _of_each_class(_classes(Data, None, "fit.split"), 10, np.random.default_rng(0))
    assert np.bincount(Y[aside]).tolist() == [7, 2, 1]


def test_groups_stay_together():
    groups = np.array(list("abcdefghij") * 5)
    train, valid = validation_rows(groups)
    assert len(valid) == 10 and not set(groups[train]) & set(groups[valid])


def test_what_cannot_be_split_so():
    def refused(match, y=Y, loss="sparse_categorical_crossentropy", **options):
        model = Sequential([Input((4,)), Dense(1) if loss == "mse" else Dense(3, "softmax")])
        model.compile("sgd", loss)
        before = model.get_weights()
        with pytest.raises((ValueError, TypeError), match=match):
            model.fit(X, y, verbose=0, **{"validation_split": 0.2} | options)
        assert all(map(np.array_equal, before, model.get_weights()))

    refused(
        "fit.split: got 'stratify', expected one output with classes",
        y=X[:, 0],
        loss="mse",
        split="stratify",
    )
    refused("fit.split: got groups of 3 rows, expected one for each of 50", split=[1, 2, 3])
    refused("fit.split: got one group", split=np.zeros(50))
    refused(
        "fit.split: got 'random', expected 'tail', 'shuffle', 'stratify' or an array",
        split="random",
    )
    refused(
        "fit.last_batch: got 'some', expected one of 'keep', 'drop', 'scale'", last_batch="some"
    )


def test_numpy_s_generator_is_left_alone():
    np.random.seed(7)
    expected = np.random.rand()
    model = build()
    np.random.seed(7)
    model.fit(X, Y, validation_split=0.2, split="stratify", verbose=0)
    assert np.random.rand() == expected
