"""The bricks. Each layer states its config, its shapes, its weights and its math."""

from .activation import Activation
from .base import Layer, registry
from .dense import Dense
from .dropout import Dropout
from .flatten import Flatten
from .input import Input, InputLayer
from .input_spec import InputSpec


def get(identifier, custom_objects=None):
    """The layer for a config or a name; a layer is answered as it is.

    >>> get({"class_name": "Dense", "config": {"units": 3}}).units
    3
    """
    return registry.get(identifier, custom_objects)


def serialize(layer) -> dict:
    """Class and config of a layer: what `deserialize` makes an equal one from."""
    return registry.serialize(layer)


def deserialize(config, custom_objects=None):
    """The layer that `serialize` described; classes of one's own go into `custom_objects`.

    >>> deserialize(serialize(Flatten())).data_format
    'channels_last'
    """
    return registry.deserialize(config, custom_objects)


__all__ = ["Activation", "Dense", "Dropout", "Flatten", "Input", "InputLayer", "InputSpec",
           "Layer", "deserialize", "get", "registry", "serialize"]
