"""mlpack in C++, driven through ctypes: one call trains all epochs."""

import ctypes

import numpy as np

import native

TIMES = 2000


class Model:
    """contestants/mlpack_mlp.cpp, compiled once for each loss."""

    def __init__(self, variant):
        self.library = native.load(native.build_mlpack("binary"), mlp_version=ctypes.c_char_p)
        blas = "OpenBLAS" if self.library.mlp_threads(1) else "a BLAS that is not OpenBLAS"
        self.versions = {"mlpack": f"{self.library.mlp_version().decode()} with {blas}"}

    def settings(self):
        """Threads of its BLAS."""
        return ["1 thread", "2 threads"]

    def use(self, setting):
        """Set them."""
        self.library.mlp_threads(int(setting[0]))

    def load(self, job, weights):
        """Make the network."""
        self.job = job
        self.count = len(weights)
        self.library = native.load(
            native.build_mlpack(job.loss), mlp_new=ctypes.c_void_p, mlp_fit=ctypes.c_double,
            mlp_latency=ctypes.c_double,
        )  # fmt: skip
        sizes = (ctypes.c_int * len(job.sizes))(*job.sizes)
        self.net = ctypes.c_void_p(self.library.mlp_new(sizes, len(sizes) - 1, job.batch))
        self.reset(weights)

    def reset(self, weights):
        """The initial weights; each fit makes a fresh Adam."""
        self.library.mlp_set(self.net, native.pointer(weights))

    def data(self, x, y):
        """Arrays as they are."""
        return x, y

    def fit(self, data, epochs):
        """Train; answers the loss of the last epoch."""
        x, y = map(native.pointer, data)
        return [self.library.mlp_fit(self.net, x, y, len(data[0]), epochs)]

    def weights(self):
        """All weights, flat."""
        flat = np.empty(self.count, np.float32)
        self.library.mlp_get(self.net, native.pointer(flat))
        return flat

    def predict(self, x):
        """All rows at once."""
        out = np.empty((len(x), self.job.sizes[-1]), np.float32)
        self.library.mlp_predict(self.net, native.pointer(x), len(x), native.pointer(out))
        return out

    def latency(self, row):
        """Seconds a row, measured inside C++."""
        return {"predict": self.library.mlp_latency(self.net, native.pointer(row), TIMES) / TIMES}
