"""Momentum whose matrices are made orthogonal: all directions are learned at one speed."""

from __future__ import annotations

import math
import re
from typing import Any

import numpy as np  # noqa: F401  (the examples')

from ...errors import shown
from ...fields import field
from ...program.primitives.elementwise import cast, sqrt
from ...program.primitives.layout import transpose
from ...program.primitives.matmul import matmul
from ..optimizer import Optimizer
from ..optimizer_names import registry
from .adam import corrected, moments
from .lamb import length


def _patterns(value) -> list[str]:
    """Regular expressions, as a list."""
    if value is None:
        return []
    if isinstance(value, list | tuple) and all(isinstance(v, str) for v in value):
        for pattern in value:
            try:
                re.compile(pattern)
            except re.error as error:
                raise ValueError(f"got {pattern!r}, expected a regular expression ({error}).") \
                    from None
        return list(value)
    raise ValueError(f"got {shown(value)}, expected a list of names of layers.")


@registry.add
class Muon(Optimizer):
    """``m <- momentum * m + g`` and ``w <- w - learning_rate * rms_rate * sqrt(longer side) *
    orthogonal(g + momentum * m)``, for matrices; `AdamW` for all else.

    The nearest orthogonal matrix is approached by ``ns_steps`` rounds of ``X <- a X + (b A + c
    A A) X`` with ``A = X X'`` (Newton and Schulz), from ``X / |X|``. Without ``nesterov`` m takes
    the place of ``g + momentum * m``; with ``rms_rate=None`` the length stays as it comes.
    Jordan et al., "Muon: an optimizer for hidden layers in neural networks", 2024; Liu et al.,
    "Muon is scalable for LLM training", 2025.

    Args:
        exclude_layers: regular expressions: weights in whose path one is found follow AdamW.
            The last layer is best among them: ``["output"]``.
        exclude_embeddings: whether weights with "embedding" in their path do, too.
        adam_lr_ratio, adam_beta_1, adam_beta_2, adam_weight_decay, epsilon: of AdamW.

    >>> from brickwork.program import Variable
    >>> w = Variable(np.eye(2), name="w")
    >>> Muon(0.1, weight_decay=0).apply([np.ones((2, 2), "float32")], [w])
    >>> bool(w.numpy()[0, 0] < 1 and w.numpy()[0, 1] < 0)
    True
    """

    learning_rate = 0.001
    adam_beta_1: float = field(0.9, kind="float", ge=0, lt=1)
    adam_beta_2: float = field(0.999, kind="float", ge=0, lt=1)
    adam_weight_decay: float | None = field(0.004, kind="float", ge=0, optional=True)
    epsilon: float = field(1e-7, kind="float", ge=0)
    weight_decay = 0.004
    exclude_layers: Any = field(None, convert=_patterns, last=True)
    exclude_embeddings: bool = field(True, kind="bool", last=True)
    muon_a: float = field(3.4445, kind="float", last=True)
    muon_b: float = field(-4.775, kind="float", last=True)
    muon_c: float = field(2.0315, kind="float", last=True)
    adam_lr_ratio: float = field(1, kind="float", ge=0, last=True)
    momentum: float = field(0.95, kind="float", ge=0, le=1, last=True)
    ns_steps: int = field(5, kind="int", ge=0, last=True)
    nesterov: bool = field(True, kind="bool", last=True)
    rms_rate: float | None = field(0.2, kind="float", ge=0, optional=True, last=True)

    def build_slots(self, variables) -> None:
        for v in variables:
            self.add_optimizer_variables([v], "momentum")
            if self._follows_adam(v):
                self.add_optimizer_variables([v], "velocity")

    def _follows_adam(self, variable) -> bool:
        return (variable.ndim != 2
                or (self.exclude_embeddings and "embedding" in variable.path.lower())
                or any(re.search(pattern, variable.path) for pattern in self.exclude_layers))

    def decay_of(self, variable) -> float | None:
        rate = self.adam_weight_decay if self._follows_adam(variable) else self.weight_decay
        return rate if self._decays(variable) else None

    def update_step(self, gradient, variable, learning_rate) -> None:
        if self._follows_adam(variable):
            self._adam_step(gradient, variable, learning_rate * self.adam_lr_ratio)
            return
        m = self.slot("momentum", variable)
        moved = m.assign(m + (gradient + m * (self.momentum - 1)))
        step = self._orthogonal(gradient + self.momentum * moved if self.nesterov else moved)
        if self.rms_rate is not None:
            step = step * (math.sqrt(max(variable.dims)) * self.rms_rate)
        variable.assign(variable - learning_rate * step)

    def _adam_step(self, gradient, variable, rate) -> None:
        t = cast(self.iterations + 1, variable.dtype)
        alpha = corrected(rate, t, self.adam_beta_1, self.adam_beta_2)
        mean, spread = moments(gradient, self.slot("momentum", variable),
                               self.slot("velocity", variable), self.adam_beta_1,
                               self.adam_beta_2)
        variable.assign(variable - mean * alpha / (sqrt(spread) + self.epsilon))

    def _orthogonal(self, x):
        """About the matrix U V' where x is U S V'."""
        tall = x.dims[0] > x.dims[1]
        if tall:  # products of the shorter side cost less
            x = transpose(x, (1, 0))
        x = x / (length(x) + 1e-7)
        for _ in range(self.ns_steps):
            square = matmul(x, transpose(x, (1, 0)))
            mixed = self.muon_b * square + self.muon_c * matmul(square, square)
            x = self.muon_a * x + matmul(mixed, x)
        return transpose(x, (1, 0)) if tall else x
