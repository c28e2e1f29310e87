"""JAX at its best: a whole epoch in one compiled scan, Adam written out, nothing read within it."""

import functools

import jax
import jax.numpy as jnp
import numpy as np

from jobs import split_weights


def forward(weights, x):
    """The last layer's sums."""
    for i in range(0, len(weights), 2):
        x = x @ weights[i] + weights[i + 1]
        if i + 2 < len(weights):
            x = jnp.maximum(x, 0)
    return x


def loss_and_hits(weights, x, y, kind):
    """Mean loss of a batch, and how many rows are classified right."""
    z = forward(weights, x)
    if kind == "mse":
        return jnp.mean((z[:, 0] - y) ** 2), 0
    if kind == "binary":
        loss = jnp.mean(jnp.logaddexp(0.0, jnp.where(y > 0.5, -z[:, 0], z[:, 0])))
        return loss, jnp.sum((z[:, 0] > 0) == (y > 0.5))
    own = jnp.take_along_axis(jax.nn.log_softmax(z), y[:, None], 1)
    return -jnp.mean(own), jnp.sum(z.argmax(1) == y)


def train_step(state, batch, kind):
    """One step of Adam as Keras writes it."""
    weights, m, v, step = state
    gradient = jax.value_and_grad(functools.partial(loss_and_hits, kind=kind), has_aux=True)
    (loss, hits), g = gradient(weights, *batch)
    step += 1
    rate = 1e-3 * jnp.sqrt(1 - 0.999**step) / (1 - 0.9**step)
    m = [a + (b - a) * 0.1 for a, b in zip(m, g, strict=True)]
    v = [a + (b * b - a) * 0.001 for a, b in zip(v, g, strict=True)]
    weights = [w - rate * a / (jnp.sqrt(b) + 1e-7) for w, a, b in zip(weights, m, v, strict=True)]
    return (weights, m, v, step), (loss * len(batch[0]), hits)


@functools.partial(jax.jit, static_argnames=("size", "kind"), donate_argnums=0)
def train_epoch(state, x, y, key, size, kind):
    """Shuffle, scan over the full batches, then the partial one."""
    order = jax.random.permutation(key, len(x))
    whole = len(x) // size * size

    def body(state, rows):
        return train_step(state, (x[rows], y[rows]), kind)

    state, (losses, hits) = jax.lax.scan(body, state, order[:whole].reshape(-1, size))
    total, right = losses.sum(), jnp.sum(hits)
    if whole < len(x):
        state, (loss, hit) = body(state, order[whole:])
        total, right = total + loss, right + hit
    return state, total / len(x), right / len(x)


class Model:
    """Epochs are sent off one after the other; losses are read when all have run."""

    def __init__(self, variant):
        self.versions = {"jax": jax.__version__}
        self.key = jax.random.key(7)

    def settings(self):
        """XLA chooses by itself."""
        return ["default"]

    def use(self, setting):
        """Nothing to set."""

    def load(self, job, weights):
        """Keep the job; compile the prediction."""
        self.job = job
        self.reset(weights)

        def answer(weights, x):
            z = forward(weights, x)
            last = {"binary": jax.nn.sigmoid, "sparse": jax.nn.softmax, "mse": lambda z: z}
            return last[job.loss](z)

        self.answer = jax.jit(answer)

    def reset(self, weights):
        """The initial weights, Adam's moments zero."""
        parts = [jnp.array(part) for part in split_weights(self.job, weights)]
        zeros = [[jnp.zeros_like(part) for part in parts] for _ in range(2)]
        self.state = (parts, *zeros, jnp.zeros((), jnp.float32))

    def data(self, x, y):
        """Arrays of JAX."""
        return jnp.array(x), jnp.array(y.astype(np.int32) if self.job.loss == "sparse" else y)

    def fit(self, data, epochs):
        """Train; answers the loss of each epoch."""
        results = []
        for _ in range(epochs):
            self.key, key = jax.random.split(self.key)
            self.state, *sums = train_epoch(self.state, *data, key, self.job.batch, self.job.loss)
            results.append(sums)
        return [float(loss) for loss, accuracy in jax.device_get(results)]

    def weights(self):
        """All weights, flat."""
        return np.concatenate([np.asarray(w).ravel() for w in self.state[0]])

    def predict(self, x):
        """Probabilities, or values."""
        return np.asarray(self.answer(self.state[0], x))

    def calls(self, row):
        """One way."""
        return {"predict": lambda: self.predict(row)}
