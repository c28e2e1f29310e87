"""Layers that merge several tensors into one, and their functional forms: ``add([x, y])``."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from typing import Any, ClassVar

from .. import ops
from ..errors import ArgumentError
from ..fields import field
from .layer import Layer, registry


class Merge(Layer):
    """Base of layers of several inputs, which broadcast: ``layer([x, y])``.

    If all inputs have masks, the output's mask is their logical or.
    """

    _several = True

    def setup(self) -> None:
        super().setup()
        self.supports_masking = True

    def build(self, input_shape: Any) -> None:
        """Check that the shapes are compatible."""
        self._refuse_one(input_shape)
        self.compute_output_shape(input_shape)

    def _refuse_one(self, shapes: Any) -> None:
        if not shapes or not isinstance(shapes[0], list | tuple):
            raise ArgumentError(
                self._who(),
                f"got one input of shape {shapes}, expected a list of inputs: layer([x, y]).",
            )

    def _who(self) -> str:
        return f"{self.name} ({type(self).__name__})"

    def call(self, inputs: Any) -> Any:
        """See the class."""
        rank = max(len(x.shape) for x in inputs)
        return self.merged([_of_rank(x, rank) for x in inputs])

    def merged(self, inputs: Any) -> Any:
        """Return the output for inputs of equal rank; a subclass defines it."""
        raise NotImplementedError(f"{type(self).__name__} must define merged(self, inputs).")

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Return the shape that the inputs broadcast to."""
        rank = max(map(len, input_shape))
        shapes = [(*s[:1], *(1,) * (rank - len(s)), *s[1:]) for s in input_shape]
        out = []
        for extents in zip(*shapes, strict=True):
            known = {d for d in extents if d not in (1, None)}
            if len(known) > 1:
                raise ArgumentError(
                    self._who(),
                    f"got inputs of shapes {_listed(input_shape)}, "
                    "expected shapes that are equal, or 1 where they differ.",
                )
            out.append(known.pop() if known else None if None in extents else 1)
        return tuple(out)

    def compute_mask(self, inputs: Any, previous_mask: Any = None) -> Any:
        """Return the logical or of the inputs' masks; None unless all have masks."""
        self._check_masks(inputs, previous_mask)
        if previous_mask is None or any(mask is None for mask in previous_mask):
            return None
        return reduce(ops.logical_or, previous_mask)

    def _check_masks(self, inputs: Any, masks: Any) -> None:
        """Raise unless there are lists of as many masks as inputs, or no masks."""
        if masks is None:
            return
        for what, values in (("inputs", inputs), ("masks", masks)):
            if not isinstance(values, list | tuple):
                raise ArgumentError(
                    f"{self._who()}.compute_mask", f"got {what} that are no list, expected lists."
                )
        if len(inputs) != len(masks):
            raise ArgumentError(
                f"{self._who()}.compute_mask",
                f"got {len(masks)} masks for {len(inputs)} inputs, expected one for each.",
            )


def _of_rank(x: Any, rank: int) -> Any:
    """A tensor with new axes of extent 1 after the batch, to this rank."""
    missing = rank - len(x.shape)
    return ops.expand_dims(x, tuple(range(1, missing + 1))) if missing else x


def _listed(shapes: Any) -> str:
    return ", ".join(str(tuple(shape)) for shape in shapes)


def _wide(mask, x):
    """A mask of steps, broadcast to the shape of the values."""
    return ops.broadcast_to(ops.expand_dims(mask, -1), ops.shape(x))


@registry.add
class Add(Merge):
    """The sum of the inputs.

    Shapes: a list of tensors that broadcast -> one.

    >>> Add()([[[1.0, 2.0]], [[3.0, 4.0]]])
    array([[4., 6.]], dtype=float32)
    """

    def merged(self, inputs: Any) -> Any:
        """Return the sum."""
        return reduce(ops.add, inputs)


@registry.add
class Subtract(Merge):
    """The difference of two inputs: the first minus the second.

    Shapes: a list of two tensors that broadcast -> one.

    >>> Subtract()([[[3.0]], [[1.0]]])
    array([[2.]], dtype=float32)
    """

    def build(self, input_shape: Any) -> None:
        """Check that there are two inputs."""
        super().build(input_shape)
        if len(input_shape) != 2:
            raise ArgumentError(self._who(), f"got {len(input_shape)} inputs, expected 2.")

    def merged(self, inputs: Any) -> Any:
        """Return the difference."""
        return ops.subtract(*inputs)


@registry.add
class Multiply(Merge):
    """The product of the inputs; masked values of an input are left out of it.

    Shapes: a list of tensors that broadcast -> one.

    >>> Multiply()([[[2.0]], [[3.0]]])
    array([[6.]], dtype=float32)
    """

    def merged(self, inputs: Any) -> Any:
        """Return the product."""
        masks = [x.mask for x in inputs]
        wide: list[Any] = [
            None if m is None else _wide(m, x) for m, x in zip(masks, inputs, strict=True)
        ]
        product = reduce(
            ops.multiply,
            [x if m is None else ops.where(m, x, 1) for m, x in zip(wide, inputs, strict=True)],
        )
        if any(mask is None for mask in masks):
            return product
        return ops.where(reduce(ops.logical_or, wide), product, 0)


@registry.add
class Average(Merge):
    """The mean of the inputs.

    Shapes: a list of tensors that broadcast -> one.

    >>> Average()([[[1.0]], [[3.0]]])
    array([[2.]], dtype=float32)
    """

    def merged(self, inputs: Any) -> Any:
        """Return the mean."""
        return reduce(ops.add, inputs) / len(inputs)


class Extreme(Merge):
    """Base of `Maximum` and `Minimum`, over the unmasked inputs at each position."""

    def merged(self, inputs: Any) -> Any:
        """Return the elementwise maximum or minimum."""
        best: Any = None
        counts: Any = None
        for i, x in enumerate(inputs):
            own: Any = None if x.mask is None else _wide(x.mask, x)
            if not i:
                best, counts = x, own
                continue
            x = x if own is None else ops.where(own, x, best)
            best = best if counts is None else ops.where(counts, best, x)
            both = own is not None and counts is not None
            counts = ops.logical_or(counts, own) if both else None
            best = self._of_two(best, x)
        return best

    _of_two: ClassVar[Any]


@registry.add
class Maximum(Extreme):
    """The elementwise maximum of the inputs.

    Shapes: a list of tensors that broadcast -> one.

    >>> Maximum()([[[1.0, 4.0]], [[3.0, 2.0]]])
    array([[3., 4.]], dtype=float32)
    """

    _of_two = staticmethod(ops.maximum)


@registry.add
class Minimum(Extreme):
    """The elementwise minimum of the inputs.

    Shapes: a list of tensors that broadcast -> one.

    >>> Minimum()([[[1.0, 4.0]], [[3.0, 2.0]]])
    array([[1., 2.]], dtype=float32)
    """

    _of_two = staticmethod(ops.minimum)


@registry.add
class Concatenate(Merge):
    """Concatenates the inputs along an axis.

    Args:
        axis: int, axis along which the inputs are joined; their other extents are equal. Default
            -1.

    Shapes: a list of tensors -> one.

    >>> Concatenate()([[[1.0]], [[2.0, 3.0]]])
    array([[1., 2., 3.]], dtype=float32)
    """

    axis: int = field(default=-1, kind="int")

    def call(self, inputs: Any) -> Any:
        """See the class."""
        return ops.concatenate(inputs, self.axis)

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Return the first shape, with the sum of the extents along the axis."""
        first = list(input_shape[0])
        if not -len(first) <= self.axis < len(first):
            raise ArgumentError(
                f"{self._who()}.axis",
                f"got {self.axis} for inputs of shapes "
                f"{_listed(input_shape)}, expected {-len(first)} to "
                f"{len(first) - 1}.",
            )
        at = self.axis % len(first)
        for shape in input_shape[1:]:
            if len(shape) != len(first) or any(
                d != e and None not in (d, e) and i != at
                for i, (d, e) in enumerate(zip(shape, first, strict=True))
            ):
                raise ArgumentError(
                    self._who(),
                    f"got inputs of shapes {_listed(input_shape)}, "
                    f"expected equal extents but on axis {self.axis}.",
                )
            known = None not in (first[at], shape[at])
            first[at] = first[at] + shape[at] if known else None
        return tuple(first)

    def compute_mask(self, inputs: Any, previous_mask: Any = None) -> Any:
        """Return the inputs' masks, concatenated; an input without one has all steps."""
        self._check_masks(inputs, previous_mask)
        if previous_mask is None or all(mask is None for mask in previous_mask):
            return None
        masks = []
        for x, mask in zip(inputs, previous_mask, strict=True):
            if mask is None:
                mask = ops.ones_like(x, "bool")
            elif len(mask.shape) < len(x.shape):
                mask = _wide(mask, x)
            masks.append(mask)
        return ops.any(ops.concatenate(masks, self.axis), -1)


@registry.add
class Dot(Merge):
    """The dot product of two inputs along an axis of each, for each row.

    Args:
        axes: int, axis of both inputs along which the products are summed; or a tuple of the
            first input's and the second input's axis. Not the batch.
        normalize: whether to L2-normalize the inputs along the axes first, so that the output is
            the cosine similarity; default False.

    Shapes: ``[(batch, a, k), (batch, b, k)]`` -> ``(batch, a, b)``; of two vectors ->
    ``(batch, 1)``.

    >>> Dot(axes=1)([[[1.0, 2.0]], [[3.0, 4.0]]])
    array([[11.]], dtype=float32)
    """

    axes: Any = field(kind="axis")
    normalize: bool = field(default=False, kind="bool")

    def setup(self) -> None:
        super().setup()
        if isinstance(self.axes, tuple) and len(self.axes) != 2:
            raise ArgumentError(
                "Dot.axes", f"got {self.axes}, expected an axis, or one of each input."
            )

    def _of_each(self, shapes: Any) -> tuple[int, int]:
        """The axis of each input, counted from the front."""
        if len(shapes) != 2 or min(map(len, shapes)) < 2:
            raise ArgumentError(
                self._who(),
                f"got inputs of shapes {_listed(shapes)}, expected two of at least two axes.",
            )
        axes = self.axes if isinstance(self.axes, tuple) else (self.axes, self.axes)
        positive = []
        for axis, shape in zip(axes, shapes, strict=True):
            if not -len(shape) < axis < len(shape) or axis == 0:
                raise ArgumentError(
                    f"{self._who()}.axes",
                    f"got {self.axes} for inputs of shapes "
                    f"{_listed(shapes)}, expected axes after the batch.",
                )
            positive.append(axis % len(shape))
        if shapes[0][positive[0]] != shapes[1][positive[1]]:
            raise ArgumentError(
                self._who(),
                f"got inputs of shapes {_listed(shapes)}, expected "
                f"equal extents along the axes {self.axes}.",
            )
        return tuple(positive)

    def call(self, inputs: Any) -> Any:
        """See the class."""
        one, two = self._of_each([x.shape for x in inputs])
        x, y = inputs
        if self.normalize:
            x, y = ops.normalize(x, one), ops.normalize(y, two)
        left = "b" + "".join(chr(ord("A") + i) for i in range(1, len(x.shape)))
        right = "b" + "".join(chr(ord("N") + i) for i in range(1, len(y.shape)))
        right = right.replace(right[two], left[one])
        kept = [letter for letter in left + right[1:] if letter != left[one]]
        product = ops.einsum(f"{left},{right}->{''.join(kept)}", x, y)
        return product if len(kept) > 1 else ops.expand_dims(product, -1)

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Return the first input's axes, then the second's, without those that are summed."""
        one, two = self._of_each(input_shape)
        first, second = map(list, input_shape)
        shape = first[:one] + first[one + 1 :] + second[1:two] + second[two + 1 :]
        return tuple(shape) if len(shape) > 1 else (*shape, 1)

    def compute_mask(self, inputs: Any, previous_mask: Any = None) -> Any:
        """Return None."""
        return None


def add(inputs: Any, **kwargs: Any) -> Any:
    """Return the sum of several tensors, by a new `Add` layer.

    Args:
        inputs: list of tensors that broadcast, ``(batch, ...)``.
        kwargs: arguments of the layer, such as `name`.

    Returns:
        An array for arrays, a symbol for symbols.

    >>> add([[[1.0]], [[3.0]]])
    array([[4.]], dtype=float32)
    """
    return Add(**kwargs)(inputs)


def subtract(inputs: Any, **kwargs: Any) -> Any:
    """Return the first of two tensors minus the second, by a new `Subtract` layer.

    Args:
        inputs: list of two tensors that broadcast, ``(batch, ...)``.
        kwargs: arguments of the layer, such as `name`.

    Returns:
        An array for arrays, a symbol for symbols.

    >>> subtract([[[1.0]], [[3.0]]])
    array([[-2.]], dtype=float32)
    """
    return Subtract(**kwargs)(inputs)


def multiply(inputs: Any, **kwargs: Any) -> Any:
    """Return the product of several tensors, by a new `Multiply` layer.

    Args:
        inputs: list of tensors that broadcast, ``(batch, ...)``.
        kwargs: arguments of the layer, such as `name`.

    Returns:
        An array for arrays, a symbol for symbols.

    >>> multiply([[[2.0]], [[3.0]]])
    array([[6.]], dtype=float32)
    """
    return Multiply(**kwargs)(inputs)


def average(inputs: Any, **kwargs: Any) -> Any:
    """Return the mean of several tensors, by a new `Average` layer.

    Args:
        inputs: list of tensors that broadcast, ``(batch, ...)``.
        kwargs: arguments of the layer, such as `name`.

    Returns:
        An array for arrays, a symbol for symbols.

    >>> average([[[1.0]], [[3.0]]])
    array([[2.]], dtype=float32)
    """
    return Average(**kwargs)(inputs)


def maximum(inputs: Any, **kwargs: Any) -> Any:
    """Return the elementwise maximum of several tensors, by a new `Maximum` layer.

    Args:
        inputs: list of tensors that broadcast, ``(batch, ...)``.
        kwargs: arguments of the layer, such as `name`.

    Returns:
        An array for arrays, a symbol for symbols.

    >>> maximum([[[1.0]], [[3.0]]])
    array([[3.]], dtype=float32)
    """
    return Maximum(**kwargs)(inputs)


def minimum(inputs: Any, **kwargs: Any) -> Any:
    """Return the elementwise minimum of several tensors, by a new `Minimum` layer.

    Args:
        inputs: list of tensors that broadcast, ``(batch, ...)``.
        kwargs: arguments of the layer, such as `name`.

    Returns:
        An array for arrays, a symbol for symbols.

    >>> minimum([[[1.0]], [[3.0]]])
    array([[1.]], dtype=float32)
    """
    return Minimum(**kwargs)(inputs)


def concatenate(inputs: Any, axis: int = -1, **kwargs: Any) -> Any:
    """Return the tensors joined along an axis, by a new `Concatenate` layer.

    Args:
        inputs: list of tensors ``(batch, ...)``, of equal extents but along the axis.
        axis: int, axis along which they are joined; default -1.
        kwargs: arguments of the layer, such as `name`.

    Returns:
        An array for arrays, a symbol for symbols.

    >>> concatenate([[[1.0]], [[3.0]]])
    array([[1., 3.]], dtype=float32)
    """
    return Concatenate(axis=axis, **kwargs)(inputs)


def dot(inputs: Any, axes: int | Sequence[int] = -1, **kwargs: Any) -> Any:
    """Return the dot product of two tensors for each row, by a new `Dot` layer.

    Args:
        inputs: list of two tensors ``(batch, ...)``.
        axes: int or tuple of two ints, as for `Dot`; default -1.
        kwargs: arguments of the layer, such as `normalize` and `name`.

    Returns:
        An array for arrays, a symbol for symbols.

    >>> dot([[[1.0, 2.0]], [[3.0, 4.0]]])
    array([[11.]], dtype=float32)
    """
    return Dot(axes=axes, **kwargs)(inputs)
