"""scikit-learn's MLPClassifier and MLPRegressor, float32, one `fit` for all epochs."""

import warnings

import numpy as np
import sklearn
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier, MLPRegressor
from threadpoolctl import ThreadpoolController

from jobs import split_weights

warnings.simplefilter("ignore", ConvergenceWarning)


class Model:
    """warm_start lets `fit` begin with the benchmark's weights; early stopping is switched off."""

    def __init__(self, variant):
        self.versions = {"scikit-learn": sklearn.__version__}
        self.pools = ThreadpoolController()

    def settings(self):
        """Threads of its BLAS."""
        return ["1 thread", "2 threads"]

    def use(self, setting):
        """Set them."""
        self.limit = self.pools.limit(limits=int(setting[0]), user_api="blas")

    def load(self, job, weights):
        """Build with Keras's epsilon and without the weight decay."""
        self.job = job
        kind = MLPRegressor if job.loss == "mse" else MLPClassifier
        self.model = kind(
            hidden_layer_sizes=job.sizes[1:-1], batch_size=job.batch, alpha=0.0, epsilon=1e-7,
            tol=0.0, n_iter_no_change=10**9, warm_start=True, max_iter=1,
        )  # fmt: skip
        rng = np.random.default_rng(0)
        x = rng.standard_normal((job.batch + job.sizes[-1], job.sizes[0]), np.float32)
        classes = max(job.sizes[-1], 2)
        y = np.arange(len(x)) % classes  # every class once, so that the output layer has its size
        self.model.fit(x, y.astype(np.float32) if job.loss == "mse" else y)
        self.reset(weights)

    def reset(self, weights):
        """The initial weights; `fit` makes a fresh Adam by itself."""
        parts = split_weights(self.job, weights)
        self.model.coefs_ = [part.copy() for part in parts[0::2]]
        self.model.intercepts_ = [part.copy() for part in parts[1::2]]

    def data(self, x, y):
        """Labels are integers."""
        return x, y if self.job.loss == "mse" else y.astype(int)

    def fit(self, data, epochs):
        """Train; answers the loss of the last epoch."""
        self.model.max_iter = epochs
        self.model.fit(*data)
        return [self.model.loss_]

    def weights(self):
        """All weights, flat, in Keras's order."""
        pairs = zip(self.model.coefs_, self.model.intercepts_, strict=True)
        return np.concatenate([part.ravel() for pair in pairs for part in pair])

    def predict(self, x):
        """Probabilities, or values."""
        return self.model.predict(x) if self.job.loss == "mse" else self.model.predict_proba(x)

    def calls(self, row):
        """One way."""
        return {"predict": lambda: self.predict(row)}
