"""Weights of a model for the same one with other layers between that have none: each comes to its
own layer, or the file is refused and nothing is changed."""

import numpy as np
import pytest

import brickwork
from brickwork import layers
from brickwork.layers import (
    Activation,
    BatchNormalization,
    Concatenate,
    Dense,
    Dropout,
    Embedding,
    Flatten,
    Input,
)
from brickwork.saving import MismatchedFile

RNG = np.random.default_rng(0)
ROWS, CLASSES = RNG.normal(size=(32, 4)).astype("float32"), RNG.integers(0, 3, 32)


def plain():
    return brickwork.Sequential(
        [Input((4,)), Dense(8, "relu"), Dense(8, "relu"), BatchNormalization(), Dense(3, "softmax")]
    )


def between():
    return brickwork.Sequential(
        [
            Input((4,)),
            Dropout(0.1),
            Dense(8),
            Activation("relu"),
            Dropout(0.3),
            Dense(8, "relu"),
            layers.GaussianNoise(0.1),
            BatchNormalization(),
            Dropout(0.2),
            Dense(3),
            layers.Softmax(),
        ]
    )


def graph():
    inputs = x = Input((4,))
    for layer in (
        Dense(8, "relu"),
        Dropout(0.1),
        Dense(8, "relu"),
        BatchNormalization(),
        Dropout(0.2),
        Dense(3, "softmax"),
    ):
        x = layer(x)
    return brickwork.Model(inputs, x)


def trained(build):
    model = build()
    model.compile("adam", "sparse_categorical_crossentropy")
    model.fit(ROWS, CLASSES, epochs=2, verbose=0)
    return model


def assert_refused(model, path, match):
    before = model.get_weights()
    with pytest.raises(MismatchedFile, match=match):
        model.load_weights(path)
    for weight, old in zip(model.get_weights(), before, strict=True):
        np.testing.assert_array_equal(weight, old)


@pytest.mark.parametrize("whole", [False, True], ids=["weights", "model"])
@pytest.mark.parametrize(
    "one, two", [(plain, between), (between, plain), (plain, graph), (graph, between)]
)
def test_layers_without_weights_do_not_count(one, two, whole, tmp_path):
    """The other model predicts the same, and trains the same if nothing is random."""
    model, other = trained(one), two()
    (model.save if whole else model.save_weights)(tmp_path / "w.brick")
    other.load_weights(tmp_path / "w.brick")
    np.testing.assert_allclose(
        other.predict(ROWS, verbose=0), model.predict(ROWS, verbose=0), rtol=1e-6
    )
    other = trained(two)
    other.load_weights(tmp_path / "w.brick")
    for mine, theirs in zip(model.optimizer.variables, other.optimizer.variables, strict=True):
        np.testing.assert_array_equal(theirs.numpy(), mine.numpy())


def test_an_optimizer_that_is_not_built_yet_gets_its_state(tmp_path):
    model, other = trained(between), plain()
    model.save_weights(tmp_path / "w.brick")
    other.compile("adam", "sparse_categorical_crossentropy")
    other.load_weights(tmp_path / "w.brick")
    for mine, theirs in zip(model.optimizer.variables, other.optimizer.variables, strict=True):
        np.testing.assert_array_equal(theirs.numpy(), mine.numpy())


def test_layers_that_do_not_fit_are_still_left_alone(tmp_path):
    model, other = between(), plain()
    model.save_weights(tmp_path / "w.brick")
    other.load_weights(tmp_path / "w.brick", skip_mismatch=True)  # all fit, without a warning
    for weight, expected in zip(other.get_weights(), model.get_weights(), strict=True):
        np.testing.assert_array_equal(weight, expected)


def test_seeds_go_on_where_they_were(tmp_path):
    model = between()
    plain().save_weights(tmp_path / "w.brick")
    seeds = [v.numpy() for v in model.variables if v.path not in {w.path for w in model.weights}]
    model.load_weights(tmp_path / "w.brick")
    after = [v.numpy() for v in model.variables if v.path not in {w.path for w in model.weights}]
    assert len(seeds) > 0
    np.testing.assert_array_equal(after, seeds)


@pytest.mark.parametrize(
    "made, match",
    [
        ([Dense(8), Dropout(0.1), Dense(7), BatchNormalization(), Dense(3)], r"kernel \(8, 7\)"),
        ([Dense(8), Dropout(0.1), Dense(8), Dense(3)], "batch_norm|gamma"),
        (
            [Dense(8), Dropout(0.1), Dense(8), BatchNormalization(), Dense(3), Dense(3)],
            r"dense.*kernel \(3, 3\)",
        ),
        ([Dense(8), Dropout(0.1), BatchNormalization(), Dense(8), Dense(3)], "in the same order"),
        (
            [
                brickwork.Sequential([Dense(8)]),
                Dropout(0.1),
                Dense(8),
                BatchNormalization(),
                Dense(3),
            ],
            "layer with the weights",
        ),
    ],
)
def test_other_models_are_refused(made, match, tmp_path):
    plain().save_weights(tmp_path / "w.brick")
    assert_refused(brickwork.Sequential([Input((4,)), *made]), tmp_path / "w.brick", match)


def two_inputs(drop_one: bool, drop_two: bool, units=(5, 5)):
    """Branches that are ordered by how deep they are, which Dropout changes."""
    ends, inputs = [], []
    for drop, width in zip((drop_one, drop_two), units, strict=True):
        inputs.append(Input((4,)))
        end = Dense(width)(inputs[-1])
        ends.append(Dropout(0.1)(end) if drop else end)
    return brickwork.Model(inputs, Dense(2)(Concatenate()(ends)))


def test_branches_are_matched_by_their_shapes(tmp_path):
    model = two_inputs(False, True, (5, 6))
    model.save_weights(tmp_path / "w.brick")
    for drop in ((True, False), (False, False), (True, True)):
        other = two_inputs(*drop, (5, 6))
        other.load_weights(tmp_path / "w.brick")
        np.testing.assert_array_equal(
            other.predict([ROWS, -ROWS], verbose=0), model.predict([ROWS, -ROWS], verbose=0)
        )


def test_similar_branches_are_not_guessed(tmp_path):
    two_inputs(False, True).save_weights(tmp_path / "w.brick")
    assert_refused(two_inputs(True, False), tmp_path / "w.brick", "ambiguous")


def test_a_vocabulary_moves_with_its_layer(tmp_path):
    def build(*more):
        numbers, words = x, _ = Input((4,)), Input((1,), dtype="string")
        for layer in more:
            x = layer(x)
        lookup = layers.StringLookup()
        embedded = Flatten()(Embedding(4, 3)(lookup(words)))
        model = brickwork.Model([numbers, words], Dense(1)(Concatenate()([x, embedded])))
        return model, model.layers.index(lookup), lookup

    (model, here, lookup), (other, there, moved) = build(), build(*map(Dropout, (0.1,) * 4))
    assert here != there
    lookup.adapt(np.array([["a"], ["b"], ["b"]]))
    data = [ROWS[:3], np.array([["a"], ["b"], ["c"]])]
    for one, two in ((model, other), (other, model)):
        one.save_weights(tmp_path / "w.brick")
        two.load_weights(tmp_path / "w.brick")
        np.testing.assert_array_equal(two.predict(data, verbose=0), one.predict(data, verbose=0))
    assert moved.get_vocabulary() == ["[UNK]", "b", "a"]


def test_models_inside_of_models(tmp_path):
    def build(*kinds):
        def more():
            return [kind() for kind in kinds]

        inner = brickwork.Sequential([Input((8,)), *more(), Dense(8), Dense(2)])
        return brickwork.Sequential([Input((4,)), *more(), Dense(8), inner, *more(), Dense(2)])

    model, other = build(lambda: Dropout(0.5)), build()
    for one, two in ((model, other), (other, build(layers.Flatten, layers.Identity))):
        one.save_weights(tmp_path / "w.brick")
        two.load_weights(tmp_path / "w.brick")
        np.testing.assert_array_equal(two.predict(ROWS, verbose=0), one.predict(ROWS, verbose=0))
