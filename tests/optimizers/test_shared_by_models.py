"""One optimizer that trains several models, as in the adversarial networks of Keras 1 and 2: its
slots follow the weights, and all share the number of steps."""

import numpy as np
import pytest

from brickwork import Input, Model, Sequential, layers, load_model, optimizers, saving
from brickwork.data import DataWarning
from brickwork.optimizers import SGD, Adam, Optimizer
from brickwork.program import Variable

RULES = [rule for rule in optimizers.registry.items() if rule is not optimizers.MultiOptimizer]
X, Z = np.random.default_rng(0).normal(size=(2, 8, 4)).astype("float32")
ONES = np.ones((8, 1), "float32")


class InKerasManner(Optimizer):
    """A rule whose slots are made in `build`, and found by the weights' indices."""

    def __init__(self, learning_rate=0.01, **kwargs):
        super().__init__(learning_rate=learning_rate, **kwargs)

    def build(self, variables):
        if self.built:
            return
        super().build(variables)
        self.velocities = [self.add_variable_from_reference(v, "velocity") for v in variables]
        self.total = self.add_variable((), name="total")

    def update_step(self, gradient, variable, learning_rate):
        velocity = self.velocities[self._get_variable_index(variable)]
        velocity.assign(0.9 * velocity + gradient)
        self.total.assign(self.total + 1)
        variable.assign(variable - learning_rate * velocity)


def made(rule, **kwargs):
    if rule is optimizers.LossScaleOptimizer:
        return rule(Adam(0.01))
    return rule(learning_rate=0.01, **kwargs)


def pair(optimizer):
    """A critic, and a model of a generator and the frozen critic."""
    critic = Sequential([Input((4,)), layers.Dense(3, "tanh"), layers.Dense(1, "sigmoid")])
    critic.compile(optimizer, "binary_crossentropy")
    generator = Sequential([Input((4,)), layers.Dense(4)])
    frozen = Sequential([Input((4,)), *critic.layers])
    z = Input((4,))
    both = Model(z, frozen(generator(z)))
    both.compile(optimizer, "binary_crossentropy")
    for i, w in enumerate((*critic.weights, *generator.weights)):
        w.assign(np.random.default_rng(i).normal(size=w.shape))
    return critic, generator, both


def trained(optimizer, built: bool):
    critic, generator, both = pair(optimizer)
    if built:
        optimizer.build([*critic.trainable_weights, *generator.trainable_weights])
    for _ in range(3):
        critic.trainable = True
        critic.train_on_batch(X, ONES)
        critic.trainable = False
        both.train_on_batch(Z, ONES)
    return critic, generator


@pytest.mark.parametrize("rule", [*RULES, InKerasManner], ids=lambda rule: rule.__name__)
def test_as_if_built_for_all_weights(rule):
    """Whether the optimizer knew all weights from the start makes no difference."""
    results = []
    for built in (False, True):
        optimizer = made(rule)
        critic, generator = trained(optimizer, built)
        names = [v.path.partition("/")[2] for v in optimizer.variables]
        results.append((critic.get_weights(), generator.get_weights(), len(names)))
    for one, other in zip(*results, strict=True):
        np.testing.assert_equal(one, other)
    assert int(optimizer.iterations.numpy()) == 6


def test_no_weight_was_trained_at_first():
    optimizer = Adam(0.01)
    critic, generator, both = pair(optimizer)
    critic.trainable = False
    with pytest.warns(DataWarning, match="all of its layers were frozen"):
        critic.train_on_batch(X, ONES)
    before = generator.get_weights()
    both.train_on_batch(Z, ONES)
    assert any((a != b).any() for a, b in zip(before, generator.get_weights(), strict=True))


def test_apply_to_more_weights():
    """In a loop of the user's own, too; an average starts where the weight is."""
    a, b = (Variable([1.0, 2.0], name="kernel") for _ in range(2))
    optimizer, g = SGD(0.5, momentum=0.9, use_ema=True), np.ones(2, "float32")
    optimizer.apply([g], [a])
    slot = optimizer.slot("momentum", a)
    optimizer.apply([g], [b])
    assert optimizer.slot("momentum", a) is slot
    assert b.numpy().tolist() == [0.5, 1.5]
    expected = 0.99 * np.array([1, 2]) + 0.01 * np.array([0.5, 1.5])
    np.testing.assert_allclose(optimizer.slot("average", b).numpy(), expected)


def test_an_error_leaves_it_as_it_was():
    class Picky(Optimizer):
        def build_slots(self, variables):
            self.add_optimizer_variables(variables, "momentum")
            if len(variables) > 1:
                raise RuntimeError("one at most")

    optimizer = Picky(0.1)
    a, b = (Variable([1.0], name="kernel") for _ in range(2))
    optimizer.build([a])
    before, slot = optimizer.variables, optimizer.slot("momentum", a)
    with pytest.raises(RuntimeError, match="one at most"):
        optimizer.apply([np.ones(1, "float32")], [b])
    assert list(map(id, optimizer.variables)) == list(map(id, before))
    assert optimizer.slot("momentum", a) is slot and optimizer.built


@pytest.mark.parametrize("end", [".brick", ".keras", ".h5"])
def test_a_file_holds_the_slots_of_its_model(end, tmp_path):
    optimizer = Adam(0.01)
    critic, _ = trained(optimizer, built=False)
    critic.trainable = True
    path = tmp_path / f"critic{end}"
    saving.save_model(critic, path)
    loaded = load_model(path)
    slots = [v for v in loaded.optimizer.variables if v.shape]
    assert len(slots) == 8 and len([v for v in optimizer.variables if v.shape]) == 12
    assert int(loaded.optimizer.iterations.numpy()) == 6
    for one, other in zip(critic.trainable_weights, loaded.trainable_weights, strict=True):
        for name in ("momentum", "velocity"):
            np.testing.assert_equal(
                optimizer.slot(name, one).numpy(), loaded.optimizer.slot(name, other).numpy()
            )
    assert critic.train_on_batch(X, ONES) == loaded.train_on_batch(X, ONES)
    np.testing.assert_equal(critic.get_weights(), loaded.get_weights())
    critic.load_weights(path)
