"""Several processes that train together, by JAX's distributed runtime.

All of them run the same script on the same data, take the same steps at the same time, and have
the same weights; what each computes is its part of a batch. Since a process that does something
else would make the others wait for ever, or compute nonsense, they compare what they are about to
do: `agree`.
"""

from __future__ import annotations

import zlib
from typing import Any

import jax
import numpy as np

#: Seconds after which the others know that a process is gone.
PATIENCE = 10


def join(address: str | None, count: int | None, own: int | None) -> None:
    """Make this process one of several.

    Args:
        address: of the first one, ``"host:port"``.
        count: how many there are.
        own: the number of this one. Of what is None JAX reads the environment.
    """
    bind = {}
    if address is not None and own == 0 and address.startswith(("127.0.0.1:", "localhost:")):
        bind["coordinator_bind_address"] = address  # nobody else need reach it
    jax.distributed.initialize(address, count, own, heartbeat_timeout_seconds=PATIENCE, **bind)


def several() -> bool:
    """Whether there are several processes."""
    return jax.process_count() > 1


def rank() -> int:
    """The number of this process, from 0 on."""
    return jax.process_index()


def gathered(numbers: np.ndarray) -> np.ndarray:
    """The numbers of all processes, one row for each; all of them have to call this."""
    from jax.experimental.multihost_utils import process_allgather

    return np.asarray(process_allgather(np.asarray(numbers)))


def of_first(number: int) -> int:
    """The number that the first process has, in all of them."""
    return int(gathered(np.array([number], np.int32))[0, 0]) if several() else number


def agree(what: str, facts: dict[str, Any]) -> None:
    """Check that all processes are about to do the same; all of them have to call this.

    Args:
        what: what they do, for the message.
        facts: what has to be equal, by name: arrays, or anything whose repr is all of it.

    Raises:
        ValueError: if a fact differs, in every process.
    """
    own = np.array([checksum(fact) for fact in facts.values()], np.uint32)
    all_of_them = gathered(own)
    differ = [name for name, column in zip(facts, all_of_them.T, strict=True) if np.ptp(column)]
    if differ:
        kinds = np.unique(all_of_them, axis=0, return_inverse=True)[1].ravel()
        others = [i for i, kind in enumerate(kinds) if kind != kinds[0]]
        raise ValueError(
            f"{what}: {' and '.join(differ)} differ between processes: not those of process 0 are "
            f"those of {', '.join(map(str, others))}. Give every process the same; each takes its "
            "own part of it."
        )


def checksum(fact: Any) -> int:
    """A number of 32 bits that differs, as good as always, where a fact does."""
    if isinstance(fact, np.ndarray):
        parts = [repr((fact.shape, fact.dtype)).encode(), np.ascontiguousarray(fact).view(np.uint8)]
    else:
        parts = [repr(fact).encode()]
    found = 0
    for part in parts:
        found = zlib.crc32(part, found)
    return found
