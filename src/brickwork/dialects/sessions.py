"""TensorFlow 1's machinery, of which scripts make use before they get to Keras: settings of a
session are accepted, and what it would run is there already.
"""

from __future__ import annotations

from contextlib import contextmanager
from types import SimpleNamespace

import numpy as np

from ..errors import ArgumentError
from ..program import State, Symbol
from ..spelling.no_effect import has_no_effect


class Settings(SimpleNamespace):
    """Takes any setting: ``config.gpu_options.allow_growth = True``."""

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
    """The graph there is: none. ``with graph.as_default():`` means nothing."""

    as_default = _as_default

    def finalize(self) -> None:
        """Nothing is to be done."""


class Session:
    """A session: `run` returns values that are known already."""

    def __init__(self, target="", graph=None, config=None):
        has_no_effect("tf.Session")
        self.graph = graph or Graph()

    as_default = _as_default

    def run(self, fetches, feed_dict=None):
        """The values of arrays and variables, in lists as they are given.

        Raises:
            ArgumentError: for what waits for data, which a model's predict computes.
        """
        if isinstance(fetches, list | tuple):
            return type(fetches)(self.run(x, feed_dict) for x in fetches)
        if feed_dict or isinstance(fetches, Symbol):
            raise ArgumentError("Session.run", "got a value that waits for data, expected an array "
                                "or a variable. Today: Model(inputs, outputs).predict(data), or "
                                "backend.function(inputs, outputs).")
        if fetches is None:  # the initializer of all variables, which have their values
            return None
        return (fetches.numpy() if isinstance(fetches, State) else np.asarray(fetches)[()])

    def close(self) -> None:
        """Nothing is to be done."""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
