"""PyTorch as its users write it for small data: a permutation, a loop, the fused Adam."""

import numpy as np
import torch
from torch import nn

from jobs import split_weights


class Model:
    """Sums of loss and hits stay tensors until the epoch ends: nothing waits within it."""

    def __init__(self, variant):
        self.versions = {"torch": torch.__version__}

    def settings(self):
        """Threads of PyTorch's own pool."""
        return ["1 thread", "2 threads"]

    def use(self, setting):
        """Set them."""
        torch.set_num_threads(int(setting[0]))

    def load(self, job, weights):
        """Build the network; logits go into the fused losses."""
        self.job = job
        layers = []
        for inputs, units in zip(job.sizes, job.sizes[1:], strict=False):
            layers += [nn.Linear(inputs, units), nn.ReLU()]
        self.net = nn.Sequential(*layers[:-1])
        self.loss = {
            "binary": nn.BCEWithLogitsLoss(),
            "sparse": nn.CrossEntropyLoss(),
            "mse": nn.MSELoss(),
        }[job.loss]
        self.reset(weights)

    def reset(self, weights):
        """The initial weights and a fresh Adam."""
        with torch.no_grad():
            values = split_weights(self.job, weights)
            for parameter, value in zip(self.net.parameters(), values, strict=True):
                parameter.copy_(torch.from_numpy(value.T.copy()))
        self.adam = torch.optim.Adam(self.net.parameters(), lr=1e-3, eps=1e-7, fused=True)

    def data(self, x, y):
        """Tensors."""
        target = y.astype(np.int64) if self.job.loss == "sparse" else y.reshape(-1, 1)
        return torch.from_numpy(x), torch.from_numpy(target)

    def fit(self, data, epochs):
        """Train; answers the loss of each epoch."""
        x, y = data
        history = {"loss": [], "accuracy": []}
        for _ in range(epochs):
            total, hits = torch.zeros(()), torch.zeros((), dtype=torch.int64)
            for rows in torch.randperm(len(x)).split(self.job.batch):
                target = y[rows]
                z = self.net(x[rows])
                loss = self.loss(z, target)
                self.adam.zero_grad(set_to_none=True)
                loss.backward()
                self.adam.step()
                total += loss.detach() * len(rows)
                if self.job.loss == "binary":
                    hits += ((z.detach() > 0) == (target > 0.5)).sum()
                elif self.job.loss == "sparse":
                    hits += (z.detach().argmax(1) == target).sum()
            history["loss"].append(float(total) / len(x))
            history["accuracy"].append(int(hits) / len(x))
        return history["loss"]

    def weights(self):
        """All weights, flat, in Keras's order."""
        with torch.no_grad():
            return np.concatenate([w.numpy().T.ravel() for w in self.net.parameters()])

    def predict(self, x):
        """Probabilities, as Keras's predict gives them."""
        with torch.inference_mode():
            z = self.net(torch.from_numpy(x))
            if self.job.loss == "binary":
                z = torch.sigmoid(z)
            elif self.job.loss == "sparse":
                z = torch.softmax(z, 1)
            return z.numpy()

    def calls(self, row):
        """One way."""
        return {"predict": lambda: self.predict(row)}
