"""What `compile` is asked for: one thing, or lists and dicts of such for the outputs of a model."""

from __future__ import annotations

from collections.abc import Callable


def by_name(asked) -> bool:
    """Whether it is a dict of things by their names, and not the config of one thing."""
    return isinstance(asked, dict) and "class_name" not in asked


def each(function: Callable, asked):
    """A function of each thing that is asked for, in the lists and dicts around them.

    >>> each(str.upper, {"first": ["mse", "mae"], "second": "mse"})
    {'first': ['MSE', 'MAE'], 'second': 'MSE'}
    """
    if by_name(asked):
        return {name: each(function, part) for name, part in asked.items()}
    if isinstance(asked, list | tuple):
        return [each(function, part) for part in asked]
    return function(asked)
