"""The first floor: the job in C++ specialised at compile time, on one thread."""

import ctypes

import numpy as np

import native


class Model:
    """floors/specialised.cpp through ctypes; one call trains all epochs."""

    def __init__(self, variant):
        self.versions = {}
        self.seed = 0

    def settings(self):
        """One thread."""
        return ["1 thread"]

    def use(self, setting):
        """Nothing to set."""

    def load(self, job, weights):
        """Compile (once), make the network."""
        self.job = job
        self.count = len(weights)
        self.library = native.load(native.build_specialised(job), floor_new=ctypes.c_void_p)
        self.net = ctypes.c_void_p(self.library.floor_new())
        self.reset(weights)

    def reset(self, weights):
        """The initial weights, Adam's moments zero."""
        self.library.floor_set(self.net, native.pointer(weights))

    def data(self, x, y):
        """Arrays as they are."""
        return x, y

    def fit(self, data, epochs):
        """Train; answers the loss of each epoch."""
        x, y = data
        self.seed += 1
        loss, accuracy = np.empty(epochs), np.empty(epochs)
        self.library.floor_fit(
            self.net, native.pointer(x), native.pointer(y), len(x), epochs,
            ctypes.c_uint64(self.seed), native.pointer(loss), native.pointer(accuracy),
        )  # fmt: skip
        return loss.tolist()

    def weights(self):
        """All weights, flat."""
        flat = np.empty(self.count, np.float32)
        self.library.floor_get(self.net, native.pointer(flat))
        return flat
