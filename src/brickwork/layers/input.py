"""`Input` and `InputLayer`: what a model's data look like."""

from __future__ import annotations

from ..errors import ArgumentError
from ..fields import field
from ..program import Symbol, floatx, standard
from ..program.dims import from_shape
from .layer import Layer, registry
from .symbolic_calls import Node

#: As many as an array may have.
_MOST_AXES = 64


@registry.add
class InputLayer(Layer):
    """The place where data enter a model.

    Args:
        shape: of one row, without the batch.
        batch_size: the number of rows, where it is always the same.
        dtype: the kind of number, `floatx()` by default; or "string", for a layer like
            `StringLookup`.
        sparse, ragged: such tensors do not exist here.
        batch_shape: the shape with the batch, in the place of `shape`.
        input_tensor: a symbol to take shape and dtype from.
        optional: whether None may be given.
        name: of the layer.

    >>> InputLayer(shape=(4,)).shape
    (None, 4)
    """

    field_order = ("shape", "batch_size", "dtype", "sparse", "ragged", "batch_shape",
                   "input_tensor", "optional", "name")
    is_input = True
    shape: tuple = field(None, kind="shape")
    batch_size: int = field(None, kind="int", ge=1)
    dtype: str = field(None, convert=lambda value: _kind(value or floatx()))
    sparse: bool = field(None, convert=lambda value: _absent(value, "sparse"))
    ragged: bool = field(None, convert=lambda value: _absent(value, "ragged"))
    batch_shape: tuple = field(None, kind="shape")
    input_tensor: Symbol = field(None)
    optional: bool = field(False, kind="bool")
    name: str = field(None, kind="str")

    def setup(self) -> None:
        super().setup()
        given = [s for s in (self.shape, self.batch_shape, self._input_shape,
                             self.input_tensor) if s is not None]
        if len(given) != 1:
            raise ArgumentError("InputLayer.shape", f"got {len(given)} shapes, expected one: "
                                "shape=(4,) for rows of 4 numbers, or batch_shape.")
        if self.input_tensor is not None:
            self.dtype = self.input_tensor.dtype
            whole = self.input_tensor.shape
        else:
            whole = self.batch_shape or self._input_shape or (self.batch_size, *self.shape)
        if len(whole) > _MOST_AXES:
            raise ArgumentError("InputLayer.shape", f"got {len(whole)} axes, expected at most "
                                f"{_MOST_AXES}.")
        if not whole or None in whole[1:]:
            raise ArgumentError("InputLayer.shape", f"got {tuple(whole[1:])}, expected the extent "
                                "of every axis but the batch; only that may be unknown.")
        self.batch_shape = self.shape = tuple(whole)
        self._mark_built(self.shape)

    @property
    def compute_dtype(self) -> str:
        return self.dtype

    def symbol(self) -> Symbol:
        """The symbol that stands for the data."""
        node = Node(self)
        self._nodes.append(node)
        return node.answer(from_shape(self.shape), self.dtype, "input")

    def call(self, inputs):
        """The data as they are."""
        return inputs

    def compute_output_shape(self, input_shape):
        """The inputs' shape."""
        return input_shape

    def get_config(self):
        """Shape and kind."""
        return {"batch_shape": self.batch_shape, "dtype": self.dtype, "sparse": False,
                "ragged": False, "name": self.name, "optional": self.optional}


def _kind(dtype) -> str:
    """As a program calls it; strings are for layers that run before."""
    return "string" if dtype in ("string", str) else standard(dtype)


def _absent(value, what: str) -> bool:
    if value:
        raise ValueError(f"got {value!r}, expected False: {what} tensors do not exist here.")
    return False


def Input(shape=None, batch_size=None, dtype=None, sparse=None, ragged=None, batch_shape=None,
          name=None, tensor=None, optional=False) -> Symbol:
    """A symbol for a model's data, whose shape is known and whose values come later.

    Args:
        shape: of one row, without the batch: ``(4,)`` for rows of 4 numbers.
        batch_size: the number of rows, where it is always the same.
        dtype: the kind of number, `floatx()` by default; or "string", for a layer like
            `StringLookup`.
        sparse, ragged: such tensors do not exist here.
        batch_shape: the shape with the batch, in the place of `shape`.
        name: of the input.
        tensor: a symbol to take shape and dtype from.
        optional: whether None may be given.

    >>> Input(shape=(4,)).shape
    (None, 4)
    """
    return InputLayer(shape, batch_size, dtype, sparse, ragged, batch_shape, tensor, optional,
                      name).symbol()
