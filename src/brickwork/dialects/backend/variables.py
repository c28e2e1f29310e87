"""Values of variables, the phase of training, functions between symbols, gradients."""

from __future__ import annotations

from contextlib import contextmanager

import numpy as np

from ... import ops
from ...errors import ArgumentError
from ...naming import reset_uids
from ...ops import is_tensor
from ...program import State, Symbol, current_trace
from ...program.symbol import TraceError
from ...spelling.translation import warn_old_spellings


def get_value(x):
    """The value of a variable, as an array of its own."""
    return np.array(ops.convert_to_numpy(x))


def eval(x):
    """The value of what does not wait for data."""
    return get_value(x)


def set_value(x, value) -> None:
    """Give a variable this value."""
    x.assign(np.asarray(value, x.dtype))


def batch_get_value(tensors) -> list:
    """The values of several variables."""
    return [get_value(x) for x in tensors]


def batch_set_value(tuples) -> None:
    """Give variables their values: pairs ``(variable, value)``."""
    for x, value in tuples:
        set_value(x, value)


def stop_gradient(variables):
    """The value, or each of a list, through which no gradient flows."""
    if isinstance(variables, list | tuple):
        return [ops.stop_gradient(v) for v in variables]
    return ops.stop_gradient(variables)


def update(x, new_x):
    """The variable takes this value; inside of a trace, when the program has run."""
    return x.assign(new_x)


def update_add(x, increment):
    """The variable grows by this."""
    return x.assign_add(increment)


def update_sub(x, decrement):
    """The variable shrinks by this."""
    return x.assign_sub(decrement)


def moving_average_update(x, value, momentum):
    """The variable becomes ``x * momentum + value * (1 - momentum)``."""
    return x.assign(x * momentum + value * (1 - momentum))


def count_params(x) -> int:
    """Number of elements of a variable."""
    return int(np.prod(x.shape))


def is_variable(x) -> bool:
    """Whether x is a variable."""
    return isinstance(x, State)


def is_placeholder(x) -> bool:
    """Whether x is a symbol returned by `placeholder` or `Input`."""
    return isinstance(x, Symbol) and x.op == "input"


def is_sparse(tensor) -> bool:
    """False: brickwork has no sparse tensors."""
    return False


def to_dense(tensor):
    """The tensor itself."""
    return tensor


@contextmanager
def name_scope(name):
    """Accepted; the names of weights are those of their layers."""
    yield name


def print_tensor(x, message: str = "", summarize: int = 3):
    """The value itself. On arrays it is printed; inside of a trace nothing can be, which is said
    once."""
    if isinstance(x, Symbol):
        warn_old_spellings(
            "backend.print_tensor",
            [
                (
                    "it",
                    "the value itself; nothing is printed while a program runs. To see a layer's "
                    "values, call the model on an array",
                )
            ],
        )
    else:
        print(message, ops.convert_to_numpy(x))
    return x


def set_session(session) -> None:
    """Accepted: there is no session, functions on arrays compute at once."""


def get_session():
    """A session, whose ``run`` returns known values."""
    from ..sessions import Session

    return Session()


# The phase


def learning_phase() -> int:
    """1 in a program that trains, else 0."""
    trace = current_trace()
    return int(trace.training) if trace is not None else 0


def set_learning_phase(value) -> None:
    """Accepted for 0: fit trains, and nothing else does, without being told.

    Raises:
        ArgumentError (a ValueError): for 1, which reaches no layer.
    """
    if value:
        raise ArgumentError(
            "backend.set_learning_phase",
            f"got {value!r}, expected 0. Call "
            "model(x, training=True) for the outputs as they are in training.",
        )
    warn_old_spellings("backend", [("set_learning_phase(0)", "the default of everything but fit")])


@contextmanager
def learning_phase_scope(value):
    """`set_learning_phase` for a block."""
    set_learning_phase(value)
    yield


def in_train_phase(x, alt, training=None):
    """x in training, else alt; each is a value, or a function that returns one.

    Args:
        training: True or 1, False or 0; None is `learning_phase`.
    """
    chosen = x if (learning_phase() if training is None else training) else alt
    return chosen() if callable(chosen) else chosen


def in_test_phase(x, alt, training=None):
    """alt in training, else x."""
    return in_train_phase(alt, x, training)


def switch(condition, then_expression, else_expression):
    """One or the other where the condition holds or not; a condition of fewer axes holds for all
    of the axes that it lacks at the end. What is chosen from may be functions."""
    if not ops.ndim(condition):
        return ops.cond(
            condition,
            *(e if callable(e) else lambda e=e: e for e in (then_expression, else_expression)),
        )
    one, other = (
        ops.convert_to_tensor(e() if callable(e) else e) for e in (then_expression, else_expression)
    )
    missing = ops.ndim(one) - ops.ndim(condition)
    if missing < 0:
        raise ArgumentError(
            "backend.switch.condition",
            f"got {ops.ndim(condition)} axes, expected "
            f"at most {ops.ndim(one)}, as many as the values have.",
        )
    condition = ops.reshape(condition, (*ops.shape(condition), *(1,) * missing))
    return ops.where(ops.cast(condition, "bool"), one, other)


# Functions and gradients


def function(inputs, outputs, updates=None, name=None):
    """A function of arrays from symbols to symbols: a model that is called.

    Args:
        inputs: symbols; `learning_phase` among them stands for a number, which is 1 where the
            outputs shall be as in training.
        outputs: symbols that were computed from the inputs, or one.
        updates: what ``optimizer.get_updates(loss, params)`` returned; a layer assigns its
            variables by itself.

    >>> from brickwork.layers import Dense, Input
    >>> x = Input((2,))
    >>> double = function([x], [Dense(1, kernel_initializer="ones")(x)])
    >>> double([[[1.0, 2.0]]])
    [array([[3.]], dtype=float32)]
    """
    from ...models import Model

    inputs = list(inputs) if isinstance(inputs, list | tuple) else [inputs]
    places = [place for place, x in enumerate(inputs) if isinstance(x, Symbol)]
    symbols = [inputs[place] for place in places]
    updates = [_update(update, symbols) for update in updates or ()]
    none = isinstance(outputs, list | tuple) and not outputs
    model = None if none else Model(symbols, outputs)

    def computed(values):
        values = list(values) if isinstance(values, list | tuple) else [values]
        if len(values) != len(inputs):
            raise ArgumentError(
                "backend.function",
                f"got {len(values)} values, expected {len(inputs)}, one for each input.",
            )
        training = any(bool(values[place]) for place in range(len(inputs)) if place not in places)
        arrays = [np.asarray(values[place], inputs[place].dtype) for place in places]
        found = [] if none else model(arrays, training=training)
        for update in updates:
            update(arrays)
        listed = isinstance(outputs, list | tuple) and not isinstance(found, list | tuple)
        return [found] if listed else found

    return computed


def _update(update, symbols):
    from .updates import Updates

    if not isinstance(update, Updates):
        raise ArgumentError(
            "backend.function.updates",
            f"got {type(update).__name__}, expected "
            "what optimizer.get_updates returns; what a layer assigns in its call "
            "is done when it is called.",
        )
    return update.trainer(symbols)


def gradients(loss, variables):
    """d sum(loss) / d each variable, inside of a trace or of symbols that wait for data; None
    where the loss does not depend on it.

    Raises:
        TraceError: for arrays, which do not remember how they were computed.
    """
    wanted = list(variables) if isinstance(variables, list | tuple) else [variables]
    if not isinstance(loss, Symbol):
        raise TraceError(
            "gradients: got an array, expected a symbol. An array does not remember "
            "how it was computed; compute the loss in a layer's call, or from "
            "model.output, and use the gradient by backend.function."
        )
    if current_trace() is not None:
        from ...program import gradients

        return gradients(ops.sum(loss), [ops.convert_to_tensor(v) for v in wanted])
    from .gradient_layer import symbolic_gradients

    return symbolic_gradients(loss, wanted)


__all__ = [
    "batch_get_value",
    "batch_set_value",
    "count_params",
    "eval",
    "function",
    "get_session",
    "get_value",
    "gradients",
    "in_test_phase",
    "in_train_phase",
    "is_placeholder",
    "is_sparse",
    "is_tensor",
    "is_variable",
    "learning_phase",
    "learning_phase_scope",
    "moving_average_update",
    "name_scope",
    "print_tensor",
    "reset_uids",
    "set_learning_phase",
    "set_session",
    "set_value",
    "stop_gradient",
    "switch",
    "to_dense",
    "update",
    "update_add",
    "update_sub",
]
