"""Distillation against Keras: the losses, and what students learn."""

import copy

import keras
import numpy as np
import pytest

import brickwork
from brickwork.data.notices import DataWarning, forget_warnings
from brickwork.distillation import (
    DistillationLoss,
    Distiller,
    FeatureDistillation,
    LogitsDistillation,
)

RNG = np.random.default_rng(3)
X = RNG.normal(size=(64, 4)).astype("float32")
Y = RNG.integers(0, 3, 64)
TEACHER, STUDENT = RNG.normal(size=(2, 5, 3)).astype("float32")


def weights_of(model) -> list[np.ndarray]:
    return [np.asarray(w) for w in model.weights]


def net(library, units, name, regularizer=None):
    return library.Sequential(
        [
            library.Input((4,)),
            library.layers.Dense(units, "tanh", name="h", kernel_regularizer=regularizer),
            library.layers.Dense(6, name="features"),
            library.layers.Dense(3, name="out"),
        ],
        name=name,
    )


def two_ended(library, units, name):
    x = library.Input((4,), name="x")
    h = library.layers.Dense(units, "tanh", name="h")(x)
    return library.Model(
        x, [library.layers.Dense(3, name="a")(h), library.layers.Dense(2, name="b")(h)], name=name
    )


def loss_for(library):
    return library.losses.SparseCategoricalCrossentropy(from_logits=True)


#: By name: the losses and further arguments, for a library.
CASES = {
    "logits": lambda k: (k.distillation.LogitsDistillation(loss=k.losses.KLDivergence()), {}),
    "of one name": lambda k: (k.distillation.LogitsDistillation(2.0, "mse"), {}),
    "features": lambda k: (k.distillation.FeatureDistillation("mae", "features", "features"), {}),
    "outputs": lambda k: (k.distillation.FeatureDistillation(), {"student_loss_weight": 0.2}),
    "several": lambda k: (
        [
            k.distillation.LogitsDistillation(4, k.losses.KLDivergence()),
            k.distillation.FeatureDistillation("mse", "features", "features"),
        ],
        {"distillation_loss_weights": [1.5, 0.25], "student_loss_weight": 0.7},
    ),
    "the teacher alone": lambda k: (
        k.distillation.FeatureDistillation("mse"),
        {"student_loss_weight": 0},
    ),
    "the targets alone": lambda k: (
        k.distillation.FeatureDistillation("mse"),
        {"student_loss_weight": 1.0},
    ),
}


def distilled(library, case, weights=None, regularizer=None):
    """A distiller after 8 steps, the logs of fit and evaluate, and the initial weights."""
    teacher, student = net(library, 8, "teacher"), net(library, 5, "student", regularizer)
    weights = weights or [weights_of(model) for model in (teacher, student)]
    teacher.set_weights(weights[0])
    student.set_weights(weights[1])
    losses, given = case(library)
    distiller = library.distillation.Distiller(teacher, student, losses, **given)
    distiller.compile(library.optimizers.SGD(0.1), loss=loss_for(library), metrics=["accuracy"])
    history = distiller.fit(X, Y, batch_size=16, epochs=2, shuffle=False, verbose=0).history
    return distiller, history, distiller.evaluate(X, Y, verbose=0, return_dict=True), weights


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_students_learn_what_keras_s_learn(case):
    theirs, history, end, weights = distilled(keras, case)
    ours, our_history, our_end, _ = distilled(brickwork, case, weights)
    assert our_history.keys() == history.keys()
    for name, values in history.items():
        np.testing.assert_allclose(our_history[name], values, rtol=1e-4, atol=1e-6, err_msg=name)
        np.testing.assert_allclose(our_end[name], end[name], rtol=1e-4, atol=1e-6, err_msg=name)
    for one, other in zip(weights_of(ours.student), weights_of(theirs.student), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-4, atol=1e-5)
    for one, other in zip(weights_of(ours.teacher), weights[0], strict=True):
        np.testing.assert_array_equal(one, other)
    np.testing.assert_array_equal(ours.predict(X, verbose=0), ours.student.predict(X, verbose=0))


def test_penalties_are_left_out_as_in_keras_with_a_warning():
    theirs, *_, weights = distilled(keras, CASES["outputs"], regularizer="l2")
    forget_warnings()
    with pytest.warns(DataWarning, match="regularizers are not added"):
        ours, *_ = distilled(brickwork, CASES["outputs"], weights, "l2")
    for one, other in zip(weights_of(ours), weights_of(theirs), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-4, atol=1e-5)


def test_outputs_in_a_list_have_a_loss_each():
    """Keras's own distiller does not train such students; its losses are what they are of."""
    teacher, student = two_ended(brickwork, 8, "teacher"), two_ended(brickwork, 5, "student")
    distiller = Distiller(
        teacher, student, LogitsDistillation(2.0, [brickwork.losses.KLDivergence(), "mse"])
    )
    distiller.compile("sgd", loss=[loss_for(brickwork), None])
    logs = distiller.evaluate(X, [Y, X[:, :2]], batch_size=64, verbose=0, return_dict=True)
    outputs = [model.predict(X, verbose=0) for model in (teacher, student)]
    wanted = keras.distillation.LogitsDistillation(2.0, [keras.losses.KLDivergence(), "mse"])
    np.testing.assert_allclose(logs["distillation_loss"], wanted.compute_loss(*outputs), rtol=1e-5)
    np.testing.assert_allclose(logs["student_loss"], loss_for(keras)(Y, outputs[1][0]), rtol=1e-5)
    first = logs["loss"]
    logs = distiller.fit(X, [Y, X[:, :2]], epochs=20, verbose=0).history["loss"]
    assert logs[-1] < first
    distiller = Distiller(teacher, student, LogitsDistillation())
    distiller.compile("sgd", loss=[loss_for(brickwork), None])
    with pytest.raises(ValueError, match="a loss or None for each output"):
        distiller.fit(X, [Y, X[:, :2]], verbose=0)


def test_the_name_of_the_divergence_is_the_divergence():
    """Keras's class computes what the documentation of both says, but its name does not."""
    wanted = keras.distillation.LogitsDistillation(loss=keras.losses.KLDivergence())
    ours = LogitsDistillation()
    np.testing.assert_allclose(
        float(ours.compute_loss(TEACHER, STUDENT)),
        float(wanted.compute_loss(TEACHER, STUDENT)),
        rtol=1e-5,
    )


def test_a_distiller_with_a_loss_of_one_s_own_needs_no_targets_without_their_loss():
    class Difference(DistillationLoss):
        def compute_loss(self, teacher_outputs, student_outputs, **kwargs):
            return brickwork.ops.mean(brickwork.ops.abs(teacher_outputs - student_outputs))

    teacher, student = net(brickwork, 8, "teacher"), net(brickwork, 5, "student")
    distiller = Distiller(teacher, student, Difference(), student_loss_weight=0.0)
    distiller.compile(brickwork.optimizers.Adam(0.01), loss="mse")
    logs = distiller.fit(X, epochs=60, verbose=0).history["loss"]
    difference = np.abs(teacher.predict(X, verbose=0) - student.predict(X, verbose=0)).mean()
    assert difference < logs[-1] * 1.02 < logs[0] / 2


def test_copies_configs_and_files_are_as_good(tmp_path):
    distiller, *_ = distilled(brickwork, CASES["several"])
    assert distiller.layers == [distiller.teacher, distiller.student]
    twin = copy.deepcopy(distiller)
    again = Distiller.from_config(distiller.get_config())
    again.set_weights(distiller.get_weights())
    assert again.distillation_loss_weights == [1.5, 0.25] and again.student_loss_weight == 0.7
    assert [repr(loss) for loss in again.distillation_losses] == [
        repr(loss) for loss in distiller.distillation_losses
    ]
    again.compile(brickwork.optimizers.SGD(0.1), loss=loss_for(brickwork))
    distiller.save(tmp_path / "distiller.brick")
    opened = brickwork.load_model(tmp_path / "distiller.brick")
    assert type(opened) is Distiller and not opened.teacher.trainable
    made = brickwork.saving.deserialize_keras_object(
        brickwork.saving.serialize_keras_object(distiller)
    )
    assert made.get_config() == distiller.get_config()
    for model in (twin, again, opened, distiller):
        model.fit(X, Y, shuffle=False, verbose=0)
    for other in (twin, again, opened):
        for a, b in zip(other.get_weights(), distiller.get_weights(), strict=True):
            np.testing.assert_array_equal(a, b)


def bad_compute_loss(*_, **__):
    return brickwork.ops.ones((3,))


class NotOne(DistillationLoss):
    compute_loss = bad_compute_loss


def test_mistakes_are_refused_in_words():
    teacher, student = net(brickwork, 8, "teacher"), net(brickwork, 5, "student")
    good = LogitsDistillation()
    wide = brickwork.Sequential([brickwork.Input((4,)), brickwork.layers.Dense(9)])
    for arguments, words in [
        ((teacher, 3, good), "Distiller.student: got 3"),
        ((teacher, teacher, good), "the teacher itself"),
        ((teacher, wide, good), r"output_shape: got \(None, 9\)"),
        ((teacher, student, None), "distillation_losses: got None"),
        ((teacher, student, [good], [1, 2]), "got 2 numbers, expected 1"),
        ((teacher, student, good, None, 1.5), "student_loss_weight: got 1.5"),
        ((teacher, student, FeatureDistillation("mse", "no", "h")), "teacher_layer_name: got 'no'"),
    ]:
        with pytest.raises(ValueError, match=words):
            Distiller(*arguments)
    for make, words in [
        (lambda: LogitsDistillation(0), "temperature: got 0"),
        (lambda: LogitsDistillation(loss=[None]), "at least one output"),
        (lambda: FeatureDistillation("msee"), "msee"),
    ]:
        with pytest.raises(ValueError, match=words):
            make()
    distiller = Distiller(teacher, student, good)
    with pytest.raises(ValueError, match=r"compile.loss: got None"):
        distiller.compile("sgd")
    distiller.compile("sgd", loss_for(brickwork))
    with pytest.raises(ValueError, match="99"):
        distiller.fit(X, np.full(64, 99), verbose=0)
    forget_warnings()
    with pytest.warns(DataWarning, match="not used in its loss"):
        distiller.fit(X, Y, sample_weight=np.ones(64), verbose=0)
    distiller = Distiller(teacher, student, NotOne())
    distiller.compile("sgd", loss_for(brickwork))
    with pytest.raises(ValueError, match=r"NotOne.compute_loss: got the shape \(3,\)"):
        distiller.fit(X, Y, verbose=0)
