"""The programs of a model: a training step, a test step, a prediction, its metrics' results.

Each is traced from the layers, the loss, the metrics and the optimizer when it is first needed,
and planned once for each signature of the data.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from functools import cached_property
from inspect import signature
from time import perf_counter
from typing import Any

import numpy as np

from .. import ops
from ..data import check_target_shape
from ..engines.choice import Choice, chosen, engine_of, has_plugin, listeners, needed
from ..engines.threads import cores
from ..layers.calling import forget_programs, leaves, mapped
from ..optimizers.more_weights import admit
from ..program import (
    Program,
    State,
    Symbol,
    Variable,
    apply,
    as_symbol,
    gradients,
    trace_function,
)
from ..program.jax_calls import or_in_jax
from ..program.masks import mask_of
from ..program.primitives.elementwise import cast
from ..program.primitives.layout import extent
from ..program.records import replaced
from ..program.trace import current_trace
from .feeding import feeds_of
from .kept_programs import KeptPrograms
from .metric_ranks import targets_for
from .metric_results import Results
from .missing_values import missing_value_support
from .not_finite import guarded_loss
from .row_shares import SHARE_FROM_MICROSECONDS, estimated_microseconds, rows_per_portion, rowwise

listeners.append(forget_programs)
#: The number of programs of which the size of a portion is kept.
PORTIONS = 256


class Programs:
    """Traces and plans the programs of a model.

    Args:
        model: the model whose `call` is traced.
        compiled: its `Compiled`, or None if it can only predict.
        flags: `trainable` of the model's layers, in the order of `family`.
    """

    def __init__(self, model, compiled=None, flags: tuple[bool, ...] = ()):
        self.choice = chosen(compiled.engine if compiled else None)
        self.engine = engine_of(self.choice)
        self.undecided = self.choice.name == "auto"  # nobody has chosen
        self.measured: dict[int, Choice | None] = {}  # by batch size
        self.model = model
        self.compiled = compiled
        self.flags = flags
        if compiled is not None:
            compiled.own = own_metrics(model)
        self.gate = self.engine.Gate()
        self.kept = KeptPrograms(model.name)
        self.edition: Any = None  # of the optimizer when they were traced
        self.logs: dict[str, Symbol] = {}  # what an overridden compute_metrics adds
        self.written: dict = {}
        self._ready_at: int | None = None  # `engine.moves` when all plans were bound
        self._results: tuple[Any, Results] | None = None
        self.copies: dict[State, Variable] = {}  # see `begin`
        self.known: dict[tuple, Any] = {}  # see `known_steps.py`
        #: By the program's id, with the program, so that the id stays its own. No weak dict: a
        #: Ctrl-C during its callbacks would be lost.
        self.portion_sizes: dict[int, tuple[Program, int | None]] = {}

    @cached_property
    def params(self) -> int:
        """The model's parameter count."""
        return self.model.count_params()

    @cached_property
    def expectation(self):
        """What data must be like, computed once."""
        return self.model._expected(self.compiled, *missing_value_support(self.model))

    def prediction(self, signatures, batch: int = 1):
        """The plan of the model's outputs for inputs of these ``(dims, dtype)``."""
        return self._plan_for(
            ("predict", tuple(signatures)),
            batch,
            lambda: (self._trace_prediction(signatures), None),
        )

    def masks(self, signatures, batch: int):
        """The plan of the outputs' masks; its program returns None for an output without one."""

        def output_masks(*xs):
            masks = [mask_of(y) for y in leaves(self.model._run_engine_part(xs, training=False))]
            return [None if mask is None else cast(mask, "float32") for mask in masks]

        return self._plan_for(
            ("masks", signatures),
            batch,
            lambda: (trace_function(output_masks, signatures, training=False), None),
        )

    def rows_per_portion(self, program: Program) -> int | None:
        """The number of rows per portion that suits the caches; None if rows depend on each
        other."""
        if id(program) not in self.portion_sizes:
            if len(self.portion_sizes) >= PORTIONS:
                self.portion_sizes.clear()
            size = rows_per_portion(program) if rowwise(program) else None
            self.portion_sizes[id(program)] = program, size
        return self.portion_sizes[id(program)][1]

    def step(
        self,
        signatures,
        batch: int,
        training: bool,
        guarded: bool = True,
        whole: int | None = None,
        careful: bool = False,
    ):
        """The plan of a training or test step; its output is the loss.

        Args:
            signatures: three tuples of ``(dims, dtype)``: of the inputs, the targets and the
                sample weights.
            batch: rows of the batch.
            training: whether it is a training step.
            guarded: whether a loss that is not finite leaves the state unchanged.
            careful: whether gradients and new weights that are not finite do so too.
            whole: rows of a full batch; the gradient is scaled by the batch's fraction of it.
        """
        return self._plan_for(*self._of_step(signatures, batch, training, guarded, whole, careful))

    def step_program(self, signatures, training: bool, whole: int | None = None) -> Program:
        """The program of a step without a plan for one model; arguments as for `step`."""
        key, _, make = self._of_step(signatures, 1, training, True, whole, False)
        return self.kept.find(key, make).program

    def settle_engine(self, signatures, batch: int, rows: Callable[[], Any]) -> None:
        """Find out which engine trains on data of these signatures, before anything is planned.

        Args:
            signatures: as for `step`.
            batch: rows of a batch.
            rows: returns a batch, to measure engines where there is a GPU.
        """
        measures = self.undecided and has_plugin()
        if not (measures or (self.choice.name == "auto" and "jax" in sys.modules)):
            return
        step = self.step_program(signatures, training=True)
        self._settle(step)
        if not measures or step.calls_jax:
            return
        if batch not in self.measured:
            from ..engines.measured import faster

            program = self.loss_and_gradients(signatures)
            estimate = estimated_microseconds(step, batch)
            self.measured[batch] = faster(program, lambda: feeds_of(rows()), estimate)
        self._run_by(self.measured[batch] or self.choice)

    def _of_step(self, signatures, batch: int, training: bool, guarded, whole, careful) -> tuple:
        """The arguments of `_plan_for` for a step."""
        trainable = tuple(map(id, self.model.trainable_variables)) if training else ()
        key = ("train" if training else "test", signatures, guarded, trainable, whole, careful)
        if training and self.edition != self.compiled.optimizer.edition:
            self.kept.forget("train")

        def make():
            program = self._trace_step(*signatures, training, whole, careful)
            if training:  # it contains the optimizer's arguments as of the trace
                self.edition = self.compiled.optimizer.edition
            return program, program.outputs[-1] if training and guarded else None

        return key, batch, make

    def loss_and_gradients(self, signatures) -> Program:
        """The program of a batch's loss, and of its gradient for each weight that has one.

        Args:
            signatures: as for `step`.
        """

        def function(*values):
            total = self._objective_of(values, *signatures, training=True)[0]
            reads = [v.value for v in self.model.trainable_variables]
            return [total, *(g for g in gradients(total, reads) if g is not None)]

        program = self._traced(function, *signatures, training=True)
        return Program(program.inputs, program.outputs)

    def begin(self, training: bool = True, copied: Sequence[State] = ()):
        """The plan that resets every metric; and before that copies states, to `copies`."""

        def begin():
            for state in copied:
                self.copies[state].assign(state)
            for tracker in self._trackers():
                tracker.reset_state()

        def make():
            for state in copied:
                if state not in self.copies:
                    self.copies[state] = Variable(
                        np.zeros(state.dims), dtype=state.dtype, trainable=False, name="copy"
                    )
            return self._trace_state(begin), None

        key = ("begin", len(self._trackers()), *copied)
        return self._plan_for(key, 1, make)

    def _trackers(self) -> Sequence[Any]:
        """What is reset when an epoch begins."""
        return self.compiled.trackers

    def end(self, training: bool = True):
        """The plan of all metrics' results, and of what an overridden `compute_metrics` adds."""

        def results():
            known = self.compiled.results().values()
            return [cast(r, "float64") for r in [*known, *reread_logs(self.logs, self.written)]]

        return self._plan_for(
            ("end", tuple(self.compiled.names())), 1, lambda: (self._trace_state(results), None)
        )

    def names(self, training: bool = True) -> list[str]:
        """The names of the logs; available after a step was traced."""
        return self.compiled.log_names()

    def results(self, training: bool = True, end: Any = None) -> Results:
        """The converter of the values of `end` to logs; available after a step was traced."""
        end = self.end() if end is None else end
        if self._results is None or self._results[0] is not end:
            dims = [s.dims for s in end.program.outputs]
            self._results = end, Results(self.compiled.log_names(), dims)
        return self._results[1]

    def ready(self) -> None:
        """Bind plans again that a training of another model with shared weights made stale."""
        now = self.engine.moves
        if self._ready_at != now:
            for planned in self.kept.executables():
                planned.ready()
            self._ready_at = now  # binding one may have moved the variables of another

    def _plan_for(self, key: tuple, batch: int, make):
        """The executable for a key, with as many threads as pay at this batch size."""
        began = perf_counter()
        entry = self.kept.find(key, make)
        if entry.cost is None or entry.cost[0] != batch:
            entry.cost = (batch, estimated_microseconds(entry.program, batch))
        if not entry.executables:
            self._settle(entry.program)
        threads = 1 if entry.cost[1] < SHARE_FROM_MICROSECONDS else cores()
        planned = entry.executables.get(threads)
        if planned is None:
            planned = self.engine.Executable(entry.program, entry.guard, threads, self.gate)
            entry.executables[threads] = planned
            entry.nbytes += planned.nbytes(batch)
            self.kept.made(perf_counter() - began)
        return planned.ready()

    def _settle(self, program: Program) -> None:
        """Have another engine from now on, if a program needs it."""
        self._run_by(needed(program, self.choice, self.model.name))

    def _run_by(self, choice: Choice) -> None:
        if choice != self.choice:
            self.choice, self.engine = choice, engine_of(choice)
            self.gate = self.engine.Gate()
            for entry in self.kept.entries.values():
                entry.executables.clear()

    # Tracing

    def _trace_prediction(self, signatures) -> Program:
        model = self.model

        def outputs(*xs):
            if type(model).predict_step is not type(model)._predict_step:
                return model.predict_step(model._call_argument(xs))
            return model._run_engine_part(xs, training=False)

        return trace_function(outputs, signatures, training=False)

    def _trace_state(self, function) -> Program:
        return trace_function(function, [])

    def _trace_step(self, x, y, weights, training: bool, whole, careful) -> Program:
        model, compiled = self.model, self.compiled

        def step(*values):
            total, xs = self._objective_of(values, x, y, weights, training)
            if not training:
                return total
            if total.ndim:
                raise ValueError(
                    f"fit: got a loss of shape {total.dims}, expected a scalar. A "
                    "loss with reduction=None is for direct calls: leave reduction "
                    "out, or return a mean from compute_loss."
                )
            trace = current_trace()
            with trace.inside("optimizer"):
                variables = model.trainable_variables
                reads = [v.value for v in variables]
                admit(compiled.optimizer, variables)  # another model may have built it
            minimized = total
            if whole is not None:
                minimized = total * (extent(xs[0].dims[:1], total.dtype) / whole)
            grads = gradients(compiled.optimizer.scale_loss(minimized), reads)
            with trace.inside("optimizer"):
                pairs = [(g, v) for g, v in zip(grads, variables, strict=True) if g is not None]
                compiled.optimizer.apply([g for g, _ in pairs], [v for _, v in pairs])
            if not careful:
                return total
            return total, guarded_loss(total, trace, model.weights, self.engine.REPEATS)

        return self._traced(step, x, y, weights, training)

    def _traced(self, function, x, y, weights, training: bool) -> Program:
        return trace_function(
            function,
            [s for group in (x, y, weights) for s in group if s is not None],
            training=training,
        )

    def _objective_of(self, values, x, y, weights, training: bool) -> tuple[Symbol, list]:
        """The objective for inputs, targets and sample weights; and the inputs."""
        given = iter(values)
        xs, y_true, weight = (
            [None if s is None else next(given) for s in group] for group in (x, y, weights)
        )
        y_pred = self.model._run_engine_part(xs, training=training)
        return self._loss(current_trace(), xs, y_true, y_pred, weight, training), xs

    def objective(self, y_true: list, y_pred: list, weight: list):
        """Return the value that training minimizes, and update the trackers of the outputs' losses.

        It is the sum of the outputs' losses, of losses that layers add, and of the penalties on
        weights.

        Args:
            y_true, y_pred, weight: lists with a tensor for each output, or None.
        """
        model, trace = self.model, current_trace()
        with inside(trace, "loss"):
            parts = self.losses_of(y_true, y_pred, weight)
            if trace is None:
                parts += model.losses
            else:
                parts += trace.losses
                parts += [
                    or_in_jax(v.regularizer, v.value)
                    for v in model.trainable_variables
                    if v.regularizer is not None
                ]
            if not parts:
                raise ValueError(
                    "fit: the model has no loss. Give compile a loss, or add one in "
                    "a layer by add_loss."
                )
            total = parts[0]
            for part in parts[1:]:
                total = total + part
        return total

    def losses_of(self, y_true: list, y_pred: list, weight: list) -> list:
        """Return the loss of each output that has one, times its loss weight; arguments as for
        `objective`."""
        compiled, trace, parts, places = self.compiled, current_trace(), [], {}
        several = len(compiled.losses) > 1
        targets, outputs, weights = (
            _like_outputs(compiled.nest, values) for values in (y_true, y_pred, weight)
        )
        for part in compiled.loss_parts:
            y, p = part.of(targets), part.of(outputs)
            if any(value is None for value in leaves(y)):
                continue
            self._check_lengths(part.loss, leaves(y), leaves(p), y_pred)
            with inside(trace, f"loss of {part.name!r}" if several else "loss"):
                value = part.loss(y, p, sample_weight=leaves(part.of(weights))[0])
            parts.append(value if part.weight is None else value * part.weight)
            places[part.path] = places[part.path] + value if part.path in places else value
        for path, tracker in compiled.loss_trackers.items():
            if path in places:
                with inside(trace, "metrics"):
                    rows = ops.shape(y_pred[0])[0]
                    tracker.update_state(places[path], sample_weight=rows)
        return parts

    def _check_lengths(self, loss, targets: list, outputs: list, y_pred: list) -> None:
        """Check targets against outputs whose shape was not known before now."""
        ports = {id(p): port for p, port in zip(y_pred, self.expectation.outputs, strict=False)}
        for target, output in zip(targets, outputs, strict=False):
            port = ports.get(id(output))
            if port is not None and None in (port.shape or ()):
                known = replaced(port, shape=tuple(output.shape[1:]))
                check_target_shape(target, known, loss, "y")

    def update_metrics(self, y_true: list, y_pred: list, weight: list) -> None:
        """Update the metrics of compile; arguments as for `objective`."""
        compiled = self.compiled
        compiled.resolve(y_true, y_pred)
        with inside(current_trace(), "metrics"):
            for y, p, w, plain, weighted in zip(
                y_true, y_pred, weight, compiled.metrics, compiled.weighted_metrics, strict=True
            ):
                for metric in plain:
                    metric.update_state(targets_for(metric, y, p), p)
                for metric in weighted:
                    metric.update_state(targets_for(metric, y, p), p, sample_weight=w)

    def _loss(self, trace, xs: list, y_true: list, y_pred, weight: list, training: bool) -> Symbol:
        """Return the objective and update the metrics; calls overrides of `compute_loss` and
        `compute_metrics`."""
        model, compiled, flat = self.model, self.compiled, leaves(y_pred)
        compiled.own = own_metrics(model)  # with those that calls of layers have created
        given = {
            "x": model._loss_inputs(xs),
            "y": _like_outputs(y_pred, y_true),
            "y_pred": y_pred,
            "sample_weight": None
            if not any(w is not None for w in weight)
            else _like_outputs(y_pred, weight),
        }
        if type(model).compute_loss is type(model)._compute_loss:
            total = self.objective(y_true, flat, weight)
        else:
            more = {"training": training} if takes(model.compute_loss, "training") else {}
            total = or_in_jax(model.compute_loss, **given, **more)
        with trace.inside("metrics"):
            compiled.loss_tracker.update_state(
                total, sample_weight=extent(xs[0].dims[:1], "float64")
            )
            for metric, value in trace.metric_updates:
                metric.update_state(value)
        if type(model).compute_metrics is type(model)._compute_metrics:
            self.update_metrics(y_true, flat, weight)
        else:
            with trace.inside("metrics"):
                logs = model.compute_metrics(**given)
            compiled.added = ()
            known = compiled.log_names()
            self.logs = {
                name: as_symbol(value) for name, value in logs.items() if name not in known
            }
            self.written = dict(trace.writes)
            compiled.added = tuple(self.logs)
        return total


def own_metrics(model) -> list:
    """The metrics that are attributes of the model or of its layers, each once."""
    from ..metrics import Metric

    found = {
        id(value): value
        for layer in model.family()
        for value in vars(layer).values()
        if isinstance(value, Metric)
    }
    return list(found.values())


def inside(trace, layer: str):
    """Return a context whose ops are recorded as belonging to this layer."""
    return nullcontext() if trace is None else trace.inside(layer)


def takes(function, name: str) -> bool:
    """Whether a function accepts an argument of this name."""
    parameters = signature(function).parameters
    return name in parameters or any(p.kind is p.VAR_KEYWORD for p in parameters.values())


def _like_outputs(like, values: list):
    """Values nested like the outputs."""
    remaining = iter(values)
    return mapped(lambda _: next(remaining), like)


def reread_logs(logs: dict[str, Symbol], written: dict) -> list[Symbol]:
    """Logs that a step computed from state it wrote, recomputed from that state as it is read.

    Raises:
        ValueError: for a log that depends on the batch itself.
    """
    state_of = {id(symbol): state for state, symbol in written.items()}
    known: dict[int, Symbol] = {}
    for name, log in logs.items():
        stack = [log]
        while stack:
            symbol = stack[-1]
            if id(symbol) in known:
                stack.pop()
            elif id(symbol) in state_of:
                known[id(symbol)] = as_symbol(state_of[id(symbol)])
            elif symbol.op == "input":
                raise ValueError(
                    f"compute_metrics: {name!r} is computed from a batch, expected "
                    "from the state of a metric. Update a metrics.Mean with it, and "
                    "return its result()."
                )
            elif symbol.op == "read":
                known[id(symbol)] = as_symbol(symbol.attrs["state"])
            elif symbol.op == "const":
                known[id(symbol)] = as_symbol(symbol.attrs["value"])
            elif all(id(source) in known for source in symbol.inputs):
                known[id(symbol)] = apply(
                    symbol.op, *(known[id(s)] for s in symbol.inputs), **symbol.attrs
                )
            else:
                stack.extend(s for s in symbol.inputs if id(s) not in known)
    return [known[id(log)] for log in logs.values()]
