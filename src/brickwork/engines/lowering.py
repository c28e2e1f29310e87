"""Lowering: from work to instructions, with one small function for each op with a kernel."""

from __future__ import annotations

import numpy as np

from ..program import Symbol
from ..program.dims import Dim, size
from .fusion import Guard, Map, Product, base_of, outputs_of
from .instruction import Instruction, Layout, label_of
from .maps import lower_map
from .planner import PACKED_BYTES, Planner


def lay_out(planner: Planner) -> Layout:
    """The work of a planner as instructions, in the order of the work."""
    instructions = []
    for item in planner.items:
        lowered = lower(planner, item)
        symbols = outputs_of(item)
        once = bool(symbols) and all(id(s) in planner.fusion.static for s in symbols)
        for instruction in lowered:
            instruction.once = once
        instructions += lowered
    instructions += [
        planner.copy_all(symbol, planner.state_buffer(state))
        for state, symbol in planner.final_copies
    ]
    outputs = [planner.buffer(s) for s in planner.program.outputs]
    return Layout(planner.buffers, instructions, planner.states, outputs)


def lower(planner: Planner, item) -> list[Instruction]:
    """The instructions of one piece of work."""
    if isinstance(item, Map):
        return [lower_map(planner, item)]
    if isinstance(item, Product):
        return [_lower_product(planner, item)]
    if isinstance(item, Guard):
        return [Instruction("guard", [], [planner.buffer(item.symbol)], label="guard")]
    lowering = LOWERINGS.get(item.symbol.op)
    if lowering is None:
        raise ValueError(f"the native engine has no kernel for {item.symbol.op!r}")
    return lowering(planner, item.symbol)


# Products


def _lower_product(planner: Planner, item: Product) -> Instruction:
    a, b = item.product.inputs
    ta, tb = item.product.attrs["ta"], item.product.attrs["tb"]
    ins = [planner.buffer(a), planner.buffer(b)]
    out = planner.buffer(item.result)
    aligned = {out} if ta else {out, ins[0]}
    if item.bias is not None:
        ins.append(planner.buffer(item.bias))
    if item.mask is not None:
        ins.append(planner.buffer(item.mask))
        aligned.add(ins[-1])
    rows = size(item.product.dims[:-1])
    columns = _by_columns(b, ta, tb, item.half)
    kernel = "matmul_bf16" if item.half else "matmul"
    what = (
        kernel
        + ("+bias" if item.bias is not None else "")
        + ("+relu" if item.relu else "")
        + ("*mask" if item.mask is not None else "")
    )
    return Instruction(
        kernel,
        [out],
        ins,
        [
            int(ta),
            int(tb),
            int(item.relu),
            int(item.bias is not None),
            int(item.mask is not None),
            int(columns),
        ],
        label=label_of(item.product, what),
        shared=("columns", b.dims[0 if tb else 1]) if columns else planner.share(rows),
        aligned=frozenset() if columns else frozenset(aligned),
    )


#: Weights with at least this many elements, and at least this many columns.
LARGE_WEIGHTS, ENOUGH_COLUMNS = 1 << 18, 128


def _by_columns(b: Symbol, ta: bool, tb: bool, always_packed: bool) -> bool:
    """Whether threads divide the columns of a product rather than its rows.

    So each of them packs its own part of large weights only. Threads must then wait for each other,
    which costs 0.1 us.
    """
    if ta or len(b.dims) != 2 or not all(isinstance(d, int) for d in b.dims):
        return False
    if always_packed:
        return b.dims[0 if tb else 1] >= ENOUGH_COLUMNS
    return (
        size(b.dims) >= LARGE_WEIGHTS
        and b.dims[0 if tb else 1] >= ENOUGH_COLUMNS
        and (tb or b.dims[1] * np.dtype(b.dtype).itemsize >= PACKED_BYTES)
    )


def _lower_batch_matmul(planner: Planner, symbol: Symbol) -> list[Instruction]:
    ins = [planner.buffer(s) for s in symbol.inputs]
    out = planner.buffer(symbol)
    return [
        Instruction(
            "batch_matmul",
            [out],
            ins,
            [0, 0],
            label=label_of(symbol, symbol.op),
            shared=planner.share(size(symbol.dims[:-2])),
        )
    ]


# Reductions


def _axis_extents(dims, axis: int) -> list:
    return [size(dims[:axis]), dims[axis], size(dims[axis + 1 :])]


def _lower_reduce(planner: Planner, symbol: Symbol) -> list[Instruction]:
    """Groups of neighbouring axes are reduced together, from the last group to the first."""
    source = symbol.inputs[0]
    groups: list[list[int]] = []
    for axis in symbol.attrs["axes"]:
        adjacent = groups and groups[-1][-1] == axis - 1
        if adjacent and _one_batch([source.dims[a] for a in (*groups[-1], axis)]):
            groups[-1].append(axis)
        else:
            groups.append([axis])
    buffer, dims, done = planner.buffer(source), list(source.dims), []
    if source.dtype == "bool":
        buffer = _as_int32(planner, source, done)
    for group in reversed(groups):
        first, last = group[0], group[-1] + 1
        outer, inner = size(dims[:first]), size(dims[last:])
        ints = [outer, size(dims[first:last]), inner]
        dims[first:last] = []
        final = group is groups[0]
        out = planner.buffer(symbol) if final else planner.add("temp", symbol.dtype, dims)
        by_row = outer != 1
        done.append(
            Instruction(
                symbol.op,
                [out],
                [buffer],
                ints,
                label=label_of(symbol, symbol.op),
                shared=planner.share(
                    outer if by_row else inner, ints[1] * inner if isinstance(inner, int) else None
                ),
                aligned=frozenset([out, buffer] if by_row else [out]),
            )
        )
        buffer = out
    return done


def _one_batch(dims) -> bool:
    """Whether at most one of the dimensions depends on the batch size."""
    return sum(isinstance(d, Dim) for d in dims) <= 1


def _as_int32(planner: Planner, source: Symbol, done: list[Instruction]) -> int:
    total = size(source.dims)
    out = planner.add("temp", "int32", source.dims)
    wide, narrow = (planner.shaped(b, (total,)) for b in (out, planner.buffer(source)))
    spread = "scalar" if total == 1 else "full"
    done.append(
        Instruction(
            "map",
            [wide],
            [narrow],
            label=label_of(source, "cast"),
            shared=planner.share(total, total),
            aligned=frozenset([wide, narrow]),
            code=((total, 1), [spread, spread], [("cast", 0, (1,))], ["int32", "bool"]),
        )
    )
    return out


def _lower_along_axis(planner: Planner, symbol: Symbol) -> list[Instruction]:
    source = symbol.inputs[0]
    ints = _axis_extents(source.dims, symbol.attrs["axis"])
    ins, out = [planner.buffer(source)], planner.buffer(symbol)
    return [
        Instruction(
            symbol.op,
            [out],
            ins,
            ints,
            label=label_of(symbol, symbol.op),
            shared=planner.share(ints[0]) if ints[0] != 1 else None,
            aligned=frozenset([out, *ins]),
        )
    ]


def _lower_softmax(planner: Planner, symbol: Symbol) -> list[Instruction]:
    rows, out = size(symbol.dims[:-1]), planner.buffer(symbol)
    ins = [planner.buffer(symbol.inputs[0])]
    return [
        Instruction(
            "softmax",
            [out],
            ins,
            [rows, symbol.dims[-1]],
            label=label_of(symbol, "softmax"),
            shared=planner.share(rows),
            aligned=frozenset([out, *ins]),
        )
    ]


def _lower_argsort(planner: Planner, symbol: Symbol) -> list[Instruction]:
    rows, out = size(symbol.dims[:-1]), planner.buffer(symbol)
    ins = [planner.buffer(symbol.inputs[0])]
    return [
        Instruction(
            "argsort",
            [out],
            ins,
            [rows, symbol.dims[-1], int(symbol.attrs["descending"])],
            label=label_of(symbol, "argsort"),
            shared=planner.share(rows),
            aligned=frozenset([out, *ins]),
        )
    ]


# Moving values


def _strides_of(dims) -> list:
    return [size(dims[i + 1 :]) for i in range(len(dims))]


def _copy_instruction(planner, symbol, source, target, dims, from_, to) -> Instruction:
    """A strided copy of `dims` values; `from_` and `to` are (offset, strides)."""
    ints = [len(dims), *dims, from_[0], *from_[1], to[0], *to[1]]
    return Instruction(
        "copy",
        [target],
        [source],
        ints,
        label=label_of(symbol, symbol.op),
        shared=planner.share(dims[0]) if dims else None,
    )


def _lower_transpose(planner: Planner, symbol: Symbol) -> list[Instruction]:
    source = symbol.inputs[0]
    strides = _strides_of(source.dims)
    return [
        _copy_instruction(
            planner,
            symbol,
            planner.buffer(source),
            planner.buffer(symbol),
            symbol.dims,
            (0, [strides[a] for a in symbol.attrs["axes"]]),
            (0, _strides_of(symbol.dims)),
        )
    ]


def _lower_broadcast(planner: Planner, symbol: Symbol) -> list[Instruction]:
    source = symbol.inputs[0]
    padded = (1,) * (symbol.ndim - source.ndim) + tuple(source.dims)
    strides = [0 if d == 1 else s for d, s in zip(padded, _strides_of(padded), strict=True)]
    return [
        _copy_instruction(
            planner,
            symbol,
            planner.buffer(source),
            planner.buffer(symbol),
            symbol.dims,
            (0, strides),
            (0, _strides_of(symbol.dims)),
        )
    ]


def _lower_concat(planner: Planner, symbol: Symbol) -> list[Instruction]:
    axis, start, done = symbol.attrs["axis"], 0, []
    strides = _strides_of(symbol.dims)
    for part in symbol.inputs:
        done.append(
            _copy_instruction(
                planner,
                symbol,
                planner.buffer(part),
                planner.buffer(symbol),
                part.dims,
                (0, _strides_of(part.dims)),
                (start * strides[axis], strides),
            )
        )
        start = start + part.dims[axis]
    return done


def _lower_slice(planner: Planner, symbol: Symbol) -> list[Instruction]:
    source, attrs = symbol.inputs[0], symbol.attrs
    strides = _strides_of(source.dims)
    offset = attrs["start"] * strides[attrs["axis"]]
    strides[attrs["axis"]] = strides[attrs["axis"]] * attrs["step"]
    return [
        _copy_instruction(
            planner,
            symbol,
            planner.buffer(source),
            planner.buffer(symbol),
            symbol.dims,
            (offset, strides),
            (0, _strides_of(symbol.dims)),
        )
    ]


def _lower_unslice(planner: Planner, symbol: Symbol) -> list[Instruction]:
    part, attrs = symbol.inputs[0], symbol.attrs
    strides = _strides_of(symbol.dims)
    offset = attrs["start"] * strides[attrs["axis"]]
    strides[attrs["axis"]] = strides[attrs["axis"]] * attrs["step"]
    out = planner.buffer(symbol)
    return [
        Instruction("fill", [out], [], reals=[0.0], label=label_of(symbol, "zeros")),
        _copy_instruction(
            planner,
            symbol,
            planner.buffer(part),
            out,
            part.dims,
            (0, _strides_of(part.dims)),
            (offset, strides),
        ),
    ]


def _lower_pack(planner: Planner, symbol: Symbol) -> list[Instruction]:
    """Copies the parts that are not computed in place."""
    whole, offset, done = planner.buffer(symbol), 0, []
    for part in symbol.inputs:
        root, start, _ = planner.spans[planner.buffer(base_of(part))]
        if (root, start) != (whole, offset):
            target = planner.add("view", part.dtype, part.dims, whole, offset)
            done.append(planner.copy_all(part, target))
        offset += size(part.dims)
    return done


# Indices, constants, random numbers


def _lower_take(planner: Planner, symbol: Symbol) -> list[Instruction]:
    table, ids = (planner.buffer(s) for s in symbol.inputs)
    out = planner.buffer(symbol)
    return [
        Instruction(
            "take",
            [out],
            [table, ids],
            label=label_of(symbol, "take"),
            shared=planner.share(size(symbol.inputs[1].dims)),
            aligned=frozenset([out, ids]),
        )
    ]


def _lower_scatter(planner: Planner, symbol: Symbol) -> list[Instruction]:
    ins = [planner.buffer(s) for s in symbol.inputs]
    return [
        Instruction(
            "scatter_add", [planner.buffer(symbol)], ins, label=label_of(symbol, "scatter_add")
        )
    ]


def _lower_iota(planner: Planner, symbol: Symbol) -> list[Instruction]:
    return [
        Instruction(
            "iota",
            [planner.buffer(symbol)],
            [],
            _axis_extents(symbol.dims, symbol.attrs["axis"]),
            label="iota",
        )
    ]


def _lower_fill(planner: Planner, symbol: Symbol) -> list[Instruction]:
    return [
        Instruction(
            "fill", [planner.buffer(symbol)], [], reals=[float(symbol.attrs["value"])], label="fill"
        )
    ]


def _lower_extent(planner: Planner, symbol: Symbol) -> list[Instruction]:
    return [
        Instruction(
            "extent", [planner.buffer(symbol)], [], list(symbol.attrs["factors"]), label="extent"
        )
    ]


def _lower_random(planner: Planner, symbol: Symbol) -> list[Instruction]:
    ins, out = [planner.buffer(s) for s in symbol.inputs], planner.buffer(symbol)
    return [
        Instruction(
            symbol.op,
            [out],
            ins,
            [symbol.attrs["stream"]],
            label=label_of(symbol, symbol.op),
            shared=planner.share(symbol.dims[0]) if symbol.dims else None,
            aligned=frozenset([out]),
        )
    ]


LOWERINGS = {
    "batch_matmul": _lower_batch_matmul,
    "reduce_sum": _lower_reduce,
    "reduce_max": _lower_reduce,
    "reduce_min": _lower_reduce,
    "reduce_prod": _lower_reduce,
    "argmax": _lower_along_axis,
    "argmin": _lower_along_axis,
    "cumsum": _lower_along_axis,
    "softmax": _lower_softmax,
    "argsort": _lower_argsort,
    "transpose": _lower_transpose,
    "broadcast_to": _lower_broadcast,
    "concat": _lower_concat,
    "slice": _lower_slice,
    "unslice": _lower_unslice,
    "pack": _lower_pack,
    "take": _lower_take,
    "scatter_add": _lower_scatter,
    "iota": _lower_iota,
    "fill": _lower_fill,
    "extent": _lower_extent,
    "random_uniform": _lower_random,
}
