"""Dynamic loss scaling: an optimizer that keeps small gradients from underflowing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Self

from ..errors import ArgumentError, shown
from ..fields import encode, field
from ..initializers import Constant
from ..program import current_trace
from ..program.primitives.elementwise import cast, equal, isfinite, logical_and, where
from ..program.primitives.reduce import reduce_min
from .more_weights import admit
from .optimizer import Optimizer
from .optimizer_names import registry
from .update import apply_only_if

if TYPE_CHECKING:
    from ..program.variable import Variable

_SCALE = field(kind="float", gt=0)
_STEPS = field(kind="int", ge=1)


@registry.add
class LossScaleOptimizer(Optimizer):
    """Wrap an optimizer with dynamic loss scaling.

    The loss is multiplied by a scale, and the gradients are divided by it before the inner
    optimizer gets them. A step with a non-finite gradient is skipped and halves the scale; after
    ``dynamic_growth_steps`` finite steps in a row the scale doubles. float16 needs this, so
    ``compile`` wraps the optimizer of a model whose policy is "mixed_float16"; in float32 and
    float64 it changes the last digits at most. A non-finite loss ends ``fit`` unless
    ``on_nan="continue"``, which skips the step.

    Args:
        inner_optimizer: `Optimizer` that updates the weights. Its ``loss_scale_factor`` is set to
            None.
        initial_scale: initial scale, float > 0.
        dynamic_growth_steps: number of finite steps after which the scale doubles, int >= 1.
        name: name of the optimizer; default: from the class.
        **kwargs: other arguments of `Optimizer` at their defaults, as in configs of Keras 2.

    Raises:
        ArgumentError (a ValueError): for an invalid argument, or one that belongs to the inner
            optimizer.

    Reference:
        Micikevicius et al., "Mixed precision training", 2018. arXiv:1710.03740.

    >>> import numpy as np
    >>> from brickwork.optimizers import SGD
    >>> from brickwork.program import Variable
    >>> w, optimizer = Variable([1.0], name="w"), LossScaleOptimizer(SGD(0.5), initial_scale=4.0)
    >>> optimizer.apply([np.array([4.0], "float32")], [w])
    >>> optimizer.apply([np.array([np.inf], "float32")], [w])
    >>> w.numpy().tolist(), float(optimizer.dynamic_scale)
    ([0.5], 2.0)
    """

    def __init__(
        self,
        inner_optimizer: Optimizer | str,
        initial_scale: float = 2.0**15,
        dynamic_growth_steps: int = 2000,
        name: str | None = None,
        **kwargs: Any,
    ):
        owner = type(self).__name__
        if not isinstance(inner_optimizer, Optimizer):
            raise ArgumentError(
                f"{owner}.inner_optimizer", f"got {shown(inner_optimizer)}, expected an Optimizer."
            )
        for argument, value in kwargs.items():  # configs of Keras 2 have them at their defaults
            defaults = {"dynamic": True, **{n: f.default for n, f in Optimizer.__fields__.items()}}
            if argument not in defaults or value != defaults[argument]:
                raise ArgumentError(
                    f"{owner}.{argument}",
                    f"got {shown(value)}, expected it in the inner optimizer.",
                )
        self.inner_optimizer = inner_optimizer
        super().__init__(0.0, name=name)
        self.initial_scale = _SCALE.accept(owner, "initial_scale", initial_scale)
        self.dynamic_growth_steps = _STEPS.accept(
            owner, "dynamic_growth_steps", dynamic_growth_steps
        )
        inner_optimizer.loss_scale_factor = None

    def build_slots(self, variables: Sequence[Variable]) -> None:
        self.step_counter = self.add_variable((), dtype="int32", name="step_counter")
        self.dynamic_scale = self.add_variable(
            (), Constant(self.initial_scale), "float32", "dynamic_scale"
        )
        admit(self.inner_optimizer, variables)

    @property
    def variables(self) -> list:
        return super().variables + self.inner_optimizer.variables

    @property
    def edition(self) -> int:
        return super().edition + self.inner_optimizer.edition

    @property
    def iterations(self) -> Any:
        return self.inner_optimizer.iterations

    @property
    def learning_rate(self) -> Any:
        return self.inner_optimizer.learning_rate

    @learning_rate.setter
    def learning_rate(self, value: Any) -> None:
        if hasattr(self, "_steps"):
            self.inner_optimizer.learning_rate = value
        else:
            self._rate = value  # unused, but among the variables as in Keras

    def scale_loss(self, loss: Any) -> Any:
        return loss * (self.dynamic_scale if self.built else self.initial_scale)

    def _record(self, grads: list, variables: list) -> None:
        with current_trace().inside(self.name):
            counter, scale = self.step_counter, self.dynamic_scale
            finite = None
            for g in grads:
                all_finite = equal(reduce_min(cast(isfinite(g), "int32")), 1)
                finite = all_finite if finite is None else logical_and(finite, all_finite)
            unscaled = [g / scale.value for g in grads]
            apply_only_if(finite, lambda: self.inner_optimizer.apply(unscaled, variables))
            full = equal(counter.value, self.dynamic_growth_steps - 1)
            scale.assign(scale * where(finite, where(full, 2.0, 1.0), 0.5))
            counter.assign(where(finite, where(full, 0, counter + 1), 0))

    def _reuses_programs(self) -> bool:
        return False  # the inner optimizer may change at any time

    def finalize_variable_values(self, var_list: Sequence[Variable]) -> None:
        self.inner_optimizer.finalize_variable_values(var_list)

    def get_config(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "inner_optimizer": encode(self.inner_optimizer),
            "initial_scale": self.initial_scale,
            "dynamic_growth_steps": self.dynamic_growth_steps,
        }

    @classmethod
    def from_config(
        cls, config: dict[str, Any], custom_objects: dict[str, Any] | None = None
    ) -> Self:
        inner = registry.deserialize(config["inner_optimizer"], custom_objects)
        return cls(**{**config, "inner_optimizer": inner})
