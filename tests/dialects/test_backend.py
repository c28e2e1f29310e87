"""The backend of Keras 1 and 2: every function compared with Keras or NumPy, alone and traced."""

import inspect

import keras_oracle as oracle
import numpy as np
import pytest
from keras.src.legacy import backend as theirs

from brickwork import backend as K, ops
from brickwork.dialects import DialectWarning, backend
from brickwork.layers import Dense, Dropout, Input, Layer
from brickwork.models import Model, Sequential
from brickwork.program import Variable, set_epsilon, signature_of, trace_function
from brickwork.spelling.translation import repeat_warnings

pytestmark = pytest.mark.filterwarnings("ignore::brickwork.spelling.translation.DialectWarning")

RNG = np.random.default_rng(0)
A = RNG.normal(size=(3, 4)).astype("float32")
B = RNG.normal(size=(3, 4)).astype("float32")
CUBE = RNG.normal(size=(3, 2, 4)).astype("float32")
OTHER = RNG.normal(size=(3, 4, 5)).astype("float32")
POSITIVE = np.abs(A) + 0.5
UNIT = 1 / (1 + np.exp(-A))
SHARES = POSITIVE / POSITIVE.sum(-1, keepdims=True)
ONE_HOT = np.eye(4, dtype="float32")[[2, 0, 3]]
TRUTH = A > 0
IDS = np.array([2, 0, 3], "int32")


def xent(target, output):
    return -(target * np.log(output) + (1 - target) * np.log(1 - output))


@pytest.fixture(autouse=True)
def without_keras_1():
    """Words of Keras 1 that other tests used would turn arguments around here."""
    repeat_warnings()


#: A call on tensors, and its result by NumPy.
SAME = {
    "abs": np.abs,
    "exp": np.exp,
    "square": np.square,
    "sign": np.sign,
    "sin": np.sin,
    "cos": np.cos,
    "tanh": np.tanh,
    "round": np.round,
    "zeros_like": np.zeros_like,
    "ones_like": np.ones_like,
    "transpose": np.transpose,
    "identity": lambda x: x,
    "sigmoid": lambda x: 1 / (1 + np.exp(-x)),
    "softplus": lambda x: np.log1p(np.exp(x)),
    "softsign": lambda x: x / (1 + np.abs(x)),
    "elu": lambda x: np.where(x > 0, x, np.expm1(x)),
    "softmax": lambda x: np.exp(x) / np.exp(x).sum(-1, keepdims=True),
    "hard_sigmoid": lambda x: np.clip(0.2 * x + 0.5, 0, 1),
    "relu": lambda x: np.maximum(x, 0),
    "flatten": np.ravel,
    "cast_to_floatx": lambda x: x,
    "stop_gradient": lambda x: x,
    "expand_dims": lambda x: x[..., None],
    "cumsum": lambda x: x.cumsum(0),
    "cumprod": lambda x: x.cumprod(0),
    "argmax": lambda x: x.argmax(-1),
    "argmin": lambda x: x.argmin(-1),
    "to_dense": lambda x: x,
    "print_tensor": lambda x: x,
    "sqrt": lambda x: np.sqrt(np.maximum(x, 0)),
    "l2_normalize": lambda x: x / np.sqrt((x**2).sum()),
}
LOOKING = {
    "mean": np.mean,
    "sum": np.sum,
    "max": np.max,
    "min": np.min,
    "prod": np.prod,
    "var": np.var,
    "std": np.std,
    "logsumexp": lambda x, axis, keepdims: np.log(np.exp(x).sum(axis, keepdims=keepdims)),
}
PAIRS = {
    "equal": np.equal,
    "not_equal": np.not_equal,
    "greater": np.greater,
    "greater_equal": np.greater_equal,
    "less": np.less,
    "less_equal": np.less_equal,
    "lesser": np.less,
    "lesser_equal": np.less_equal,
    "maximum": np.maximum,
    "minimum": np.minimum,
}
CALLS = [
    *[(name, lambda K, x, n=name: getattr(K, n)(x), [A], f(A)) for name, f in SAME.items()],
    *[
        (
            name,
            lambda K, x, n=name: getattr(K, n)(x, axis=-1, keepdims=True),
            [A],
            f(A, axis=-1, keepdims=True),
        )
        for name, f in LOOKING.items()
    ],
    *[
        (name, lambda K, x, n=name: getattr(K, n)(x, axis=1), [TRUTH], f(TRUTH, axis=1))
        for name, f in (("any", np.any), ("all", np.all))
    ],
    *[
        (
            name,
            lambda K, x, y, n=name: getattr(K, n)(x, y),
            [A, np.where(TRUTH, A, B)],
            f(A, np.where(TRUTH, A, B)),
        )
        for name, f in PAIRS.items()
    ],
    ("mean", lambda K, x: K.mean(x), [TRUTH], TRUTH.mean(dtype="float32")),
    ("log", lambda K, x: K.log(x), [POSITIVE], np.log(POSITIVE)),
    ("pow", lambda K, x: K.pow(x, a=3), [A], A**3),
    ("clip", lambda K, x: K.clip(x, -0.5, 0.5), [A], A.clip(-0.5, 0.5)),
    ("clip", lambda K, x: K.clip(x, min_value=0, max_value=None), [A], A.clip(0)),
    ("clip", lambda K, x: K.clip(x, 1.0, -1.0), [A], np.ones_like(A)),
    (
        "relu",
        lambda K, x: K.relu(x, alpha=0.1, max_value=0.5, threshold=0.2),
        [A],
        np.where(A >= 0.5, 0.5, np.where(A >= 0.2, A, 0.1 * (A - 0.2))),
    ),
    ("elu", lambda K, x: K.elu(x, alpha=0.5), [A], np.where(A > 0, A, 0.5 * np.expm1(A))),
    ("softmax", lambda K, x: K.softmax(x, axis=0), [A], np.exp(A) / np.exp(A).sum(0)),
    (
        "l2_normalize",
        lambda K, x: K.l2_normalize(x, axis=-1),
        [A],
        A / np.sqrt((A**2).sum(-1, keepdims=True)),
    ),
    ("dot", lambda K, x, y: K.dot(x, y), [A, B.T.copy()], A @ B.T),
    ("dot", lambda K, x, y: K.dot(x, y), [CUBE, B.T.copy()], CUBE @ B.T),
    ("batch_dot", lambda K, x, y: K.batch_dot(x, y), [CUBE, OTHER], CUBE @ OTHER),
    ("batch_dot", lambda K, x, y: K.batch_dot(x, y), [A, B], (A * B).sum(-1, keepdims=True)),
    ("batch_dot", lambda K, x, y: K.batch_dot(x, y), [CUBE, B], np.einsum("bij,bj->bi", CUBE, B)),
    (
        "batch_dot",
        lambda K, x, y: K.batch_dot(x, y, axes=(1, 2)),
        [A, CUBE],
        np.einsum("bj,bij->bi", A, CUBE),
    ),
    (
        "batch_dot",
        lambda K, x, y: K.batch_dot(x, y, axes=2),
        [CUBE, CUBE + 1],
        np.einsum("bij,bkj->bik", CUBE, CUBE + 1),
    ),
    ("gather", lambda K, x: K.gather(x, np.array([2, 0])), [A], A[[2, 0]]),
    ("concatenate", lambda K, x, y: K.concatenate([x, y]), [A, B], np.concatenate([A, B], -1)),
    ("stack", lambda K, x, y: K.stack([x, y], axis=1), [A, B], np.stack([A, B], 1)),
    ("pack", lambda K, x, y: K.pack([x, y]), [A, B], np.stack([A, B])),
    ("reshape", lambda K, x: K.reshape(x, (3, 8)), [CUBE], CUBE.reshape(3, 8)),
    (
        "permute_dimensions",
        lambda K, x: K.permute_dimensions(x, (0, 2, 1)),
        [CUBE],
        CUBE.transpose(0, 2, 1),
    ),
    ("repeat", lambda K, x: K.repeat(x, 2), [A], np.stack([A, A], 1)),
    ("repeat_elements", lambda K, x: K.repeat_elements(x, 2, axis=1), [A], A.repeat(2, 1)),
    ("tile", lambda K, x: K.tile(x, (1, 2)), [A], np.tile(A, (1, 2))),
    ("batch_flatten", lambda K, x: K.batch_flatten(x), [CUBE], CUBE.reshape(3, 8)),
    ("squeeze", lambda K, x: K.squeeze(x, 1), [A[:, None]], A),
    ("one_hot", lambda K, x: K.one_hot(x, num_classes=4), [IDS], ONE_HOT),
    ("reverse", lambda K, x: K.reverse(x, axes=1), [A], A[:, ::-1]),
    ("slice", lambda K, x: K.slice(x, (0, 1), (-1, 2)), [A], A[:, 1:3]),
    ("cast", lambda K, x: K.cast(x, "float32"), [TRUTH], TRUTH.astype("float32")),
    ("bias_add", lambda K, x: K.bias_add(x, A[0]), [A], A + A[0]),
    (
        "batch_normalization",
        lambda K, x: K.batch_normalization(x, A[0], A[1] ** 2, A[2], B[0], epsilon=0.1),
        [A],
        (A - A[0]) / np.sqrt(A[1] ** 2 + 0.1) * B[0] + A[2],
    ),
    (
        "in_top_k",
        lambda K, x, ids: K.in_top_k(x, ids, 2),
        [A, IDS],
        np.array([i in row.argsort()[-2:] for i, row in zip(IDS, A, strict=True)]),
    ),
    (
        "binary_crossentropy",
        lambda K, t, y: K.binary_crossentropy(t, y),
        [ONE_HOT, UNIT],
        xent(ONE_HOT, UNIT),
    ),
    (
        "binary_crossentropy",
        lambda K, t, y: K.binary_crossentropy(t, y, from_logits=True),
        [ONE_HOT, A],
        xent(ONE_HOT, UNIT),
    ),
    (
        "categorical_crossentropy",
        lambda K, t, y: K.categorical_crossentropy(t, y),
        [ONE_HOT, SHARES],
        -(ONE_HOT * np.log(SHARES)).sum(-1),
    ),
    *[
        (
            "sparse_categorical_crossentropy",
            lambda K, t, y: K.sparse_categorical_crossentropy(t, y),
            [ids, SHARES],
            -np.log(SHARES[[0, 1, 2], IDS]),
        )
        for ids in (IDS, IDS[:, None], IDS.astype("float32"))
    ],
    (
        "switch",
        lambda K, c, x, y: K.switch(c, x, y),
        [A[:, 0] > 0, A, B],
        np.where(A[:, :1] > 0, A, B),
    ),
    (
        "switch",
        lambda K, x, y: K.switch(K.sum(x) > 0, lambda: x, lambda: y),
        [A, B],
        A if A.sum() > 0 else B,
    ),
    ("in_train_phase", lambda K, x, y: K.in_train_phase(x, lambda: y), [A, B], B),
    ("in_test_phase", lambda K, x, y: K.in_test_phase(x, lambda: y), [A, B], A),
    ("in_train_phase", lambda K, x, y: K.in_train_phase(x, y, training=1), [A, B], A),
    ("learning_phase", lambda K, x: K.learning_phase() * x, [A], 0 * A),
    ("dropout", lambda K, x: K.dropout(x, 0.0), [A], A),
    ("constant", lambda K, x: x * K.constant(2, dtype="float32", shape=(4,)), [A], 2 * A),
    (
        "arange",
        lambda K, x: x * K.cast(K.arange(1, 8, step=2), "float32"),
        [A],
        A * np.arange(1, 8, 2, dtype="float32"),
    ),
    ("zeros", lambda K, x: x + K.zeros((4,)), [A], A),
    ("zeros", lambda K, x: x + K.zeros((K.shape(x)[0], 4)), [A], A),
    ("ones", lambda K, x: x + K.ones((3, 4)), [A], A + 1),
    ("eye", lambda K, x: K.dot(x, K.eye(4)), [A], A),
    ("size", lambda K, x: x / K.cast(K.size(x), "float32"), [A], A / 12),
    ("shape", lambda K, x: K.reshape(x, (K.shape(x)[0], 2, 2)), [A], A.reshape(3, 2, 2)),
    ("update", lambda K, x: K.update_sub(K.variable(A), x), [A], 0 * A),
    (
        "moving_average_update",
        lambda K, x: K.moving_average_update(K.variable(A), x, 0.25),
        [B],
        0.25 * A + 0.75 * B,
    ),
]


#: Cases in which another tensor or a shape says how many rows there are.
KNOWN_ROWS = {"cumprod", "zeros", "ones", "dot", "reshape", "update", "moving_average_update"}


@pytest.mark.parametrize(
    ("name", "call", "tensors", "right"),
    [pytest.param(*case, id=f"{case[0]}-{i}") for i, case in enumerate(CALLS)],
)
def test_a_function_alone_and_traced(name, call, tensors, right):
    alone = call(K, *tensors)
    found = np.asarray(getattr(alone, "value", alone))
    traced = oracle.traced(
        lambda *symbols: call(K, *symbols), *tensors, batched=name not in KNOWN_ROWS
    )
    for value in (found, traced):
        assert value.dtype == right.dtype or value.dtype.kind == right.dtype.kind == "i"
        np.testing.assert_allclose(value, right, rtol=2e-5, atol=2e-5)


#: Functions that are tested below, or are the same as others.
ELSEWHERE = {
    "batch_get_value",
    "batch_set_value",
    "count_params",
    "dtype",
    "eval",
    "function",
    "get_session",
    "get_value",
    "get_variable_shape",
    "gradients",
    "int_shape",
    "is_placeholder",
    "is_sparse",
    "is_tensor",
    "is_variable",
    "learning_phase_scope",
    "name_scope",
    "ndim",
    "placeholder",
    "random_bernoulli",
    "random_binomial",
    "random_normal",
    "random_normal_variable",
    "random_uniform",
    "random_uniform_variable",
    "reset_uids",
    "set_learning_phase",
    "set_session",
    "set_value",
    "truncated_normal",
    "update_add",
    "update_sub",
    "variable",
}


def test_every_function_is_tested():
    assert set(backend.__all__) == {name for name, *_ in CALLS} | ELSEWHERE


#: Functions of Keras's own list of old ones that are not here.
NOT_HERE = {
    "binary_focal_crossentropy",
    "categorical_focal_crossentropy",  # of the losses today
    "foldl",
    "foldr",
    "map_fn",
}  # ops.scan and ops.map
OTHER_ARGUMENTS = {
    "constant",  # the same in another order than tf's
    "clip",  # whose bounds had no defaults; None was understood
    "sparse_categorical_crossentropy",  # without ignore_class, which came when Keras 2 went
}


def test_names_and_arguments_are_keras_2_s():
    functions = {
        name: function
        for name, function in inspect.getmembers(theirs, inspect.isfunction)
        if name[0] != "_" and name != "keras_export"
    }
    assert set(functions) - set(backend.__all__) - set(backend.GONE) == NOT_HERE
    for name in set(functions) & set(backend.__all__) - OTHER_ARGUMENTS:
        ours = list(inspect.signature(getattr(backend, name)).parameters.values())
        expected = list(inspect.signature(functions[name]).parameters.values())
        assert [(p.name, p.default) for p in ours[: len(expected)]] == [
            (p.name, p.default) for p in expected
        ], name


def test_it_is_said_once_what_it_is_called_today():
    repeat_warnings()
    with pytest.warns(DialectWarning, match="today backend.<name> is ops.<name>") as caught:
        K.mean(A), K.sum(A), K.epsilon()
    assert len(caught) == 1 and caught[0].filename == __file__
    with pytest.raises(AttributeError, match="has no images and convolutions"):
        K.conv2d  # noqa: B018
    with pytest.raises(AttributeError, match="has no attribute 'meen'"):
        K.meen  # noqa: B018


def test_variables():
    v = K.variable([[1.0, 2.0]], name="v", constraint="nonneg")
    assert isinstance(v, Variable) and v.name == "v" and K.is_variable(v) and K.is_tensor(v)
    assert (K.int_shape(v), K.ndim(v), K.dtype(v), K.count_params(v)) == ((1, 2), 2, "float32", 2)
    K.set_value(v, [[3, 4]])
    assert K.get_value(v).tolist() == K.eval(v).tolist() == [[3, 4]]
    K.update_add(v, [[1.0, 1.0]]), K.update_sub(v, [[0.0, 5.0]])
    K.batch_set_value([(v, v.numpy() * 2)])
    assert K.batch_get_value([v])[0].tolist() == [[8, 0]]
    assert isinstance(K.zeros((2,)), Variable) and isinstance(K.eye(2), Variable)
    assert K.get_value(K.random_uniform_variable((50,), 2, 3)).min() >= 2
    assert abs(K.get_value(K.random_normal_variable((500,), 5, 1)).mean() - 5) < 0.3


def test_random_numbers():
    assert K.random_uniform((3, 2), minval=1.0, maxval=2.0, seed=1).min() >= 1
    assert K.random_normal((3,), mean=9.0, stddev=0.1, seed=1).mean() > 8
    assert np.abs(K.truncated_normal((99,), stddev=0.5, seed=1)).max() <= 1
    for name in ("random_binomial", "random_bernoulli"):
        drawn = getattr(K, name)((2000,), p=0.25, seed=1)
        assert set(drawn) == {0, 1} and abs(drawn.mean() - 0.25) < 0.03
    assert set(np.unique(K.dropout(np.ones((9, 9), "float32"), 0.5, seed=1))) == {0, 2}


def test_settings_and_numbers_of_names():
    assert (K.backend(), K.floatx(), K.image_data_format()) == (
        "brickwork",
        "float32",
        "channels_last",
    )
    K.reset_uids()
    assert (K.get_uid("x"), K.get_uid("x"), K.get_uid()) == (1, 2, 1)
    try:
        K.set_epsilon(0.1)
        assert K.epsilon() == 0.1
        loss = K.binary_crossentropy(np.float32([1.0]), np.float32([0.0]))
        np.testing.assert_allclose(loss, -np.log(0.1), rtol=1e-6)
        K.set_image_dim_ordering("th")
        assert (K.image_data_format(), K.image_dim_ordering()) == ("channels_first", "th")
    finally:
        set_epsilon(1e-7)
        K.set_image_data_format("channels_last")


def test_phases():
    class Phases(Layer):
        def call(self, x):
            return K.in_train_phase(lambda: x * 2, x) + K.learning_phase()

    assert Phases()(A).tolist() == A.tolist()
    assert Phases()(A, training=True).tolist() == (A * 2 + 1).tolist()
    assert K.learning_phase() == 0
    K.set_learning_phase(0)
    with K.learning_phase_scope(0), pytest.raises(ValueError, match="training=True"):
        K.set_learning_phase(1)


def test_a_session_knows_what_is_known():
    kernel = K.variable([[1.0, 2.0]])
    with K.get_session() as session:
        K.set_session(session)
        assert session.run([kernel, K.sum(kernel)])[1] == 3.0 and session.run(None) is None
        for waiting in (K.placeholder((None, 4)), kernel):
            with pytest.raises(ValueError, match="waits for data"):
                session.run(waiting, {} if waiting is not kernel else {"x": 1})


def test_print_tensor_says_that_nothing_is_printed(capsys):
    K.print_tensor(A[:1, :1] * 0, message="a is")
    assert capsys.readouterr().out == "a is [[0.]]\n"
    repeat_warnings()
    with pytest.warns(DialectWarning, match="nothing is printed while a program runs"):
        trace_function(K.print_tensor, [signature_of(A)])


def net():
    inputs = Input((4,))
    hidden = Dense(3, activation="tanh")(inputs)
    return Model(inputs, Dense(2)(Dropout(0.5)(hidden)))


def test_functions_between_symbols():
    model = net()
    first, second = model.layers[1], model.layers[3]
    hidden = np.tanh(A @ first.get_weights()[0])
    (found,) = K.function([model.input], [first.output])([A])
    np.testing.assert_allclose(found, hidden, rtol=1e-5)
    once = K.function([first.output], second.output)([hidden])
    np.testing.assert_allclose(once, hidden @ second.get_weights()[0], rtol=1e-5)
    both = K.function([model.input, K.learning_phase()], [first.output, model.output])
    still, noisy = both([A, 0]), both([A, 1])
    np.testing.assert_allclose(still[1], model.predict(A, verbose=0), rtol=1e-5)
    assert (noisy[1] != still[1]).any() and (noisy[0] == still[0]).all()
    x = K.placeholder((None, 4))
    assert K.is_placeholder(x) and K.is_keras_tensor(x) and not K.is_keras_tensor(A)
    (doubled,) = K.function([x], [K.sum(x * 2, axis=-1)])([A])
    np.testing.assert_allclose(doubled, 2 * A.sum(-1), rtol=1e-5)
    for call, words in (
        (lambda: both([A]), "got 1 values, expected 2"),
        (
            lambda: K.function([x], [x], updates=[1]),
            "updates: got int, expected what optimizer.get_updates returns",
        ),
        (lambda: K.placeholder(ndim=2), "placeholder: got no shape"),
    ):
        with pytest.raises(ValueError, match=words):
            call()


def test_gradients_of_symbols_and_inside_of_a_trace():
    model = Sequential([Dense(3, activation="tanh", input_shape=(4,)), Dense(2)])
    w, _, v, _ = model.get_weights()
    grad = (1 - np.tanh(A @ w) ** 2) * v[:, 1]
    (by_input,) = K.gradients(model.output[:, 1], model.input)
    np.testing.assert_allclose(
        K.function([model.input], [by_input])([A])[0], grad @ w.T, rtol=1e-5, atol=1e-6
    )
    grads = K.gradients(K.sum(model.output[:, 1]), model.trainable_weights)
    found = K.function([model.input], grads)([A])
    np.testing.assert_allclose(found[0], A.T @ grad, rtol=1e-5, atol=1e-6)
    assert found[3].tolist() == [0, 3]
    assert (oracle.traced(lambda x: K.gradients(K.square(x), [x])[0], A) == 2 * A).all()
    with pytest.raises(TypeError, match="does not remember"):
        K.gradients(A, [A])


def test_keras_1_gave_the_output_first():
    """Read so where the target alone would depend on weights."""
    model = net()
    model.compile(
        "sgd",
        lambda y_true, y_pred: K.mean(K.binary_crossentropy(K.sigmoid(y_pred), y_true), axis=-1),
    )
    y = (A[:, :2] > 0).astype("float32")
    repeat_warnings()
    with pytest.warns(DialectWarning, match=r"\(output, target\) is \(target, output\)"):
        found = model.evaluate(A, y, verbose=0)
    right = xent(y, 1 / (1 + np.exp(-model.predict(A, verbose=0)))).mean()
    np.testing.assert_allclose(found, right, rtol=1e-5)


def test_ops_without_a_word_of_keras_2_are_the_same_functions():
    assert K.exp is ops.exp and K.mean is ops.mean
