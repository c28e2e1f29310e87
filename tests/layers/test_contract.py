"""Properties of every registered layer: a new one is tested by being entered in `CASES`,
or, where Keras has none, in `LAYERS` of tests/ours.py."""

from __future__ import annotations

import copy
import json
import pickle

import keras
import keras_oracle as oracle
import numpy as np
import ours as declared
import pytest
from samples import LONG

import brickwork
from brickwork import layers, ops
from brickwork.program import gradients, run, signature_of, trace_function

pytestmark = pytest.mark.filterwarnings("ignore:.*rms_scaling")  # Keras is to give it up


class Of:
    """An argument that is made by one library or the other."""

    def __init__(self, make):
        self.make = make


class Ids(tuple):
    """The shape of a row of whole numbers from 0 to 4."""


AFFINE = {
    "beta_initializer": "ones",
    "gamma_regularizer": "l2",
    "beta_regularizer": "l1",
    "gamma_constraint": "non_neg",
    "beta_constraint": "max_norm",
}
PAIR = [(3, 4), (3, 4)]
ALL_MERGE = [({}, PAIR), ({}, [(3, 4), (4,)]), ({}, [(3, 4), (3, 1)])]
MANY_MERGE = [*ALL_MERGE, ({}, [(4,)]), ({}, [(4,), (4,), (1,)]), ({}, [Ids((3,)), (3,)])]


def dense(**kwargs):
    """A layer inside of another."""
    return {"layer": Of(lambda library: library.layers.Dense(3, name="inner", **kwargs))}


#: For each layer: (arguments, shape of one row, or a list of such) as often as it has ways to work.
CASES = {
    **{name: MANY_MERGE for name in ("Add", "Average", "Maximum", "Minimum", "Multiply")},
    "Subtract": ALL_MERGE,
    "Concatenate": [
        ({}, [(3, 4), (3, 2)]),
        ({"axis": 1}, [(2, 4), (3, 4), (1, 4)]),
        ({"axis": -2}, [(2, 4)]),
    ],
    "Dot": [
        ({"axes": 1}, [(4,), (4,)]),
        ({"axes": (2, 2)}, [(3, 4), (5, 4)]),
        ({"axes": (1, 2), "normalize": True}, [(4, 3), (5, 4)]),
        ({"axes": -1}, [(3, 4), (4,)]),
        ({"axes": (1, 2)}, [(4,), (2, 4)]),
        ({"axes": (2, 1)}, [(2, 4, 3), (4, 3, 2)]),
    ],
    "ActivityRegularization": [({"l1": 0.2, "l2": 0.1}, (3,)), ({}, (2, 3))],
    "AlphaDropout": [
        ({"rate": 0.4, "seed": 3}, (4,)),
        ({"rate": 0.0}, (2, 2)),
        ({"rate": 0.5, "noise_shape": (None, 1, 4)}, (3, 4)),
    ],
    "BatchNormalization": [
        ({}, (4,)),
        ({"axis": 1, "momentum": 0.8, "epsilon": 0.1, **AFFINE}, (3, 4)),
        ({"center": False, "scale": False, "moving_mean_initializer": "ones"}, (2, 3)),
        ({"renorm": True, "renorm_momentum": 0.9}, (3,)),
        (
            {
                "renorm": True,
                "scale": False,
                "center": False,
                "renorm_clipping": {"rmin": 0.5, "rmax": 1.5, "dmax": 0.5},
            },
            (2, 3),
        ),
        ({}, (1,)),
    ],
    "ELU": [({}, (4,)), ({"alpha": 0.5}, (2, 3))],
    "EinsumDense": [
        ({"equation": "ab,bc->ac", "output_shape": 3}, (4,)),
        (
            {
                "equation": "abc,cd->abd",
                "output_shape": (None, 3),
                "bias_axes": "d",
                "activation": "tanh",
                "kernel_regularizer": "l2",
                "bias_regularizer": "l1",
                "activity_regularizer": "l1",
            },
            (2, 4),
        ),
        (
            {
                "equation": "abc,cde->abde",
                "output_shape": (2, 3, 2),
                "bias_axes": "de",
                "kernel_constraint": "non_neg",
            },
            (2, 3),
        ),
        ({"equation": "...x,xy->...y", "output_shape": 3, "bias_axes": "y"}, (2, 4)),
        ({"equation": "ab...,bc->ac...", "output_shape": 2, "bias_axes": "c"}, (3, 2)),
        ({"equation": "abcd,cde->abe", "output_shape": (2, 3)}, (2, 3, 2)),
        ({"equation": "abc,bcd->abd", "output_shape": (2, 3), "bias_axes": "b"}, (2, 3)),
        ({"equation": "ab,bc->ac", "output_shape": 3, "lora_rank": 2}, (4,)),
    ],
    "Embedding": [
        ({"input_dim": 5, "output_dim": 3}, Ids((4,))),
        (
            {
                "input_dim": 5,
                "output_dim": 2,
                "mask_zero": True,
                "embeddings_regularizer": "l2",
                "embeddings_constraint": "non_neg",
            },
            Ids(()),
        ),
        ({"input_dim": 5, "output_dim": 2, "lora_rank": 1}, Ids((2, 3))),
    ],
    "ReversibleEmbedding": [
        ({"input_dim": 5, "output_dim": 3}, Ids((4,))),
        ({"input_dim": 5, "output_dim": 3, "tie_weights": False, "logit_soft_cap": 2.0}, Ids((2,))),
    ],
    "GaussianDropout": [({"rate": 0.4, "seed": 3}, (4,)), ({"rate": 0.0}, (2, 2))],
    "GaussianNoise": [({"stddev": 0.4, "seed": 3}, (4,)), ({"stddev": 0.0}, (2, 2))],
    **{
        name: [({}, (3, 4)), ({"keepdims": True, "data_format": "channels_first"}, (3, 4))]
        for name in ("GlobalAveragePooling1D", "GlobalMaxPooling1D")
    },
    "GroupNormalization": [
        ({"groups": 2}, (4,)),
        ({"groups": 2, "axis": 1, **AFFINE}, (4, 3)),
        ({"groups": -1, "epsilon": 0.1, "scale": False}, (2, 3)),
        ({"groups": 1, "center": False}, (2, 3)),
        ({"groups": 2, "axis": -2}, (4, 3)),
    ],
    "Identity": [({}, (3,)), ({}, Ids((2, 3)))],
    "Lambda": [
        ({"function": Of(lambda library: library.activations.tanh)}, (3,)),
        (
            {
                "function": Of(lambda library: library.activations.leaky_relu),
                "arguments": {"negative_slope": 0.5},
                "output_shape": (2, 3),
            },
            (2, 3),
        ),
    ],
    "LayerNormalization": [
        ({}, (4,)),
        ({"axis": (1, 2), "epsilon": 0.1, **AFFINE}, (3, 4)),
        ({"axis": 1, "center": False}, (3, 4)),
        ({"scale": False}, (2, 3)),
        ({"rms_scaling": True}, (4,)),
        ({"rms_scaling": True, "axis": [1]}, (3, 4)),
    ],
    "LeakyReLU": [({}, (4,)), ({"negative_slope": 0.5}, (2, 3))],
    "Masking": [({}, (3, 4)), ({"mask_value": -1.0}, (4,))],
    "Normalization": [
        ({}, (4,)),
        ({"axis": (1, -1)}, (3, 4)),
        ({"axis": None}, (3, 4)),
        ({"mean": 2.0, "variance": 4.0}, (4,)),
        ({"mean": [1.0, 2.0], "variance": [0.5, 4.0], "invert": True}, (3, 2)),
        ({"axis": (1, 2), "mean": [1.0, 2.0], "variance": [0.5, 4.0]}, (3, 2)),
        ({}, Ids((3,))),
    ],
    "PReLU": [
        ({}, (4,)),
        ({"shared_axes": (1,), "alpha_regularizer": "l2", "alpha_constraint": "non_neg"}, (3, 4)),
        ({"shared_axes": 2}, (3, 4)),
    ],
    "Permute": [
        ({"dims": (2, 1)}, (3, 4)),
        ({"dims": (3, 1, 2)}, (2, 3, 4)),
        ({"dims": (1,)}, (3,)),
    ],
    "RMSNormalization": [({}, (4,)), ({"axis": (1, 2), "epsilon": 0.1}, (3, 4))],
    "ReLU": [({}, (4,)), ({"max_value": 0.5, "negative_slope": 0.1, "threshold": 0.2}, (2, 3))],
    "RepeatVector": [({"n": 3}, (4,))],
    "Rescaling": [
        ({"scale": 0.5}, (4,)),
        ({"scale": [1.0, 2.0], "offset": [3.0, 4.0]}, (3, 2)),
        ({"scale": 0.5, "offset": 1.0}, Ids((3,))),
    ],
    "Reshape": [
        ({"target_shape": (2, 3)}, (6,)),
        ({"target_shape": (-1, 2)}, (3, 4)),
        ({"target_shape": (12,)}, (3, 4)),
        ({"target_shape": (1,)}, ()),
    ],
    "Softmax": [({}, (4,)), ({"axis": 1}, (3, 4)), ({"axis": (1, 2)}, (3, 4))],
    "SpatialDropout1D": [({"rate": 0.4, "seed": 3}, (3, 4)), ({"rate": 0.0}, (2, 2))],
    "SpectralNormalization": [
        (dense(), (4,)),
        ({**dense(use_bias=False), "power_iterations": 3}, (2, 4)),
    ],
    "TimeDistributed": [
        (dense(activation="tanh", kernel_regularizer="l2"), (2, 4)),
        (dense(), (2, 3, 4)),
        ({"layer": Of(lambda library: library.layers.BatchNormalization(name="inner"))}, (2, 3)),
    ],
    "UnitNormalization": [({}, (4,)), ({"axis": 1}, (3, 4)), ({"axis": [1, 2]}, (3, 4))],
    "Activation": [
        ({"activation": "tanh"}, (3,)),
        ({"activation": "softmax"}, (2, 4)),
        ({"activation": "glu"}, (6,)),
        ({"activation": "linear"}, (3,)),
    ],
    "Dense": [
        ({"units": 3}, (4,)),
        ({"units": 1, "activation": "sigmoid", "use_bias": False}, (5,)),
        ({"units": 2, "activation": "softmax"}, (3, 4)),
        (
            {
                "units": 3,
                "activation": "gelu",
                "kernel_initializer": "he_normal",
                "bias_initializer": "ones",
                "kernel_regularizer": "l2",
                "bias_regularizer": "l1",
                "activity_regularizer": "l1",
                "kernel_constraint": "max_norm",
                "bias_constraint": "non_neg",
            },
            (4,),
        ),
        ({"units": 3, "lora_rank": 2}, (4,)),
        ({"units": 4, "activation": "tanh"}, (2, 3, 2)),
    ],
    "Dropout": [
        ({"rate": 0.4, "seed": 3}, (4,)),
        ({"rate": 0.0}, (2, 2)),
        ({"rate": 0.5, "noise_shape": (None, 1, 4)}, (3, 4)),
    ],
    "Flatten": [({}, (2, 3)), ({"data_format": "channels_first"}, (2, 3, 4)), ({}, ())],
    "InputLayer": [({"shape": (4,)}, (4,))],
}
OURS = {name: entry.cases for name, entry in declared.LAYERS.items()}
ALL = [
    pytest.param(name, kwargs, row, id=f"{name}-{i}")
    for name, cases in (CASES | OURS).items()
    for i, (kwargs, row) in enumerate(cases)
]
EACH = pytest.mark.parametrize(("name", "kwargs", "row"), ALL)
#: What Keras has too.
SHARED = [case for case in ALL if case.values[0] not in OURS]
WITH_KERAS = pytest.mark.parametrize(("name", "kwargs", "row"), SHARED)
KINDS = pytest.mark.parametrize("dtype", ["float32", "float64"])


def made(name, kwargs, library=brickwork, **more):
    kwargs = {
        key: value.make(library) if isinstance(value, Of) else value
        for key, value in kwargs.items()
    }
    return getattr(library.layers, name)(**kwargs, **more)


def check_initializers(name, given, x):
    """Weights start as the initializers among the arguments say."""
    for argument in given:
        if argument.endswith("_initializer"):
            layer = made(name, {**given, argument: brickwork.initializers.Constant(0.375)})
            layer(x)
            assert any((w == 0.375).all() for w in layer.get_weights()), (
                f"{name}: no weight starts as {argument} says: write "
                f"initializer=self.{argument} in the add_weight that it is for"
            )


def data(row, dtype="float64", rows=5, seed=1):
    """Rows of a shape, or a list of such for each of several."""
    if isinstance(row, list):
        return [data(one, dtype, rows, seed + i) for i, one in enumerate(row)]
    rng = np.random.default_rng(seed)
    if isinstance(row, Ids):
        return rng.integers(0, 5, size=(rows, *row)).astype("int32")
    return rng.normal(size=(rows, *row)).astype(dtype)


def each(function, x):
    """A function of an input, or of each of several."""
    return list(map(function, x)) if isinstance(x, list) else function(x)


def flat(x) -> list:
    return list(x) if isinstance(x, list) else [x]


def batch_shape(row):
    return each(lambda one: (None, *one), row)


def spread(layer):
    """Give every weight, zeros too, distinct values; variances are positive."""
    rng = np.random.default_rng(2)
    values = [rng.normal(size=w.shape) for w in layer.weights]
    layer.set_weights(
        [
            np.abs(v) + 0.5
            if w.name.endswith(("variance", "stddev"))
            else v
            if w.dtype.startswith("float")
            else w.array
            for w, v in zip(layer.weights, values, strict=True)
        ]
    )


def test_every_registered_layer_has_cases():
    # Layers on raw data and tables have their own contract, tests/preprocessing; so have old ones.
    names = {
        kind.__name__
        for kind in layers.registry.items()
        if not any(part in kind.__module__ for part in (".raw.", ".table.", ".dialects."))
    }
    declared.all_have_cases(
        "LAYERS", names - {"Wrapper"}, CASES, "CASES of tests/layers/test_contract.py"
    )


@pytest.mark.parametrize("name", CASES)
def test_arguments_their_order_and_defaults_are_keras_s(name):
    ours, theirs = getattr(layers, name), getattr(keras.layers, name)
    assert oracle.positional(ours) == oracle.positional(theirs)


@EACH
def test_the_config_makes_an_equal_layer(name, kwargs, row):
    layer = made(name, kwargs)
    config = json.loads(json.dumps(layers.serialize(layer)))
    again = layers.deserialize(config)
    assert type(again) is type(layer) and again.name == layer.name
    assert json.loads(json.dumps(layers.serialize(again))) == config
    x = data(row, "float32")
    layer(x), again(x)
    again.set_weights(layer.get_weights())
    np.testing.assert_array_equal(layer(x), again(x))


@WITH_KERAS
def test_the_config_has_keras_s_words(name, kwargs, row):
    """Every argument that Keras writes, but for its own bookkeeping, is written here too."""
    theirs = made(name, kwargs, keras).get_config()
    ours = made(name, kwargs).get_config()
    if name == "Lambda":  # None is left out there
        ours = {key: value for key, value in ours.items() if value is not None}
    left = {"quantization_config", "activity_regularizer"}
    assert set(theirs) - left == set(ours) - left - {
        "lora_rank",
        "lora_alpha",
        "gptq_unpacked_column_size",
    } | (set(theirs) & {"lora_rank", "lora_alpha"})


@EACH
@KINDS
def test_shapes_and_kinds(name, kwargs, row, dtype):
    with oracle.floatx(dtype):
        layer = made(name, kwargs)
    for rows in (5, 1):
        for training in (False, True):
            out = layer(data(row, dtype, rows), training=training)
            assert out.dtype == dtype or name == "Identity"
            shape = layer.compute_output_shape(batch_shape(row))
            assert out.shape == (rows, *shape[1:]), (
                f"{name}.compute_output_shape({batch_shape(row)}) returns {shape}, but for {rows} "
                f"rows call returns {out.shape}"
            )
    assert all(w.dtype == dtype for w in layer.weights if w.name != "count")
    assert layer.output_shape == (None, *out.shape[1:])
    assert list(layer.input_shape) == list(batch_shape(row))
    assert [s.shape for s in flat(layer.input)] == flat(batch_shape(row))
    assert layer.output.shape == layer.output_shape


@EACH
def test_one_row_is_a_row_of_many(name, kwargs, row):
    layer, x = made(name, kwargs), data(row, "float32")
    one = layer(each(lambda part: part[2:3], x))
    np.testing.assert_allclose(one, layer(x)[2:3], rtol=1e-6, atol=1e-6)


@EACH
def test_inside_a_trace_as_on_arrays(name, kwargs, row):
    layer, x = made(name, kwargs), data(row, "float32")
    np.testing.assert_allclose(traced(layer, x), layer(x), rtol=1e-6, atol=1e-6)


def traced(layer, x, **kwargs):
    return oracle.traced(
        lambda *xs: layer(list(xs) if isinstance(x, list) else xs[0]), *flat(x), **kwargs
    )


@EACH
def test_on_a_symbol_of_input(name, kwargs, row):
    layer = made(name, kwargs)
    symbol = layer(
        each(
            lambda one: layers.Input(shape=one, dtype="int32" if isinstance(one, Ids) else None),
            row,
        )
    )
    assert symbol.shape == layer.output_shape and symbol.history.layer is layer and layer.built


@EACH
def test_copies_and_pickles(name, kwargs, row):
    layer, x = made(name, kwargs), data(row, "float32")
    out = layer(x)
    for again in (copy.deepcopy(layer), pickle.loads(pickle.dumps(layer))):
        np.testing.assert_array_equal(again(x), out)
        for ours, theirs in zip(again.weights, layer.weights, strict=True):
            assert ours is not theirs and ours.path == theirs.path


def tolerance_of(kwargs):
    """Keras keeps LoRA's two matrices in float32, whatever the layer's kind."""
    return 1e-5 if "lora_rank" in kwargs else None


def twins(name, kwargs, x):
    """Our layer and Keras's, built for the same data, with the same weights."""
    ours = made(name, kwargs)
    theirs = made(name, kwargs, keras)
    theirs.build(each(np.shape, x))
    ours(x)
    spread(ours)
    theirs.set_weights(ours.get_weights())
    if hasattr(theirs, "finalize_state"):
        theirs.finalize_state()
    return ours, theirs


def loss_and_grads(layer, x):
    """The weighted sum of the output, and its gradient by the input and each weight: a function
    that computes them at each call."""

    def whole(*xs):
        reads = [w.value for w in layer.trainable_weights]
        out = layer(list(xs) if isinstance(x, list) else xs[0])
        total = ops.sum(out * oracle.weights(out, ops))
        floats = [s for s in xs if s.dtype.startswith("float")]
        return total, gradients(total, [*floats, *reads])

    program = trace_function(whole, [signature_of(part) for part in flat(x)])
    return lambda: program.rebuild(run(program, flat(x)))


@EACH
def test_gradients_by_finite_differences(name, kwargs, row):
    with oracle.floatx("float64"):
        layer, x = made(name, kwargs), data(row)
        layer(x)
    spread(layer)
    compute = loss_and_grads(layer, x)
    _, grads = compute()
    places = [part for part in flat(x) if part.dtype.kind == "f"]
    places += [w.array for w in layer.trainable_weights]
    for exact, array in zip(grads, places, strict=True):
        measured = np.zeros_like(array)
        for i in np.ndindex(*array.shape):
            before, ends = array[i], []
            for step in (1e-5, -1e-5):
                array[i] = before + step
                ends.append(float(compute()[0]))
            array[i] = before
            measured[i] = (ends[0] - ends[1]) / 2e-5
        exact = np.zeros_like(array) if exact is None else exact
        np.testing.assert_allclose(exact, measured, rtol=1e-6, atol=1e-6)


# `InputLayer` holds no math, and Keras's takes no data.
@pytest.mark.parametrize(
    ("name", "kwargs", "row", "dtype"),
    [
        pytest.param(*case.values, dtype, id=f"{dtype}-{case.id}")
        for index, case in enumerate(SHARED)
        if case.values[0] != "InputLayer"
        for dtype in (("float32", "float64") if LONG or index % 4 == 0 else ("float64",))
    ],
)
def test_values_and_gradients_are_keras_s(name, kwargs, row, dtype):
    x = data(row, dtype)
    tolerance = tolerance_of(kwargs)
    with oracle.floatx(dtype):
        ours, theirs = twins(name, kwargs, x)
        value, grads = loss_and_grads(ours, x)()
        (right, out), right_grads = keras_loss_and_grads(theirs, x)
        oracle.assert_close(ours(x), np.asarray(out), tolerance)
        assert [w.shape for w in ours.weights] == [tuple(w.shape) for w in theirs.weights]
        assert [w.name for w in ours.weights] == [w.name for w in theirs.weights]
        assert ours.count_params() == theirs.count_params()
    oracle.assert_close(value, right, tolerance)
    for grad, right_grad in zip(grads, right_grads, strict=True):
        grad = np.zeros_like(right_grad) if grad is None else grad
        oracle.assert_close(grad, right_grad, tolerance)


@pytest.mark.parametrize(
    ("name", "kwargs", "row"),
    [
        case
        for case in ALL
        if case.values[0] in ("BatchNormalization", "SpectralNormalization", "TimeDistributed")
    ],
)
def test_training_is_keras_s(name, kwargs, row):
    """What comes out in training, and what it makes of the weights."""
    x = data(row)
    with oracle.floatx("float64"):
        ours, theirs = twins(name, kwargs, x)
        for _ in range(2):
            out = traced(ours, x, training=True)
            oracle.assert_close(out, np.asarray(theirs(x, training=True)), tolerance_of(kwargs))
        for mine, its in zip(ours.weights, theirs.weights, strict=True):
            oracle.assert_close(mine.array, its.value, tolerance_of(kwargs))


def keras_loss_and_grads(layer, x):
    import jax

    others = [v.value for v in layer.non_trainable_variables]

    def loss(floats, trainable):
        floats = iter(floats)
        xs = [part if part.dtype.kind == "i" else next(floats) for part in flat(x)]
        out, _ = layer.stateless_call(trainable, others, xs if isinstance(x, list) else xs[0])
        return keras.ops.sum(out * oracle.weights(out, keras.ops)), out

    values = [v.value for v in layer.trainable_variables]
    floats = [jax.numpy.asarray(part) for part in flat(x) if part.dtype.kind == "f"]
    compiled = jax.jit(jax.value_and_grad(loss, (0, 1), has_aux=True))  # quicker than op by op
    value, (grads, others_grads) = compiled(floats, values)
    return value, [*grads, *others_grads]


@pytest.mark.parametrize(
    ("name", "kwargs", "row"),
    [
        case
        for case in SHARED
        if any("regularizer" in word or word in ("l1", "layer") for word in case.values[1])
    ],
)
def test_the_regularizers_of_weights_and_output_are_keras_s(name, kwargs, row):
    x = data(row)
    with oracle.floatx("float64"):
        ours, theirs = twins(name, kwargs, x)
        ours(x), theirs(x)
        assert float(sum(ours.losses)) == pytest.approx(float(sum(theirs.losses)), rel=1e-9)


@pytest.mark.parametrize("name", [name for name in CASES | OURS if name != "InputLayer"])
def test_it_is_summed_up_and_drawn(name, capsys):
    """Without a line about it in what does that."""
    kwargs, row = (CASES | OURS)[name][0]
    x = each(
        lambda one: layers.Input(shape=one, dtype="int32" if isinstance(one, Ids) else None), row
    )
    layer = made(name, kwargs)
    model = brickwork.Model(x, layer(x))
    model.summary(bricks=True)
    assert layer.name in capsys.readouterr().out
    views = [{}, {"level": "synapses"}, {"level": "bricks"}]
    for options in views if isinstance(row, list) else [*views, {"view": "isometric"}]:
        assert "svg" in model.draw(**options)._repr_svg_()
    brickwork.utils.model_to_dot(model, show_shapes=True)


@EACH
def test_frozen_weights_are_not_trainable(name, kwargs, row):
    layer = made(name, kwargs)
    layer(data(row, "float32"))
    before = [w.path for w in layer.trainable_weights]
    layer.trainable = False
    assert not layer.trainable_weights
    assert {w.path for w in layer.non_trainable_weights} == {w.path for w in layer.weights}
    layer.trainable = True
    assert [w.path for w in layer.trainable_weights] == before


def test_an_initializer_that_is_not_used_is_found(monkeypatch):
    class Forgets(brickwork.layers.Dense):
        def build(self, input_shape):
            self.kernel_initializer = brickwork.initializers.get("zeros")
            super().build(input_shape)

    monkeypatch.setattr(brickwork.layers, "Forgets", Forgets, raising=False)
    given = {"units": 2, "kernel_initializer": "ones"}
    check_initializers("Dense", given, np.ones((3, 2)))
    with pytest.raises(AssertionError, match=r"initializer=self\.kernel_initializer"):
        check_initializers("Forgets", given, np.ones((3, 2)))
