"""The native engine: plans of kernels, run without Python. See engine/README.md."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np

isa: str
isas: list[str]
side_by_side: int

Dim = int | tuple[int, int]
Timings = list[tuple[str, str, int, float, float, float]]

def within(
    array: object,
    low: float,
    high: float,
    whole: bool = False,
    least: float = 0.0,
    shares: bool = False,
) -> bool: ...

class Moved(RuntimeError): ...

class Gate:
    def __init__(self) -> None: ...

class Plan:
    timed: bool
    retired: Sequence[int]
    def __init__(
        self,
        buffers: Iterable[tuple[str, str, Sequence[Dim], int | bytes, Dim]],
        instructions: Iterable[tuple[Any, ...]],
        outputs: Sequence[int] = ...,
        states: Sequence[np.ndarray] | None = None,
        threads: int = 1,
        gate: Gate | None = None,
        models: int = 1,
    ) -> None: ...
    def set_states(self, states: Sequence[np.ndarray] | None) -> None: ...
    def run(self, inputs: Sequence[np.ndarray], batch: int) -> list[np.ndarray]: ...
    def sweep(
        self,
        inputs: Sequence[np.ndarray | tuple],
        rows: int,
        portion: int,
        threads: int = 1,
        progress: Callable[[int], object] | None = None,
    ) -> list[np.ndarray]: ...
    def timings(self) -> Timings: ...
    def clear_timings(self) -> None: ...

class Pass:
    def window(
        self, feeds: Sequence[np.ndarray | tuple], first: int, order: np.ndarray | None = None
    ) -> None: ...
    def steps(self, epoch: int) -> int: ...
    def __init__(
        self,
        step: Plan,
        begin: Plan | None,
        end: Plan | None,
        feeds: Sequence[np.ndarray | tuple],
        rows: int,
        batch: int,
        shuffle: bool = False,
        seed: int = 0,
        steps: int | None = None,
        restart: bool = False,
        first_epoch: int = 0,
        drop: bool = False,
        members: Iterable[tuple[int, np.ndarray | None]] | None = None,
    ) -> None: ...

class Loop:
    @property
    def epoch(self) -> int: ...
    @property
    def step(self) -> int: ...
    @property
    def steps_done(self) -> int: ...
    @property
    def validating(self) -> bool: ...
    def __init__(
        self,
        train: Pass,
        valid: Pass | None,
        epochs: int,
        initial_epoch: int = 0,
        valid_every: int = 1,
        initial_step: int = 0,
    ) -> None: ...
    def run(
        self, seconds: float, max_steps: int = 0, stop_at_epoch: bool = False
    ) -> tuple[str, int, int]: ...
    def rows(self, first: int = 0) -> np.ndarray: ...
    def current(self) -> list[float]: ...

class Predictor:
    def __init__(self, plan: Plan, fallback: Callable[..., Any]) -> None: ...
    def __call__(self, *args: Any, **kwargs: Any) -> Any: ...

def shuffle_order(n: int, seed: int, epoch: int) -> np.ndarray: ...
def kernels() -> list[str]: ...
def release_threads() -> None: ...
def most_threads() -> int: ...
def limit_threads(most: int) -> None: ...
