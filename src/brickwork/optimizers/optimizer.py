"""The base class of optimizers: their state, and how updates are requested and traced."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import ArgumentError, near, shown
from ..fields import REQUIRED, Configurable, encode, field
from ..naming import unique_name
from ..program import (
    Pack,
    State,
    Symbol,
    Variable,
    current_trace,
    evaluate,
    floatx,
    run,
    signature_of,
    trace_function,
)
from ..program.stateless import StatelessOptimizer
from ..program.symbol import Value
from ..program.trace import require_trace
from ..spelling import OldAttributes, OldName
from ..stack_level import outside
from .more_weights import admit
from .own_state import OwnState
from .schedules import LearningRateSchedule, deserialize as schedule_of
from .update import record

if TYPE_CHECKING:
    from ..program import GradientTape
    from ..program.types import DType

_RATE = field(kind="float", ge=0)


def convert_rate(value: Any) -> Any:
    """Validate a learning rate: number, schedule, or function without arguments."""
    if isinstance(value, dict):
        return schedule_of(value)
    if isinstance(value, LearningRateSchedule) or callable(value):
        return value() if isinstance(value, type) else value
    if isinstance(value, State):
        value = value.view()
    try:
        return _RATE.accept("Optimizer", "learning_rate", value)
    except ArgumentError:
        raise ValueError(
            f"got {shown(value)}, expected a number >= 0, a LearningRateSchedule or "
            "a function without arguments."
        ) from None


class OptimizerArguments(Configurable):
    """The arguments of every optimizer; they follow those of a subclass, in Keras's order."""

    #: Required, unless a subclass has a default: type checkers take it for optional.
    learning_rate: Any = field(default=REQUIRED, convert=convert_rate)
    weight_decay: float | None = field(
        default=None, kind="float", ge=0, kw_only=True, positional=True
    )
    clipnorm: float | None = field(default=None, kind="float", ge=0, kw_only=True, positional=True)
    clipvalue: float | None = field(default=None, kind="float", ge=0, kw_only=True, positional=True)
    global_clipnorm: float | None = field(
        default=None, kind="float", ge=0, kw_only=True, positional=True
    )
    use_ema: bool = field(default=False, kind="bool", kw_only=True, positional=True)
    ema_momentum: float = field(
        default=0.99, kind="float", ge=0, le=1, kw_only=True, positional=True
    )
    ema_overwrite_frequency: int | None = field(
        default=None, kind="int", ge=1, kw_only=True, positional=True
    )
    loss_scale_factor: float | None = field(
        default=None, kind="float", gt=0, kw_only=True, positional=True
    )
    gradient_accumulation_steps: int | None = field(
        default=None, kind="int", ge=2, kw_only=True, positional=True
    )
    name: str | None = field(default=None, kind="str", kw_only=True, positional=True)


class Optimizer(StatelessOptimizer, OldAttributes, OwnState, OptimizerArguments):
    """Base class of optimizers.

    A subclass implements ``update_step(gradient, variable, learning_rate)`` in ops, which assigns
    to the variable and its slots; `build_slots` (or Keras's ``build``) creates the slots. A rule
    that works element by element sets ``elementwise = True``, and may then get a `Pack` of
    several weights as the variable.

    In the docstrings of the rules w is a weight, g its gradient and t the number of the update,
    from 1.

    Args:
        learning_rate: float >= 0, a `LearningRateSchedule`, or a function without arguments,
            which is called when the update is traced (in ``fit`` once).
        weight_decay: each update also subtracts ``weight_decay * learning_rate * w``; float >= 0,
            None for none.
        clipnorm: maximum L2 norm of the gradient of each weight, float; None or 0 for none.
        clipvalue: maximum absolute value of the elements of a gradient, float; None or 0 for none.
        global_clipnorm: maximum L2 norm of the gradients of all weights together, float; None or
            0 for none. At most one of the three can be set.
        use_ema: whether to keep an exponential moving average of the weights, which replaces them
            at the end of training.
        ema_momentum: decay of that average per update, float from 0 to 1.
        ema_overwrite_frequency: number of updates after which the average replaces the weights,
            int >= 1; None for the end of training only.
        loss_scale_factor: factor of the loss whose gradients are passed in; they are divided by
            it. Float > 0, None for 1.
        gradient_accumulation_steps: number N of steps per update, int >= 2: every N steps the
            weights are updated by the mean of N gradients. None for an update at each step.
        name: name of the optimizer; default: from the class.

    Raises:
        ArgumentError (a ValueError): for an invalid argument.

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

    _made_by_setup = "_packs"

    def setup(self) -> None:
        if sum(c is not None for c in (self.clipnorm, self.clipvalue, self.global_clipnorm)) > 1:
            raise ArgumentError(
                type(self).__name__,
                f"got clipnorm={self.clipnorm}, clipvalue="
                f"{self.clipvalue} and global_clipnorm={self.global_clipnorm}, "
                "expected one of them at most.",
            )
        self.name = self.name or unique_name(type(self).__name__)
        self.built = False
        self._variables: list[Variable] = []
        self._trainable: list[Variable] = []
        self._index: dict[Variable, int] = {}
        self._slots: dict[tuple[str, Variable], Variable] = {}
        self._packs: dict[tuple, Pack] = {}
        # What `build` made each variable for, a weight (or None) and a name; and what it gets back
        # when it is called again, for more weights.
        self._begun = False
        self._origins: dict[Variable, tuple] = {}
        self._kept: dict[tuple, list[Variable]] = {}
        self._no_decay: tuple[set[Variable], str | None] = (set(), None)
        self._steps = self.add_variable((), dtype="int64", name="iteration")
        if not callable(self._rate):
            self._rate = self.add_variable((), self._rate, floatx(), "learning_rate")

    # State

    @property
    def variables(self) -> list[Variable]:
        """Step counter, learning rate (if a number) and slots, in Keras's order."""
        return list(self._variables)

    @property
    def iterations(self) -> Any:
        """The number of updates so far: a variable, or an integer tensor with accumulation."""
        if self.gradient_accumulation_steps:
            return self._steps // self.gradient_accumulation_steps
        return self._steps

    @property
    def learning_rate(self) -> Any:
        """The learning rate of the next update: a variable, or the value of a schedule."""
        if isinstance(self._rate, LearningRateSchedule):
            return self._rate(self._steps.value)
        return self._rate() if callable(self._rate) else self._rate

    @learning_rate.setter
    def learning_rate(self, value: Any) -> None:
        current = getattr(self, "_rate", None)
        try:
            value = convert_rate(value)
        except ValueError as error:
            raise ArgumentError(f"{type(self).__name__}.learning_rate", str(error)) from None
        if not isinstance(current, State) or callable(value):
            if isinstance(current, LearningRateSchedule) and not callable(value):
                raise TypeError(
                    f"{type(self).__name__}.learning_rate: got {value}, expected no "
                    f"assignment to a {type(current).__name__}. Create the optimizer "
                    "with a number to set it later."
                )
            self._rate = value
            self._variables = [v for v in getattr(self, "_variables", ()) if v is not current]
        else:
            current.assign(value)

    lr = OldName("learning_rate")

    def rates(self) -> dict[str, float]:
        """Return the learning rates of the next update.

        Returns:
            Learning rates by their keys in the logs.
        """
        return {"learning_rate": float(self.learning_rate)}

    def add_variable(
        self,
        shape: Sequence[int],
        initializer: Any = "zeros",
        dtype: DType | None = None,
        name: str | None = None,
    ) -> Variable:
        """Create a state variable of the optimizer.

        Args:
            shape: shape of the variable, tuple of ints.
            initializer: initial values: name, `Initializer`, array or scalar.
            dtype: dtype of the variable; default `floatx()`.
            name: name of the variable; default "var".

        Returns:
            The `Variable`.
        """
        return self._variable_for(None, shape, initializer, dtype, name or "var")

    def _variable_for(self, weight: Variable | None, shape, initializer, dtype, name) -> Variable:
        from .. import initializers

        origin = weight, name
        if kept := self._kept.get(origin):
            variable = kept.pop(0)
        else:
            if isinstance(initializer, str):
                initializer = initializers.get(initializer)
            variable = Variable(initializer, tuple(shape), dtype, trainable=False, name=name)
            variable.path = f"{self.name}/{variable.name}"
        self._variables.append(variable)
        if self._begun:
            self._origins[variable] = origin
        return variable

    def add_variable_from_reference(
        self, reference_variable: Variable, name: str | None = None, initializer: Any = "zeros"
    ) -> Variable:
        """Create a state variable with the shape and dtype of a weight.

        Args:
            reference_variable: the weight.
            name: last part of the name of the variable; default "var".
            initializer: initial values: name, `Initializer`, array or scalar.

        Returns:
            The `Variable`.
        """
        weight = reference_variable
        name = f"{weight.path.replace('/', '_')}_{name or 'var'}"
        return self._variable_for(weight, weight.shape, initializer, weight.dtype, name)

    def add_optimizer_variables(
        self,
        trainable_variables: Sequence[Variable],
        name: str | Sequence[str],
        initializer: Any = "zeros",
    ) -> Any:
        """Create state variables for weights.

        Args:
            trainable_variables: the weights.
            name: name of the slot, or a list of names.
            initializer: initial values: name, `Initializer`, array or scalar; or a list with one
                for each name.

        Returns:
            A list with a variable for each weight; for several names a tuple of such lists.
        """
        names = [name] if isinstance(name, str) else list(name)
        several = isinstance(initializer, list | tuple)
        initials = initializer if several else [initializer] * len(names)
        created = tuple([] for _ in names)
        for weight in trainable_variables:
            for slot, initial, slots in zip(names, initials, created, strict=True):
                slots.append(self.add_variable_from_reference(weight, slot, initial))
                slots[-1].follows = weight
                self._slots[slot, weight] = slots[-1]
        return created[0] if isinstance(name, str) else created

    def build(self, variables: Sequence[Variable]) -> None:
        """Create the state for these weights; without effect if it exists already.

        Args:
            variables: the weights that the optimizer updates.
        """
        if self.built:
            return
        self._begun = True
        self._trainable = list(variables)
        self._index = {v: i for i, v in enumerate(self._trainable)}
        previous = list(self._variables)
        try:
            if self.use_ema:
                self.add_optimizer_variables(self._trainable, "average")
            if self.gradient_accumulation_steps:
                self.add_optimizer_variables(self._trainable, "gradient_accumulator")
            self.build_slots(self._trainable)
        except BaseException:  # Ctrl-C too: all slots or none
            self._variables = previous
            raise
        self.built = True

    def build_slots(self, variables: list[Variable]) -> None:
        """Create the slots of the rule, by `add_optimizer_variables`; subclasses override it.

        Args:
            variables: the weights that the optimizer updates.
        """

    def slot(self, name: str, variable: State) -> State:
        """Return the state variable of a weight, or of a pack of weights.

        Args:
            name: name of the slot, as given to `add_optimizer_variables`.
            variable: the weight or `Pack`.

        Returns:
            The `Variable`, or a `Pack` of them.

        Raises:
            ArgumentError (a ValueError): if there is no such slot.
        """
        try:
            if isinstance(variable, Pack):
                return self._pack([self._slots[name, m] for m in variable.members], name)
            return self._slots[name, variable]
        except KeyError:
            raise self._no_slot(name, variable) from None

    def _no_slot(self, name: str, variable: State) -> ArgumentError:
        """Say which slots there are."""
        rule, known = type(self).__name__, sorted({slot for slot, _ in self._slots})
        if name in known:
            return ArgumentError(
                f"{rule}.slot",
                f"got {variable.path}, expected a weight that {rule} was built with.",
            )
        return ArgumentError(
            f"{rule}.slot",
            f"got {name!r}{near(name, known)} Slots are made in build_slots: "
            f"self.add_optimizer_variables(variables, {name!r}).",
        )

    def _pack(self, members: list[Variable], name: str) -> Pack:
        key = tuple(members)
        if key not in self._packs:
            self._packs[key] = Pack(members, f"{self.name}/{name}")
        return self._packs[key]

    def __getstate__(self) -> dict[str, Any]:
        # A copy creates its own packs and programs, since these refer to variables.
        return {**self.__dict__, "_packs": {}, "_programs": {}}

    if not TYPE_CHECKING:  # for them a misspelt attribute is an error

        def __setattr__(self, name: str, value: Any) -> None:
            super().__setattr__(name, value)
            if name not in ("built", "learning_rate", "lr"):  # may be a constant in traced programs
                self.__dict__["_programs"] = {}
                self.__dict__["_edition"] = self.__dict__.get("_edition", 0) + 1

    @property
    def edition(self) -> int:
        """Changes with every argument of the optimizer; models then retrace their steps."""
        return self._edition

    def _get_variable_index(self, variable) -> int:
        return self._index[variable]

    # The update

    def update_step(self, gradient: Any, variable: Any, learning_rate: Any) -> None:
        """Update a weight and its slots; subclasses implement it in `brickwork.ops`.

        Args:
            gradient: tensor of the shape and dtype of the weight.
            variable: the weight, or a `Pack` of weights if ``elementwise`` is set.
            learning_rate: scalar tensor of the dtype of the weight.

        Raises:
            NotImplementedError: if the subclass does not implement it.
        """
        raise NotImplementedError(
            f"{type(self).__name__} must implement update_step(gradient, variable, learning_rate)."
        )

    def update_shared(self) -> None:
        """Update the state that all weights share; called once, before `update_step`."""

    def assign(self, variable: Any, value: Any) -> None:
        """Set a variable, as in Keras: ``variable.assign(value)``.

        Args:
            variable: weight or state variable.
            value: tensor of its shape.
        """
        variable.assign(value)

    def assign_add(self, variable: Any, value: Any) -> None:
        """Add to a variable, as in Keras: ``variable.assign_add(value)``.

        Args:
            variable: weight or state variable.
            value: tensor of its shape.
        """
        variable.assign_add(value)

    def assign_sub(self, variable: Any, value: Any) -> None:
        """Subtract from a variable, as in Keras: ``variable.assign_sub(value)``.

        Args:
            variable: weight or state variable.
            value: tensor of its shape.
        """
        variable.assign_sub(value)

    def scale_loss(self, loss: Any) -> Any:
        """Scale the loss before its gradients are computed; `apply` expects scaled gradients.

        Args:
            loss: scalar tensor.

        Returns:
            The loss times `loss_scale_factor`.
        """
        return loss if self.loss_scale_factor is None else loss * self.loss_scale_factor

    def apply_gradients(self, grads_and_vars: Iterable[tuple[Any, Variable]]) -> Any:
        """Update weights by their gradients, as in Keras.

        Args:
            grads_and_vars: pairs of gradient (or None) and weight.

        Returns:
            The step counter, a `Variable`.
        """
        grads, variables = zip(*grads_and_vars, strict=True)
        self.apply(grads, variables)
        return self._steps

    def minimize(
        self, loss: Any, var_list: Any, tape: GradientTape | None = None, name: str | None = None
    ) -> Any:
        """Update weights by the gradients of a loss, as in TensorFlow.

        Args:
            loss: function without arguments that returns the loss; or the loss itself, with the
                tape that recorded it.
            var_list: the weights, or a function without arguments that returns them.
            tape: the `GradientTape`; default None, for a function.
            name: accepted for compatibility.

        Returns:
            The step counter, a `Variable`.

        Raises:
            ValueError: for a value without its tape.

        >>> from brickwork.optimizers import SGD
        >>> w = Variable(3.0)
        >>> _ = SGD(0.5).minimize(lambda: w * w, [w])
        >>> float(w)
        0.0
        """
        if callable(loss):
            from ..program import GradientTape

            with GradientTape() as tape:
                loss = loss()
        elif tape is None:
            raise ValueError(
                f"{self.name}.minimize: got a loss without its tape, expected a function that "
                "computes the loss, or tape= as well."
            )
        variables = list(var_list() if callable(var_list) else var_list)
        gradients = tape.gradient(loss, variables)
        return self.apply_gradients(zip(gradients, variables, strict=True))

    def apply(
        self, grads: Sequence[Any], trainable_variables: Sequence[Variable] | None = None
    ) -> None:
        """Update weights by their gradients: recorded inside a trace, else run at once.

        Args:
            grads: a gradient for each weight, of its shape; None if the loss does not depend on it.
            trainable_variables: the weights; default those the optimizer was built with.

        Raises:
            ValueError: if no weight has a gradient, or if gradients and weights differ in number or
                shape.
        """
        grads = list(grads)
        if not grads or self._applied_before(grads, trainable_variables):
            return
        variables = self._validated(grads, trainable_variables)
        kept = [(g, v) for g, v in zip(grads, variables, strict=True) if g is not None]
        missing = [v.path for g, v in zip(grads, variables, strict=True) if g is None]
        if not kept:
            raise ValueError(
                f"{self.name}: no weight has a gradient; does the loss depend on "
                f"{', '.join(missing)}?"
            )
        if missing:
            warnings.warn(
                f"No gradient for {', '.join(missing)}: the loss does not depend on it.",
                stacklevel=outside(),
            )
        grads, variables = map(list, zip(*kept, strict=True))
        if current_trace():
            self._record(grads, variables)
            return
        arrays = [np.asarray(g) for g in grads]
        program = self._program(arrays, variables)
        run(program, arrays)
        constrained = any(v.constraint is not None for v in variables)
        cast = any(s.dtype != v.dtype for s, v in zip(program.inputs, variables, strict=True))
        if not (missing or constrained or cast) and self._reuses_programs():
            found = evaluate.runner(program)
            if found is not None:
                self._programs[tuple(map(id, variables))] = found, variables

    def _applied_before(self, grads: list, variables: Any) -> bool:
        """Update the weights of a step that was taken before; False if it is a new one."""
        if type(variables) not in (list, tuple) or current_trace() is not None:
            return False
        known = self._programs.get(tuple(map(id, variables)))
        if known is None or any([v.constraint is not None for v in variables]):
            return False
        try:
            known[0]([g.array if type(g) is Value else g for g in grads], 1)
        except (
            TypeError,
            ValueError,
        ):  # no arrays of these shapes: the long way says what is wrong
            return False
        return True

    def _program(self, arrays: list[np.ndarray], variables: list[Variable]):
        """The update for gradients of these shapes and dtypes, traced once."""
        signatures = [signature_of(a, batched=False) for a in arrays]
        parts = [*variables, *(v.constraint for v in variables)]
        key = (tuple(signatures), tuple(map(id, parts)))
        cached = self._programs.get(key)
        if cached is None:
            program = trace_function(
                lambda *symbols: self._record(list(symbols), variables), signatures
            )
            if not self._reuses_programs():
                return program
            # Keeping a reference to the parts keeps their ids unique.
            cached = self._programs[key] = program, parts
        return cached[0]

    def _reuses_programs(self) -> bool:
        """Whether a traced update may run again: not if a plain function, which must be called
        for each update, returns the learning rate."""
        return not callable(self._rate) or isinstance(self._rate, LearningRateSchedule)

    def _validated(self, grads, variables) -> list[Variable]:
        if variables is None:
            if not self.built:
                raise ValueError(
                    f"{self.name}: got gradients without weights, expected "
                    "both. Pass the weights, or call optimizer.build(weights) first."
                )
            variables = self._trainable
        variables = list(variables)
        if len(variables) != len(grads):
            raise ValueError(
                f"{self.name}: got {len(grads)} gradients for {len(variables)} "
                "weights, expected one for each."
            )
        admit(self, variables)
        for g, v in zip(grads, variables, strict=True):
            if g is not None and tuple(np.shape(g) if not isinstance(g, Symbol) else g.dims) != (
                v.dims
            ):
                raise ValueError(
                    f"{self.name}: got a gradient of shape {g.shape} for {v.path}, "
                    f"expected {v.dims}."
                )
        return variables

    def _record(self, grads: list, variables: list[Variable]) -> None:
        require_trace().optimizers[id(self)] = self
        record(self, grads, variables)

    def averages(self) -> list[tuple[Variable, Variable]]:
        """Return the moving averages of the weights.

        Returns:
            Pairs of weight and average; an empty list without ``use_ema``.
        """
        return [(v, self.slot("average", v)) for v in self._trainable] if self.use_ema else []

    def finalize_variable_values(self, var_list: Sequence[Variable]) -> None:
        """Replace weights by their moving averages, at the end of training, if ``use_ema``.

        Args:
            var_list: the weights.
        """
        if self.use_ema:
            for variable in var_list:
                variable.assign(self.slot("average", variable).value)

    # Weight decay

    def decay_of(self, variable: State) -> float | None:
        """Return the weight decay of a weight.

        Args:
            variable: the weight, or a `Pack` of weights with the same decay.

        Returns:
            Factor per update, before the learning rate, float; None for none.
        """
        return self.weight_decay if self._decays(variable) else None

    def exclude_from_weight_decay(
        self, var_list: Sequence[Variable] | None = None, var_names: Sequence[str] | None = None
    ) -> None:
        """Exclude weights from weight decay.

        Args:
            var_list: the weights, or None.
            var_names: regular expressions; weights in whose name one is found are excluded.

        Raises:
            ValueError: if the optimizer is built already.
        """
        if self.built:
            raise ValueError(
                "exclude_from_weight_decay: the optimizer is built already. Call it "
                "before the first update."
            )
        self._no_decay = (set(var_list or ()), "|".join(var_names or ()) or None)

    def _decays(self, variable: State) -> bool:
        if isinstance(variable, Pack):
            variable = variable.members[0]  # all members of a pack have the same decay
        listed, pattern = self._no_decay
        return not (variable in listed or (pattern and re.search(pattern, variable.name)))

    # Saving

    def get_weights(self) -> list[np.ndarray]:
        """Return the values of `variables`.

        Returns:
            List of NumPy arrays, copies.
        """
        return [v.numpy() for v in self.variables]

    def set_weights(self, weights: Iterable[Any]) -> None:
        """Set the values of `variables`: all, or none if there is an error.

        Args:
            weights: list of arrays, as from `get_weights`.

        Raises:
            ValueError: if the number or a shape of the arrays differs.
        """
        values, variables = [np.asarray(w) for w in weights], self.variables
        if len(values) != len(variables):
            raise ValueError(
                f"{self.name}.set_weights: got {len(values)} arrays, expected "
                f"{len(variables)}. Call build(weights) first if it is a new one."
            )
        for variable, value in zip(variables, values, strict=True):
            if variable.dims != value.shape:
                raise ValueError(
                    f"{variable.path}: got shape {value.shape}, expected {variable.dims}."
                )
        for variable, value in zip(variables, values, strict=True):
            variable.assign(value)

    def get_config(self) -> dict[str, Any]:
        config = {n: encode(getattr(self, n)) for n in self.__fields__ if n != "learning_rate"}
        rate = self._rate
        rate = float(rate.numpy()) if isinstance(rate, State) else encode(rate)
        return {"name": config.pop("name"), "learning_rate": rate, **config}
