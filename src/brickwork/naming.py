"""Names for what its user gave none: ``dense``, ``dense_1`` ..., counted in each process."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from .registry import snake_case

_used: dict[tuple[str, str], int] = {}


def unique_name(kind: str, of: str = "") -> str:
    """The snake_case of a class's name, with a number from the second on, as in Keras.

    Args:
        kind: the class's name.
        of: "metric" for those, which are counted for themselves; see `own_names`.

    >>> reset_names()
    >>> unique_name("MyLoss"), unique_name("MyLoss")
    ('my_loss', 'my_loss_1')
    """
    base = snake_case(kind)
    count = _used.get((of, base), 0)
    _used[of, base] = count + 1
    return f"{base}_{count}" if count else base


def reset_names() -> None:
    """Count from the beginning again (``clear_session``)."""
    _used.clear()


@contextmanager
def own_names(of: str) -> Iterator[None]:
    """Return a context that counts from the beginning, and after which counting goes on as before.

    Args:
        of: what is counted anew; see `unique_name`.

    >>> reset_names()
    >>> first = unique_name("MyScore", "metric")
    >>> with own_names("metric"):
    ...     unique_name("MyScore", "metric")
    'my_score'
    >>> unique_name("MyScore", "metric")
    'my_score_1'
    """
    before = {key: _used.pop(key) for key in list(_used) if key[0] == of}
    try:
        yield
    finally:
        for key in [key for key in _used if key[0] == of]:
            del _used[key]
        _used.update(before)


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
