"""Whole epochs in JAX: many steps are one compiled loop, on data that stay on the device."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import partial
from time import perf_counter
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from ... import _engine
from ...processes import Share
from . import placement, processes
from .executable import Executable, keep, placed, rows_of, wide
from .interrupts import uninterrupted
from .ops import as_jax

#: Data of more bytes stay where they are, and are passed to the device batch by batch.
MOST_BYTES = 1 << 32
#: Steps of the first run, and how much longer the next one may be: until it is known how long a
#: step takes, Ctrl-C should not have to wait.
FIRST, GROWTH = 16, 16
#: How long a run may take, about: Ctrl-C and the progress bar wait for it. What a run copies and
#: looks at for the sake of the next one should be little beside it.
SECONDS = 0.3
#: After so many steps several processes compare their weights.
COMPARED = 1000


class Steps:
    """Many steps in one compiled loop.

    Args:
        step, begin, end: as for `Pass`.
        batch: rows of a full batch.
        rest: rows of the last batch of a pass over the data; 0 if that is full, or left out.
        shards: 0 where each device has all rows; else the number of parts, of which each has one:
            the data are then ``(parts, rows, ...)``, and the order is of the rows of each.
    """

    def __init__(
        self,
        step: Executable,
        begin: Executable,
        end: Executable,
        batch: int,
        rest: int,
        shards: int = 0,
    ):
        self.parts, self.batch, self.rest, self.shards = (step, begin, end), batch, rest, shards
        self.written = list({id(v): v for part in self.parts for v in part.written}.values())
        known = set(map(id, self.written))
        reads = (v for part in self.parts for v in part.read if id(v) not in known)
        self.read = list({id(v): v for v in reads}.values())
        # No array is donated: threads may read weights meanwhile, and an error keeps them.
        self._compiled = jax.jit(self._steps)

    def __call__(self, data: list, order: Any, first: int, stop: int, full: int, begins: bool):
        """Take steps of a pass over the data.

        Args:
            data: for each input of a step all rows, on the device.
            order: of the rows; None for the one that they are in.
            first, stop: the first step, and the one after the last.
            full: the number of full batches.
            begins: whether the metrics are reset before.

        Returns:
            ``(the step after the last one that was done, whether the guard of that one is finite,
            results)``.
        """
        written = [placed(v) for v in self.written]
        read = [placed(v) for v in self.read]
        written, *found = self._compiled(written, read, data, order, first, stop, full, begins)
        step, begin, end = self.parts
        if step.careful is not None and not found[1]:
            again = steps_of(step.careful(), begin, end, self.batch, self.rest, self.shards)
            return again(data, order, first, stop, full, begins)
        for variable, value in zip(self.written, written, strict=True):
            keep(variable, value)
        return found

    def _steps(
        self,
        written: list,
        read: list,
        data: list,
        order: Any,
        first: Any,
        stop: Any,
        full: Any,
        begins: Any,
    ) -> tuple:
        """What XLA compiles."""
        step, begin, end = self.parts
        fixed = dict(zip(map(id, self.read), read, strict=True))

        def part(of: Executable, states: list, inputs: Sequence[Any] = ()) -> tuple:
            known = fixed | dict(zip(map(id, self.written), states, strict=True))
            outputs, new, good = of.step(
                inputs, [known[id(v)] for v in of.written], [known[id(v)] for v in of.read]
            )
            known |= dict(zip(map(id, of.written), new, strict=True))
            return outputs, [known[id(v)] for v in self.written], good

        def batch(i: Any, size: int) -> list:
            axis, parts = (1, self.shards) if self.shards else (0, 1)
            start, count = i * (self.batch // parts), size // parts
            if order is None:
                taken = [lax.dynamic_slice_in_dim(a, start, count, axis) for a in data]
            else:
                rows = lax.dynamic_slice_in_dim(order, start, count)
                which = (slice(None), rows) if self.shards else rows
                taken = [a.at[which].get(mode="promise_in_bounds") for a in data]
            if self.shards:
                taken = [a.reshape(size, *a.shape[2:]) for a in taken]
            where = placement.current and placement.current.rows(size)
            return [placement.constrained(a, where) for a in taken]

        def one(size: int, carried: tuple) -> tuple:
            i, states, _ = carried
            outputs, states, good = part(step, states, batch(i, size))
            if step.careful is not None:
                good = jnp.isfinite(outputs[0]).all()
            return jnp.where(good, i + 1, i), states, jnp.asarray(good)

        before = written
        reset = set(map(id, begin.written))
        written = [
            jnp.where(begins, new, old) if id(variable) in reset else old
            for variable, new, old in zip(self.written, part(begin, before)[1], before, strict=True)
        ]
        carried = lax.while_loop(
            lambda c: c[2] & (c[0] < jnp.minimum(stop, full)),
            partial(one, self.batch),
            (jnp.asarray(first), written, jnp.asarray(True)),
        )
        if self.rest:  # compiled with the others, so that nobody waits for it
            last = (carried[0] == full) & (stop > full) & carried[2]
            carried = lax.cond(last, partial(one, self.rest), lambda c: c, carried)
        i, written, good = carried
        weights = set(map(id, step.weights))
        for variable, new in zip(self.written, written, strict=True):
            if id(variable) in weights:  # guarded steps find out whether it was so before
                good &= jnp.isfinite(new).all()
        results = [r.astype(jnp.float64).ravel() for r in part(end, written)[0]]
        return written, i, good, jnp.concatenate(results) if results else jnp.zeros(0)


def steps_of(
    step: Executable, begin: Executable, end: Executable, batch: int, rest: int, shards: int
) -> Steps:
    """The `Steps` of a step, which keeps them; arguments as theirs."""
    key = (begin, end, batch, rest, shards, placement.current)
    return step.made(key, partial(Steps, step, begin, end, batch, rest, shards))


class Pass:
    """The data of an epoch of training or of validation, and its programs.

    Takes what the native engine's `Pass` takes; the rows of a step are a function of the epoch and
    the number of the step, and the same ones as there.

    Args:
        step: the executable of a step.
        begin: the one that resets the metrics.
        end: the one whose outputs are the results.
        feeds: for each input of a step its data, with all rows; of a sparse matrix its arrays.
        rows: number of rows.
        batch: rows of a step.
        shuffle: whether the order of rows is random.
        seed: of the orders.
        steps: the most steps of an epoch.
        restart: whether each epoch begins with the first row.
        first_epoch: the epoch that begins the first pass over the data.
        drop: whether to leave out the last batch if it is not full.

    Where several processes have rows of their own, these are the rows and the batch of each.

    Attributes:
        facts: what else has to be the same in all processes, by name.
    """

    def __init__(
        self,
        step: Executable,
        begin: Executable,
        end: Executable,
        feeds: Sequence[Any],
        rows: int,
        batch: int,
        shuffle: bool,
        seed: int,
        steps: int | None,
        restart: bool,
        first_epoch: int,
        drop: bool,
    ):
        self.parts = (step, begin, end)
        self.feeds, self.rows, self.batch = feeds, rows, min(batch, rows)
        self.seed = seed if shuffle else None
        self.restart, self.first_epoch = restart, first_epoch
        self.full = rows // self.batch  # batches of a pass over the data that are full
        self.per_pass = self.full if drop else -(-rows // self.batch)
        self.most = min(steps or self.per_pass, self.per_pass)
        self.epochs_per_pass = 1 if restart else -(-self.per_pass // self.most)
        dims = [symbol.dims for symbol in end.program.outputs]
        self.width = sum(math.prod(own) for own in dims)
        self.ordered: int | None = None  # the pass over the data that the order is of
        self._order: np.ndarray | None = None
        self.budget = FIRST  # steps that are not too long to wait for
        self.rest = 0 if drop else rows % self.batch
        self.facts: dict[str, Any] = {}
        self._gone, self._room = 0, 0  # steps before the window; rows there is room for
        share = processes.share()
        self._take(feeds, share if share and share.own else None)

    def window(self, feeds: Sequence[Any], first: int, order: np.ndarray | None = None) -> None:
        """Let the data be some rows of the pass over the data; in several processes, own ones.

        Args:
            feeds: the data.
            first: the first row's place in the pass, a multiple of the batch.
            order: of these rows; None for the one that they are in.
        """
        share = processes.share()
        if order is not None and share is not None and share.devices > 1:
            feeds, order = [feed[order] for feed in feeds], None  # it is that of all own rows
        self._gone = first // self.batch
        self._order = None if order is None else order.astype(np.int32)
        self._take(feeds, share)
        self.resident = True  # a window is small, and rows of its own go there as such

    def _take(self, feeds: Sequence[Any], share: Share | None) -> None:
        """Have these data, of which each process has its own if there is a share."""
        self.feeds, self._data = feeds, None
        self.resident = all(isinstance(f, np.ndarray) for f in feeds) and (
            sum(f.nbytes for f in feeds) <= MOST_BYTES
        )
        count, self.devices = (share.count, share.devices) if share else (1, 1)
        self.shards = count * self.devices if share else 0
        self._steps = steps_of(*self.parts, self.batch * count, self.rest * count, self.shards)

    def all_facts(self, kind: str = "") -> dict[str, Any]:
        """What has to be the same in all processes, by name.

        Args:
            kind: the beginning of names of data.
        """
        parts = [p for f in self.feeds for p in (f if isinstance(f, tuple) else [f])]
        whole = [processes.checksum(p) for p in parts if isinstance(p, np.ndarray)]
        of_data = {} if self.shards else {f"the {kind}data": whole}
        dims = [s.dims for s in self.parts[0].program.inputs]
        dtypes = [p.dtype for p in parts if isinstance(p, np.ndarray)]
        return (
            self.facts
            | of_data
            | {
                f"the shapes and dtypes of the {kind}data": (dims, dtypes),
                f"the numbers of {kind}rows, batches and steps": (self.rows, self.batch, self.most),
                f"the {kind}seeds": (self.seed, self.first_epoch),
                f"the {kind}weights": [
                    processes.checksum(v.numpy())
                    for v in (*self.parts[0].written, *self.parts[0].read)
                ],
            }
        )

    def steps(self, epoch: int) -> int:
        """The number of steps of an epoch."""
        return min(self.most, self.per_pass - self._first_step(epoch))

    def _first_step(self, epoch: int) -> int:
        """The place of an epoch in its pass over the data."""
        if self.restart:
            return 0
        return (epoch - self.first_epoch) % self.epochs_per_pass * self.most

    def advance(self, epoch: int, step: int, count: int, begins: bool) -> tuple[int, bool, Any]:
        """Take steps of an epoch.

        Args:
            epoch, step: where to begin.
            count: the number of steps.
            begins: whether the metrics are reset before.

        Returns:
            ``(steps that are done, whether the guard of the next one was finite, results)``.
        """
        self._sort(0 if self.restart else (epoch - self.first_epoch) // self.epochs_per_pass)
        first = self._first_step(epoch) + step
        run = self._run if self.resident else self._run_batches
        began = perf_counter()
        done, good, results = run(first, first + count, begins)
        if good and count and done == count:
            self._measure(count, perf_counter() - began)
        return done, good, results

    def _measure(self, count: int, seconds: float) -> None:
        """Let the next run take about as long as one may wait."""
        fitting = int(count * SECONDS / max(seconds, 1e-9))
        self.budget = max(1, min(fitting, GROWTH * max(self.budget, count)))

    def _sort(self, turn: int) -> None:
        """Have the order of rows for a pass over the data."""
        if self.seed is not None and turn != self.ordered:
            # On the devices each has the same order of its own rows.
            rows = self.rows // self.devices if self.resident else self.rows
            order = _engine.shuffle_order(rows, self.seed, turn)
            self._order, self.ordered = order.astype(np.int32), turn

    # Data on the device

    def _run(self, first: int, stop: int, begins: bool) -> tuple[int, bool, np.ndarray]:
        gone = self._gone
        with wide():
            if self._data is None:
                self._put()
            done, good, results = self._steps(
                self._data, self._order, first - gone, stop - gone, self.full - gone, begins
            )
        return int(done) + gone - first, bool(good), np.asarray(results)

    def _put(self) -> None:
        """Put the data on the devices; all windows have room for as many rows."""
        held = len(self.feeds[0])
        self._room = max(self._room, held, self.batch)
        missing = (self._room - held) // self.devices  # of each device
        self._data = []
        for feed, symbol in zip(self.feeds, self.parts[0].program.inputs, strict=True):
            array = np.asarray(feed, as_jax(symbol.dtype))
            if self.shards:
                array = array.reshape(self.devices, held // self.devices, *array.shape[1:])
            if missing:
                axis = 1 if self.shards else 0
                pad = [(0, missing if d == axis else 0) for d in range(array.ndim)]
                array = np.pad(array, pad)
            put = placement.current.put_own if self.shards else placement.put_everywhere
            self._data.append(put(array))
        if self._order is not None and missing:
            self._order = np.pad(self._order, (0, missing))

    # Data batch by batch

    def _run_batches(self, first: int, stop: int, begins: bool) -> tuple[int, bool, np.ndarray]:
        step, begin, _ = self.parts
        if step.careful is not None:
            step = step.careful()
        if begins:
            begin.run([])
        good, i = True, first
        while good and i < stop:
            rows: Any = slice(i * self.batch, min((i + 1) * self.batch, self.rows))
            if self._order is not None:
                rows = self._order[rows]
            try:
                step.run([rows_of(feed, rows) for feed in self.feeds])
            except FloatingPointError:
                good = False
            else:
                i += 1
        return i - first, good, self.results()

    def results(self) -> np.ndarray:
        """The results so far."""
        return np.concatenate([np.ravel(o) for o in self.parts[2].run([])])


class Loop:
    """Many epochs of training, with their validation; see the native engine's `Loop`.

    Args:
        train: a `Pass`.
        valid: a `Pass`, or None.
        epochs: the index of the last epoch plus 1.
        initial_epoch: the first one.
        valid_every: validate every so many epochs.
        initial_step: the number of its steps that are done.

    Attributes:
        epoch: the number of epochs that are done.
        step: the number of steps that are done of this epoch, or of its validation.
        validating: whether that is what it does.
    """

    def __init__(
        self,
        train: Pass,
        valid: Pass | None,
        epochs: int,
        initial_epoch: int,
        valid_every: int,
        initial_step: int = 0,
    ):
        self.train, self.valid = train, valid
        self.epochs, self.initial_epoch = epochs, initial_epoch
        self.epoch, self.step, self.valid_every = initial_epoch, initial_step, valid_every
        self.validating, self._begun = False, initial_step > 0
        self._rows: list[np.ndarray] = []
        self._row = np.zeros(0)  # results of training, during a validation
        self._latest: Any = None
        self._compared = 0  # steps since
        if processes.several():
            ways = (epochs, initial_epoch, initial_step, valid_every)
            facts = {"the numbers of epochs": ways} | train.all_facts()
            processes.agree("training", facts | ({} if valid is None else valid.all_facts("test ")))

    def run(
        self, seconds: float, max_steps: int = 0, stop_at_epoch: bool = False
    ) -> tuple[str, int, int]:
        """Train for about this long.

        Args:
            seconds: how long.
            max_steps: the most steps; 0 for any number.
            stop_at_epoch: whether to return when an epoch ends.

        Returns:
            ``(status, epoch, step)``, the status "time", "steps", "epoch", "done" or "not_finite".
        """
        end, left = perf_counter() + seconds, max_steps or math.inf
        while self.epoch < self.epochs:
            with uninterrupted():  # steps that are done are counted
                done, status = self._advance(left, stop_at_epoch)
            left -= done
            if status:
                return status, self.epoch, self.step
            if perf_counter() >= end and self.epoch < self.epochs:
                return "time", self.epoch, self.step
        return "done", self.epoch, self.step

    def _advance(self, most: float, stop_at_epoch: bool) -> tuple[int, str]:
        """Take some steps, at most so many; return how many, and why `run` is to return, or ""."""
        now = self.valid if self.validating else self.train
        # Clocks differ, and what one process does all have to do.
        budget = processes.of_first("steps", now.budget)
        count = int(min(budget, most, now.steps(self.epoch) - self.step))
        done, good, self._latest = now.advance(self.epoch, self.step, count, not self._begun)
        self._begun = True
        self.step += done
        if not good:
            self.step += 1  # the batch is left out where training goes on
            return done, "not_finite"
        self._compared += done
        last = self.epoch + 1 == self.epochs and self.step == now.steps(self.epoch)
        if processes.several() and (self._compared >= COMPARED or last):
            self._compared = 0
            weights = [processes.checksum(v.numpy()) for v in self.train.parts[0].written]
            processes.agree("the weights that were reached", {"the weights": weights})
        if done == most:
            return done, "steps"
        ended = self.step == now.steps(self.epoch) and self._end_phase()
        return done, "epoch" if ended and stop_at_epoch and self.epoch < self.epochs else ""

    def _end_phase(self) -> bool:
        """End training or its validation; return whether that ends the epoch."""
        goes_on = (
            not self.validating
            and self.valid is not None
            and (self.epoch + 1) % self.valid_every == 0
        )
        if self.validating:
            row = np.concatenate([self._row, self._latest])
        else:
            missing = 0 if self.valid is None or goes_on else self.valid.width
            row = self._row = np.concatenate([self._latest, np.full(missing, math.nan)])
        self._begun, self.step, self.validating = False, 0, goes_on
        if goes_on:
            return False
        self._rows.append(row)
        self.epoch += 1
        return True

    def rows(self, first: int = 0) -> np.ndarray:
        """The results of all epochs that are done, from one on: training's, then validation's."""
        width = self.train.width + (self.valid.width if self.valid else 0)
        return np.array(self._rows[first:], float).reshape(-1, width)

    def current(self) -> list[float]:
        """The results so far in this epoch; [] before its first step."""
        begun = self._begun and self.step > 0
        if begun and self._latest is None:  # the first steps were done before this loop
            self._latest = self.train.results()
        if self.validating:
            return [*self._row.tolist(), *(self._latest.tolist() if begun else ())]
        return self._latest.tolist() if begun else []
