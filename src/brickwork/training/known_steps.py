"""Steps on batches of a kind that was seen before, with as little Python as possible.

The first batch of a kind is converted and checked, and its programs are made. For the next ones a
`KnownStep` looks once at the values and runs the programs. Whatever it does not know, or would not
let pass, takes the long way again: that alone says what is wrong.
"""

from __future__ import annotations

from typing import Any
from weakref import ref

import numpy as np

from .. import _engine
from ..data.checks.quick import limits_of
from ..program import current_trace
from ..program.masks import plain_array
from ..spelling import OldKeys

#: The number of kinds of batches that a model keeps steps for.
KEPT = 64


class KnownStep:
    """A step of a model on batches of one shape and dtype.

    Args:
        model: the model.
        training: whether it is a training step.
        step: its plan, for batches of this kind.
        rows: of the batch.
    """

    def __init__(self, model: Any, training: bool, step: Any, rows: int):
        self.model, self.walk, self.plans, self.rows = model, model._walk(), model._plans, rows
        self.step = ref(step)  # of many lengths the plans are given up that were not used lately
        self.inputs = len(step.program.inputs)
        self.variables = model.weights if training else []
        self.flags: list[bool] = []
        self.settle()
        self.optimizer = model._compiled.optimizer if training else None
        self.edition = model._plans.edition if training else None

    def settle(self) -> None:
        """Note what is trainable now."""
        self.flags = [v.trainable for v in self.variables]

    def valid(self) -> bool:
        """Whether nothing has changed that the step depends on."""
        return (
            self.step() is not None
            and self.walk.valid()
            and (self.optimizer is None or self.optimizer.edition == self.edition)
            and [v.trainable for v in self.variables] == self.flags
        )

    def run(self, *arrays: np.ndarray) -> bool:
        """Run it; False if the loss is not finite, in which case nothing has changed."""
        step: Any = self.step()
        self.plans.kept.note(step)
        try:
            step.call_bound(step.plan.run, arrays, self.rows)
        except FloatingPointError:
            return False
        return True


class CurrentResults:
    """The metrics so far, as logs.

    Args:
        plans: the model's programs, after a step was traced.
        training: whether it trains.
    """

    def __init__(self, plans: Any, training: bool):
        self.end, self.results = plans.end(training), plans.results(training)
        self.scalar = not any(self.results.shapes)
        self.names = self.results.sorted

    def values(self) -> list[float]:
        """The values in the order of `names`."""
        values = self.end.call_bound(self.end.plan.run, (), 1)
        return [float(values[i]) for i in self.results.order]

    def logs(self) -> dict[str, float]:
        """The values by name."""
        return OldKeys(zip(self.names, self.values(), strict=True))


class KnownBatch(KnownStep):
    """`train_on_batch` or `test_on_batch` on batches of one kind.

    Args:
        limits: of the inputs and the targets.
    """

    def __init__(self, model: Any, training: bool, step: Any, rows: int, limits: tuple):
        super().__init__(model, training, step, rows)
        plans = model._plans
        self.limits = limits
        self.begin, self.results = plans.begin(training), CurrentResults(plans, training)
        order = model._compiled.evaluation_names()
        self.simple = (
            self.inputs == 2 and self.results.scalar and sorted(order) == self.results.names
        )
        self.places = [self.results.names.index(name) for name in order if self.simple]

    def take(self, x: np.ndarray, y: np.ndarray, return_dict: bool) -> Any:
        """Take the step, and return what the method returns; None, and nothing is done, for a
        batch that must be looked at more closely."""
        if not (_engine.within(x, *self.limits[0]) and _engine.within(y, *self.limits[1])):
            return None
        self.begin.call_bound(self.begin.plan.run, (), 1)
        if not self.run(x, y):
            return None  # the long way warns of it
        facts = self.model.__dict__  # to set an attribute of a layer costs a microsecond
        facts["_losses"], facts["_last_finite"] = (), True
        if return_dict:
            return self.results.logs()
        values = self.results.values()
        return values[0] if len(values) == 1 else [values[i] for i in self.places]


def known_step(model: Any, training: bool, x: Any, y: Any, return_dict: Any) -> Any:
    """What `train_on_batch` or `test_on_batch` returns for a batch of a known kind; else None."""
    x, y = plain_array(x), plain_array(y)
    if x is None or y is None or model._compiled is None:
        return None
    plans = model._plans
    step = plans.known.get((training, x.shape, x.dtype, y.shape, y.dtype))
    if step is None or not step.valid() or current_trace() is not None:
        return None
    return step.take(x, y, return_dict) if type(return_dict) is bool else None


def is_one_batch(
    x: Any, batch_size: Any, verbose: Any, callbacks: Any, steps: Any, sample_weight: Any
) -> bool:
    """Whether `evaluate` gets one batch, shows nothing, and calls nobody."""
    return (
        type(verbose) is int
        and not verbose
        and callbacks is None
        and steps is None
        and sample_weight is None
        and (batch_size is None or type(batch_size) is int)
        and type(x) is np.ndarray
        and x.ndim > 0
        and 0 < len(x) <= (32 if batch_size is None else batch_size)
    )


def as_known(
    model: Any, training: bool, step: Any, batch: Any, x: Any, y: Any
) -> KnownBatch | None:
    """The step of a batch that took the long way, if later ones of its kind may take the short
    one."""
    if plain_array(x) is None or plain_array(y) is None or model._custom_steps:
        return None
    limits = limits_of(batch, model._expectation())
    if limits is None:
        return None
    known = KnownBatch(model, training, step, batch.rows, limits)
    return known if known.simple else None


def remember(model: Any, training: bool, step: KnownBatch | None, x: Any, y: Any) -> None:
    """Keep a step for later batches of its kind."""
    if step is not None:
        known = model._plans.known
        if len(known) >= KEPT:
            known.clear()
        step.settle()  # what is trainable may have been something else while it was made
        known[(training, x.shape, x.dtype, y.shape, y.dtype)] = step
