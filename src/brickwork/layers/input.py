"""`Input` and `InputLayer`: the inputs of a model."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ..errors import ArgumentError, shown
from ..fields import field
from ..program import Symbol, floatx, standard
from ..program.dims import from_shape
from .layer import Layer, registry
from .symbolic_calls import Node

if TYPE_CHECKING:
    from ..program.types import DType

#: NumPy's limit for arrays.
_MOST_AXES = 64


@registry.add
class InputLayer(Layer):
    """An input of a model; `Input` returns its symbol.

    Args:
        shape: tuple of ints, shape of one row, without the batch; None for an extent that may
            differ from batch to batch, such as a length.
        batch_size: int >= 1, number of rows if it is fixed; default None.
        dtype: dtype of the data, or "string" for a layer like `StringLookup`; default `floatx()`.
        sparse, ragged: None or False; such tensors are not supported.
        batch_shape: tuple, shape with the batch, in place of `shape`.
        input_tensor: symbol to take shape and dtype from, in place of `shape`.
        optional: whether None may be passed for it; default False.
        name: str, name of the layer; by default the class's name with a number.

    Raises:
        ArgumentError (a ValueError): if no shape or several are given.

    >>> InputLayer(shape=(4,)).shape
    (None, 4)
    """

    field_order = (
        "shape",
        "batch_size",
        "dtype",
        "sparse",
        "ragged",
        "batch_shape",
        "input_tensor",
        "optional",
        "name",
    )
    is_input = True
    shape: tuple | Any = field(default=None, kind="shape")
    batch_size: int | None = field(default=None, kind="int", ge=1)
    dtype: str | Any = field(
        default=None, convert=lambda value: _kind(value or floatx()), kw_only=True, positional=True
    )
    sparse: bool | None = field(
        default=None, convert=lambda value: _absent(value, "sparse"), kw_only=True, positional=True
    )
    ragged: bool | None = field(
        default=None, convert=lambda value: _absent(value, "ragged"), kw_only=True, positional=True
    )
    batch_shape: tuple | Any = field(default=None, kind="shape", kw_only=True, positional=True)
    input_tensor: Symbol | None = field(default=None, kw_only=True, positional=True)
    optional: bool = field(default=False, kind="bool", kw_only=True, positional=True)
    name: str | Any = field(default=None, kind="str", kw_only=True, positional=True)

    def setup(self) -> None:
        super().setup()
        whole = self._whole_shape()
        if len(whole) > _MOST_AXES:
            raise ArgumentError(
                "InputLayer.shape", f"got {len(whole)} axes, expected at most {_MOST_AXES}."
            )
        if not whole:
            raise ArgumentError("InputLayer.batch_shape", "got (), expected the batch at least.")
        self.batch_shape = self.shape = tuple(whole)
        self._mark_built(self.shape)

    def _whole_shape(self) -> tuple:
        """The shape with the batch, by the one argument that declares it."""
        given = [s for s in (self.shape, self.batch_shape, self._input_shape) if s is not None]
        if self.input_tensor is not None:
            if not isinstance(self.input_tensor, Symbol):
                raise ArgumentError(
                    "InputLayer.input_tensor",
                    f"got {shown(self.input_tensor)}, expected a symbol, as Input returns one.",
                )
            self.dtype, whole = self.input_tensor.dtype, self.input_tensor.shape
            wanted = [self.batch_shape, self.shape and (whole[0], *self.shape)]
            wanted.append(self.batch_size and (self.batch_size, *whole[1:]))
            for shape in filter(None, wanted):
                if tuple(shape) != whole:
                    raise ArgumentError(
                        "InputLayer.input_tensor",
                        f"got a tensor of shape {whole}, expected {tuple(shape)}, as declared.",
                    )
            return whole
        if len(given) != 1:
            raise ArgumentError(
                "InputLayer.shape",
                f"got {len(given)} shapes, expected one: "
                "shape=(4,) for rows of 4 numbers, or batch_shape.",
            )
        if self.batch_shape is not None and self.batch_size is not None:
            raise ArgumentError(
                "InputLayer.batch_size",
                f"got {self.batch_size} with batch_shape={self.batch_shape}, expected one of them.",
            )
        return self.batch_shape or self._input_shape or (self.batch_size, *self.shape)

    @property
    def compute_dtype(self) -> str:
        return self.dtype

    def symbol(self) -> Symbol:
        """Create a symbol for the data.

        Returns:
            A `Symbol` of the layer's shape and dtype.
        """
        node = Node(self)
        self._nodes.append(node)
        return node.add_output(from_shape(self.shape), self.dtype, "input")

    @property
    def output(self) -> Symbol:
        """The symbol of the data: the given one, or that of the first `symbol`."""
        if self.input_tensor is not None:
            return self.input_tensor
        return self._nodes[0].outputs[0] if self._nodes else self.symbol()

    def call(self, inputs: Any = None) -> Any:
        """Return the inputs."""
        return inputs

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Return the inputs' shape."""
        return input_shape

    def get_config(self) -> dict[str, Any]:
        """Return shape, dtype, name and `optional`."""
        return {
            "batch_shape": self.batch_shape,
            "dtype": self.dtype,
            "sparse": False,
            "ragged": False,
            "name": self.name,
            "optional": self.optional,
        }


def _kind(dtype: Any) -> str:
    """The dtype's name in programs; "string" is for layers that run before them."""
    return "string" if dtype in ("string", str) else standard(dtype)


def _absent(value: Any, what: str) -> bool:
    if value:
        raise ValueError(f"got {value!r}, expected False: {what} tensors are not supported.")
    return False


def Input(
    shape: Sequence[int | None] | None = None,
    batch_size: int | None = None,
    dtype: DType | None = None,
    sparse: bool | None = None,
    ragged: bool | None = None,
    batch_shape: Sequence[int | None] | None = None,
    name: str | None = None,
    tensor: Symbol | None = None,
    optional: bool = False,
) -> Symbol:
    """Return a symbol for an input of a model: its shape is known, its values are passed later.

    Args:
        shape: tuple of ints, shape of one row, without the batch: ``(4,)`` for rows of 4 values.
            None is an extent that may differ from batch to batch: ``(None, 2)`` for any number of
            steps of 2 values. A program is traced for each length that comes.
        batch_size: int >= 1, number of rows if it is fixed; default None.
        dtype: dtype of the data, or "string" for a layer like `StringLookup`; default `floatx()`.
        sparse, ragged: None or False; such tensors are not supported.
        batch_shape: tuple, shape with the batch, in place of `shape`.
        name: str, name of the input; by default "input_layer" with a number.
        tensor: symbol to take shape and dtype from, in place of `shape`.
        optional: whether None may be passed for it; default False.

    Returns:
        A `Symbol` of shape ``(None, *shape)``.

    Raises:
        ArgumentError (a ValueError): if no shape or several are given.

    >>> Input(shape=(4,)).shape
    (None, 4)
    >>> from brickwork.layers import GlobalAveragePooling1D
    >>> GlobalAveragePooling1D()(Input(shape=(None, 2))).shape
    (None, 2)
    """
    return InputLayer(
        shape=shape,
        batch_size=batch_size,
        dtype=dtype,
        sparse=sparse,
        ragged=ragged,
        batch_shape=batch_shape,
        input_tensor=tensor,
        optional=optional,
        name=name,
    ).symbol()
