"""`.brick` files: written, read, and read by others."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import numpy as np
import plain_reader
import pytest
from safetensors import safe_open
from safetensors.numpy import load_file
from samples import python

import brickwork
from brickwork import layers, models, optimizers
from brickwork.errors import ArgumentError
from brickwork.layers import Dense, Input
from brickwork.saving import MismatchedFile, NewerFile, NotAModelFile, brick

ROWS = np.random.default_rng(0).normal(size=(60, 4)).astype("float32")
CLASSES = np.random.default_rng(1).integers(0, 3, 60)


def chain(**more):
    model = brickwork.Sequential(
        [
            Input((4,)),
            Dense(8, "relu", kernel_regularizer="l2"),
            layers.Dropout(0.2),
            layers.BatchNormalization(),
            Dense(3, "softmax"),
        ],
        **more,
    )
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


def graph():
    numbers, ids = Input((4,), name="numbers"), Input((2,), dtype="int32", name="ids")
    table = layers.Flatten()(layers.Embedding(5, 3)(ids))
    both = layers.Concatenate()([numbers, table]) * 2.0
    shared = Dense(4, "tanh", name="shared")
    one, two = shared(both), shared(layers.ReLU()(both))
    model = brickwork.Model(
        {"numbers": numbers, "ids": ids},
        {"p": Dense(2)(one), "q": brickwork.Sequential([Dense(3, "relu"), Dense(1)])(two)},
    )
    model.compile(
        optimizers.SGD(0.05, momentum=0.9),
        {"p": "mse", "q": "mae"},
        loss_weights={"q": 0.5},
        metrics={"q": ["mse"]},
    )
    return model


@brickwork.saving.register_keras_serializable("tests")
class Scaled(layers.Layer):
    def __init__(self, factor=2.0, **kwargs):
        super().__init__(**kwargs)
        self.factor = factor

    def build(self, input_shape):
        self.scale = self.add_weight((input_shape[-1],), "ones", name="scale")

    def call(self, inputs):
        return inputs * self.scale * self.factor

    def get_config(self):
        return {**super().get_config(), "factor": self.factor}


class Own(brickwork.Model):
    def __init__(self, width, **kwargs):
        super().__init__(**kwargs)
        self.width, self.first, self.parts = width, Dense(width), [Scaled(), Dense(3, "softmax")]

    def call(self, inputs):
        x = self.first(inputs)
        for part in self.parts:
            x = part(x)
        return x

    def get_config(self):
        return {**super().get_config(), "width": self.width}


def own():
    model = Own(6)
    model.compile(optimizers.RMSprop(0.01), "sparse_categorical_crossentropy")
    model.fit(ROWS, CLASSES, epochs=1, verbose=0)
    return model


def given(model):
    if isinstance(model, brickwork.Model) and len(model._input_ports()) > 1:
        x = {"numbers": ROWS, "ids": np.abs(ROWS[:, :2] * 2).astype("int32") % 5}
        return x, {"p": ROWS[:, :2], "q": ROWS[:, :1]}
    return ROWS, CLASSES


MADE = pytest.mark.parametrize("make", [chain, graph, own])


@MADE
def test_training_goes_on_bit_for_bit(make, tmp_path):
    model = make()
    x, y = given(model)
    model.fit(x, y, epochs=2, verbose=0)
    model.save(tmp_path / "model.brick")
    again = brickwork.load_model(tmp_path / "model.brick", custom_objects={"Own": Own})
    assert type(again) is type(model) and again.name == model.name
    for one in (model, again):
        one.fit(x, y, epochs=3, verbose=0)
    assert again.history.history == model.history.history
    for ours, theirs in zip(
        model.variables + model.optimizer.variables,
        again.variables + again.optimizer.variables,
        strict=True,
    ):
        np.testing.assert_array_equal(theirs.numpy(), ours.numpy())
    assert again.evaluate(x, y, verbose=0, return_dict=True) == model.evaluate(
        x, y, verbose=0, return_dict=True
    )


@MADE
def test_same_model_same_bytes(make, tmp_path):
    model = make()
    model.save(tmp_path / "one.brick"), model.save(tmp_path / "two.brick")
    brickwork.load_model(tmp_path / "one.brick", {"Own": Own}).save(tmp_path / "three.brick")
    contents = {(tmp_path / f"{n}.brick").read_bytes() for n in ("one", "two", "three")}
    assert len(contents) == 1


def test_any_safetensors_reader_opens_it(tmp_path):
    model = chain()
    model.fit(ROWS, CLASSES, verbose=0)
    model.save(tmp_path / "model.brick")
    arrays = load_file(tmp_path / "model.brick")
    for name, weight in [
        ("layers/1/kernel", model.layers[0].kernel),
        ("layers/3/moving_mean", model.layers[2].moving_mean),
    ]:
        np.testing.assert_array_equal(arrays[name], weight.numpy())
    with safe_open(tmp_path / "model.brick", "np") as file:
        assert file.metadata()["format"] == "brick"


def test_a_reader_with_json_and_numpy_predicts_the_same(tmp_path):
    model = brickwork.Sequential(
        [Dense(5, "tanh", input_dim=4), Dense(6, "relu", use_bias=False), Dense(3, "softmax")]
    )
    model.set_weights([np.random.default_rng(2).normal(size=w.shape) for w in model.weights])
    model.save(tmp_path / "model.brick")
    document, arrays = plain_reader.read(tmp_path / "model.brick")
    outputs = plain_reader.predict(document, arrays, ROWS)
    np.testing.assert_allclose(outputs, model.predict(ROWS, verbose=0), rtol=1e-5, atol=1e-6)
    probe = plain_reader.predict(document, arrays, arrays["probe/inputs/0"])
    np.testing.assert_allclose(probe, arrays["probe/outputs/0"], rtol=1e-5, atol=1e-6)


def test_loading_needs_nothing_of_the_process_that_wrote(tmp_path):
    model = chain()
    model.save(tmp_path / "model.brick")
    program = (
        "import sys, numpy as np, brickwork; m = brickwork.load_model(sys.argv[1]);"
        "x = np.ones((2, 4), 'float32');"
        "sys.stdout.buffer.write(m.predict(x, verbose=0).tobytes())"
    )
    out = subprocess.run(
        [sys.executable, "-c", program, tmp_path / "model.brick"],
        capture_output=True,
        check=True,
        env={**os.environ},
    ).stdout
    expected = model.predict(np.ones((2, 4), "float32"), verbose=0)
    np.testing.assert_array_equal(np.frombuffer(out, "float32").reshape(2, 3), expected)


def test_vocabularies_and_statistics_are_kept(tmp_path):
    words, numbers = Input((1,), dtype="string", name="words"), Input((1,), name="amounts")
    lookup = layers.StringLookup(output_mode="one_hot")
    lookup.adapt([["붉은"], ["blue"], ["blue"]])
    scale, bins = layers.Normalization(), layers.Discretization(num_bins=3)
    scale.adapt(np.arange(10.0)[:, None]), bins.adapt(np.arange(10.0)[:, None])
    encoded = layers.Concatenate()(
        [lookup(words), scale(numbers), layers.Embedding(3, 2)(bins(numbers))[:, 0]]
    )
    model = brickwork.Model([words, numbers], Dense(2)(encoded))
    x = [np.array([["blue"], ["붉은"], ["?"]]), np.array([[1.0], [5.0], [8.0]], "float32")]
    model.save(tmp_path / "model.brick")
    again = brickwork.load_model(tmp_path / "model.brick")
    np.testing.assert_array_equal(again.predict(x, verbose=0), model.predict(x, verbose=0))
    assert again.get_layer(lookup.name).get_vocabulary() == ["[UNK]", "blue", "붉은"]


def test_feature_and_class_names_are_kept(tmp_path):
    import pandas as pd

    table = pd.DataFrame(ROWS, columns=["plas", "mass", "age", "preg"])
    model = chain()
    model.fit(table, CLASSES, verbose=0)
    model.class_names = ["no", "maybe", "예"]
    model.save(tmp_path / "model.brick")
    again = brickwork.load_model(tmp_path / "model.brick")
    assert again.class_names == ["no", "maybe", "예"]
    with pytest.raises(ValueError, match="another order"):
        again.predict(table[["mass", "plas", "age", "preg"]], verbose=0)


@pytest.mark.parametrize("names", ["abc", ["no", "no", "yes"], [["no"], ["yes"]], 3])
def test_class_names_that_no_file_could_hold(tmp_path, names):
    model = chain()
    model.class_names = names
    with pytest.raises(ArgumentError, match=r"class_names.*expected a list of distinct names"):
        model.save(tmp_path / "model.brick")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "units, names, words",
    [
        (1, ["no"], "output of 1 unit, expected 2: the name of class 0"),
        (1, ["a", "b", "c"], "expected 2"),
        (3, ["a", "b"], "output of 3 units, expected 3: one for"),
        (2, ["a", "b", "c"], "expected 2: one for each unit"),
        (1, ["no", "yes"], None),
        (2, ["no", "yes"], None),
        (3, ["a", "b", "c"], None),
    ],
)
def test_class_names_must_match_the_units(tmp_path, units, names, words):
    model = brickwork.Sequential([layers.Dense(units, input_dim=4)])
    model.class_names = names
    if words is None:
        model.save(tmp_path / "model.brick")
        assert brickwork.load_model(tmp_path / "model.brick").class_names == names
        return
    with pytest.raises(ArgumentError, match=rf"^model\.class_names: .*{words}"):
        model.save(tmp_path / "model.brick")
    assert not list(tmp_path.iterdir())


def test_frozen_layers_stay_frozen(tmp_path):
    model = chain()
    model.layers[0].trainable = False
    model.compile("adam", "sparse_categorical_crossentropy")
    model.fit(ROWS, CLASSES, verbose=0)
    model.save(tmp_path / "model.brick")
    again = brickwork.load_model(tmp_path / "model.brick")
    assert [w.trainable for w in again.weights] == [w.trainable for w in model.weights]
    assert len(again.trainable_weights) == 4


def test_what_was_frozen_after_compile_has_its_slots(tmp_path):
    model = chain()
    model.fit(ROWS, CLASSES, verbose=0)
    model.layers[0].trainable = False
    model.save(tmp_path / "model.brick")
    again = brickwork.load_model(tmp_path / "model.brick")
    assert len(again.optimizer.variables) == len(model.optimizer.variables)


def test_a_model_that_is_not_built_goes_without_weights(tmp_path):
    model = brickwork.Sequential([Dense(3), Dense(1)])
    model.save(tmp_path / "model.brick")
    again = brickwork.load_model(tmp_path / "model.brick")
    assert not again.built and [layer.units for layer in again.layers] == [3, 1]


def test_every_optimizer_goes_on(tmp_path):
    names = [
        n
        for n in optimizers.names
        if n not in ("MultiOptimizer", "OptimizerMap", "LossScaleOptimizer")
    ]
    made = [getattr(optimizers, name)(learning_rate=0.01) for name in names]
    made += [
        optimizers.LossScaleOptimizer(optimizers.Adam(0.01)),
        optimizers.MultiOptimizer(
            optimizers.multi.OptimizerMap(
                optimizers.SGD(0.1, momentum=0.9), {".*bias": optimizers.Adam(0.01)}
            )
        ),
        optimizers.SGD(optimizers.schedules.ExponentialDecay(0.1, 5, 0.5), momentum=0.9),
        optimizers.Adam(0.01, use_ema=True, ema_overwrite_frequency=2, amsgrad=True),
        optimizers.SGD(0.1, gradient_accumulation_steps=3),
    ]
    for optimizer in made:
        model = brickwork.Sequential([Dense(3, input_dim=4), Dense(1)])
        model.compile(optimizer, "mse")
        model.fit(ROWS, ROWS[:, :1], epochs=2, verbose=0)
        model.save(tmp_path / "model.brick")
        again = brickwork.load_model(tmp_path / "model.brick")
        for one in (model, again):
            one.fit(ROWS, ROWS[:, :1], epochs=2, verbose=0)
        for ours, theirs in zip(model.weights, again.weights, strict=True):
            np.testing.assert_array_equal(theirs.numpy(), ours.numpy(), err_msg=repr(optimizer))


# Weights alone


def test_weights_alone(tmp_path):
    model, other = chain(), chain()
    model.fit(ROWS, CLASSES, verbose=0), other.fit(ROWS, CLASSES, verbose=0)
    model.save_weights(tmp_path / "weights.brick")
    other.load_weights(tmp_path / "weights.brick")
    for one, two in zip(
        model.variables + model.optimizer.variables,
        other.variables + other.optimizer.variables,
        strict=True,
    ):
        np.testing.assert_array_equal(one.numpy(), two.numpy())
    with pytest.raises(MismatchedFile, match="only weights"):
        brickwork.load_model(tmp_path / "weights.brick")


def test_weights_of_another_model_change_nothing(tmp_path):
    chain().save_weights(tmp_path / "weights.brick")
    for other in (
        brickwork.Sequential([Dense(8, input_dim=4), Dense(3)]),
        brickwork.Sequential(
            [Input((4,)), Dense(8), layers.Dropout(0.1), layers.BatchNormalization(), Dense(2)]
        ),
    ):
        before = other.get_weights()
        with pytest.raises(MismatchedFile, match=r"of another model|expected float32"):
            other.load_weights(tmp_path / "weights.brick")
        for weight, old in zip(other.get_weights(), before, strict=True):
            np.testing.assert_array_equal(weight, old)


def test_export_is_for_prediction_only(tmp_path, capsys):
    model = chain()
    model.fit(ROWS, CLASSES, verbose=0)
    model.export(tmp_path / "exported.brick", verbose=True)
    assert "exported.brick" in capsys.readouterr().out
    again = brickwork.load_model(tmp_path / "exported.brick")
    np.testing.assert_array_equal(again.predict(ROWS, verbose=0), model.predict(ROWS, verbose=0))
    assert again.optimizer is None
    assert not any(name.startswith("optimizer/") for name in load_file(tmp_path / "exported.brick"))
    with pytest.raises(ArgumentError, match="does not write ONNX files yet"):
        model.export(tmp_path / "exported", format="onnx")


# What is not as it should be


def test_names_of_other_kinds_are_refused(tmp_path):
    model = chain()
    for name in ("model", "model.pkl", "model.tf"):
        with pytest.raises(ArgumentError, match=r"ends in .brick"):
            model.save(tmp_path / name)
    with pytest.raises(ArgumentError, match="expected the path"):
        model.save(3)


def test_errors_have_different_classes(tmp_path):
    with pytest.raises(FileNotFoundError, match="there is no such file"):
        brickwork.load_model(tmp_path / "none.brick")
    (tmp_path / "text.brick").write_text("a model, honestly")
    with pytest.raises(NotAModelFile, match="a file of another format"):
        brickwork.load_model(tmp_path / "text.brick")
    (tmp_path / "folder.brick").mkdir()
    with pytest.raises(IsADirectoryError):
        brickwork.load_model(tmp_path / "folder.brick")


def test_a_later_version_is_refused_and_named(tmp_path, monkeypatch):
    model = chain()
    monkeypatch.setattr(brick, "__version__", "9.9")
    genuine = brick.packed

    def later(arrays, metadata):
        return genuine(arrays, {**metadata, "min_reader": "2"})

    monkeypatch.setattr(brick, "packed", later)
    model.save(tmp_path / "model.brick")
    with pytest.raises(NewerFile, match=r"brickwork 9\.9"):
        brickwork.load_model(tmp_path / "model.brick")


def test_a_class_that_has_changed_is_noticed(tmp_path):
    model = own()
    model.save(tmp_path / "model.brick")

    class Changed(Own):
        def call(self, inputs):
            return super().call(inputs) + 1

    with pytest.raises(MismatchedFile, match="differ from those of the saved model"):
        brickwork.load_model(tmp_path / "model.brick", {"Own": Changed})
    brickwork.load_model(tmp_path / "model.brick", {"Own": Changed}, probe=False)


def test_an_unknown_class_is_named(tmp_path):
    own().save(tmp_path / "model.brick")
    with pytest.raises(ArgumentError, match="Own"):
        brickwork.load_model(tmp_path / "model.brick")


def test_a_config_that_no_file_can_hold_says_where(tmp_path):
    class Odd(Scaled):
        def get_config(self):
            return {**super().get_config(), "factor": object()}

    model = brickwork.Sequential([Input((2,)), Odd()])
    with pytest.raises(ArgumentError, match=r"'factor'"):
        model.save(tmp_path / "model.brick")
    assert not list(tmp_path.iterdir())


def test_there_is_no_unsafe_mode(tmp_path):
    chain().save(tmp_path / "model.brick")
    with pytest.raises(ArgumentError, match="never runs code"):
        brickwork.load_model(tmp_path / "model.brick", safe_mode=False)


def test_nothing_is_overwritten_that_may_not_be(tmp_path):
    model = chain()
    model.save(tmp_path / "model.brick")
    with pytest.raises(FileExistsError):
        model.save(tmp_path / "model.brick", overwrite=False)


def test_loading_draws_nothing_from_numpy_s_generator(tmp_path):
    chain().save(tmp_path / "model.brick")
    np.random.seed(3)
    expected = np.random.rand()
    np.random.seed(3)
    brickwork.load_model(tmp_path / "model.brick")
    assert np.random.rand() == expected


def test_json_makes_the_same_model():
    model, (x, _) = graph(), given(graph())
    text = model.to_json()
    again = models.model_from_json(text)
    assert [type(layer) for layer in again.layers] == [type(layer) for layer in model.layers]
    again.set_weights(model.get_weights())
    for ours, theirs in zip(
        model.predict(x, verbose=0).values(), again.predict(x, verbose=0).values(), strict=True
    ):
        np.testing.assert_array_equal(theirs, ours)
    assert json.loads(text)["class_name"] == "Functional"
    with pytest.raises(brickwork.saving.DamagedFile, match="invalid JSON"):
        models.model_from_json("{")


def test_a_config_may_not_request_all_memory():
    text = brickwork.Sequential([Dense(2, input_dim=3)]).to_json()
    for units in (10**9, 2 * 10**9):
        with pytest.raises(brickwork.saving.DamagedFile, match=r"2,147,483,648 parameters"):
            models.model_from_json(text.replace('"units": 2', f'"units": {units}'))


def test_weights_of_another_model_leave_the_optimizer_unbuilt(tmp_path):
    """It would have slots for the weights that the file's training changed."""
    model = chain()
    model.layers[0].trainable = False
    model.fit(ROWS, CLASSES, verbose=0)
    model.save_weights(tmp_path / "w.brick")
    other = brickwork.Sequential([Input((4,)), *chain().layers[:-1], Dense(4, "softmax")])
    other.compile("adam", "sparse_categorical_crossentropy")
    with pytest.raises(MismatchedFile, match="kernel"):
        other.load_weights(tmp_path / "w.brick")
    assert not other.optimizer.built
    other.fit(ROWS, CLASSES, verbose=0)


def test_layers_that_a_file_does_not_fit_are_left_alone(tmp_path):
    one, two = (brickwork.Sequential([Input((4,)), Dense(8), Dense(last)]) for last in (3, 5))
    one.save_weights(tmp_path / "w.brick")
    before = two.get_weights()
    with pytest.warns(UserWarning, match=r"layers/2/kernel.* of shape \(8, 3\), expected.*8, 5"):
        two.load_weights(tmp_path / "w.brick", skip_mismatch=True)
    for got, expected in zip(two.get_weights(), [*one.get_weights()[:2], *before[2:]], strict=True):
        np.testing.assert_array_equal(got, expected)
    with pytest.raises(ArgumentError, match=r"by_name: got True.*only \.h5 files"):
        two.load_weights(tmp_path / "w.brick", by_name=True)


def test_a_pipe_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe.brick")
    with pytest.raises(OSError, match="a pipe or a device"):
        brickwork.load_model(tmp_path / "pipe.brick")


MEMORY = """
import sys, brickwork
def kilobytes(what):
    with open("/proc/self/status") as lines:
        return next(int(line.split()[1]) for line in lines if line.startswith(what))
brickwork.load_model(sys.argv[1])  # loads all modules that reading needs
with open("/proc/self/clear_refs", "w") as file:
    file.write("5")
before = kilobytes("VmRSS")
brickwork.load_model(sys.argv[2])
print(kilobytes("VmHWM") - before)
"""


def test_reading_takes_twice_the_file_at_most(tmp_path):
    chain().save(tmp_path / "small.brick")
    brickwork.Sequential([Dense(3000, input_dim=2000), Dense(1)]).save(tmp_path / "large.brick")
    out = python("-c", MEMORY, "small.brick", "large.brick", cwd=tmp_path).stdout
    size = (tmp_path / "large.brick").stat().st_size / 1024
    assert size > 20_000 and size < int(out) < 2 * size + 64 * 1024


@pytest.mark.parametrize("ending", [".brick", ".weights.h5", ".h5"])
def test_weights_go_into_a_folder_that_is_made(tmp_path, ending):
    model = brickwork.Sequential([layers.Dense(2, input_dim=3)])
    file = tmp_path / "new" / "folder" / f"w{ending}"
    model.save_weights(file)
    wanted = model.get_weights()
    model.set_weights([np.zeros_like(w) for w in wanted])
    model.load_weights(file)
    assert all(map(np.array_equal, model.get_weights(), wanted))
