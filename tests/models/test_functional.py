"""Models made of symbols: against Keras, and what only we promise."""

import copy
import json
import pickle

import keras
import numpy as np
import pytest
from keras_oracle import floatx
from samples import LONG

import brickwork
from brickwork import Input, Model, Sequential, layers, ops
from brickwork.models import Functional

RNG = np.random.default_rng(0)
X1, X2 = RNG.normal(size=(50, 3)), RNG.normal(size=(50, 2))
REALS, CLASSES = RNG.normal(size=(50, 1)), RNG.integers(0, 3, 50)
WEIGHTS = RNG.random(50)


def weights_of(model) -> list[np.ndarray]:
    return [np.asarray(w) for w in model.weights]


def two_ended(library, nested=list):
    """A layer used twice, a sum between layers, an output in the middle, a second input."""
    x, y = library.Input((3,), name="x"), library.Input((2,), name="y")
    shared = library.layers.Dense(4, activation="tanh", name="shared")
    a = shared(library.layers.Dense(3, name="below")(y))
    amount = library.layers.Dense(1, name="amount")(a + shared(x))
    kind = library.layers.Dense(3, activation="softmax", name="kind")(a)
    ends = [amount, kind] if nested is list else {"amount": amount, "kind": kind}
    return library.Model([x, y], ends, name="m")


COMPILED = {
    "one loss each": dict(loss=["mse", "sparse_categorical_crossentropy"]),
    "by name": dict(
        loss={"amount": "mse", "kind": "sparse_categorical_crossentropy"},
        loss_weights={"amount": 2.0, "kind": 0.5},
        metrics={"amount": ["mae"], "kind": ["accuracy"]},
    ),
    "lists": dict(
        loss=["mae", "sparse_categorical_crossentropy"],
        loss_weights=[1.0, 3.0],
        metrics=[["mae", "mse"], "accuracy"],
        weighted_metrics=[[], ["accuracy"]],
    ),
    "one without": dict(loss=[None, "sparse_categorical_crossentropy"], metrics=[None, "acc"]),
}


# For a dict of outputs Keras wants a dict of losses.
WAYS = [*((how, list) for how in COMPILED), ("by name", dict)]


@pytest.mark.parametrize(
    ("how", "nested", "weighted"),
    [
        (*way, weighted)
        for number, way in enumerate(WAYS)
        for weighted in ((False, True) if LONG else (number % 2 == 0,))
    ],
)
def test_training_is_keras_s(how, nested, weighted):
    y = [REALS, CLASSES] if nested is list else {"amount": REALS, "kind": CLASSES}
    fit = dict(epochs=3, batch_size=16, shuffle=False, verbose=0, validation_data=([X1, X2], y))
    if weighted and nested is list:
        fit["sample_weight"] = [WEIGHTS, WEIGHTS]
    runs, ends, start = [], [], None
    with floatx("float64"):
        for library in (keras, brickwork):
            model = two_ended(library, nested)
            if start:
                model.set_weights(start)
            start = weights_of(model)
            model.compile(optimizer="sgd", **COMPILED[how])
            runs.append(model.fit([X1, X2], y, **fit).history)
            ends.append(model.evaluate([X1, X2], y, verbose=0))
    theirs, ours = runs
    assert list(ours) == list(theirs)
    for name in ours:
        np.testing.assert_allclose(ours[name], theirs[name], 1e-7, err_msg=name)
    np.testing.assert_allclose(ends[1], ends[0], 1e-7)


def branching(library, seed: int):
    """A random graph: layers called on what came before, some twice, ends anywhere."""
    rng = np.random.default_rng(seed)
    inputs = [library.Input((3,), name=f"in{i}") for i in range(rng.integers(1, 4))]
    values, shared = list(inputs), library.layers.Dense(3, name="again")
    for i in range(rng.integers(1, 9)):
        one = values[rng.integers(len(values))]
        if rng.random() < 0.3:
            values.append(one * values[rng.integers(len(values))])
        elif rng.random() < 0.3:
            values.append(shared(one))
        else:
            values.append(library.layers.Dense(3, name=f"d{i}", activation="tanh")(one))
    used = values[-1]
    for value in inputs:
        used = used + value
    return library.Model(inputs, [used, values[-1]])


@pytest.mark.parametrize("seed", range(12))
def test_layers_have_keras_s_order_and_the_same_outputs(seed):
    theirs, ours = branching(keras, seed), branching(brickwork, seed)

    def named(model):
        return [layer.name for layer in model.layers if layer.name.startswith(("in", "d", "again"))]

    assert named(ours) == named(theirs)
    assert [w.shape for w in ours.get_weights()] == [w.shape for w in weights_of(theirs)]
    ours.set_weights(weights_of(theirs))
    x = [RNG.normal(size=(5, 3)).astype("float32") for _ in ours.inputs]
    for a, b in zip(ours.predict(x, verbose=0), theirs.predict(x, verbose=0), strict=True):
        np.testing.assert_allclose(a, b, 1e-4, 1e-5)


@pytest.mark.parametrize("seed", range(8))
def test_config_copy_and_pickle_make_equal_models(seed):
    model = branching(brickwork, seed)
    config = json.loads(json.dumps(model.get_config()))
    from_config = Functional.from_config(config)
    from_config.set_weights(model.get_weights())
    assert json.loads(json.dumps(from_config.get_config())) == config
    x = [RNG.normal(size=(5, 3)).astype("float32") for _ in model.inputs]
    for again in (from_config, copy.deepcopy(model), pickle.loads(pickle.dumps(model))):
        for a, b in zip(again.predict(x, verbose=0), model.predict(x, verbose=0), strict=True):
            np.testing.assert_array_equal(a, b)
        assert [o.shape for o in again.outputs] == [o.shape for o in model.outputs]
        again.compile("sgd", "mse")
        again.fit(x, [x[0], x[0]], verbose=0)


def test_a_copy_shares_no_layer():
    model = two_ended(brickwork)
    again = copy.deepcopy(model)
    again.get_layer("shared").set_weights([np.zeros((3, 4)), np.ones(4)])
    assert model.get_layer("shared").get_weights()[0].any()


def test_what_is_inside_a_model_can_be_seen_from_outside():
    base = Sequential([layers.Dense(5, input_dim=3, name="low"), layers.Dense(2, name="high")])
    features = Model(base.input, base.get_layer("low").output)
    x = X1.astype("float32")
    np.testing.assert_array_equal(features.predict(x, verbose=0), base.layers[0](x))
    middle = Model(base.layers[1].input, base.output)
    np.testing.assert_allclose(
        middle.predict(base.layers[0](x), verbose=0), base.predict(x, verbose=0), rtol=1e-6
    )
    whole = two_ended(brickwork)
    part = Model(whole.inputs, whole.get_layer("kind").output)
    np.testing.assert_array_equal(
        part.predict([X1, X2], verbose=0), whole.predict([X1, X2], verbose=0)[1]
    )
    base.add(layers.Dense(1, name="top"))
    assert Model(base.get_layer("low").output, base.output).output_shape == (None, 1)
    assert base.pop().name == "top" and base.output.shape == (None, 2)


def _features_of_a_part(library, outer):
    """The outputs of a model that ends where a Sequential model inside another ends, and those of
    the inner and the outer model."""
    inner = library.Sequential(
        [library.Input((3,)), library.layers.Dense(4, name="low"), library.layers.Dense(2)],
        name="inner",
    )
    if outer is Sequential:
        model = library.Sequential([library.Input((3,)), inner, library.layers.Dense(1)])
    else:
        x = library.Input((3,))
        model = library.Model(x, library.layers.Dense(1)(inner(x)))
    features = library.Model(model.inputs, model.get_layer("inner").output)
    rest = library.Model(model.get_layer("inner").input, model.outputs)
    data = X1.astype("float32")
    return (
        [layer.name for layer in features.layers][1:],
        *(m.predict(data, verbose=0) for m in (features, inner, rest, model)),
        model,
    )


@pytest.mark.parametrize("outer", [Model, Sequential])
def test_a_sequential_model_in_a_model_ends_where_that_calls_it(outer):
    names, *outputs, model = _features_of_a_part(brickwork, outer)
    for one, other in zip(outputs[::2], outputs[1::2], strict=True):
        np.testing.assert_array_equal(one, other)
    assert names == ["inner"] == _features_of_a_part(keras, Model)[0]
    low = model.get_layer("inner").get_layer("low")  # Keras knows no way from there to the input
    deep = Model(model.inputs, low.output).predict(X1.astype("float32"), verbose=0)
    np.testing.assert_array_equal(deep, low(X1.astype("float32")))


def test_a_functional_model_in_a_model_ends_in_its_own_graph():
    """As in Keras, which refuses this too."""
    for library in (keras, brickwork):
        start, x = library.Input((3,)), library.Input((3,))
        inner = library.Model(start, library.layers.Dense(4)(start), name="inner")
        model = library.Model(x, library.layers.Dense(1)(inner(x)))
        with pytest.raises(ValueError, match="inputs"):
            library.Model(model.inputs, model.get_layer("inner").output)
        assert library.Model(model.inputs, inner(model.inputs[0])).output_shape == (None, 4)


@pytest.mark.parametrize(
    "form", [lambda p: (p,), lambda p: [p], lambda p: [[p]], lambda p: {"a": p}]
)
def test_one_output_has_the_structure_of_keras(form):
    outputs = []
    for library in (keras, brickwork):
        x = library.Input((3,))
        model = library.Model(x, form(library.layers.Dense(2)(x)))
        outputs.append(
            [
                type(model.predict(X1.astype("float32"), verbose=0)),
                type(model.predict_on_batch(X1.astype("float32"))),
            ]
        )
    assert outputs[0] == outputs[1]


def test_a_model_in_a_model_shares_its_weights():
    inner = Sequential([layers.Dense(4, input_dim=3), layers.Dense(4)])
    x = Input((3,))
    outer = Model(x, layers.Dense(1)(inner(x)))
    assert [type(layer).__name__ for layer in outer.layers] == ["InputLayer", "Sequential", "Dense"]
    before = inner.get_weights()
    outer.compile("sgd", "mse")
    outer.fit(X1, REALS, verbose=0)
    assert all((a != b).any() for a, b in zip(before, inner.get_weights(), strict=True))
    inner.trainable = False
    outer.compile("sgd", "mse")
    before = inner.get_weights()
    outer.fit(X1, REALS, verbose=0)
    assert all((a == b).all() for a, b in zip(before, inner.get_weights(), strict=True))


def test_inputs_may_come_in_lists_tuples_and_dicts():
    model = two_ended(brickwork)
    expected = model.predict([X1, X2], verbose=0)
    for x in ((X1, X2), {"x": X1, "y": X2}, {"y": X2, "x": X1}):
        for a, b in zip(model.predict(x, verbose=0), expected, strict=True):
            np.testing.assert_array_equal(a, b)
    small = [X1[:2].astype("float32"), X2[:2].astype("float32")]
    for a, b in zip(model(small), model({"y": small[1], "x": small[0]}), strict=True):
        np.testing.assert_array_equal(a, b)
    one = Model({"a": (a := Input((3,), name="a"))}, layers.Dense(1)(a))
    assert one.predict({"a": X1}, verbose=0).shape == (50, 1)
    assert Model([a], [layers.Dense(1)(a)]).predict(X1, verbose=0).shape == (50, 1)


def test_ops_between_layers_become_operations():
    x = Input((4,))
    scale = brickwork.Variable(np.array([1.0, 2, 3, 4], "float32"), name="scale")
    model = Model(x, ops.softmax(ops.concatenate([x * scale, -x[:, :2]], axis=-1), axis=-1) + 1)
    data = np.random.default_rng(1).normal(size=(3, 4)).astype("float32")
    expected = ops.softmax(np.concatenate([data * scale.numpy(), -data[:, :2]], 1)) + 1
    np.testing.assert_allclose(model.predict(data, verbose=0), expected, 1e-6)
    assert model.output_shape == (None, 6) and len(model.weights) == 1


def test_a_thousand_layers_need_no_recursion():
    x = end = Input((2,))
    for _ in range(1200):
        end = layers.Dense(2)(end)
    model = Model(x, end)
    assert len(model.layers) == 1201
    assert pickle.loads(pickle.dumps(model)).predict(np.ones((1, 2)), verbose=0).shape == (1, 2)


class Several(Model):
    """Two inputs and two outputs, in lists or dicts."""

    def __init__(self, nested):
        super().__init__()
        self.nested = nested
        self.one, self.two = layers.Dense(1), layers.Dense(3, activation="softmax")

    def call(self, inputs):
        a, b = inputs.values() if isinstance(inputs, dict) else inputs
        h = ops.concatenate([a, b], axis=-1)
        return (
            {"u": self.one(h), "v": self.two(h)}
            if self.nested is dict
            else [self.one(h), self.two(h)]
        )


@pytest.mark.parametrize("nested", [list, dict])
def test_a_subclass_may_have_several_inputs_and_outputs(nested):
    model = Several(nested)
    names = ["u", "v"] if nested is dict else ["output_1", "output_2"]
    losses = ["mse", "sparse_categorical_crossentropy"]
    x = [X1, X2] if nested is list else {"a": X1, "b": X2}
    y = [REALS, CLASSES] if nested is list else {"u": REALS, "v": CLASSES}
    model.compile("adam", losses if nested is list else dict(zip(names, losses, strict=True)))
    history = model.fit(x, y, epochs=30, verbose=0).history
    assert list(history) == sorted(["loss", *(f"{name}_loss" for name in names)])
    assert history["loss"][-1] < history["loss"][0]
    output = model.predict(x, verbose=0)
    assert type(output) is nested
    assert model.evaluate(x, y, verbose=0, return_dict=True)["loss"] > 0


def with_own_loss(library):
    class Own(library.Model):
        def __init__(self):
            super().__init__()
            self.dense = library.layers.Dense(1)
            self.seen = library.metrics.Mean(name="seen")
            self.tracked = library.metrics.Mean(name="tracked")

        def call(self, x):
            return self.dense(x)

        def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
            loss = library.ops.mean(library.ops.square(y - y_pred) * (1 + x[:, :1]))
            self.seen.update_state(loss)
            return loss + super().compute_loss(x, y, y_pred, sample_weight)

        def compute_metrics(self, x, y, y_pred, sample_weight=None):
            self.tracked.update_state(library.ops.mean(y_pred))
            logs = super().compute_metrics(x, y, y_pred, sample_weight)
            return {**logs, "twice": 2 * self.tracked.result()}

    model = Own()
    model(X1[:2])
    return model


def test_a_loss_and_metrics_of_one_s_own_are_keras_s():
    runs, ends, start = [], [], None
    with floatx("float64"):
        for library in (keras, brickwork):
            model = with_own_loss(library)
            if start:
                model.set_weights(start)
            start = weights_of(model)
            model.compile(optimizer="sgd", loss="mae", metrics=["mse"])
            runs.append(
                model.fit(X1, REALS, epochs=2, shuffle=False, verbose=0, batch_size=7).history
            )
            ends.append(model.evaluate(X1, REALS, verbose=0))
    assert list(runs[1]) == list(runs[0]) == ["loss", "mse", "seen", "tracked", "twice"]
    for name in runs[0]:
        np.testing.assert_allclose(runs[1][name], runs[0][name], 1e-7, err_msg=name)
    np.testing.assert_allclose(ends[1], ends[0], 1e-7)


def test_a_metric_of_the_batch_alone_is_refused():
    class Own(Model):
        def __init__(self):
            super().__init__()
            self.dense = layers.Dense(1)

        def call(self, x):
            return self.dense(x)

        def compute_metrics(self, x, y, y_pred, sample_weight=None):
            return {"highest": ops.max(y_pred)}

    model = Own()
    model.compile("sgd", "mse")
    with pytest.raises(ValueError, match=r"'highest' is computed from a batch.*metrics\.Mean"):
        model.fit(X1, REALS, verbose=0)


def test_a_model_is_compiled_by_the_config_of_another():
    first = two_ended(brickwork)
    assert first.get_compile_config() is None
    first.compile(brickwork.optimizers.SGD(0.5), **COMPILED["by name"])
    config = json.loads(json.dumps(first.get_compile_config()))
    second = two_ended(brickwork)
    second.compile_from_config(config)
    second.set_weights(first.get_weights())
    y = [REALS, CLASSES]
    histories = [m.fit([X1, X2], y, shuffle=False, verbose=0).history for m in (first, second)]
    assert histories[0] == histories[1]


WRONG = {
    "disconnected": (
        lambda: Model(Input((3,), name="other"), layers.Dense(1)(Input((3,), name="first"))),
        "inputs without 'first'.*add it to inputs=",
    ),
    "an array": (
        lambda: Model(np.ones((2, 3)), layers.Dense(1)(Input((3,)))),
        "Model.inputs: got ndarray",
    ),
    "names": (
        lambda: Model(x := Input((3,)), layers.Dense(3, name="d")(layers.Dense(3, name="d")(x))),
        "two layers named 'd'",
    ),
    "loss key": (
        lambda: two_ended(brickwork).compile("sgd", {"amuont": "mse"}),
        "compile.loss: got the key 'amuont'.*did you mean 'amount'",
    ),
    "losses": (
        lambda: two_ended(brickwork).compile("sgd", ["mse"] * 3),
        "a list of 3, expected 2 entries, for amount, kind",
    ),
    "metrics": (
        lambda: two_ended(brickwork).compile("sgd", "mse", metrics=["mae"]),
        "compile.metrics: got a list of 1, expected one entry .* amount, kind",
    ),
    "one weight": (
        lambda: two_ended(brickwork).compile("sgd", "mse", loss_weights=2.0),
        "compile.loss_weights: got 2.0, expected a list or dict",
    ),
    "too few": (
        lambda: two_ended(brickwork).predict([X1], verbose=0),
        "predict.x: got 1 arrays, expected 2, for 'x', 'y'",
    ),
    "a key": (lambda: two_ended(brickwork)({"x": X1[:1], "z": X2[:1]}), r"\['x', 'z'\].* x, y"),
    "leaked": (lambda: leaked() + 1, "outside of the trace"),
}


def leaked():
    kept = []

    class Leak(layers.Layer):
        def call(self, x):
            kept.append(x)
            return x

    Leak()(np.ones((2, 3)))
    return kept[0]


@pytest.mark.parametrize("case", WRONG)
def test_what_cannot_work_is_refused_in_words(case):
    wrong, words = WRONG[case]
    with pytest.raises((ValueError, TypeError), match=words):
        wrong()


def test_clones_are_alike_and_share_nothing():
    for model in (
        two_ended(brickwork),
        Sequential([layers.Dense(4, input_dim=3), layers.Dense(2)]),
        Sequential([Input((3,)), two_layers()]),
    ):
        again = brickwork.models.clone_model(model)
        assert json.dumps(again.get_config()) == json.dumps(model.get_config())
        shared = {id(w) for w in again.weights} & {id(w) for w in model.weights}
        assert not shared and len(again.weights) == len(model.weights)


def test_models_in_a_config_are_made_anew():
    x = Input((3,))
    inside = Model(x, layers.Dense(3)(x), name="inside")
    model = Model(x, two_layers()(inside(x)))
    again = Functional.from_config(json.loads(json.dumps(model.get_config())))
    assert [type(layer) for layer in again.layers] == [type(layer) for layer in model.layers]
    assert again.count_params() == model.count_params()
    chain = Sequential([Input((3,)), two_layers()])
    assert Sequential.from_config(chain.get_config()).layers[0].layers[1].name == "b"


def two_layers():
    return Sequential([layers.Dense(4, name="a"), layers.Dense(2, name="b")], name="two")


def test_a_clone_may_be_of_other_layers_and_inputs():
    def narrower(layer):
        if isinstance(layer, layers.Dense):
            return layers.Dense(layer.units, activation="relu", name=layer.name)
        return type(layer).from_config(layer.get_config())

    model = two_ended(brickwork)
    clone = brickwork.models.clone_model(model, clone_function=narrower)
    assert clone.get_layer("kind").activation.__name__ == "relu"
    x = [Input((3,), name="p"), Input((2,), name="q")]
    assert brickwork.models.clone_model(model, input_tensors=x).input_names == ["p", "q"]
    deep = Sequential([Input((3,)), two_layers()])
    assert (
        brickwork.models.clone_model(deep, clone_function=narrower, recursive=True)
        .layers[0]
        .layers[0]
        .activation.__name__
        == "relu"
    )


@pytest.mark.parametrize("first", ["numbers", "ids"])
def test_each_input_keeps_its_own_kind_of_number(first):
    numbers, ids = Input((2,), name="numbers"), Input((3,), dtype="int32", name="ids")
    inputs = [numbers, ids] if first == "numbers" else [ids, numbers]
    model = Model(
        inputs,
        layers.Concatenate()(
            [numbers, layers.Flatten()(layers.Embedding(5, 1, embeddings_initializer="ones")(ids))]
        ),
    )
    x = {"numbers": np.array([[0.25, -0.5]]), "ids": np.array([[0, 1, 4]])}
    for output in (model.predict(x, verbose=0), model(x), model.predict_on_batch(x)):
        np.testing.assert_array_equal(output, [[0.25, -0.5, 1, 1, 1]])
        assert output.dtype == "float32"


def of_dicts(library):
    """Two outputs in a dict whose keys do not stand in their order."""
    x = library.layers.Input((3,), name="x")
    h = library.layers.Dense(4, activation="tanh", name="h")(x)
    model = library.Model(
        {"x": x},
        {"z": library.layers.Dense(2, name="p")(h), "c": library.layers.Dense(2, name="q")(h)},
    )
    for seed, name in enumerate("hpq"):
        layer, draw = model.get_layer(name), np.random.default_rng(seed)
        layer.set_weights([draw.normal(size=tuple(w.shape)) for w in layer.weights])
    return model


@pytest.mark.parametrize("order", ["zc", "cz"])
def test_dicts_are_gone_through_as_in_keras(order):
    """Weights, outputs and results of evaluate are in Keras's order."""
    draw = np.random.default_rng(0)
    x, y = draw.normal(size=(20, 3)), {key: draw.normal(size=(20, 2)) for key in "zc"}
    outputs = []
    for library in (brickwork, keras):
        model = of_dicts(library)
        losses = {"z": "mse", "c": "mae"}
        model.compile("sgd", {key: losses[key] for key in order})
        assert [w.path for w in model.weights[2::2]] == ["q/kernel", "p/kernel"]
        outputs.append(
            [
                model.evaluate({"x": x}, y, verbose=0),
                [model.predict({"x": x}, verbose=0)[key] for key in "zc"],
            ]
        )
    for ours, theirs in zip(*outputs, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-5, atol=1e-6)


def test_compute_loss_is_given_the_inputs_as_the_model_has_them():
    seen = []

    class Own(Model):
        def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
            seen.append(x)
            return brickwork.ops.mean(y_pred)

    a, b = layers.Input((3,), name="a"), layers.Input((2,), name="b")
    out, data = layers.Dense(1)(a), {"a": np.ones((4, 3)), "b": np.ones((4, 2))}
    for inputs, x in ((a, data["a"]), ({"b": b, "a": a}, data), ([a, b], data)):
        model = Own(inputs, out)
        model.compile("sgd")
        model.fit(x, np.ones((4, 1)), verbose=0)
    one, by_name, listed = seen
    assert one.shape == (None, 3)
    assert {key: value.shape for key, value in by_name.items()} == {"b": (None, 2), "a": (None, 3)}
    assert [value.shape for value in listed] == [(None, 3), (None, 2)]


def test_outputs_may_be_nested_in_any_way():
    """Also in tuples, which stay tuples however the rows are predicted."""
    x = layers.Input((3,))
    out, data = layers.Dense(1)(x), np.ones((5, 3), "float32")
    for outputs in ((out, out), {"k": [out, out]}, [out, {"u": out}]):
        model = Model(x, outputs)
        for output in (
            model.predict(data, verbose=0),
            model.predict(data[:1], verbose=0),
            model.predict((data[:1] for _ in range(2)), steps=2, verbose=0),
        ):
            brickwork.tree.assert_same_structure(output, outputs)


def test_the_class_model_makes_functional_models_from_their_configs():
    x = layers.Input((3,))
    model = Model(x, layers.Dense(1)(x), name="m")
    again = Model.from_config(model.get_config())
    assert type(again) is type(model) and again.name == "m" and again.output_shape == (None, 1)


def test_a_class_of_ones_own_may_nest_its_outputs_too():
    class Nested(Model):
        def call(self, x):
            return [x, {"u": x, "t": (x, x)}]

    output = Nested().predict(np.ones((5, 3), "float32"), verbose=0)
    brickwork.tree.assert_same_structure(output, [0, {"u": 0, "t": (0, 0)}])


def test_building_a_subclass_makes_its_weights():
    class Two(Model):
        def __init__(self):
            super().__init__()
            self.first, self.second = layers.Dense(3), layers.Dense(1)

        def call(self, inputs):
            return self.second(self.first(inputs))

    class OfPairs(Two):
        def call(self, inputs):
            left, right = inputs
            return self.second(self.first(left)) + right

    model = Two()
    model.build((None, 4))
    assert model.count_params() == 19 and model.built
    before = model.get_weights()
    model.compile("sgd", "mse")
    model.fit(np.ones((2, 4)), np.ones(2), epochs=1, verbose=0)
    assert [w.shape for w in model.get_weights()] == [w.shape for w in before]
    pairs = OfPairs()
    pairs.build([(None, 4), (None, 1)])
    assert pairs.count_params() == 19


class Joined(Model):
    """A model whose `call` takes two arguments, as its own `build` does not."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.first, self.second = layers.Dense(2), layers.Dense(2)

    def call(self, left, right):
        return self.first(left) + self.second(right)


def test_a_call_builds_a_subclass_of_several_arguments():
    assert Joined()(np.ones((2, 3)), np.ones((2, 4))).shape == (2, 2)
    left, right = Input((3,)), Input((4,))
    model = Model([left, right], Joined()(left, right))
    assert model.count_params() == 18
    with pytest.warns(UserWarning, match="takes several arguments, so no weights were created"):
        Joined().build((None, 3))


def test_a_custom_build_may_create_weights_after_the_inherited_one():
    class Late(Model):
        def build(self, input_shape):
            super().build(input_shape)
            self.kernel = self.add_weight((input_shape[-1], 1), name="kernel")

        def call(self, inputs):
            return inputs @ self.kernel

    model = Late()
    model.build((None, 4))
    assert model.count_params() == 4


def test_a_subclass_s_own_entries_of_a_config_are_arguments_again():
    class Named(Model):
        def __init__(self, *args, param=1, **kwargs):
            super().__init__(*args, **kwargs)
            self.param = param

        def get_config(self):
            return {**super().get_config(), "param": self.param}

    x = Input((3,))
    model = Named(inputs=x, outputs=layers.Dense(2)(x), param=3)
    assert Named.from_config(model.get_config()).param == 3


def test_an_optional_input_may_be_none_in_a_call():
    class Sum(layers.Layer):
        def call(self, x, y=None):
            return x if y is None else x + y

        def compute_output_shape(self, x_shape):
            return x_shape

    for optional in (True, False):
        x, y = Input((2,), name="x"), Input((2,), name="y", optional=optional)
        model = Model({"x": x, "y": y}, Sum()(x, y))
        ones = np.ones((2, 2), "float32")
        if optional:
            np.testing.assert_array_equal(model({"x": ones, "y": None}), ones)
            np.testing.assert_array_equal(model({"x": ones, "y": ones}), 2 * ones)
        else:
            with pytest.raises(ValueError, match="not optional"):
                model({"x": ones, "y": None})
