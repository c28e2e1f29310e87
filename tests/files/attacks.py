"""Hostile `.brick` files, each of which must be refused: by row of the hazards of model files.

An `Attack` is made from a good file that was taken apart. What must be refused is what cannot be
a model; a file that is strange but means something is no attack.
"""

from __future__ import annotations

from collections.abc import Iterator

import attacks_by_configs
import attacks_by_facts
import attacks_by_names
import attacks_on_files
from attacking import Attack


def attacks() -> Iterator[Attack]:
    """All of them."""
    for part in (attacks_by_names, attacks_on_files, attacks_by_configs, attacks_by_facts):
        yield from part.attacks()
