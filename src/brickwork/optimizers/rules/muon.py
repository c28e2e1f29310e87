"""Muon: momentum, orthogonalized for matrices so that all directions learn at one speed."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np  # noqa: F401  (for the examples)

from ...errors import shown
from ...fields import field
from ...program.primitive import as_array, is_symbolic
from ...program.primitives.elementwise import cast, sqrt
from ...program.primitives.layout import transpose
from ...program.primitives.matmul import matmul
from ..optimizer import Optimizer
from ..optimizer_names import registry
from .adam import corrected, moments
from .lamb import norm

if TYPE_CHECKING:
    from ...program.variable import Variable


def dims_of(x: Any) -> tuple:
    """The shape of a symbol or an array."""
    return x.dims if is_symbolic(x) else as_array(x).shape


def _patterns(value) -> list[str]:
    """Regular expressions, as a list."""
    if value is None:
        return []
    if isinstance(value, list | tuple) and all(isinstance(v, str) for v in value):
        for pattern in value:
            try:
                re.compile(pattern)
            except re.error as error:
                raise ValueError(
                    f"got {pattern!r}, expected a regular expression ({error})."
                ) from None
        return list(value)
    raise ValueError(f"got {shown(value)}, expected a list of regular expressions.")


@registry.add
class Muon(Optimizer):
    """Muon, which orthogonalizes the momentum of matrices; other weights use `AdamW`.

    For matrices ``m <- momentum * m + g`` and ``w <- w - learning_rate * rms_rate *
    sqrt(max(rows, columns)) * orthogonal(g + momentum * m)``; without ``nesterov``
    ``orthogonal(m)``. The nearest orthogonal matrix is approximated by Newton-Schulz iterations:
    ``ns_steps`` times ``X <- a X + (b A + c A A) X`` with ``A = X X'``, from ``X / |X|``.

    Args:
        learning_rate: see `Optimizer`, default 0.001.
        adam_beta_1: ``beta_1`` of AdamW, float in [0, 1).
        adam_beta_2: ``beta_2`` of AdamW, float in [0, 1).
        adam_weight_decay: ``weight_decay`` of AdamW, float >= 0, or None for none.
        epsilon: ``epsilon`` of AdamW, float >= 0.
        weight_decay: decay of the matrices, see `Optimizer`, default 0.004.
        exclude_layers: regular expressions; weights in whose path one is found use AdamW. Exclude
            at least the last layer: ``["output"]``.
        exclude_embeddings: whether weights with "embedding" in their path use AdamW.
        muon_a: coefficient a of the iteration, float.
        muon_b: coefficient b of the iteration, float.
        muon_c: coefficient c of the iteration, float.
        adam_lr_ratio: learning rate of AdamW relative to ``learning_rate``, float >= 0.
        momentum: decay of the momentum m, float from 0 to 1.
        ns_steps: number of iterations, int >= 0.
        nesterov: whether to use Nesterov momentum.
        rms_rate: RMS of the elements of a step, relative to the learning rate, float >= 0; None
            for the orthogonal matrix as it is.

    Further arguments are those of `Optimizer`.

    Reference:
        Jordan et al., "Muon: an optimizer for hidden layers in neural networks", 2024.
        Liu et al., "Muon is scalable for LLM training", 2025. arXiv:2502.16982.

    >>> from brickwork.program import Variable
    >>> w = Variable(np.eye(2), name="w")
    >>> Muon(0.1, weight_decay=0).apply([np.ones((2, 2), "float32")], [w])
    >>> bool(w.numpy()[0, 0] < 1 and w.numpy()[0, 1] < 0)
    True
    """

    learning_rate = 0.001
    adam_beta_1: float = field(default=0.9, kind="float", ge=0, lt=1)
    adam_beta_2: float = field(default=0.999, kind="float", ge=0, lt=1)
    adam_weight_decay: float | None = field(default=0.004, kind="float", ge=0, optional=True)
    epsilon: float = field(default=1e-7, kind="float", ge=0)
    weight_decay = 0.004
    exclude_layers: Any = field(default=None, convert=_patterns, kw_only=True, positional=True)
    exclude_embeddings: bool = field(default=True, kind="bool", kw_only=True, positional=True)
    muon_a: float = field(default=3.4445, kind="float", kw_only=True, positional=True)
    muon_b: float = field(default=-4.775, kind="float", kw_only=True, positional=True)
    muon_c: float = field(default=2.0315, kind="float", kw_only=True, positional=True)
    adam_lr_ratio: float = field(default=1, kind="float", ge=0, kw_only=True, positional=True)
    momentum: float = field(default=0.95, kind="float", ge=0, le=1, kw_only=True, positional=True)
    ns_steps: int = field(default=5, kind="int", ge=0, kw_only=True, positional=True)
    nesterov: bool = field(default=True, kind="bool", kw_only=True, positional=True)
    rms_rate: float | None = field(
        default=0.2, kind="float", ge=0, optional=True, kw_only=True, positional=True
    )

    def build_slots(self, variables: Sequence[Variable]) -> None:
        for v in variables:
            self.add_optimizer_variables([v], "momentum")
            if self._uses_adam(v):
                self.add_optimizer_variables([v], "velocity")

    def _uses_adam(self, variable) -> bool:
        return (
            variable.ndim != 2
            or (self.exclude_embeddings and "embedding" in variable.path.lower())
            or any(re.search(pattern, variable.path) for pattern in self.exclude_layers)
        )

    def decay_of(self, variable: Any) -> float | None:
        rate = self.adam_weight_decay if self._uses_adam(variable) else self.weight_decay
        return rate if self._decays(variable) else None

    def update_step(self, gradient: Any, variable: Any, learning_rate: Any) -> None:
        if self._uses_adam(variable):
            self._adam_step(gradient, variable, learning_rate * self.adam_lr_ratio)
            return
        m = self.slot("momentum", variable)
        m.assign(m + (gradient + m * (self.momentum - 1)))
        step = gradient + self.momentum * m.value if self.nesterov else m.value
        step = self.lr_adjust(self.zeropower_via_newtonschulz5(step, self.ns_steps))
        variable.assign(variable - learning_rate * step)

    def lr_adjust(self, x: Any) -> Any:
        """Scale a step, so that the RMS of its elements is `rms_rate`.

        Args:
            x: orthogonal matrix.

        Returns:
            The matrix, scaled; as it is if `rms_rate` is None.
        """
        if self.rms_rate is None:
            return x
        return x * (math.sqrt(max(dims_of(x))) * self.rms_rate)

    def _adam_step(self, gradient, variable, rate) -> None:
        t = cast(self.iterations + 1, variable.dtype)
        alpha = corrected(rate, t, self.adam_beta_1, self.adam_beta_2)
        m, v = moments(
            gradient,
            self.slot("momentum", variable),
            self.slot("velocity", variable),
            self.adam_beta_1,
            self.adam_beta_2,
        )
        variable.assign(variable - m * alpha / (sqrt(v) + self.epsilon))

    def zeropower_via_newtonschulz5(self, x: Any, steps: int) -> Any:
        """Approximate ``U V'``, where ``U S V'`` is the singular value decomposition of x.

        Args:
            x: matrix.
            steps: number of iterations, int >= 0.

        Returns:
            A matrix of the same shape, nearly orthogonal.
        """
        rows, columns = dims_of(x)
        tall = rows > columns
        if tall:  # products over the shorter side cost less
            x = transpose(x, (1, 0))
        x = x / (norm(x) + 1e-7)
        for _ in range(steps):
            square = matmul(x, transpose(x, (1, 0)))
            mixed = self.muon_b * square + self.muon_c * matmul(square, square)
            x = self.muon_a * x + matmul(mixed, x)
        return transpose(x, (1, 0)) if tall else x
