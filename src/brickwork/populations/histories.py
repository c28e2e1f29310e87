"""`Histories`: what `Population.fit` returns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..training import History


class Histories(Sequence):
    """The histories of a population's members.

    Args:
        members: a `History` for each member.

    >>> from brickwork.callbacks import History
    >>> one, two = History(), History()
    >>> one.extend([0], {"loss": [0.5]})
    >>> two.extend([0, 1], {"loss": [0.5, 0.25]})
    >>> Histories([one, two]).history["loss"].tolist()
    [[0.5, nan], [0.5, 0.25]]
    """

    def __init__(self, members: Sequence[History]):
        self.members = list(members)

    def __getitem__(self, index: Any) -> Any:
        return self.members[index]

    def __len__(self) -> int:
        return len(self.members)

    def __repr__(self) -> str:
        return f"<Histories of {len(self)} members: {', '.join(self.history)}>"

    @property
    def history(self) -> dict[str, np.ndarray]:
        """The losses and metrics by name: arrays ``(members, epochs)``, NaN after the last epoch of
        a member that ended early."""
        found = {}
        for name in dict.fromkeys(name for one in self.members for name in one.history):
            values = [one.history.get(name, []) for one in self.members]
            table = found[name] = np.full((len(values), max(map(len, values))), np.nan)
            for row, own in zip(table, values, strict=True):
                row[: len(own)] = own
        return found
