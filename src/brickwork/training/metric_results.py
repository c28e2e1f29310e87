"""The results of metrics: values in a row, as the engine stores them, and logs by name."""

from __future__ import annotations

from itertools import accumulate

import numpy as np

from ..program.dims import size
from ..spelling import OldKeys


class Results:
    """Which of an epoch's values belong to which metric.

    The result of most metrics is a scalar. Those with several values (an F-score for each class)
    have an array in the logs and in `History`, as in Keras.

    Args:
        names: names of the metrics, the loss first.
        shapes: shapes of their results.

    >>> results = Results(["loss", "f1_score"], [(), (2,)])
    >>> results.logs([0.5, 0.25, 1.0])
    {'f1_score': array([0.25, 1.  ]), 'loss': 0.5}
    """

    def __init__(self, names, shapes):
        self.names, self.shapes = list(names), list(shapes)
        self.ends = list(accumulate(int(size(shape)) for shape in self.shapes))
        self.width = self.ends[-1]
        self.order = sorted(range(len(self.names)), key=self.names.__getitem__)
        self.sorted = [self.names[i] for i in self.order]
        self.pairs = list(zip(self.sorted, self.order, strict=True))

    def logs(self, values, prefix: str = "") -> dict:
        """One epoch's values by name; empty if there are none yet."""
        if self.width == len(self.names) == len(values) and not prefix:  # in each step
            logs = OldKeys()  # which takes pairs at five times the cost
            for name, place in self.pairs:
                logs[name] = values[place]
            return logs
        if self.width > len(self.names) and len(values):
            values = [
                np.array(values[end - size(shape) : end]).reshape(shape)
                if shape
                else values[end - 1]
                for end, shape in zip(self.ends, self.shapes, strict=True)
            ]
        return by_name(self.names, values, prefix)

    def columns(self, rows, prefix: str = "") -> dict:
        """The values of several epochs, given as one row each: a list for each name."""
        if not len(rows):
            return OldKeys()
        if self.width == len(self.names):
            columns = rows.T.tolist()
            return OldKeys([(prefix + self.names[i], columns[i]) for i in self.order])
        epochs = [self.logs(row, prefix) for row in rows.tolist()]
        return OldKeys((name, [logs[name] for logs in epochs]) for name in epochs[0])


def by_name(names, values, prefix: str = "") -> dict:
    """The logs for callbacks, History and the progress bar: sorted by name, as in Keras."""
    return OldKeys(
        (prefix + n, value)
        for n, value in sorted(zip(names, values, strict=False), key=lambda pair: pair[0])
    )
