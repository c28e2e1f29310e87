"""The layers. Each one defines its config, its shapes, its weights and its math.

The module of a layer is imported when the layer is first accessed.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from ..errors import near
from .layer import Layer as Layer, registry

#: The public names that each module defines.
_FILES = {
    "activation": ("Activation", "ELU", "LeakyReLU", "PReLU", "ReLU", "Softmax"),
    "activity_regularization": ("ActivityRegularization",),
    "batch_normalization": ("BatchNormalization",),
    "data_normalization": ("Normalization",),
    "dense": ("Dense",),
    "dropout": ("AlphaDropout", "Dropout", "SpatialDropout1D"),
    "einsum_dense": ("EinsumDense",),
    "embedding": ("Embedding", "ReversibleEmbedding"),
    "global_pooling": (
        "GlobalAveragePooling1D",
        "GlobalAvgPool1D",
        "GlobalMaxPool1D",
        "GlobalMaxPooling1D",
    ),
    "group_normalization": ("GroupNormalization",),
    "input": ("Input", "InputLayer"),
    "input_spec": ("InputSpec",),
    "lambda_layer": ("Lambda",),
    "layer_normalization": ("LayerNormalization", "RMSNormalization", "UnitNormalization"),
    "masking": ("Masking",),
    "merging": (
        "Add",
        "Average",
        "Concatenate",
        "Dot",
        "Maximum",
        "Minimum",
        "Multiply",
        "Subtract",
        "add",
        "average",
        "concatenate",
        "dot",
        "maximum",
        "minimum",
        "multiply",
        "subtract",
    ),
    "noise": ("GaussianDropout", "GaussianNoise"),
    "piecewise_linear": ("PiecewiseLinear",),
    "raw.category_encoding": ("CategoryEncoding",),
    "raw.discretization": ("Discretization",),
    "raw.hashing": ("HashedCrossing", "Hashing"),
    "raw.lookup": ("IntegerLookup", "StringLookup"),
    "raw.text_vectorization": ("TextVectorization",),
    "rescaling": ("Rescaling",),
    "reshaping": ("Flatten", "Identity", "Permute", "RepeatVector", "Reshape"),
    "spectral_normalization": ("SpectralNormalization",),
    "table.layer": ("Table",),
    "waves": ("Waves",),
    "wrapper": ("TimeDistributed", "Wrapper"),
}
_MODULE_OF = {name: f"{__name__}.{file}" for file, names in _FILES.items() for name in names}
registry.register_lazily(__name__, _FILES)


def get(identifier: Any, custom_objects: dict[str, Any] | None = None) -> Any:
    """Return the layer for an identifier.

    Args:
        identifier: a layer, which is returned as it is; a config, as `serialize` returns it; or
            the name of a layer whose arguments all have defaults.
        custom_objects: dict from names to custom classes and functions; None for none.

    Returns:
        A `Layer`.

    Raises:
        ArgumentError (a ValueError): if there is no layer of that name.

    >>> get({"class_name": "Dense", "config": {"units": 3}}).units
    3
    """
    return registry.get(identifier, custom_objects)


def serialize(layer: Layer) -> dict:
    """Return the class name and the config of a layer, for `deserialize`.

    Args:
        layer: a `Layer`.

    Returns:
        A dict of plain values with "class_name" and "config". It holds no weights.

    >>> from brickwork.layers import Flatten
    >>> serialize(Flatten())["class_name"]
    'Flatten'
    """
    return registry.serialize(layer)


def deserialize(config: dict[str, Any], custom_objects: dict[str, Any] | None = None) -> Any:
    """Return a new layer made from its config, the inverse of `serialize`.

    Args:
        config: dict with "class_name" and "config".
        custom_objects: dict from names to custom classes and functions; None for none.

    Returns:
        A `Layer`; its weights are new.

    Raises:
        ArgumentError (a ValueError): if there is no layer of that name, or the config does not
            fit it.

    >>> deserialize({"class_name": "Flatten", "config": {}}).data_format
    'channels_last'
    """
    return registry.deserialize(config, custom_objects)


__all__ = sorted(["Layer", "deserialize", "get", "registry", "serialize", *_MODULE_OF])

if TYPE_CHECKING:  # what is imported when it is first accessed
    from .activation import *
    from .activity_regularization import *
    from .batch_normalization import *
    from .data_normalization import *
    from .dense import *
    from .dropout import *
    from .einsum_dense import *
    from .embedding import *
    from .global_pooling import *
    from .group_normalization import *
    from .input import *
    from .input_spec import *
    from .lambda_layer import *
    from .layer_normalization import *
    from .masking import *
    from .merging import *
    from .noise import *
    from .piecewise_linear import *
    from .raw.category_encoding import *
    from .raw.discretization import *
    from .raw.hashing import *
    from .raw.lookup import *
    from .raw.text_vectorization import *
    from .rescaling import *
    from .reshaping import *
    from .spectral_normalization import *
    from .table.layer import *
    from .waves import *
    from .wrapper import *
else:

    def __getattr__(name: str) -> Any:
        if name in _MODULE_OF:
            found = globals()[name] = getattr(import_module(_MODULE_OF[name]), name)
            return found
        if name.startswith("_"):
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from ..spelling import attribute

        try:
            return attribute(__name__, name)
        except AttributeError:
            from ..spelling.absent import message

            if message("layers", name):
                raise
            raise AttributeError(
                f"brickwork.layers: there is no layer {name!r}{near(name, __all__)}", name=name
            ) from None


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
