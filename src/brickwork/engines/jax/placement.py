"""Where arrays are: on one device, or spread over the devices of a mesh, of one process or many."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import jax
import numpy as np
from jax.sharding import Mesh, NamedSharding, PartitionSpec

from ...program import Variable


class Placement:
    """How variables and batches are spread over devices.

    Args:
        mesh: the devices.
        batch: the axis of the mesh over which the rows of a batch are divided.
        layout: a function of the path of a weight: the axes of the mesh over which its dimensions
            are divided, None where they are not.
        own: whether what each process is given are its own rows, a part of all.

    Attributes:
        shards: how many parts a batch is divided into.
        each: how many of them each process has; 0 where several processes have the same ones.
    """

    def __init__(self, mesh: Mesh, batch: str, layout: Callable[[str], tuple], own: bool = False):
        self.mesh, self.batch, self._layout, self.own = mesh, batch, layout, own
        self.everywhere = NamedSharding(mesh, PartitionSpec())
        self.divided = NamedSharding(mesh, PartitionSpec(batch))
        self.shards = mesh.shape[batch]
        mine = self.divided.addressable_devices_indices_map((self.shards,)).values()
        places = {part[0].start or 0 for part in mine}
        count, rank = jax.process_count(), jax.process_index()
        each = self.shards // count
        self.each = each if places == set(range(rank * each, (rank + 1) * each)) else 0

    def of(self, variable: Variable) -> NamedSharding:
        """How a variable is divided; the slots of an optimizer are divided as their weights."""
        weight = variable.follows or variable
        if len(weight.dims) != len(variable.dims):
            return self.everywhere
        return NamedSharding(self.mesh, PartitionSpec(*self._layout(weight.path)))

    def rows(self, size: int) -> NamedSharding:
        """How a batch of a size is divided: not at all, if its rows are not a multiple."""
        return self.everywhere if size % self.shards else self.divided

    def put_own(self, array: np.ndarray) -> jax.Array:
        """Rows of which each process has its own, on the devices: those of process 0 come first.

        Raises:
            ValueError: for rows that the devices of a process cannot divide.
        """
        if len(array) % self.each:
            raise ValueError(
                f"a batch of {len(array)} rows of this process's own, expected a multiple of "
                f"{self.each}, the number of its devices."
            )
        return jax.make_array_from_process_local_data(self.divided, array)


#: The placement of everything; None for JAX's first device.
current: Placement | None = None


def place(placement: Placement | None) -> None:
    """Let everything be placed so from now on."""
    global current
    current = placement


def put(array: np.ndarray, sharding: NamedSharding | None) -> jax.Array:
    """An array on the devices; each process has all of it, and puts there what its own need."""
    if sharding is None:
        return jax.device_put(array)
    return jax.make_array_from_callback(array.shape, sharding, lambda part: array[part])


@contextmanager
def alone() -> Iterator[None]:
    """A block in which this process computes by itself, on its first device."""
    global current
    before, current = current, None
    try:
        yield
    finally:
        current = before


def put_rows(array: np.ndarray) -> Any:
    """A batch on the devices; where there is one device, JAX puts it there when it is used."""
    if current is None:
        return array
    return current.put_own(array) if current.own else put(array, current.rows(len(array)))


def put_everywhere(array: np.ndarray) -> jax.Array:
    """All of an array on each device."""
    return put(array, current and current.everywhere)


def constrained(array: Any, sharding: NamedSharding | None) -> Any:
    """In what XLA compiles: have a value be divided so."""
    return array if sharding is None else jax.lax.with_sharding_constraint(array, sharding)


def as_numpy(array: jax.Array) -> np.ndarray:
    """All of an array; of one that is divided among processes, all of them have to call this."""
    if array.is_fully_addressable or array.is_fully_replicated:
        return np.asarray(array)
    from jax.experimental.multihost_utils import process_allgather

    return np.asarray(process_allgather(array, tiled=True))
