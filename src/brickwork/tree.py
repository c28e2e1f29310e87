"""Keras's ``tree``: what lists, tuples and dicts in one another hold.

Dicts are gone through in the order of their keys (an `OrderedDict` in its own); anything else,
None too, is a leaf.

>>> flatten({"b": 1, "a": [2, (3, None)]})
[2, 3, None, 1]
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import Any


class MAP_TO_NONE:
    """What a function given to `traverse` answers (the class itself) to put None in a place."""


def is_nested(structure) -> bool:
    """Whether it is a list, tuple or dict.

    >>> is_nested([]), is_nested("a")
    (True, False)
    """
    return isinstance(structure, list | tuple | dict)


def ordered_keys(structure: dict) -> list:
    """The keys of a dict in the order in which its values are gone through.

    >>> ordered_keys({"b": 1, "a": 2})
    ['a', 'b']
    """
    if isinstance(structure, OrderedDict):
        return list(structure)
    try:
        return sorted(structure)
    except TypeError:  # keys of several kinds have no order but their own
        return list(structure)


def _parts(structure) -> list[tuple[Any, Any]]:
    """Keys and values of one level."""
    if not isinstance(structure, dict):
        return list(enumerate(structure))
    return [(key, structure[key]) for key in ordered_keys(structure)]


def _like(structure, values: dict):
    """A level of the same kind with other values."""
    if isinstance(structure, dict):
        ordered = {key: values[key] for key in structure}
        return OrderedDict(ordered) if isinstance(structure, OrderedDict) else ordered
    items = values.values()
    named = hasattr(structure, "_fields")
    return type(structure)(*items) if named else type(structure)(items)


def flatten(structure) -> list:
    """The leaves in order.

    >>> flatten([1, (2, [3])])
    [1, 2, 3]
    """
    found: list = []
    _mapped(found.append, structure)
    return found


def flatten_with_path(structure) -> list[tuple[tuple, Any]]:
    """The leaves in order, each behind the keys that lead to it.

    >>> flatten_with_path({"a": [5]})
    [(('a', 0), 5)]
    """
    if not is_nested(structure):
        return [((), structure)]
    return [((key, *path), leaf) for key, part in _parts(structure)
            for path, leaf in flatten_with_path(part)]


def map_structure(func: Callable, *structures, none_is_leaf: bool = True):
    """A function of the leaves that stand in the same place, in the first structure's form.

    Args:
        func: of as many leaves as there are structures.
        none_is_leaf: whether it is called for None too; else None stays.

    Raises:
        ValueError: where the structures differ.

    >>> map_structure(lambda a, b: a + b, {"x": [1]}, {"x": [10]})
    {'x': [11]}
    """
    func = func if none_is_leaf else _but_none(func)
    if len(structures) == 1:
        return _mapped(func, structures[0])
    first, *others = structures
    for other in others:
        assert_same_structure(first, other)
    return map_structure_up_to(first, func, *structures)


def _mapped(func: Callable, structure):
    """The same of one structure, which the calls of layers go through again and again."""
    if isinstance(structure, list | tuple):
        parts = [_mapped(func, part) for part in structure]
        return type(structure)(*parts) if hasattr(structure, "_fields") else type(structure)(parts)
    if isinstance(structure, dict):
        return _like(structure, {key: _mapped(func, structure[key])
                                 for key in ordered_keys(structure)})
    return func(structure)


def _but_none(func: Callable) -> Callable:
    return lambda *leaves: None if all(leaf is None for leaf in leaves) else func(*leaves)


def map_structure_up_to(shallow_structure, func: Callable, *structures):
    """The same, where what the first one has as a leaf may be nested in the structures.

    >>> map_structure_up_to([0, 0], len, [[1, 2], [3]])
    [2, 1]
    """
    if not is_nested(shallow_structure):
        return func(*structures)
    for other in structures:
        _same_level(shallow_structure, other)
    return _like(shallow_structure, {
        key: map_structure_up_to(part, func, *(other[key] for other in structures))
        for key, part in _parts(shallow_structure)})


def map_shape_structure(func: Callable, structure):
    """A function of the shapes, which are tuples or lists of integers and None.

    >>> map_shape_structure(len, {"a": (None, 3)})
    {'a': 2}
    """
    if isinstance(structure, list | tuple) and all(
            d is None or isinstance(d, int) for d in structure):
        return func(structure)
    if not is_nested(structure):
        raise ValueError(f"map_shape_structure: got {structure!r}, expected shapes.")
    return _like(structure, {key: map_shape_structure(func, part)
                             for key, part in _parts(structure)})


def pack_sequence_as(structure, flat_sequence):
    """Leaves in the places of those of a structure: the inverse of `flatten`.

    Raises:
        ValueError: for more or fewer leaves.

    >>> pack_sequence_as({"b": 0, "a": [0]}, [1, 2])
    {'b': 2, 'a': [1]}
    """
    leaves, places = list(flat_sequence), len(flatten(structure))
    if len(leaves) != places:
        raise ValueError(f"pack_sequence_as: got {len(leaves)} leaves, expected {places}.")
    rest = iter(leaves)
    return map_structure_up_to(structure, lambda _: next(rest), structure)


def traverse(func: Callable, structure, top_down: bool = True):
    """A function of every level and leaf; what it answers takes the place, None lets it be.

    Args:
        func: answers `MAP_TO_NONE` where None shall stand.
        top_down: whether a level comes before what is in it; a level that was replaced is not
            gone into.

    >>> traverse(lambda x: x * 2 if isinstance(x, int) else None, {"a": [1, "b"]})
    {'a': [2, 'b']}
    """
    found = func(structure) if top_down else None
    if found is None and is_nested(structure):
        structure = _like(structure, {key: traverse(func, part, top_down)
                                      for key, part in _parts(structure)})
    found = found if top_down else func(structure)
    return structure if found is None else None if found is MAP_TO_NONE else found


def lists_to_tuples(structure):
    """Every list as a tuple.

    >>> lists_to_tuples([1, [2]])
    (1, (2,))
    """
    return traverse(lambda part: tuple(part) if isinstance(part, list) else None, structure,
                    top_down=False)


def assert_same_structure(a, b, check_types=None) -> None:
    """Raise a ValueError where two structures differ in kinds, lengths or keys.

    >>> assert_same_structure([1, (2,)], ["x", ("y",)])
    """
    if not is_nested(a):
        if is_nested(b):
            raise ValueError(f"tree: got {b!r} in the place of a leaf.")
        return
    if type(a) is not type(b) and not (isinstance(a, dict) and isinstance(b, dict)):
        raise ValueError(f"tree: got {type(b).__name__}, expected {type(a).__name__}.")
    _same_level(a, b)
    for key, part in _parts(a):
        assert_same_structure(part, b[key])


def _same_level(a, b) -> None:
    keys = [{key for key, _ in _parts(x)} if is_nested(x) else None for x in (a, b)]
    if keys[0] != keys[1]:
        raise ValueError(f"tree: got {b!r}, expected the parts of {a!r}.")


def assert_same_paths(a, b) -> None:
    """Raise a ValueError where the keys that lead to the leaves differ.

    >>> assert_same_paths([1], (2,))
    """
    paths = [[path for path, _ in flatten_with_path(x)] for x in (a, b)]
    if paths[0] != paths[1]:
        raise ValueError(f"tree: got the paths {paths[1]}, expected {paths[0]}.")


__all__ = [
    "MAP_TO_NONE", "assert_same_paths", "assert_same_structure", "flatten", "flatten_with_path",
    "is_nested", "lists_to_tuples", "map_shape_structure", "map_structure", "map_structure_up_to",
    "pack_sequence_as", "traverse",
]
