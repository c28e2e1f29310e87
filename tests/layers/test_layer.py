"""`Layer` itself: what a custom layer may do, and what is refused."""

import keras
import numpy as np
import pytest

from brickwork import layers, ops
from brickwork.errors import ArgumentError
from brickwork.layers import Activation, Dense, Dropout, Input, InputSpec, Layer
from brickwork.naming import reset_names
from brickwork.program import Symbol, Trace, Variable, run, signature_of, trace_function

X = np.random.default_rng(0).normal(size=(5, 4)).astype("float32")


class Linear(Layer):
    """Written as in Keras's guide."""

    def __init__(self, units=3, **kwargs):
        super().__init__(**kwargs)
        self.units = units

    def build(self, input_shape):
        self.w = self.add_weight(
            shape=(input_shape[-1], self.units),
            initializer="random_normal",
            trainable=True,
            name="w",
        )
        self.b = self.add_weight(shape=(self.units,), initializer="zeros", name="b")

    def call(self, inputs):
        return ops.matmul(inputs, self.w) + self.b

    def get_config(self):
        return {**super().get_config(), "units": self.units}


class Block(Layer):
    """Layers inside of a layer, as attributes and in lists and dicts."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.first = Linear(4)
        self.more = [Dense(3), Dropout(0.5, seed=1)]
        self.named = {"last": Dense(2)}
        self.more.append(Activation("relu"))

    def call(self, inputs):
        x = self.first(inputs)
        for layer in self.more:
            x = layer(x)
        return self.named["last"](x)


def test_a_layer_as_in_keras_s_guide():
    layer = Linear(3, name="mine")
    assert layer.weights == [] and not layer.built
    out = layer(X)
    np.testing.assert_allclose(out, X @ layer.w.numpy(), rtol=1e-6)
    assert [w.path for w in layer.weights] == ["mine/w", "mine/b"]
    assert layer.count_params() == 15 and layer.output_shape == (None, 3)
    again = layers.deserialize(layers.serialize(layer), {"Linear": Linear})
    assert again.units == 3 and again.name == "mine"


def test_layers_inside_are_found_wherever_they_are():
    block = Block(name="block")
    assert block(X).shape == (5, 2)
    assert [type(layer).__name__ for layer in block.sublayers()] == [
        "Linear",
        "Dense",
        "Dropout",
        "Activation",
        "Dense",
    ]
    assert len(block.weights) == 6 and len(block.variables) == 8
    assert {v.dtype for v in block.non_trainable_variables} == {"int64"}
    block.trainable = False
    assert not block.more[0].trainable and not block.trainable_weights
    assert len(block.non_trainable_weights) == 6


def test_training_reaches_layers_inside():
    block = Block()
    np.testing.assert_array_equal(block(X), block(X))
    many = np.repeat(X, 100, axis=0)  # two draws for a few rows may be alike
    assert (block(many, training=True) != block(many, training=True)).any()
    np.testing.assert_array_equal(block(X, training=False), block(X))


def test_training_defaults_to_that_of_the_trace():
    seen = []

    class Watch(Layer):
        def call(self, inputs, training=None):
            seen.append(training)
            return inputs

    watch = Watch()
    for training in (True, False):
        trace_function(watch, [signature_of(X)], training=training)
    trace_function(lambda x: watch(x, training=False), [signature_of(X)], training=True)
    watch(X), watch(X, training=True)
    assert seen == [True, False, False, False, True]


def test_a_layer_used_twice_shares_its_weights():
    dense = Dense(4)
    out = trace_function(lambda x: dense(dense(x)), [signature_of(X)])
    assert len(dense.weights) == 2
    np.testing.assert_allclose(run(out, [X])[0], dense(dense(X)), rtol=1e-5)


def test_several_inputs():
    class Sum(Layer):
        def build(self, input_shape):
            self.shapes = input_shape
            self.scale = self.add_weight((input_shape[1][-1],), "ones")

        def call(self, inputs):
            a, b = inputs
            return (a + b) * self.scale

    layer = Sum()
    np.testing.assert_array_equal(layer([X, X]), 2 * X)
    assert layer.shapes == [(None, 4), (None, 4)]
    symbol = Sum()([Input((4,)), Input((4,))])
    assert symbol.shape == (None, 4)

    class Query(Layer):
        def build(self, query_shape, value_shape):
            self.shapes = query_shape, value_shape

        def call(self, query, value, scale=1.0):
            return {"product": query * value * scale, "sum": query + value}

    layer = Query()
    out = layer(X, X, scale=2.0)
    np.testing.assert_allclose(out["product"], 2 * X * X, rtol=1e-6)
    np.testing.assert_allclose(layer(X, X)["product"], X * X, rtol=1e-6)
    assert layer.shapes == ((None, 4), (None, 4))


def test_what_data_may_be():
    import pandas

    dense = Dense(2)
    out = dense(X)
    np.testing.assert_array_equal(dense(X.tolist()), out)
    np.testing.assert_array_equal(dense(X.astype("float64")), out)
    np.testing.assert_array_equal(dense(pandas.DataFrame(X)), out)
    np.testing.assert_array_equal(dense(Variable(X)), out)
    np.testing.assert_array_equal(dense(np.asfortranarray(X)), out)
    assert dense(np.arange(8).reshape(2, 4)).dtype == np.float32
    assert dense(X[:0]).shape == (0, 2)


def test_a_change_of_a_layer_is_seen():
    block = Block()
    before = block(X)
    block.named["last"].activation = ops.tanh
    np.testing.assert_allclose(block(X), np.tanh(before), rtol=1e-5)
    drop = Dropout(0.5, seed=1)
    drop(X, training=True)
    drop.rate = 1.0
    assert not drop(X, training=True).any()


def test_programs_are_kept_but_not_without_end():
    calls = []

    class Count(Layer):
        def call(self, inputs):
            calls.append(inputs.shape)
            return inputs

    layer = Count()
    for rows in range(1, 40):
        layer(np.zeros((rows, 3)))
    assert calls == [(None, 3)]
    for columns in range(1, 40):
        layer(np.zeros((2, columns)))
    assert len(layer._programs) <= 16


def test_masks_travel_with_symbols():
    class Mask(Layer):
        supports_masking = True

        def compute_mask(self, inputs, previous_mask):
            return ops.any(ops.not_equal(inputs, 0), axis=-1)

        def call(self, inputs):
            return inputs * 1.0

    class Masked(Layer):
        def call(self, inputs, mask=None):
            return ops.where(ops.expand_dims(mask, -1), inputs, -1.0)

    mask, dense, masked = Mask(), Dense(2, kernel_initializer="ones"), Masked()
    x = np.array([[[1.0, 2.0], [0.0, 0.0]]], "float32")
    out = run(trace_function(lambda s: masked(dense(mask(s))), [signature_of(x)]), [x])[0]
    np.testing.assert_array_equal(out, [[[3.0, 3.0], [-1.0, -1.0]]])
    np.testing.assert_array_equal(
        masked(x, mask=np.array([[False, True]])), [[[-1.0, -1.0], [0.0, 0.0]]]
    )


def test_losses_of_layers():
    class Penalty(Layer):
        def call(self, inputs):
            self.add_loss(ops.mean(inputs))
            return inputs

    penalty, dense = Penalty(), Dense(2, kernel_regularizer="l2")
    penalty(X), dense(X)
    assert float(penalty.losses[0]) == pytest.approx(X.mean(), rel=1e-5)
    assert float(dense.losses[0]) == pytest.approx(
        0.01 * (dense.kernel.numpy() ** 2).sum(), rel=1e-5
    )
    with Trace() as trace:
        penalty(Symbol("input", (), {"name": "x"}, (5, 4), "float32"))
        assert len(trace.losses) == 1


def test_set_weights_is_all_or_nothing():
    dense = Dense(3)
    dense(X)
    before = dense.get_weights()
    for wrong in (
        [np.ones((4, 3)), np.ones(2)],
        [np.ones((4, 3))],
        [np.ones((4, 3)), np.array(["a", "b", "c"])],
    ):
        with pytest.raises(ValueError, match="dense"):
            dense.set_weights(wrong)
        for now, then in zip(dense.get_weights(), before, strict=True):
            np.testing.assert_array_equal(now, then)
    with pytest.raises(ArgumentError, match=r"bias: got an array of shape \(2,\), expected \(3,\)"):
        dense.set_weights([np.ones((4, 3)), np.ones(2)])
    copies = dense.get_weights()
    copies[0][:] = 7
    assert not (dense.kernel.numpy() == 7).any()


def test_inputs_that_do_not_fit():
    dense = Dense(3, name="brick")
    dense(X)
    for wrong in (np.ones((5, 3)), Input((3,))):
        with pytest.raises(ArgumentError, match=r"brick .*\(None, 3\), expected 4 on axis -1"):
            dense(wrong)
    with pytest.raises(ArgumentError, match=r"x\[None, :\]"):
        Dense(3)(np.ones(4))
    with pytest.raises(ArgumentError, match="expected 4 on axis"):
        dense.build_for((None, 5))
    with pytest.raises(ArgumentError, match="got no array"):
        dense()

    class Pair(Layer):
        def setup(self):
            super().setup()
            self.input_spec = [InputSpec(ndim=2), InputSpec(shape=(None, 4))]

        def call(self, inputs):
            return inputs[0]

    Pair()([X, X])
    with pytest.raises(ArgumentError, match="expected 2"):
        Pair()([X])
    with pytest.raises(ArgumentError, match=r"expected \(None, 4\)"):
        Pair()([X, X[:, :3]])


@pytest.mark.parametrize(
    ("spec", "fits", "fits_not"),
    [
        ({"ndim": 2}, (None, 3), (None, 2, 3)),
        ({"max_ndim": 2}, (None,), (None, 2, 3)),
        ({"min_ndim": 3}, (None, 2, 3), (None, 2)),
        ({"shape": (None, 3)}, (None, 3), (None, 4)),
        ({"shape": (None, 3, 1), "allow_last_axis_squeeze": True}, (None, 3), (None, 4)),
        ({"axes": {-1: 3}}, (None, 3), (None, 4)),
        ({"axes": {2: 3}}, (None, 1, 3), (None, 3)),
        ({"axes": {-1: 3}}, (None, None), (None, 4)),
    ],
)
def test_input_specs(spec, fits, fits_not):
    assert InputSpec(**spec).problem(fits, "float32") is None
    assert "expected" in InputSpec(**spec).problem(fits_not, "float32")


def test_input_specs_of_a_kind_of_number():
    assert InputSpec(dtype="int32").problem((None, 3), "int32") is None
    assert "int32" in InputSpec(dtype="int32").problem((None, 3), "float32")


def test_names_count_as_in_keras():
    reset_names()
    keras.backend.clear_session()
    ours = [kind().name for kind in (lambda: Dense(1), lambda: Dense(1), Linear, Linear)]

    class KerasLinear(keras.layers.Layer):
        pass

    theirs = [
        kind().name
        for kind in (
            lambda: keras.layers.Dense(1),
            lambda: keras.layers.Dense(1),
            KerasLinear,
            KerasLinear,
        )
    ]
    assert ours == [name.replace("keras_", "") for name in theirs]
    assert Dense(1, name="하나 둘").name == "하나 둘"


def test_the_shape_given_at_construction():
    for kwargs in ({"input_dim": 4}, {"input_shape": (4,)}, {"batch_input_shape": (None, 4)}):
        layer = Dense(2, **kwargs)
        assert layer._input_shape == (None, 4)
        assert not set(kwargs) & set(layer.get_config())
    assert Dense(2)._input_shape is None
    with pytest.raises(AttributeError, match="before the layer is built"):
        Dense(2, input_dim=4).input_shape  # noqa: B018


def test_what_is_refused_at_construction():
    with pytest.raises(ValueError, match=r"Linear: got an unknown argument 'nmae'; did you mean"):
        Linear(3, nmae="x")
    with pytest.raises(ValueError, match="no quantized dtypes"):
        Dense(1, dtype="int8_from_float32")
    assert Dense(1, dtype=keras.DTypePolicy("float64")).dtype == "float64"
    assert Dense(1, dtype={"class_name": "DTypePolicy", "config": {"name": "float64"}}).dtype == (
        "float64"
    )

    class Forgetful(Layer):
        def __init__(self):
            self.units = 3

    with pytest.raises(RuntimeError, match=r"super\(\).__init__"):
        Forgetful()(X)
    with pytest.raises(NotImplementedError, match="must define call"):
        Layer()(X)


def test_weights_of_all_kinds():
    class Kinds(Layer):
        def build(self, input_shape):
            self.count = self.add_weight((), dtype="int32", trainable=False, name="count")
            self.gain = self.add_weight((2,), constraint="non_neg", regularizer="l1", name="gain")
            self.own = Variable(np.ones(3, "float32"), name="own")

        def call(self, inputs):
            self.count.assign_add(1)
            return inputs * self.own[0]

    layer = Kinds()
    layer(X), layer(X)
    assert int(layer.count.numpy()) == 2
    assert [w.name for w in layer.weights] == ["gain", "own", "count"]
    assert [w.name for w in layer.trainable_weights] == ["gain", "own"]
    assert layer.gain.constraint is not None and layer.gain.regularizer is not None
    with pytest.raises(ValueError, match="overwrite_with_gradient"):
        layer.add_weight((1,), overwrite_with_gradient=True)
    with pytest.raises(ValueError, match="no weights yet"):
        Kinds().count_params()


def test_weights_stand_in_the_order_in_which_they_were_put_there():
    class Later(Layer):
        def __init__(self):
            super().__init__()
            self.second = None
            self.first = Dense(1, name="first")
            self.second = Dense(1, name="second")

        def call(self, inputs):
            return self.second(self.first(inputs))

    layer = Later()
    layer(X)
    assert [w.path for w in layer.weights] == [
        "later/first/kernel",
        "later/first/bias",
        "later/second/kernel",
        "later/second/bias",
    ]


def test_a_frozen_layer_builds_frozen_weights():
    dense = Dense(2, trainable=False)
    dense(X)
    assert not dense.trainable_weights and len(dense.non_trainable_weights) == 2
    dense.trainable = True
    assert len(dense.trainable_weights) == 2


def test_weights_made_in_a_trace_are_state_and_not_ops():
    def own(shape, dtype=None):
        return ops.ones(shape, dtype) * 2

    dense = Dense(2, kernel_initializer=own)
    program = trace_function(dense, [signature_of(X)])
    np.testing.assert_array_equal(dense.kernel.numpy(), np.full((4, 2), 2.0))
    np.testing.assert_allclose(run(program, [X])[0], dense(X), rtol=1e-6)


def test_call_of_a_layer_that_keras_runs_too():
    """The same class body under both libraries gives the same numbers."""

    def body(library):
        class Gate(library.layers.Layer):
            def build(self, input_shape):
                self.kernel = self.add_weight(shape=(input_shape[-1], 3), initializer="ones")

            def call(self, inputs, training=None):
                x = library.ops.matmul(inputs, self.kernel)
                return x * library.ops.sigmoid(library.ops.mean(x, axis=-1, keepdims=True))

        return Gate()

    import brickwork

    brickwork.layers, brickwork.ops  # noqa: B018
    np.testing.assert_allclose(body(brickwork)(X), np.asarray(body(keras)(X)), rtol=1e-5)


def test_layers_are_loaded_on_first_use():
    import subprocess
    import sys

    code = (
        "import sys; from brickwork import layers; assert 'brickwork.layers.dense' not in "
        "sys.modules; layers.get('flatten'); assert 'brickwork.layers.dense' not in "
        "sys.modules; from brickwork.layers import Dense; assert Dense.__name__ in dir(layers)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_name_that_is_nearly_a_layer_s():
    with pytest.raises(AttributeError, match="no layer 'Dens'; did you mean 'Dense'"):
        layers.Dens  # noqa: B018
    with pytest.raises(ArgumentError, match="did you mean 'Flatten'"):
        layers.get("Flaten")
    assert {"Dense", "Input", "Layer", "get"} <= set(layers.__all__) <= set(dir(layers))


def test_an_output_shape_is_found_for_unknown_sizes():
    class Flat(layers.Layer):
        def call(self, inputs):
            return ops.reshape(inputs, (-1, 6))

    assert Flat().compute_output_shape((None, 2, 3)) == (None, 6)
    assert Flat().compute_output_shape((None, None, 6)) == (None, 6)
