"""State that outlives a call: weights, moving averages, optimizer slots, counters, seeds."""

from __future__ import annotations

import os
import threading
import weakref

import numpy as np

from .dims import size
from .dtypes import floatx, standard
from .results import answered
from .trace import current_trace

_moves = threading.RLock()


def at_rest() -> threading.RLock:
    """A lock: while it is held no variable moves in memory."""
    return _moves


def _anew() -> None:
    """In a forked child, where nobody would give it back."""
    global _moves
    _moves = threading.RLock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_anew)


class State:
    """What `Variable` and `Pack` share: a value that ops read and assign.

    Inside a trace, reading gives a symbol and assigning records a write; outside, both act on
    the stored array at once.
    """

    dims: tuple[int, ...]
    dtype: str
    name: str
    __array_ufunc__ = None

    @property
    def shape(self) -> tuple[int, ...]:
        return self.dims

    @property
    def ndim(self) -> int:
        return len(self.dims)

    @property
    def value(self):
        """The present value: a symbol inside a trace, else a read-only view of the array."""
        trace = current_trace()
        return trace.read(self) if trace else answered(self.view())

    def __float__(self) -> float:
        return float(self.value)  # a symbol inside a trace, which refuses and says where

    def __int__(self) -> int:
        return int(self.value)

    def assign(self, value):
        """Replace the value by one of the same shape."""
        trace = current_trace()
        if trace:
            return trace.write(self, value)
        self.store(value)
        return self

    def assign_add(self, value):
        return self.assign(self + value)

    def assign_sub(self, value):
        return self.assign(self - value)


class Variable(State):
    """A named array that programs read and write.

    Args:
        initializer: the first value, or a function ``(shape, dtype) -> array``.
        shape: needed with a function only.
        dtype: default `floatx()`.
        trainable: whether an optimizer may change it.

    >>> v = Variable([1.0, 2.0], name="scale")
    >>> v.assign([3.0, 4.0]).numpy().tolist()
    [3.0, 4.0]
    """

    def __init__(self, initializer, shape=None, dtype=None, trainable=True, name=None):
        self.dtype = standard(dtype or floatx())
        if callable(initializer):
            if shape is None:
                raise ValueError(f"Variable {name!r}: a shape is needed with an initializer.")
            initializer = initializer(tuple(shape), dtype=self.dtype)
        # A copy, always: what the caller does to the array later is not done to the weight.
        self._array = np.array(initializer, dtype=self.dtype, order="C")
        self.dims = self._array.shape
        if shape is not None and tuple(shape) != self.dims:
            raise ValueError(f"Variable {name!r}: got a value of shape {self.dims}, expected "
                             f"{tuple(shape)}.")
        self.trainable = bool(trainable)
        self.name = name or "variable"
        self.path = self.name
        self.regularizer = None
        self.constraint = None
        #: Plans that point at the storage and are told when it moves.
        #: No WeakSet: Ctrl-C that comes in its callbacks, when models die, is lost.
        self._watchers: list[weakref.ref] = []

    @property
    def array(self) -> np.ndarray:
        """The storage itself, for engines: whoever writes to it, writes the weight."""
        return self._array

    def view(self) -> np.ndarray:
        """The value without a copy, read-only."""
        view = self._array.view()
        view.flags.writeable = False
        return view

    def numpy(self) -> np.ndarray:
        """A copy of the value."""
        return self._array.copy()

    def store(self, value) -> None:
        """Write a value of the same shape into the storage."""
        value = np.asarray(getattr(value, "value", value))
        if value.shape != self.dims:
            raise ValueError(f"{self.path}: got a value of shape {value.shape}, expected "
                             f"{self.dims}.")
        self._array[...] = value

    def rehome(self, storage: np.ndarray) -> None:
        """Move into another piece of memory, value kept: how variables come to lie in a row."""
        storage = storage.reshape(self.dims)
        storage[...] = self._array
        self._array = storage

    def watch(self, plan) -> None:
        """Have `plan.moving()` called before the storage moves, and `plan.moved()` afterwards."""
        self._watchers = [*map(weakref.ref, self.watchers()), weakref.ref(plan)]

    def watchers(self) -> list:
        """The plans that point at the storage."""
        return [plan for known in self._watchers if (plan := known()) is not None]

    def __array__(self, dtype=None, copy=None):
        return np.array(self._array, dtype=dtype)

    def __getstate__(self) -> dict:
        return {**self.__dict__, "_array": self.numpy(), "_watchers": None}

    def __setstate__(self, state: dict) -> None:
        self.__dict__.update(state)
        if not self._array.flags.writeable:  # joblib hands workers maps of files
            self._array = self._array.copy()
        self._watchers = []  # no plan knows the copy yet

    def __repr__(self) -> str:
        return f"<Variable {self.path} shape={self.dims} dtype={self.dtype}>"

    __hash__ = object.__hash__


class Pack(State):
    """Several variables of one dtype as one vector, in order, sharing their memory.

    An optimizer whose rule works element by element is traced once on packs instead of once for
    each weight, and runs as one pass over memory.
    """

    def __init__(self, members, name: str = "pack"):
        self.members = tuple(members)
        self.dtype = self.members[0].dtype
        self.name = self.path = name
        self.offsets, end = {}, 0
        for member in self.members:
            if member.dtype != self.dtype:
                raise TypeError(f"{name}: {member.path} is {member.dtype}, not {self.dtype}.")
            self.offsets[id(member)] = end
            end += size(member.dims)
        self.dims = (end,)
        self._storage: np.ndarray | None = None

    @property
    def array(self) -> np.ndarray:
        """The storage of all members in a row; brings them together if they are apart."""
        self.gather()
        return self._storage

    def gather(self) -> None:
        """Bring the members together if they are apart, and tell the plans that know them.

        Plans are told before anything moves, so that wherever this is left (Ctrl-C, no memory)
        none of them goes on with memory that is the members' no more.
        """
        with at_rest():
            if self._together() or self._lie_in_a_row():
                return
            storage = np.empty(self.dims, self.dtype)
            plans = {plan for member in self.members for plan in member.watchers()}
            for plan in plans:
                plan.moving()
            for member in self.members:
                start = self.offsets[id(member)]
                member.rehome(storage[start:start + member.array.size])
            self._storage = storage
        for plan in plans:
            plan.moved()

    def _lie_in_a_row(self) -> bool:
        """Whether another pack has brought the members together in this order; its memory is then
        shared, so that two models of the same layers don't take it from one another."""
        first = next((m.array for m in self.members if m.array.size), None)
        owner = None if first is None else first.base
        if not isinstance(owner, np.ndarray) or owner.ndim != 1 or owner.dtype != self.dtype:
            return False
        start = (first.ctypes.data - owner.ctypes.data) // owner.itemsize
        self._storage = owner[start:start + self.dims[0]]
        if self._storage.size == self.dims[0] and self._together():
            return True
        self._storage = None
        return False

    def _together(self) -> bool:
        if self._storage is None:
            return False
        base, item = self._storage.ctypes.data, self._storage.itemsize
        return all(m.array.ctypes.data == base + item * self.offsets[id(m)] for m in self.members
                   if m.array.size)

    def view(self) -> np.ndarray:
        view = self.array.view()
        view.flags.writeable = False
        return view

    def numpy(self) -> np.ndarray:
        return self.array.copy()

    def store(self, value) -> None:
        self.array[...] = value

    def __repr__(self) -> str:
        return f"<Pack {self.name} of {len(self.members)} variables, {self.dims[0]} elements>"

    __hash__ = object.__hash__
