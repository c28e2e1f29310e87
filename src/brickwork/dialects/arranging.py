"""TensorFlow's functions that arrange, gather and scatter, and its flow of control."""

from __future__ import annotations

import sys
from typing import Any, NamedTuple

import numpy as np

from .. import ops, random
from ..errors import ArgumentError
from ..program import Symbol, Variable
from ..spelling.no_effect import has_no_effect
from .tensors import FUNCTIONS, Tensor, in_words, named, tensor

#: As in `tensors`: TensorFlow's argument names, and the functions.
FUNCTIONS |= in_words(
    {
        "input": "inv det trace:trace diag_part:diagonal",
        "diagonal": "diag",
        "input shape": "broadcast_to",
        "input shift axis": "roll",
        "input repeats axis": "repeat",
        "matrix rhs": "solve",
        "num_rows num_columns": "eye",
        "params ids": "embedding_lookup:take",
        "sorted_sequence values side": "searchsorted",
        "targets predictions k": "in_top_k",
        "tensor axis": "reverse:flip",
        "value bias": "bias_add:add",
        "value num axis": "unstack",
        "data segment_ids num_segments": "unsorted_segment_sum:segment_sum "
        "unsorted_segment_max:segment_max",
        "pred true_fn false_fn": "cond",
    },
    {"embedding_lookup": {"axis": 0}},
)


# Arranging


@named
def pad(tensor, paddings, mode="CONSTANT", constant_values=0):
    """Return a tensor with more entries before and after those of each axis."""
    mode = mode.lower()
    pairs = [tuple(map(int, pair)) for pair in np.asarray(paddings)]
    return ops.pad(tensor, pairs, mode, constant_values if mode == "constant" else None)


@named
def split(value, num_or_size_splits, axis=0):
    """Return the parts of a tensor: so many of equal size, or of these sizes; -1 is the rest."""
    if isinstance(num_or_size_splits, int):
        return ops.split(value, num_or_size_splits, axis)
    sizes = [int(size) for size in num_or_size_splits]
    if -1 in sizes:
        rest = sizes.index(-1)
        sizes[rest] = value.shape[axis] - sum(sizes) - 1
    return ops.split(value, [int(at) for at in np.cumsum(sizes)[:-1]], axis)


@named
def meshgrid(*args, indexing="xy"):
    """Return the coordinates of a grid's points, one tensor for each axis."""
    return ops.meshgrid(*args, indexing=indexing)


@named
def einsum(equation, *inputs):
    """Return the sum of products that an equation describes."""
    return ops.einsum(equation, *inputs)


@named
def argsort(values, axis=-1, direction="ASCENDING", stable=False):
    """Return the indices that sort a tensor along an axis."""
    return ops.argsort(values if direction == "ASCENDING" else ops.negative(values), axis)


class TopK(NamedTuple):
    """The largest values of each row, and their indices."""

    values: Any
    indices: Any


@named
def top_k(input, k=1, sorted=True):
    """Return the largest values of each row, and their indices."""
    return TopK(*map(tensor, ops.top_k(input, k, sorted)))


def unique(x, out_idx="int32", name=None):
    """Return the values of a tensor in the order of their first occurrence, and for each entry the
    index of its value."""
    values, first, which = np.unique(
        ops.convert_to_tensor(x), return_index=True, return_inverse=True
    )
    order = np.argsort(first)
    place = np.empty_like(order)
    place[order] = np.arange(len(order))
    return tensor(values[order]), tensor(place[which].astype(out_idx))


@named
def boolean_mask(tensor, mask, axis=0):
    """Return the entries of arrays where a mask is True; their number must be known."""
    if (isinstance(tensor, Symbol) and tensor.trace is None) or isinstance(mask, Symbol):
        raise ArgumentError(
            "tf.boolean_mask",
            "got a value of a compiled function, expected an array: the number of entries would "
            "depend on values. Multiply by the mask, or use tf.where.",
        )
    return np.compress(np.asarray(mask), np.asarray(tensor), axis)


# Gathering and scattering


@named
def gather_nd(params, indices):
    """Return the entries, or the slices, at these indices: the last axis of the indices is one
    index for each of the first axes."""
    indices, extents = ops.convert_to_tensor(indices), ops.shape(params)
    count = indices.shape[-1]
    place = indices[..., 0]
    for i in range(1, count):
        place = place * extents[i] + indices[..., i]
    return ops.take(ops.reshape(params, (-1, *extents[count:])), place, 0)


@named
def scatter_nd(indices, updates, shape):
    """Return zeros, to which these values are added at the indices."""
    return ops.scatter(indices, updates, tuple(map(int, shape)))


def _scattered(name: str, reduction: str | None, sign: int = 1) -> None:
    def function(tensor, indices, updates):
        return ops.scatter_update(tensor, indices, sign * ops.convert_to_tensor(updates), reduction)

    function.__name__ = function.__qualname__ = f"tensor_scatter_nd_{name}"
    function.__doc__ = f"Return a tensor with values at these indices (as if by {name})."
    named(function)


for _name, _how in {
    "update": (None,),
    "add": ("add",),
    "sub": ("add", -1),
    "max": ("max",),
    "min": ("min",),
}.items():
    _scattered(_name, *_how)


# Flow of control


@named
def while_loop(cond, body, loop_vars, shape_invariants=None, maximum_iterations=None, **_):
    """Repeat a function while a condition is true."""
    results = ops.while_loop(cond, body, loop_vars, maximum_iterations)
    return [tensor(r) for r in results] if isinstance(results, list | tuple) else results


@named
def map_fn(fn, elems, dtype=None, fn_output_signature=None, **_):
    """Return the results of a function of each row."""
    return ops.map(fn, elems)


@named
def vectorized_map(fn, elems, **_):
    """Return the results of a function of each row, computed together."""
    return ops.vectorized_map(fn, elems)


def print_values(*inputs, output_stream=None, end="\n", sep=" ", summarize=3, name=None) -> None:
    """``tf.print``: print arrays at once, to the standard error output by default.

    Values of a compiled function are known to the engine alone.
    """
    if any(isinstance(part, Symbol) and part.trace is None for part in inputs):
        return has_no_effect("tf.print")
    shown = [np.asarray(x) if isinstance(x, Tensor | Variable | Symbol) else x for x in inputs]
    print(*shown, sep=sep, end=end, file=output_stream or sys.stderr)


FUNCTIONS |= {"unique": unique, "print": print_values, "Print": print_values}


@named
def dropout(x, rate=0.5, noise_shape=None, seed=None):
    """Return a tensor with a fraction of its entries set to 0, and the others scaled up."""
    return random.dropout(x, rate, noise_shape, seed)


def dropout_1(x, keep_prob=None, noise_shape=None, seed=None, name=None, rate=None):
    """Return what `dropout` does; TensorFlow 1 names the share of entries that stay."""
    if rate is None:
        rate = 0.0 if keep_prob is None else 1 - keep_prob
    return dropout(x, rate, noise_shape, seed)


def categorical(logits, num_samples, dtype="int64", seed=None, name=None):
    """Return classes drawn from distributions that are given by logits, one row for each."""
    return tensor(random.categorical(logits, num_samples, dtype, seed))
