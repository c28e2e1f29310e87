"""Keras's ``stateless_...`` methods: the values of variables are passed in and returned, as the
functional manner of JAX wants it. The variables themselves keep theirs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial, wraps
from typing import TYPE_CHECKING, Any

from .between import caller_in_jax
from .primitives.elementwise import cast
from .results import as_result
from .symbol import Symbol
from .trace import current_trace
from .variable import State, Variable


def also_in_jax(method: Callable[..., Any]) -> Callable[..., Any]:
    """Let a method be called inside of ``jax.jit`` and its kin, too."""

    @wraps(method)
    def called(self: Any, *args: Any, **kwargs: Any) -> Any:
        in_jax = caller_in_jax(args, kwargs)
        if in_jax is not None:
            return in_jax(partial(method, self), args, kwargs)
        return method(self, *args, **kwargs)

    return called


@contextmanager
def substituted(
    what: str, variables: Sequence[Variable], values: Sequence[Any]
) -> Iterator[dict[State, Any]]:
    """A context in which variables have other values.

    Args:
        what: the method, for messages.
        variables: the variables.
        values: a value for each.

    Yields:
        The values by variable; at the end of the context, those that were assigned in it.

    Raises:
        ValueError: if the values differ from the variables in number.
    """
    values = list(values)
    if len(values) != len(variables):
        raise ValueError(
            f"{what}: got {len(values)} values, expected {len(variables)}, one for each variable."
        )
    found: dict[State, Any] = dict(zip(variables, values, strict=True))
    trace = current_trace()
    if trace is not None:
        found = {variable: _as_held(variable, value) for variable, value in found.items()}
        with trace.substituted(found):
            yield found
        return
    own = {variable: variable.numpy() for variable in variables}
    try:
        for variable, value in found.items():
            variable.assign(value)
        yield found
        found.update({variable: as_result(variable.numpy()) for variable in found})
    finally:
        for variable, array in own.items():
            variable.store(array)


def _as_held(variable: State, value: Any) -> Any:
    """A value in the dtype of its variable."""
    return cast(value, variable.dtype) if isinstance(value, Symbol) else value


class StatelessLayer:
    """Mixin of `Layer`."""

    if TYPE_CHECKING:
        name: str
        built: bool

        @property
        def trainable_variables(self) -> list[Variable]: ...

        @property
        def non_trainable_variables(self) -> list[Variable]: ...

        @property
        def losses(self) -> list: ...

        def __call__(self, *args: Any, **kwargs: Any) -> Any: ...

    @also_in_jax
    def stateless_call(
        self,
        trainable_variables: Sequence[Any],
        non_trainable_variables: Sequence[Any],
        *args: Any,
        return_losses: bool = False,
        **kwargs: Any,
    ) -> tuple:
        """Call the layer with given values of its variables, which stay as they are.

        Args:
            trainable_variables: a value for each of the layer's `trainable_variables`.
            non_trainable_variables: a value for each of its `non_trainable_variables`.
            *args: the inputs.
            return_losses: whether to return the losses that the call adds; default False.
            **kwargs: further arguments of the call.

        Returns:
            ``(outputs, non_trainable_variables)``, or with the list of losses as a third part.

        Raises:
            ValueError: if the layer is not built, or for another number of values.

        >>> import numpy as np
        >>> from brickwork.layers import Dense
        >>> layer = Dense(1, kernel_initializer="zeros", input_dim=2)
        >>> _ = layer(np.ones((1, 2)))
        >>> outputs, _ = layer.stateless_call([np.ones((2, 1)), np.ones(1)], [], np.ones((1, 2)))
        >>> float(outputs[0, 0]), float(layer(np.ones((1, 2)))[0, 0])
        (3.0, 0.0)
        """
        what = f"{self.name}.stateless_call"
        if not self.built:
            raise ValueError(
                f"{what}: the layer has no variables yet. Call it on data, or build it."
            )
        trained, others = self.trainable_variables, self.non_trainable_variables
        given = [*trainable_variables, *non_trainable_variables]
        with substituted(what, [*trained, *others], given) as values:
            outputs = self(*args, **kwargs)
            losses = list(self.losses)
        found = outputs, [values[variable] for variable in others]
        return (*found, losses) if return_losses else found


class StatelessMetric:
    """Mixin of `Metric`."""

    if TYPE_CHECKING:

        @property
        def variables(self) -> list[Variable]: ...

        def update_state(self, *args: Any, **kwargs: Any) -> None: ...

        def result(self) -> Any: ...

        def reset_state(self) -> None: ...

    @also_in_jax
    def stateless_update_state(
        self, metric_variables: Sequence[Any], *args: Any, **kwargs: Any
    ) -> list:
        """Return the state after an update, for a given state; the metric's own stays.

        Args:
            metric_variables: a value for each of the metric's `variables`.
            *args: as for `update_state`.
            **kwargs: as for `update_state`.

        Returns:
            List of the new values.

        >>> from brickwork.metrics import Sum
        >>> counted = Sum()
        >>> [float(v) for v in counted.stateless_update_state([1.0], [2.0, 3.0])]
        [6.0]
        >>> float(counted.result())
        0.0
        """
        what, variables = "stateless_update_state", self.variables
        with substituted(what, variables, metric_variables) as values:
            self.update_state(*args, **kwargs)
        return [values[variable] for variable in variables]

    @also_in_jax
    def stateless_result(self, metric_variables: Sequence[Any]) -> Any:
        """Return the result for a given state.

        Args:
            metric_variables: a value for each of the metric's `variables`.

        Returns:
            As `result`.
        """
        with substituted("stateless_result", self.variables, metric_variables):
            return self.result()

    @also_in_jax
    def stateless_reset_state(self) -> list:
        """Return the state before the first update; the metric's own stays.

        Returns:
            List of values, one for each of the metric's `variables`.
        """
        variables = self.variables
        with substituted(
            "stateless_reset_state", variables, [v.value for v in variables]
        ) as values:
            self.reset_state()
        return [values[variable] for variable in variables]


class StatelessOptimizer:
    """Mixin of `Optimizer`."""

    if TYPE_CHECKING:
        name: str | None
        built: bool

        @property
        def variables(self) -> list[Variable]: ...

        _trainable: list[Variable]

        def apply(self, grads: Any, trainable_variables: Any = None) -> None: ...

    @also_in_jax
    def stateless_apply(
        self,
        optimizer_variables: Sequence[Any],
        grads: Sequence[Any],
        trainable_variables: Sequence[Any],
    ) -> tuple[list, list]:
        """Return weights and state after an update, for given ones; the own ones stay.

        Args:
            optimizer_variables: a value for each of the optimizer's `variables`.
            grads: a gradient for each weight.
            trainable_variables: a value for each weight that the optimizer was built with.

        Returns:
            ``(trainable_variables, optimizer_variables)``, lists of the new values.

        Raises:
            ValueError: if the optimizer is not built, or for another number of values.
        """
        what = f"{self.name}.stateless_apply"
        if not self.built:
            raise ValueError(
                f"{what}: the optimizer has no state yet. Call optimizer.build(weights)."
            )
        weights, state = self._trainable, self.variables
        given = [*trainable_variables, *optimizer_variables]
        with substituted(what, [*weights, *state], given) as values:
            self.apply(grads, weights)
        return [values[v] for v in weights], [values[v] for v in state]
