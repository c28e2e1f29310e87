"""Every optimizer and option against Keras's: same gradients, same weights after 50 steps."""

import re
import warnings

import numpy as np
import ours as declared
import pytest
from keras_oracle import TOLERANCE, floatx, jax, keras
from samples import LONG

from brickwork import constraints, optimizers
from brickwork.engines import native
from brickwork.optimizers import schedules
from brickwork.program import Variable, interpret, signature_of, trace_function

# Keras's own variables do not take NumPy 2's `copy`.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

STEPS = 50
SHAPES = {"first/kernel": (3, 4), "first/bias": (4,), "second/kernel": (4, 2), "second/bias": (2,)}


def schedule(name, **arguments):
    return lambda library: getattr(library.schedules, name)(**arguments)


#: Rules that have nothing of their own in how options of all optimizers go with them: one case
#: of several at once is enough.
LATER = (
    "Adadelta",
    "Adafactor",
    "Adagrad",
    "Adamax",
    "Ftrl",
    "Lamb",
    "Lion",
    "Muon",
    "Nadam",
    "ScheduleFreeAdamW",
)

CASES = [
    ("SGD", {}),
    ("SGD", {"momentum": 0.9}),
    ("SGD", {"momentum": 0.9, "nesterov": True}),
    ("SGD", {"learning_rate": 0.1, "weight_decay": 0.02, "momentum": 0.5}),
    ("RMSprop", {}),
    ("RMSprop", {"rho": 0.8, "momentum": 0.7, "epsilon": 1e-5}),
    ("RMSprop", {"centered": True}),
    ("RMSprop", {"centered": True, "momentum": 0.3, "weight_decay": 0.01}),
    ("Adam", {}),
    ("Adam", {"amsgrad": True, "learning_rate": 0.01}),
    ("Adam", {"beta_1": 0.5, "beta_2": 0.9, "epsilon": 1e-3}),
    ("AdamW", {}),
    ("AdamW", {"weight_decay": 0.1, "amsgrad": True}),
    *[
        (name, options)
        for name in ("SGD", "RMSprop", "Adam", "AdamW")
        for options in (
            {"clipnorm": 0.7},
            {"clipvalue": 0.4},
            {"global_clipnorm": 1.1},
            {"gradient_accumulation_steps": 3},
            {"use_ema": True, "ema_momentum": 0.8},
            {"use_ema": True, "ema_momentum": 0.9, "ema_overwrite_frequency": 4},
            {"loss_scale_factor": 8.0},
        )
    ],
    ("SGD", {"clipnorm": 0.7, "gradient_accumulation_steps": 4, "momentum": 0.9}),
    (
        "Adam",
        {
            "global_clipnorm": 0.7,
            "gradient_accumulation_steps": 2,
            "weight_decay": 0.1,
            "use_ema": True,
            "ema_overwrite_frequency": 3,
            "loss_scale_factor": 2.0,
        },
    ),
    ("Adam", {"clipnorm": 0.5, "loss_scale_factor": 4.0}),
    (
        "SGD",
        {
            "learning_rate": schedule(
                "ExponentialDecay", initial_learning_rate=0.1, decay_steps=10, decay_rate=0.7
            )
        },
    ),
    (
        "Adam",
        {
            "learning_rate": schedule(
                "CosineDecay",
                initial_learning_rate=0.01,
                decay_steps=30,
                warmup_target=0.1,
                warmup_steps=7,
            ),
            "gradient_accumulation_steps": 2,
            "weight_decay": 0.01,
        },
    ),
    ("Adadelta", {}),
    ("Adadelta", {"learning_rate": 1.0, "rho": 0.8, "epsilon": 1e-5}),
    ("Adafactor", {}),
    (
        "Adafactor",
        {
            "learning_rate": 0.5,
            "beta_2_decay": -0.5,
            "epsilon_1": 1e-10,
            "epsilon_2": 0.1,
            "clip_threshold": 0.3,
            "relative_step": False,
        },
    ),
    ("Adagrad", {}),
    ("Adagrad", {"learning_rate": 0.1, "initial_accumulator_value": 0.0, "epsilon": 1e-3}),
    ("Adamax", {}),
    ("Adamax", {"learning_rate": 0.05, "beta_1": 0.5, "beta_2": 0.9, "epsilon": 1e-3}),
    ("Ftrl", {}),
    (
        "Ftrl",
        {
            "learning_rate": 0.1,
            "l1_regularization_strength": 0.3,
            "beta": 0.2,
            "l2_regularization_strength": 0.2,
            "l2_shrinkage_regularization_strength": 0.1,
        },
    ),
    ("Ftrl", {"learning_rate": 0.1, "learning_rate_power": -0.7, "initial_accumulator_value": 0.5}),
    ("Ftrl", {"learning_rate": 0.1, "learning_rate_power": 0.0}),
    ("Lamb", {}),
    ("Lamb", {"learning_rate": 0.02, "beta_1": 0.5, "beta_2": 0.9, "epsilon": 1e-3}),
    ("Lion", {}),
    ("Lion", {"learning_rate": 0.01, "beta_1": 0.5, "beta_2": 0.7}),
    ("Muon", {}),
    (
        "Muon",
        {
            "exclude_layers": ["sec"],
            "adam_lr_ratio": 0.5,
            "nesterov": False,
            "momentum": 0.7,
            "rms_rate": None,
            "adam_weight_decay": None,
            "weight_decay": 0.1,
        },
    ),
    (
        "Muon",
        {
            "ns_steps": 3,
            "muon_a": 3.0,
            "muon_b": -4.0,
            "muon_c": 2.0,
            "adam_beta_1": 0.5,
            "adam_beta_2": 0.9,
            "epsilon": 1e-3,
            "adam_weight_decay": 0.2,
            "weight_decay": None,
        },
    ),
    ("Nadam", {}),
    ("Nadam", {"learning_rate": 0.02, "beta_1": 0.5, "beta_2": 0.9, "epsilon": 1e-3}),
    ("ScheduleFreeAdamW", {}),
    (
        "ScheduleFreeAdamW",
        {"learning_rate": 0.05, "beta_1": 0.6, "beta_2": 0.9, "epsilon": 1e-3, "warmup_steps": 7},
    ),
    *[
        (name, options)
        for name in LATER
        for options in (
            {"global_clipnorm": 0.7, "gradient_accumulation_steps": 3, "weight_decay": 0.1},
            {
                "clipnorm": 0.5,
                "use_ema": True,
                "ema_overwrite_frequency": 4,
                "loss_scale_factor": 4.0,
            },
        )
    ],
]


#: Made of other rules: tests/optimizers/test_made_of_others.py.
OF_OTHERS = {"LossScaleOptimizer", "MultiOptimizer"}


def test_every_optimizer_has_cases():
    declared.all_have_cases(
        "OPTIMIZERS",
        [rule.__name__ for rule in optimizers.registry.items() if rule.__name__ not in OF_OTHERS],
        [name for name, _ in CASES],
        "CASES of tests/optimizers/test_parity.py",
    )


def title(options):
    return (
        ", ".join(
            f"{key}={'schedule' if callable(value) else value}" for key, value in options.items()
        )
        or "plain"
    )


def start(dtype):
    rng = np.random.default_rng(3)
    return {path: rng.normal(size=shape).astype(dtype) for path, shape in SHAPES.items()}


def gradients(dtype, steps=STEPS):
    rng = np.random.default_rng(4)
    scale = rng.uniform(0.1, 1.0, size=steps)
    return [
        [(rng.normal(size=shape) * s).astype(dtype) for shape in SHAPES.values()] for s in scale
    ]


def options_for(options, library):
    return {
        key: value(library) if key == "learning_rate" and callable(value) else value
        for key, value in options.items()
    }


def ours(dtype):
    weights = []
    for path, value in start(dtype).items():
        weight = Variable(value, dtype=dtype, name=path.split("/")[1])
        weight.path = path
        weights.append(weight)
    return weights


def theirs(dtype):
    weights = []
    for path, value in start(dtype).items():
        layer, name = path.split("/")
        with keras.name_scope(layer):
            weights.append(keras.Variable(value, dtype=dtype, name=name))
    return weights


#: The programs run by the primitives' formulas in NumPy, and by the native engine.
ENGINES = {"formulas": interpret, "native": native.run}


def train(optimizer, weights, batches, execute=native.run):
    """As a model does it: the update is traced once, and the program run for each batch."""
    program = trace_function(
        lambda *grads: optimizer.apply(list(grads), weights),
        [signature_of(g, batched=False) for g in batches[0]],
    )
    for grads in batches:
        execute(program, grads)
    return program


def keras_train(optimizer, weights, batches):
    optimizer.build(weights)
    step = jax.jit(optimizer.stateless_apply)
    state, values = [v.value for v in optimizer.variables], [w.value for w in weights]
    for grads in batches:
        values, state = step(state, grads, values)
    for variable, value in zip([*weights, *optimizer.variables], [*values, *state], strict=True):
        variable.assign(value)


def compare(ours, theirs, dtype):
    a, b = np.asarray(ours), np.asarray(theirs)
    assert a.shape == b.shape
    tolerance = TOLERANCE[dtype]
    worst = np.max(np.abs(a - b) / (1 + np.abs(b)), initial=0)
    assert worst <= tolerance, f"differs by {worst}, more than {tolerance}"


@pytest.mark.parametrize(
    "name, options, dtype",
    [
        *[(name, options, "float64") for name, options in CASES],
        # In single precision, the rules themselves: the options around them are the same code.
        *[
            (name, options, "float32")
            for name, options in CASES
            if not {"clipvalue", "use_ema", "loss_scale_factor"} & set(options)
        ][:: 1 if LONG else 4],
    ],
    ids=lambda v: v if isinstance(v, str) else title(v),
)
def test_weights_and_state_after_50_steps(name, options, dtype):
    with floatx(dtype):
        its = getattr(keras.optimizers, name)(**options_for(options, keras.optimizers))
        its_weights = theirs(dtype)
        keras_train(its, its_weights, gradients(dtype))
        trained = [w.numpy() for w in its_weights]
        its.finalize_variable_values(its_weights)
        for execute in ENGINES.values():
            mine = getattr(optimizers, name)(**options_for(options, optimizers))
            my_weights = ours(dtype)
            train(mine, my_weights, gradients(dtype), execute)
            for a, b in zip(my_weights, trained, strict=True):
                compare(a.numpy(), b, dtype)
            for a, b in zip(mine.variables, its.variables, strict=True):
                # What has no name of its own Keras calls variable, variable_1 ...
                theirs_is = re.sub(r"^variable_\d+$", "variable", b.path.split("/")[-1])
                assert a.path.split("/")[-1] == theirs_is
                compare(a.numpy(), b, dtype)
            mine.finalize_variable_values(my_weights)
            for a, b in zip(my_weights, its_weights, strict=True):
                compare(a.numpy(), b, dtype)


@pytest.mark.parametrize("name", ["SGD", "RMSprop", "Adam", "AdamW", "Muon", "Lion"])
@pytest.mark.parametrize("how", ["names", "list"])
def test_exclude_from_weight_decay(name, how):
    dtype = "float64"
    with floatx(dtype):
        mine = getattr(optimizers, name)(weight_decay=0.1)
        its = getattr(keras.optimizers, name)(weight_decay=0.1)
        my_weights, its_weights = ours(dtype), theirs(dtype)
        for optimizer, weights in ((mine, my_weights), (its, its_weights)):
            optimizer.exclude_from_weight_decay(
                **({"var_names": ["bias"]} if how == "names" else {"var_list": [weights[2]]})
            )
        train(mine, my_weights, gradients(dtype))
        keras_train(its, its_weights, gradients(dtype))
        for a, b in zip(my_weights, its_weights, strict=True):
            compare(a.numpy(), b, dtype)
        with pytest.raises(ValueError, match="is built"):
            mine.exclude_from_weight_decay(var_names=["kernel"])


@pytest.mark.parametrize("execute", ENGINES.values(), ids=ENGINES)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize(
    "options",
    [
        {},
        {"gradient_accumulation_steps": 2},
        {"use_ema": True, "ema_momentum": 0.7, "ema_overwrite_frequency": 3, "clipnorm": 0.3},
    ],
    ids=str,
)
def test_constraints_are_applied_after_each_update(options, dtype, execute):
    def constrain(weights, library):
        weights[0].constraint = library.MaxNorm(0.8)
        weights[2].constraint = library.UnitNorm(axis=1)
        weights[3].constraint = library.NonNeg()

    with floatx(dtype):
        my_weights, its_weights = ours(dtype), theirs(dtype)
        constrain(my_weights, constraints)
        constrain(its_weights, keras.constraints)
        train(optimizers.Adam(0.05, **options), my_weights, gradients(dtype), execute)
        keras_train(keras.optimizers.Adam(0.05, **options), its_weights, gradients(dtype))
        for a, b in zip(my_weights, its_weights, strict=True):
            compare(a.numpy(), b, dtype)


@pytest.mark.parametrize("use_ema", [False, True])
@pytest.mark.parametrize("name", ["SGD", "Adam"])
def test_a_weight_without_gradient_stays(name, use_ema):
    dtype = "float64"
    batches = [[g if i != 1 else None for i, g in enumerate(grads)] for grads in gradients(dtype)]
    options = {"use_ema": use_ema, "ema_overwrite_frequency": 5 if use_ema else None}
    with floatx(dtype), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        mine, its = (getattr(lib, name)(**options) for lib in (optimizers, keras.optimizers))
        my_weights, its_weights = ours(dtype), theirs(dtype)
        for grads in batches:
            mine.apply(grads, my_weights)
            its.apply(grads, its_weights)
        for a, b in zip(my_weights, its_weights, strict=True):
            compare(a.numpy(), b, dtype)


@pytest.mark.parametrize("name", ["SGD", "RMSprop", "Adam", "AdamW", *LATER])
def test_on_arrays_as_in_a_program(name):
    """`apply_gradients` at once equals the traced update."""
    dtype = "float32"
    rule = getattr(optimizers, name)
    options = {"learning_rate": 0.02, "global_clipnorm": 0.5, "use_ema": True}
    eager, traced = rule(**options), rule(**options)
    eager_weights, traced_weights = ours(dtype), ours(dtype)
    train(traced, traced_weights, gradients(dtype))
    for grads in gradients(dtype):
        steps = eager.apply_gradients(zip(grads, eager_weights, strict=True))
    assert int(steps.numpy()) == STEPS
    for a, b in zip(eager_weights, traced_weights, strict=True):
        assert np.array_equal(a.numpy(), b.numpy())


@pytest.mark.parametrize(
    "options", [{}, {"gradient_accumulation_steps": 2, "use_ema": True}], ids=str
)
def test_one_pack_equals_weight_by_weight(options):
    """Packing is a matter of speed: the same bits without it."""

    class Apart(optimizers.Adam):
        elementwise = False

    weights, apart = ours("float32"), ours("float32")
    train(optimizers.Adam(**options), weights, gradients("float32"))
    train(Apart(**options), apart, gradients("float32"))
    for a, b in zip(weights, apart, strict=True):
        assert np.array_equal(a.numpy(), b.numpy())


def test_two_dtypes_at_once():
    weights = [Variable(np.ones(2), dtype=dtype, name=dtype) for dtype in ("float32", "float64")]
    grads = [np.ones(2, "float32"), np.ones(2, "float64")]
    optimizers.Adam(0.1).apply(grads, weights)
    assert [w.numpy().dtype.name for w in weights] == ["float32", "float64"]
    np.testing.assert_allclose(weights[0].numpy(), weights[1].numpy(), rtol=1e-6)


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_bad_gradients_are_not_hidden_by_global_clipnorm(bad):
    weight = Variable([1.0, 1.0], name="w")
    optimizers.SGD(0.1, global_clipnorm=1.0).apply([np.array([bad, 0], "float32")], [weight])
    assert np.isnan(weight.numpy()).all()


def test_no_gradient_at_all_moves_nothing_under_global_clipnorm():
    weight = Variable([1.0, 1.0], name="w")
    optimizers.SGD(0.1, global_clipnorm=1.0).apply([np.zeros(2, "float32")], [weight])
    assert weight.numpy().tolist() == [1.0, 1.0]


def test_the_rule_is_recorded_once_in_few_ops():
    """The budget of the hot path: what an update costs is its number of ops."""

    def count(optimizer, elements):
        program = train(optimizer, ours("float32"), gradients("float32", 1))
        ops = [s for s in program.order() if s.op not in ("read", "const", "input", "pack")]
        return sum(bool(s.dims) == elements for s in ops)

    assert count(optimizers.SGD(), True) == 2
    assert count(optimizers.SGD(momentum=0.9), True) == 4
    assert count(optimizers.RMSprop(), True) == 9
    assert count(optimizers.Adam(), True) == 12
    assert count(optimizers.Adam(), False) <= 11
    assert count(optimizers.AdamW(), True) == 14


def test_schedules_module_is_public():
    assert optimizers.schedules is schedules
