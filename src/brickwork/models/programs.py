"""The programs of a model: a training step, a test step, a prediction, its metrics' results.

Each is traced from the layers, the loss, the metrics and the optimizer when it is first needed,
and planned once for each kind of data.
"""

from __future__ import annotations

import numpy as np

from ..data import target_dtype
from ..program import BATCH, Dim, Program, Symbol, gradients, standard, trace_function
from ..program.dims import size
from ..program.primitives.elementwise import cast
from ..program.primitives.layout import extent
from ..program.trace import current_trace

#: Steps shorter than this are left to one thread: handing rows to another costs as much.
SHARE_FROM_MICROSECONDS = 20.0


class Programs:
    """Traces and plans what a model is asked to do.

    Args:
        model: whose `call` is traced.
        compiled: its `Compiled`, or None while it can only predict.
    """

    def __init__(self, model, compiled=None):
        from ..engines import native

        self.native = native
        self.model = model
        self.compiled = compiled
        self.gate = native.Gate()
        self.made: dict[tuple, object] = {}
        self.costs: dict[tuple, tuple[int, float]] = {}
        self.portions: dict[int, int | None] = {}

    def prediction(self, signatures, batch: int = 1):
        """The model's outputs for inputs of these ``(dims, dtype)``."""
        return self._made(("predict", tuple(signatures)), batch,
                          lambda: (self._trace_prediction(signatures), None))

    def portion(self, program: Program) -> int | None:
        """How many rows at a time suit the caches; None where rows depend on one another."""
        known = id(program)  # programs live as long as this object
        if known not in self.portions:
            self.portions[known] = portion(program) if rowwise(program) else None
        return self.portions[known]

    def step(self, signatures, batch: int, training: bool, guarded: bool = True,
             whole: int | None = None):
        """One step of training or testing; its output is the loss.

        Args:
            signatures: three tuples, of the inputs, the targets and the weights: each
                ``(dims, dtype)``.
            guarded: whether a loss that is not finite leaves everything as it was.
            whole: rows of a full batch, to whose part the gradient of one with fewer is scaled.
        """
        trainable = tuple(id(v) for v in self.model.trainable_variables) if training else ()
        key = ("train" if training else "test", signatures, guarded, trainable, whole)

        def make():
            program = self._trace_step(*signatures, training, whole)
            return program, program.outputs[0] if training and guarded else None

        return self._made(key, batch, make)

    def begin(self):
        """Sets every metric back to its beginning."""
        return self._made(("begin", len(self.compiled.trackers)), 1, lambda: (
            self._trace_state(lambda: [t.reset_state() for t in self.compiled.trackers] and None),
            None))

    def end(self):
        """The results of all metrics."""
        return self._made(("end", len(self.compiled.trackers)), 1, lambda: (
            self._trace_state(lambda: [cast_to_double(t.result())
                                       for t in self.compiled.trackers]), None))

    def _made(self, key: tuple, batch: int, make):
        """The executable for a key, with as many threads as pay at this batch size."""
        program, guard = self.made.get(key) or self.made.setdefault(key, make())
        threads = self.native.cores()
        if threads > 1 and self._cost(key, program, batch) < SHARE_FROM_MICROSECONDS:
            threads = 1
        planned = self.made.get((*key, threads))
        if planned is None:
            planned = self.native.Executable(program, guard, threads, self.gate)
            self.made[(*key, threads)] = planned
        return planned

    def _cost(self, key: tuple, program, batch: int) -> float:
        """About how many microseconds a run takes; kept for batches of one size after another."""
        known = self.costs.get(key)
        if known is None or known[0] != batch:
            known = self.costs[key] = (batch, microseconds(program, batch))
        return known[1]

    # Tracing

    def _trace_prediction(self, signatures) -> Program:
        return trace_function(lambda *xs: self.model(_one_or_all(xs), training=False),
                              signatures, training=False)

    def _trace_state(self, function) -> Program:
        return trace_function(function, [])

    def _trace_step(self, x, y, weights, training: bool, whole) -> Program:
        model, compiled = self.model, self.compiled
        n_x, n_y = len(x), len(y)

        def step(*values):
            xs, ys, weight = values[:n_x], values[n_x:n_x + n_y], values[n_x + n_y:]
            y_pred = model(_one_or_all(xs), training=training)
            y_true = _one_or_all(ys) if ys else None
            weight = weight[0] if weight else None
            trace = current_trace()
            total = self._loss(trace, xs[0], y_true, y_pred, weight)
            if training:
                with trace.inside("optimizer"):
                    variables = model.trainable_variables
                    reads = [v.value for v in variables]
                    if not compiled.optimizer.built:  # a user's build makes new slots each time
                        compiled.optimizer.build(variables)
                judged = total
                if whole is not None:
                    judged = total * (extent(xs[0].dims[:1], total.dtype) / whole)
                slopes = gradients(compiled.optimizer.scale_loss(judged), reads)
                with trace.inside("optimizer"):
                    pairs = [(g, v) for g, v in zip(slopes, variables, strict=True)
                             if g is not None]
                    compiled.optimizer.apply([g for g, _ in pairs], [v for _, v in pairs])
            return total

        return trace_function(step, [*x, *y, *weights], training=training)

    def objective(self, trace, y_true, y_pred, weight=None) -> Symbol:
        """What training makes small: the loss, with what layers and weights add to it."""
        compiled = self.compiled
        with trace.inside("loss"):
            parts = []
            if compiled.loss is not None and y_true is not None:
                loss = compiled.loss(y_true, y_pred, sample_weight=weight)
                parts.append(loss if compiled.loss_weight is None else loss * compiled.loss_weight)
            parts += trace.losses
            parts += [v.regularizer(v.value) for v in self.model.trainable_variables
                      if v.regularizer is not None]
            if not parts:
                raise ValueError("fit: the model has no loss. Give compile a loss, or add one in "
                                 "a layer by add_loss.")
            total = parts[0]
            for part in parts[1:]:
                total = total + part
        return total

    def _loss(self, trace, x, y_true, y_pred, weight) -> Symbol:
        """The objective; the metrics are updated on the way."""
        compiled = self.compiled
        total = self.objective(trace, y_true, y_pred, weight)
        with trace.inside("metrics"):
            if y_true is not None:
                compiled.resolve(y_true, y_pred)
            compiled.loss_tracker.update_state(total, sample_weight=extent(x.dims[:1],
                                                                           total.dtype))
            for metric in compiled.metrics:
                metric.update_state(y_true, y_pred)
            for metric in compiled.weighted_metrics:
                metric.update_state(y_true, y_pred, sample_weight=weight)
        return total


def _one_or_all(values):
    return values[0] if len(values) == 1 else list(values)


def cast_to_double(value):
    return cast(value, "float64")


def signatures_of(arrays, expects) -> tuple[tuple, tuple, tuple]:
    """``(dims, dtype)`` of the inputs, targets and weights of `data.Arrays`.

    Inputs have the model's dtype; targets see `data.target_dtype`.
    """
    xs = tuple(_signature(a, port.dtype) for a, port in zip(arrays.x, expects.inputs, strict=True))
    ys, weights = [], []
    for i, y in enumerate(arrays.y):
        dtype = expects.outputs[i].dtype
        if y is not None:
            ys.append(_signature(y, target_dtype(y, expects.loss(i), dtype)))
        if arrays.weight[i] is not None:
            weights.append(_signature(arrays.weight[i], dtype))
    return xs, tuple(ys), tuple(weights)


def _signature(array, dtype) -> tuple:
    return (BATCH, *array.shape[1:]), standard(dtype)


def feeds_of(arrays) -> list:
    """The arrays in the order of the signatures."""
    present = [a for group in (arrays.x, arrays.y, arrays.weight) for a in group]
    return [a for a in present if a is not None]


def ran(step, batch) -> bool:
    """Run a step on a batch; False where its loss is not finite, and nothing was done then."""
    try:
        step.run(feeds_of(batch))
    except FloatingPointError:
        return False
    return True


def microseconds(program: Program, batch: int) -> float:
    """About how long one thread takes for a program: 100 flops and three values a nanosecond."""
    nanoseconds = 0.0
    for symbol in program.order():
        if symbol.op in ("input", "const", "read", "reshape"):
            continue
        elements = _at(symbol.dims, batch)
        if symbol.op == "matmul":
            inner = symbol.inputs[0].dims[0 if symbol.attrs["ta"] else -1]
            nanoseconds += 2 * elements * _at((inner,), batch) / 100
        else:
            nanoseconds += elements / 3
    return nanoseconds / 1000


def _at(dims, batch: int) -> float:
    count = 1.0
    for d in dims:
        count *= d.at(batch) if isinstance(d, Dim) else d
    return count


def portion(program: Program) -> int:
    """Rows whose values, as far as the batch goes, take about half a megabyte."""
    row = sum(_at(s.dims[1:], 1) * np.dtype(s.dtype).itemsize for s in program.order()
              if s.dims and s.dims[0] == BATCH and s.op != "reshape")
    return min(1024, max(128, 128 * int(2**19 / max(row, 1) / 128)))


def rowwise(program: Program) -> bool:
    """Whether every row of the outputs depends on the same row of the inputs alone, so that
    rows may be given in portions of any size."""
    grows = set()
    for symbol in program.order():
        if symbol.op == "input":
            grows.add(id(symbol))
            continue
        sources = [s for s in symbol.inputs if id(s) in grows]
        if not sources:
            if any(isinstance(d, Dim) for d in symbol.dims) or symbol.op == "extent":
                return False
            continue
        if not _keeps_rows(symbol, sources):
            return False
        grows.add(id(symbol))
    return not program.writes


def _keeps_rows(symbol: Symbol, sources) -> bool:
    leads = symbol.dims and symbol.dims[0] == BATCH and all(
        s.dims and s.dims[0] == BATCH for s in sources)
    if symbol.op == "reshape":
        return leads and size(symbol.dims[1:]) == size(sources[0].dims[1:])
    attrs = symbol.attrs
    axes = attrs.get("axes", (attrs.get("axis", -1),))
    across = symbol.op in ("reduce_sum", "reduce_max", "reduce_min", "reduce_prod", "argmax",
                           "argmin", "cumsum", "concat", "slice", "unslice") and 0 in axes
    moved = symbol.op == "transpose" and axes[0] != 0
    turned = symbol.op == "matmul" and (attrs["ta"] or any(s is symbol.inputs[1] for s in sources))
    return bool(leads) and not (across or moved or turned)


__all__ = ["Programs", "feeds_of", "microseconds", "ran", "signatures_of"]
