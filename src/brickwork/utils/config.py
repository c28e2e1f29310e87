"""`Config`: a dict of settings whose entries are also attributes."""

from __future__ import annotations

import json
from collections.abc import Iterator, MutableMapping
from typing import Any

from ..errors import near


class Config(MutableMapping):
    """A dict whose entries are also attributes, and which can be frozen.

    >>> config = Config(learning_rate=0.1)
    >>> config.momentum = 0.9
    >>> config["momentum"], config.learning_rate, config.to_json()
    (0.9, 0.1, '{"learning_rate": 0.1, "momentum": 0.9}')
    """

    def __init__(self, **kwargs: Any):
        vars(self).update(_entries=dict(kwargs), _frozen=False)

    @property
    def frozen(self) -> bool:
        """Whether changes are refused."""
        return self._frozen

    def freeze(self) -> None:
        """Refuse changes from now on."""
        vars(self)["_frozen"] = True

    def unfreeze(self) -> None:
        """Allow changes again."""
        vars(self)["_frozen"] = False

    def _mutable_values(self) -> dict:
        if self._frozen:
            raise ValueError("Config: got a change to a frozen config; call unfreeze() first.")
        return self._entries

    def as_dict(self) -> dict:
        """The entries as a new dict.

        Returns:
            dict: a shallow copy.
        """
        return dict(self._entries)

    def to_json(self) -> str:
        """The entries as JSON.

        Returns:
            str: the text of a JSON object.
        """
        return json.dumps(self._entries)

    def __getitem__(self, name: str) -> Any:
        return self._entries[name]

    def __setitem__(self, name: str, value: Any) -> None:
        self._mutable_values()[name] = value

    def __delitem__(self, name: str) -> None:
        del self._mutable_values()[name]

    __setattr__, __delattr__ = __setitem__, __delitem__

    def __getattr__(self, name: str) -> Any:
        entries = vars(self).get("_entries", {})  # missing while it is unpickled
        if name not in entries:
            raise AttributeError(f"Config: got {name!r}, an unknown entry{near(name, entries)}")
        return entries[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def __repr__(self) -> str:
        return f"<Config {self._entries}>"


__all__ = ["Config"]
