"""The steps of an update, in their order.

Unscale, accumulate, clip, decay, update rule, moving average, constraints, count. All of them are
traced into the program of a training step. For a rule that works element by element, weights of
the same dtype and decay form one `Pack`: the rule is recorded once and runs as one pass over
memory for any number of layers.
"""

from __future__ import annotations

from typing import Any

from ..custom_objects import is_user_defined
from ..program import State, Symbol, Variable, as_symbol, current_trace, floatx
from ..program.jax_calls import or_in_jax
from ..program.primitives.elementwise import cast, maximum, minimum, sqrt, square, where
from ..program.primitives.layout import pack
from ..program.primitives.reduce import reduce_sum


def record(optimizer: Any, grads: list, variables: list[Variable]) -> None:
    """Record the whole update."""
    with current_trace().inside(optimizer.name):
        grads = [cast(as_symbol(g), v.dtype) for g, v in zip(grads, variables, strict=True)]
        if optimizer.loss_scale_factor is not None:
            grads = [g / optimizer.loss_scale_factor for g in grads]
        if optimizer.clipnorm and not optimizer.gradient_accumulation_steps:
            grads = [_clip_by_norm(optimizer, g) for g in grads]
        pairs = _grouped(optimizer, grads, variables)
        if optimizer.gradient_accumulation_steps:
            _accumulate(optimizer, pairs)
        else:
            _update(optimizer, pairs)
        if optimizer.use_ema:
            # A pack with other members than those just written would read stale values.
            whole = len(variables) == len(optimizer._trainable)
            _update_averages(optimizer, [v for _, v in pairs] if whole else optimizer._trainable)
        for variable in variables:
            if variable.constraint is not None:
                variable.assign(or_in_jax(variable.constraint, variable.value))
        optimizer._steps.assign(optimizer._steps + 1)


def _grouped(optimizer, grads: list, variables: list[Variable]) -> list[tuple[Any, State]]:
    """Pack weights that get the same treatment, and their gradients in the same order."""
    late_norm = optimizer.clipnorm and optimizer.gradient_accumulation_steps
    groups: dict[Any, list] = {}
    for g, v in zip(grads, variables, strict=True):
        alone = not optimizer.elementwise or late_norm or v.constraint is not None
        groups.setdefault(v if alone else (v.dtype, optimizer.decay_of(v)), []).append((g, v))
    pairs = []
    for members in groups.values():
        own_grads, own = zip(*members, strict=True)
        pairs.append(
            members[0]
            if len(own) == 1
            else (pack(own_grads), optimizer._pack(list(own), "weights"))
        )
    return pairs


def _update(optimizer, pairs) -> None:
    rate = as_symbol(optimizer.learning_rate, floatx())
    optimizer.update_shared()
    pairs = _clip(optimizer, pairs)
    _check_finite(optimizer, pairs)
    for gradient, variable in pairs:
        cast_rate = cast(rate, variable.dtype)
        decay = optimizer.decay_of(variable)
        if decay:
            variable.assign(variable - variable * (cast_rate * decay))
        or_in_jax(optimizer.update_step, gradient, variable, cast_rate)


def _accumulate(optimizer, pairs) -> None:
    """Update by the mean of the gradients every N steps, otherwise only sum them up."""
    steps = optimizer.gradient_accumulation_steps
    due = (optimizer._steps + 1) % steps == 0
    accumulators = [optimizer.slot("gradient_accumulator", v) for _, v in pairs]
    totals = [g + a for (g, _), a in zip(pairs, accumulators, strict=True)]
    _check_finite(optimizer, [(total, v) for total, (_, v) in zip(totals, pairs, strict=True)])
    means = [(total / steps, v) for total, (_, v) in zip(totals, pairs, strict=True)]
    apply_only_if(due, lambda: _update(optimizer, means))
    for total, accumulator in zip(totals, accumulators, strict=True):
        accumulator.assign(where(due, 0.0, total))


def _check_finite(optimizer, pairs) -> None:
    """Mark the gradients that must be finite. A custom optimizer may handle others itself."""
    if not is_user_defined(type(optimizer)):
        current_trace().applied += [g for g, _ in pairs]


def _clip(optimizer, pairs) -> list:
    if optimizer.clipnorm and optimizer.gradient_accumulation_steps:
        return [(_clip_by_norm(optimizer, g), v) for g, v in pairs]
    if optimizer.global_clipnorm:
        squares = [reduce_sum(square(g)) for g, _ in pairs]
        norm = sqrt(sum(squares[1:], squares[0]))
        # An infinite or NaN norm makes the scale NaN, so that it is not hidden.
        scale = optimizer.global_clipnorm * minimum(1 / norm, 1 / optimizer.global_clipnorm)
        scale = scale + (norm - norm)
        return [(g * scale, v) for g, v in pairs]
    if optimizer.clipvalue:
        bound = optimizer.clipvalue
        return [(minimum(maximum(g, -bound), bound), v) for g, v in pairs]
    return pairs


def _clip_by_norm(optimizer, gradient: Symbol) -> Symbol:
    """Scale the gradient of one weight to an L2 norm of at most `clipnorm`."""
    norm = sqrt(reduce_sum(square(gradient)))
    return gradient * (optimizer.clipnorm / maximum(norm, optimizer.clipnorm))


def _update_averages(optimizer, variables: list[State]) -> None:
    """Update the moving averages, and replace the weights by them every N updates."""
    count = as_symbol(optimizer.iterations)
    for variable in variables:
        momentum = cast(count != 0, variable.dtype) * optimizer.ema_momentum
        average = optimizer.slot("average", variable)
        average.assign(momentum * average + (1 - momentum) * variable)
        if optimizer.ema_overwrite_frequency:
            due = (count + 1) % optimizer.ema_overwrite_frequency == 0
            variable.assign(where(due, average.value, variable.value))


def apply_only_if(due: Any, change: Any) -> None:
    """Record the changes of state that `change()` makes so that they apply only if `due`."""
    trace = current_trace()
    earlier, applied = dict(trace.writes), len(trace.applied)
    change()
    del trace.applied[applied:]
    for state, new in list(trace.writes.items()):
        if earlier.get(state) is not new:
            old = earlier.get(state, trace.first(state))
            state.assign(where(due, new, old))
