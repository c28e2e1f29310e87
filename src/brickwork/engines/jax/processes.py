"""Several processes that train together, by JAX's distributed runtime.

All of them run the same script, take the same steps at the same time, and have the same weights;
what each computes is its part of a batch, of data that all of them have or of its own. Since a
process that does something else would make the others wait for ever, or compute nonsense, they
compare what they are about to do: `agree`.
"""

from __future__ import annotations

import os
import sys
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import jax
import numpy as np

from ...errors import ArgumentError
from ...processes import Share
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

    Raises:
        ArgumentError: for what is neither given nor in the environment.
    """
    more: dict[str, Any] = {}
    if own is None and (rank := os.environ.get("OMPI_COMM_WORLD_RANK")):
        # JAX looks for a variable of Open MPI 4; later ones have these, and no address.
        own, count = int(rank), count or int(os.environ["OMPI_COMM_WORLD_SIZE"])
        os.environ.setdefault("JAX_LOCAL_DEVICE_IDS", os.environ["OMPI_COMM_WORLD_LOCAL_RANK"])
    if address is None:
        if os.environ.get("SLURM_STEP_NUM_NODES") == "1":
            _meet_on_this_machine()
    elif address.startswith(("127.0.0.1:", "localhost:")):
        _meet_on_this_machine()
        if own == 0:
            more["coordinator_bind_address"] = address  # nobody else need reach it
    if None not in (address, count, own) and "KUBERNETES_SERVICE_HOST" in os.environ:
        more["cluster_detection_method"] = "deactivate"  # which needs a package, and a permission
    try:
        jax.distributed.initialize(address, count, own, heartbeat_timeout_seconds=PATIENCE, **more)
    except ValueError as error:
        raise ArgumentError(
            "initialize",
            f"JAX says: {error} Give what is missing as an argument, or by the variables "
            "KERAS_DISTRIBUTION_JOB_ADDRESSES, _NUM_PROCESSES and _PROCESS_ID.",
        ) from None
    _end_at_an_error()


def _end_at_an_error() -> None:
    """Let an error that ends the script end the process at once.

    Else JAX would wait for the others at its end, while they wait for this one: for minutes.
    """
    show = sys.excepthook

    def show_and_end(*error: Any) -> None:
        show(*error)
        if not hasattr(sys, "ps1"):  # a prompt goes on
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(1)

    sys.excepthook = show_and_end


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


def share() -> Share | None:
    """This process's part of each batch; None where processes divide none."""
    where = placement.current
    if not several() or where is None or not where.each:
        return None
    return Share(rank(), jax.process_count(), where.each, where.own)


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
