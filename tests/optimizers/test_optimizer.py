"""Optimizers as objects: names, arguments, config, state, learning rate, user-written rules."""

import copy
import inspect
import json
import pickle

import numpy as np
import pytest
from attack import ATTACKS, attack
from keras_oracle import keras

from brickwork import ops, optimizers
from brickwork.errors import ArgumentError
from brickwork.optimizers import SGD, Adam, AdamW, Optimizer, RMSprop, schedules
from brickwork.program import Variable, run, signature_of, trace_function

# Keras's own variables do not take NumPy 2's `copy`.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

RULES = [
    item
    for item in optimizers.registry.items()
    if item not in (optimizers.LossScaleOptimizer, optimizers.MultiOptimizer)
]
OF_KERAS = [rule for rule in RULES if hasattr(keras.optimizers, rule.__name__)]


def weight(value=(1.0, 2.0)):
    made = Variable(np.asarray(value, "float32"), name="kernel")
    made.path = "dense/kernel"
    return made


@pytest.mark.parametrize("rule", OF_KERAS)
def test_arguments_are_keras(rule):
    mine = inspect.signature(rule).parameters
    its = inspect.signature(getattr(keras.optimizers, rule.__name__)).parameters
    wanted = {n: p.default for n, p in its.items() if n != "kwargs"}
    assert {n: p.default for n, p in mine.items()} == wanted
    assert list(mine) == list(wanted)


OPTIONS = {"learning_rate": 0.25, "clipvalue": 0.5, "use_ema": True, "weight_decay": 0.1}


@pytest.mark.parametrize("rule", OF_KERAS)
def test_config_is_keras(rule):
    config = rule(**OPTIONS).get_config()
    its = getattr(keras.optimizers, rule.__name__)(**OPTIONS).get_config()
    its["name"] = config["name"]  # Keras counts them up
    assert config == its


@pytest.mark.parametrize("rule", RULES)
def test_config_comes_back(rule):
    mine = rule(**OPTIONS)
    config = mine.get_config()
    again = optimizers.deserialize(json.loads(json.dumps(optimizers.serialize(mine))))
    assert type(again) is rule and again.get_config() == config


@pytest.mark.parametrize(
    "name, rule",
    [
        ("adam", Adam),
        ("Adam", Adam),
        ("adamw", AdamW),
        ("sgd", SGD),
        ("SGD", SGD),
        ("rmsprop", RMSprop),
        ("ftrl", optimizers.Ftrl),
        ("lamb", optimizers.Lamb),
        ("schedule_free_adam_w", optimizers.ScheduleFreeAdamW),
        ("schedulefreeadamw", optimizers.ScheduleFreeAdamW),
        (Adam, Adam),
        ({"class_name": "Adam", "config": {}}, Adam),
    ],
)
def test_get(name, rule):
    assert type(optimizers.get(name)) is rule


def test_get_returns_an_optimizer_itself_and_refuses_others():
    adam = Adam()
    assert optimizers.get(adam) is adam and optimizers.get(None) is None
    with pytest.raises(ValueError, match="did you mean 'adam'"):
        optimizers.get("adm")
    with pytest.raises(ValueError, match="expected a name, its config, an object"):
        optimizers.get(lambda: 0)


def test_a_schedule_comes_back_from_a_config():
    config = SGD(schedules.ExponentialDecay(0.1, 5, 0.5)).get_config()
    again = SGD.from_config(json.loads(json.dumps(config)))
    assert again.get_config() == config
    assert isinstance(again._rate, schedules.ExponentialDecay)


@pytest.mark.parametrize("value", ATTACKS, ids=repr)
@pytest.mark.parametrize(
    "rule, name", [(r, n) for r in RULES for n in r.__fields__ if n != "learning_rate"]
)
def test_attack_on_every_argument(rule, name, value):
    # These may be None alone, but not here.
    if rule is AdamW and name == "weight_decay" and value is None:
        with pytest.raises(ArgumentError, match=r"AdamW\.weight_decay: got None"):
            AdamW(weight_decay=None)
        return
    if name == "name" and value is None:
        assert rule(name=None).name
        return
    attack(rule, name, value, {})


@pytest.mark.parametrize("value", ATTACKS, ids=repr)
@pytest.mark.parametrize("rule", RULES)
def test_attack_on_the_learning_rate(rule, value):
    number = type(value) in (int, float) or isinstance(value, np.generic | np.ndarray)
    if number and 0 <= value < float("inf"):
        assert rule(value).learning_rate.numpy() == np.float32(value)
    else:
        with pytest.raises(ValueError, match="learning_rate: got"):
            rule(value)


def test_one_kind_of_clipping_only():
    with pytest.raises(ValueError, match="expected one of them at most"):
        Adam(clipnorm=1.0, clipvalue=0.5)
    assert SGD(clipnorm=0).clipnorm == 0  # as in Keras: none


def test_clipping_by_zero_is_none():
    w = weight()
    SGD(1.0, clipnorm=0.0).apply([np.ones(2, "float32")], [w])
    assert w.numpy().tolist() == [0.0, 1.0]


class TestLearningRate:
    def test_is_settable_during_training(self):
        w, optimizer, grads = weight(), SGD(0.5), [np.ones(2, "float32")]
        program = trace_function(
            lambda g: optimizer.apply([g], [w]), [signature_of(grads[0], batched=False)]
        )
        run(program, grads)
        assert w.numpy().tolist() == [0.5, 1.5]
        optimizer.learning_rate = 0.25
        run(program, grads)
        assert w.numpy().tolist() == [0.25, 1.25]
        optimizer.learning_rate.assign(np.float32(0.125))
        run(program, grads)
        assert w.numpy().tolist() == [0.125, 1.125]
        assert optimizer.get_config()["learning_rate"] == 0.125

    def test_is_a_number_outside_of_a_trace_only(self):
        optimizer = SGD(0.5)
        assert float(optimizer.learning_rate) == 0.5 and int(optimizer.iterations) == 0
        with pytest.raises(TypeError, match=r"float\(\) at .*test_optimizer.py"):
            trace_function(lambda: float(optimizer.learning_rate), [])

    @pytest.mark.filterwarnings("ignore::brickwork.dialects.DialectWarning")
    def test_old_name(self):
        optimizer = SGD(lr=0.25)
        assert float(optimizer.lr) == 0.25
        optimizer.lr = 0.125
        assert float(optimizer.learning_rate) == 0.125

    @pytest.mark.parametrize("bad", [-1.0, "fast", None, float("nan"), [0.1]])
    def test_refuses_and_stays(self, bad):
        optimizer = SGD(0.5)
        with pytest.raises(ValueError):
            optimizer.learning_rate = bad
        assert float(optimizer.learning_rate.numpy()) == 0.5

    def test_number_in_the_place_of_a_schedule_is_refused(self):
        optimizer = SGD(schedules.CosineDecay(0.1, 10))
        with pytest.raises(TypeError, match="no assignment to a CosineDecay"):
            optimizer.learning_rate = 0.1
        optimizer.learning_rate = schedules.CosineDecay(0.2, 10)
        assert float(optimizer.learning_rate) == pytest.approx(0.2)

    def test_schedule_in_the_place_of_a_number(self):
        optimizer = SGD(0.5)
        assert len(optimizer.variables) == 2
        optimizer.learning_rate = schedules.ExponentialDecay(1.0, 1, 0.5)
        assert [v.name for v in optimizer.variables] == ["iteration"]
        w = weight()
        optimizer.apply([np.ones(2, "float32")], [w])
        optimizer.apply([np.ones(2, "float32")], [w])
        assert w.numpy().tolist() == [-0.5, 0.5]

    def test_function_is_called_at_each_update_on_arrays(self):
        rates = iter([0.5, 0.25])
        w, optimizer = weight(), SGD(lambda: next(rates))
        optimizer.apply([np.ones(2, "float32")], [w])
        optimizer.apply([np.ones(2, "float32")], [w])
        assert w.numpy().tolist() == [0.25, 1.25]


class TestState:
    def test_iterations_count_updates(self):
        optimizer, w = SGD(gradient_accumulation_steps=2), weight()
        for _ in range(5):
            optimizer.apply([np.ones(2, "float32")], [w])
        assert int(optimizer.iterations) == 2
        assert int(SGD().iterations.numpy()) == 0

    def test_weights_round_trip_goes_on_with_the_same_bits(self):
        grads = [np.array([0.3, -0.7], "float32")]
        a, one = weight(), Adam(amsgrad=True)
        for _ in range(5):
            one.apply(grads, [a])
        b, two = weight(a.numpy()), Adam(amsgrad=True)
        two.build([b])
        two.set_weights(one.get_weights())
        for optimizer, w in ((one, a), (two, b)):
            optimizer.apply(grads, [w])
        assert np.array_equal(a.numpy(), b.numpy())

    @pytest.mark.parametrize(
        "copied", [copy.deepcopy, lambda pair: pickle.loads(pickle.dumps(pair))]
    )
    def test_a_copy_goes_on_by_itself(self, copied):
        grads = [np.ones(2, "float32"), np.ones(3, "float32")]
        weights, one = [weight(), weight((1.0, 2.0, 3.0))], Adam(use_ema=True)
        one.apply(grads, weights)
        other_weights, other = copied((weights, one))
        before = [w.numpy() for w in weights]
        other.apply(grads, other_weights)
        assert all(np.array_equal(a, w.numpy()) for a, w in zip(before, weights, strict=True))
        one.apply(grads, weights)
        for a, b in zip(
            [*weights, *one.variables], [*other_weights, *other.variables], strict=True
        ):
            assert np.array_equal(a.numpy(), b.numpy())

    def test_set_weights_is_all_or_nothing(self):
        optimizer, w = Adam(), weight()
        optimizer.build([w])
        before = optimizer.get_weights()
        with pytest.raises(ValueError, match="dense_kernel_velocity: got shape"):
            optimizer.set_weights([*[v + 1 for v in before[:-1]], np.zeros(3)])
        with pytest.raises(ValueError, match="got 1 arrays, expected 4"):
            optimizer.set_weights(before[:1])
        assert all(
            np.array_equal(a, b) for a, b in zip(before, optimizer.get_weights(), strict=True)
        )

    def test_a_failed_check_leaves_weights_and_count(self):
        optimizer, w = SGD(1.0), weight()
        with pytest.raises(ValueError, match=r"got a gradient of shape \(3,\) for dense/kernel"):
            optimizer.apply([np.ones(3, "float32")], [w])
        assert w.numpy().tolist() == [1.0, 2.0] and int(optimizer.iterations.numpy()) == 0


@pytest.mark.parametrize(
    "grads, variables, message",
    [
        ([np.ones(2, "float32")], None, "call optimizer.build"),
        ([None], [weight()], "no weight has a gradient"),
        ([np.ones(2, "float32")] * 2, [weight()], "got 2 gradients for 1 weights"),
    ],
)
def test_refusals(grads, variables, message):
    with pytest.raises(ValueError) as caught:
        SGD().apply(grads, variables)
    assert message in str(caught.value)


def test_no_gradients_is_no_update():
    optimizer = SGD()
    optimizer.apply([])
    assert int(optimizer.iterations.numpy()) == 0


def test_missing_gradient_warns_with_the_name():
    a, b = weight(), weight()
    b.path = "unused/kernel"
    with pytest.warns(UserWarning, match="No gradient for unused/kernel"):
        SGD().apply([np.ones(2, "float32"), None], [a, b])


def counted(monkeypatch):
    """How often an update is traced."""
    from brickwork.optimizers import optimizer as base

    traces, trace = [], base.trace_function
    monkeypatch.setattr(base, "trace_function", lambda *a: traces.append(1) or trace(*a))
    return traces


def test_updates_alike_are_traced_once(monkeypatch):
    traces = counted(monkeypatch)
    optimizer, a, b = SGD(0.5, 0.5), Variable([1.0, 2.0], name="a"), Variable([3.0], name="b")
    whole = [np.ones(2, "float32"), np.ones(1, "float32")]
    for _ in range(3):
        optimizer.apply(whole, [a, b])
    assert len(traces) == 1
    optimizer.learning_rate = 0.25
    optimizer.apply(whole, [a, b])
    assert len(traces) == 1
    assert a.numpy() == pytest.approx([1 - 2.8125, 2 - 2.8125])  # 0.5, 0.75, 0.875, 0.6875


def test_what_changes_an_update_has_it_traced_again(monkeypatch):
    traces = counted(monkeypatch)
    optimizer, a, b = SGD(1.0), Variable([8.0], name="a"), Variable([8.0], name="b")
    one = np.ones(1, "float32")
    optimizer.apply([one, one], [a, b])
    optimizer.apply([one], [a])
    optimizer.apply([one.astype("float64")], [a])  # which the engine casts
    assert len(traces) == 2 and (float(a.numpy()[0]), float(b.numpy()[0])) == (5.0, 7.0)
    optimizer.weight_decay = 0.5
    optimizer.apply([one], [a])
    assert float(a.numpy()[0]) == 5 - 2.5 - 1
    a.constraint = lambda w: w * 0
    optimizer.apply([one], [a])
    assert float(a.numpy()[0]) == 0 and len(traces) == 4
    a.constraint = None
    optimizer.apply([one], [a])
    assert float(a.numpy()[0]) == -1


def test_gradients_of_other_dtypes_are_cast_and_not_cut():
    optimizer, w = SGD(1.0), Variable([8.0, 8.0], name="w")
    for gradient in ([1, 1], [0.5, 0.25], [True, False]):
        for _ in range(2):
            optimizer.apply([np.array(gradient)], [w])
    np.testing.assert_allclose(w.numpy(), [8 - 2 - 1 - 2, 8 - 2 - 0.5])
    optimizer.apply([np.ones((4, 2), "float32")[::2, 0]], [w])  # not contiguous
    np.testing.assert_allclose(w.numpy(), [2, 4.5])
    for wrong in (np.ones(3, "float32"), np.ones((2, 1), "float32")):
        with pytest.raises(ValueError, match="gradient of shape"):
            optimizer.apply([wrong], [w])
    with pytest.raises(ValueError, match="one for each"):
        optimizer.apply([np.ones(2), np.ones(2)], [w])


def test_a_rate_that_is_a_function_is_called_at_each_update():
    rates = iter([1.0, 2.0, 4.0])
    optimizer, w = SGD(lambda: next(rates)), Variable([0.0], name="w")
    for _ in range(3):
        optimizer.apply([np.ones(1, "float32")], [w])
    assert float(w.numpy()[0]) == -7.0


def test_a_copy_updates_its_own_weights():
    optimizer, w = SGD(1.0), Variable([1.0], name="w")
    optimizer.apply([np.ones(1, "float32")], [w])
    twin, own = copy.deepcopy((optimizer, w))
    twin.apply([np.ones(1, "float32")], [own])
    assert float(w.numpy()[0]) == 0.0 and float(own.numpy()[0]) == -1.0
    assert int(twin.iterations.numpy()) == 2 and int(optimizer.iterations.numpy()) == 1


def test_scale_loss():
    assert SGD(loss_scale_factor=4.0).scale_loss(2.0) == 8.0
    assert SGD().scale_loss(2.0) == 2.0


class FromKerasDocs(Optimizer):
    """A rule as people write it for Keras."""

    def __init__(self, learning_rate=0.01, momentum=0.9, **kwargs):
        super().__init__(learning_rate=learning_rate, **kwargs)
        self.momentum = momentum

    def build(self, variables):
        super().build(variables)
        self.momentums = [self.add_variable_from_reference(v, name="momentum") for v in variables]

    def update_step(self, gradient, variable, learning_rate):
        learning_rate = ops.cast(learning_rate, variable.dtype)
        m = self.momentums[self._get_variable_index(variable)]
        self.assign(
            m, ops.subtract(ops.multiply(m, self.momentum), ops.multiply(gradient, learning_rate))
        )
        self.assign_add(variable, m)

    def get_config(self):
        return {**super().get_config(), "momentum": self.momentum}


@pytest.mark.parametrize(
    "options", [{}, {"gradient_accumulation_steps": 2}, {"clipnorm": 0.5}], ids=str
)
def test_a_users_rule_equals_the_built_in(options):
    rng = np.random.default_rng(0)
    mine, built_in = FromKerasDocs(0.1, **options), SGD(0.1, momentum=0.9, **options)
    weights = [[weight(), weight((3.0, 4.0, 5.0))] for _ in range(2)]
    for _ in range(6):
        grads = [rng.normal(size=2).astype("float32"), rng.normal(size=3).astype("float32")]
        mine.apply(grads, weights[0])
        built_in.apply(grads, weights[1])
    for a, b in zip(*weights, strict=True):
        np.testing.assert_allclose(a.numpy(), b.numpy(), rtol=1e-6)
    assert FromKerasDocs.from_config(mine.get_config()).get_config() == mine.get_config()


def test_a_slot_that_is_not_there_is_named():
    class Rule(Optimizer):
        learning_rate = 0.1

        def build_slots(self, variables):
            if self.name != "bare":
                self.add_optimizer_variables(variables, ["momentum", "velocity"])

        def update_step(self, gradient, variable, learning_rate):
            self.slot("velocty", variable)

    one, other = np.ones(2, "float32"), weight()
    with pytest.raises(ArgumentError, match=r"Rule\.slot: got 'velocty'; did you mean 'velocity'"):
        Rule().apply([one], [weight()])
    with pytest.raises(
        ArgumentError,
        match=r"got 'velocty', expected none\. Slots are made in build_slots: self\.add_opt",
    ):
        Rule(name="bare").apply([one], [weight()])
    rule = Rule()
    rule.build([weight()])
    with pytest.raises(
        ArgumentError, match=r"Rule\.slot: got dense/kernel, expected a weight that"
    ):
        rule.slot("velocity", other)
