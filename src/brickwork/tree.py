"""Keras's ``tree``: functions of nested lists, tuples and dicts.

The values of a dict are visited in the order of its sorted keys, those of an `OrderedDict` in
insertion order. Anything else, None included, is a leaf.

>>> flatten({"b": 1, "a": [2, (3, None)]})
[2, 3, None, 1]
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import Any


class MAP_TO_NONE:
    """The class that a function returns to `traverse` to replace a part of the structure by None.

    >>> traverse(lambda x: MAP_TO_NONE if x == 1 else None, [1, 2])
    [None, 2]
    """


def is_nested(structure: Any) -> bool:
    """Whether a value is a list, tuple or dict.

    Args:
        structure: any object.

    Returns:
        A bool.

    >>> is_nested([]), is_nested("a")
    (True, False)
    """
    return isinstance(structure, list | tuple | dict)


def ordered_keys(structure: dict) -> list:
    """The keys of a dict in the order in which its values are visited.

    >>> ordered_keys({"b": 1, "a": 2})
    ['a', 'b']
    """
    if isinstance(structure, OrderedDict):
        return list(structure)
    try:
        return sorted(structure)
    except TypeError:  # keys of mixed types cannot be sorted
        return list(structure)


def _parts(structure) -> list[tuple[Any, Any]]:
    """The pairs of key and value of one level."""
    if not isinstance(structure, dict):
        return list(enumerate(structure))
    return [(key, structure[key]) for key in ordered_keys(structure)]


def _like(structure, values: dict):
    """A level of the same type with new values."""
    if isinstance(structure, dict):
        ordered = {key: values[key] for key in structure}
        return OrderedDict(ordered) if isinstance(structure, OrderedDict) else ordered
    items = values.values()
    named = hasattr(structure, "_fields")
    return type(structure)(*items) if named else type(structure)(items)


def flatten(structure: Any) -> list:
    """The leaves of a structure in order.

    Args:
        structure: nested lists, tuples and dicts, or a leaf.

    Returns:
        A list of leaves.

    >>> flatten([1, (2, [3])])
    [1, 2, 3]
    """
    leaves: list = []
    _mapped(leaves.append, structure)
    return leaves


def flatten_with_path(structure: Any) -> list[tuple[tuple, Any]]:
    """The leaves of a structure in order, each with its path.

    Args:
        structure: nested lists, tuples and dicts, or a leaf.

    Returns:
        A list of pairs ``(path, leaf)``; the path is the tuple of indices and keys that lead there.

    >>> flatten_with_path({"a": [5]})
    [(('a', 0), 5)]
    """
    if not is_nested(structure):
        return [((), structure)]
    return [
        ((key, *path), leaf)
        for key, part in _parts(structure)
        for path, leaf in flatten_with_path(part)
    ]


def map_structure(func: Callable, *structures: Any, none_is_leaf: bool = True) -> Any:
    """Apply a function to the corresponding leaves of structures.

    Args:
        func: function of as many leaves as there are structures.
        *structures: nested lists, tuples and dicts of one form.
        none_is_leaf: whether `func` is applied to None too; otherwise None is kept.

    Returns:
        The results in the form of the first structure.

    Raises:
        ValueError: if the structures differ.

    >>> map_structure(lambda a, b: a + b, {"x": [1]}, {"x": [10]})
    {'x': [11]}
    """
    func = func if none_is_leaf else _keeping_none(func)
    if len(structures) == 1:
        return _mapped(func, structures[0])
    first, *rest = structures
    for other in rest:
        assert_same_structure(first, other)
    return map_structure_up_to(first, func, *structures)


def _mapped(func: Callable, structure):
    """`map_structure` of one structure, separate because every call of a layer uses it."""
    if isinstance(structure, list | tuple):
        parts = [_mapped(func, part) for part in structure]
        return type(structure)(*parts) if hasattr(structure, "_fields") else type(structure)(parts)
    if isinstance(structure, dict):
        return _like(
            structure, {key: _mapped(func, structure[key]) for key in ordered_keys(structure)}
        )
    return func(structure)


def _keeping_none(func: Callable) -> Callable:
    return lambda *leaves: None if all(leaf is None for leaf in leaves) else func(*leaves)


def map_structure_up_to(shallow_structure: Any, func: Callable, *structures: Any) -> Any:
    """Apply a function to the parts of structures that stand at the leaves of a shallow structure.

    Args:
        shallow_structure: nested lists, tuples and dicts, whose form the result has.
        func: function of as many parts as there are structures.
        *structures: structures of at least that form; their parts may be nested further.

    Returns:
        The results in the form of the shallow structure.

    Raises:
        ValueError: if a structure differs from the shallow structure.

    >>> map_structure_up_to([0, 0], len, [[1, 2], [3]])
    [2, 1]
    """
    if not is_nested(shallow_structure):
        return func(*structures)
    for other in structures:
        _same_level(shallow_structure, other)
    return _like(
        shallow_structure,
        {
            key: map_structure_up_to(part, func, *(other[key] for other in structures))
            for key, part in _parts(shallow_structure)
        },
    )


def map_shape_structure(func: Callable, structure: Any) -> Any:
    """Apply a function to each shape in a structure.

    Args:
        func: function of a shape.
        structure: nested lists, tuples and dicts of shapes; a shape is a tuple or list of integers
            and None.

    Returns:
        The results in the form of the structure.

    Raises:
        ValueError: if a leaf is not a shape.

    >>> map_shape_structure(len, {"a": (None, 3)})
    {'a': 2}
    """
    if isinstance(structure, list | tuple) and all(
        d is None or isinstance(d, int) for d in structure
    ):
        return func(structure)
    if not is_nested(structure):
        raise ValueError(
            f"map_shape_structure: got {structure!r}, expected a shape: a tuple or "
            "list of integers and None."
        )
    return _like(
        structure, {key: map_shape_structure(func, part) for key, part in _parts(structure)}
    )


def pack_sequence_as(structure: Any, flat_sequence: Any) -> Any:
    """Arrange leaves in the form of a structure; the inverse of `flatten`.

    Args:
        structure: nested lists, tuples and dicts, whose form the result has.
        flat_sequence: the leaves in order.

    Returns:
        The leaves in that form.

    Raises:
        ValueError: if there are more or fewer leaves than in the structure.

    >>> pack_sequence_as({"b": 0, "a": [0]}, [1, 2])
    {'b': 2, 'a': [1]}
    """
    leaves, expected = list(flat_sequence), len(flatten(structure))
    if len(leaves) != expected:
        raise ValueError(f"pack_sequence_as: got {len(leaves)} leaves, expected {expected}.")
    remaining = iter(leaves)
    return map_structure_up_to(structure, lambda _: next(remaining), structure)


def traverse(func: Callable, structure: Any, top_down: bool = True) -> Any:
    """Apply a function to every part of a structure, leaves and levels alike.

    Args:
        func: function of a part. It returns what replaces the part, `MAP_TO_NONE` to replace it by
            None, or None to keep it.
        structure: nested lists, tuples and dicts, or a leaf.
        top_down: whether a level is visited before its parts. If it is replaced, its parts are
            not visited.

    Returns:
        The structure with the replaced parts.

    >>> traverse(lambda x: x * 2 if isinstance(x, int) else None, {"a": [1, "b"]})
    {'a': [2, 'b']}
    """
    replacement = func(structure) if top_down else None
    if replacement is None and is_nested(structure):
        structure = _like(
            structure, {key: traverse(func, part, top_down) for key, part in _parts(structure)}
        )
    replacement = replacement if top_down else func(structure)
    if replacement is None:
        return structure
    return None if replacement is MAP_TO_NONE else replacement


def lists_to_tuples(structure: Any) -> Any:
    """Convert every list in a structure to a tuple.

    Args:
        structure: nested lists, tuples and dicts, or a leaf.

    Returns:
        The structure with tuples in place of lists.

    >>> lists_to_tuples([1, [2]])
    (1, (2,))
    """
    return traverse(
        lambda part: tuple(part) if isinstance(part, list) else None, structure, top_down=False
    )


def assert_same_structure(a: Any, b: Any, check_types: bool | None = None) -> None:
    """Check that two structures have the same form.

    Args:
        a: the expected structure: nested lists, tuples and dicts, or a leaf.
        b: the structure to check.
        check_types: accepted for Keras compatibility; it has no effect. Types are always compared,
            but all types of dict count as equal.

    Raises:
        ValueError: if types, lengths or keys differ.

    >>> assert_same_structure([1, (2,)], ["x", ("y",)])
    """
    if not is_nested(a):
        if is_nested(b):
            raise ValueError(f"tree: got {b!r}, expected a leaf.")
        return
    if type(a) is not type(b) and not (isinstance(a, dict) and isinstance(b, dict)):
        raise ValueError(f"tree: got {type(b).__name__}, expected {type(a).__name__}.")
    _same_level(a, b)
    for key, part in _parts(a):
        assert_same_structure(part, b[key])


def _same_level(a, b) -> None:
    keys = [{key for key, _ in _parts(x)} if is_nested(x) else None for x in (a, b)]
    if keys[0] != keys[1]:
        raise ValueError(f"tree: got {b!r}, expected the same keys or length as {a!r}.")


def assert_same_paths(a: Any, b: Any) -> None:
    """Check that the leaves of two structures have the same paths, ignoring the levels' types.

    Args:
        a: the expected structure: nested lists, tuples and dicts, or a leaf.
        b: the structure to check.

    Raises:
        ValueError: if the paths differ.

    >>> assert_same_paths([1], (2,))
    """
    paths = [[path for path, _ in flatten_with_path(x)] for x in (a, b)]
    if paths[0] != paths[1]:
        raise ValueError(f"tree: got the paths {paths[1]}, expected {paths[0]}.")


__all__ = [
    "MAP_TO_NONE",
    "assert_same_paths",
    "assert_same_structure",
    "flatten",
    "flatten_with_path",
    "is_nested",
    "lists_to_tuples",
    "map_shape_structure",
    "map_structure",
    "map_structure_up_to",
    "pack_sequence_as",
    "traverse",
]
