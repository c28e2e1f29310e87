"""Names for what its user gave none: ``dense``, ``dense_1`` ..., counted in each process."""

from __future__ import annotations

from .registry import snake_case

_used: dict[str, int] = {}


def unique_name(kind: str) -> str:
    """The snake_case of a class's name, with a number from the second on, as in Keras.

    >>> reset_names()
    >>> unique_name("MyLoss"), unique_name("MyLoss")
    ('my_loss', 'my_loss_1')
    """
    base = snake_case(kind)
    count = _used.get(base, 0)
    _used[base] = count + 1
    return f"{base}_{count}" if count else base


def reset_names() -> None:
    """Count from the beginning again (``clear_session``)."""
    _used.clear()


_uids: dict[str, int] = {}


def get_uid(prefix: str = "") -> int:
    """Count up how often a prefix was asked for.

    Args:
        prefix: any string; each has its own counter.

    Returns:
        int: 1 at the first call.

    >>> get_uid("an example"), get_uid("an example")
    (1, 2)
    """
    _uids[prefix] = _uids.get(prefix, 0) + 1
    return _uids[prefix]


def reset_uids() -> None:
    """Let `get_uid` begin with 1 again."""
    _uids.clear()
