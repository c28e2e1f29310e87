"""Small plans, written by hand, and what they compute in NumPy."""

import numpy as np

from brickwork import _engine

FULL, SCALAR, ROW = "full", "scalar", "row"


def elementwise(outs, ins, space, spreads, steps, slots, part=("one",), barrier=False):
    """A `map` instruction."""
    return ("map", outs, ins, [], [], part, barrier, "test/map", (space, spreads, steps, slots))


def linear(weights, bias, threads=1, dtype="float32", gate=None):
    """y = x W + b."""
    n, k = weights.shape
    buffers = [
        ("input", dtype, [(0, 1), n], 0, 0),
        ("state", dtype, [n, k], 0, 0),
        ("state", dtype, [k], 1, 0),
        ("temp", dtype, [(0, 1), k], 0, 0),
    ]
    code = [("matmul", [3], [0, 1, 2], [0, 0, 0, 1, 0], [], ("rows",), False, "dense/matmul", None)]
    return _engine.Plan(buffers, code, [3], [weights, bias], threads=threads, gate=gate)


class Regression:
    """Least squares by gradient descent: x W against y; the loss's sum and count are states.

    The step: d = x W - y, loss = mean d^2, guard, W -= rate * 2 x^T d / size.
    """

    def __init__(self, features, targets, rate=0.05, threads=1, dtype="float32", seed=0):
        rng = np.random.default_rng(seed)
        self.rate, self.dtype = rate, dtype
        self.weights = rng.normal(size=(features, targets)).astype(dtype)
        self.total = np.zeros((), dtype)
        self.count = np.zeros((), dtype)
        self.gate = _engine.Gate()
        self.step = self._step(features, targets, threads)
        metric = [("state", dtype, [], 1, 0), ("state", dtype, [], 2, 0)]
        states = [self.weights, self.total, self.count]
        zero = [("fill", [i], [], [], [0.0], ("one",), False, "metric/zero", None) for i in (0, 1)]
        self.begin = _engine.Plan(metric, zero, [], states)
        divide = elementwise([2], [0, 1], (1, 1), [SCALAR] * 3, [("div", 0, (1, 2))], [dtype] * 3)
        self.end = _engine.Plan([*metric, ("temp", dtype, [], 0, 0)], [divide], [2], states)

    def _step(self, n, k, threads):
        t, size = self.dtype, (0, k)
        buffers = [
            ("input", t, [(0, 1), n], 0, 0),
            ("input", t, [(0, 1), k], 1, 0),
            ("state", t, [n, k], 0, 0),
            ("state", t, [], 1, 0),
            ("state", t, [], 2, 0),
            ("temp", t, [(0, 1), k], 0, 0),  # 5: x W, then the difference
            ("temp", t, [(0, 1), k], 0, 0),  # 6: its square
            ("temp", t, [], 0, 0),  # 7: the sum of squares
            ("temp", t, [n, k], 0, 0),  # 8: x^T d
            ("temp", t, [], 0, 0),  # 9: the number of values
            ("const", t, [], np.array(2 * self.rate, t).tobytes(), 0),  # 10
        ]
        rows = ("rows",)
        difference = elementwise(
            [5, 6],
            [5, 1],
            ((0, 1), k),
            [FULL] * 4,
            [("sub", 0, (2, 3)), ("square", 1, (0,))],
            [t] * 4,
            rows,
        )
        metric = elementwise(
            [3, 4],
            [3, 4, 7, 9],
            (1, 1),
            [SCALAR] * 6,
            [("add", 0, (2, 4)), ("add", 1, (3, 5))],
            [t] * 6,
        )
        update = elementwise(
            [2],
            [2, 8, 10, 9],
            (n, k),
            [FULL, FULL, FULL, SCALAR, SCALAR],
            [("mul", 5, (2, 3)), ("div", 5, (5, 4)), ("sub", 0, (1, 5))],
            [t] * 6,
            rows,
        )
        code = [
            ("matmul", [5], [0, 2], [0, 0, 0, 0, 0], [], rows, False, "dense/matmul", None),
            difference,
            ("reduce_sum", [7], [6], [1, size, 1], [], ("one",), True, "loss/sum", None),
            ("extent", [9], [], [size], [], ("one",), False, "loss/size", None),
            ("guard", [], [7], [], [], ("one",), False, "loss/guard", None),
            ("matmul", [8], [0, 5], [1, 0, 0, 0, 0], [], rows, True, "dense/gradient", None),
            update,
            metric,
        ]
        states = [self.weights, self.total, self.count]
        return _engine.Plan(buffers, code, [7], states, threads=threads, gate=self.gate)

    def train(self, x, y, **options):
        """A pass over these rows, for training."""
        return _engine.Pass(self.step, self.begin, self.end, [x, y], len(y), **options)

    def reference_step(self, weights, x, y):
        """The weights after the step, and its sum of squares."""
        difference = x @ weights - y
        grad = x.T @ difference
        return weights - 2 * self.rate * grad / difference.size, np.square(difference).sum()
