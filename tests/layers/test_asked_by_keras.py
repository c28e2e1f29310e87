"""What Keras's users and tests ask of layers beside calling them."""

import copy

import numpy as np
import pytest

import brickwork
from brickwork import (
    KerasTensor,
    Operation,
    Variable,
    layers,
    metrics,
    models,
    name_scope,
    ops,
)

X = np.array([[1.0, 2.0, 3.0]], "float32")


class Twice(layers.Layer):
    """Says its output's shape, and has no weights."""

    def compute_output_shape(self, input_shape):
        return {"one": input_shape, "two": [input_shape, (*input_shape[:-1], 7)]}

    def call(self, inputs):
        raise RuntimeError("is not called")


def test_keras_tensors_are_what_inputs_and_layers_return():
    x = layers.Input((3,))
    assert isinstance(x, KerasTensor) and isinstance(layers.Dense(2)(x), KerasTensor)
    assert isinstance(layers.InputLayer((3,)).output, KerasTensor)
    assert not isinstance(X, KerasTensor)
    made = KerasTensor((None, 3), dtype="int32", name="ids")
    assert (made.shape, made.dtype, made.name) == ((None, 3), "int32", "ids")
    assert models.Model(x, layers.Dense(2)(x)).output_shape == (None, 2)
    with pytest.raises(ValueError, match="sparse=True"):
        KerasTensor((2,), sparse=True)


def test_the_spec_of_an_output_is_found_by_a_trace_or_by_what_the_class_says():
    dense = layers.Dense(2, dtype="float64")
    spec = dense.compute_output_spec(KerasTensor((None, 3)))
    assert (spec.shape, spec.dtype) == ((None, 2), "float64")
    assert not dense._nodes  # nothing was recorded
    said = Twice().compute_output_spec(KerasTensor((2, 3)))
    assert said["one"].shape == (2, 3) and [s.shape for s in said["two"]] == [(2, 3), (2, 7)]


def test_a_function_is_a_graph_without_training():
    a, b = KerasTensor((2, 3)), KerasTensor((2, 3))
    function = brickwork.Function([a, b], {"sum": a + b}, name="sums")
    np.testing.assert_array_equal(function([np.ones((2, 3)), np.ones((2, 3))])["sum"], 2.0)
    assert function.name == "sums" and isinstance(models.Model(a, a + 1), brickwork.Function)


def test_layers_without_weights_are_built_from_the_start():
    for layer in (layers.ReLU(), layers.Dropout(0.5), layers.Flatten(), layers.Masking()):
        assert layer.built and layer.count_params() == 0
        with pytest.raises(AttributeError, match="not known before"):
            layer.input_shape  # noqa: B018
    flat = layers.Flatten()
    flat(np.zeros((2, 3, 4), "float32"))
    assert flat.input_shape == (None, 3, 4)

    class Builds(layers.ReLU):
        def build(self, input_shape):
            pass

    class Own(layers.Layer):
        pass

    assert not Builds().built and not Own().built and not layers.Dense(2).built


def test_paths_begin_with_the_layers_and_models_that_build():
    class Block(layers.Layer):
        def __init__(self, **kwargs):
            super().__init__(**kwargs)
            self.dense = layers.Dense(2, name="dense")

        def call(self, inputs):
            return self.dense(inputs)

    model = models.Sequential([Block(name="block")], name="net")
    model(X)
    assert [w.path for w in model.weights] == ["net/block/dense/kernel", "net/block/dense/bias"]
    assert model.layers[0].dense.path == "net/block/dense"
    alone = layers.Dense(1, name="alone")
    alone.build((None, 3))
    assert (alone.path, alone.kernel.path) == ("alone", "alone/kernel")
    with name_scope("a"), name_scope("b"):
        assert Variable(1.0, name="v").path == "a/b/v"
    assert Variable(1.0, name="v").path == "v"
    with pytest.raises(ValueError, match="without '/'"):
        name_scope("a/b")


def test_own_variables_and_build_configs_go_there_and_back():
    first, second, store = layers.Dense(2), layers.Dense(2), {}
    assert first.get_build_config() is None
    first.build((None, 3))
    first.save_own_variables(store)
    second.build_from_config({"input_shape": [None, 3]})  # a file holds lists
    second.load_own_variables(store)
    np.testing.assert_array_equal(first(X), second(X))
    with pytest.raises(ValueError, match="got 1 arrays, expected 2"):
        second.load_own_variables({"0": store["0"]})
    with pytest.raises(ValueError, match="shape"):
        second.load_own_variables({"0": store["0"].T, "1": store["1"]})
    with pytest.raises(ValueError, match="never built"):
        layers.Dense(2).load_own_variables(store)


def test_metrics_of_a_layer_are_its_attributes_and_those_inside():
    class Measured(layers.Layer):
        def __init__(self, inner=None):
            super().__init__()
            self.inner, self.error = inner, metrics.MeanSquaredError()

    inner = Measured()
    outer = Measured(inner)
    assert outer.metrics == [outer.error, inner.error]
    assert len(outer.metrics_variables) == 4


def test_mask_and_training_may_be_given_by_position():
    steps = np.array([[[1.0], [3.0]]], "float32")
    mask = np.array([[True, False]])
    np.testing.assert_allclose(layers.GlobalAveragePooling1D()(steps, mask), [[1.0]])

    class Add(layers.Layer):
        def call(self, x, training=False):
            return x + 1 if training else x

    np.testing.assert_allclose(Add()(X, True), X + 1)


def test_an_input_layer_says_what_does_not_go_together():
    tensor = KerasTensor((2, 3))
    assert layers.InputLayer(shape=(3,), batch_size=2, input_tensor=tensor).output is tensor
    for wrong in ({"shape": (4,)}, {"batch_shape": (2, 4)}, {"batch_size": 5}):
        with pytest.raises(ValueError, match="as declared"):
            layers.InputLayer(input_tensor=tensor, **wrong)
    with pytest.raises(ValueError, match="one of them"):
        layers.InputLayer(batch_shape=(2, 3), batch_size=2)


@pytest.mark.parametrize("kind", ["LayerNormalization", "RMSNormalization"])
def test_normalization_along_the_last_axis_is_so_for_any_rank(kind):
    layer, other = getattr(layers, kind)(), getattr(layers, kind)()
    x = np.arange(24, dtype="float32").reshape(2, 3, 4)
    layer.build((None, 4))
    np.testing.assert_array_equal(layer(x), other(x))


def test_a_merging_layer_checks_lists_of_masks():
    add, x = layers.Add(), [layers.Input((3,)), layers.Input((3,))]
    for inputs, masks in ((x, X), (x[0], [None, None]), (x, [None])):
        with pytest.raises(ValueError, match="compute_mask"):
            add.compute_mask(inputs, masks)


def test_a_dense_layer_without_its_activation_is_linear():
    layer = layers.Dense(1, activation="relu", kernel_initializer="ones")
    layer.activation = None
    np.testing.assert_allclose(layer(-X), [[-6.0]])


def test_devices():
    with brickwork.device("cpu:0"):
        assert float(ops.sum(X)) == 6.0
    with pytest.warns(UserWarning, match="no effect"), brickwork.device("gpu:0"):
        pass


def test_a_compute_output_spec_of_a_class_s_own_stands_for_a_trace():
    class Spelled(layers.Layer):
        def call(self, inputs):
            raise RuntimeError("is not called")

        def compute_output_spec(self, inputs):
            return KerasTensor((*inputs.shape[:-1], 7), dtype="int32")

    out = Spelled()(layers.Input((3,)))
    assert (out.shape, out.dtype) == ((None, 7), "int32")
    assert isinstance(out.history.layer, Spelled)


@pytest.mark.parametrize("kind", [list, dict])
def test_a_sequential_model_passes_on_lists_and_dicts(kind):
    class Same(layers.Layer):
        def call(self, inputs):
            assert type(inputs) is kind
            return inputs

    x = [X, 2 * X] if kind is list else {"a": X, "b": 2 * X}
    found = models.Sequential([Same()])(x)
    assert type(found) is kind and len(found) == 2


def test_ops_and_layers_are_operations_and_one_may_be_written():
    class Doubled(Operation):
        def call(self, x):
            return x * 2

    x = layers.Input((3,))
    model = models.Model(x, layers.Dense(1, kernel_initializer="ones")(Doubled()(x)))
    assert all(isinstance(one, Operation) for one in model.operations)
    assert isinstance(ops.mean(x).history.layer, Operation) and not isinstance(x, Operation)
    assert not isinstance(layers.Dense(1), Doubled) and type(model.operations[1]) is Doubled
    for same in (model, copy.deepcopy(model)):
        assert same.predict(np.ones((2, 3)), verbose=0).tolist() == [[6.0], [6.0]]
    for name in ("x.brick", "x.keras"):
        with pytest.raises(ValueError, match=r"doubled.*custom [lL]ayer"):
            model.save(name)
