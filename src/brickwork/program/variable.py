"""State that persists between calls: weights, moving averages, optimizer slots, counters, seeds."""

from __future__ import annotations

import os
import threading
import weakref
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from .dims import size
from .dtypes import HALF, floatx, rounded, standard, widened
from .jax_calls import array_of, held, refuse
from .name_scopes import current_path
from .results import as_result
from .trace import current_trace
from .types import Operators

if TYPE_CHECKING:
    from .types import DType, TensorLike

_storage_lock = threading.RLock()


def storage_lock() -> threading.RLock:
    """The lock under which variables move in memory."""
    return _storage_lock


def _reset_lock() -> None:
    """Replace the lock in a forked child, where the thread that may hold it does not exist."""
    global _storage_lock
    _storage_lock = threading.RLock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_reset_lock)


class State(Operators):
    """The base of `Variable` and `Pack`: a value that ops read and assign.

    Inside a trace, reading returns a symbol and assigning records a write. Outside, both act on
    the stored array at once.
    """

    dims: tuple[int, ...]
    dtype: str
    name: str
    path: str

    @property
    def shape(self) -> tuple[int, ...]:
        return self.dims

    @property
    def ndim(self) -> int:
        return len(self.dims)

    @property
    def value(self) -> Any:
        """The present value: a symbol inside a trace, else a read-only view of the array."""
        trace = current_trace()
        if trace:
            return trace.value_of(self)
        within = held()
        return as_result(self.view()) if within is None else within.value_of(self)

    def view(self) -> np.ndarray:
        """The value without a copy, read-only."""
        raise NotImplementedError

    def numpy(self) -> np.ndarray:
        """A copy of the value."""
        raise NotImplementedError

    def store(self, value: Any) -> None:
        """Write a value of the same shape into the storage."""
        raise NotImplementedError

    def __jax_array__(self) -> Any:
        if current_trace():
            refuse(self)
        return self.value if held() is not None else array_of(self.view())

    def __float__(self) -> float:
        return float(self.value)  # inside a trace a symbol, which raises TraceError

    def __int__(self) -> int:
        return int(self.value)

    def assign(self, value: Any) -> Any:
        """Replace the value by one of the same shape.

        Args:
            value: a tensor of the shape of the variable; it is cast to its dtype.

        Returns:
            The variable, or inside a trace the symbol of the new value.
        """
        trace = current_trace()
        if trace:
            return trace.write(self, value)
        within = held()
        if within is not None:
            return within.write(self, value)
        self.store(value)
        return self

    def assign_add(self, value: Any) -> Any:
        """Add to the value; see `assign`."""
        return self.assign(self._whole() + value)

    def assign_sub(self, value: Any) -> Any:
        """Subtract from the value; see `assign`."""
        return self.assign(self._whole() - value)

    def _whole(self) -> Any:
        """The value in the dtype of the state, also in a layer of mixed precision."""
        trace = current_trace()
        if trace:
            return trace.read(self)
        within = held()
        return self if within is None else within.read(self)


class Variable(State):
    """A named array that programs read and write.

    Args:
        initializer: the initial value, or a function ``(shape, dtype) -> array``.
        shape: shape, a tuple of integers; required if the initializer is a function.
        dtype: dtype of the value; None means `floatx()`.
        trainable: whether an optimizer may update it.
        name: name; None means "variable".

    >>> v = Variable([1.0, 2.0], name="scale")
    >>> v.assign([3.0, 4.0]).numpy().tolist()
    [3.0, 4.0]
    """

    # What layers set: whether it was created as trainable, and whether LoRA froze it.
    made_trainable: bool
    frozen: bool
    #: Function ``(shape, dtype) -> array`` of another first value, of what a training changes.
    initializer: Callable[..., Any] | None = None
    #: Whether layers of mixed precision read it in the dtype of their computations.
    autocast = True
    #: The value in the memory of another engine's device, and whether it is newer than the storage.
    elsewhere = None  # type: Elsewhere | None
    #: The weight whose slot it is, of an optimizer's.
    follows = None  # type: Variable | None

    def __init__(
        self,
        initializer: TensorLike | Callable[..., Any],
        shape: Sequence[int] | None = None,
        dtype: DType | None = None,
        trainable: bool = True,
        name: str | None = None,
    ):
        self.dtype = standard(dtype or floatx())
        if callable(initializer):
            if shape is None:
                raise ValueError(
                    f"Variable {name!r}: got no shape, expected one with an initializer."
                )
            initializer = initializer(tuple(shape), dtype=self.dtype)
        if self.dtype in HALF:
            initializer = rounded(initializer, self.dtype)
        # Always a copy: later changes of the caller's array must not change the weight.
        self._array = np.array(initializer, dtype=widened(self.dtype), order="C")
        self.dims = self._array.shape
        if shape is not None and tuple(shape) != self.dims:
            raise ValueError(
                f"Variable {name!r}: got a value of shape {self.dims}, expected {tuple(shape)}."
            )
        self.trainable = bool(trainable)
        self.name = name or "variable"
        self.path = "/".join(filter(None, (current_path(), self.name)))
        self.regularizer: Callable[..., Any] | None = None
        self.constraint: Callable[..., Any] | None = None
        #: Plans that point at the storage and are notified when it moves.
        #: Not a WeakSet: Ctrl-C is lost if it arrives in its callbacks, when models are deleted.
        self._watchers: list[weakref.ref] = []

    @property
    def array(self) -> np.ndarray:
        """The storage itself, for engines; writing to it changes the variable.

        Half precision is stored as float32.
        """
        if self.elsewhere is not None:
            self.fetch()
            self.elsewhere = None  # whoever has the storage may write to it
        return self._array

    def keep_elsewhere(self, there: Elsewhere) -> None:
        """Note that the value is in the memory of a device as well.

        Plans of other engines are unbound, since they would go on with the storage.
        """
        if self.elsewhere is not None:
            there.newer |= self.elsewhere.newer
            self.elsewhere = there
            return
        with storage_lock():
            for plan in self.watchers():
                plan.moving()
            self.elsewhere = there

    def fetch(self) -> None:
        """Bring the storage up to date."""
        if held() is not None:
            raise TypeError(
                f"{self.path}: got a call for its numbers where JAX traces a function, which has "
                "none yet. Use variable.value."
            )
        there = self.elsewhere
        if there is not None and there.newer:
            self._array[...] = there.read(there.array)
            there.newer = False

    def view(self) -> np.ndarray:
        """The value without a copy, read-only; of half precision a copy."""
        self.fetch()
        view = self.numpy() if self.dtype in HALF else self._array.view()
        view.flags.writeable = False
        return view

    def numpy(self) -> np.ndarray:
        """A copy of the value."""
        self.fetch()
        return rounded(self._array, self.dtype) if self.dtype in HALF else self._array.copy()

    def store(self, value: Any) -> None:
        """Write a value of the same shape into the storage."""
        value = np.asarray(getattr(value, "value", value))
        if value.shape != self.dims:
            raise ValueError(
                f"{self.path}: got a value of shape {value.shape}, expected {self.dims}."
            )
        self.elsewhere = None
        self._array[...] = rounded(value, self.dtype) if self.dtype in HALF else value

    def move_to(self, storage: np.ndarray) -> None:
        """Move the value into other memory, such as that of a `Pack`."""
        storage = storage.reshape(self.dims)
        storage[...] = self.array
        self._array = storage

    def watch(self, plan: Any) -> None:
        """Call `plan.moving()` before the storage moves, and `plan.moved()` afterwards."""
        self._watchers = [*map(weakref.ref, self.watchers()), weakref.ref(plan)]

    def watchers(self) -> list:
        """The plans that point at the storage."""
        return [plan for reference in self._watchers if (plan := reference()) is not None]

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        within = held()
        if within is not None:  # an error: JAX knows what its arrays are, not their values
            return np.asarray(within.read(self))
        return np.array(self.view(), dtype=dtype)

    def __getstate__(self) -> dict:
        self.fetch()
        own = {**self.__dict__, "_array": self._array.copy(), "_watchers": None}
        own.pop("elsewhere", None)
        return own

    def __setstate__(self, state: dict) -> None:
        self.__dict__.update(state)
        if not self._array.flags.writeable:  # joblib passes memory-mapped files to workers
            self._array = self._array.copy()
        self._watchers = []  # no plan points at the copy yet

    def __repr__(self) -> str:
        return f"<Variable {self.path} shape={self.dims} dtype={self.dtype}>"

    __hash__ = object.__hash__


class Elsewhere:
    """The value of a variable in the memory of another engine's device.

    Attributes:
        array: the value.
        newer: whether the storage does not have it.
        read: makes a NumPy array of it.
        place: where it is, for the engine.
    """

    __slots__ = ("array", "newer", "place", "read")

    def __init__(
        self, array: Any, newer: bool, read: Callable[[Any], np.ndarray], place: Any = None
    ):
        self.array, self.newer, self.read, self.place = array, newer, read, place


class Pack(State):
    """Several variables of one dtype as one vector that shares their memory.

    An optimizer with an elementwise rule is traced once on packs instead of once for each weight,
    and runs as one pass over memory.

    Args:
        members: the variables, in order.
        name: name of the vector.
    """

    def __init__(self, members: Iterable[Variable], name: str = "pack"):
        self.members = tuple(members)
        self.dtype = self.members[0].dtype
        self.name = self.path = name
        self.offsets: dict[int, int] = {}
        end = 0
        for member in self.members:
            if member.dtype != self.dtype:
                raise TypeError(f"{name}: {member.path} is {member.dtype}, not {self.dtype}.")
            self.offsets[id(member)] = end
            end += cast(int, size(member.dims))
        self.dims = (end,)
        self._storage: np.ndarray | Any = None

    @property
    def array(self) -> np.ndarray:
        """The contiguous storage of all members, which are moved there if necessary."""
        self.gather()
        return self._storage

    def gather(self) -> None:
        """Move the members into contiguous memory if necessary, and notify their plans.

        Plans are notified before anything moves. So if this is interrupted (Ctrl-C, out of memory),
        none of them goes on with memory that the members have left.
        """
        with storage_lock():
            if self._is_contiguous() or self._adopt_storage():
                return
            storage = np.empty(self.dims, widened(self.dtype))
            plans = {plan for member in self.members for plan in member.watchers()}
            for plan in plans:
                plan.moving()
            for member in self.members:
                start = self.offsets[id(member)]
                member.move_to(storage[start : start + member.array.size])
            self._storage = storage
        for plan in plans:
            plan.moved()

    def _adopt_storage(self) -> bool:
        """Share the storage of another pack in which the members are contiguous in this order.

        So two models of the same layers do not move them back and forth. Returns whether there is
        such a pack.
        """
        first = next((m.array for m in self.members if m.array.size), None)
        owner = None if first is None else first.base
        if (
            not isinstance(owner, np.ndarray)
            or owner.ndim != 1
            or owner.dtype != cast(np.ndarray, first).dtype
        ):
            return False
        start = (cast(np.ndarray, first).ctypes.data - owner.ctypes.data) // owner.itemsize
        self._storage = owner[start : start + self.dims[0]]
        if self._storage.size == self.dims[0] and self._is_contiguous():
            return True
        self._storage = None
        return False

    def _is_contiguous(self) -> bool:
        if self._storage is None:
            return False
        base, item = self._storage.ctypes.data, self._storage.itemsize
        return all(
            m.array.ctypes.data == base + item * self.offsets[id(m)]
            for m in self.members
            if m.array.size
        )

    def view(self) -> np.ndarray:
        view = self.numpy() if self.dtype in HALF else self.array.view()
        view.flags.writeable = False
        return view

    def numpy(self) -> np.ndarray:
        return rounded(self.array, self.dtype) if self.dtype in HALF else self.array.copy()

    def store(self, value: Any) -> None:
        self.array[...] = rounded(value, self.dtype) if self.dtype in HALF else value

    def __repr__(self) -> str:
        return f"<Pack {self.name} of {len(self.members)} variables, {self.dims[0]} elements>"

    __hash__ = object.__hash__
