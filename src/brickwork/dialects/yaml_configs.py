"""``model.to_yaml()`` and ``model_from_yaml`` of Keras 1 and 2.

JSON is YAML, so that is what is written. PyYAML's safe loader reads what those versions wrote: a
tag in such a text can name any Python object to be made, so no tag is followed. The two that Keras
wrote itself, for tuples and for Python 2's strings, are read as lists and strings.
"""

from __future__ import annotations

import json
from typing import Any

from ..errors import ArgumentError

#: The most values that a config may have: repeated parts (`*id001`) count each time.
_MOST = 1_000_000
_PLAIN = "tag:yaml.org,2002:python/"


def to_yaml(model, **_kwargs) -> str:
    """Return a model's config as YAML, which older Keras reads, too."""
    return model.to_json(indent=2)


def model_from_yaml(_module, yaml_string, custom_objects: dict | None = None):
    """Return a model made from the text of ``model.to_yaml()``, with new weights."""
    from .. import models

    if hasattr(yaml_string, "read"):  # an opened file, which PyYAML took, too
        yaml_string = yaml_string.read()
    text = yaml_string.decode() if isinstance(yaml_string, bytes) else yaml_string
    if isinstance(text, str) and not text.lstrip().startswith("{"):
        text = json.dumps(_plain(_parsed(text)))
    return models.model_from_json(text, custom_objects)


def _parsed(text: str) -> Any:
    try:
        import yaml
    except ImportError:
        raise ImportError(
            "model_from_yaml: YAML is read by PyYAML, which is not installed: "
            "pip install brickwork[yaml]."
        ) from None

    class Reader(yaml.SafeLoader):
        """YAML of plain values, and the two tags that Keras wrote."""

    Reader.add_constructor(f"{_PLAIN}tuple", yaml.SafeLoader.construct_yaml_seq)
    for name in ("unicode", "str"):
        Reader.add_constructor(f"{_PLAIN}{name}", yaml.SafeLoader.construct_yaml_str)
    try:
        return yaml.load(text, Reader)  # a subclass of the safe loader
    except yaml.YAMLError as error:
        raise ArgumentError(
            "model_from_yaml",
            f"got text that is no YAML of plain values, expected that of model.to_yaml(): {error}",
        ) from None


def _plain(config: Any) -> Any:
    """Check that a config is of a size to be expanded, and return it."""
    left, stack = _MOST, [config]
    while stack:
        left -= 1
        if left < 0:
            raise ArgumentError(
                "model_from_yaml", f"got more than {_MOST:,} values, or parts in a circle."
            )
        value = stack.pop()
        stack += value.values() if isinstance(value, dict) else ()
        stack += value if isinstance(value, list) else ()
    return config
