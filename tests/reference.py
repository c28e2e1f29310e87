"""A dense network with backpropagation and Adam in plain NumPy: the oracle, and how it works.

Everything is written out, nothing is fast. A network is a list of layers ``(kernel, bias,
activation)``; a row of x goes through them as ``a = activation(a @ kernel + bias)``.

>>> net = [(np.ones((2, 1)), np.zeros(1), "linear")]
>>> outputs(net, np.array([[1.0, 2.0]]))[-1].tolist()
[[3.0]]
"""

from __future__ import annotations

import numpy as np

EPSILON = 1e-7  # probabilities stay this far from 0 and 1, and Adam's steps finite


def softmax(z):
    """exp(z) over its sum along a row; the largest is taken off first, so nothing overflows."""
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


#: name -> (a of z, the gradient in z from the gradient in a: the chain rule)
ACTIVATIONS = {
    "linear": (lambda z: z, lambda d, z, a: d),
    "relu": (lambda z: np.maximum(z, 0), lambda d, z, a: d * (z > 0)),
    "tanh": (np.tanh, lambda d, z, a: d * (1 - a**2)),
    "sigmoid": (lambda z: 1 / (1 + np.exp(-z)), lambda d, z, a: d * a * (1 - a)),
    # Each output moves with each z: da_i/dz_j = a_i (delta_ij - a_j).
    "softmax": (softmax, lambda d, z, a: a * (d - (d * a).sum(axis=-1, keepdims=True))),
}


def mean_squared_error(y, p):
    """The loss, the mean of (y - p)^2 over all values, and its gradient in p."""
    return np.mean((y - p) ** 2), 2 * (p - y) / p.size


def binary_crossentropy(y, p):
    """-log of the probability given to what was the case: p for y = 1, 1 - p for y = 0."""
    q = np.clip(p, EPSILON, 1 - EPSILON)
    inside = (p > EPSILON) & (p < 1 - EPSILON)
    loss = -(y * np.log(q) + (1 - y) * np.log(1 - q))
    return loss.mean(), inside * (q - y) / (q * (1 - q)) / p.size


def categorical_crossentropy(y, p):
    """-log of the probability of the right class; y has a 1 for it and 0 for the others."""
    q = np.clip(p, EPSILON, 1 - EPSILON)
    inside = (p > EPSILON) & (p < 1 - EPSILON)
    return -(y * np.log(q)).sum(axis=-1).mean(), inside * -y / q / len(p)


def outputs(net, x) -> list:
    """x, and the output of each layer for it: the forward pass."""
    values = [x]
    for kernel, bias, activation in net:
        values.append(ACTIVATIONS[activation][0](values[-1] @ kernel + bias))
    return values


def gradients(net, x, y, loss):
    """The loss, and its gradients in every kernel and bias: the backward pass.

    From the last layer to the first, ``d`` is the gradient in a layer's output. Through the
    activation it becomes that in z = a @ kernel + bias, and from there it goes three ways: the
    kernel's gradient sums, over the rows, input times d; the bias's sums d; and the layer below
    gets d @ kernel.T.
    """
    values = outputs(net, x)
    value, d = loss(y, values[-1])
    grads = []
    for (kernel, bias, activation), below, above in reversed(
        list(zip(net, values, values[1:], strict=False))
    ):
        d = ACTIVATIONS[activation][1](d, below @ kernel + bias, above)
        grads = [below.T @ d, d.sum(axis=0), *grads]
        d = d @ kernel.T
    return value, grads


class Adam:
    """Kingma and Ba, 2014, section 2's last lines: steps of about the rate's size, whatever the
    gradients' size, for each weight by running means of its gradient m and of its square v."""

    def __init__(self, rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=EPSILON):
        self.rate, self.beta_1, self.beta_2, self.epsilon = rate, beta_1, beta_2, epsilon
        self.t, self.m, self.v = 0, None, None

    def step(self, weights, grads) -> None:
        """Change the weights in place."""
        if self.m is None:
            self.m, self.v = ([np.zeros_like(w) for w in weights] for _ in range(2))
        self.t += 1
        # The means begin at 0; this makes up for it.
        rate = self.rate * np.sqrt(1 - self.beta_2**self.t) / (1 - self.beta_1**self.t)
        for w, g, m, v in zip(weights, grads, self.m, self.v, strict=True):
            m += (1 - self.beta_1) * (g - m)
            v += (1 - self.beta_2) * (g**2 - v)
            w -= rate * m / (np.sqrt(v) + self.epsilon)


def train(net, x, y, loss, optimizer, batch_size: int, epochs: int) -> list[float]:
    """Train in place, rows in order; returns the mean loss of each epoch."""
    weights = [w for kernel, bias, _ in net for w in (kernel, bias)]
    losses = []
    for _ in range(epochs):
        total = 0.0
        for start in range(0, len(x), batch_size):
            rows = slice(start, start + batch_size)
            value, grads = gradients(net, x[rows], y[rows], loss)
            optimizer.step(weights, grads)
            total += value * len(x[rows])
        losses.append(total / len(x))
    return losses
