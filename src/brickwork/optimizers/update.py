"""What one update records, in its order.

Unscale, accumulate, clip, decay, the optimizer's own rule, moving average, constraints, count. All
of it is traced into the program of a training step. Where a rule works element by element, the
weights that are treated alike are one `Pack`: the rule is recorded once and runs as one pass over
memory, however many layers there are.
"""

from __future__ import annotations

from typing import Any

from ..custom_objects import is_own
from ..program import State, Symbol, Variable, as_symbol, current_trace, floatx
from ..program.primitives.elementwise import cast, maximum, minimum, sqrt, square, where
from ..program.primitives.layout import pack
from ..program.primitives.reduce import reduce_sum


def record(optimizer, grads: list, variables: list[Variable]) -> None:
    """Record the whole update."""
    with current_trace().inside(optimizer.name):
        grads = [cast(as_symbol(g), v.dtype) for g, v in zip(grads, variables, strict=True)]
        if optimizer.loss_scale_factor is not None:
            grads = [g / optimizer.loss_scale_factor for g in grads]
        if optimizer.clipnorm and not optimizer.gradient_accumulation_steps:
            grads = [_shortened(optimizer, g) for g in grads]
        pairs = _grouped(optimizer, grads, variables)
        if optimizer.gradient_accumulation_steps:
            _accumulated(optimizer, pairs)
        else:
            _updated(optimizer, pairs)
        if optimizer.use_ema:
            # A pack of other members than those just written would read their old values.
            whole = len(variables) == len(optimizer._trainable)
            _averaged(optimizer, [v for _, v in pairs] if whole else optimizer._trainable)
        for variable in variables:
            if variable.constraint is not None:
                variable.assign(variable.constraint(variable.value))
        optimizer._steps.assign(optimizer._steps + 1)


def _grouped(optimizer, grads: list, variables: list[Variable]) -> list[tuple[Any, State]]:
    """Weights that are treated alike as one, with their gradients in the same order."""
    late_norm = optimizer.clipnorm and optimizer.gradient_accumulation_steps
    groups: dict[Any, list] = {}
    for g, v in zip(grads, variables, strict=True):
        alone = not optimizer.elementwise or late_norm or v.constraint is not None
        groups.setdefault(v if alone else (v.dtype, optimizer.decay_of(v)), []).append((g, v))
    pairs = []
    for members in groups.values():
        own_grads, own = zip(*members, strict=True)
        pairs.append(members[0] if len(own) == 1 else
                     (pack(own_grads), optimizer._pack(list(own), "weights")))
    return pairs


def _updated(optimizer, pairs) -> None:
    rate = as_symbol(optimizer.learning_rate, floatx())
    optimizer.update_shared()
    pairs = _clipped(optimizer, pairs)
    _applied(optimizer, pairs)
    for gradient, variable in pairs:
        own_rate = cast(rate, variable.dtype)
        decay = optimizer.decay_of(variable)
        if decay:
            variable.assign(variable - variable * (own_rate * decay))
        optimizer.update_step(gradient, variable, own_rate)


def _accumulated(optimizer, pairs) -> None:
    """Update with the mean of the gradients in each so-manieth step, else only add up."""
    steps = optimizer.gradient_accumulation_steps
    due = (optimizer._steps + 1) % steps == 0
    sums = [optimizer.slot("gradient_accumulator", v) for _, v in pairs]
    totals = [g + s for (g, _), s in zip(pairs, sums, strict=True)]
    _applied(optimizer, [(total, v) for total, (_, v) in zip(totals, pairs, strict=True)])
    means = [(total / steps, v) for total, (_, v) in zip(totals, pairs, strict=True)]
    only_where(due, lambda: _updated(optimizer, means))
    for total, kept in zip(totals, sums, strict=True):
        kept.assign(where(due, 0.0, total))


def _applied(optimizer, pairs) -> None:
    """Weights are lost if these gradients are not finite; a rule of the user's may know what to do
    with such."""
    if not is_own(type(optimizer)):
        current_trace().applied += [g for g, _ in pairs]


def _clipped(optimizer, pairs) -> list:
    if optimizer.clipnorm and optimizer.gradient_accumulation_steps:
        return [(_shortened(optimizer, g), v) for g, v in pairs]
    if optimizer.global_clipnorm:
        squares = [reduce_sum(square(g)) for g, _ in pairs]
        norm = sqrt(sum(squares[1:], squares[0]))
        # Infinite or NaN gradients make the scale NaN, and so are not hidden.
        scale = optimizer.global_clipnorm * minimum(1 / norm, 1 / optimizer.global_clipnorm)
        scale = scale + (norm - norm)
        return [(g * scale, v) for g, v in pairs]
    if optimizer.clipvalue:
        bound = optimizer.clipvalue
        return [(minimum(maximum(g, -bound), bound), v) for g, v in pairs]
    return pairs


def _shortened(optimizer, gradient: Symbol) -> Symbol:
    """The gradient of one weight, no longer than `clipnorm`."""
    norm = sqrt(reduce_sum(square(gradient)))
    return gradient * (optimizer.clipnorm / maximum(norm, optimizer.clipnorm))


def _averaged(optimizer, variables: list[State]) -> None:
    """Move the averages of the weights, and put them in the weights' place when it is time."""
    count = as_symbol(optimizer.iterations)
    for variable in variables:
        momentum = cast(count != 0, variable.dtype) * optimizer.ema_momentum
        average = optimizer.slot("average", variable)
        average.assign(momentum * average + (1 - momentum) * variable)
        if optimizer.ema_overwrite_frequency:
            due = (count + 1) % optimizer.ema_overwrite_frequency == 0
            variable.assign(where(due, average.value, variable.value))


def only_where(due, change) -> None:
    """Have `change()` record changes of state, which are then made where `due` is true only."""
    trace = current_trace()
    earlier, applied = dict(trace.writes), len(trace.applied)
    change()
    del trace.applied[applied:]
    for state, new in list(trace.writes.items()):
        if earlier.get(state) is not new:
            old = earlier.get(state, trace.first(state))
            state.assign(where(due, new, old))
