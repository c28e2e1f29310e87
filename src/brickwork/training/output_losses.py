"""Which loss is computed of which outputs: losses and weights in the nest of the outputs.

As in Keras, `compile` takes one loss for every output; or a list, tuple or dict of losses like the
outputs, or a dict by the outputs' names; in each place one loss or a list of several, which are
added. A loss in the place of a whole list or dict of outputs gets all of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ..errors import ArgumentError, near, shown
from ..tree import flatten as leaves, flatten_with_path, is_nested, pack_sequence_as

if TYPE_CHECKING:
    from ..losses.loss import Loss


class Part:
    """A loss of one output, or of a nest of them.

    Attributes:
        path: indices and keys that lead to it in the nest of the outputs; () for all of it.
        loss: the loss.
        weight: its factor; None for 1.
        name: the name in the logs, without "_loss".
    """

    __slots__ = ("loss", "name", "path", "weight")

    def __init__(self, path: tuple, loss: Loss, weight: float | None, name: str):
        self.path = path
        self.loss = loss
        self.weight = weight
        self.name = name

    def of(self, nest: Any) -> Any:
        """What the path leads to in a nest like that of the outputs."""
        for key in self.path:
            nest = nest[key]
        return nest


def parts_of(loss: Any, weights: Any, nest: Any) -> list[Part]:
    """The losses that are added up, in the order of the outputs.

    Args:
        loss: a `Loss`, None, or a nest of them.
        weights: a number, None, or a nest of numbers.
        nest: the names of the outputs, in the nest of the outputs.

    Raises:
        ArgumentError: for a loss of an output that does not exist.

    >>> from brickwork.losses import MeanAbsoluteError as A, MeanSquaredError as S
    >>> parts = parts_of({"a": [A(), S()], "b": A()}, {"a": 3.0}, {"a": "a", "b": "b"})
    >>> [(p.path, p.weight, p.name) for p in parts]
    [(('a',), 3.0, 'a'), (('a',), 3.0, 'a'), (('b',), None, 'b')]
    """
    weights = _like_outputs(weights, nest, "loss_weights")
    if not is_nested(loss):
        loss = pack_sequence_as(nest, [loss] * len(leaves(nest)))
    else:
        loss = _like_outputs(loss, nest, "loss")
    return list(_parts(loss, weights, nest, ()))


def _parts(loss: Any, weights: Any, nest: Any, path: tuple) -> Iterator[Part]:
    if loss is None:
        return
    if not is_nested(loss):
        yield Part(path, loss, _number(weights, path), _name(nest, path))
        return
    if isinstance(loss, list | tuple):
        flat = not any(map(is_nested, loss))
        if flat and len(loss) == len(leaves(nest)):
            if isinstance(weights, list | tuple) and len(weights) == len(loss):
                weights = pack_sequence_as(nest, weights)
            loss = pack_sequence_as(nest, loss)
            if not is_nested(loss):
                yield from _parts(loss, weights, nest, path)
                return
        elif not isinstance(nest, type(loss)):
            for i, one in enumerate(loss):
                pairs = isinstance(weights, list | tuple) and len(weights) == len(loss)
                yield from _parts(one, weights[i] if pairs else weights, nest, path)
            return
    if isinstance(loss, dict) != isinstance(nest, dict) or not is_nested(nest):
        raise ArgumentError(
            _place(path),
            f"got {shown(loss)}, expected one loss, a list of losses to be added, or losses in "
            f"the nest of the outputs: {shown(nest)}.",
        )
    known = nest.keys() if isinstance(nest, dict) else range(len(nest))
    for key in loss if isinstance(loss, dict) else range(len(loss)):
        if key not in known:
            raise ArgumentError(
                _place(path),
                f"got {key!r}, which is not an output{near(str(key), map(str, known))}",
            )
        yield from _parts(loss[key], _weight_at(weights, key), nest[key], (*path, key))


def _like_outputs(given: Any, nest: Any, what: str) -> Any:
    """A dict by the outputs' names, or a list in their order, in the nest of the outputs."""
    names = leaves(nest)
    if isinstance(given, dict) and not isinstance(nest, dict):
        for key in given:
            if key not in names:
                raise ArgumentError(
                    f"compile.{what}",
                    f"got the key {key!r}, which is not an output{near(str(key), names)}",
                )
        return pack_sequence_as(nest, [given.get(name) for name in names])
    if isinstance(given, list | tuple) and not any(map(is_nested, given)):
        if what == "loss_weights" and len(given) == len(names) and is_nested(nest):
            return pack_sequence_as(nest, list(given))
        if len(given) != len(names) and len(names) > 1:
            raise ArgumentError(
                f"compile.{what}",
                f"got a list of {len(given)}, expected {len(names)} entries, for "
                f"{', '.join(names)}; or a dict by these names.",
            )
    return given


def _weight_at(weights: Any, key: Any) -> Any:
    """The weights of a part of the outputs."""
    if isinstance(weights, dict):
        return weights.get(key)
    if isinstance(weights, list | tuple):
        return weights[key] if isinstance(key, int) and key < len(weights) else None
    return weights


def _number(weights: Any, path: tuple) -> float | None:
    """The weight of one loss; None for 1."""
    found = [w for w in leaves(weights) if w is not None]
    if len(found) > 1:
        raise ArgumentError(
            _place(path, "loss_weights"), f"got {shown(weights)}, expected one number for one loss."
        )
    return found[0] if found else None


def _name(nest: Any, path: tuple) -> str:
    """The name of a place among the outputs: an output's own, or the keys that lead there."""
    if not is_nested(nest) and (not path or isinstance(path[-1], int)):
        path = (*path[:-1], nest)
    return "/".join(map(str, path)) or "_".join(map(str, leaves(nest)))


def _place(path: tuple, what: str = "loss") -> str:
    return f"compile.{what}" + "".join(f"[{key!r}]" for key in path)


def per_output(parts: list[Part], nest: Any) -> tuple:
    """For each output the first loss that is its own; None for an output without one."""
    own: dict[tuple, Loss] = {}
    for part in parts:
        own.setdefault(part.path, part.loss)
    return tuple(own.get(path) for path, _ in flatten_with_path(nest))
