"""Training steps of the user's own, in three manners, beside the same arithmetic in JAX.

Each algorithm is written once, for a module with NumPy's names: `brickwork.ops` or `jax.numpy`.
brickwork differentiates it by tapes, over arrays, in a compiled function and in ``train_step``.
"""

from functools import partial
from itertools import pairwise
from typing import ClassVar

import numpy as np
import pytest

import brickwork as bw
from brickwork import GradientTape, Model, Variable, ops

jax = pytest.importorskip("jax")
jnp = jax.numpy
RATE = 0.1


def mlp(xp, weights, x):
    """A network of tanh layers; weights are [kernel, bias, kernel, bias, ...]."""
    for i in range(0, len(weights), 2):
        x = xp.matmul(x, weights[i]) + weights[i + 1]
        x = xp.tanh(x) if i + 2 < len(weights) else x
    return x


def mse(xp, a, b):
    return xp.mean(xp.square(a - b))


def softplus(xp, x):
    return xp.log(1.0 + xp.exp(x))


def log_softmax(xp, x):
    return x - xp.log(xp.sum(xp.exp(x), axis=-1, keepdims=True))


def weights_of(rng, *units):
    made = []
    for rows, columns in pairwise(units):
        made += [rng.normal(0, 0.5, (rows, columns)), rng.normal(0, 0.1, columns)]
    return [w.astype("float32") for w in made]


# Each algorithm: its groups of weights, its data, and for each group the loss that it minimizes.
# `grad(f, w)` returns the gradient of f at w, as something that can be differentiated again.


class GAN:
    groups: ClassVar = {"generator": (2, 5, 3), "critic": (3, 5, 1)}
    data: ClassVar = {"noise": (8, 2), "real": (8, 3)}

    @staticmethod
    def losses(xp, w, d, grad):
        fake = mlp(xp, w["generator"], d["noise"])
        on_fake = mlp(xp, w["critic"], fake)
        on_real = mlp(xp, w["critic"], d["real"])
        return {
            "generator": xp.mean(softplus(xp, -on_fake)),
            "critic": xp.mean(softplus(xp, -on_real)) + xp.mean(softplus(xp, on_fake)),
        }


class WassersteinGAN:
    groups, data = GAN.groups, {**GAN.data, "share": (8, 1)}

    @staticmethod
    def losses(xp, w, d, grad):
        fake = mlp(xp, w["generator"], d["noise"])
        between = d["real"] + d["share"] * (fake - d["real"])
        gradient = grad(lambda x: xp.sum(mlp(xp, w["critic"], x)), between)
        norm = xp.sqrt(xp.sum(xp.square(gradient), axis=1) + 1e-9)
        on_fake = xp.mean(mlp(xp, w["critic"], fake))
        on_real = xp.mean(mlp(xp, w["critic"], d["real"]))
        return {
            "generator": -on_fake,
            "critic": on_fake - on_real + 10 * xp.mean(xp.square(norm - 1.0)),
        }


class VariationalAutoencoder:
    groups: ClassVar = {"encoder": (4, 6, 4), "decoder": (2, 6, 4)}
    data: ClassVar = {"x": (8, 4), "noise": (8, 2)}

    @staticmethod
    def losses(xp, w, d, grad):
        code = mlp(xp, w["encoder"], d["x"])
        mean, log_variance = code[:, :2], code[:, 2:]
        z = mean + xp.exp(0.5 * log_variance) * d["noise"]
        divergence = -0.5 * xp.mean(
            xp.sum(1.0 + log_variance - xp.square(mean) - xp.exp(log_variance), axis=1)
        )
        total = mse(xp, mlp(xp, w["decoder"], z), d["x"]) + divergence
        return {"encoder": total, "decoder": total}


class ActorCritic:
    groups: ClassVar = {"actor": (4, 6, 3), "critic": (4, 6, 1)}
    data: ClassVar = {"state": (8, 4), "action": (8, 3), "reward": (8, 1)}

    @staticmethod
    def losses(xp, w, d, grad):
        value = mlp(xp, w["critic"], d["state"])
        advantage = d["reward"] - value
        fixed = (jax.lax if xp is jnp else ops).stop_gradient(advantage)
        log_policy = log_softmax(xp, mlp(xp, w["actor"], d["state"]))
        chosen = xp.sum(log_policy * d["action"], axis=1, keepdims=True)
        return {"actor": -xp.mean(chosen * fixed), "critic": xp.mean(xp.square(advantage))}


class MetaLearning:
    """MAML: the loss after a step of gradient descent, differentiated through that step."""

    groups: ClassVar = {"model": (2, 6, 1)}
    data: ClassVar = {"x": (8, 2), "y": (8, 1), "x2": (8, 2), "y2": (8, 1)}

    @staticmethod
    def losses(xp, w, d, grad):
        gradients = grad(lambda weights: mse(xp, mlp(xp, weights, d["x"]), d["y"]), w["model"])
        fast = [
            weight - 0.5 * gradient for weight, gradient in zip(w["model"], gradients, strict=True)
        ]
        return {"model": mse(xp, mlp(xp, fast, d["x2"]), d["y2"])}


class Distillation:
    groups: ClassVar = {"student": (4, 3, 3)}
    data: ClassVar = {"x": (8, 4), "y": (8, 3), "teacher": (8, 3)}

    @staticmethod
    def losses(xp, w, d, grad):
        logits = mlp(xp, w["student"], d["x"])
        soft = xp.exp(log_softmax(xp, d["teacher"] / 3.0))
        return {
            "student": -xp.mean(xp.sum(d["y"] * log_softmax(xp, logits), axis=1))
            - 9.0 * xp.mean(xp.sum(soft * log_softmax(xp, logits / 3.0), axis=1))
        }


ALGORITHMS = [
    GAN,
    WassersteinGAN,
    VariationalAutoencoder,
    ActorCritic,
    MetaLearning,
    Distillation,
]


def tape_gradient(function, at):
    """`grad` by a tape of its own inside of the outer one."""
    with GradientTape() as tape:
        tape.watch(at)
        value = function(at)
    return tape.gradient(value, at)


def tape_step(algorithm, weights, data):
    """One step by tapes; returns the losses."""
    with GradientTape(persistent=True) as tape:
        losses = algorithm.losses(ops, weights, data, tape_gradient)
    changes = {name: tape.gradient(losses[name], group) for name, group in weights.items()}
    for name, group in weights.items():
        for weight, change in zip(group, changes[name], strict=True):
            weight.assign_sub(RATE * change)
    return losses


def jax_step(algorithm, weights, data):
    def loss(name, group):
        given = {**weights, name: group}
        return algorithm.losses(jnp, given, data, lambda f, at: jax.grad(f)(at))[name]

    return {
        name: [
            w - RATE * g for w, g in zip(group, jax.grad(partial(loss, name))(group), strict=True)
        ]
        for name, group in weights.items()
    }


class Stepping(Model):
    """A model whose `train_step` is the algorithm's step."""

    def __init__(self, algorithm, groups):
        super().__init__()
        self.algorithm = algorithm
        self.groups = groups

    def train_step(self, data):
        return tape_step(self.algorithm, self.groups, data)


@pytest.mark.parametrize("manner", ["arrays", "function", "train_step"])
@pytest.mark.parametrize("algorithm", ALGORITHMS, ids=lambda kind: kind.__name__)
def test_steps_of_ones_own_train_as_the_same_arithmetic_in_jax(algorithm, manner):
    rng = np.random.default_rng(3)
    start = {name: weights_of(rng, *units) for name, units in algorithm.groups.items()}
    data: ClassVar = {
        name: rng.normal(size=dims).astype("float32") for name, dims in algorithm.data.items()
    }
    expected = start
    for _ in range(4):
        expected = jax_step(algorithm, expected, data)

    groups: ClassVar = {name: [Variable(w) for w in group] for name, group in start.items()}
    if manner == "train_step":
        model = Stepping(algorithm, groups)
        model.compile()
        history = model.fit(data, epochs=4, batch_size=8, shuffle=False, verbose=0)
        assert sorted(history.history) == sorted(algorithm.groups)
    else:
        step = partial(tape_step, algorithm, groups)
        step = bw.function(step) if manner == "function" else step
        for _ in range(4):
            step(data)
    for name, group in groups.items():
        for found, wanted in zip(group, expected[name], strict=True):
            np.testing.assert_allclose(found.numpy(), wanted, rtol=2e-5, atol=2e-6)
