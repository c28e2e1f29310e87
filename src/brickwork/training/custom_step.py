"""Programs of a model whose class defines ``train_step`` or ``test_step``.

The method is called once on symbols, like everything else that is traced, and so becomes a program
that the engine runs for whole epochs. What it returns are the logs: each is kept in a variable, and
the last batch's are those of the epoch, as in Keras; results of metrics are means over the epoch.
"""

from __future__ import annotations

from inspect import signature
from math import prod
from typing import Any

import numpy as np

from ..errors import ArgumentError, shown
from ..program import Program, State, Symbol, Variable, as_symbol, is_float, trace_function
from ..program.jax_calls import recorded_call
from ..program.primitives.elementwise import cast
from ..program.trace import current_trace, suspended
from ..tree import flatten as leaves
from .metric_results import Results
from .not_finite import guarded_loss
from .programs import Programs, reread_logs

#: What the state of a step in JAX's manner is made of, as in Keras; of a test step without the
#: optimizer's.
STATE = (
    "trainable_variables",
    "non_trainable_variables",
    "optimizer_variables",
    "metrics_variables",
)
TESTED = tuple(name for name in STATE if name != "optimizer_variables")


class CustomStepPrograms(Programs):
    """Traces and plans the programs of a model with a step of its own; see `Programs`."""

    def __init__(self, model, compiled=None, flags: tuple[bool, ...] = ()):
        super().__init__(model, compiled, flags)
        #: The logs of training steps and of test steps: symbols that are computed from state that
        #: the step has written, and the variables that hold the others.
        self.step_logs: dict[bool, dict[str, Symbol | Variable]] = {True: {}, False: {}}
        self.step_writes: dict[bool, dict] = {True: {}, False: {}}
        #: The optimizers that the step applies, and their editions, by identity.
        self.used: dict[int, tuple] = {}

    def _trackers(self):
        return self.model.metrics

    def end(self, training: bool = True):
        """The plan of the logs of the last step."""

        logs, writes = self.step_logs[training], self.step_writes[training]

        def values():
            computed = {name: log for name, log in logs.items() if isinstance(log, Symbol)}
            found = dict(zip(computed, reread_logs(computed, writes), strict=True))
            return [
                cast(found[name] if name in found else log.value, "float64")
                for name, log in logs.items()
            ]

        return self._plan_for(
            ("end", training, *((name, id(log)) for name, log in logs.items())),
            1,
            lambda: (self._trace_state(values), None),
        )

    def names(self, training: bool = True) -> list[str]:
        """The names of the logs."""
        return list(self.step_logs[training])

    def results(self, training: bool = True, end: Any = None) -> Results:
        """The converter of `end`'s values to logs; available after a step was traced."""
        logs = self.step_logs[training]
        return Results(list(logs), [log.dims for log in logs.values()])

    @property
    def params(self) -> int:
        """The number of elements of the weights that exist so far."""
        return sum(prod(v.dims) for v in self.model.weights)

    def step(self, signatures, batch, training, guarded=True, whole=None, careful=False):
        if whole is not None:
            raise ArgumentError(
                "fit.last_batch",
                "got 'scale' for a model with a train_step of its own, expected 'keep' or 'drop'.",
            )
        if any(optimizer.edition != known for optimizer, known in self.used.values()):
            self.kept.forget("train")
            self.kept.forget("test")
            self.used = {}
        planned = super().step(signatures, batch, training, guarded, None, careful)
        for optimizer, _ in self.used.values():  # building one has changed it
            self.used[id(optimizer)] = optimizer, optimizer.edition
        return planned

    def loss_and_gradients(self, signatures) -> Program:
        """The program of a batch's loss, and of the gradients that the step applies."""
        x, nests, _ = signatures

        def function(*values):
            total = self._logs_of(nests[0], values, True)[1]
            return [total, *current_trace().applied]

        program = trace_function(function, x)
        return Program(program.inputs, program.outputs)

    def _trace_step(self, x, nests, _, training: bool, whole, careful) -> Program:
        def step(*values):
            logs, total = self._logs_of(nests[0], values, training)
            trace = current_trace()
            kept = self.step_logs[training]
            writes = self.step_writes[training] = dict(trace.writes)
            made: dict[str, Symbol | Variable] = {}
            for name, value in logs.items():
                made[name] = value
                if not from_state(value, writes):
                    held = kept.get(name)
                    fits = isinstance(held, Variable) and held.dims == value.dims
                    made[name] = held if fits else _variable(name, value)
                    made[name].assign(value)
            self.step_logs[training] = made
            self.used |= {i: (o, o.edition) for i, o in trace.optimizers.items()}
            unknown = careful or total.op == "const"
            weights = self.model.weights
            if not (unknown and training):
                return total
            return guarded_loss(total, trace, weights, self.engine.REPEATS)

        return trace_function(step, x)

    def _logs_of(self, nest, values, training: bool) -> tuple[dict[str, Symbol], Symbol]:
        """The logs that the model's method returns; and the loss among them, which must be finite
        (0 if there is none)."""
        method = self.model.train_step if training else self.model.test_step
        data = nest.filled(iter(values))
        if takes_state(method):
            returned = self._stateless_logs(method, data, training)
        else:
            returned = method(data)
        logs = self._flat(returned, method.__qualname__)
        loss = logs.get("loss")
        if loss is None or loss.dims or not is_float(loss.dtype):
            loss = as_symbol(0.0)
        return logs, loss

    def _stateless_logs(self, method: Any, data: Any, training: bool) -> Any:
        """The logs of a step in JAX's manner: it gets the values of all variables, and returns the
        new ones."""
        model, trace = self.model, current_trace()
        self._resolve(data)
        groups = [model.trainable_variables, model.non_trainable_variables, model.metrics_variables]
        if training:
            self.compiled.optimizer.build(model.trainable_variables)
            groups.insert(2, self.compiled.optimizer.variables)
            trace.optimizers[id(self.compiled.optimizer)] = self.compiled.optimizer
        state = tuple([trace.read(variable) for variable in group] for group in groups)
        returned = recorded_call(method, state, data)
        if not (isinstance(returned, tuple) and len(returned) == 2):
            raise ArgumentError(
                method.__qualname__,
                f"got {shown(returned)} as what it returns, expected (logs, state).",
            )
        logs, new = returned
        for what, group, values in zip(STATE if training else TESTED, groups, new, strict=True):
            if len(values) != len(group):
                raise ArgumentError(
                    method.__qualname__,
                    f"got {len(values)} {what} in the state that it returns, expected "
                    f"{len(group)}.",
                )
            for variable, value in zip(group, values, strict=True):
                variable.assign(value)
        return logs

    def _resolve(self, data: Any) -> None:
        """Build the model, and make the metrics of `compile`: what is part of the state."""
        compiled = self.compiled
        wanted = not compiled.resolved and any(compiled.given.values())
        if self.model.built and not wanted:
            return
        x, y = (*data, None)[:2] if isinstance(data, tuple) else (data, None)
        trace: Any = current_trace()
        before = trace.snapshot()
        outputs = leaves(self.model(x, training=False))
        self.model._expectation()  # settles which metric belongs to which output
        trace.restore(before)
        if wanted and y is not None:
            compiled.resolve(leaves(y), outputs)

    def _flat(self, returned: Any, method: str) -> dict[str, Symbol]:
        """What a step returned as scalars by name; dicts inside are merged."""
        if isinstance(returned, Symbol):
            returned = {"loss": returned}
        if not isinstance(returned, dict):
            raise ArgumentError(
                method,
                f"got {shown(returned)} as what it returns, expected a dict of names and values, "
                "such as {'loss': loss}.",
            )
        logs: dict[str, Symbol] = {}
        for name, value in returned.items():
            if isinstance(value, dict):
                logs |= self._flat(value, method)
                continue
            symbol = as_symbol(value)
            if any(not isinstance(d, int) for d in symbol.dims):
                raise ArgumentError(
                    method,
                    f"got {name!r} of shape {symbol.shape}, a value for each row, among what it "
                    "returns; expected scalars, such as ops.mean(value).",
                )
            logs[str(name)] = symbol
        return logs


def takes_state(method: Any) -> bool:
    """Whether a step is written in JAX's manner, ``(state, data)``."""
    return len(signature(method).parameters) == 2


def from_state(log: Symbol, writes: dict) -> bool:
    """Whether a log can be computed after a step, from state as it is then: the result of a metric,
    for instance. What a step read of state that it has changed is no more."""
    written = {id(symbol) for symbol in writes.values()}
    changed = {id(part) for state in writes for part in getattr(state, "members", (state,))}
    stack, seen = [log], set()
    while stack:
        symbol = stack.pop()
        if id(symbol) in seen or id(symbol) in written:
            continue
        seen.add(id(symbol))
        if symbol.op == "input" or (symbol.op == "read" and id(symbol.attrs["state"]) in changed):
            return False
        stack.extend(symbol.inputs)
    return True


def _variable(name: str, value: Symbol) -> State:
    with suspended():
        return Variable(
            np.zeros(value.dims, value.dtype),
            dtype=value.dtype,
            trainable=False,
            name=f"log_{name}",
        )
