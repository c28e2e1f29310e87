"""Sessions and graphs of TensorFlow 1, which scripts set up before they use Keras: settings are
accepted, and the values that a session would compute are already there.
"""

from __future__ import annotations

from contextlib import contextmanager
from types import SimpleNamespace

import numpy as np

from ..errors import ArgumentError
from ..program import State, Symbol
from ..spelling.no_effect import has_no_effect


class Settings(SimpleNamespace):
    """Accepts any setting: ``config.gpu_options.allow_growth = True``."""

    def __getattr__(self, name: str):
        if name.startswith("_"):
            raise AttributeError(name)
        part = Settings()
        setattr(self, name, part)
        return part


@contextmanager
def _as_default(self):
    yield self


class Graph:
    """A placeholder for a graph; ``with graph.as_default():`` has no effect."""

    as_default = _as_default

    def finalize(self) -> None:
        """Do nothing."""


class Session:
    """A placeholder for a session; `run` returns existing values."""

    def __init__(self, target="", graph=None, config=None):
        has_no_effect("tf.Session")
        self.graph = graph or Graph()

    as_default = _as_default

    def run(self, fetches, feed_dict=None):
        """Return the values of arrays and variables, in the same lists.

        Raises:
            ArgumentError: for a value that depends on data, which a model's predict computes.
        """
        if isinstance(fetches, list | tuple):
            return type(fetches)(self.run(x, feed_dict) for x in fetches)
        if feed_dict or isinstance(fetches, Symbol):
            raise ArgumentError(
                "Session.run",
                "got a value that waits for data, expected an array "
                "or a variable. Today: Model(inputs, outputs).predict(data), or "
                "backend.function(inputs, outputs).",
            )
        if fetches is None:  # the initializer of all variables, which are already initialised
            return None
        return fetches.numpy() if isinstance(fetches, State) else np.asarray(fetches)[()]

    def close(self) -> None:
        """Do nothing."""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
