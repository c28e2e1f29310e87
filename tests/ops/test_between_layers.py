"""Every op between the layers of a model, as in Keras: one node for each call, the same values, and
the same nodes in files of both libraries, read by both."""

import inspect
import re
from importlib import import_module

import keras
import numpy as np
import ours as declared
import pytest
from op_cases import CASES, CUBE, IDS, ROW, A
from samples import LONG

import brickwork
from brickwork import layers, losses, models, ops, tree
from brickwork.layers.operation import Operation, class_name
from brickwork.program.between import FUNCTIONS
from brickwork.saving.keras.operations import table

#: Calls of ops whose arguments are not tensors and constants alone.
CALLS = {
    "associative_scan": ((A,), lambda o, x: o.associative_scan(lambda a, b: a + b, x, axis=1)),
    "einsum": ((A, CUBE), lambda o, x, y: o.einsum("ab,acb->ac", x, y)),
    "fori_loop": ((A,), lambda o, x: o.fori_loop(0, 3, lambda i, v: v * 2.0, x)),
    "full": ((ROW,), lambda o, x: o.full((2, 3), x[0])),
    "geomspace": ((np.abs(A) + 1,), lambda o, x: o.geomspace(x, 2.0, num=3)),
    "jvp": ((A,), lambda o, x: o.jvp(lambda v: v * v, (x,), (x,))),
    "linspace": ((A,), lambda o, x: o.linspace(x, 1.0, num=3)),
    "logspace": ((A,), lambda o, x: o.logspace(x, 1.0, num=3)),
    "map": ((A,), lambda o, x: o.map(lambda row: row * 2.0, x)),
    "scan": ((A, ROW), lambda o, x, y: o.scan(lambda c, row: (c + row, c * row), y, x)),
    "select": ((A,), lambda o, x: o.select([x > 1.0, x > 0.0], [x, -x], 3.0)),
    "switch": ((A, IDS), lambda o, x, i: o.switch(i[0], [lambda v: v, lambda v: -v], x)),
    "vectorized_map": ((A,), lambda o, x: o.vectorized_map(lambda row: row * 2.0, x)),
}
#: What holds a lambda goes into no file.
OF_FUNCTIONS = set("associative_scan fori_loop jvp map scan switch vectorized_map".split())
#: Ops that no program computes, that return no tensor, or that take none.
NOT_BETWEEN = set(
    "bitwise_and bitwise_invert bitwise_left_shift bitwise_not bitwise_or bitwise_right_shift "
    "bitwise_xor gcd lcm left_shift right_shift nextafter polar view view_as_complex view_as_real "
    "nonzero unique eig eigh lstsq lu_factor matrix_rank pinv svd arange while_loop cond "
    "convert_to_numpy custom_gradient vectorize dtype is_tensor shape ndim size "
    "empty eye identity ones tri zeros".split()
)
#: What Keras does not compute, or does not read from its own files.
KERAS_FAILS = {"histogram", "rot90"}


def call_of(name: str):
    """The tensors of an op's case, and a function of the library's ops and of symbols for them."""
    if name in CALLS:
        return CALLS[name]
    tensors, kwargs = CASES[name][0] if name in CASES else declared.OPS[name].cases[0]
    kwargs = {
        key: value.astype("float32") if getattr(value, "dtype", None) == "float64" else value
        for key, value in kwargs.items()
    }
    return tensors, lambda o, *symbols: getattr(o, name)(*symbols, **kwargs)


def test_every_op_is_tried():
    known = {*CASES, *CALLS, *NOT_BETWEEN, *declared.OPS}
    for name in set(ops.__all__) - known:
        raise AssertionError(f"no call of ops.{name} between layers: enter one in CALLS, here")


def test_the_table_of_keras_s_classes_is_keras_s():
    for name in ops.__all__:
        kinds = [
            kind
            for module in ("core", "einops", "linalg", "math", "nn", "numpy")
            for kind in [getattr(import_module(f"keras.src.ops.{module}"), class_name(name), None)]
            if isinstance(kind, type) and kind.__module__ == f"keras.src.ops.{module}"
        ]
        theirs = None
        if kinds and name in FUNCTIONS:
            of_init = list(inspect.signature(kinds[0].__init__).parameters)
            left_out = ("self", "name", "args", "kwargs")
            config = tuple(one for one in of_init if one not in left_out)
            theirs = kinds[0].__module__, kinds[0].__name__, config
        assert table().get(name) == theirs, (
            f"Keras's files have ops.{name} as {theirs}: enter it in _CLASSES of "
            "src/brickwork/saving/keras/operations.py"
        )


def flat_tensors(tensors) -> list:
    return [np.asarray(a) for t in tensors for a in (t if isinstance(t, list) else [t])]


def row_of(names) -> np.ndarray:
    """A batch of one row with all numbers of the tensors of some ops."""
    arrays = [a for name in names for a in flat_tensors(call_of(name)[0])]
    return np.concatenate([a.ravel().astype("float32") for a in arrays])[None]


def outputs_of(library, names, row) -> list:
    """The results of ops whose tensors are cut out of a row, each as a row of floats."""
    o, at, found = library.ops, 0, []
    structure = tree if library is brickwork else library.tree

    def cut(array):
        nonlocal at
        array = np.asarray(array)
        part = o.reshape(row[0, at : at + array.size], array.shape)
        at += array.size
        if array.dtype.kind == "b":
            return o.greater(part, 0.5)
        return o.cast(part, "int32") if array.dtype.kind in "iu" else part

    for name in names:
        tensors, call = call_of(name)
        result = call(o, *(list(map(cut, t)) if isinstance(t, list) else cut(t) for t in tensors))
        found.append(
            o.concatenate(
                [o.reshape(o.cast(y, "float32"), (1, -1)) for y in structure.flatten(result)], -1
            )
        )
    return found


def model_of(library, names):
    """A model of these ops; its weights are factors of the row, all 1."""
    size = row_of(names).shape[1]
    x = library.layers.Input((size,), name="x")
    scaled = library.layers.EinsumDense("bn,n->bn", (size,), kernel_initializer="ones", name="w")(x)
    return library.models.Model(x, outputs_of(library, names, scaled))


def values(model, row) -> list:
    return [np.asarray(y) for y in model(row)]


def alike(ones, others, names):
    for name, one, other in zip(names, ones, others, strict=True):
        np.testing.assert_allclose(one, other, 1e-4, 1e-5, err_msg=name)


BETWEEN = [name for name in ops.__all__ if name not in NOT_BETWEEN]
IN_KERAS = [n for n in BETWEEN if hasattr(keras.ops, n) and n not in KERAS_FAILS]
STORED = [n for n in IN_KERAS if n not in OF_FUNCTIONS]


def groups(names):
    """The names in groups of thirty: a model of each takes long. Every second group; with
    BRICKWORK_LONG all."""
    step = 30 if LONG else 60
    return pytest.mark.parametrize(
        "names", [names[i : i + 30] for i in range(0, len(names), step)], ids=lambda n: n[0]
    )


@groups(STORED)
@pytest.mark.filterwarnings("ignore")  # Keras speaks of NumPy's words
def test_nodes_values_and_files_are_keras_s(names, tmp_path):
    ours, theirs, row = model_of(brickwork, names), model_of(keras, names), row_of(names)
    kinds = [[type(one).__name__ for one in m.operations] for m in (ours, theirs)]
    assert kinds[0] == kinds[1]
    assert [len(m.layers) for m in (ours, theirs)] == [2, 2]
    wanted = values(theirs, row)
    alike(values(ours, row), wanted, names)
    ours.save(tmp_path / "ours.keras")
    theirs.save(tmp_path / "theirs.keras")
    alike(values(keras.saving.load_model(tmp_path / "ours.keras"), row), wanted, names)
    again = models.load_model(tmp_path / "theirs.keras")
    assert [one.name for one in again.operations] == [one.name for one in theirs.operations]
    alike(values(again, row), wanted, names)


class Within(layers.Layer):
    """The same ops in the call of a layer."""

    def __init__(self, names, **kwargs):
        super().__init__(**kwargs)
        self.names = names

    def call(self, inputs):
        return outputs_of(brickwork, self.names, inputs)


@groups(BETWEEN)
def test_they_train_as_in_the_call_of_a_layer(names):
    row, after = np.nan_to_num(row_of(names), posinf=2.0, neginf=-2.0), []
    x = layers.Input((row.shape[1],))
    scaled = layers.EinsumDense("bn,n->bn", row.shape[1:], kernel_initializer="ones")(x)
    between = model_of(brickwork, names)
    right = values(between, row)
    finite = [np.isfinite(y).all() for y in right]
    targets = [np.ones_like(y) if good else None for y, good in zip(right, finite, strict=True)]
    for model in (between, models.Model(x, Within(names)(scaled))):
        model.compile("sgd", ["mse" if good else None for good in finite])
        assert np.isfinite(model.train_on_batch(row, targets)).all()
        after.append(model.get_weights()[0])
    assert (after[0] != 1).any()
    np.testing.assert_array_equal(after[0], after[1])


@groups([name for name in BETWEEN if name not in OF_FUNCTIONS])
def test_brick_files_hold_them(names, tmp_path):
    model, row = model_of(brickwork, names), row_of(names)
    model.save(tmp_path / "model.brick")
    again = models.load_model(tmp_path / "model.brick")
    assert [repr(one) for one in again.operations[2:]] == [repr(o) for o in model.operations[2:]]
    for one, other in zip(values(again, row), values(model, row), strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("name", sorted(OF_FUNCTIONS))
def test_lambdas_go_into_no_file(name, tmp_path):
    model = model_of(brickwork, [name])
    for file in ("model.brick", "model.keras"):
        with pytest.raises(ValueError, match=r"lambda|no class|a function"):
            model.save(tmp_path / file)
    row = row_of([name])
    alike(values(model, row), values(model_of(keras, [name]), row), [name])


def twice(v):
    return v * 2.0


def test_named_functions_go_into_files(tmp_path):
    x = layers.Input(batch_shape=(2, 3))
    model = models.Model(x, ops.switch(1, [ops.square, twice], ops.map(twice, x)))
    row = np.ones((2, 3), "float32")
    for file in ("model.brick", "model.keras"):
        model.save(tmp_path / file)
        with pytest.raises(ValueError, match="twice"):
            models.load_model(tmp_path / file)
        again = models.load_model(tmp_path / file, custom_objects={"twice": twice})
        np.testing.assert_array_equal(again(row), 4 * row)


def test_a_size_that_depends_on_the_batch_is_a_node(tmp_path):
    def model(library):
        x = library.layers.Input((3,))
        return library.models.Model(x, x / library.ops.cast(library.ops.size(x), "float32"))

    data, ours = np.ones((5, 3), "float32"), model(brickwork)
    np.testing.assert_allclose(ours.predict(data, verbose=0), data / 15)
    ours.save(tmp_path / "model.keras")
    np.testing.assert_allclose(keras.models.load_model(tmp_path / "model.keras")(data), data / 15)
    np.testing.assert_allclose(model(keras)(data), ours(data))
    assert ops.size(brickwork.layers.Input(batch_shape=(5, 3))) == 15


def test_keras_s_ndim_and_size_are_read(tmp_path):
    x = keras.layers.Input((3,))
    theirs = keras.models.Model(x, [keras.ops.ndim(x), keras.ops.size(x)])
    theirs.save(tmp_path / "model.keras")
    assert models.load_model(tmp_path / "model.keras")(np.ones((5, 3))) == [2, 15]


@pytest.mark.parametrize(
    ("name", "call"),
    [
        ("gcd", lambda x: ops.gcd(ops.cast(x, "int32"), 3)),
        ("polar", lambda x: ops.polar(x, x)),
        ("nonzero", ops.nonzero),
        ("eigh", lambda x: ops.eigh(ops.matmul(ops.transpose(x), x))),
        ("while_loop", lambda x: ops.while_loop(lambda v: ops.sum(v) < 9, lambda v: (v,), (x,))),
        ("cond", lambda x: ops.cond(x[0, 0] > 0, lambda: x, lambda: -x)),
        ("custom_gradient", lambda x: ops.custom_gradient(lambda v: (v, lambda g: g))(x)),
        ("convert_to_numpy", ops.convert_to_numpy),
        ("zeros", lambda x: ops.zeros((ops.shape(x)[0], 3))),
        ("normal", lambda x: x + brickwork.random.normal((ops.shape(x)[0], 4))),
        ("linspace", lambda x: ops.linspace(0, 1, ops.shape(x)[0])),
        ("mean", lambda x: ops.mean(x, axis=5)),
        ("mean", lambda x: ops.mean(x, axes=1)),
        ("getitem", lambda x: x[1:3]),
        ("add", lambda x: x + np.ones(3, "float32")),
    ],
)
def test_what_cannot_stand_between_layers_is_refused_in_plain_words(name, call):
    with pytest.raises((ValueError, TypeError, IndexError)) as said:
        call(layers.Input((4,)))
    assert len(str(said.value)) > 20 and not re.search(r"\bDim\b|NoneType|history", str(said.value))


OPERATORS = {
    "add": lambda x: x + 1.0,
    "subtract": lambda x: 1.0 - x,
    "multiply": lambda x: x * np.ones(3, "float32"),
    "true_divide": lambda x: x / 2,
    "power": lambda x: x**2,
    "mod": lambda x: x % 2,
    "floor_divide": lambda x: x // 2,
    "matmul": lambda x: x @ np.ones((3, 2), "float32"),
    "negative": lambda x: -x,
    "absolute": abs,
    "round": round,
    "less": lambda x: x < 1.0,
    "less_equal": lambda x: x <= 1.0,
    "greater": lambda x: x > 1.0,
    "greater_equal": lambda x: 1.0 <= x,
    "not_equal": lambda x: x != 1.0,
    "reshape": lambda x: x.reshape((-1, 3, 1)),
    "squeeze": lambda x: x.squeeze(0) if x.shape[0] == 1 else x.squeeze(),
    "get_item": lambda x: x[..., None, 1:],
}


@pytest.mark.parametrize("name", OPERATORS)
def test_operators_and_methods_are_one_node_of_keras_s_name(name):
    found = []
    for library in (brickwork, keras):
        x = library.layers.Input(batch_shape=(1, 3))
        y = OPERATORS[name](x)
        model = library.models.Model(x, y)
        assert [type(one).__name__ for one in model.layers] == ["InputLayer"]
        found.append([type(model.operations[1]).__name__, y.shape, str(y.dtype)])
        assert len(model.operations) == 2
    assert found[0] == found[1]
    assert model.operations[1].name.startswith(name)


@pytest.mark.filterwarnings("ignore")  # Keras speaks of NumPy's words
def test_an_h5_file_that_keras_writes_and_does_not_read(tmp_path):
    x = keras.layers.Input((4,))
    h = keras.ops.gelu(keras.layers.Dense(4)(x))
    y = keras.ops.concatenate([h[:, :2] / 2, keras.layers.Add()([h, h])], axis=-1)
    theirs = keras.models.Model(x, keras.ops.cast(y > 0, "float32") * keras.ops.mean(y))
    theirs.save(tmp_path / "model.h5")
    model = models.load_model(tmp_path / "model.h5")
    data = np.random.default_rng(0).normal(size=(3, 4))
    np.testing.assert_allclose(model(data), np.array(theirs(data)), 1e-5, 1e-6)


def test_random_ops_have_seeds_of_their_own(tmp_path):
    x, seeds = layers.Input((50,)), brickwork.random.SeedGenerator(3)
    y = brickwork.random.dropout(x, 0.5, seed=seeds) + brickwork.random.dropout(x, 0.5, seed=seeds)
    model = models.Model(x, [y, brickwork.random.dropout(x, 0.5, seed=1)])
    assert [type(one).__name__ for one in model.operations].count("Dropout") == 3
    data = np.ones((2, 50))
    first = model.predict(data, verbose=0)
    model.save(tmp_path / "model.brick")
    again = models.load_model(tmp_path / "model.brick")
    for one, other in zip(
        again.predict(data, verbose=0), model.predict(data, verbose=0), strict=True
    ):
        np.testing.assert_array_equal(one, other)
    assert (
        set(np.unique(first[0])) == {0, 2, 4}
        and (first[0] != model.predict(data, verbose=0)[0]).any()
    )


@pytest.mark.parametrize("loss", ["mean_squared_error", "binary_crossentropy", "huber"])
def test_losses_between_layers(loss):
    x = layers.Input((3,))
    y = ops.sigmoid(x)
    row = np.random.default_rng(0).uniform(0, 1, (4, 3)).astype("float32")
    function = getattr(losses, loss)
    kind = losses.registry.get(loss.title().replace("_", ""))
    model = models.Model(x, [function(x, y), kind(x, y)])
    wanted = function(row, 1 / (1 + np.exp(-row)))
    rows, mean = model(row)
    np.testing.assert_allclose(rows, wanted, 1e-5)
    np.testing.assert_allclose(mean, wanted.mean(), 1e-5)


def test_a_fixed_number_of_rows_is_known():
    for call in (lambda x: x[1:3], ops.unstack, lambda x: ops.map(ops.square, x)):
        x = layers.Input(batch_shape=(4, 2))
        model = models.Model(x, call(x))
        data = np.arange(8.0).reshape(4, 2)
        for one, other in zip(model(data), call(data), strict=True):
            np.testing.assert_array_equal(one, other)


def test_an_op_s_config_copies_and_names():
    x = layers.Input((4,))
    y = ops.mean(ops.gelu(layers.Dense(3, name="d")(x)), axis=1, keepdims=True)
    model = models.Model(x, y)
    mean = model.operations[-1]
    assert isinstance(mean, Operation) and not isinstance(mean, layers.Layer)
    assert mean.output is y and mean.input is model.operations[-2].output
    assert model.get_layer("d") is model.layers[1] and mean not in model.layers
    again = Operation.from_config(mean.get_config())
    assert type(again) is type(mean) and again.name == mean.name
    assert [one.name for one in models.clone_model(model).operations] == [
        one.name for one in model.operations
    ]
    for wrong in ({}, {"op": "no_such"}, {"op": "mean", "x": 1}, {"op": []}):
        with pytest.raises(ValueError, match="Operation"):
            Operation.from_config(wrong)


@pytest.mark.parametrize(
    "change",
    [
        {
            "config": {"op": "zeros", "name": "m"},
            "inbound_nodes": [{"args": [[9**9]], "kwargs": {}}],
        },
        {"config": {"op": "__import__", "name": "m"}},
        {"config": {"op": "mean", "name": "m", "operands": [None]}},
        {"config": {"op": {}, "name": "m"}},
        {"class_name": "Mean"},
        *(
            {"config": {"op": op, "name": "m"}, "more": more}
            for op, more in (
                ("diag", [10**9]),
                ("tensordot", [{"class_name": "__numpy__", "config": {}}]),
                ("histogram", [10**12]),
                ("mean", [{"class_name": "function", "config": "os.system"}]),
                ("mean", [{"class_name": "__slice__", "config": 3}]),
                ("mean", [{"class_name": "__dim__", "config": ["a", 1]}]),
                ("mean", [{"class_name": "__variable__", "config": {}}]),
                ("mean", [[], [], [], []]),
                ("reshape", [{"class_name": "Dense", "config": {"units": 3}}]),
                ("get_item", ["a"]),
                ("cast", [7]),
            )
        ),
    ],
    ids=lambda change: str(change)[:40],
)
def test_a_file_with_an_op_that_is_none_is_refused(change):
    x = layers.Input((4,), name="x")
    config = models.Model(x, ops.mean(x, axis=1)).get_config()
    entry = config["layers"][1]
    entry["name"] = "m"
    config["output_layers"] = ["m", 0, 0]
    more = change.pop("more", [])
    args = [entry["inbound_nodes"][0]["args"][0], *more]
    entry["inbound_nodes"] = [{"args": args, "kwargs": {}}]
    entry.update(change)
    with pytest.raises((ValueError, KeyError)) as said:
        models.Model.from_config(config)
    assert len(str(said.value)) < 500


def test_a_variable_of_an_op_is_a_weight_of_the_model(tmp_path):
    x = layers.Input((3,))
    scale = brickwork.Variable(np.float32([1, 2, 3]), name="scale")
    model = models.Model(x, ops.sum(x * scale - ops.square(scale), axis=1, keepdims=True))
    data = np.ones((4, 3), "float32")
    model.compile("sgd", "mse")
    model.fit(data, np.zeros((4, 1)), verbose=0)
    assert model.weights == [scale] and (scale.numpy() != [1, 2, 3]).all()
    for file in ("model.brick", "model.keras"):
        model.save(tmp_path / file)
        again = models.load_model(tmp_path / file)
        np.testing.assert_array_equal(
            again.predict(data, verbose=0), model.predict(data, verbose=0)
        )
    assert len(models.load_model(tmp_path / "model.brick").weights) == 1  # one, although used twice


def test_an_op_may_have_a_layer_s_weight(tmp_path):
    x, dense = layers.Input((3,)), layers.Dense(3, name="d")
    model = models.Model(x, ops.matmul(dense(x), dense.kernel))
    model.compile("sgd", "mse")
    data = np.random.default_rng(1).normal(size=(8, 3)).astype("float32")
    model.fit(data, data, verbose=0)
    model.save(tmp_path / "model.brick")
    for again in (models.load_model(tmp_path / "model.brick"), models.clone_model(model)):
        assert len(again.weights) == 2
        again.set_weights(2 * w for w in model.get_weights())
        kernel, bias = again.get_weights()
        np.testing.assert_allclose(again(data), (data @ kernel + bias) @ kernel, 1e-4, 1e-5)
    assert (dense.kernel.numpy() != kernel).any()


def test_cases_that_are_listed_as_none_are_none():
    for name in NOT_BETWEEN & {*CASES, *CALLS}:
        raise AssertionError(f"ops.{name}: take it out of NOT_BETWEEN")
