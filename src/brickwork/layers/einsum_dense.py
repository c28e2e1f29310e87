"""`EinsumDense`: a dense layer defined by an einsum equation."""

from __future__ import annotations

import copy
import re
from typing import TYPE_CHECKING, Any, cast

from .. import activations, constraints, initializers, ops, regularizers
from ..errors import ArgumentError, shown
from ..fields import field
from .input_spec import InputSpec
from .layer import GIVEN, registry
from .lora import Adaptable, no_quantization

if TYPE_CHECKING:
    from ..program import Variable

_FORM = re.compile(r"(\.\.\.)?([a-zA-Z]+)(\.\.\.)?,([a-zA-Z]+)->(\.\.\.)?([a-zA-Z]+)(\.\.\.)?")


def _equation(value: Any) -> str:
    """One of ``x,y->z``, ``...x,y->...z`` and ``x...,y->z...``."""
    text = value.replace(" ", "") if isinstance(value, str) else ""
    found = _FORM.fullmatch(text)
    if found:
        before, x, behind, kernel, before_out, out, behind_out = found.groups()
        if (
            (before, behind) == (before_out, behind_out)
            and not (before and behind)
            and all(len(set(term)) == len(term) for term in (x, kernel, out))
            and (set(kernel) <= set(x + out))
            and set(out) <= set(x + kernel)
        ):
            return text
    raise ValueError(
        f"got {shown(value)}, expected letters of inputs, kernel and output as in "
        "'abc,cd->abd': each once in a term, and each of the kernel's and the "
        "output's in another term too; '...' may stand for axes in front, or at the "
        "end, of inputs and output."
    )


def _shape(value: Any) -> tuple:
    dims = (value,) if isinstance(value, int) else value
    return field(kind="shape").accept("EinsumDense", "output_shape", dims)


@registry.add
class EinsumDense(Adaptable):
    """Dense layer with an einsum: ``activation(einsum(equation, inputs, kernel) + bias)``.

    Args:
        equation: str, such as "abc,cd->abd" (a dense layer) or "abc,cde->abde" (outputs split
            into heads); see `ops.einsum`.
        output_shape: int or tuple, shape of the output without the batch and without the axes
            that ``...`` stands for; None in it takes the inputs' extent.
        activation: name or function; None (default) is linear.
        bias_axes: str, the letters of the output's axes that the bias has; None (default) for no
            bias.
        kernel_initializer: initial values of the kernel; default "glorot_uniform".
        bias_initializer: initial values of the bias; default "zeros".
        kernel_regularizer, bias_regularizer: penalties on the weights, added to the loss; default
            None.
        kernel_constraint, bias_constraint: projections of the weights after each update; default
            None.
        lora_rank, lora_alpha: as for `Dense`.
        gptq_unpacked_column_size, quantization_config: None; quantized weights are not supported.

    Shapes: those of the equation.

    Raises:
        ArgumentError (a ValueError): for an equation of another form, or inputs that do not fit
            it.

    >>> EinsumDense("ab,bc->ac", 3, bias_axes="c", kernel_initializer="ones")([[1.0, 2.0]])
    array([[3., 3., 3.]], dtype=float32)
    """

    field_order = (
        "equation",
        "output_shape",
        "activation",
        "bias_axes",
        "kernel_initializer",
        "bias_initializer",
        "kernel_regularizer",
        "bias_regularizer",
        "kernel_constraint",
        "bias_constraint",
        "lora_rank",
        "lora_alpha",
        "gptq_unpacked_column_size",
    )
    _given_names = (*GIVEN, "output_shape")
    equation: str = field(convert=_equation)
    output_shape: tuple | Any = field(convert=_shape)
    activation: Any = field(default=None, convert=activations.get)
    bias_axes: str | None = field(default=None, kind="str")
    kernel_initializer: Any = field(default="glorot_uniform", convert=initializers.get)
    bias_initializer: Any = field(default="zeros", convert=initializers.get)
    kernel_regularizer: Any = field(default=None, convert=regularizers.get)
    bias_regularizer: Any = field(default=None, convert=regularizers.get)
    kernel_constraint: Any = field(default=None, convert=constraints.get)
    bias_constraint: Any = field(default=None, convert=constraints.get)
    gptq_unpacked_column_size: None = field(
        default=None, convert=no_quantization, kw_only=True, positional=True
    )

    def setup(self) -> None:
        super().setup()
        self.bias: Variable | Any = None
        self._terms = cast(re.Match, _FORM.fullmatch(self.equation)).groups()
        out = self._terms[5]
        if not set(self.bias_axes or "") <= set(out):
            raise ArgumentError(
                "EinsumDense.bias_axes",
                f"got {self.bias_axes!r}, expected letters of the output, {out!r}.",
            )

    @property
    def partial_output_shape(self) -> tuple:
        """The argument `output_shape`."""
        return self._given["output_shape"]

    def _extents(self, shape: Any) -> tuple[dict, tuple, tuple]:
        """The extent of each letter, and the extents that a leading or trailing ``...`` covers."""
        before, x, behind, _, _, out, _ = self._terms
        more = len(shape) - len(x)
        if more < 0 or (more and not (before or behind)):
            self._refuse(shape)
        front = more if before else 0
        extents = dict(zip(x, shape[front:], strict=False))
        letters = out if front else out[1:]  # without dots in front, its first letter is the batch
        if len(self.partial_output_shape) != len(letters):
            self._refuse(shape)
        for letter, extent in zip(letters, self.partial_output_shape, strict=True):
            if extent is not None and extents.setdefault(letter, extent) != extent:
                self._refuse(shape)
        if any(letter not in extents for letter in out):
            self._refuse(shape)
        return extents, tuple(shape[:front]), tuple(shape[front + len(x) :])

    def _refuse(self, shape: Any) -> None:
        raise ArgumentError(
            f"{self.name} (EinsumDense)",
            f"got inputs of shape {tuple(shape)} for "
            f"the equation {self.equation!r} and output_shape="
            f"{self.partial_output_shape}, expected extents that agree: an axis "
            "for each letter, and an output_shape without the batch.",
        )

    def build(self, input_shape: Any) -> None:
        """Create kernel and bias."""
        extents, _, end = self._extents(input_shape)
        kernel, out = self._terms[3], self._terms[5]
        initializer = self.kernel_initializer
        if hasattr(initializer, "input_axes") and None in (
            initializer.input_axes,
            initializer.output_axes,
        ):
            initializer = copy.copy(initializer)
            places = [
                [i for i, letter in enumerate(kernel) if (letter in out) is kept]
                for kept in (False, True)
            ]
            initializer.input_axes, initializer.output_axes = map(tuple, places)
        self._kernel = self.add_weight(
            tuple(extents[letter] for letter in kernel),
            initializer,
            regularizer=self.kernel_regularizer,
            constraint=self.kernel_constraint,
            name="kernel",
        )
        if self.bias_axes:
            first = min(map(out.index, self.bias_axes))
            shape = [extents[a] if a in self.bias_axes else 1 for a in out[first:]]
            self.bias = self.add_weight(
                (*shape, *(1 for _ in end)),
                self.bias_initializer,
                regularizer=self.bias_regularizer,
                constraint=self.bias_constraint,
                name="bias",
            )
        self.input_spec = InputSpec(ndim=len(input_shape))
        self.built = True
        if self.lora_rank:
            self.enable_lora(self.lora_rank, self.lora_alpha)

    @property
    def kernel(self) -> Any:
        """The kernel; with LoRA, what it is in sum."""
        return self.adapted_weight()

    def call(self, inputs: Any) -> Any:
        """See the class."""
        outputs = ops.einsum(self.equation, inputs, self.kernel)
        if self.bias is not None:
            outputs = outputs + self.bias
        return outputs if self.activation is None else self.activation(outputs)

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Return the extents of the output's letters."""
        extents, front, end = self._extents(tuple(input_shape))
        return (*front, *(extents[letter] for letter in self._terms[5]), *end)

    def get_config(self) -> dict[str, Any]:
        """Return the arguments, with `output_shape` as it was given."""
        return {
            "equation": self.equation,
            "output_shape": self.partial_output_shape,
            **super().get_config(),
        }
