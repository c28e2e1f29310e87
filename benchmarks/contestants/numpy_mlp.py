"""Textbook NumPy: how it is written by hand, and the reference for the others' losses."""

import numpy as np

from jobs import split_weights


class Model:
    """Forward, backward and Adam in plain float32 NumPy."""

    def __init__(self, variant):
        self.versions = {"numpy": np.__version__}
        self.rng = np.random.default_rng(7)

    def settings(self):
        """NumPy's BLAS chooses by itself."""
        return ["default"]

    def use(self, setting):
        """Nothing to set."""

    def load(self, job, weights):
        """Keep the job; weights become arrays."""
        self.job = job
        self.reset(weights)

    def reset(self, weights):
        """The initial weights, Adam's moments zero."""
        self.w = [part.copy() for part in split_weights(self.job, weights)]
        self.m = [np.zeros_like(w) for w in self.w]
        self.v = [np.zeros_like(w) for w in self.w]
        self.step = 0

    def data(self, x, y):
        """Labels as integers where they are classes."""
        return x, y.astype(int) if self.job.loss == "sparse" else y.reshape(-1, 1)

    def fit(self, data, epochs):
        """Train; answers the loss of each epoch."""
        x, y = data
        losses = []
        for _ in range(epochs):
            order = self.rng.permutation(len(x))
            total = 0.0
            for start in range(0, len(x), self.job.batch):
                rows = order[start : start + self.job.batch]
                total += self.train(x[rows], y[rows]) * len(rows)
            losses.append(total / len(x))
        return losses

    def train(self, x, y):
        """One step; answers the batch's loss."""
        outputs = self.forward(x)
        loss, dz = self.head(outputs[-1], y)
        gradients = []
        for i in range(len(self.w) - 2, -1, -2):
            a = outputs[i // 2]
            gradients[:0] = [a.T @ dz, dz.sum(0)]
            if i:
                dz = (dz @ self.w[i].T) * (a > 0)
        self.update(gradients)
        return loss

    def forward(self, x):
        """Every layer's output, the last one without its activation."""
        outputs = [x]
        for i in range(0, len(self.w), 2):
            z = outputs[-1] @ self.w[i] + self.w[i + 1]
            outputs.append(np.maximum(z, 0) if i + 2 < len(self.w) else z)
        return outputs

    def activation(self, z):
        """The last layer's activation."""
        if self.job.loss == "binary":
            return 1 / (1 + np.exp(-z))
        if self.job.loss == "sparse":
            e = np.exp(z - z.max(1, keepdims=True))
            return e / e.sum(1, keepdims=True)
        return z

    def head(self, z, y):
        """Loss, and its gradient at the last layer's sums, as Keras has them: probabilities are
        clipped, and one that is has no slope."""
        p = self.activation(z)
        if self.job.loss == "mse":
            return float(np.mean((p - y) ** 2)), 2 * (p - y) / len(y)
        if self.job.loss == "binary":
            q = np.where(y > 0.5, p, 1 - p)
            inside = (q >= 1e-7) & (q <= 1 - 1e-7)
            loss = float(-np.mean(np.log(np.clip(q, 1e-7, 1 - 1e-7))))
            return loss, inside * (p - y) / len(y)
        own = np.arange(len(y)), y
        q = p[own]
        inside = (q >= 1e-7) & (q <= 1 - 1e-7)
        loss = float(-np.mean(np.log(np.clip(q, 1e-7, 1 - 1e-7))))
        p[own] -= 1
        return loss, inside[:, None] * p / len(y)

    def update(self, gradients):
        """Adam, with Keras's defaults and Keras's place for epsilon."""
        self.step += 1
        rate = np.float32(1e-3 * np.sqrt(1 - 0.999**self.step) / (1 - 0.9**self.step))
        for w, m, v, g in zip(self.w, self.m, self.v, gradients, strict=True):
            m += (g - m) * np.float32(0.1)
            v += (g * g - v) * np.float32(0.001)
            w -= rate * m / (np.sqrt(v) + np.float32(1e-7))

    def weights(self):
        """All weights, flat."""
        return np.concatenate([w.ravel() for w in self.w])

    def predict(self, x):
        """All rows at once."""
        return self.activation(self.forward(x)[-1])

    def calls(self, row):
        """One way."""
        return {"predict": lambda: self.predict(row)}
