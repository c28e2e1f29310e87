"""Several processes that train together, by JAX's distributed runtime.

All of them run the same script, take the same steps at the same time, and have the same weights;
what each computes is its part of a batch, of data that all of them have or of its own. Since a
process that does something else would make the others wait for ever, or compute nonsense, they
compare what they are about to do: `agree`.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import jax
import numpy as np

from . import placement

#: The largest number that processes compare.
MOST = 2**31 - 1
_alone = False
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
    if address is not None and address.startswith(("127.0.0.1:", "localhost:")):
        _meet_on_this_machine()
        if own == 0:
            bind["coordinator_bind_address"] = address  # nobody else need reach it
    jax.distributed.initialize(address, count, own, heartbeat_timeout_seconds=PATIENCE, **bind)


def _meet_on_this_machine() -> None:
    """Let processes of this machine reach each other by its own address alone.

    Without it they listen where the machine's name leads, which may be a network, or nowhere. JAX
    has no setting for it, so that its own function gets the argument; where a version of JAX has
    another one, it is left as it is.
    """
    try:
        from jax._src.xla_bridge import _jax

        make = _jax.make_gloo_tcp_collectives
        _jax.make_gloo_tcp_collectives = partial(make, hostname="127.0.0.1")
    except (ImportError, AttributeError):
        pass


def several() -> bool:
    """Whether several processes compute together."""
    return jax.process_count() > 1 and not _alone


@contextmanager
def alone() -> Iterator[None]:
    """A block in which this process computes by itself."""
    global _alone
    before, _alone = _alone, True
    try:
        with placement.alone():
            yield
    finally:
        _alone = before


def share() -> tuple[int, int, int, bool] | None:
    """How rows are divided among several processes; see `brickwork.processes.Share`."""
    where = placement.current
    if not several() or where is None or not where.each:
        return None
    return rank(), jax.process_count(), where.each, where.own


def rank() -> int:
    """The number of this process, from 0 on."""
    return jax.process_index()


def of_first(what: str, number: int) -> int:
    """The number that the first process has, in all of them.

    Args:
        what: what it is for.
        number: the number of this process, of 31 bits.
    """
    return int(_meet(what, number)[0]) if several() else number


def agree(what: str, facts: dict[str, Any]) -> None:
    """Check that all processes are about to do the same; all of them have to call this.

    Args:
        what: what they do, for the message.
        facts: what has to be equal, by name: arrays, or anything whose repr is all of it.

    Raises:
        ValueError: if a fact differs, in every process.
    """
    if not several():
        return
    own = {name: checksum(fact) for name, fact in facts.items()}
    if not np.ptp(_meet(what, checksum(own))):
        return
    if np.ptp(_meet(f"{what}, what for", checksum(list(own)))):
        raise ValueError(
            f"{what}: what is to be done differs between processes, such as callbacks, or whether "
            "there is a validation. Call fit, evaluate and predict alike in all of them."
        )
    found = {name: _meet(name, number) for name, number in own.items()}
    differ = {name: column for name, column in found.items() if np.ptp(column)}
    others = sorted({i for column in differ.values() for i in np.flatnonzero(column - column[0])})
    where = placement.current
    advice = (
        "Give every process as many rows, with the same columns, dtypes and classes."
        if where is not None and where.own
        else "Give every process the same; each takes its own part."
    )
    raise ValueError(
        f"{what}: {' and '.join(differ)} differ between processes: not those of process 0 are "
        f"those of {', '.join(map(str, others))}. {advice}"
    )


def _meet(what: str, number: int) -> np.ndarray:
    """The numbers of all processes.

    They meet here before all that they compute together, always with two numbers. So one that has
    taken another way is found, before it makes the others wait.
    """
    from jax.experimental.multihost_utils import process_allgather

    own = np.array([checksum(what), number & MOST], np.int64).astype(np.int32)
    ways, numbers = np.asarray(process_allgather(own)).astype(np.int64).T
    if np.ptp(ways):
        others = np.flatnonzero(ways - ways[rank()])
        raise ValueError(
            f"process {rank()} has come to: {what}; {', '.join(map(str, others))} to something "
            "else. All processes run the same script, and call fit, evaluate and predict alike."
        )
    return numbers


def checksum(fact: Any) -> int:
    """A number of 31 bits that differs, as good as always, where a fact does."""
    if isinstance(fact, np.ndarray):
        parts = [repr((fact.shape, fact.dtype)).encode(), np.ascontiguousarray(fact).view(np.uint8)]
    else:
        parts = [repr(fact).encode()]
    found = 0
    for part in parts:
        found = zlib.crc32(part, found)
    return found & MOST
