"""Seeds of a wall's layers: those that `utils.set_random_seed` would lead to, drawn aside.

The wall is built in a thread of its own, beside which the user's code draws numbers. So Python's
and NumPy's generators, which are the user's, are not seeded here.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any

import numpy as np

from ..initializers import RandomInitializer
from ..layers import Dense, Dropout, GaussianNoise


class Seeds:
    """Draws the seeds that layers and `compile` would draw, in their order.

    Args:
        seed: what `set_random_seed` would be given.
    """

    def __init__(self, seed: int):
        self._generator = np.random.RandomState(seed)

    def draw(self, end: int) -> int:
        """Return the next seed, >= 0 and < `end`: what `program.seeds.draw_seed` returns."""
        return int(self._generator.randint(0, end, dtype=np.int64))

    @contextmanager
    def lent_to(self, stack: list[Any]) -> Iterator[None]:
        """A context in which layers are built with these seeds. Before and after it they have none,
        as in the code of the wall."""
        seeded = [*self._seeded(stack)]
        try:
            yield
        finally:
            for item in seeded:
                item.seed = None

    def _seeded(self, stack: list[Any]) -> Iterator[Any]:
        for layer in stack:
            if isinstance(layer, Dense):
                for item in (layer.kernel_initializer, layer.use_bias and layer.bias_initializer):
                    if isinstance(item, RandomInitializer):
                        item.seed = self.draw(2**63 - 1)
                        yield item
            elif isinstance(layer, Dropout | GaussianNoise):
                if (layer.rate if isinstance(layer, Dropout) else layer.stddev) > 0:
                    layer.seed = self.draw(2**31)
                    yield layer

    def compile(self, model: Any, *args: Any, **kwargs: Any) -> None:
        """Compile a model, whose order of rows follows from the next seed."""
        with _compiling:
            before = np.random.get_state()
            model.compile(*args, **kwargs)  # which draws a number of the user's
            model._shuffle_as({"seed": self.draw(2**31 - 1), "passes": 0})
            after = _after_compile(before)
            # It is put back, unless the user drew meanwhile: those numbers would come again.
            with _no_draws():
                if _is_state(after):
                    np.random.set_state(before)


#: One model at a time is compiled, so that each knows its own draw.
_compiling = threading.Lock()


def _after_compile(state: tuple) -> tuple:
    generator = np.random.RandomState()
    generator.set_state(state)
    generator.randint(0, 2**31 - 1, dtype=np.int64)
    return generator.get_state()


def _is_state(state: tuple) -> bool:
    """Whether NumPy's generator is in a state: words, place among them, a normal number."""
    now = np.random.get_state()
    return now[2:] == state[2:] and np.array_equal(now[1], state[1])


def _no_draws() -> AbstractContextManager:
    """A context in which other threads that draw from NumPy's generator wait. An older NumPy has a
    lock that its own functions take once more and would wait for: there it is none."""
    lock = np.random.get_bit_generator().lock
    return lock if isinstance(lock, type(threading.RLock())) else nullcontext()
