"""Low-rank adaptation: a weight is frozen, and a product of two low-rank matrices is trained."""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping
from typing import TYPE_CHECKING, Any, ClassVar, cast

import numpy as np

from .. import ops
from ..fields import field
from .layer import Layer

if TYPE_CHECKING:
    from ..program import Variable


def no_quantization(value: Any) -> None:
    """Convert a field that accepts None only."""
    if value is not None:
        raise ValueError("got a config, expected None: quantized weights are not supported.")


class Adaptable(Layer):
    """A layer with one large weight that can be adapted by LoRA.

    Args:
        lora_rank: int >= 1, rank of the product; default None: no LoRA.
        lora_alpha: float, the product is scaled by ``lora_alpha / lora_rank``; None (default) is
            `lora_rank`.
        quantization_config: None; quantized weights are not supported.

    Reference: Hu et al., arXiv:2106.09685.
    """

    #: Name of the weight, which is kept as an attribute of this name with a leading underscore.
    adapted: ClassVar[str] = "kernel"
    lora_rank: int | None = field(default=None, kind="int", ge=1, kw_only=True, positional=True)
    lora_alpha: float | None = field(default=None, kind="float", kw_only=True, positional=True)
    quantization_config: None = field(
        default=None, convert=no_quantization, kw_only=True, positional=True
    )

    def setup(self) -> None:
        super().setup()
        self.lora_enabled = False

    def enable_lora(
        self,
        rank: int,
        lora_alpha: float | None = None,
        a_initializer: Any = "he_uniform",
        b_initializer: Any = "zeros",
    ) -> None:
        """Freeze the weight, and train a product of matrices that is added to it.

        Args:
            rank: int >= 1; the matrices are ``(..., rank)`` and ``(rank, outputs)``.
            lora_alpha: float, the product is scaled by ``lora_alpha / rank``; None (default) is
                `rank`.
            a_initializer: initial values of the first matrix.
            b_initializer: initial values of the second matrix.

        Raises:
            ValueError: if the layer is not built, has LoRA already, or constrains the weight.
        """
        constraint = getattr(self, f"{self.adapted}_constraint")
        if not self.built or self.lora_enabled or constraint is not None:
            raise ValueError(
                f"{self.name}.enable_lora: got a layer that is "
                f"{'constrained' if self.built else 'not built'} or has LoRA already, "
                f"expected a built one without a {self.adapted} constraint."
            )
        weight = getattr(self, f"_{self.adapted}")
        penalty = getattr(self, f"{self.adapted}_regularizer")
        for end, shape, initializer in (
            ("a", (*weight.shape[:-1], rank), a_initializer),
            ("b", (rank, weight.shape[-1]), b_initializer),
        ):
            name = f"lora_{self.adapted}_{end}"
            setattr(self, name, self.add_weight(shape, initializer, name=name, regularizer=penalty))
        weight.trainable, weight.frozen = False, True
        self.lora_rank = rank
        self.lora_alpha = float(rank if lora_alpha is None else lora_alpha)
        self.lora_enabled = True

    def _narrow(self) -> list[Variable]:
        """The two matrices, if there is LoRA."""
        names = (f"lora_{self.adapted}_{end}" for end in "ab")
        return [getattr(self, name) for name in names] if self.lora_enabled else []

    def stored_variables(self) -> list[Variable]:
        """See `OwnState`; files hold the sum of weight and product, as in Keras."""
        narrow = self._narrow()
        return [v for v in self.own_variables() if not any(v is part for part in narrow)]

    def save_own_variables(self, store: MutableMapping[str, Any]) -> None:
        """See `OwnState`; the first array is the sum of weight and product."""
        super().save_own_variables(store)
        if self.lora_enabled:
            store["0"] = np.asarray(self.adapted_weight())

    def load_own_variables(self, store: Mapping[str, Any]) -> None:
        """See `OwnState`; the matrices are set to 0."""
        super().load_own_variables(store)
        self.reset_lora()

    def reset_lora(self) -> None:
        """Set the two matrices to 0, if there is LoRA."""
        for part in self._narrow():
            part.assign(np.zeros(part.shape, part.dtype))

    def adapted_weight(self) -> Any:
        """The weight; with LoRA, the sum of weight and product."""
        if not self.built:
            raise AttributeError(
                f"{self.name}.{self.adapted}: not available before the layer is built."
            )
        weight = getattr(self, f"_{self.adapted}")
        if not self.lora_enabled:
            return weight
        one, two = self._narrow()
        scale = cast(float, self.lora_alpha) / cast(int, self.lora_rank)
        return weight + scale * ops.matmul(one, two)
