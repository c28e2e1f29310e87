"""What all optimizers share: the state they keep, and how an update is asked for and traced."""

from __future__ import annotations

import re
import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np

from ..errors import ArgumentError, shown
from ..fields import Configurable, encode, field
from ..naming import unique_name
from ..program import (
    Pack,
    State,
    Symbol,
    Variable,
    current_trace,
    floatx,
    run,
    signature_of,
    trace_function,
)
from ..spelling import OldAttributes, OldName
from ..stack_level import outside
from .schedules import LearningRateSchedule
from .schedules import deserialize as schedule_of
from .update import record

_RATE = field(kind="float", ge=0)


def rate_of(value):
    """A number, a schedule, or a function without arguments that answers the rate."""
    if isinstance(value, dict):
        return schedule_of(value)
    if isinstance(value, LearningRateSchedule) or callable(value):
        return value() if isinstance(value, type) else value
    if isinstance(value, State):
        value = value.view()
    try:
        return _RATE.accept("Optimizer", "learning_rate", value)
    except ArgumentError:
        raise ValueError(f"got {shown(value)}, expected a number >= 0, a LearningRateSchedule or "
                         "a function.") from None


class OptimizerArguments(Configurable):
    """The arguments of every optimizer, in Keras's order behind its own."""

    learning_rate: Any = field(convert=rate_of)
    weight_decay: float | None = field(None, kind="float", ge=0, last=True)
    clipnorm: float | None = field(None, kind="float", ge=0, last=True)
    clipvalue: float | None = field(None, kind="float", ge=0, last=True)
    global_clipnorm: float | None = field(None, kind="float", ge=0, last=True)
    use_ema: bool = field(False, kind="bool", last=True)
    ema_momentum: float = field(0.99, kind="float", ge=0, le=1, last=True)
    ema_overwrite_frequency: int | None = field(None, kind="int", ge=1, last=True)
    loss_scale_factor: float | None = field(None, kind="float", gt=0, last=True)
    gradient_accumulation_steps: int | None = field(None, kind="int", ge=2, last=True)
    name: str | None = field(None, kind="str", last=True)


class Optimizer(OldAttributes, OptimizerArguments):
    """Base of optimizers.

    A subclass writes ``update_step(gradient, variable, learning_rate)`` in ops and assigns to the
    variable and its slots; `build_slots` (or Keras's ``build``) makes the slots. If the rule
    works element by element it says ``elementwise = True`` and may be given a `Pack` for the
    variable.

    Args:
        learning_rate: a number, a `LearningRateSchedule`, or a function without arguments,
            which is asked when the update is traced (in ``fit``: once).
        weight_decay: each update also takes this times the learning rate from a weight.
        clipnorm: longest gradient of one weight. clipvalue: largest element. global_clipnorm:
            longest gradient of all weights together. One of the three at most; 0 for none.
        use_ema: keep a moving average of the weights, with ``ema_momentum``; it replaces them
            every ``ema_overwrite_frequency`` updates, and when training ends.
        loss_scale_factor: what the loss is multiplied with before its gradients are taken.
        gradient_accumulation_steps: update once in so many steps, with their mean gradient.
        name: default the class's name.

    >>> class Descent(Optimizer):
    ...     elementwise = True
    ...     def update_step(self, gradient, variable, learning_rate):
    ...         variable.assign(variable - learning_rate * gradient)
    >>> w = Variable([1.0, 2.0], name="w")
    >>> Descent(0.5).apply([np.ones(2, "float32")], [w])
    >>> w.numpy().tolist()
    [0.5, 1.5]
    """

    elementwise = False

    def setup(self) -> None:
        if sum(c is not None for c in (self.clipnorm, self.clipvalue, self.global_clipnorm)) > 1:
            raise ArgumentError(type(self).__name__, f"got clipnorm={self.clipnorm}, clipvalue="
                                f"{self.clipvalue} and global_clipnorm={self.global_clipnorm}, "
                                "expected one of them at most.")
        self.name = self.name or unique_name(type(self).__name__)
        self.built = False
        self._variables: list[Variable] = []
        self._trainable: list[Variable] = []
        self._index: dict[Variable, int] = {}
        self._slots: dict[tuple[str, Variable], Variable] = {}
        self._packs: dict[tuple, Pack] = {}
        self._undecayed: tuple[set[Variable], str | None] = (set(), None)
        self._steps = self.add_variable((), dtype="int64", name="iteration")
        if not callable(self._rate):
            self._rate = self.add_variable((), self._rate, floatx(), "learning_rate")

    # State

    @property
    def variables(self) -> list[Variable]:
        """Counter, learning rate (if a number) and slots, in Keras's order."""
        return list(self._variables)

    @property
    def iterations(self):
        """The number of updates so far: a variable, or a number where gradients accumulate."""
        if self.gradient_accumulation_steps:
            return self._steps // self.gradient_accumulation_steps
        return self._steps

    @property
    def learning_rate(self):
        """The rate of the next update: a variable to read or assign, or what a schedule says."""
        if isinstance(self._rate, LearningRateSchedule):
            return self._rate(self._steps.value)
        return self._rate() if callable(self._rate) else self._rate

    @learning_rate.setter
    def learning_rate(self, value) -> None:
        known = getattr(self, "_rate", None)
        try:
            value = rate_of(value)
        except ValueError as error:
            raise ArgumentError(f"{type(self).__name__}.learning_rate", str(error)) from None
        if not isinstance(known, State) or callable(value):
            if isinstance(known, LearningRateSchedule) and not callable(value):
                raise TypeError(f"{type(self).__name__}.learning_rate: got {value}, but it is a "
                                f"{type(known).__name__}; make the optimizer with a number to "
                                "set it later.")
            self._rate = value
            self._variables = [v for v in getattr(self, "_variables", ()) if v is not known]
        else:
            known.assign(value)

    lr = OldName("learning_rate")

    def rates(self) -> dict[str, float]:
        """The learning rates of the next update, by the names that they have in logs."""
        return {"learning_rate": float(self.learning_rate)}

    def add_variable(self, shape, initializer="zeros", dtype=None, name=None) -> Variable:
        """A variable of the optimizer's own."""
        from .. import initializers

        if isinstance(initializer, str):
            initializer = initializers.get(initializer)
        variable = Variable(initializer, tuple(shape), dtype, trainable=False, name=name or "var")
        variable.path = f"{self.name}/{variable.name}"
        self._variables.append(variable)
        return variable

    def add_variable_from_reference(self, reference_variable, name=None,
                                    initializer="zeros") -> Variable:
        """A variable of the shape and dtype of a weight."""
        name = f"{reference_variable.path.replace('/', '_')}_{name or 'var'}"
        return self.add_variable(reference_variable.shape, initializer, reference_variable.dtype,
                                 name)

    def add_optimizer_variables(self, trainable_variables, name, initializer="zeros"):
        """One variable for each weight, or a list of them for each of several names."""
        names = [name] if isinstance(name, str) else list(name)
        several = isinstance(initializer, list | tuple)
        starts = initializer if several else [initializer] * len(names)
        made = tuple([] for _ in names)
        for weight in trainable_variables:
            for one, start, row in zip(names, starts, made, strict=True):
                row.append(self.add_variable_from_reference(weight, one, start))
                self._slots[one, weight] = row[-1]
        return made[0] if isinstance(name, str) else made

    def build(self, variables: Sequence[Variable]) -> None:
        """Make the slots for these weights."""
        if self.built:
            return
        self._trainable = list(variables)
        self._index = {v: i for i, v in enumerate(self._trainable)}
        before = list(self._variables)
        try:
            if self.use_ema:
                self.add_optimizer_variables(self._trainable, "average")
            if self.gradient_accumulation_steps:
                self.add_optimizer_variables(self._trainable, "gradient_accumulator")
            self.build_slots(self._trainable)
        except BaseException:  # Ctrl-C too: all slots or none
            self._variables = before
            raise
        self.built = True

    def build_slots(self, variables: list[Variable]) -> None:
        """Make what the rule keeps for each weight, by `add_optimizer_variables`."""

    def slot(self, name: str, variable: State) -> State:
        """What the optimizer keeps under a name for a weight, or a pack of them."""
        if isinstance(variable, Pack):
            return self._pack([self._slots[name, m] for m in variable.members], name)
        return self._slots[name, variable]

    def _pack(self, members: list[Variable], name: str) -> Pack:
        key = tuple(members)
        if key not in self._packs:
            self._packs[key] = Pack(members, f"{self.name}/{name}")
        return self._packs[key]

    def __getstate__(self) -> dict[str, Any]:
        # A copy makes packs of its own variables, and programs that change them.
        return {**self.__dict__, "_packs": {}, "_programs": {}}

    def __setattr__(self, name: str, value) -> None:
        super().__setattr__(name, value)
        if name not in ("built", "learning_rate", "lr"):  # maybe a number that stands in programs
            self.__dict__["_programs"] = {}
            self.__dict__["_edition"] = self.__dict__.get("_edition", 0) + 1

    @property
    def edition(self) -> int:
        """Is another number once an argument of the optimizer is: models trace their steps anew."""
        return self._edition

    def _get_variable_index(self, variable) -> int:
        return self._index[variable]

    # The update

    def update_step(self, gradient, variable, learning_rate) -> None:
        """Assign the variable (a weight or a pack of them) its value after this update."""
        raise NotImplementedError(f"{type(self).__name__} must write update_step(gradient, "
                                  "variable, learning_rate).")

    def update_shared(self) -> None:
        """Move on what the rule keeps once for all weights; called before `update_step`."""

    def assign(self, variable, value) -> None:
        variable.assign(value)

    def assign_add(self, variable, value) -> None:
        variable.assign_add(value)

    def assign_sub(self, variable, value) -> None:
        variable.assign_sub(value)

    def scale_loss(self, loss):
        """The loss whose gradients `apply` expects."""
        return loss if self.loss_scale_factor is None else loss * self.loss_scale_factor

    def apply_gradients(self, grads_and_vars):
        """Update the weights by pairs of gradient and weight; answers the count of steps."""
        grads, variables = zip(*grads_and_vars, strict=True)
        self.apply(grads, variables)
        return self._steps

    def apply(self, grads, trainable_variables=None) -> None:
        """Update the weights by their gradients: recorded in a trace, else at once.

        Args:
            grads: one for each weight; None where the loss does not depend on it.
            trainable_variables: default those that the optimizer was built with.
        """
        grads = list(grads)
        if not grads:
            return
        variables = self._known(grads, trainable_variables)
        kept = [(g, v) for g, v in zip(grads, variables, strict=True) if g is not None]
        missing = [v.path for g, v in zip(grads, variables, strict=True) if g is None]
        if not kept:
            raise ValueError(f"{self.name}: no weight has a gradient; does the loss depend on "
                             f"{', '.join(missing)}?")
        if missing:
            warnings.warn(f"No gradient for {', '.join(missing)}: the loss does not depend on it.",
                          stacklevel=outside())
        grads, variables = map(list, zip(*kept, strict=True))
        if current_trace():
            self._record(grads, variables)
            return
        arrays = [np.asarray(g) for g in grads]
        run(self._program(arrays, variables), arrays)

    def _program(self, arrays: list[np.ndarray], variables: list[Variable]):
        """The update by gradients of these kinds, traced once."""
        signatures = [signature_of(a, batched=False) for a in arrays]
        parts = [*variables, *(v.constraint for v in variables)]
        key = (tuple(signatures), tuple(map(id, parts)))
        known = self._programs.get(key)
        if known is None:
            program = trace_function(lambda *symbols: self._record(list(symbols), variables),
                                     signatures)
            if not self._repeats():
                return program
            # The parts are kept, so that no other object gets an id of theirs.
            known = self._programs[key] = program, parts
        return known[0]

    def _repeats(self) -> bool:
        """Whether an update may be traced once for many: not where a plain function, which is
        asked anew each time, says the rate."""
        return not callable(self._rate) or isinstance(self._rate, LearningRateSchedule)

    def _known(self, grads, variables) -> list[Variable]:
        if variables is None:
            if not self.built:
                raise ValueError(f"{self.name}: got gradients only, expected the weights too, or "
                                 "optimizer.build(weights) before.")
            variables = self._trainable
        variables = list(variables)
        if len(variables) != len(grads):
            raise ValueError(f"{self.name}: got {len(grads)} gradients for {len(variables)} "
                             "weights, expected one for each.")
        if not self.built:
            self.build(variables)
            self.built = True
        unknown = [v for v in variables if v not in self._index]
        if unknown:
            raise ValueError(f"{self.name}: {unknown[0].path} is none of the weights that it was "
                             "built with; make a new optimizer for other weights.")
        for g, v in zip(grads, variables, strict=True):
            if g is not None and tuple(np.shape(g) if not isinstance(g, Symbol) else g.dims) != (
                    v.dims):
                raise ValueError(f"{self.name}: got a gradient of shape {g.shape} for {v.path}, "
                                 f"expected {v.dims}.")
        return variables

    def _record(self, grads: list, variables: list[Variable]) -> None:
        record(self, grads, variables)

    def averages(self) -> list[tuple[Variable, Variable]]:
        """Each weight with its moving average, where averages are kept and the weights known."""
        return [(v, self.slot("average", v)) for v in self._trainable] if self.use_ema else []

    def finalize_variable_values(self, var_list) -> None:
        """After training: put the moving averages in the weights' place."""
        if self.use_ema:
            for variable in var_list:
                variable.assign(self.slot("average", variable).value)

    # Weight decay

    def decay_of(self, variable: State) -> float | None:
        """The weight decay of a weight, or of a pack of weights that are treated alike."""
        return self.weight_decay if self._decays(variable) else None

    def exclude_from_weight_decay(self, var_list=None, var_names=None) -> None:
        """Weights that do not decay: those listed, and those in whose name a string occurs.

        Raises:
            ValueError: once the optimizer is built.
        """
        if self.built:
            raise ValueError("exclude_from_weight_decay: the optimizer is built; call it before "
                             "the first update.")
        self._undecayed = (set(var_list or ()), "|".join(var_names or ()) or None)

    def _decays(self, variable: State) -> bool:
        if isinstance(variable, Pack):
            variable = variable.members[0]  # those of one pack are treated alike
        listed, pattern = self._undecayed
        return not (variable in listed or (pattern and re.search(pattern, variable.name)))

    # Saving

    def get_weights(self) -> list[np.ndarray]:
        """Copies of the values of `variables`."""
        return [v.numpy() for v in self.variables]

    def set_weights(self, weights) -> None:
        """Set `variables`, all or none; raises ValueError where shapes differ."""
        values, variables = [np.asarray(w) for w in weights], self.variables
        if len(values) != len(variables):
            raise ValueError(f"{self.name}.set_weights: got {len(values)} arrays, expected "
                             f"{len(variables)}; is the optimizer built?")
        for variable, value in zip(variables, values, strict=True):
            if variable.dims != value.shape:
                raise ValueError(f"{variable.path}: got shape {value.shape}, expected "
                                 f"{variable.dims}.")
        for variable, value in zip(variables, values, strict=True):
            variable.assign(value)

    def get_config(self) -> dict[str, Any]:
        config = {n: encode(getattr(self, n)) for n in self.__fields__ if n != "learning_rate"}
        rate = self._rate
        rate = float(rate.numpy()) if isinstance(rate, State) else encode(rate)
        return {"name": config.pop("name"), "learning_rate": rate, **config}
