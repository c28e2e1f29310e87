"""Fusion: from the symbols of a program to pieces of work, each of which is one kernel.

Three things are fused. Chains of elementwise ops over the same values become one `map`, so that
a value is loaded once. A product includes the bias, the relu or the mask of a relu's gradient
that follows it. Views (reshapes, pieces of a vector) cost nothing and need no work.

Work that changes state comes after the guard, so that a step whose loss is not finite can be
abandoned without any change.
"""

from __future__ import annotations

from heapq import heapify, heappop, heappush
from typing import Any

from ..program import PRIMITIVES, Program, Symbol
from ..program.dims import broadcast_kind, operand_dims, size, strip

#: Ops that need no work.
SOURCES = ("input", "const", "read")

#: The most operands of a kernel.
MOST_OPERANDS = 20
#: The most ops of a map, since its values must stay in the first-level cache.
MOST_STEPS = 48


class Map:
    """A chain of elementwise ops over one space of values.

    Attributes:
        space: the dimensions of that space, without those of extent 1.
        split: the number of dimensions that are rows, the rest being columns; None if any will do.
        symbols: the ops, in order.
    """

    __slots__ = ("space", "split", "symbols")

    def __init__(self, space: tuple, split: int | None, symbols: list[Symbol] | None = None):
        self.space = space
        self.split = split
        self.symbols = [] if symbols is None else symbols


class Product:
    """A matrix product with the ops fused to it; `result` is the last symbol of the chain."""

    __slots__ = ("bias", "half", "mask", "product", "relu", "result")

    def __init__(
        self,
        product: Symbol,
        result: Symbol,
        bias: Symbol | None = None,
        relu: bool = False,
        mask: Symbol | None = None,
        half: bool = False,  # it rounds its operands to bfloat16, and each result
    ):
        self.product = product
        self.result = result
        self.bias = bias
        self.relu = relu
        self.mask = mask
        self.half = half


class Single:
    """Any other op."""

    __slots__ = ("symbol",)

    def __init__(self, symbol: Symbol):
        self.symbol = symbol


class Guard:
    """Abandon the step here if the value is not finite."""

    __slots__ = ("symbol",)

    def __init__(self, symbol: Symbol):
        self.symbol = symbol


Work = Map | Product | Single | Guard


#: Ops whose value is their first operand.
IDENTITIES = ("stop_gradient", "guard", "custom_gradient")


def is_view(symbol: Symbol) -> bool:
    """Whether the symbol's value is contiguous memory of its input's."""
    if symbol.op in ("reshape", *IDENTITIES):
        return True
    return (
        symbol.op == "slice"
        and symbol.attrs["step"] == 1
        and all(d == 1 for d in symbol.dims[: symbol.attrs["axis"]])
    )


def _rounds(symbol: Symbol | None) -> bool:
    return symbol is not None and symbol.op == "to_bfloat16"


def base_of(symbol: Symbol) -> Symbol:
    """The symbol whose buffer a view is part of; a symbol that is no view itself."""
    while is_view(symbol):
        symbol = symbol.inputs[0]
    return symbol


def resolve(source: Symbol, user: Symbol) -> tuple[Symbol, str, int | None]:
    """What a map has to read when it reads `source` for `user`.

    Broadcasts and reshapes are skipped as far as the map can do them itself.

    Returns:
        The symbol, how it broadcasts over the user's space, and the split that this needs.
    """
    space = strip(user.dims)
    dims = operand_dims(source.dims, user.dims)
    while True:
        if source.op in IDENTITIES:
            source = source.inputs[0]
        elif source.op == "reshape" and strip(source.dims) == strip(source.inputs[0].dims):
            source = source.inputs[0]
        elif source.op == "broadcast_to":
            kept = iter(operand_dims(source.inputs[0].dims, source.dims))
            narrow = tuple(d if d == 1 else next(kept) for d in dims)
            if broadcast_kind(narrow, space) is None:
                break
            source, dims = source.inputs[0], narrow
        else:
            break
    return source, *broadcast_kind(dims, space)


def outputs_of(item: Work) -> list[Symbol]:
    """The symbols whose values an item computes."""
    if isinstance(item, Map):
        return item.symbols
    if isinstance(item, Product):
        return [item.result]
    return [item.symbol] if isinstance(item, Single) else []


def scalars_first(order: list[Symbol]) -> list[Symbol]:
    """The same symbols in a topological order that makes maps long.

    Scalars come as early as possible, so that no map over arrays has to be cut in two to wait for
    one. Array ops on inputs, constants and state come as late as possible, where they join the map
    of their user.
    """
    users: dict[int, list[int]] = {id(s): [] for s in order}
    missing = []  # the number of inputs that are not placed yet
    for index, symbol in enumerate(order):
        sources = {id(s) for s in symbol.inputs}
        missing.append(len(sources))
        for source in sources:
            users[source].append(index)

    def rank(index: int) -> tuple[int, float]:
        symbol = order[index]
        if not strip(symbol.dims):
            return 0, index
        used_by = users[id(symbol)]
        early = all(s.op in SOURCES or not strip(s.dims) for s in symbol.inputs)
        return 1, min(used_by) - 0.5 if used_by and early and symbol.inputs else index

    ready = [(*rank(i), i) for i in range(len(order)) if not missing[i]]
    heapify(ready)
    done = []
    while ready:
        index = heappop(ready)[-1]
        done.append(order[index])
        for user in users[id(order[index])]:
            missing[user] -= 1
            if not missing[user]:
                heappush(ready, (*rank(user), user))
    return done


def static_of(order: list[Symbol], wanted: set[int]) -> set[int]:
    """Symbols whose values depend on the batch size alone: the engine computes them once.

    Wanted values are not among them, since their memory does not belong to the plan.
    """
    static: set[int] = set()
    for symbol in order:
        if id(symbol) in wanted:
            continue
        if symbol.op in ("const", "extent", "iota", "fill"):
            static.add(id(symbol))
        elif symbol.inputs and all(id(s) in static for s in symbol.inputs):
            static.add(id(symbol))
    return static


class Fusion:
    """Arranges a program as a list of work."""

    def __init__(self, program: Program, guard: Symbol | None = None):
        self.program = program
        self.guard = guard
        self.symbols = scalars_first(program.order())
        self.consumers: dict[int, list[Symbol]] = {id(s): [] for s in self.symbols}
        for symbol in self.symbols:
            for source in dict.fromkeys(symbol.inputs):
                self.consumers[id(source)].append(symbol)
        self.wanted = {id(base_of(s)) for s in [*program.outputs, *program.writes.values()]}
        self.static = static_of(self.symbols, self.wanted)
        self.items: list[Work] = []
        self.position: dict[int, int] = {}
        self.joined: set[int] = set()
        self.products: dict[int, Product] = {}
        self.maps: dict[tuple, list[int]] = {}
        self.first_open = 0  # maps before this item accept no more ops
        self.operands: dict[int, list[tuple[Symbol, str, int | None]]] = {}
        #: Bases of wanted values, and values that work reads from memory.
        self.stored: set[int] = set(self.wanted)

    def arrange(self) -> list[Work]:
        """The work, each piece after those that it depends on."""
        self._join_products()
        self._find_operands()
        late = self._late() if self.guard is not None else set()
        for symbol in self.symbols:
            if id(symbol) not in late:
                self._place(symbol)
        if self.guard is not None:
            self.items.append(Guard(self.guard))
            self.first_open = len(self.items)
            for symbol in self.symbols:
                if id(symbol) in late:
                    self._place(symbol)
        self._split_large()
        return self.items

    def _split_large(self) -> None:
        """Cut maps that use more buffers than a kernel supports."""
        whole, self.items = self.items, []
        for item in whole:
            self.items.extend(self._pieces(item) if isinstance(item, Map) else [item])
        for index, item in enumerate(self.items):
            for symbol in outputs_of(item):
                self.position[id(symbol)] = index

    def _pieces(self, item: Map) -> list[Map]:
        inside = {id(s) for s in item.symbols}
        operands = {
            (id(o), spread)
            for s in item.symbols
            for o, spread, _ in self.operands[id(s)]
            if id(o) not in inside
        }
        outside = {
            id(o)
            for s in self.symbols
            if id(s) not in inside
            for o, _, _ in self.operands.get(id(s), [])
        }
        outside |= {
            id(base_of(o)) for s in self.symbols if id(s) not in self.operands for o in s.inputs
        }
        kept = [s for s in item.symbols if id(s) in outside or id(s) in self.wanted]
        if len(operands) + len(kept) <= MOST_OPERANDS or len(item.symbols) == 1:
            return [item]
        half = len(item.symbols) // 2
        return [
            piece
            for part in (item.symbols[:half], item.symbols[half:])
            for piece in self._pieces(Map(item.space, item.split, part))
        ]

    # What must wait for the guard: new values of state, what depends on them, and elementwise ops
    # that nothing else needs (the moving average of a momentum is fused with its assignment).

    def _late(self) -> set[int]:
        needed = {id(s) for s in Program([], [self.guard]).order()}
        late = {id(base_of(s)) for s in self.program.writes.values()} - needed
        for symbol in self.symbols:
            if any(id(s) in late for s in symbol.inputs):
                late.add(id(symbol))
        for symbol in reversed(self.symbols):
            rule = PRIMITIVES.get(symbol.op)
            fusible = is_view(symbol) or (rule is not None and rule.elementwise)
            users = self.consumers[id(symbol)]
            if (
                fusible
                and users
                and id(symbol) not in needed
                and id(symbol) not in self.wanted
                and all(id(u) in late for u in users)
            ):
                late.add(id(symbol))
        return late - needed

    # Products

    def _only_user(self, symbol: Symbol) -> Symbol | None:
        users = self.consumers[id(symbol)]
        if len(users) != 1 or id(symbol) in self.wanted:
            return None
        user = users[0]
        return user if user.dims == symbol.dims and user.dtype == symbol.dtype else None

    def _join_products(self) -> None:
        for symbol in self.symbols:
            if symbol.op != "matmul":
                continue
            work = Product(symbol, symbol, half=bool(symbol.attrs.get("half")))
            if work.half:
                self._join(work, self._only_user(symbol))  # the rounding
            user = self._only_user(work.result)
            bias = self._bias(work, user)
            rounding = self._only_user(user) if bias is not None and work.half else user
            if bias is not None and (not work.half or _rounds(rounding)):
                work.bias = bias
                self._join(work, user, *((rounding,) if work.half else ()))
                user = self._only_user(work.result)
            if user is not None and user.op == "relu":
                work.relu = True
                self._join(work, user)
            elif (
                user is not None
                and user.op == "relu_grad"
                and work.bias is None
                and user.inputs[1] is work.result
                and user.inputs[0].dims == user.dims
            ):
                work.mask = user.inputs[0]
                self._join(work, user)
            self.products[id(work.result)] = work

    def _join(self, work: Product, *users: Any) -> None:
        """Let a product compute the ops that follow it."""
        for user in users:
            self.joined.add(id(work.result))
            work.result = user

    def _bias(self, work: Product, user: Symbol | None) -> Symbol | None:
        """The vector that the user adds to every row of a product, if it does that."""
        product, value = work.product, work.result
        if user is None or user.op != "add" or product.attrs["ta"]:
            return None
        other = user.inputs[1] if user.inputs[0] is value else user.inputs[0]
        if other is value:
            return None
        source, spread, split = resolve(other, user)
        columns = product.dims[-1]
        one_row = spread == "row" and split == len(strip(user.dims)) - 1
        fits = one_row if columns != 1 else spread == "scalar"
        return source if fits and source.dtype == product.dtype else None

    # Placing

    def _find_operands(self) -> None:
        """Find what every map reads, and which broadcasts are needed in memory."""
        for symbol in self.symbols:
            rule = PRIMITIVES.get(symbol.op)
            if symbol.op == "broadcast_to" or (rule is not None and rule.elementwise):
                self.operands[id(symbol)] = self._operands_of(symbol)
                if symbol.op != "broadcast_to" and id(symbol) not in self.joined:
                    self.stored.update(id(base_of(s)) for s, _, _ in self.operands[id(symbol)])
            elif not is_view(symbol):
                self.stored.update(id(base_of(s)) for s in symbol.inputs)
        for symbol in reversed(self.symbols):
            if symbol.op == "broadcast_to" and id(symbol) in self.stored:
                seen = [s for s, _, _ in self.operands[id(symbol)]]
                self.stored.update(id(base_of(s)) for s in seen or symbol.inputs[:1])
        for work in self.products.values():
            self.stored.update(id(base_of(s)) for s in (work.bias, work.mask) if s is not None)

    def _operands_of(self, symbol: Symbol):
        if symbol.op == "broadcast_to":
            dims = operand_dims(symbol.inputs[0].dims, symbol.dims)
            return (
                []
                if broadcast_kind(dims, strip(symbol.dims)) is None
                else [resolve(symbol.inputs[0], symbol)]
            )
        found = [resolve(source, symbol) for source in symbol.inputs]
        if len({split for _, _, split in found} - {None}) > 1:
            # Columns begin at different axes for different operands, which no map supports: read
            # the operands as they are, their broadcasts in memory.
            space = strip(symbol.dims)
            found = [
                (source, *broadcast_kind(operand_dims(source.dims, symbol.dims), space))
                for source in symbol.inputs
            ]
        return found

    def _append(self, symbol: Symbol, work: Work) -> None:
        self.position[id(symbol)] = len(self.items)
        self.items.append(work)

    def _place(self, symbol: Symbol) -> None:
        if symbol.op in SOURCES or id(symbol) in self.joined or is_view(symbol):
            return
        work = self.products.get(id(symbol))
        if work is not None:
            self._append(symbol, work)
        elif symbol.op == "broadcast_to":
            if id(symbol) in self.stored:
                if self.operands[id(symbol)]:
                    self._into_map(symbol)
                else:
                    self._append(symbol, Single(symbol))
        elif PRIMITIVES[symbol.op].elementwise:
            self._into_map(symbol)
        else:
            self._append(symbol, Single(symbol))

    def _into_map(self, symbol: Symbol) -> None:
        space, split, earliest = strip(symbol.dims), None, self.first_open
        for operand, spread, needed in self.operands[id(symbol)]:
            split = split if needed is None else needed
            base = base_of(operand)
            at = self.position.get(id(base), -1)
            inside = (
                spread == "full"
                and base is operand
                and at >= 0
                and isinstance(self.items[at], Map)
                and self.items[at].space == space
            )
            earliest = max(earliest, at if inside else at + 1)
        key = (space, id(symbol) in self.static)
        for index in reversed(self.maps.get(key, [])):
            if index < earliest:
                break
            work = self.items[index]
            if len(work.symbols) < MOST_STEPS and (
                split is None or work.split is None or split == work.split
            ):
                work.split = split if work.split is None else work.split
                work.symbols.append(symbol)
                self.position[id(symbol)] = index
                return
        self.maps.setdefault(key, []).append(len(self.items))
        self._append(symbol, Map(space, split, [symbol]))


def rows_and_columns(space: tuple, split: int | None) -> tuple:
    """A space as two extents; without a split the first dimension is the rows."""
    if not space:
        return 1, 1
    split = 1 if split is None else split
    return size(space[:split]), size(space[split:])
